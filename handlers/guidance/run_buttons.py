"""What can be done about a broadcast or one of its runs, as buttons: those that its reader may press."""

from bot.acts.runs import Plan, Run
from bot.core.guidance.broadcast import WAITING
from bot.core.kernel.formats import number
from bot.core.people.permissions import Act, may
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnRun
from handlers.turn import Rows, Turn

ACTIVE = ("planning", "running")
HALTED = ("held", "paused")
Barred = frozenset[Act]
BEGINS = {
    "figures": Act.BEHIND,
    "pause": Act.PAUSE,
    "hold": Act.PAUSE,
    "resume": Act.RESUME,
    "go": Act.RESUME,
    "cancel": Act.CANCEL,
    "drop": Act.CANCEL,
    "doubt": Act.RESOLVE,
    "submit": Act.SUBMIT,
    "change": Act.CHANGE,
    "kit": Act.ADD_TO_KIT,
    "quiz": Act.UNDERSTOOD,
    "clarify": Act.SCHEDULE,
    "qa": Act.ADD_TO_KIT,
}
"""Which act a step leads to; what is not here only shows."""


def _row(turn: Turn, key: str, tap: OnRun, barred: Barred = frozenset(), **values: object) -> Rows:
    """A button's row; none where the reader may not do what it begins, or is `barred` from it here."""
    needed = BEGINS.get(tap.step)
    allowed = needed is None or (may(turn.member, needed) and needed not in barred)
    return ((turn.button(key, tap, **values),),) if allowed else ()


def of_run(turn: Turn, run: Run, uncertain: int, barred: Barred, alone: Rows = ()) -> Rows:
    """What can be done about a run, so many of whose messages are in doubt."""
    rows = _row(turn, "progress.refresh", OnRun("show", run.id))
    if run.state not in ("missed", "planning", "held", "differs"):
        rows += _row(turn, "figures.button", OnRun("figures", run.id))
    if run.plan.briefing.checks:
        rows += _row(turn, "quiz.button", OnRun("quiz", run.id))
    if run.cut:  # whose run it is decides about it
        return (*rows, (turn.button("button.back", Go("tiendo")),))
    if uncertain:
        count = number(uncertain, turn.language)
        rows += _row(turn, "progress.doubt", OnRun("doubt", run.id), barred, count=count)
    halted = run.state in HALTED or run.plan.state == "paused"
    if run.state == "differs":
        rows += _decision(turn, run, barred)
    elif halted:
        rows += _row(turn, "progress.resume", OnRun("resume", run.id), barred)
    elif run.state in ACTIVE:
        rows += _row(turn, "progress.pause", OnRun("pause", run.id), barred)
    if run.state != "differs" and (halted or run.state in ACTIVE):
        rows += _row(turn, "progress.cancel", OnRun("cancel", run.id), barred)
    rows = (*rows, *alone, *_row(turn, "kit.button", OnRun("kit", run.id)))
    return (*rows, (turn.button("button.back", Go("tiendo")),))


def _decision(turn: Turn, run: Run, barred: Barred) -> Rows:
    send = _row(turn, "progress.send", OnRun("resume", run.id), barred) if run.audience else ()
    return (*send, *_row(turn, "progress.do_not_send", OnRun("cancel", run.id), barred))


def of_plan(turn: Turn, plan: Plan, barred: Barred) -> Rows:
    """What can be done about a broadcast that waits for its time."""
    change = ("progress.resume", "go") if plan.state == "paused" else ("progress.pause", "hold")
    rows: Rows = ()
    if plan.state in ("scheduled", "paused"):
        rows += _row(turn, change[0], OnRun(change[1], plan.id), barred)
    if plan.state in ("draft", "returned"):
        rows += _row(turn, "approve.submit", OnRun("submit", plan.id), barred)
    if plan.state in WAITING:
        rows += _row(turn, "change.begin", OnRun("change", plan.id), barred)
        rows += _row(turn, "progress.cancel", OnRun("drop", plan.id), barred)
        rows += _row(turn, "kit.button", OnRun("qa", plan.id))
    return rows
