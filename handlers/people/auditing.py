"""/nhatky: what was done in one's unit and below it, the newest first."""

from bot.acts import auditing, places
from bot.acts.auditing import About, Entry, Listed, Who
from bot.acts.context import Refusal
from bot.core.kernel.formats import cut_short, moment
from bot.core.kernel.richtext import Text
from bot.core.people.unit_names import Gazetteer
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.people import Log
from bot.core.talk.taps.screens import Go
from handlers.turn import Rows, Turn

PAGE = 6  # acts on a screen
TITLE = 60  # characters of a briefing's title


async def log(turn: Turn) -> None:
    """The newest; after the command, a unit's name."""
    if turn.member is None:
        return
    if not turn.arguments:
        await show(turn, Log(turn.member.unit, 0))
        return
    rows = await places.below(turn.conn, turn.member.path)
    found = Gazetteer(rows, turn.house.former).find(turn.arguments)
    if not found:
        await turn.say("roster.no_unit", words=turn.arguments[:60], buttons=((_newest(turn),),))
    elif len(found) == 1:
        await show(turn, Log(found[0].code, 0))
    else:
        choice = tuple((Button.of(one.name, Log(one.code, 0)),) for one in found[: PAGE + 1])
        await turn.show(Message(text=turn.text("roster.which"), buttons=(*choice, (_newest(turn),))))


async def show(turn: Turn, tap: Log) -> None:
    """Those before a line."""
    found = await auditing.listed(turn.context, tap.unit, before=tap.before, limit=PAGE)
    if isinstance(found, Refusal) or found.place is None:
        turn.toast = turn.line("tap.stale")
        return
    words = [*turn.text("audit.title", unit=found.place.name)]
    for one in found.entries:
        words += _line(turn, one, found.place.code)
    if not found.entries:
        words += turn.text("audit.nothing")
    await turn.show(Message(text=tuple(words), buttons=_rows(turn, found, tap)))


def _rows(turn: Turn, found: Listed, tap: Log) -> Rows:
    turns = []
    if tap.before:
        turns.append(turn.button("audit.newest", Log(tap.unit, 0)))
    if found.more:
        turns.append(turn.button("audit.older", Log(tap.unit, found.entries[-1].line.id)))
    back = (turn.button("menu.thanhvien", Go("thanhvien")),)
    if not found.entries:
        return (back, (turn.button("menu.moi", Go("moi")),))
    return (tuple(turns), back) if turns else (back,)


def _newest(turn: Turn) -> Button:
    return turn.button("audit.own", Go("nhatky"))


def _line(turn: Turn, one: Entry, own: str) -> Text:
    known = turn.house.texts.keys()
    did = f"did.{one.act.replace('.', '_')}"
    values = {
        "what": turn.line(did if did in known else "did.other"),
        "who": _who(turn, one.who),
        "when": moment(turn.local(one.at), turn.language),
    }
    about = _about(turn, one.about)
    if one.place is not None and one.place.code != own and one.place.name != about:
        about = ", ".join(part for part in (about, one.place.name) if part)
    if about:
        return turn.text("audit.line_about", about=about, **values)
    return turn.text("audit.line", **values)


def _who(turn: Turn, who: Who) -> str:
    return who.name if who.kind == "member" else turn.line(f"audit.{who.kind}", unit=who.name)


def _about(turn: Turn, about: About | Who | None) -> str:
    if about is None:
        return ""
    if isinstance(about, Who):
        return _who(turn, about)
    if about.kind == "unit":
        return about.name
    key = f"audit.of_{about.kind}"
    known = turn.house.texts.keys()
    if key not in known:
        return ""
    return turn.line(key, number=about.number, title=cut_short(about.name, TITLE))
