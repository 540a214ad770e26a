"""Entry point of the command ``foothold``. Until there is something to tidy up, Ctrl-C ends it at once, silently."""

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)  # before anything that takes long to load


def main() -> None:
    """Run the command line."""
    from resolvers.commands.cli import main as run  # noqa: PLC0415 - as above

    run()
