"""Digests as files: for a desk's own paper, never sent on by the system."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

from bot.acts import digests, places
from bot.acts.context import STALE, Context, Refusal
from bot.acts.digests import Summed
from bot.acts.handouts import Made, hand_out
from bot.acts.house import House
from bot.core.kernel.formats import number
from bot.core.kernel.values import UnitPath
from bot.core.opinion.signing import Signing
from bot.core.people.permissions import Act
from bot.core.people.units import code_of
from bot.reports.paper import Paper, Writer
from bot.reports.signed import signed, view_name
from bot.storage.opinion.opinions import FORM


class Format(StrEnum):
    """Kinds of file."""

    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    CSV = "csv"
    JSON = "json"


QUOTED = 100  # texts of a section on paper


async def export(
    ctx: Context, path: UnitPath, first: date, last: date, form: Format, layout: str = ""
) -> int | Refusal:
    """A digest as a file for the actor alone, kept for an hour; its number."""
    if not path or not ctx.may(Act.EXPORT_DIGEST, path):
        return STALE
    made = await make(ctx, path, first, last, form, layout)
    if isinstance(made, Refusal):
        return made
    await ctx.note(Act.EXPORT_DIGEST, f"unit:{code_of(path)}", made.name)
    return await hand_out(ctx, made.name, made.media_type, made.data)


async def make(
    ctx: Context, path: UnitPath, first: date, last: date, form: Format, layout: str = ""
) -> Made | Refusal:
    """A digest as a file."""
    summed = await digests.read(ctx, path, first, last)
    if isinstance(summed, Refusal):
        return summed
    digest = summed.digest
    if not digest.total:
        named = summed.names.get(path, path)
        key = "digest.too_low" if digest.too_low else "digest.nothing_to_file"
        return Refusal(key, {"unit": named, "threshold": digest.threshold})
    return await made_of(ctx, summed, form, layout)


async def made_of(
    ctx: Context, summed: Summed, form: Format, layout: str, signing: Signing | None = None
) -> Made | Refusal:
    """The file of a digest that was read; `signing`: how far it came, and what people wrote into it."""
    if form is Format.DOCX and layout not in ctx.house.layouts:
        return Refusal("digest.no_layout", {"layouts": ", ".join(ctx.house.layouts)})
    digest = summed.digest
    name = f"tong-hop-{code_of(digest.unit)}-{digest.start:%Y%m%d}-{digest.end:%Y%m%d}.{form}"
    heads = await places.heads(ctx, digest.unit)
    args = (ctx.house, summed, form, layout, ctx.language, signing, heads)
    media_type, data = await ctx.drawn((name, layout), _drawn, *args)
    return Made(name, media_type, data)


def paper(
    house: House,
    summed: Summed,
    language: str,
    most: int | None = None,
    signing: Signing | None = None,
) -> Paper:
    """A digest in words, before any format. `most` texts of each section, None all."""
    writer = _writer(house, language, most)
    if signing is None:
        return writer.paper(summed.digest, summed.names)
    return signed(writer, house.forms[FORM], summed.digest, summed.names, signing)


def _writer(house: House, language: str, most: int | None = None) -> Writer:
    topics = {topic.code: topic.name for topic in house.topics.values()}
    return Writer(
        house.texts, house.forms[FORM], topics, digests.field_names(house), house.owner, language, most
    )


def theme_name(house: House, theme: str, language: str) -> str:
    """What a theme of a digest is called."""
    return view_name(_writer(house, language), house.forms[FORM], f"{theme}=")


def name_of_view(house: House, view: str, language: str) -> str:
    """What a view of few is called: its topic, and which way people lean."""
    return view_name(_writer(house, language), house.forms[FORM], view)


def as_value(summed: Summed, signing: Signing | None = None) -> dict[str, Any]:
    """A digest as JSON has it: units by their codes."""
    value: dict[str, Any] = summed.digest.model_dump(mode="json", by_alias=True)
    for figures in (value, value["before"] or {}):
        figures["by_unit"] = _by_code(figures.get("by_unit", {}))
    value["unit"] = code_of(value["unit"])
    value["coverage"] = {name: [code_of(path) for path in paths] for name, paths in value["coverage"].items()}
    if signing is not None:
        value["signing"] = signing.model_dump(mode="json")
        sources = value["signing"]["sources"]
        sources["silent"] = [code_of(path) for path in sources["silent"]]
    return value


def _others(house: House, language: str, count: int) -> str:
    return house.texts.line(language, "paper.others", count=number(count, language))


def _by_code(counts: Mapping[str, int | None]) -> dict[str, int | None]:
    return {code_of(UnitPath(path)): count for path, count in counts.items()}


def _drawn(
    house: House,
    summed: Summed,
    form: Format,
    layout: str,
    language: str,
    signing: Signing | None,
    heads: tuple[str, str],
) -> tuple[str, bytes]:
    """The file's type and bytes. Libraries are loaded where they are used: no first reply waits for them."""
    if form is Format.JSON:
        value = json.dumps(as_value(summed, signing), ensure_ascii=False, indent=2)
        return "application/json", value.encode()
    written = paper(house, summed, language, QUOTED if form is Format.DOCX else None, signing)
    if form is Format.DOCX:
        from bot.reports import word

        issuer, above = heads
        return word.MEDIA_TYPE, word.docx(replace(written, owner=issuer), house.layouts[layout], above)
    if form is Format.PNG:
        from bot.reports import chart

        return "image/png", chart.png(written, partial(_others, house, language))
    from bot.reports import sheet

    if form is Format.XLSX:
        return sheet.MEDIA_TYPE, sheet.xlsx(written)
    return "text/csv", sheet.as_csv(written)
