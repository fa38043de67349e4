"""What all tests need, wherever they run."""

from __future__ import annotations

import signal

# A job in the background inherits an ignored SIGINT and hands it on to its children: no test of Ctrl-C could end.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
