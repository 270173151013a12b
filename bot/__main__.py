"""The command `nhipcau`, also as `python -m bot`."""

from bot.collector import loading


def main() -> None:
    """Load the program and run one command."""
    with loading():
        from bot.cli import app
    app()


if __name__ == "__main__":
    main()
