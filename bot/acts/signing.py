"""A unit's digest is drawn up, edited, endorsed, forwarded; the level above sees who has and who is silent.

Whoever edits is an editor or administrator of the very unit; an approver or administrator there or above
endorses, another person than its authors where the unit needs approval. Numbers are those of the closed
period and are edited by nobody.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.acts import approval, digests, places
from bot.acts import signing_notices as notices
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.digest_papers import Opened, keeper, look, may, opened
from bot.acts.places import Place
from bot.core.kernel.characters import sanitise
from bot.core.opinion import signing
from bot.core.opinion.guard import mask
from bot.core.opinion.signing import Part
from bot.core.people.permissions import Act
from bot.storage.opinion import digests as stored
from bot.storage.opinion.opinions import FORM
from bot.storage.people import rules

__all__ = ["Part"]

ELSEWHERE = Refusal("signing.edited")  # somebody was quicker


async def draw(ctx: Context, unit: str, first: date, last: date) -> Opened | Refusal:
    """Draw up a unit's digest of a closed period; one that is there already is opened as it stands."""
    place = await places.find(ctx.conn, unit)
    if place is None or not await _own(ctx, Act.DRAW_DIGEST, place):
        return STALE
    summed = await digests.read(ctx, place.path, first, last)
    if isinstance(summed, Refusal):
        return summed
    digest = summed.digest
    if digest.too_low:
        return Refusal("digest.too_low")
    if not summed.closed:
        return Refusal("signing.not_over")
    days = (digest.start.isoformat(), digest.end.isoformat())
    row = await stored.of_period(ctx.conn, place.code, *days)
    if row is None:
        if number := await stored.add(ctx.conn, place.code, digest, ctx.who):
            await ctx.note(Act.DRAW_DIGEST, f"digest:{number}", f"unit:{place.code} {days[0]} to {days[1]}")
        row = await stored.of_period(ctx.conn, place.code, *days)
    return await opened(ctx, row, place) if row is not None else STALE


async def edit(
    ctx: Context,
    number: int,
    revision: int,
    parts: Mapping[Part, str] | None = None,
    themes: Sequence[str] | None = None,
    left_out: Mapping[str, str] | None = None,
) -> Opened | Refusal:
    """Change its words, the themes that are confirmed, the views that are left out; it is a draft again.

    `revision`: as it was seen. `left_out`: why, by view; an empty reason brings a view back.
    """
    found = await _mine(ctx, Act.EDIT_DIGEST, number, revision)
    if isinstance(found, Refusal):
        return found
    typed = {str(key): words for key, words in (*(parts or {}).items(), *(left_out or {}).items())}
    clean = {key: mask(sanitise(words).strip()) for key, words in typed.items()}
    said = {part: clean[part].text for part in parts or {}}
    reasons = {view: clean[view].text for view in left_out or {}}
    if refused := _wrong(ctx, found, said, themes, reasons):
        return refused
    words = signing.edited(found.signing.words, said, themes, reasons)
    if not await stored.edit(ctx.conn, found.row, words, ctx.who):
        return Refusal("signing.forwarded") if found.row.state == "forwarded" else ELSEWHERE
    await ctx.note(Act.EDIT_DIGEST, f"digest:{number}", ", ".join(sorted(map(str, typed))) or "themes")
    masked = tuple(dict.fromkeys(one for some in clean.values() for one in some.found))
    return await _again(ctx, found, masked)


async def present(ctx: Context, number: int, revision: int) -> Opened | Refusal:
    """Tell those who endorse that a draft is ready for them, once: it waits until they say."""
    found = await _mine(ctx, Act.PRESENT_DIGEST, number, revision)
    if isinstance(found, Refusal):
        return found
    if found.row.state != "draft":
        return Refusal("signing.over")
    if found.row.waits:
        return Refusal("signing.waits")
    if not await notices.waits(ctx, found.row, found.place, await keeper(ctx, found.place)):
        return Refusal("signing.nobody")
    if not await stored.present(ctx.conn, found.row, ctx.moment.date().isoformat()):
        return ELSEWHERE
    await ctx.note(Act.PRESENT_DIGEST, f"digest:{number}", f"revision {revision}")
    return await _again(ctx, found)


async def endorse(ctx: Context, number: int, revision: int) -> Opened | Refusal:
    """It stands as it was read; what it was made from is counted now and travels with it."""
    found = await look(ctx, number)
    if isinstance(found, Refusal):
        return found
    if not await may(ctx, Act.ENDORSE_DIGEST, found.place):
        return STALE
    row, rule = found.row, await approval.rule_of(ctx, found.place.code)
    why = signing.obstacle(row.state, row.revision, revision, ctx.who, row.authors, by_another=rule.needed)
    if why is not None:
        return Refusal(f"signing.{why}")
    day = ctx.moment.date().isoformat()
    kept = found.signing.sources, found.signing.views
    if not await stored.endorse(ctx.conn, row, *kept, day):
        return ELSEWHERE
    await ctx.note(Act.ENDORSE_DIGEST, f"digest:{number}", f"revision {revision}")
    await notices.endorsed(ctx, row, found.place)
    return await _again(ctx, found)


async def forward(ctx: Context, number: int, revision: int) -> Opened | Refusal:
    """Pass an endorsed digest on to the level above, whose heads hear of it."""
    found = await _mine(ctx, Act.FORWARD_DIGEST, number, revision)
    if isinstance(found, Refusal):
        return found
    if found.row.state != "endorsed":
        return Refusal("signing.not_endorsed" if found.row.state == "draft" else "signing.forwarded")
    heads = await notices.above(ctx, found.place)
    if not heads:
        return Refusal("signing.nobody_above")
    practises, above = [await rules.practises(ctx.conn, one) for one in (found.place.path, heads[0].path)]
    if practises and not above:
        return Refusal("signing.training", {"unit": found.place.name})
    if not await stored.forward(ctx.conn, found.row, ctx.moment.date().isoformat()):
        return ELSEWHERE
    await ctx.note(Act.FORWARD_DIGEST, f"digest:{number}", f"unit:{found.place.code}")
    await notices.forwarded(ctx, found.row, found.place)
    return await _again(ctx, found)


async def send_back(ctx: Context, number: int, revision: int, reason: str) -> Opened | Refusal:
    """The level above, or whoever was to endorse it, returns a digest to be mended: its authors hear why."""
    found = await look(ctx, number)
    if isinstance(found, Refusal):
        return found
    if not await _returns(ctx, found):
        return STALE
    words = mask(" ".join(sanitise(reason).split())[: signing.REASON]).text
    if not words:
        return Refusal("form.empty")
    if found.row.state != "forwarded" and not found.row.waits:
        return Refusal("signing.not_forwarded")
    if found.row.revision != revision or not await stored.send_back(ctx.conn, found.row, words):
        return ELSEWHERE
    await ctx.note(Act.RETURN_DIGEST, f"digest:{number}", f"revision {revision}")
    await notices.returned(ctx, found.row, found.place, words)
    return await _again(ctx, found)


async def _returns(ctx: Context, found: Opened) -> bool:
    """Whether the actor is one of those with whom the digest is now."""
    if found.row.waits:
        return await may(ctx, Act.ENDORSE_DIGEST, found.place)
    above = isinstance(ctx.actor, Operator) or (ctx.member and ctx.member.path != found.place.path)
    return bool(above) and ctx.may(Act.RETURN_DIGEST, found.place.path)


async def _again(ctx: Context, before: Opened, masked: Sequence[str] = ()) -> Opened | Refusal:
    row = await stored.get(ctx.conn, before.row.id)
    return await opened(ctx, row, before.place, masked) if row is not None else STALE


async def _own(ctx: Context, act: Act, place: Place) -> bool:
    """Whether the actor may do this at their very own unit, or at one that became it."""
    at = await keeper(ctx, place)
    own = isinstance(ctx.actor, Operator) or (ctx.member is not None and ctx.member.unit == at.code)
    return own and bool(at.path) and ctx.may(act, at.path)


async def _mine(ctx: Context, act: Act, number: int, revision: int) -> Opened | Refusal:
    row = await stored.get(ctx.conn, number)
    place = await places.find(ctx.conn, row.unit) if row is not None else None
    if row is None or place is None or not await _own(ctx, act, place):
        return STALE
    return await opened(ctx, row, place) if row.revision == revision else ELSEWHERE


def _wrong(
    ctx: Context,
    found: Opened,
    parts: Mapping[Part, str],
    themes: Sequence[str] | None,
    left_out: Mapping[str, str],
) -> Refusal | None:
    """Why an edit cannot be taken, if it cannot."""
    if any(len(words) > signing.LONGEST for words in parts.values()):
        return Refusal("desk.too_long", {"maximum": signing.LONGEST})
    if any(len(reason) > signing.REASON for reason in left_out.values()):
        return Refusal("desk.too_long", {"maximum": signing.REASON})
    known = signing.known_themes(found.summed.digest, ctx.house.forms[FORM])
    if set(themes or ()) - set(known):
        return Refusal("signing.no_theme")
    there, gone = found.signing, found.signing.words.left_out
    for view in left_out:
        if view not in gone and not signing.may_leave_out(view, there.sources, there.views):
            return Refusal("signing.no_view")
    return None
