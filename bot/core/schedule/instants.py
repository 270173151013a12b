"""Local times to instants: UTC milliseconds since 1970."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.kernel.values import DAY_MS, MINUTE_MS, Ms

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
# A day short of the calendar's end, so that no zone's offset leads past it.
LAST_MS = Ms(253_402_300_799_000 - DAY_MS)


def instant(local: datetime, zone: tzinfo) -> datetime:
    """A naive local time as an instant: the first of two in a fold, the first after it in a gap."""
    before, after = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if before <= after:
        return before
    # In a gap fold 0 lands behind it and fold 1 before it; the clock's jump is somewhere between.
    seconds = range(int((before - after).total_seconds()) + 1)
    return after + timedelta(
        seconds=bisect_left(
            seconds,
            local,
            key=lambda s: (after + timedelta(seconds=s)).astimezone(zone).replace(tzinfo=None, fold=0),
        )
    )


def milliseconds(at: datetime) -> Ms:
    """An aware datetime as ms UTC."""
    return Ms((at - EPOCH) // timedelta(milliseconds=1))


def date_of(ms: Ms, zone: tzinfo) -> date:
    """The local day of an instant; the calendar's ends for what lies outside it."""
    inside = min(max(ms, DAY_MS), LAST_MS)
    return (EPOCH + timedelta(milliseconds=inside)).astimezone(zone).date()


def local_ms(day: date, hour: int, minute: int, timezone: str) -> Ms:
    """A local time of a day as an instant, ms UTC. `timezone`: an IANA name."""
    offset = _offset_ms(day.toordinal(), timezone)
    if offset is None:
        return milliseconds(instant(datetime.combine(day, time(hour, minute)), ZoneInfo(timezone)))
    return Ms((day.toordinal() - EPOCH_DAY) * DAY_MS + (hour * 60 + minute) * MINUTE_MS - offset)


@lru_cache(maxsize=8192)
def _offset_ms(ordinal: int, timezone: str) -> int | None:
    """The zone's offset all through a day; None for a day on which it changes."""
    midnight, zone = datetime.fromordinal(ordinal), ZoneInfo(timezone)
    # The gap or fold may begin at either midnight: both readings of both must agree.
    ends = (midnight, midnight + timedelta(days=1))
    found = {end.replace(tzinfo=zone, fold=fold).utcoffset() for end in ends for fold in (0, 1)}
    only = found.pop()
    return None if found or only is None else only // timedelta(milliseconds=1)
