"""Days that options name."""

from datetime import date

from bot.cli.common import refuse
from bot.core.kernel.formats import read_day


def day_of(option: str, text: str) -> date:
    """The day that an option names, ISO or as people write it: 26/11/2026; else an end that says so."""
    try:
        return read_day(text)
    except ValueError:
        refuse(f"{option}: {text!r} is no day such as 2026-11-26 or 26/11/2026", kind="day")
