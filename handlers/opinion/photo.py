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
from bot.core.talk.form import Answer, Field, FormState
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
    if asked_for is None or (turn.incoming.before and asked_for.key in state.answers):
        return None  # of an album the first is taken
    found = await photos.receive(turn.context, shared)
    if isinstance(found, Refusal):
        return Again(move(state, at=state.at), found.text(turn.house.texts, turn.language))
    if (before := state.answers.get(asked_for.key)) is not None:
        await photos.let_go(turn.context, before.value)
    given = Given(f"{PREFIX}{found}", turn.line("photo.attached"))
    if item is not None and item.kind == "photo":
        led = advance(form, state, given, {}, turn.language, turn.moment, mask).state
    else:
        led = _beside(turn, state, asked_for, given, shared.caption)
    return Again(led, turn.text("photo.reading"))


def _beside(turn: Turn, state: FormState, field: Field, given: Given, caption: str) -> FormState:
    """The state with a photo that came while something else was asked; its words may answer that."""
    form = turn.house.forms[FORM]
    answers = {**state.answers, field.key: Answer(value=given.value, shown=given.name)}
    with_photo = move(state, answers=answers, at=state.at)
    item = asking(form, with_photo)
    if item is None or item.kind != "text" or not caption.strip():
        return with_photo
    turn.leave_no_trace()  # the update holds the words as they were before the mask
    return advance(form, with_photo, Typed(caption), {}, turn.language, turn.moment, mask).state


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
