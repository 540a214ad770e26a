"""Becomes the command it is given, and sees to it that the command never outlives whoever started it.

Run as a script by ``db/embedded/server.py``, on the standard library alone. Its standard input is a pipe that only
the starter holds open: when the starter ends, in whatever way, the pipe closes, and a small forked watcher
kills the command. The process id is that of the command.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def watch(command: int) -> None:
    """Wait for the pipe to close, then kill ``command`` if it is still there: it is this process's parent."""
    while os.read(0, 1):
        pass
    if os.getppid() == command:
        os.kill(command, signal.SIGKILL)


def main() -> None:
    command = os.getpid()
    if os.fork() == 0:
        watch(command)
        os._exit(0)
    if sys.platform == "linux":
        # For when the watcher is killed first. It goes by the thread, not the process, that started this one.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606


if __name__ == "__main__":
    main()
