"""What people are told on a digest's way up: its authors, who endorses it, the level above."""

from bot.acts import addresses, authority, desk_notices
from bot.acts.context import Context
from bot.acts.places import Place
from bot.core.kernel.formats import date_long, read_day
from bot.core.people.members import Member
from bot.core.people.permissions import Act
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.digests import OnDigest
from bot.storage.opinion.digests import DigestRow
from bot.storage.people import members

MOST = 5  # people who are told of one thing


async def waits(ctx: Context, row: DigestRow, place: Place, at: Place) -> int:
    """Tell who may endorse a draft, the nearest to `at` first, that one is ready; how many were told."""
    near = await authority.who_may(ctx, Act.ENDORSE_DIGEST, at.path)
    return await _tell(ctx, [one for one in near if one.unit == at.code] or near, row, place, "waits")


async def endorsed(ctx: Context, row: DigestRow, place: Place) -> None:
    """Tell its authors that it may be forwarded."""
    await _tell(ctx, await _authors(ctx, row), row, place, "endorsed")


async def above(ctx: Context, place: Place) -> list[Member]:
    """Who heads the nearest unit above that has anybody."""
    head = await desk_notices.head_above(ctx, place.path)
    return await desk_notices.heads(ctx, head.unit, head.path) if head is not None else []


async def forwarded(ctx: Context, row: DigestRow, place: Place) -> None:
    """Tell the level above that a unit's digest has come."""
    await _tell(ctx, await above(ctx, place), row, place, "forwarded")


async def returned(ctx: Context, row: DigestRow, place: Place, reason: str) -> None:
    """Tell its authors why it was returned."""
    await _tell(ctx, await _authors(ctx, row), row, place, "returned", reason)


async def _authors(ctx: Context, row: DigestRow) -> list[Member]:
    found = [await members.logged_as(ctx.conn, who) for who in sorted(row.authors)]
    return [one for one in found if one is not None]


async def _tell(
    ctx: Context, whom: list[Member], row: DigestRow, place: Place, word: str, reason: str = ""
) -> int:
    told = 0
    for one in whom:
        if told == MOST:
            break
        if ctx.member is not None and one.id == ctx.member.id:
            continue
        texts, language = ctx.house.texts, one.language
        first, last = (date_long(read_day(day), language) for day in (row.first, row.last))
        values = {"unit": place.name, "first": first, "last": last, "reason": reason}
        words = texts.text(language, f"signing.told_{word}", **values)
        button = Button.of(texts.line(language, "signing.see"), OnDigest("open", row.id))
        told += await addresses.tell(ctx, one, Message(text=words, buttons=((button,),)))
    return told
