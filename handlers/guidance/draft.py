"""A broadcast being composed: what its answers mean now, or why it cannot go out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.acts import places
from bot.acts.places import Place
from bot.core.guidance.audience import Audience, audience
from bot.core.guidance.briefing import Body, Briefing, Topic
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.characters import sanitise
from bot.core.kernel.formats import date_long, moment
from bot.core.kernel.richtext import FileKind, Text, paragraph
from bot.core.people.permissions import Act, may
from bot.core.schedule.occurrences import Monthly, Once, next_occurrence
from bot.core.talk.form import FormState
from bot.storage.accounts import files
from bot.storage.delivery import planning
from bot.storage.guidance import briefings
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.people import units
from handlers.turn import Turn

AHEAD = timedelta(days=366)
LAST_SURE_DAY = 28  # every month has it


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be sent, to whom and when. `briefing_id` None: own text, kept once it is sent."""

    briefing: Briefing
    briefing_id: int | None
    files: list[BriefingFileRow]
    topic: Topic
    place: Place
    audience: Audience
    by_unit: Mapping[str, int]
    schedule: Once | Monthly
    at: int
    urgent: bool

    @property
    def count(self) -> int:
        """How many members it is for, as of now."""
        return sum(self.by_unit.values())


async def understand(turn: Turn, state: FormState) -> Draft | Text:
    """The draft, every right and limit checked again; or the words that say why it cannot be sent."""
    place = await places.find(turn.conn, _answer(state, "unit"))
    if turn.member is None or place is None or not may(turn.member, Act.SCHEDULE, place.path):
        return turn.text("compose.no_unit")
    if _answer(state, "source") == "prepared":
        row = await briefings.latest(turn.conn, _answer(state, "briefing"))
        if row is None or row.slug not in turn.house.briefings:
            return turn.text("compose.gone")
        said, briefing_id, attached = row.briefing, row.id, await briefings.files(turn.conn, row.id)
    else:
        own = await _own(turn, state)
        if not isinstance(own, Briefing):
            return own
        said, briefing_id, attached = own, None, await _attached(turn, state)
    topic = turn.house.topics.get(said.topic)
    if topic is None:
        return turn.text("compose.no_topic")
    when = _schedule(turn, state, said)
    if isinstance(when, tuple):
        return when
    meant = audience(place.code, topic)
    return Draft(
        briefing=said,
        briefing_id=briefing_id,
        files=attached,
        topic=topic,
        place=place,
        audience=meant,
        by_unit=await planning.audience_by_unit(turn.conn, meant, place.path),
        schedule=when,
        at=next_occurrence(when, turn.now - 1) or turn.now,
        urgent=_answer(state, "urgency") == "urgent",
    )


def _answer(state: FormState, key: str) -> str:
    found = state.answers.get(key)
    return found.value if found else ""


async def _own(turn: Turn, state: FormState) -> Briefing | Text:
    title = " ".join(sanitise(_answer(state, "title")).split())
    text = sanitise(_answer(state, "text")).strip()
    if not title or not text:
        return turn.text("compose.empty")
    name = state.answers["file"].shown if "file" in state.answers else ""
    marking = secrecy_marking(f"{title}\n{text}\n{name}")
    if marking:
        return turn.text("compose.secret", marking=marking)
    member = turn.member
    home = await units.get(turn.conn, member.unit) if member else None
    if member is None or home is None:
        return turn.text("compose.no_unit")
    # Words are kept as they were typed: what an editor writes is text, never markup.
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return Briefing(
        slug=f"soan-{member.id}-{turn.now}",
        topic=_answer(state, "topic"),
        issuer=f"{turn.house.owner}, {home.name}",
        number="",
        issued_on=turn.moment.date(),
        source=turn.house.texts.line("vi", "compose.source", unit=home.name),
        bodies={"vi": Body(title=title, brief=tuple(paragraph(part) for part in parts))},
    )


async def _attached(turn: Turn, state: FormState) -> list[BriefingFileRow]:
    shape, _, number = _answer(state, "file").partition(":")
    row = await files.get(turn.conn, int(number)) if number.isdecimal() else None
    if row is None or turn.member is None or row.owner != turn.member.id:
        return []
    kinds: dict[str, FileKind] = {"photo": "photo", "audio": "audio"}
    return [BriefingFileRow(row.id, row.name, kinds.get(shape, "document"), inline=True)]


def _schedule(turn: Turn, state: FormState, said: Briefing) -> Once | Monthly | Text:
    match _answer(state, "timing"):
        case "now":
            schedule: Once | Monthly = Once(at=turn.now)
        case "at":
            at = int(_answer(state, "at"))
            if at <= turn.now:
                return turn.text("compose.past")
            if at > turn.now + AHEAD // timedelta(milliseconds=1):
                return turn.text("compose.too_far")
            schedule = Once(at=at)
        case _:
            hour, _, minute = _answer(state, "time").partition(":")
            schedule = Monthly(
                day=int(_answer(state, "day")),
                hour=int(hour),
                minute=int(minute),
                timezone=str(turn.house.zone),
            )
    first = next_occurrence(schedule, turn.now - 1)
    on = turn.local(first).date() if first is not None else None
    if on is None or (said.valid_until and on > said.valid_until):
        ended = said.valid_until or turn.moment.date()
        return turn.text("compose.expired", day=date_long(ended, turn.language))
    if said.not_before and on < said.not_before:
        return turn.text("compose.too_early", day=date_long(said.not_before, turn.language))
    if isinstance(schedule, Monthly) and said.valid_until:
        return schedule.model_copy(update={"until": said.valid_until})
    return schedule


def in_words(turn: Turn, schedule: Once | Monthly) -> str:
    """When it goes out, as people say it."""
    if isinstance(schedule, Once):
        if schedule.at <= turn.now:
            return turn.line("compose.at_once")
        return moment(turn.local(schedule.at), turn.language)
    clock = f"{schedule.hour:02}:{schedule.minute:02}"
    key = "compose.monthly_short" if schedule.day > LAST_SURE_DAY else "compose.monthly"
    return turn.line(key, day=schedule.day, time=clock)
