"""Corrections before their second person, in /duyet: seen as they will be read, let go or returned."""

from functools import partial

from bot.acts import corrected, first_screen, mends
from bot.acts.context import Refusal
from bot.core.kernel.formats import cut_short, number
from bot.core.kernel.richtext import Text
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnMend
from handlers import filling, forms
from handlers.guidance import reviewing
from handlers.turn import Rows, Turn

SHOWN, LABEL = 5, 34


async def to_decide(turn: Turn) -> tuple[Text, list[tuple[Button, ...]]]:
    """The corrections that wait for one's word, as lines and buttons of /duyet."""
    found = await mends.waiting(turn.context)
    if isinstance(found, Refusal) or not found:
        return (), []
    words = turn.text("mend.wait", count=number(len(found), turn.language))
    labels = [cut_short(f"{one.old} → {one.new}", LABEL) for one in found[:SHOWN]]
    taps = [OnMend("see", one.id) for one in found[:SHOWN]]
    return words, [(Button.of(f"✏️ {label}", tap),) for label, tap in zip(labels, taps, strict=True)]


async def act(turn: Turn, tap: OnMend) -> None:
    """A button below a correction that waits; it is looked up and judged again at every press."""
    match tap.step:
        case "see":
            await _see(turn, tap.number)
        case "yes":
            done = await mends.decide(turn.context, tap.number, True)
            await _say(turn, done, "mend.approved")
        case "no":
            await _ask_why(turn, tap.number)
        case _:
            turn.toast = turn.line("tap.stale")


async def _see(turn: Turn, number_: int) -> None:
    one = await mends.look(turn.context, number_)
    if isinstance(one, Refusal):
        await _refused(turn, one, number_)
        return
    version = one.after, one.files, one.found.row.urgent, one.approver
    looks = first_screen.inert(corrected.screen(turn.house, version, one.words, turn.language))
    await turn.send(looks.model_copy(update={"text": (*turn.text("mend.looks"), *looks.text)}))
    values = {"name": one.author, "title": one.found.old.briefing.body(turn.language).title}
    words = turn.text("mend.told_waiting", old=one.row.old, new=one.row.new, **values)
    words += reviewing.asked(turn, one.after)
    if one.own:
        words += turn.text("approve.own")
        await turn.show(Message(text=words, buttons=_back(turn)))
        return
    step = partial(OnMend, number=number_)
    yes, no = turn.button("approve.yes", step("yes")), turn.button("approve.return", step("no"))
    await turn.show(Message(text=words, buttons=((yes,), (no,), *_back(turn))))


async def _ask_why(turn: Turn, number_: int) -> None:
    waiting = await mends.waiting(turn.context)
    if isinstance(waiting, Refusal) or number_ not in [one.id for one in waiting]:
        await _refused(turn, waiting if isinstance(waiting, Refusal) else Refusal("mend.over"))
    else:
        await filling.begin(turn, "mendback", mend=str(number_))


async def _returned(turn: Turn, state: FormState) -> None:
    number_, reason = int(state.context["mend"]), state.answers["reason"].shown
    await _say(turn, await mends.decide(turn.context, number_, False, reason), "mend.returned")


async def _say(turn: Turn, done: object, key: str) -> None:
    if isinstance(done, Refusal):
        await _refused(turn, done)
    else:
        await turn.show(Message(text=turn.text(key), buttons=_back(turn)))


async def _refused(turn: Turn, why: Refusal, returnable: int | None = None) -> None:
    """What stands in the way. `returnable`: can be returned still, where its place in the text is gone."""
    if why.key == "tap.stale":
        turn.toast = turn.refusal(why)
        return
    rows = _back(turn)
    if why.key == "correct.not_found" and returnable is not None:
        why = Refusal("mend.moved", why.values)
        rows = ((turn.button("approve.return", OnMend("no", returnable)),), *rows)
    await turn.show(Message(text=why.text(turn.house.texts, turn.language), buttons=rows))


def _back(turn: Turn) -> Rows:
    return ((turn.button("approve.all", Go("duyet")),),)


forms.register(
    forms.FormHandler(
        slug="mendback",
        allowed=lambda turn: may(turn.member, Act.DECIDE_MEND),
        submit=_returned,
        needs={"mend": "context", "reason": "text"},
    )
)
