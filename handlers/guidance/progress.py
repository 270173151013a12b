"""/tiendo: runs in one's subtree, how far each has come, and pausing, resuming, cancelling, resolving."""

from collections.abc import Awaitable, Callable
from functools import partial

from bot.acts import approval, broadcasts
from bot.acts import runs as acts
from bot.acts.context import Context, Refusal
from bot.acts.runs import Decision, Plan, Progress, Run
from bot.core.kernel.formats import number
from bot.core.kernel.richtext import Text
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnRun
from handlers.access import open_to
from handlers.guidance import changing, kit, mending, quiz, reminding, runs
from handlers.turn import Turn

Change = Callable[[Context, int], Awaitable[bool | Refusal]]


async def progress(turn: Turn) -> None:
    """The latest runs and the next broadcasts of one's subtree, moving by themselves."""
    message = await screen(turn)
    if message is None:
        await turn.say("progress.not_allowed")
    else:
        await turn.show(message, live="runs")


async def screen(turn: Turn) -> Message | None:
    """The latest runs and the next broadcasts; None for who may not see them."""
    found = await acts.progress(turn.context)
    if isinstance(found, Refusal):
        return None
    words, rows = [*turn.text("progress.title")], list[tuple[Button, ...]]()
    doubtful = False
    for place, run in enumerate(found.recent, start=1):
        counts = await runs.figures(turn, run)
        words += runs.run_lines(turn, run, counts, f"{place}. ")
        rows.append((Button.of(runs.label(turn, run.plan, "📊", f"{place}. "), OnRun("show", run.id)),))
        doubtful = doubtful or bool(counts and counts["uncertain"])
    if doubtful:
        words += turn.text("progress.uncertain_means")
    words += _plans(turn, found, rows)
    compose = (turn.button("progress.compose", Go("phat")),) if open_to("phat", turn.member) else ()
    rows.append((turn.button("progress.refresh", Go("tiendo")), *compose))
    return Message(text=tuple(words), buttons=tuple(rows))


def _plans(turn: Turn, found: Progress, rows: list[tuple[Button, ...]]) -> Text:
    words: list[Text] = []
    for key, plans in (("progress.upcoming", found.waiting), ("progress.dropped", found.cancelled)):
        words += [turn.text(key)] if plans else []
        for plan in plans:
            words.append(runs.plan_lines(turn, plan))
            rows.append((Button.of(runs.label(turn, plan, "🗓"), OnRun("next", plan.id)),))
    if not (found.recent or words):
        words.append(turn.text("progress.none"))
    return tuple(block for text in words for block in text)


async def act(turn: Turn, tap: OnRun) -> None:
    """A button below a run or a broadcast; what it names is looked up and judged again at every press."""
    found: Run | Plan | Refusal | None = None
    if tap.step in ON_RUNS:
        found = await acts.status(turn.context, tap.number)
    elif tap.step in ON_PLANS:
        found = await acts.plan(turn.context, tap.number)
    if (
        isinstance(found, Run)
        and found.cut
        and tap.step not in ("show", "remind", "figures", "quiz", "clarify")
    ):
        turn.toast = turn.line("tap.stale")  # whose run it is decides about it
    elif isinstance(found, Run):
        await ON_RUNS[tap.step](turn, found)
    elif isinstance(found, Plan):
        await ON_PLANS[tap.step](turn, found)
    else:
        turn.toast = turn.line(found.key if found else "tap.stale")


def _on_run(change: Change, done: str) -> Callable[[Turn, Run], Awaitable[None]]:
    async def changed(turn: Turn, run: Run) -> None:
        _say(turn, await change(turn.context, run.plan.id), done)
        fresh = await acts.status(turn.context, run.id)
        if isinstance(fresh, Run):
            await runs.show_run(turn, fresh)

    return changed


def _on_plan(change: Change, done: str) -> Callable[[Turn, Plan], Awaitable[None]]:
    async def changed(turn: Turn, plan: Plan) -> None:
        _say(turn, await change(turn.context, plan.id), done)
        fresh = await acts.plan(turn.context, plan.id)
        if isinstance(fresh, Plan):
            await runs.show_plan(turn, fresh)

    return changed


async def _take_text(turn: Turn, plan: Plan) -> None:
    number = await broadcasts.take_text(turn.context, plan.id)
    if isinstance(number, Refusal):
        await runs.show_plan(turn, plan, number.text(turn.house.texts, turn.language))
        return
    turn.toast = turn.line("progress.text_taken")
    fresh = await acts.plan(turn.context, number)
    if isinstance(fresh, Plan):
        await runs.show_plan(turn, fresh)


async def _submit(turn: Turn, plan: Plan) -> None:
    done = await approval.submit(turn.context, plan.id)
    if isinstance(done, Refusal):
        await runs.show_plan(turn, plan, done.text(turn.house.texts, turn.language))
        return
    key = "approve.submitted" if done.state == "submitted" else "approve.released"
    words = turn.text(key)
    if done.state == "submitted" and not done.told:
        words += turn.text("approve.no_approver")
    fresh = await acts.plan(turn.context, plan.id)
    if isinstance(fresh, Plan):
        await runs.show_plan(turn, fresh, words)


async def _kit(turn: Turn, one: Run | Plan) -> None:
    plan = one.plan if isinstance(one, Run) else one
    await kit.of_slug(turn, plan.briefing.slug)


async def _keep_text(turn: Turn, plan: Plan) -> None:
    turn.toast = turn.line("progress.text_kept")
    await runs.show_plan(turn, plan)


def _say(turn: Turn, changed: bool | Refusal, done: str) -> None:
    if isinstance(changed, Refusal):
        turn.toast = turn.refusal(changed)
    else:
        turn.toast = turn.line(done if changed else "progress.nothing_to_change")


def _resolve(decision: Decision) -> Callable[[Turn, Run], Awaitable[None]]:
    async def resolved(turn: Turn, run: Run) -> None:
        done = await acts.resolve(turn.context, run.id, decision)
        if isinstance(done, Refusal):
            turn.toast = turn.refusal(done)
            return
        values = {"count": number(done.moved, turn.language), "left": number(done.left, turn.language)}
        words = turn.text(f"progress.done_{decision}" if done.moved else "progress.done_none", **values)
        if done.moved and done.left:
            words += turn.text("progress.done_left", **values)
        fresh = await acts.status(turn.context, run.id)
        if isinstance(fresh, Run):
            await runs.show_run(turn, fresh, words)

    return resolved


async def _see(turn: Turn, plan: Plan) -> None:
    """A broadcast that waits; the run of one that went out since the button was shown."""
    run = await acts.last_of(turn.context, plan.id) if plan.state == "finished" else None
    await (runs.show_plan(turn, plan) if run is None else runs.show_run(turn, run))


def _then_shown(change: Callable[[Turn, Run], Awaitable[None]]) -> Callable[[Turn, Run], Awaitable[None]]:
    async def changed(turn: Turn, run: Run) -> None:
        await change(turn, run)
        await runs.show_run(turn, run)

    return changed


def _ask(what: str) -> Callable[[Turn, Run | Plan], Awaitable[None]]:
    async def ask(turn: Turn, one: Run | Plan) -> None:
        await runs.confirm(turn, one, what)

    return ask


PAUSED = (broadcasts.pause, "progress.paused")
RESUMED = (broadcasts.resume, "progress.resumed")
CANCELLED = (broadcasts.cancel, "progress.cancelled")
ON_RUNS: dict[str, Callable[[Turn, Run], Awaitable[None]]] = {
    "show": runs.show_run,
    "figures": runs.hand_figures,
    "pause": _on_run(*PAUSED),
    "resume": _on_run(*RESUMED),
    "cancel": _ask("cancel"),
    "cancel!": _on_run(*CANCELLED),
    "remind": _then_shown(reminding.remind),
    "auto": _then_shown(partial(reminding.by_itself, on=True)),
    "noauto": _then_shown(partial(reminding.by_itself, on=False)),
    "mend": mending.begin,
    "mend!": _then_shown(mending.take_newest),
    "recall": mending.ask_recall,
    "recall!": _then_shown(mending.recall),
    "kit": _kit,
    "quiz": quiz.figures,
    "clarify": quiz.clarify,
    "doubt": runs.show_doubts,
    "resend": _ask("resend"),
    "resend!": _resolve("resend"),
    "accept": _ask("accept"),
    "accept!": _resolve("accept"),
    "abandon": _ask("abandon"),
    "abandon!": _resolve("abandon"),
}
ON_PLANS: dict[str, Callable[[Turn, Plan], Awaitable[None]]] = {
    "next": _see,
    "hold": _on_plan(*PAUSED),
    "go": _on_plan(*RESUMED),
    "drop": _ask("drop"),
    "drop!": _on_plan(*CANCELLED),
    "submit": _submit,
    "change": changing.choose,
    "ch_time": partial(changing.begin, what="time"),
    "ch_unit": partial(changing.begin, what="unit"),
    "ch_text": partial(changing.begin, what="text"),
    "ch_new": partial(changing.begin, what="newcomers"),
    "qa": _kit,
    "new_text": _take_text,
    "old_text": _keep_text,
}
