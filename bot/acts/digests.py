"""Digests: what was reported in a unit and all below it over a period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.acts import places
from bot.acts.context import STALE, Context, Refusal
from bot.core.opinion.digest import Digest, summarise
from bot.core.people.permissions import Act
from bot.storage.opinion import opinions
from bot.storage.opinion.opinions import FORM


@dataclass(frozen=True, slots=True)
class Summed:
    """A digest, and the names of its units by path."""

    digest: Digest
    names: Mapping[str, str]


async def read(ctx: Context, path: str, first: date, last: date) -> Summed | Refusal:
    """The digest of the unit with this path, both days included."""
    if not path or not ctx.may(Act.DIGEST, path):
        return STALE
    found = await opinions.within(ctx.conn, path, first.isoformat(), last.isoformat())
    summed = summarise(found, ctx.house.forms[FORM], path, first, last, ctx.house.threshold)
    return Summed(summed, {place.path: place.name for place in await places.below(ctx.conn, path)})
