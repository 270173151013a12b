"""Every day, or some days of every week."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator

from bot.core.schedule.repeated import Phrase, Repeated

Weekday = Annotated[int, Field(ge=0, le=6)]  # Monday is 0


class Daily(Repeated):
    """Every day."""

    kind: Literal["daily"] = "daily"

    def days(self, start: date) -> Iterator[date]:
        """Each, from `start` on."""
        return map(date.fromordinal, range(start.toordinal(), date.max.toordinal() + 1))

    def phrase(self) -> Phrase:
        """ "hằng ngày"."""
        return Phrase("daily", {})


class Weekly(Repeated):
    """Some weekdays of every week, in order; Monday is 0."""

    kind: Literal["weekly"] = "weekly"
    weekdays: tuple[Weekday, ...] = Field(min_length=1, max_length=7)

    @field_validator("weekdays")
    @classmethod
    def _sorted(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(days)))

    def days(self, start: date) -> Iterator[date]:
        """From `start` on."""
        for monday in range(start.toordinal() - start.weekday(), date.max.toordinal() - 6, 7):
            for weekday in self.weekdays:
                if monday + weekday >= start.toordinal():
                    yield date.fromordinal(monday + weekday)

    def phrase(self) -> Phrase:
        """ "thứ Hai và thứ Năm hằng tuần"."""
        return Phrase("weekly", {"weekdays": self.weekdays})
