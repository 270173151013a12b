"""A Word document in /phat: taken in where it may stand for the text, and told once it was read."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import documents, presence
from bot.acts.context import Refusal
from bot.acts.documents import Outcome
from bot.acts.house import House
from bot.core.guidance.briefing import FromWord
from bot.core.kernel.formats import number
from bot.core.kernel.richtext import Text, plain_text
from bot.core.kernel.values import Ms
from bot.core.opinion.guard import mask
from bot.core.ports import Incoming, Said, Shared
from bot.core.talk.filling import advance
from bot.core.talk.form import Answer, FormState, localized
from bot.core.talk.inputs import Given
from bot.core.talk.message import Message
from bot.core.talk.place import move
from handlers import filling
from handlers.forms import Again
from handlers.turn import Turn

FORM, SOURCE, FIELD, WORD = "compose", "source", "document", "word"
HERE = (SOURCE, "title", FIELD)  # questions at which a document is the text, and no file beside one


async def taken(turn: Turn, state: FormState, shared: Shared) -> Again | None:
    """A document becomes the text, without more questions; None where it is a file as any other."""
    if state.at not in HERE or not (state.at == FIELD or documents.is_word(shared)):
        return None
    found = await documents.receive(turn.context, shared)
    if isinstance(found, Refusal):
        return Again(move(state, at=state.at), found.text(turn.house.texts, turn.language))
    form = turn.house.forms[FORM]
    source = next(one for one in form.fields if one.key == SOURCE)
    label = next(localized(one.label, turn.language) for one in source.choices if one.value == WORD)
    here = move(state, at=FIELD, answers={**state.answers, SOURCE: Answer(value=WORD, shown=label)})
    given = Given(f"{FIELD}:{found}", shared.name)
    led = advance(form, here, given, {}, turn.language, turn.moment, mask)
    return Again(led.state, turn.text("word.reading"))


async def told(house: House, conn: AsyncConnection, outcome: Outcome, now: Ms) -> None:
    """Say what a document that was read is, or why it is refused, and show the question anew."""
    member = await presence.who(conn, outcome.account, outcome.chat_id)
    if member is None or member.id != outcome.owner:
        return
    incoming = Incoming(outcome.chat_id, Said(""))
    turn = Turn(house, conn, outcome.account, incoming, now, member, member.language)
    found, refused = outcome.found, isinstance(outcome.found, Refusal)
    words = (
        found.text(house.texts, turn.language)
        if isinstance(found, Refusal)
        else _said(turn, outcome.name, found)
    )
    await turn.send(Message(text=words))

    def mended(state: FormState) -> FormState:
        """Without what was refused: it is asked for once more."""
        mine = state.answers.get(FIELD)
        if not refused or mine is None or mine.value != f"{FIELD}:{outcome.file}":
            return state
        answers = {key: one for key, one in state.answers.items() if key != FIELD}
        return move(state, at=FIELD, mending=not state.at or state.mending, answers=answers)

    await filling.go_on(turn, FORM, mended)


def _said(turn: Turn, name: str, found: FromWord) -> Text:
    """Its title, its points, how much there is, and what is lost on the way."""
    body = found.body
    letters = len(plain_text(body.brief)) + len(plain_text(body.full))
    counts = {
        "letters": number(letters, turn.language),
        "pictures": number(len(found.pictures), turn.language),
    }
    words = (
        *turn.text("word.read", name=name, title=body.title),
        *body.brief,
        *turn.text("word.size", **counts),
    )
    if found.lost:
        lost = ", ".join(turn.line(f"word.lost_{one}") for one in found.lost)
        words += turn.text("word.lost", lost=lost)
    if found.personal:
        words += turn.text("word.personal", found=" · ".join(found.personal))
    return words
