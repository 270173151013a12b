"""/cauhoi: the questions that one's unit is to answer: answered, passed on, closed, put into the kit."""

from bot.acts import question_desk
from bot.acts.context import STALE, Refusal
from bot.acts.question_desk import Listed, Opened
from bot.core.kernel.formats import cut_short, date_long, number
from bot.core.kernel.richtext import Block, Span, Text, paragraph
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.questions import OnQuestion, Questions
from handlers import filling, forms, guarded
from handlers.turn import Rows, Turn

PAGE = 5
LINE = 70  # characters of a question in the list


async def questions(turn: Turn) -> None:
    """What waits at one's unit, the oldest first."""
    await show(turn, Questions("open"))


async def show(turn: Turn, tap: Questions) -> None:
    """A page of what waits, or of what is over."""
    found = await question_desk.listed(turn.context, "", tap.show, tap.skip, PAGE)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    await turn.show(Message(text=_listed(turn, found, tap), buttons=_rows(turn, found, tap)))


def _listed(turn: Turn, found: Listed, tap: Questions) -> Text:
    key = "question.desk_over" if tap.show == "over" else "question.desk_open"
    words = [*turn.text(key, unit=found.place.name, count=number(found.total, turn.language))]
    for one in found.rows:
        place = found.places.get(one.unit)
        parts = [place.name if place else one.unit]
        if one.state == "waiting":
            parts.append(waited(turn, question_desk.waited(turn.context, one)))
        else:
            parts.append(turn.line(f"question.state_{one.state}"))
        words += turn.text(
            "question.desk_one",
            number=one.id,
            about=" · ".join(parts),
            words=cut_short(" ".join(one.words.split()), LINE),
        )
    return tuple(words) if found.rows else (*words, *turn.text("question.desk_nothing"))


def waited(turn: Turn, days: int) -> str:
    """How long a question waits, in days."""
    if not days:
        return turn.line("question.today")
    return turn.line("asking.days", count=number(days, turn.language))


def _rows(turn: Turn, found: Listed, tap: Questions) -> Rows:
    rows: list[tuple[Button, ...]] = [
        (turn.button("question.one", OnQuestion("open", one.id), number=one.id),) for one in found.rows
    ]
    ways = [turn.button("roster.before", Questions(tap.show, max(0, tap.skip - PAGE)))] if tap.skip else []
    if tap.skip + PAGE < found.total:
        ways.append(turn.button("roster.after", Questions(tap.show, tap.skip + PAGE)))
    rows += [tuple(ways)] if ways else []
    other = ("question.see_open", "open") if tap.show == "over" else ("question.see_over", "over")
    return (*rows, (turn.button(other[0], Questions(other[1])),))


async def act(turn: Turn, tap: OnQuestion) -> None:
    """A button of a question's screen."""
    match tap.step:
        case "open":
            await _do(turn, tap)
        case "answer":
            await _begin(turn, tap.number)
        case "forward" | "close":
            rows = (
                (turn.button(f"question.sure_{tap.step}", OnQuestion(f"{tap.step}!", tap.number)),),
                (turn.button("button.back", OnQuestion("open", tap.number)),),
            )
            text = turn.text(f"question.ask_{tap.step}", number=tap.number)
            await turn.show(Message(text=text, buttons=rows))
        case "forward!" | "close!":
            await _do(turn, tap)
        case "keep":
            await _keep(turn, tap.number)
        case _:
            turn.toast = turn.line("tap.stale")


async def _begin(turn: Turn, number: int) -> None:
    found = await question_desk.look(turn.context, number)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
    elif found.question.state == "closed":
        turn.toast = turn.refusal(question_desk.ELSEWHERE)
    else:
        await turn.send(Message(text=_said(turn, found)))  # read while it is answered
        await filling.begin(turn, "reply", question=str(number), stood=found.question.state)


async def _do(turn: Turn, tap: OnQuestion) -> None:
    ctx = turn.context
    if tap.step == "open":
        found = await question_desk.look(ctx, tap.number)
    elif tap.step == "forward!":
        found = await question_desk.forward(ctx, tap.number)
    else:
        found = await question_desk.close(ctx, tap.number)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
    elif tap.step == "forward!":
        text = turn.text("question.forwarded", number=tap.number)
        await turn.show(Message(text=text, buttons=_back(turn)))
    else:
        done = turn.text("question.closed", number=tap.number) if tap.step == "close!" else ()
        await turn.show(Message(text=(*done, *_said(turn, found)), buttons=_buttons(turn, found)))


def _said(turn: Turn, found: Opened) -> Text:
    one = found.question
    unit = found.place.name if found.place else one.unit
    age = waited(turn, found.days) if one.state == "waiting" else turn.line(f"question.state_{one.state}")
    words: list[Block] = [
        *turn.text("question.desk_head", number=one.id, unit=unit, age=age),
        Block(spans=(Span(text=one.words, bold=True),)),
    ]
    if found.title:
        words += turn.text("question.about", title=found.title)
    if one.answer:
        words += [*turn.text("question.our_answer"), paragraph(one.answer)]
    return tuple(words)


def _buttons(turn: Turn, found: Opened) -> Rows:
    one = found.question
    rows: Rows = ()
    if one.state == "waiting":
        rows = ((turn.button("question.answer", OnQuestion("answer", one.id)),),)
        if found.up:
            rows = (*rows, (turn.button("question.forward", OnQuestion("forward", one.id)),))
        rows = (*rows, (turn.button("question.close", OnQuestion("close", one.id)),))
    elif one.state == "answered":
        rows = ((turn.button("question.mend", OnQuestion("answer", one.id)),),)
        if found.keeps:
            rows = ((turn.button("question.keep", OnQuestion("keep", one.id)),), *rows)
    return (*rows, *_back(turn))


def _back(turn: Turn) -> Rows:
    return ((turn.button("question.back", Questions("open")),),)


async def _keep(turn: Turn, number: int) -> None:
    kept = await question_desk.into_kit(turn.context, number)
    if isinstance(kept, Refusal):
        turn.toast = turn.refusal(kept)
        return
    last = kept.entry.valid_until
    key = "question.kept_until" if last else "question.kept"
    values = {"day": date_long(last, turn.language)} if last else {}
    await turn.show(Message(text=turn.text(key, **values), buttons=_back(turn)))


async def _submit(turn: Turn, state: FormState) -> forms.Again | None:
    number = int(state.context["question"])
    first = state.context.get("stood") == "waiting"
    done = await question_desk.answer(turn.context, number, state.answers["words"].value, first=first)
    if done in (STALE, question_desk.ELSEWHERE):  # it went up, or somebody was quicker: nothing mends that
        words = question_desk.ELSEWHERE.text(turn.house.texts, turn.language)
        await turn.show(Message(text=words, buttons=_back(turn)))
        return None
    if isinstance(done, Refusal):
        return forms.Again(state, done.text(turn.house.texts, turn.language))
    rows = ((turn.button("question.keep", OnQuestion("keep", number)),),) if done.keeps else ()
    text = turn.text("question.answered", number=number)
    await turn.show(Message(text=text, buttons=(*rows, *_back(turn))))
    return None


forms.register(
    forms.FormHandler(
        slug="reply",
        allowed=lambda turn: may(turn.member, Act.ANSWER_QUESTION),
        submit=_submit,
        review=guarded.review,
        extras=guarded.extras,
        press=guarded.take_out,
        needs={"question": "context", "words": "text"},
    )
)
