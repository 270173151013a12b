"""What a communicator asks: the form, one's own questions, and what was answered."""

from secrets import token_hex

from bot.acts import briefings, questions
from bot.acts.context import Refusal
from bot.acts.questions import Asked
from bot.core.kernel.formats import cut_short
from bot.core.kernel.richtext import Block, Span, Text, paragraph
from bot.core.opinion.guard import mask
from bot.core.opinion.questions import LONGEST
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Answer, Choice, FormState, Options
from bot.core.talk.message import Button, Message
from bot.core.talk.place import ask, unanswered
from bot.core.talk.taps.questions import AskAbout, MyQuestion
from bot.core.talk.taps.screens import Go
from handlers import filling, forms, guarded
from handlers.turn import Turn

SHOWN = 5
NO_BRIEFING = "0"
LABEL, LINE = 50, 70  # characters of a question on a button, and in a list


async def begin(turn: Turn, tap: AskAbout) -> None:
    """Ask about a briefing; where none is named, about which one is the first question."""
    await filling.begin(turn, "ask", briefing=str(tap.briefing))


async def begin_with(turn: Turn, words: str) -> None:
    """The form with the words that were typed after the command; what is personal in them never gets in."""
    clean = mask(words)
    typed = Answer(value=clean.text, shown=clean.text, masked=clean.found)
    answers = {"words": typed} if len(clean.text) <= LONGEST else {}
    form, context = turn.house.forms["ask"], {"briefing": NO_BRIEFING}
    state = FormState(form="ask", nonce=token_hex(3), at="", answers=answers, context=context)
    first = unanswered(form, state)
    await filling.take_typed(turn, ask(state, first.key if first else ""))


async def mine(turn: Turn) -> None:
    """How to ask, and what the member asked before with what became of it."""
    found = await questions.mine(turn.context)
    text = [*turn.text("question.how")]
    rows: list[tuple[Button, ...]] = [(turn.button("question.ask", AskAbout(0)),)]
    if found:
        text += turn.text("question.mine_title")
    for one in found[:SHOWN]:
        asked = one.question
        state = turn.line(f"question.state_{asked.state}")
        text += turn.text(
            "question.mine_one", number=asked.id, day=_day(asked.day), state=state, words=_short(asked.words)
        )
        rows.append((turn.button("question.one", MyQuestion("open", asked.id), number=asked.id),))
    if len(found) > SHOWN:
        text += turn.text("question.mine_more", count=len(found) - SHOWN)
    rows.append((turn.button("button.latest", Go("moinhat")),))
    await turn.show(Message(text=tuple(text), buttons=tuple(rows)))


def _short(words: str) -> str:
    return cut_short(" ".join(words.split()), LINE)


def _day(iso: str) -> str:
    return f"{iso[8:10]}/{iso[5:7]}"


async def act(turn: Turn, tap: MyQuestion) -> None:
    """One of the member's own questions."""
    found = [one for one in await questions.mine(turn.context) if one.question.id == tap.number]
    if not found or tap.step != "open":
        turn.toast = turn.line("tap.stale")
        return
    rows = (
        (turn.button("question.ask_other", AskAbout(0)),),
        (turn.button("button.back", Go("hoi")),),
    )
    await turn.show(Message(text=_said(turn, found[0]), buttons=rows))


def _said(turn: Turn, one: Asked) -> Text:
    asked = one.question
    unit = one.place.name if one.place else asked.desk
    words: list[Block] = [
        *turn.text("question.head", number=asked.id, day=_day(asked.day)),
        Block(spans=(Span(text=asked.words, bold=True),)),
    ]
    if one.title:
        words += turn.text("question.about", title=one.title)
    words += turn.text(f"question.stands_{asked.state}", unit=unit)
    if asked.answer:
        words.append(paragraph(asked.answer))
    return tuple(words)


async def _options(turn: Turn, state: FormState) -> Options:
    if state.context.get("briefing") != NO_BRIEFING:
        return {"briefings": []}
    found = await briefings.latest(turn.context, SHOWN)
    titled = [
        Choice(value=str(one.id), label={turn.language: one.briefing.body(turn.language).title})
        for one in found
    ]
    other = Choice(value=NO_BRIEFING, label={turn.language: turn.line("question.about_other")})
    return {"briefings": [*titled, other]}


async def _submit(turn: Turn, state: FormState) -> str | forms.Again | None:
    picked = state.answers.get("about")
    about = picked.value if picked is not None else state.context["briefing"]
    done = await questions.ask(turn.context, state.answers["words"].value, int(about))
    if isinstance(done, Refusal):
        return forms.Again(state, done.text(turn.house.texts, turn.language))
    unit = done.place.name if done.place else done.question.desk
    rows = (
        (turn.button("question.all_mine", Go("hoi")),),
        (turn.button("button.latest", Go("moinhat")),),
    )
    text = turn.text("question.sent", number=done.question.id, unit=unit)
    await turn.show(Message(text=text, buttons=rows))
    return None


forms.register(
    forms.FormHandler(
        slug="ask",
        allowed=lambda turn: may(turn.member, Act.ASK_QUESTION),
        submit=_submit,
        options=_options,
        sources=frozenset({"briefings"}),
        review=guarded.review,
        extras=guarded.extras,
        press=guarded.take_out,
        needs={"briefing": "context", "about": "choice", "words": "text"},
    )
)
