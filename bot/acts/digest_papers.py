"""Digests that units drew up, as they are read: with what people wrote and what they were made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.acts import digests, places
from bot.acts.context import STALE, Context, Refusal
from bot.acts.digests import Summed
from bot.acts.places import Place
from bot.core.opinion import moved, signing
from bot.core.opinion.digest import Digest
from bot.core.opinion.signing import Below, Signing, Sources
from bot.core.people.permissions import Act
from bot.core.people.units import code_of, rebased
from bot.storage.opinion import digests as stored
from bot.storage.opinion.digests import DigestRow
from bot.storage.opinion.opinions import FORM
from bot.storage.people import units

__all__ = ["DigestRow", "Listed", "Opened", "Sent"]

LISTED = 100


@dataclass(frozen=True, slots=True)
class Opened:
    """A digest as it stands. `masked`: what was taken out of the words that were typed just now."""

    row: DigestRow
    place: Place
    summed: Summed
    signing: Signing
    suggested: Sequence[str]
    masked: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A unit below and how far its digest of a period came; `row` None: it is silent."""

    place: Place
    row: DigestRow | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit's digests, the latest first; `below` of the units below, where a period is meant.

    `inherited`: names, by code, of units that became this one and left some unfinished, which stand first.
    """

    place: Place
    rows: Sequence[DigestRow]
    below: Sequence[Sent] = ()
    inherited: Mapping[str, str] = field(default_factory=dict)


async def look(ctx: Context, number: int) -> Opened | Refusal:
    """One digest with its words and what it was made from, for its unit and those above."""
    row = await stored.get(ctx.conn, number)
    place = await places.find(ctx.conn, row.unit) if row is not None else None
    if row is None or place is None or not await may(ctx, Act.OPEN_DIGEST, place):
        return STALE
    return await opened(ctx, row, place)


async def keeper(ctx: Context, place: Place) -> Place:
    """The unit whose people go on with a unit's digests: itself, and once it has ended what it became."""
    today = ctx.moment.date()
    if place.until is None or today < place.until:
        return place
    heirs = (await units.became(ctx.conn, today.isoformat())).get(place.code, ())
    return (await places.find(ctx.conn, heirs[0]) if heirs else None) or place


async def may(ctx: Context, act: Act, place: Place) -> bool:
    """Whether the actor may do this with a unit's digests, from above it or as one of its heir's."""
    return ctx.may(act, place.path) or ctx.may(act, (await keeper(ctx, place)).path)


async def listed(
    ctx: Context, unit: str = "", days: tuple[date, date] | None = None, skip: int = 0, limit: int = LISTED
) -> Listed | Refusal:
    """A unit's digests; with a period also those of the units below. `unit`: its own for a member."""
    code = unit or (ctx.member.unit if ctx.member else "")
    place = await places.find(ctx.conn, code)
    if place is None or not place.path or not ctx.may(Act.DIGESTS, place.path):
        return STALE
    rows = await stored.of_unit(ctx.conn, place.code, skip, limit)
    if days is None:
        left, names = await _inherited(ctx, place)
        return Listed(place, [*(left if not skip else ()), *rows], inherited=names)
    own = next((one for one in rows if (one.first, one.last) == tuple(day.isoformat() for day in days)), None)
    if own is None:
        return Listed(place, rows)
    return Listed(place, rows, await _sent(ctx, moved.digest(own.digest, place.path)))


async def _inherited(ctx: Context, place: Place) -> tuple[list[DigestRow], dict[str, str]]:
    """Digests that units which became this one left unfinished, and those units' names by code."""
    became = await units.became(ctx.conn, ctx.moment.date().isoformat())
    rows, names = [], dict[str, str]()
    for code in sorted(code for code, heirs in became.items() if heirs[0] == place.code):
        left = [one for one in await stored.of_unit(ctx.conn, code, 0, LISTED) if one.state != "forwarded"]
        old = await places.find(ctx.conn, code) if left else None
        if old is not None:
            rows += left
            names[code] = old.name
    return rows, names


def views(found: Opened) -> Sequence[str]:
    """The views of few that can be left out of a digest, and those that were."""
    one = found.signing
    return sorted({*one.views, *signing.carried(one.sources, one.views), *one.words.left_out})


async def _sent(ctx: Context, digest: Digest) -> list[Sent]:
    """The units directly below a digest's, those that should send theirs and those that did."""
    due = signing.due_below(digest)
    rows = await _below(ctx, digest)
    by_code = {one.unit: one for one in rows}
    codes = dict.fromkeys([code_of(path) for path in due] + list(by_code))
    found = [await places.find(ctx.conn, code) for code in codes]
    return [Sent(one, by_code.get(one.code)) for one in found if one is not None]


async def _below(ctx: Context, digest: Digest) -> list[DigestRow]:
    below = await places.below(ctx.conn, digest.unit)
    codes = {one.code for one in below if signing.is_directly_below(one.path, digest.unit)}
    return await stored.of_units(ctx.conn, codes, digest.start.isoformat(), digest.end.isoformat())


async def opened(ctx: Context, row: DigestRow, place: Place, masked: Sequence[str] = ()) -> Opened:
    """A digest as it stands; whoever asks was let in already."""
    form = ctx.house.forms[FORM]
    digest = moved.digest(row.digest, place.path)
    summed = await digests.frozen(ctx, digest)
    own = signing.views_of(summed.digest, form) if row.state == "draft" else row.few
    sources = row.made_from or await _sources(ctx, digest)
    silent = tuple(rebased(one, row.digest.unit, place.path) for one in sources.silent)
    state = Signing(
        state=row.state,
        words=row.said,
        sources=sources.model_copy(update={"silent": silent}),
        views=own,
        endorsed_on=row.endorsed_on,
        forwarded_on=row.forwarded_on,
    )
    return Opened(row, place, summed, state, signing.suggested(summed.digest, form), masked)


async def _sources(ctx: Context, digest: Digest) -> Sources:
    paths = {one.code: one.path for one in await places.below(ctx.conn, digest.unit)}
    below = []
    for row in await _below(ctx, digest):
        figures, said, made = row.digest, row.said, row.made_from or Sources()
        state = Signing(state=row.state, words=said, sources=made, views=row.few)
        below.append(
            Below(
                unit=paths[row.unit],
                state=row.state,
                total=figures.total,
                least=figures.least or figures.stepped,
                views=state.kept,
                left_out=len(said.left_out) + made.left_out,
                alone=signing.untold(made, row.few),
            )
        )
    return signing.gathered(signing.due_below(digest), below)
