"""The command `nhipcau`, also as `python -m bot`."""

import sys

from bot.collector import loading


def main() -> None:
    """Load what one command needs of the program, and run it."""
    with loading():
        from bot.cli import app, load

        load(*sys.argv[1:2])
    app()


if __name__ == "__main__":
    main()
