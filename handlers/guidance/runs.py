"""One broadcast or one of its runs, as those who follow it see it: screens with figures and buttons."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.kernel.formats import moment, number
from bot.core.kernel.richtext import Text
from bot.core.people.permissions import Act, may
from bot.core.schedule.occurrences import Monthly
from bot.core.talk.message import Button, Message
from bot.storage.delivery import deliveries, progress
from bot.storage.guidance import briefings, broadcasts
from bot.storage.guidance.broadcasts import BroadcastRow, RunRow
from bot.storage.people import units
from bot.storage.people.units import UnitRow
from handlers.guidance.draft import in_words
from handlers.guidance.figures import bar, capital, gather, tally, total, why
from handlers.turn import Rows, Turn

COUNTED_AT_ONCE = 20_000  # rows of a run: counting more would keep everybody's replies waiting
UNITS = 15  # lines of units on one screen
LABEL = 34  # characters of a title on a button
ACTIVE = ("planning", "running")
HALTED = ("held", "paused")
DOUBTS = ("resend", "accept", "abandon")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a screen is about. `run` None: a broadcast that waits for its time."""

    broadcast: BroadcastRow
    run: RunRow | None
    place: UnitRow
    title: str

    @property
    def id(self) -> int:
        """The number in the buttons: the run's, else the broadcast's."""
        return self.run.id if self.run else self.broadcast.id


async def scene(turn: Turn, broadcast: BroadcastRow | None, run: RunRow | None = None) -> Scene | None:
    """What this is about, for somebody who may follow runs at its unit; None for anybody else."""
    place = await units.get(turn.conn, broadcast.unit) if broadcast else None
    if broadcast is None or place is None or not may(turn.member, Act.FOLLOW_RUNS, place.path):
        return None
    row = await briefings.get(turn.conn, broadcast.briefing_id)
    title = row.briefing.body(turn.language).title if row else f"{broadcast.id}"
    return Scene(broadcast, run, place, title)


async def of_run(turn: Turn, run_id: int) -> Scene | None:
    """The scene of a run."""
    run = await broadcasts.get_run(turn.conn, run_id)
    return await scene(turn, await broadcasts.get(turn.conn, run.broadcast_id), run) if run else None


def label(one: Scene) -> str:
    """A title short enough for a button."""
    return one.title if len(one.title) <= LABEL else f"{one.title[: LABEL - 1].rstrip()}…"


async def figures(turn: Turn, run: RunRow) -> Mapping[str, int] | None:
    """A run's counts; None for a large run at first: the live screen shows them when they are counted."""
    if run.audience > COUNTED_AT_ONCE and not turn.reading:
        return None
    return await deliveries.counts(turn.conn, run.id)


def run_lines(turn: Turn, one: Scene, run: RunRow, counts: Mapping[str, int] | None, place: str = "") -> Text:
    """A run in a few lines: title, state, time, unit, the bar and the counts."""
    texts, language = turn.house.texts, turn.language
    going = run.state not in ("missed", "planning", "held")
    state = turn.line(f"progress.state_{run.state}")
    lines = [" · ".join((capital(state), moment(turn.local(run.at), language), one.place.name))]
    if going and counts is None:
        lines.append(turn.line("progress.counting", count=number(run.audience, language)))
    elif going and counts is not None:
        lines.append(bar(texts, language, total(counts)))
        lines += [tally(texts, language, counts)] if run.audience else []
    return turn.text("progress.run", title=f"{place}{one.title}", details="\n".join(lines))


def plan_lines(turn: Turn, one: Scene) -> Text:
    """A broadcast that waits for its time, in a few lines."""
    row = one.broadcast
    halted = turn.line("progress.state_paused") if row.state == "paused" else ""
    following = moment(turn.local(row.next_at), turn.language) if row.next_at is not None else ""
    monthly = in_words(turn, row.schedule) if isinstance(row.schedule, Monthly) else ""
    details = capital(" · ".join(part for part in (halted, following, one.place.name, monthly) if part))
    return turn.text("progress.plan", title=one.title, details=details)


async def show_run(turn: Turn, one: Scene, notice: Text = ()) -> None:
    """Show the screen of one run; without a notice it moves by itself."""
    message = await run_screen(turn, one, notice)
    if message is not None and one.run is not None:
        counted = one.run.audience <= COUNTED_AT_ONCE
        await turn.show(message, live="" if notice and counted else f"run:{one.run.id}")


async def run_screen(turn: Turn, one: Scene, notice: Text = ()) -> Message | None:
    """One run: figures, reasons, units with the behind first, and what can be done. None without a run."""
    run = one.run
    if run is None:
        return None
    counts = await figures(turn, run)
    words = [*notice, *run_lines(turn, one, run, counts)]
    if counts is None:
        return Message(text=tuple(words), buttons=_run_buttons(turn, one, run, 0))
    reasons = await deliveries.reasons(turn.conn, run.id)
    words += why(turn.house.texts, turn.language, reasons)
    if counts["uncertain"]:
        words += turn.text("progress.uncertain_means")
    words += await _units(turn, one, run)
    return Message(text=tuple(words), buttons=_run_buttons(turn, one, run, counts["uncertain"]))


async def _units(turn: Turn, one: Scene, run: RunRow) -> Text:
    rows = await progress.by_unit(turn.conn, run.id)
    shown, merged = gather(rows, one.place.path, turn.house.threshold)
    if len(shown) + (merged is not None) < 2:
        return ()
    names = {row.path: row.name for row in await units.below(turn.conn, one.place.path)}
    names[one.place.path] = turn.line("unit.directly")
    texts, language = turn.house.texts, turn.language
    words = [*turn.text("progress.units")]
    for count in shown[:UNITS]:
        words += turn.text(
            "progress.unit", unit=names.get(count.path or "", ""), bar=bar(texts, language, count)
        )
    if len(shown) > UNITS:
        words += turn.text("progress.units_more", count=number(len(shown) - UNITS, language))
    if merged is not None:
        words += turn.text("progress.small_groups", bar=bar(texts, language, merged))
    return tuple(words)


def _run_buttons(turn: Turn, one: Scene, run: RunRow, uncertain: int) -> Rows:
    rows: list[tuple[Button, ...]] = [(turn.button("progress.refresh", f"run:show:{run.id}"),)]
    if uncertain:
        count = number(uncertain, turn.language)
        rows.append((turn.button("progress.doubt", f"run:doubt:{run.id}", count=count),))
    halted = run.state in HALTED or one.broadcast.state == "paused"
    if halted:
        rows.append((turn.button("progress.resume", f"run:resume:{run.id}"),))
    elif run.state in ACTIVE:
        rows.append((turn.button("progress.pause", f"run:pause:{run.id}"),))
    if halted or run.state in ACTIVE:
        rows.append((turn.button("progress.cancel", f"run:cancel:{run.id}"),))
    rows.append((turn.button("button.back", "go:tiendo"),))
    return tuple(rows)


async def show_plan(turn: Turn, one: Scene, notice: Text = ()) -> None:
    """The screen of a broadcast that waits for its time."""
    halted = one.broadcast.state == "paused"
    change = ("progress.resume", "go") if halted else ("progress.pause", "hold")
    rows: list[tuple[Button, ...]] = []
    if one.broadcast.state in ("scheduled", "paused"):
        rows.append((turn.button(change[0], f"run:{change[1]}:{one.id}"),))
        rows.append((turn.button("progress.cancel", f"run:drop:{one.id}"),))
    rows.append((turn.button("button.back", "go:tiendo"),))
    await turn.show(Message(text=(*notice, *plan_lines(turn, one)), buttons=tuple(rows)))


async def confirm(turn: Turn, one: Scene, what: str) -> None:
    """Ask again before something that cannot be taken back."""
    back = f"run:{'show' if one.run else 'next'}:{one.id}"
    words = [*turn.text(f"progress.ask_{what}", title=one.title)]
    if what in ("cancel", "drop") and isinstance(one.broadcast.schedule, Monthly):
        words += turn.text("progress.ask_monthly")
    rows = (
        (turn.button(f"progress.sure_{what}", f"run:{what}!:{one.id}"),),
        (turn.button("button.back", back),),
    )
    await turn.show(Message(text=tuple(words), buttons=rows))


async def show_doubts(turn: Turn, one: Scene) -> None:
    """The rows whose arrival is unknown, why, and what can be done about them."""
    reasons = await deliveries.reasons(turn.conn, one.id, "uncertain")
    count = sum(row[2] for row in reasons)
    words = [*turn.text("progress.doubts", title=one.title, count=number(count, turn.language))]
    words += why(turn.house.texts, turn.language, reasons)
    words += turn.text("progress.uncertain_means")
    words += turn.text("progress.doubts_ask")
    rows = (
        tuple((turn.button(f"progress.{what}", f"run:{what}:{one.id}"),) for what in DOUBTS) if count else ()
    )
    back = (turn.button("button.back", f"run:show:{one.id}"),)
    await turn.show(Message(text=tuple(words), buttons=(*rows, back)))
