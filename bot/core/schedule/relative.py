"""So many days before or after Tết, every year."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from bot.core.schedule.lunar import FIRST_YEAR, LAST_YEAR, new_year
from bot.core.schedule.repeated import Phrase, Repeated

FARTHEST = 150  # days from Tết: beyond, another feast is nearer


class Relative(Repeated):
    """Every year `offset` days after mùng 1 Tết; negative: before it."""

    kind: Literal["relative"] = "relative"
    offset: int = Field(ge=-FARTHEST, le=FARTHEST)

    @property
    def lunar(self) -> bool:
        """Its days go by the lunar calendar."""
        return True

    def days(self, start: date) -> Iterator[date]:
        """One a year, from the year before `start` on, as far as the calendar is known."""
        for year in range(max(start.year - 1, FIRST_YEAR), LAST_YEAR + 1):
            yield new_year(year) + timedelta(days=self.offset)

    def phrase(self) -> Phrase:
        """ "10 ngày trước Tết hằng năm"."""
        key = "before_tet" if self.offset < 0 else "after_tet" if self.offset else "tet"
        return Phrase(key, {"days": abs(self.offset)})
