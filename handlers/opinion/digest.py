"""/tonghop: what people said in one's subtree over a period, safe to share."""

import re
from collections.abc import Mapping
from datetime import date

from bot.acts import digests
from bot.acts.context import Refusal
from bot.acts.digests import Summed
from bot.acts.house import House
from bot.core.kernel.formats import date_long, number
from bot.core.kernel.richtext import Block, Text, plain_text
from bot.core.kernel.values import NOWHERE, UnitPath
from bot.core.opinion.digest import Digest, DigestText, GroupTexts, apart, fields_in_part, quoted_in_part
from bot.core.opinion.gathering import UNANSWERED
from bot.core.opinion.periods import days_of, named_days, span, written
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Field, Form, localized
from bot.core.talk.message import Message
from bot.core.talk.taps.digests import DigestFile, DigestOf, OnDigest
from bot.core.talk.taps.screens import Go
from bot.core.talk.texts import Texts
from handlers.opinion import signing
from handlers.opinion.coverage import change, said_of_coverage
from handlers.opinion.table import table_of
from handlers.turn import ONCE, Rows, Turn

PERIODS = ("week", "last_week", "month", "last_month", "quarter", "last_quarter", "year")
MORE = 4  # other periods offered below a digest
ROOM = 8000  # characters of one answer: at most three messages on any channel
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


async def digest(turn: Turn) -> None:
    """Ask for the period; after the command, two days, or a month, quarter or year as people write it."""
    days = _days(turn.arguments) or written(turn.arguments, turn.moment.date())
    if days is not None:
        await _answer(turn, *days)
        return
    if not may(turn.member, Act.DIGEST):  # who endorses alone
        await signing.listed(turn)
        return
    rows = tuple((turn.button(f"period.{period}", DigestOf(period)),) for period in PERIODS)
    rows = (*rows, (turn.button("signing.all", OnDigest("list", 0)),))
    await turn.say("digest.ask" if not turn.arguments else "digest.ask_days", buttons=rows)


def _days(words: str) -> tuple[date, date] | None:
    """The two days somebody wrote, the first alone for a day."""
    found = _DAY.findall(words)
    try:
        days = [date(int(year), int(month), int(day)) for day, month, year in found]
    except ValueError:
        return None
    return (days[0], days[-1]) if 0 < len(days) <= 2 else None


async def show(turn: Turn, tap: DigestOf) -> None:
    """The digest of one's unit and all below it, over a period up to today."""
    if tap.period not in PERIODS:
        turn.toast = turn.line("tap.stale")
        return
    await _answer(turn, *span(tap.period, turn.moment.date()), tap.period)


async def _answer(turn: Turn, first: date, last: date, period: str = "") -> None:
    edits = turn.account in turn.house.edits  # what takes long takes the place of a first answer
    if edits and await digests.takes_long(turn.context, _path(turn), first, last):
        waits = Message(text=turn.text("digest.counting"), buttons=_others(turn, period))
        named = period or named_days(first, last)
        await turn.show(waits, live=f"{ONCE}digest:{named}")
        return
    summed = await digests.read(turn.context, _path(turn), first, last)
    if not isinstance(summed, Refusal):
        await turn.send(_screen(turn, summed, first, last, period))
    elif period:
        turn.toast = turn.line(summed.key, **summed.written(turn.language))
    else:
        words = summed.text(turn.house.texts, turn.language)
        await turn.send(Message(text=words, buttons=_others(turn, period)))


async def counted(turn: Turn, period: str) -> Message | None:
    """The digest of a period as a screen, counted in a transaction that only reads."""
    days = span(period, turn.moment.date()) if period in PERIODS else days_of(period)
    if days is None:
        return None
    summed = await digests.read(turn.context, _path(turn), *days)
    return None if isinstance(summed, Refusal) else _screen(turn, summed, *days, period)


def _path(turn: Turn) -> UnitPath:
    return turn.member.path if turn.member else NOWHERE


def _others(turn: Turn, period: str) -> Rows:
    """Other periods."""
    again = tuple((turn.button(f"period.{one}", DigestOf(one)),) for one in PERIODS if one != period)
    return (*again[:MORE], (turn.button("button.back", Go("tonghop")),))


def _screen(turn: Turn, summed: Summed, first: date, last: date, period: str) -> Message:
    rows = _others(turn, period)
    if summed.digest.total:
        named = period or named_days(first, last)
        rows = ((turn.button("digest.file", DigestFile("ask", named)),), *rows)
    if summed.closed and not summed.digest.too_low:
        days = named_days(summed.digest.start, summed.digest.end)
        rows = ((turn.button("signing.draw", OnDigest("draw", 0, 0, days)),), *rows)
    return Message(text=as_text(turn.house, summed, turn.language, room=ROOM), buttons=rows)


def as_text(house: House, summed: Summed, language: str, room: int | None = None) -> Text:
    """A digest in words. `room` bounds the characters, None shows every text."""
    texts, digest, form = house.texts, summed.digest, house.forms["opinion"]
    unit = summed.names.get(digest.unit, digest.unit)
    period = {"first": date_long(digest.start, language), "last": date_long(digest.end, language)}
    if digest.total is None or digest.too_low:
        head = texts.text(language, "digest.head_few", unit=unit, **period)
        why = "digest.too_low" if digest.too_low else "digest.few"
        return (*head, *texts.text(language, why, unit=unit, threshold=digest.threshold))
    total = texts.line(
        language,
        _of_total(digest),
        count=number(digest.total, language),
        change=change(texts, language, digest),
    )
    words = [*texts.text(language, "digest.head", unit=unit, total=total, **period)]
    words += _notes(texts, summed, language)
    words += said_of_coverage(texts, summed, language)
    if not digest.total:
        return (*words, *texts.text(language, "digest.empty"))
    names = {item.key: names_of(house, item, language) for item in form.fields}
    for item in form.fields:
        if digest.by.get(item.key):
            title = texts.text(language, "digest.by", name=_small(localized(item.label, language)))
            words += [*title, *table_of(texts, language, digest.by[item.key], names[item.key])]
    if any(digest.by_field.values()):
        words += texts.text(language, "digest.by_field")
        words += table_of(texts, language, digest.by_field, _fields(house, language))
        if fields_in_part(digest):
            words += texts.text(language, "digest.by_field_why")
    if digest.by_unit:
        here = {**summed.names, digest.unit: texts.line(language, "unit.directly")}
        words += [*texts.text(language, "digest.by_unit"), *table_of(texts, language, digest.by_unit, here)]
    if any(count is None for table in (*digest.by.values(), digest.by_unit) for count in table.values()):
        words += texts.text(language, "digest.withheld_why", threshold=digest.threshold)
    if quoted_in_part(digest):
        words += texts.text(language, "digest.not_all")
    left = None if room is None else max(0, room - len(plain_text(tuple(words))))
    return (*words, *_both(texts, language, form, names, digest, left))


def _of_total(digest: Digest) -> str:
    return "digest.total_least" if digest.total and (digest.stepped or digest.least) else "digest.total"


def _notes(texts: Texts, summed: Summed, language: str) -> Text:
    """What is to be known about the figures."""
    digest = summed.digest
    words: list[Block] = []
    if (digest.start, digest.end) != summed.asked and not digest.stepped:
        words += texts.text(language, "digest.whole_months")
    if digest.stepped and digest.total:
        words += texts.text(language, "digest.in_steps")
        if digest.running:
            words += texts.text(language, "digest.running")
        elif not any(digest.by.values()):
            words += texts.text(language, "digest.total_alone")
    elif digest.least:
        words += texts.text(language, "digest.at_least", threshold=digest.threshold)
    return tuple(words)


def _both(
    texts: Texts,
    language: str,
    form: Form,
    names: Mapping[str, Mapping[str, str]],
    digest: Digest,
    room: int | None,
) -> Text:
    """What is said, and below it what few say: in a section of its own."""
    main, few = apart(digest, form)
    words: list[Block] = []
    for title, groups in (("digest.minority", few), ("digest.texts", main)):
        if groups:
            share = room if title == "digest.texts" or room is None or not main else room // 3
            said = _said(texts, language, form, names, digest, groups, share)
            words += [*texts.text(language, title), *said]
            room = None if room is None else max(0, room - len(plain_text(said)))
    return tuple(words)


def names_of(house: House, item: Field, language: str) -> dict[str, str]:
    """What the values of a field are called."""
    known = {topic.code: topic.name for topic in house.topics.values()} if item.source == "topics" else {}
    labels = {**known, **{choice.value: choice.label for choice in item.choices}}
    unanswered = {UNANSWERED: house.texts.line(language, "digest.unanswered")}
    return {**{value: localized(label, language) for value, label in labels.items()}, **unanswered}


def _fields(house: House, language: str) -> dict[str, str]:
    named = {code: localized(names, language) for code, names in digests.field_names(house).items()}
    return {**named, "": house.texts.line(language, "digest.no_field")}


def _small(words: str) -> str:
    """As it stands within a sentence."""
    return words[:1].lower() + words[1:]


def _said(
    texts: Texts,
    language: str,
    form: Form,
    names: Mapping[str, Mapping[str, str]],
    digest: Digest,
    said: tuple[GroupTexts, ...],
    room: int | None,
) -> Text:
    """The texts by group, as many of each as there is room for; every group gets its share."""
    words: list[Block] = []
    groups = names[next(iter(digest.by))] if digest.by else {}
    left_out = 0
    for place, group in enumerate(said):
        share = None if room is None else room // (len(said) - place)
        name = texts.line(language, "digest.other_topics")
        if group.group is not None:
            name = groups.get(group.group, group.group)
        lines: list[Text] = []
        spent = 0
        for one in group.texts:
            line = _one(texts, language, form, names, one)
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


def _one(
    texts: Texts, language: str, form: Form, names: Mapping[str, Mapping[str, str]], said: DigestText
) -> Text:
    marks = ", ".join(_small(names[key].get(value, value)) for key, value in said.beside.items())
    labels = {item.key: localized(item.label, language) for item in form.fields}
    main, *more = [(key, " ".join(text.split())) for key, text in said.words.items()] or [("", "")]
    rest = [f" {labels[key]}: {text}" for key, text in more]
    return texts.text(
        language, "digest.text", text=main[1], marks=f" ({marks})" if marks else "", more="".join(rest)
    )
