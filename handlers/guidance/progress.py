"""/tiendo: runs in one's subtree, how far each has come, and pausing, resuming, cancelling, resolving."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.core.kernel.formats import number
from bot.core.people.permissions import Act, may
from bot.core.talk.message import Button, Message
from bot.storage.delivery import deliveries
from bot.storage.guidance import broadcasts
from bot.storage.people import audit
from handlers.guidance import runs
from handlers.guidance.runs import Scene
from handlers.turn import Turn

RECENT = 5
UPCOMING = 5
LONGEST_ID = 15  # digits; what is longer was forged


async def progress(turn: Turn) -> None:
    """The latest runs and the next broadcasts of one's subtree, moving by themselves."""
    message = await screen(turn)
    if message is None:
        await turn.say("progress.not_allowed")
    else:
        await turn.show(message, live="runs")


async def screen(turn: Turn) -> Message | None:
    """The latest runs and the next broadcasts; None for who may not see them."""
    member = turn.member
    if member is None or not member.path or not may(member, Act.FOLLOW_RUNS, member.path):
        return None
    words, rows = [*turn.text("progress.title")], list[tuple[Button, ...]]()
    recent = await broadcasts.recent_runs(turn.conn, member.path, RECENT)
    doubtful = False
    for place, run in enumerate(recent, start=1):
        one = await runs.scene(turn, await broadcasts.get(turn.conn, run.broadcast_id), run)
        if one is not None:
            counts = await runs.figures(turn, run)
            words += runs.run_lines(turn, one, run, counts, f"{place}. ")
            rows.append((Button(label=f"📊 {place}. {runs.label(one)}", data=f"run:show:{run.id}"),))
            doubtful = doubtful or bool(counts and counts["uncertain"])
    if doubtful:
        words += turn.text("progress.uncertain_means")
    following = await broadcasts.upcoming(turn.conn, member.path, UPCOMING)
    words += turn.text("progress.upcoming") if following else ()
    for row in following:
        one = await runs.scene(turn, row)
        if one is not None:
            words += runs.plan_lines(turn, one)
            rows.append((Button(label=f"🗓 {runs.label(one)}", data=f"run:next:{row.id}"),))
    if not recent and not following:
        words += turn.text("progress.none")
    rows.append((turn.button("progress.refresh", "go:tiendo"), turn.button("progress.compose", "go:phat")))
    return Message(text=tuple(words), buttons=tuple(rows))


async def act(turn: Turn, what: str, number_: str) -> None:
    """A button below a run or a broadcast; what it names is looked up and judged again at every press."""
    if not number_.isdecimal() or len(number_) > LONGEST_ID:
        turn.toast = turn.line("tap.stale")
        return
    if what in ON_RUNS:
        found, acts = await runs.of_run(turn, int(number_)), ON_RUNS
    elif what in ON_BROADCASTS:
        found, acts = await runs.scene(turn, await broadcasts.get(turn.conn, int(number_))), ON_BROADCASTS
    else:
        found, acts = None, ON_RUNS
    if found is None:
        turn.toast = turn.line("tap.stale")
        return
    await acts[what](turn, found)


async def _again(turn: Turn, one: Scene) -> None:
    """The same screen with what holds now."""
    if one.run is not None:
        fresh = await runs.of_run(turn, one.run.id)
        if fresh is not None:
            await runs.show_run(turn, fresh)
        return
    row = await broadcasts.get(turn.conn, one.broadcast.id)
    if row is not None:
        await runs.show_plan(turn, replace(one, broadcast=row))


async def _change(turn: Turn, one: Scene, to: str, done: str) -> None:
    if await broadcasts.set_state(turn.conn, one.broadcast.id, to):
        await _note(turn, f"broadcast {to}", one, "")
        turn.toast = turn.line(done)
    else:
        turn.toast = turn.line("progress.nothing_to_change")
    await _again(turn, one)


async def _note(turn: Turn, what: str, one: Scene, detail: str) -> None:
    if turn.member is not None:
        actor, subject = f"member:{turn.member.id}", f"broadcast:{one.broadcast.id}"
        await audit.note(turn.conn, actor, what, subject, detail, turn.now)


async def _pause(turn: Turn, one: Scene) -> None:
    await _change(turn, one, "paused", "progress.paused")


async def _resume(turn: Turn, one: Scene) -> None:
    await _change(turn, one, "scheduled", "progress.resumed")


async def _cancel(turn: Turn, one: Scene) -> None:
    await _change(turn, one, "cancelled", "progress.cancelled")


def _resolve(what: str, to: str) -> Callable[[Turn, Scene], Awaitable[None]]:
    async def resolve(turn: Turn, one: Scene) -> None:
        moved = await deliveries.resolve(turn.conn, one.id, to, turn.now)
        left = sum(count for _, _, count in await deliveries.reasons(turn.conn, one.id, "uncertain"))
        if moved:
            await _note(turn, f"uncertain {what}", one, f"run:{one.id}, {moved} rows")
        values = {"count": number(moved, turn.language), "left": number(left, turn.language)}
        words = turn.text(f"progress.done_{what}" if moved else "progress.done_none", **values)
        if moved and left:
            words += turn.text("progress.done_left", **values)
        fresh = await runs.of_run(turn, one.id)
        if fresh is not None:
            await runs.show_run(turn, fresh, words)

    return resolve


def _ask(what: str) -> Callable[[Turn, Scene], Awaitable[None]]:
    async def ask(turn: Turn, one: Scene) -> None:
        await runs.confirm(turn, one, what)

    return ask


Taken = Callable[[Turn, Scene], Awaitable[None]]

ON_RUNS: dict[str, Taken] = {
    "show": runs.show_run,
    "pause": _pause,
    "resume": _resume,
    "cancel": _ask("cancel"),
    "cancel!": _cancel,
    "doubt": runs.show_doubts,
    "resend": _ask("resend"),
    "resend!": _resolve("resend", "pending"),
    "accept": _ask("accept"),
    "accept!": _resolve("accept", "accepted"),
    "abandon": _ask("abandon"),
    "abandon!": _resolve("abandon", "abandoned"),
}
ON_BROADCASTS: dict[str, Taken] = {
    "next": runs.show_plan,
    "hold": _pause,
    "go": _resume,
    "drop": _ask("drop"),
    "drop!": _cancel,
}
