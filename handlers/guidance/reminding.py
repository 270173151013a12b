"""Reminding from a run's screen: one tap, when it went and may go again, and whether it goes by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.acts import correction_figures, reminders
from bot.acts.context import Refusal
from bot.acts.reminders import Reminders
from bot.acts.runs import Run
from bot.core.kernel.formats import moment, number
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import Ms
from bot.core.people.permissions import Act, may
from bot.core.talk.message import Button
from bot.core.talk.taps.sending import OnRun
from handlers.turn import Rows, Turn

OUT = ("running", "paused", "finished")


async def lines(
    turn: Turn, run: Run, counts: Mapping[str, int], barred: frozenset[Act]
) -> tuple[Text, tuple[Button, ...], Rows]:
    """When it was reminded of; the button that does so now; and the one that lets it go by itself.

    Nothing of one that was taken back. `barred`: what the reader may not decide about it.
    """
    if run.state not in OUT or not may(turn.member, Act.REMIND):
        return (), (), ()
    if await correction_figures.recalled(turn.context, run):
        return (), (), ()
    found = await reminders.of(turn.context, run)
    words = said(turn, found) if found.sent else ()
    unread = counts["sent"] + counts["accepted"] - counts["acknowledged"]
    now: tuple[Button, ...] = ()
    if unread > 0 and found.next_at is not None and (not found.sent or found.next_at <= turn.now):
        count = number(unread, turn.language)
        now = (turn.button("reminders.remind", OnRun("remind", run.id), count=count),)
    alone: Rows = ()
    if not run.cut and may(turn.member, Act.AUTOMATIC) and Act.AUTOMATIC not in barred and found.most:
        key, step = ("reminders.stop", "noauto") if found.automatic else ("reminders.by_itself", "auto")
        alone = ((turn.button(key, OnRun(step, run.id)),),)
    if found.automatic and found.most:
        words = (*words, *turn.text("reminders.goes_alone"))
    return words, now, alone


def said(turn: Turn, found: Reminders) -> Text:
    """The last one and the next: "Đã nhắc lúc 14:00. Nhắc lần 2 được từ 08:00 ngày mai, tối đa 3 lần."."""
    last = found.sent[-1]
    key = "reminders.sent" if last <= turn.now else "reminders.waits"
    words = turn.text(key, at=when(turn, last))
    if found.next_at is None:
        return words + turn.text("reminders.was_last", count=number(len(found.sent), turn.language))
    more = {"time": len(found.sent) + 1, "at": when(turn, found.next_at), "most": found.most}
    return words + turn.text("reminders.next", **more)


def when(turn: Turn, at: Ms) -> str:
    """An instant (ms UTC) as people say it: "14:00", "08:00 ngày mai", else with its day."""
    local: datetime = turn.local(at)
    hour = f"{local.hour:02}:{local.minute:02}"
    if local.date() == turn.moment.date():
        return hour
    if local.date() == turn.moment.date() + timedelta(days=1):
        return turn.line("reminders.tomorrow", hour=hour)
    return moment(local, turn.language)


async def remind(turn: Turn, run: Run) -> None:
    """One tap reminds only those who have not read it; twice is once."""
    done = await reminders.remind(turn.context, run.id)
    if isinstance(done, Refusal):
        turn.toast = turn.line(done.key, **done.written(turn.language))
    else:
        turn.toast = turn.line("reminders.done" if done.at <= turn.now else "reminders.done_later")


async def by_itself(turn: Turn, run: Run, on: bool) -> None:
    """Let its broadcast remind by itself, or no more."""
    done = await reminders.automatic(turn.context, run.plan.id, on)
    if isinstance(done, Refusal):
        turn.toast = turn.refusal(done)
    else:
        turn.toast = turn.line("reminders.automatic" if on else "reminders.stopped")
