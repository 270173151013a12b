"""/tonghop: what people said in one's subtree over a period, safe to share."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.acts import digests
from bot.acts.context import Refusal
from bot.acts.digests import Summed
from bot.acts.house import House
from bot.core.kernel.formats import date_long, number
from bot.core.kernel.richtext import Block, Text, plain_text
from bot.core.opinion.digest import UNANSWERED, Breakdown, Digest, DigestText
from bot.core.talk.form import Field, Form, localized
from bot.core.talk.message import Message
from bot.core.talk.taps import DigestOf
from bot.core.talk.texts import Texts
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
    period, path = tap.period, turn.member.path if turn.member else ""
    if period not in PERIODS:
        turn.toast = turn.line("tap.stale")
        return
    summed = await digests.read(turn.context, path, *span(period, turn.moment.date()))
    if isinstance(summed, Refusal):
        turn.toast = turn.line(summed.key)
        return
    again = tuple((turn.button(f"period.{one}", DigestOf(one)),) for one in PERIODS if one != period)
    await turn.send(Message(text=as_text(turn.house, summed, turn.language, room=ROOM), buttons=again))


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


def as_text(house: House, summed: Summed, language: str, room: int | None = None) -> Text:
    """A digest in words. `room` bounds the characters, None shows every text."""
    texts, digest, form = house.texts, summed.digest, house.forms["opinion"]
    unit = summed.names.get(digest.unit, digest.unit)
    period = {"first": date_long(digest.start, language), "last": date_long(digest.end, language)}
    if digest.total is None:
        head = texts.text(language, "digest.head_few", unit=unit, **period)
        return (*head, *texts.text(language, "digest.few", unit=unit, threshold=digest.threshold))
    total = number(digest.total, language)
    words = [*texts.text(language, "digest.head", unit=unit, total=total, **period)]
    if not digest.total:
        return (*words, *texts.text(language, "digest.empty"))
    names = {item.key: _names(house, item, language) for item in form.fields}
    for item in form.fields:
        if item.key in digest.by:
            title = texts.text(language, "digest.by", name=_small(localized(item.label, language)))
            words += [*title, *_table(texts, language, digest.by[item.key], names[item.key])]
    here = {**summed.names, digest.unit: texts.line(language, "unit.directly")}
    words += [*texts.text(language, "digest.by_unit"), *_table(texts, language, digest.by_unit, here)]
    if any(count is None for table in (*digest.by.values(), digest.by_unit) for count in table.values()):
        words += texts.text(language, "digest.withheld_why", threshold=digest.threshold)
    spent = len(plain_text(tuple(words)))
    left = None if room is None else max(0, room - spent)
    return (*words, *_said(texts, language, form, names, digest, left))


def _names(house: House, item: Field, language: str) -> dict[str, str]:
    """What the values of a field are called."""
    known = {topic.code: topic.name for topic in house.topics.values()} if item.source == "topics" else {}
    labels = {**known, **{choice.value: choice.label for choice in item.choices}}
    unanswered = {UNANSWERED: house.texts.line(language, "digest.unanswered")}
    return {**{value: localized(label, language) for value, label in labels.items()}, **unanswered}


def _small(words: str) -> str:
    """As it stands within a sentence."""
    return words[:1].lower() + words[1:]


def _table(texts: Texts, language: str, counts: Breakdown, names: Mapping[str, str]) -> Text:
    """A line a cell, the largest first, what is withheld last."""
    words: list[Block] = []
    cells = sorted(counts.items(), key=lambda cell: (-(cell[1] or 0), names.get(cell[0], cell[0])))
    for code, count in cells[:UNITS]:
        shown = texts.line(language, "digest.withheld") if count is None else number(count, language)
        words += texts.text(language, "digest.cell", name=names.get(code, code), count=shown)
    if len(cells) > UNITS:
        words += texts.text(language, "digest.cells_more", count=number(len(cells) - UNITS, language))
    return tuple(words)


def _said(
    texts: Texts,
    language: str,
    form: Form,
    names: Mapping[str, Mapping[str, str]],
    digest: Digest,
    room: int | None,
) -> Text:
    """The texts by group, as many of each as there is room for; every group gets its share."""
    words = [*texts.text(language, "digest.texts")]
    groups = names[next(iter(digest.by))] if digest.by else {}
    left_out = 0
    for place, group in enumerate(digest.texts):
        share = None if room is None else room // (len(digest.texts) - place)
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
