"""When something is to go out, from the options of a command."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.acts.context import Refusal
from bot.cli.common import Told
from bot.core.kernel.errors import Refused
from bot.core.kernel.values import Ms
from bot.core.schedule.instants import milliseconds
from bot.core.schedule.occurrences import Once, Schedule
from bot.core.schedule.parse import Unclear, understand
from bot.core.talk.texts import Texts
from bot.core.talk.when import unclear_in_words


def schedule_of(
    at: str | None, again: str | None, now: bool, timezone: str, clock: Ms, texts: Texts
) -> Schedule:
    """What --at, --schedule or --now say; `clock` in ms UTC. Raises Refused saying what to write instead."""
    if (at is not None) + (again is not None) + now != 1:
        raise Refused("say when: one of --now, --at WHEN and --schedule WHEN")
    if now:
        return Once(at=clock)
    words = at if at is not None else again or ""
    zone = ZoneInfo(timezone)
    moment = datetime.fromtimestamp(clock / 1000, zone)
    if (written := _iso(words, zone)) is not None:
        return written
    found = understand(words, moment)
    if not isinstance(found, Unclear):
        if again is not None or not found.schedule.repeats:
            return found.schedule
        found = Unclear(key="one_time")
    raise Told(Refusal(f"when.{found.key}"), unclear_in_words(texts, "en", found))


def _iso(words: str, zone: ZoneInfo) -> Once | None:
    try:
        moment = datetime.fromisoformat(words)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return Once(at=Ms(max(0, milliseconds(moment))))
    except (ValueError, OverflowError):
        return None
