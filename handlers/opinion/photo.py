"""A photo in a report: taken in, and shown to who sent it as it will be kept."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import photos, presence
from bot.acts.context import Refusal
from bot.acts.house import House
from bot.acts.photos import PREFIX, Outcome
from bot.core.kernel.values import Ms
from bot.core.opinion.guard import mask
from bot.core.ports import Incoming, Said, Shared
from bot.core.talk.filling import advance
from bot.core.talk.form import Answer, Field, FormState, localized
from bot.core.talk.inputs import Given, Typed
from bot.core.talk.message import Attachment, Message
from bot.core.talk.place import asking, move
from handlers import filling
from handlers.forms import Again
from handlers.turn import Turn

FORM = "opinion"


def still_offered(turn: Turn, state: FormState) -> Field | None:
    """The photo that the form offers and that was not given yet."""
    fields = turn.house.forms[FORM].fields
    return next((one for one in fields if one.offered and one.key not in state.answers), None)


async def taken(turn: Turn, state: FormState, shared: Shared) -> Again | None:
    """A photo where one is asked for, or offered; None for any other file, and anywhere else."""
    form = turn.house.forms[FORM]
    item, asked_for = asking(form, state), None
    if shared.kind == "audio":
        return Again(move(state, at=state.at), turn.text("form.no_voice"))
    if not shared.media_type.startswith("image/"):
        return None
    if item is not None and item.kind == "photo":
        asked_for = item
    elif not (state.offered or state.cancelling):
        asked_for = next((one for one in form.fields if one.offered), None)
    if asked_for is None:
        return None
    if turn.incoming.before and asked_for.key in state.answers:
        return _worded(turn, state, shared.caption)  # of an album the first is taken, and any one's words
    found = await photos.receive(turn.context, shared)
    if isinstance(found, Refusal):
        led, said = move(state, at=state.at), found.text(turn.house.texts, turn.language)
    else:
        led = await _with(turn, state, asked_for, f"{PREFIX}{found}")
        said = turn.text("photo.reading")
    words = _worded(turn, led, shared.caption) or Again(led)
    return Again(words.state, (*said, *words.notice))


async def _with(turn: Turn, state: FormState, field: Field, photo: str) -> FormState:
    """The state with a photo, in place of one that stood there; what was asked still is, else the next."""
    form, shown = turn.house.forms[FORM], turn.line("photo.attached")
    if (before := state.answers.get(field.key)) is not None:
        await photos.let_go(turn.context, before.value)
    item = asking(form, state)
    if item is not None and item.kind == "photo":
        return advance(form, state, Given(photo, shown), {}, turn.language, turn.moment, mask).state
    return move(state, answers={**state.answers, field.key: Answer(value=photo, shown=shown)}, at=state.at)


def _worded(turn: Turn, state: FormState, caption: str) -> Again | None:
    """The state with the words that came with a photo: they answer what is asked, else what is to be said.

    What cannot be kept is named; None where there are no words.
    """
    if not caption.strip():
        return None
    turn.leave_no_trace()  # the update holds the words as they were before the mask
    form = turn.house.forms[FORM]
    item = asking(form, state)
    if item is not None and item.kind == "text":
        step = advance(form, state, Typed(caption), {}, turn.language, turn.moment, mask)
        return Again(step.state, turn.text(step.notice, **step.values) if step.notice else ())
    said = next((one for one in form.fields if one.kind == "text" and one.mask), None)
    if said is None:
        return Again(state, turn.text("photo.words_left"))
    what = localized(said.question, turn.language)
    if said.key not in state.answers:
        there = move(state, at=said.key)
        found = advance(form, there, Typed(caption), {}, turn.language, turn.moment, mask).state.answers
        if said.key in found:
            answers = {**state.answers, said.key: found[said.key]}
            return Again(move(state, answers=answers, at=state.at), turn.text("photo.words_kept", what=what))
    return Again(state, turn.text("photo.words_left_for", what=what))


async def told(house: House, conn: AsyncConnection, outcome: Outcome, now: Ms) -> None:
    """Show the photo as it will be kept; or say why it is refused, and ask for it once more."""
    member = await presence.who(conn, outcome.account, outcome.chat_id)
    if member is None or member.id != outcome.owner:
        return
    incoming = Incoming(outcome.chat_id, Said(""))
    turn = Turn(house, conn, outcome.account, incoming, now, member, member.language)
    found = outcome.found
    if isinstance(found, Refusal):
        await turn.send(Message(text=found.text(house.texts, turn.language)))
    else:
        await turn.send_file(Attachment(file_id=found, kind="photo"), turn.text("photo.clean"))

    def mended(state: FormState) -> FormState:
        """Without what was refused."""
        named = [key for key, one in state.answers.items() if one.value == f"{PREFIX}{outcome.photo}"]
        if not isinstance(found, Refusal) or not named:
            return state
        answers = {key: one for key, one in state.answers.items() if key not in named}
        if any(one.offered for one in house.forms[FORM].fields if one.key in named):
            return move(state, answers=answers)
        return move(state, at=named[0], mending=not state.at or state.mending, answers=answers)

    await filling.go_on(turn, FORM, mended)
