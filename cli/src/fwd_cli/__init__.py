"""The `fwd` command line: one module per command, and no work that a library function could do."""
