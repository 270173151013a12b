"""A unit's stored digest as files and as JSON: the edited text, with what travels with it."""

from typing import Any

from bot.acts import digest_files, digest_papers
from bot.acts.context import STALE, Context, Refusal
from bot.acts.digest_files import Format
from bot.acts.digest_papers import Opened
from bot.acts.handouts import Made, hand_out
from bot.core.opinion import signing as rules
from bot.core.people.permissions import Act


async def export(ctx: Context, number: int, form: Format, layout: str = "") -> int | Refusal:
    """A digest as a file for the actor alone, kept for an hour; its number."""
    made = await make(ctx, number, form, layout)
    if isinstance(made, Refusal):
        return made
    await ctx.note(Act.EXPORT_DIGEST, f"digest:{number}", made.name)
    return await hand_out(ctx, made.name, made.media_type, made.data)


async def make(ctx: Context, number: int, form: Format, layout: str = "") -> Made | Refusal:
    """A digest as a file, for who may take one of its unit."""
    found = await digest_papers.look(ctx, number)
    if isinstance(found, Refusal):
        return found
    if not await digest_papers.may(ctx, Act.EXPORT_DIGEST, found.place):
        return STALE
    return await digest_files.made_of(ctx, found.summed, form, layout, found.signing)


def as_value(found: Opened) -> dict[str, Any]:
    """A stored digest as JSON has it."""
    row, one = found.row, found.signing
    whole = digest_files.as_value(found.summed, one)
    said = whole.pop("signing")
    return {
        "id": row.id,
        "unit": row.unit,
        "from": row.first,
        "to": row.last,
        "state": row.state,
        "revision": row.revision,
        **{str(part): one.words.parts.get(part, "") for part in rules.Part},
        "themes": list(one.words.themes),
        "suggested": list(found.suggested),
        "views": list(one.views),
        "carried": rules.carried(one.sources, one.views),
        "left_out": dict(one.words.left_out),
        "sources": said["sources"],
        "presented_on": row.presented_on,
        "endorsed_on": row.endorsed_on,
        "forwarded_on": row.forwarded_on,
        "returned_for": row.returned_for,
        "masked": list(found.masked),
        "digest": whole,
    }
