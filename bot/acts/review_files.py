"""The year's review as a Word draft, an Excel workbook or JSON."""

import json
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Any

from bot.acts import places, reviews
from bot.acts.context import Context, Refusal
from bot.acts.handouts import Made, hand_out
from bot.acts.house import House
from bot.acts.reviews import Review
from bot.core.kernel.formats import date_long, number
from bot.core.meetings.heads import Heads, span
from bot.core.meetings.held import Counted
from bot.core.meetings.review import BY_UNIT, ORDER, SPANS, Counts
from bot.core.people.permissions import Act
from bot.core.people.units import code_of
from bot.reports.paper import Paper, Section
from bot.reports.workbook import Cell, Sheet, workbook


class Format(StrEnum):
    """Kinds of file."""

    DOCX = "docx"
    XLSX = "xlsx"
    JSON = "json"


async def export(ctx: Context, year: int, form: Format, layout: str = "") -> int | Refusal:
    """The review of the actor's own unit as a file for them alone, kept for an hour; its number."""
    made = await make(ctx, "", year, form, layout)
    if isinstance(made, Refusal):
        return made
    await ctx.note(Act.REVIEW, f"unit:{ctx.member.unit if ctx.member else ''}", made.name)
    return await hand_out(ctx, made.name, made.media_type, made.data)


async def make(ctx: Context, unit: str, year: int, form: Format, layout: str = "") -> Made | Refusal:
    """The same of any unit that the actor may ask for."""
    found = await reviews.read(ctx, unit, year)
    if isinstance(found, Refusal):
        return found
    if form is Format.DOCX and layout not in ctx.house.layouts:
        return Refusal("digest.no_layout", {"layouts": ", ".join(ctx.house.layouts)})
    name = f"tong-ket-{found.place.code}-{year}.{form}"
    heads = await places.heads(ctx, found.place.path)
    args = (ctx.house, found, form, layout, ctx.language, heads)
    kind, data = await ctx.drawn((name, layout), _drawn, *args)
    return Made(name, kind, data)


def as_value(found: Review) -> dict[str, Any]:
    """A review as JSON has it: units by their codes; what is withheld is null."""
    return {
        "unit": found.place.code,
        "year": found.year,
        "until": found.until.isoformat(),
        "this": _value(found.this),
        "before": _value(found.before),
        "units": [
            {"unit": code_of(one.path), "name": one.name, **_value(counts)} for one, counts in found.units
        ],
        "speakers": {
            str(level): {"this": _spoken(this), "before": _spoken(before)}
            for level, (this, before) in found.speakers.items()
        },
        "reports_at_least": found.least,
    }


def lines(house: House, found: Review, language: str) -> list[tuple[str, str, str, str]]:
    """Each figure: what it is, this year's, last year's, and the difference, as people read them."""
    rows = []
    for name in ORDER:
        this, before = getattr(found.this, name), getattr(found.before, name)
        shown = (_shown(house, this, language), _shown(house, before, language))
        more = this - before if isinstance(this, int) and isinstance(before, int) else None
        least = name == "reports" and found.least
        change = "" if more is None or least else f"{'+' if more > 0 else ''}{number(more, language)}"
        first = house.texts.line(language, "review.at_least", count=shown[0]) if least and this else shown[0]
        rows.append((house.texts.line(language, f"review.{name}"), first, shown[1], change))
    return rows


def _shown(house: House, value: int | Heads | None, language: str) -> str:
    if value is None:
        return house.texts.line(language, "digest.withheld")
    return span(value, language) if isinstance(value, Heads) else number(value, language)


def _value(one: Counts) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(one, name) for name in ORDER}
    for name in SPANS:
        heads: Heads = found[name]
        found[name] = {"least": heads.least, "most": heads.most}
    return found


def _spoken(one: Counted) -> dict[str, Any]:
    return {"meetings": one.count, "listened": {"least": one.heads.least, "most": one.heads.most}}


def spoken(house: House, found: Review, language: str) -> list[tuple[str, ...]]:
    """Oral briefings and listeners by who spoke, this year's and last year's, as people read them."""
    return [
        (
            house.texts.line(language, f"speaker.{level.lower()}"),
            *(words for one in both for words in (number(one.count, language), span(one.heads, language))),
        )
        for level, both in found.speakers.items()
    ]


def _spoken_head(house: House, found: Review, language: str) -> tuple[str, ...]:
    line = partial(house.texts.line, language)
    names = [line(f"review.short_{name}") for name in ("meetings", "listened")]
    years = (found.year, found.year - 1)
    return (line("review.speaker"), *(f"{name} {year}" for year in years for name in names))


def _drawn(
    house: House, found: Review, form: Format, layout: str, language: str, heads: tuple[str, str]
) -> tuple[str, bytes]:
    if form is Format.JSON:
        return "application/json", json.dumps(as_value(found), ensure_ascii=False, indent=2).encode()
    if form is Format.XLSX:
        from bot.reports.workbook import MEDIA_TYPE

        return MEDIA_TYPE, workbook(_sheets(house, found, language))
    from bot.reports import word

    issuer, above = heads
    written = replace(paper(house, found, language), owner=issuer)
    return word.MEDIA_TYPE, word.docx(written, house.layouts[layout], above)


def paper(house: House, found: Review, language: str) -> Paper:
    """The review in words, before any format."""

    def line(key: str, **values: object) -> str:
        return house.texts.line(language, key, **values)

    until = date_long(found.until, language)
    years = (line("review.year", year=found.year), line("review.year", year=found.year - 1))
    whole = ((line("review.what"), *years, line("review.change")), *lines(house, found, language))
    sections = [Section(line("review.overview"), (line("review.up_to", day=until),), grid=whole)]
    if len(found.units) > 1:
        head = (line("review.unit"), *(line(f"review.short_{name}") for name in BY_UNIT))
        rows = [
            (
                line("unit.directly") if one.path == found.place.path else one.name,
                *(_shown(house, getattr(counts, name), language) for name in BY_UNIT),
            )
            for one, counts in found.units
        ]
        sections.append(Section(line("review.by_unit"), grid=(head, *rows)))
    if len(found.speakers) > 1:
        grid = (_spoken_head(house, found, language), *spoken(house, found, language))
        sections.append(Section(line("review.by_speaker"), grid=grid))
    sections.append(Section(line("review.how"), _notes(house, found, language)))
    return Paper(
        title=line("review.title", unit=found.place.name, year=found.year),
        unit=found.place.name,
        year=found.until.year,
        owner=house.owner,
        draft=line("paper.draft"),
        columns=("", "", ""),
        withheld=line("digest.withheld"),
        sections=tuple(sections),
    )


def _notes(house: House, found: Review, language: str) -> tuple[str, ...]:
    keys = ["review.note_heads", "review.note_received", "review.note_reports"]
    keys += ["review.note_least"] if found.least else []
    keys += ["review.note_speakers"] if len(found.speakers) > 1 else []
    return tuple(house.texts.line(language, key, threshold=found.threshold) for key in keys)


def _sheets(house: House, found: Review, language: str) -> list[Sheet]:
    """Numbers are numbers; of people the lower end stands for itself, in words where a span is told."""

    def line(key: str, **values: object) -> str:
        return house.texts.line(language, key, **values)

    def cell(one: Counts, name: str) -> Cell:
        value = getattr(one, name)
        return value if isinstance(value, int) else _shown(house, value, language)

    above = (line("review.title", unit=found.place.name, year=found.year), line("paper.draft"))
    lines_above = (*above, line("review.up_to", day=date_long(found.until, language)))
    years = [line("review.year", year=year) for year in (found.year, found.year - 1)]
    whole = [[line(f"review.{name}"), cell(found.this, name), cell(found.before, name)] for name in ORDER]
    sheets = [Sheet(line("review.overview"), lines_above, [line("review.what"), *years], whole)]
    own = found.place.path
    rows = [
        [
            line("unit.directly") if one.path == own else one.name,
            *(cell(counts, name) for name in BY_UNIT),
        ]
        for one, counts in found.units
    ]
    head = [line("review.unit"), *(line(f"review.{name}") for name in BY_UNIT)]
    sheets.append(Sheet(line("review.by_unit"), lines_above, head, rows))
    if len(found.speakers) > 1:
        said = [
            [
                line(f"speaker.{level.lower()}"),
                *(value for one in both for value in (one.count, _shown(house, one.heads, language))),
            ]
            for level, both in found.speakers.items()
        ]
        head = list(_spoken_head(house, found, language))
        sheets.append(Sheet(line("review.by_speaker"), lines_above, head, said))
    return sheets
