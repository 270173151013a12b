"""A run's figures to hand on: as an Excel workbook, and as a picture. Units, never people."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import recipients, run_counts
from bot.acts.context import STALE, Context, Refusal
from bot.acts.handouts import hand_out
from bot.core.guidance.figures import UnitCount, total
from bot.core.kernel.formats import cut_short, moment, number, percent
from bot.reports.run_picture import Bar, picture
from bot.reports.workbook import MEDIA_TYPE, Sheet, workbook

BARS = 14  # units in the picture
NAME = 34  # characters of a unit's name there


@dataclass(frozen=True, slots=True)
class Papers:
    """The bytes of an .xlsx file, and of a PNG."""

    sheet: bytes
    picture: bytes


async def export(ctx: Context, run_id: int) -> tuple[int, int] | Refusal:
    """Both for the actor alone, kept for an hour: the numbers of the workbook and of the picture."""
    made = await papers(ctx, run_id)
    if isinstance(made, Refusal):
        return made
    name = f"luot-phat-{run_id}"
    sheet = await hand_out(ctx, f"{name}.xlsx", MEDIA_TYPE, made.sheet)
    drawn = await hand_out(ctx, f"{name}.png", "image/png", made.picture)
    if isinstance(sheet, Refusal) or isinstance(drawn, Refusal):
        return STALE
    return sheet, drawn


async def papers(ctx: Context, run_id: int) -> Papers | Refusal:
    """The figures of a run the actor may follow, as a workbook and as a picture."""
    found = await recipients.by_unit(ctx, run_id)
    if isinstance(found, Refusal):
        return found
    texts, language, run = ctx.house.texts, ctx.language, found.run
    whole = total(await run_counts.counts(ctx, run))
    title = run.plan.briefing.body(language).title
    at = moment(ctx.house.local(run.at), language)
    every = texts.line(language, "figures.all")
    named = [(place.name, count) for place, count in found.units]
    if found.small is not None:
        named.append((texts.line(language, "figures.small"), found.small))
    line = f"{at} · {run.unit_name}"
    headings = [texts.line(language, f"figures.{name}") for name in ("unit", "audience", "read", "share")]
    headings += [texts.line(language, f"figures.{name}") for name in ("uncertain", "failed")]
    rows = [_row(name, count) for name, count in [*named, (every, whole)]]
    sheet = Sheet(texts.line(language, "figures.sheet"), (title, line), headings, rows, frozenset({3}))
    bars = [_bar(name, count, language) for name, count in [(every, whole), *named[:BARS]]]
    return await ctx.drawn(run_id, _drawn, sheet, title, line, bars)


def _drawn(sheet: Sheet, title: str, line: str, bars: Sequence[Bar]) -> Papers:
    return Papers(workbook([sheet]), picture(title, line, bars))


def _row(name: str, one: UnitCount) -> list[str | int | float | None]:
    share = one.read / one.audience if one.audience else None
    return [name, one.audience, one.read, share, one.uncertain, one.failed]


def _bar(name: str, one: UnitCount, language: str) -> Bar:
    share = one.read / one.audience if one.audience else 0.0
    said = percent(int(100 * share), language)
    figures = f"{number(one.read, language)}/{number(one.audience, language)}"
    return Bar(cut_short(name, NAME), f"{said} ({figures})", share)
