"""What one's units add, before those who approve it: seen as it will be read, let go or returned."""

from collections.abc import Sequence
from functools import partial

from bot.acts import addenda, first_screen
from bot.acts.addenda import Decided, Open
from bot.acts.context import Refusal
from bot.core.guidance.addenda import Addition
from bot.core.kernel.formats import cut_short, number
from bot.core.kernel.richtext import Text
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnAddendum
from handlers import filling, forms
from handlers.turn import Rows, Turn

LABEL = 60  # characters on a button: a unit, and the briefing that it adds to
SHOWN = 8  # of what waits, the oldest: the others come up as these are decided


async def to_decide(turn: Turn) -> tuple[Text, list[tuple[Button, ...]]]:
    """The addenda of one's unit and those below that wait for one's word, as lines and buttons of /duyet."""
    found = await addenda.waiting(turn.context)
    if isinstance(found, Refusal) or not found:
        return (), []
    words = turn.text("addendum.wait", count=number(len(found), turn.language))
    named = [f"{one.row.unit_name}: {one.briefing.body(turn.language).title}" for one in found[:SHOWN]]
    labels = [cut_short(one, LABEL) for one in named]
    taps = [OnAddendum("see", one.row.id) for one in found[:SHOWN]]
    return words, [(Button.of(f"⏳ {label}", tap),) for label, tap in zip(labels, taps, strict=True)]


def preview(turn: Turn, found: Open, added: Sequence[Addition]) -> Message:
    """The briefing as the unit's people will have it."""
    how = turn.language, found.row.urgent, found.approver
    screen = first_screen.screen_of(turn.house, found.briefing, found.files, *how)
    return first_screen.inert(first_screen.with_added(turn.house, screen, added, turn.language))


async def see(turn: Turn, addendum_id: int) -> None:
    """An addendum that waits, as its readers would have it, with the buttons of who decides."""
    one = await addenda.waits(turn.context, addendum_id)
    if isinstance(one, Refusal):
        await _not_decided(turn, one)
        return
    offered = await addenda.look(turn.context, one.row.broadcast_id)
    if isinstance(offered, Open):
        added = addenda.as_read(turn.context, offered.place, one.row.words, one.row.signed)
        await turn.send(preview(turn, offered, (added,)))
    title = one.briefing.body(turn.language).title
    words = turn.text("addendum.told_waiting", unit=one.row.unit_name, title=title, words=one.row.words)
    choices = partial(OnAddendum, number=addendum_id)
    buttons = (
        (turn.button("approve.yes", choices("yes")),),
        (turn.button("approve.return", choices("no")),),
        *_to_duyet(turn),
    )
    await turn.show(Message(text=words, buttons=buttons))


def _to_duyet(turn: Turn) -> Rows:
    return ((turn.button("approve.all", Go("duyet")),),)


async def decide(turn: Turn, tap: OnAddendum) -> None:
    """Take an addendum, or ask for the reason why not."""
    if tap.step == "no":
        found = await addenda.waits(turn.context, tap.number)
        if isinstance(found, Refusal):
            await _not_decided(turn, found)
        else:
            await filling.begin(turn, "addendumback", addendum=str(tap.number))
        return
    done = await addenda.decide(turn.context, tap.number, True)
    await _decided(turn, done, "addendum.approved")


async def _returned(turn: Turn, state: FormState) -> None:
    reason = state.answers["reason"].shown
    done = await addenda.decide(turn.context, int(state.context["addendum"]), False, reason)
    await _decided(turn, done, "addendum.returned")


async def _decided(turn: Turn, done: Decided | Refusal, key: str) -> None:
    if isinstance(done, Refusal):
        await _not_decided(turn, done)
    else:
        await turn.show(Message(text=turn.text(key, unit=done.row.unit_name), buttons=_to_duyet(turn)))


async def _not_decided(turn: Turn, why: Refusal) -> None:
    if why.key == "tap.stale":
        turn.toast = turn.refusal(why)
    else:
        await turn.show(Message(text=why.text(turn.house.texts, turn.language), buttons=_to_duyet(turn)))


forms.register(
    forms.FormHandler(
        slug="addendumback",
        allowed=lambda turn: may(turn.member, Act.DECIDE_ADDENDUM),
        submit=_returned,
        needs={"addendum": "context", "reason": "text"},
    )
)
