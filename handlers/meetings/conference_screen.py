"""One conference: what it is, one's own point, and how the table of points fills up, the behind first."""

from collections.abc import Sequence

from bot.acts import conference_notices, conference_papers, conference_points, conferences
from bot.acts.conference_points import Seen
from bot.acts.context import Refusal
from bot.core.kernel.formats import blocks, cut_short, number, percent
from bot.core.kernel.richtext import Block, Span, Text
from bot.core.meetings.conference import FORM, POINT_FORM, TAKES_PROPOSALS, Tally
from bot.core.meetings.heads import span
from bot.core.people.units import code_of
from bot.core.talk.form import localized
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.taps.meetings import OnConference
from bot.core.talk.when import at_in_words
from handlers.turn import Rows, Turn

PAGE = 10  # points on a screen
LABEL = 40


async def show(turn: Turn, number_: int, skip: int = 0) -> None:
    """The conference, from so many points on."""
    seen = await conference_points.look(turn.context, number_)
    if isinstance(seen, Refusal):
        turn.toast = turn.refusal(seen)
        return
    hung = await conferences.hangs(turn.context, number_)
    words: list[Block] = [*_head(turn, seen)]
    for one in hung:
        words += turn.text("conference.given", title=one.title)
    if seen.passed_on.count:
        heads = span(seen.passed_on.heads, turn.language)
        count = number(seen.passed_on.count, turn.language)
        words += turn.text("conference.passed_on", count=count, heads=heads)
    if seen.own is not None and (seen.own.state != "asked" or seen.row.state == "announced"):
        words += turn.text(f"conference.mine_{seen.own.state}", **_of_point(turn, seen))
    others = [one for one in seen.points if one[1] is not seen.own]
    if others:
        words += _table(turn, seen, skip)
    await turn.show(Message(text=tuple(words), buttons=_buttons(turn, seen, skip, await _silent(turn, seen))))


async def _silent(turn: Turn, seen: Seen) -> int:
    """How many units a reminder would reach."""
    if not seen.hosts or seen.row.state != "announced":
        return 0
    return len(await conference_notices.silent(turn.conn, seen.row.id))


def _head(turn: Turn, seen: Seen) -> Text:
    row, texts = seen.row, turn.house.texts
    until = at_in_words(texts, turn.language, turn.local(row.answer_by), False)
    words = turn.text(
        "conference.head",
        title=row.title,
        when=at_in_words(texts, turn.language, turn.local(row.at), False),
        how=_label(turn, FORM, "how", row.how),
        unit=seen.host.name,
        state=turn.line(f"conference.is_{row.state}"),
        place=row.place,
        agenda=row.agenda,
    )
    return words + turn.text("conference.until", until=until) if row.state == "announced" else words


def _of_point(turn: Turn, seen: Seen) -> dict[str, str]:
    one = seen.own
    if one is None or one.state == "asked":
        return {}
    if one.state == "declined":
        return {"reason": one.reason}
    heads = _label(turn, POINT_FORM, "heads", one.heads)
    return {"place": one.place, "heads": heads, "contact": one.contact}


def _label(turn: Turn, form: str, field: str, value: str) -> str:
    item = next(one for one in turn.house.forms[form].fields if one.key == field)
    return next((localized(one.label, turn.language) for one in item.choices if one.value == value), value)


def _table(turn: Turn, seen: Seen, skip: int) -> Text:
    """The bar of them all; then a line a point, or a bar a unit where each has many below it."""
    top = seen.row.unit_path if seen.hosts or turn.member is None else turn.member.path
    head, words = turn.text("conference.points", bar=bar(turn, seen.tally)), list[Block]()
    children = seen.by_child(top)
    if any(one.asked > 1 for path, one in children.items() if path != top):
        names = {place.code: place.name for place, _ in seen.points}
        behind = sorted(children.items(), key=lambda one: (one[1].answered / one[1].asked, one[0]))
        for path, one in behind[skip : skip + PAGE]:
            name = names.get(code_of(path), code_of(path))
            words += turn.text("conference.child", name=name, bar=bar(turn, one))
        return (*head, *words)
    for place, point in seen.points[skip : skip + PAGE]:
        heads = _label(turn, POINT_FORM, "heads", point.heads)
        values = {"place": point.place, "heads": heads, "contact": point.contact, "reason": point.reason}
        state = "untold" if point.state == "asked" and not point.told else point.state
        words += turn.text(f"conference.point_{state}", name=place.name, **values)
    return (*head, *_closely(words))


def _closely(lines: Sequence[Block]) -> Text:
    """Paragraphs as the lines of one: a screen of a phone holds twice as many."""
    ends = [(*one.spans, Span(text="\n")) for one in lines]
    spans = tuple(span for line in ends for span in line)[:-1]
    return (Block(spans=spans),) if spans else ()


def bar(turn: Turn, one: Tally) -> str:
    """`▓▓▓▓▓▓░░░░ 62 % đã trả lời (63/102) · 3 không tổ chức`; never full before everybody has answered."""
    values = {
        "blocks": blocks(one.answered, one.asked),
        "share": percent(100 * one.answered // one.asked if one.asked else 0, turn.language),
        "answered": number(one.answered, turn.language),
        "asked": number(one.asked, turn.language),
    }
    words = turn.line("conference.bar", **values)
    if one.declined:
        words += " · " + turn.line("conference.bar_declined", count=number(one.declined, turn.language))
    return words


def _buttons(turn: Turn, seen: Seen, skip: int, silent: int) -> Rows:
    row, rows = seen.row, list[tuple[Button, ...]]()

    def add(key: str, step: str, other: int = 0, **values: object) -> None:
        rows.append((turn.button(key, OnConference(step, row.id, other), **values),))

    if seen.own is not None and row.state == "announced":
        add("conference.mend" if seen.own.state == "confirmed" else "conference.confirm", "confirm")
        if seen.own.state != "declined":
            add("conference.decline", "decline")
    if seen.own is not None and row.state in TAKES_PROPOSALS:
        add("conference.propose", "propose")
    if silent:
        add("conference.remind", "remind", count=number(silent, turn.language))
    if seen.hosts and row.state == "announced":
        add("conference.change", "change")
    ways = []
    if skip:
        ways.append(turn.button("roster.before", OnConference("open", row.id, max(0, skip - PAGE))))
    if skip + PAGE < len(seen.points):
        ways.append(turn.button("roster.after", OnConference("open", row.id, skip + PAGE)))
    rows += [tuple(ways)] if ways else []
    if seen.hosts:
        add("conference.sheet", "sheet")
    add("conference.proposals", "proposals")
    if seen.hosts and row.state != "cancelled":
        add("conference.hang", "hang")
    if seen.hosts and row.state in TAKES_PROPOSALS:
        step = "cancel" if row.state == "announced" else "close"
        add(f"conference.{step}", step)
    add("button.back", "list")
    return tuple(rows)


async def hand_sheet(turn: Turn, number_: int) -> None:
    """The table as an Excel file, to who asked and nobody else."""
    made = await conference_papers.hand_out_sheet(turn.context, number_)
    if isinstance(made, Refusal):
        turn.toast = turn.refusal(made)
        return
    await turn.send_file(
        Attachment(file_id=made, kind="document"), turn.text("conference.file_sent", number=number_)
    )


async def hang(turn: Turn, tap: OnConference) -> None:
    """The host's latest broadcasts; pressed, one was given at the conference, or was not."""
    if tap.step != "hang":
        done = await conferences.hang(turn.context, tap.number, tap.other, on=tap.step == "hang_on")
        if isinstance(done, Refusal):
            turn.toast = turn.refusal(done)
            return
    seen = await conference_points.look(turn.context, tap.number)
    if isinstance(seen, Refusal) or not seen.hosts:
        turn.toast = turn.line("tap.stale")
        return
    found = await conferences.hangable(turn.context, seen.row)
    rows = [
        (
            turn.button(
                "conference.unhang" if one.here else "conference.hang_one",
                OnConference("hang_off" if one.here else "hang_on", tap.number, one.broadcast),
                title=cut_short(one.title, LABEL),
            ),
        )
        for one in found
    ]
    key = "conference.which_hang" if found else "conference.nothing_to_hang"
    back = (turn.button("button.back", OnConference("open", tap.number)),)
    await turn.show(Message(text=turn.text(key), buttons=(*rows, back)))
