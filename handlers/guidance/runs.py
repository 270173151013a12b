"""One broadcast or one of its runs, as those who follow it see it: screens with figures and buttons."""

from collections.abc import Mapping

from bot.acts import awaiting, issuers, places, run_counts, run_figures
from bot.acts.context import Refusal
from bot.acts.runs import Plan, Run
from bot.core.delivery.reasons import key
from bot.core.guidance.approval import Approval
from bot.core.guidance.figures import gather, total
from bot.core.kernel.formats import capital, cut_short, moment, number
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import NOWHERE, UnitPath
from bot.core.people.units import code_of
from bot.core.talk.message import Attachment, Message
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnRun
from handlers.guidance import adding, mending, reminding, run_buttons, unread
from handlers.guidance.draft import in_words
from handlers.guidance.figures import bar, tally, why
from handlers.turn import Turn

COUNTED_SOON = 20_000  # recipients: of more the figures follow where they can
UNITS = 15  # lines of units on one screen
LABEL = 34  # characters of a title on a button
DOUBTS = ("resend", "accept", "abandon")


def title(turn: Turn, plan: Plan) -> str:
    """What a broadcast says, in the reader's language; what is urgent says so."""
    words = plan.briefing.body(turn.language).title
    return turn.line("briefing.urgent", title=words) if plan.urgent else words


def label(turn: Turn, plan: Plan, sign: str, place: str = "") -> str:
    """A title short enough for a button, under its sign: ❗ in place of any other where it is urgent."""
    words = plan.briefing.body(turn.language).title
    words = cut_short(words, LABEL)
    return f"{'❗' if plan.urgent else sign} {place}{words}"


async def figures(turn: Turn, run: Run) -> Mapping[str, int] | None:
    """A run's counts; None for a large run at first, where its screen can show them when they are counted."""
    if run.audience > COUNTED_SOON and not turn.reading and turn.account in turn.house.edits:
        return None
    return await run_counts.counts(turn.context, run)


def run_lines(turn: Turn, run: Run, counts: Mapping[str, int] | None, place: str = "") -> Text:
    """A run in a few lines: title, state, time, unit, the bar and the counts."""
    texts, language = turn.house.texts, turn.language
    going = run.state not in ("missed", "planning", "held", "differs")
    state = turn.line(f"progress.state_{run.state}")
    unit = turn.line("progress.from", unit=run.unit_name) if run.cut else run.unit_name
    approved = approval_line(turn, run.plan)
    parts = (capital(state), moment(turn.local(run.at), language), unit, approved)
    lines = [" · ".join(part for part in parts if part)]
    if not run.kept and run.state not in ("missed", "planning", "held"):
        figures = (number(one or 0, language) for one in (run.promised, run.audience))
        lines.append(turn.line("progress.promised", **dict(zip(("promised", "count"), figures, strict=True))))
    if going and counts is None:
        lines.append(turn.line("progress.counting", count=number(run.audience, language)))
    elif going and counts is not None:
        lines.append(bar(texts, language, total(counts)))
        lines += [tally(texts, language, counts)] if run.audience else []
    return turn.text("progress.run", title=f"{place}{title(turn, run.plan)}", details="\n".join(lines))


def plan_lines(turn: Turn, plan: Plan) -> Text:
    """A broadcast that waits for its time, or was cancelled before it, in a few lines."""
    halted = turn.line(f"progress.state_{plan.state}") if plan.state not in ("scheduled", "finished") else ""
    following = moment(turn.local(plan.next_at), turn.language) if plan.next_at is not None else ""
    repeated = in_words(turn, plan.schedule) if plan.schedule.repeats else ""
    parts = (halted, following, plan.place.name, repeated, approval_line(turn, plan))
    details = capital(" · ".join(part for part in parts if part))
    words = turn.text("progress.plan", title=title(turn, plan), details=details)
    if plan.state == "returned" and plan.reason:
        words += turn.text("approve.reason", reason=plan.reason)
    return words


def approval_line(turn: Turn, plan: Plan) -> str:
    """Who approved a broadcast, or that its unit goes without; nothing where nobody asks for it."""
    if plan.approval is Approval.WAIVED:
        return turn.line("approve.waived")
    if plan.approval is Approval.APPROVED:
        return turn.line("approve.approved_by", name=plan.approver or turn.line("approve.nobody_named"))
    return ""


async def show_run(turn: Turn, run: Run, notice: Text = ()) -> None:
    """Show the screen of one run; without a notice it moves by itself."""
    counted = run.audience <= COUNTED_SOON or turn.account not in turn.house.edits
    message = await run_screen(turn, run, notice)
    await turn.show(message, live="" if notice and counted else f"run:{run.id}")


async def run_screen(turn: Turn, run: Run, notice: Text = ()) -> Message:
    """One run: figures, reasons, units with the behind first, and what can be done."""
    counts = await figures(turn, run)
    words = [*notice, *run_lines(turn, run, counts)]
    barred = await issuers.barred(turn.context, run.plan.id, run.plan.place.path)
    if counts is None:
        return Message(text=tuple(words), buttons=run_buttons.of_run(turn, run, 0, barred))
    words += [] if run.cut else await _waits(turn, run)
    words += why(turn.house.texts, turn.language, await run_counts.reasons(turn.context, run))
    if counts["uncertain"]:
        words += turn.text("progress.uncertain_means")
    words += await _units(turn, run)
    names, listed = await unread.lines(turn, run)
    said, now, alone = await reminding.lines(turn, run, counts, barred)
    mended, mend = await mending.lines(turn, run)
    first = ((*now, *listed),) if now or listed else ()
    buttons = (*first, *run_buttons.of_run(turn, run, counts["uncertain"], barred, (*mend, *alone)))
    return Message(text=(*words, *mended, *names, *said), buttons=buttons)


async def _waits(turn: Turn, run: Run) -> Text:
    words: Text = ()
    for one in await awaiting.of_runs(turn.context, [run.id]):
        reason = turn.line(key(one.why))
        values = {"account": one.account, "count": number(one.count, turn.language)}
        values["why"] = reason[:1].lower() + reason[1:]
        if one.until is None:
            words += turn.text("progress.waits", **values)
        else:
            until = moment(turn.local(one.until), turn.language)
            words += turn.text("progress.waits_until", **values, until=until)
    return words


async def _units(turn: Turn, run: Run) -> Text:
    top = run.cut or run.path
    shown, merged = gather(await run_counts.by_unit(turn.context, run), top, turn.house.threshold)
    if len(shown) + (merged is not None) < 2:
        return ()
    texts, language = turn.house.texts, turn.language
    words = [*turn.text("progress.units")]
    for count in shown[:UNITS]:
        name = await _name(turn, run, count.path or NOWHERE)
        words += turn.text("progress.unit", unit=name, bar=bar(texts, language, count))
    if len(shown) > UNITS:
        words += turn.text("progress.units_more", count=number(len(shown) - UNITS, language))
    if merged is not None:
        words += turn.text("progress.small_groups", bar=bar(texts, language, merged))
    return tuple(words)


async def _name(turn: Turn, run: Run, path: UnitPath) -> str:
    if path == (run.cut or run.path):
        return turn.line("unit.directly")
    then = None if run.cut else turn.house.today(run.at)  # whose figures are of the people in it now
    place = await places.find(turn.conn, code_of(path), then)
    return place.name if place else ""


async def hand_figures(turn: Turn, run: Run) -> None:
    """The figures by unit as a picture and a sheet, for who asked and nobody else."""
    made = await run_figures.export(turn.context, run.id)
    if isinstance(made, Refusal):
        turn.toast = turn.refusal(made)
        return
    sheet, drawn = made
    await turn.send_file(Attachment(file_id=drawn, kind="photo"), turn.text("figures.sent"))
    await turn.send_file(Attachment(file_id=sheet, kind="document"))


async def show_plan(turn: Turn, plan: Plan, notice: Text = ()) -> None:
    """The screen of a broadcast that waits for its time."""
    barred = await issuers.barred(turn.context, plan.id, plan.place.path)
    rows = run_buttons.of_plan(turn, plan, barred)
    back = (turn.button("button.back", Go("tiendo")),)
    words, more = await adding.of_plan(turn, plan)
    await turn.show(Message(text=(*notice, *plan_lines(turn, plan), *words), buttons=(*rows, *more, back)))


async def confirm(turn: Turn, one: Run | Plan, what: str) -> None:
    """Ask again before something that cannot be taken back."""
    run = one if isinstance(one, Run) else None
    plan = one.plan if isinstance(one, Run) else one
    back = OnRun("show" if run else "next", one.id)
    words = [*turn.text(f"progress.ask_{what}", title=title(turn, plan))]
    if what in ("cancel", "drop") and plan.schedule.repeats:
        words += turn.text("progress.ask_repeated")
    rows = (
        (turn.button(f"progress.sure_{what}", OnRun(f"{what}!", one.id)),),
        (turn.button("button.back", back),),
    )
    await turn.show(Message(text=tuple(words), buttons=rows))


async def show_doubts(turn: Turn, run: Run) -> None:
    """The rows whose arrival is unknown, why, and what can be done about them."""
    reasons = await run_counts.reasons(turn.context, run, "uncertain")
    count = sum(row[2] for row in reasons)
    words = [*turn.text("progress.doubts", title=title(turn, run.plan), count=number(count, turn.language))]
    words += why(turn.house.texts, turn.language, reasons)
    words += turn.text("progress.uncertain_means")
    words += turn.text("progress.doubts_ask")
    rows = tuple((turn.button(f"progress.{what}", OnRun(what, run.id)),) for what in DOUBTS) if count else ()
    back = (turn.button("button.back", OnRun("show", run.id)),)
    await turn.show(Message(text=tuple(words), buttons=(*rows, back)))
