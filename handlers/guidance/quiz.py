"""Questions of understanding: one after the other, once a briefing is confirmed; and what came across."""

from bot.acts import understanding
from bot.acts.context import Refusal
from bot.acts.runs import Run
from bot.acts.understanding import Asked, Figures
from bot.core.guidance.briefing import Check
from bot.core.kernel.formats import cut_short, number, percent
from bot.core.kernel.richtext import Block, Span, Text
from bot.core.opinion.understanding import POOR, Understood
from bot.core.people.permissions import Act, may
from bot.core.talk.form import localized
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.reading import Quiz
from bot.core.talk.taps.sending import OnRun
from handlers.guidance import compose
from handlers.steps import next_steps
from handlers.turn import Turn

LATER = 0  # the choice that is none
TITLE = 120  # characters of a title that was composed
UNITS = 10  # lines of units below a question


async def following(turn: Turn, delivery: int) -> Asked | None:
    """The next question of a briefing that was confirmed, where it has one."""
    return await understanding.following(turn.context, delivery)


async def offer(turn: Turn, asked: Asked) -> None:
    """Ask it."""
    await turn.send(_question(turn, asked))


def _question(turn: Turn, asked: Asked) -> Message:
    words = [*turn.text("quiz.head", number=asked.number, all=asked.of)]
    words.append(Block(spans=(Span(text=localized(asked.check.question, turn.language), bold=True),)))
    rows: list[tuple[Button, ...]] = []
    for place, choice in enumerate(asked.check.choices, start=1):
        tap = Quiz(asked.delivery, asked.number, place)
        rows.append((Button.of(localized(choice, turn.language), tap),))
    rows.append((turn.button("quiz.later", Quiz(asked.delivery, asked.number, LATER)),))
    return Message(text=tuple(words), buttons=tuple(rows))


async def answer(turn: Turn, tap: Quiz) -> None:
    """An answer is counted; what is said of it is the same whatever was picked."""
    if tap.choice == LATER:
        await turn.show(Message(text=turn.text("quiz.put_off"), buttons=next_steps(turn)))
        return
    turn.leave_no_trace()  # the update says what was picked
    done = await understanding.answer(turn.context, tap.delivery, tap.question, tap.choice)
    if isinstance(done, Refusal):
        turn.toast = turn.refusal(done)
        return
    check, following = done.asked.check, done.following
    words = turn.text("quiz.right", answer=localized(check.choices[check.right], turn.language))
    head = Block(spans=(Span(text=localized(check.question, turn.language), bold=True),))
    shown = turn.text("quiz.stands", sentence=localized(check.sentence, turn.language))
    thanks = () if following else turn.text("quiz.thanks")
    rows = () if following else next_steps(turn)
    await turn.show(Message(text=(head, *words, *shown, *thanks), buttons=rows))
    if following is not None:
        await turn.send(_question(turn, following))


async def figures(turn: Turn, run: Run) -> None:
    """How far a run was understood; from there the way to say it more clearly."""
    found = await understanding.figures(turn.context, run.id)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    rows: list[tuple[Button, ...]] = []
    if not run.cut and may(turn.member, Act.CORRECT, run.path):
        rows.append((turn.button("quiz.mend", OnRun("mend", run.id)),))
    if may(turn.member, Act.SCHEDULE):
        rows.append((turn.button("quiz.clarify", OnRun("clarify", run.id)),))
    rows.append((turn.button("button.back", OnRun("show", run.id)),))
    await turn.show(Message(text=_figures(turn, found), buttons=tuple(rows)))


async def clarify(turn: Turn, run: Run) -> None:
    """A text that says more clearly what was not understood, filled in to be looked at."""
    found = await understanding.figures(turn.context, run.id)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    asked = list(zip(found.checks, found.questions, strict=True))
    poor = [one for one, figures in asked if (figures.share(one.right) or 0) < POOR and figures.answered]
    title = run.plan.briefing.body("vi").title
    said = turn.house.texts.line("vi", "quiz.clarify_title", title=title)
    parts = [_clearly(turn, one) for one in poor or found.checks]
    await compose.prepared(
        turn, cut_short(said, TITLE), "\n\n".join(parts), run.plan.briefing.topic, run.plan.place
    )


def _clearly(turn: Turn, check: Check) -> str:
    values = {"question": check.question["vi"], "answer": check.choices[check.right]["vi"]}
    return turn.house.texts.line("vi", "quiz.clarify_one", sentence=check.sentence["vi"], **values)


def _figures(turn: Turn, found: Figures) -> Text:
    title = found.run.plan.briefing.body(turn.language).title
    threshold = turn.house.threshold
    words = [*turn.text("quiz.figures", title=title, threshold=number(threshold, turn.language))]
    for place, (check, one) in enumerate(zip(found.checks, found.questions, strict=True), start=1):
        words += turn.text("quiz.one", number=place, question=localized(check.question, turn.language))
        if not one.answered:
            words += turn.text("quiz.too_few", threshold=number(threshold, turn.language))
            continue
        words += _shares(turn, check, one)
        for unit in one.units[:UNITS] if len(one.units) > 1 else ():
            values = {
                "right": number(unit.right, turn.language),
                "answered": number(unit.answered, turn.language),
            }
            words += turn.text("quiz.unit", unit=found.names[unit.path], **values)
    return tuple(words)


def _shares(turn: Turn, check: Check, one: Understood) -> Text:
    share, language = one.share(check.right) or 0, turn.language
    key = "quiz.poor" if share < POOR else "quiz.good"
    values = {"share": percent(share, language), "count": number(one.answered or 0, language)}
    words = [*turn.text(key, **values)]
    for place, (choice, picked) in enumerate(zip(check.choices, one.choices, strict=True)):
        count = turn.line("quiz.few") if picked is None else number(picked, language)
        mark = "quiz.choice_right" if place == check.right else "quiz.choice"
        words += turn.text(mark, choice=localized(choice, language), count=count)
    return tuple(words)
