"""/tonghop: what people said in one's subtree over a period, safe to share."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.core.guidance.briefing import Topic
from bot.core.kernel.formats import date_long, number
from bot.core.kernel.richtext import Text, plain_text
from bot.core.opinion import digest as core
from bot.core.opinion.digest import Breakdown, Digest, DigestText, TopicTexts
from bot.core.people.permissions import Act, may
from bot.core.talk.form import localized
from bot.core.talk.message import Message
from bot.core.talk.taps import DigestOf
from bot.core.talk.texts import Texts
from bot.storage.opinion import opinions
from bot.storage.people import units
from handlers.turn import Turn

PERIODS = ("week", "month", "last_month", "quarter")
UNITS = 15  # lines of units
ROOM = 8000  # characters of one answer: at most three messages on any channel


async def digest(turn: Turn) -> None:
    """Ask for the period."""
    rows = tuple((turn.button(f"period.{period}", DigestOf(period)),) for period in PERIODS)
    await turn.say("digest.ask", buttons=rows)


async def show(turn: Turn, tap: DigestOf) -> None:
    """The digest of one's unit and all below it, over a period up to today."""
    member, period = turn.member, tap.period
    if period not in PERIODS or member is None or not member.path or not may(member, Act.DIGEST, member.path):
        turn.toast = turn.line("tap.stale")
        return
    first, last = span(period, turn.moment.date())
    found = await opinions.within(turn.conn, member.path, first.isoformat(), last.isoformat())
    names = {row.path: row.name for row in await units.below(turn.conn, member.path)}
    summed = core.summarise(found, member.path, first, last, turn.house.threshold)
    text = as_text(turn.house.texts, turn.house.topics, names, summed, turn.language, room=ROOM)
    again = tuple((turn.button(f"period.{one}", DigestOf(one)),) for one in PERIODS if one != period)
    await turn.send(Message(text=text, buttons=again))


def span(period: str, today: date) -> tuple[date, date]:
    """The first and last day of a period, both included, none after today. Raises KeyError."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return {
        "week": (today - timedelta(days=today.weekday()), today),
        "month": (month, today),
        "last_month": (before.replace(day=1), before),
        "quarter": (month.replace(month=(today.month - 1) // 3 * 3 + 1), today),
    }[period]


def as_text(
    texts: Texts,
    topics: Mapping[str, Topic],
    units: Mapping[str, str],
    digest: Digest,
    language: str,
    room: int | None = None,
) -> Text:
    """A digest in words. `units` are names by path; `room` bounds the characters, None shows every text."""
    words = [
        *texts.text(
            language,
            "digest.head",
            unit=units.get(digest.unit, digest.unit),
            first=date_long(digest.start, language),
            last=date_long(digest.end, language),
            total=number(digest.total, language),
        )
    ]
    if not digest.total:
        return (*words, *texts.text(language, "digest.empty"))
    labels = {code: localized(topic.name, language) for code, topic in topics.items()}
    words += _table(texts, language, "digest.by_topic", digest.by_topic, labels)
    tendencies = {code: _word(texts, language, "tendency", code) for code in digest.by_tendency}
    words += _table(texts, language, "digest.by_tendency", digest.by_tendency, tendencies)
    here = {**units, digest.unit: texts.line(language, "unit.directly")}
    words += _table(texts, language, "digest.by_unit", digest.by_unit, here)
    if any(count is None for table in _tables(digest) for count in table.values()):
        words += texts.text(language, "digest.withheld_why", threshold=digest.threshold)
    spent = len(plain_text(tuple(words)))
    left = None if room is None else max(0, room - spent)
    return (*words, *_said(texts, language, labels, digest.texts, left))


def _tables(digest: Digest) -> tuple[Breakdown, ...]:
    return digest.by_topic, digest.by_tendency, digest.by_unit


def _word(texts: Texts, language: str, vocabulary: str, code: str) -> str:
    key = f"digest.{vocabulary}_{code.lower()}"
    return texts.line(language, key) if key in texts.keys() else code  # noqa: SIM118 - not a mapping


def _table(texts: Texts, language: str, title: str, counts: Breakdown, names: Mapping[str, str]) -> Text:
    """A heading and a line a cell, the largest first, what is withheld last."""
    words = [*texts.text(language, title)]
    cells = sorted(counts.items(), key=lambda cell: (-(cell[1] or 0), names.get(cell[0], cell[0])))
    for code, count in cells[:UNITS]:
        shown = texts.line(language, "digest.withheld") if count is None else number(count, language)
        words += texts.text(language, "digest.cell", name=names.get(code, code), count=shown)
    if len(cells) > UNITS:
        words += texts.text(language, "digest.cells_more", count=number(len(cells) - UNITS, language))
    return tuple(words)


def _said(
    texts: Texts, language: str, labels: Mapping[str, str], groups: tuple[TopicTexts, ...], room: int | None
) -> Text:
    """The texts by topic, as many of each as there is room for; every topic gets its share."""
    words = [*texts.text(language, "digest.texts")]
    left_out = 0
    for place, group in enumerate(groups):
        share = None if room is None else room // (len(groups) - place)
        name = texts.line(language, "digest.other_topics")
        if group.topic is not None:
            name = labels.get(group.topic, group.topic)
        lines: list[Text] = []
        spent = 0
        for one in group.texts:
            line = _one(texts, language, one)
            size = len(plain_text(line))
            if share is not None and spent + size > share:
                break
            lines.append(line)
            spent += size
        left_out += len(group.texts) - len(lines)
        room = None if room is None else room - spent
        if lines:
            words += texts.text(language, "digest.topic", name=name)
            words += [block for line in lines for block in line]
    if left_out:
        words += texts.text(language, "digest.left_out", count=number(left_out, language))
    return tuple(words)


def _one(texts: Texts, language: str, said: DigestText) -> Text:
    marks = [_word(texts, language, "scale", said.scale)]
    if said.tendency is not None:
        marks.append(_word(texts, language, "tendency", said.tendency))
    proposal = f" {texts.line(language, 'digest.proposal', text=said.proposal)}" if said.proposal else ""
    text = " ".join(said.text.split())
    return texts.text(language, "digest.text", text=text, marks=", ".join(marks), proposal=proposal)
