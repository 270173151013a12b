"""`python -m bot` is the command `nhipcau`."""

from bot.cli import main

main()
