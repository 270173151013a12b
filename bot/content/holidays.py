"""Public holidays: Vietnam's by the library, and content/holidays.toml for the days that it lacks."""

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from bot.content.checks import Line, validated
from bot.content.files import Folder
from bot.core.kernel.errors import ContentError
from bot.core.kernel.values import Frozen
from bot.core.schedule.quiet import Day

FILE = "holidays.toml"


class _Special(Frozen):
    """A day that is off, or worked though it is a weekend's."""

    day: date
    off: bool
    name: Line = ""


class _Sheet(Frozen):
    """The file."""

    days: tuple[_Special, ...] = Field((), max_length=1000)


class Holidays:
    """What is known of each day beyond its weekday; the file's word counts before the library's."""

    def __init__(self, special: Mapping[date, Day]) -> None:
        self._special = dict(special)
        self._years: dict[int, Mapping[date, Day]] = {}

    def __call__(self, day: date) -> Day | None:
        """A day that is off or worked by name; None for an ordinary one."""
        found = self._special.get(day)
        return found if found is not None else self._year(day.year).get(day)

    def _year(self, year: int) -> Mapping[date, Day]:
        if year not in self._years:
            import holidays  # read by few, long after the start

            known = holidays.country_holidays("VN", years=year, language="vi")
            self._years[year] = {day: Day(True, name) for day, name in known.items() if day.year == year}
        return self._years[year]


def read_holidays(folder: Folder) -> Holidays:
    """The file and the library together; the library alone where there is no file. Raises ContentError."""
    if not folder.exists(FILE):
        return Holidays({})
    special: dict[date, Day] = {}
    for number, one in enumerate(validated(_Sheet, folder.toml(FILE), FILE).days):
        if one.day in special:
            raise ContentError(FILE, f"days.{number}.day", one.day.isoformat(), "each day once")
        special[one.day] = Day(one.off, one.name)
    return Holidays(special)
