"""Correcting a run that went out, and taking it back: asked for on its screen, and how far it has come."""

from bot.acts import correction_figures, corrections, places, runs
from bot.acts.context import Refusal
from bot.acts.corrections import Corrected, Waits
from bot.acts.first_screen import both
from bot.acts.runs import Run
from bot.core.kernel.formats import number
from bot.core.kernel.richtext import Text
from bot.core.people.permissions import Act, may
from bot.core.people.units import code_of
from bot.core.talk.form import FormState
from bot.core.talk.message import Message
from bot.core.talk.taps.sending import OnRun
from handlers import filling, forms
from handlers.guidance.reminding import when
from handlers.turn import Rows, Turn

OUT = ("running", "paused", "finished", "cancelled")
UNITS = 7


async def lines(turn: Turn, run: Run) -> tuple[Text, Rows]:
    """What was corrected and how far that has come; the buttons that correct it and take it back."""
    if run.cut:
        return (), ()
    found = await correction_figures.report(turn.context, run)
    words: Text = ()
    if found is not None:
        at = when(turn, found.at)
        key = "correct.was" if found.words else "correct.was_anew"
        words = turn.text("recall.was" if found.recalled else key, at=at, **both(found.words))
        counts = {"edited": found.edited, "told": found.told, "noted": found.noted}
        shown = {name: number(count, turn.language) for name, count in counts.items()}
        words += turn.text("recall.reached" if found.recalled else "correct.reached", **shown)
        if found.recalled:
            return words + (() if found.planning else await _left(turn, found)), ()
    if run.state not in OUT or not await corrections.answers_for(turn.context, run.plan.id):
        return words, ()
    mend = turn.button("correct.begin", OnRun("mend", run.id))
    return words, ((mend, turn.button("recall.begin", OnRun("recall", run.id))),)


async def _left(turn: Turn, found: correction_figures.Report) -> Text:
    words: list[Text] = []
    for path, count in found.left[:UNITS]:
        place = await places.find(turn.conn, code_of(path)) if path else None
        unit = place.name if place else turn.line("recall.small")
        words.append(turn.text("recall.left", unit=unit, count=number(count, turn.language)))
    head = turn.text("recall.left_title") if words else ()
    return (*head, *(block for text in words for block in text))


async def begin(turn: Turn, run: Run) -> None:
    """Ask what is wrong; of a prepared briefing, whether the content's new text goes out."""
    why = await corrections.hindered(turn.context, run.id)
    if why is not None:  # said before anything is typed in vain
        turn.toast = turn.refusal(why)
        return
    if run.plan.briefing.slug not in turn.house.briefings:
        await filling.begin(turn, "correct", run=str(run.id))
        return
    title = run.plan.briefing.body(turn.language).title
    sure = turn.button("correct.sure", OnRun("mend!", run.id))
    back = turn.button("button.back", OnRun("show", run.id))
    await turn.show(Message(text=turn.text("correct.ask_content", title=title), buttons=((sure,), (back,))))


async def take_newest(turn: Turn, run: Run) -> None:
    """Correct it by what the content says now."""
    _say(turn, await corrections.correct(turn.context, run.id), "correct.done")


async def ask_recall(turn: Turn, run: Run) -> None:
    """Ask again before a briefing is taken back."""
    title = run.plan.briefing.body(turn.language).title
    sure = turn.button("recall.sure", OnRun("recall!", run.id))
    back = turn.button("button.back", OnRun("show", run.id))
    await turn.show(Message(text=turn.text("recall.ask", title=title), buttons=((sure,), (back,))))


async def recall(turn: Turn, run: Run) -> None:
    """Take it back."""
    _say(turn, await corrections.recall(turn.context, run.id), "recall.done")


def _say(turn: Turn, done: Corrected | Waits | Refusal, key: str) -> None:
    turn.toast = turn.refusal(done) if isinstance(done, Refusal) else turn.line(key)


async def _corrected(turn: Turn, state: FormState) -> forms.Again | None:
    run, old, new = int(state.context["run"]), state.answers["old"].value, state.answers["new"].value
    done = await corrections.correct(turn.context, run, old, new)
    if isinstance(done, Refusal):
        return forms.Again(state, done.text(turn.house.texts, turn.language))
    back = ((turn.button("button.progress", OnRun("show", run)),),)
    if isinstance(done, Waits):
        key = "mend.asked" if done.told else "mend.asked_nobody"
        said = turn.text(key, old=old, new=new, count=number(done.told, turn.language))
        await turn.show(Message(text=said, buttons=back))
        return None
    await turn.show(Message(text=turn.text("correct.done"), buttons=back))
    return None


async def _about(turn: Turn, state: FormState) -> Text:
    """Which briefing is corrected: others may have been looked at meanwhile."""
    run = await runs.seen(turn.context, int(state.context["run"]))
    if run is None:
        return ()
    return turn.text("correct.about", title=run.plan.briefing.body(turn.language).title)


async def _review(turn: Turn, state: FormState) -> forms.Review:
    return forms.Review(under=await _about(turn, state))


forms.register(
    forms.FormHandler(
        slug="correct",
        allowed=lambda turn: may(turn.member, Act.CORRECT),
        submit=_corrected,
        above=_about,
        review=_review,
        needs={"run": "context", "old": "text", "new": "text"},
    )
)
