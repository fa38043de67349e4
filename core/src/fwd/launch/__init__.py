"""Launchers run work in other processes: here (`local`) or on a cluster (`slurm`).

Work is a list of `Task`s, each a function by its import string and plain arguments. A launcher runs each in one process
or in several ranks, starts it again when it dies, and reports how far all of them are. What a task did is in the files
that it wrote: it is expected to go on from them when it is started again, and to stop as it does on Ctrl-C.
"""

from fwd.launch.base import Launcher, LaunchError, Task, TaskState, claim
from fwd.launch.world import World

__all__ = ["LaunchError", "Launcher", "Task", "TaskState", "World", "claim"]
