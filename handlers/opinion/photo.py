"""A photo in a report: taken in, and shown to who sent it as it will be kept."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import photos, presence
from bot.acts.context import Refusal
from bot.acts.house import House
from bot.acts.photos import PREFIX, Outcome
from bot.core.opinion.guard import mask
from bot.core.ports import Incoming, Said, Shared
from bot.core.talk.filling import advance
from bot.core.talk.form import FormState, Given
from bot.core.talk.message import Attachment, Message
from bot.core.talk.place import asking, move
from handlers import filling
from handlers.forms import Again
from handlers.turn import Turn

FORM = "opinion"


async def taken(turn: Turn, state: FormState, shared: Shared) -> Again | None:
    """A photo where one is asked for; None for any other file, and anywhere else."""
    form = turn.house.forms[FORM]
    item = asking(form, state)
    if item is None or item.kind != "photo" or not shared.media_type.startswith("image/"):
        return None
    found = await photos.receive(turn.context, shared)
    if isinstance(found, Refusal):
        return Again(move(state, at=state.at), found.text(turn.house.texts, turn.language))
    given = Given(f"{PREFIX}{found}", turn.line("photo.attached"))
    led = advance(form, state, given, {}, turn.language, turn.moment, mask)
    return Again(led.state, turn.text("photo.reading"))


async def told(house: House, conn: AsyncConnection, outcome: Outcome, now: int) -> None:
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
        return move(state, at=named[0], mending=not state.at or state.mending, answers=answers)

    await filling.go_on(turn, FORM, mended)
