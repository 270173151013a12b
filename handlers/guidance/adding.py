"""What one's unit adds to a briefing from above: seen as it will be read, written, taken back."""

from bot.acts import addenda
from bot.acts.addenda import Open
from bot.acts.context import Refusal
from bot.acts.runs import Plan
from bot.core.kernel.formats import cut_short, moment, number
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import EPOCH_MS
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnAddendum
from handlers import filling, forms
from handlers.guidance import judging
from handlers.turn import Rows, Turn

LABEL = 40  # characters of a title on a button
SHOWN = 8  # briefings of a list
UNITS = 10  # addenda on the screen of whose plan it is
QUOTED = 80  # characters of each


async def from_plan(turn: Turn) -> Rows:
    """The button below the plan, where there is something to add to."""
    found = await addenda.open_to(turn.context)
    if isinstance(found, Refusal) or not found:
        return ()
    count = number(len(found), turn.language)
    return ((turn.button("addendum.of_unit", OnAddendum("list"), count=count),),)


async def of_plan(turn: Turn, plan: Plan) -> tuple[Text, Rows]:
    """What units added to a plan of one's own; where one's own unit may add, the button that does."""
    found = await addenda.listed(turn.context, plan.id)
    rows = [] if isinstance(found, Refusal) else found
    words = [*turn.text("addendum.listed", count=number(len(rows), turn.language))] if rows else []
    for one in rows[:UNITS]:
        state = turn.line(f"addendum.state_{one.state}")
        quoted = cut_short(one.words, QUOTED)
        words += turn.text("addendum.line", unit=one.unit_name, state=state, words=quoted)
    offered = await addenda.look(turn.context, plan.id)
    mine = turn.button("addendum.open", OnAddendum("look", plan.id))
    return tuple(words), () if isinstance(offered, Refusal) else ((mine,),)


async def act(turn: Turn, tap: OnAddendum) -> None:
    """A button about addenda; what it names is looked up and judged again at every press."""
    match tap.step:
        case "list":
            await _list(turn)
        case "look":
            await _look(turn, tap.number)
        case "write" if may(turn.member, Act.WRITE_ADDENDUM):
            await _begin(turn, tap.number)
        case "drop" | "drop!":
            await _drop(turn, tap)
        case "see":
            await judging.see(turn, tap.number)
        case "yes" | "no":
            await judging.decide(turn, tap)
        case _:
            turn.toast = turn.line("tap.stale")


async def _list(turn: Turn) -> None:
    found = await addenda.open_to(turn.context)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    words = [*turn.text("addendum.list" if found else "addendum.none")]
    rows: list[tuple[Button, ...]] = []
    for one in found[:SHOWN]:
        title = one.briefing.body(turn.language).title
        words += turn.text("addendum.one", title=title, **_times(turn, one))
        rows.append((Button.of(f"✏️ {cut_short(title, LABEL)}", OnAddendum("look", one.row.id)),))
    rows.append((turn.button("button.back", Go("lich")),))
    await turn.show(Message(text=tuple(words), buttons=tuple(rows)))


def _times(turn: Turn, one: Open) -> dict[str, str]:
    at, until = (moment(turn.local(ms), turn.language) for ms in (one.row.next_at or EPOCH_MS, one.closes_at))
    return {"at": at, "until": until, "unit": one.home.name}


async def _look(turn: Turn, broadcast_id: int, notice: Text = ()) -> None:
    found = await addenda.look(turn.context, broadcast_id)
    if isinstance(found, Refusal):
        await _refused(turn, found)
        return
    mine = found.mine
    added = () if mine is None else (addenda.as_read(turn.context, found.place, mine.words, mine.signed),)
    await turn.send(judging.preview(turn, found, added))
    words = (*notice, *turn.text("addendum.may", **_times(turn, found)))
    if mine is not None:
        words += turn.text(f"addendum.mine_{mine.state}", reason=mine.returned_for or "")
    rows: list[tuple[Button, ...]] = []
    if may(turn.member, Act.WRITE_ADDENDUM):
        key = "addendum.begin" if mine is None else "addendum.again"
        rows.append((turn.button(key, OnAddendum("write", broadcast_id)),))
        if mine is not None:
            rows.append((turn.button("addendum.drop", OnAddendum("drop", mine.id)),))
    rows.append((turn.button("button.back", OnAddendum("list")),))
    await turn.show(Message(text=words, buttons=tuple(rows)))


async def _refused(turn: Turn, why: Refusal) -> None:
    if why.key == "tap.stale":
        turn.toast = turn.refusal(why)
        return
    rows = ((turn.button("addendum.others", OnAddendum("list")),), (turn.button("menu.lich", Go("lich")),))
    await turn.show(Message(text=why.text(turn.house.texts, turn.language), buttons=rows))


async def _begin(turn: Turn, broadcast_id: int) -> None:
    found = await addenda.look(turn.context, broadcast_id)
    if isinstance(found, Refusal):
        await _refused(turn, found)
    else:
        await filling.begin(turn, "addendum", broadcast=str(broadcast_id))


async def _review(turn: Turn, state: FormState) -> forms.Review:
    found = await addenda.look(turn.context, int(state.context["broadcast"]))
    if isinstance(found, Refusal):
        return forms.Review(under=found.text(turn.house.texts, turn.language))
    words, signed = _answers(state)
    added = addenda.as_read(turn.context, found.place, words, signed)
    doubts = addenda.personal(words, signed)
    under = turn.text("addendum.until", **_times(turn, found))
    under += turn.text("addendum.personal", found=", ".join(doubts)) if doubts else ()
    return forms.Review(before=(judging.preview(turn, found, (added,)),), under=under)


def _answers(state: FormState) -> tuple[str, str]:
    signed = state.answers.get("signed")
    return state.answers["words"].value, signed.value if signed else ""


async def _written(turn: Turn, state: FormState) -> forms.Again | None:
    number_, (words, signed) = int(state.context["broadcast"]), _answers(state)
    done = await addenda.write(turn.context, number_, words, signed)
    if isinstance(done, Refusal):
        turn.toast = turn.refusal(done)
        return forms.Again(state, done.text(turn.house.texts, turn.language))
    key = "addendum.sent" if done.state == "submitted" else "addendum.done"
    text = turn.text(key, until=moment(turn.local(done.closes_at), turn.language))
    if done.state == "submitted" and not done.told:
        text += turn.text("approve.no_approver")
    rows = (
        (turn.button("addendum.open", OnAddendum("look", number_)),),
        (turn.button("addendum.others", OnAddendum("list")),),
    )
    await turn.show(Message(text=text, buttons=rows))
    return None


async def _drop(turn: Turn, tap: OnAddendum) -> None:
    if not tap.step.endswith("!"):
        if not may(turn.member, Act.WITHDRAW_ADDENDUM):
            turn.toast = turn.line("tap.stale")
            return
        sure = (turn.button("addendum.sure_drop", OnAddendum("drop!", tap.number)),)
        back = (turn.button("button.back", OnAddendum("list")),)
        await turn.show(Message(text=turn.text("addendum.ask_drop"), buttons=(sure, back)))
        return
    done = await addenda.withdraw(turn.context, tap.number)
    if isinstance(done, Refusal):
        await _refused(turn, done)
        return
    turn.toast = turn.line("addendum.dropped" if done else "progress.nothing_to_change")
    await _list(turn)


forms.register(
    forms.FormHandler(
        slug="addendum",
        allowed=lambda turn: may(turn.member, Act.WRITE_ADDENDUM),
        submit=_written,
        review=_review,
        needs={"broadcast": "context", "words": "text", "signed": "text"},
    )
)
