"""One small tree of errors. Each message is one line that says what to do."""


class FwdError(Exception):
    """Base of all errors that `fwd` raises on purpose."""


class UserError(FwdError):
    """Something that the user can fix: the command line prints the message and exits with code 2."""


class WorkError(FwdError):
    """The work ran and did not succeed: the command line prints the message and exits with code 1."""


class DeathError(WorkError):
    """A process that this one works with has died. Nothing is wrong with the work: whoever launched it starts it again
    from what is on disk."""


class ConfigError(UserError):
    """A setting is unknown, misspelt or of the wrong type; the message has its path."""


class PluginError(UserError):
    """A plugin is missing, broken or clashes with another."""


class GoalError(UserError):
    """A goal is not well-formed in its env."""


class CodecError(FwdError):
    """Something does not fit a codec's vocabulary or limits; training skips it, proving reports it."""


class CheckpointError(UserError):
    """A checkpoint is missing, corrupt, or belongs to another vocabulary."""


class DatabaseError(UserError):
    """A library file is missing, malformed or holds a wrong proof; the message has file, line and label."""
