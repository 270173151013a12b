"""What the site shows to whoever has its address: a briefing as a page, and its files, while it is valid.

An address is made for a briefing's recipients on channels that take no files and no long texts. It names no
person: whoever got it forwarded reads the same, as with any paper. So it is with a file that was made for one
member, which is at its address for the hour that it is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.context import Refusal
from bot.acts.first_screen import about, added, approved, attribution, theirs
from bot.acts.house import House
from bot.core.guidance.briefing import Body
from bot.core.kernel.filetypes import safe_name
from bot.core.kernel.languages import chain
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import ChatId, Ms
from bot.storage import links
from bot.storage.accounts import files
from bot.storage.guidance import addenda, approvals, briefings, corrections
from bot.storage.guidance.briefings import BriefingRow

PAGE, FILE, HANDOUT = "p", "d", "h"
NOT_THERE = Refusal("page.link_unknown")
RECALLED = Refusal("page.link_recalled")


@dataclass(frozen=True, slots=True)
class Page:
    """A briefing in the language it is written in. `files`: name, address. `newer`: than what was sent.

    `added`: the addenda of the edition that the address is of.
    """

    language: str
    body: Body
    about: str
    attribution: Text
    files: Sequence[tuple[str, str]]
    newer: bool
    added: Text = ()


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a briefing, or made for one member (`personal`), read in pieces. `size` in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    personal: bool = False


async def page_address(
    conn: AsyncConnection, briefing_id: int, language: str, edition_id: int | None = None
) -> str:
    """Where a version of a briefing is read, below the site's public address.

    `edition_id`: with the addenda of that edition.
    """
    of = () if edition_id is None else (edition_id,)
    return f"/f/{links.token(conn, PAGE, briefing_id, language, *of)}"


async def file_address(conn: AsyncConnection, file_id: int) -> str | None:
    """Where a briefing's file is fetched; None for a file that belongs to a person, or to no briefing."""
    row = await files.get(conn, file_id)
    if row is None or row.owner is not None or not await briefings.carrying(conn, file_id):
        return None
    return f"/f/{links.token(conn, FILE, file_id)}"


async def handout_address(conn: AsyncConnection, file_id: int, account: str, chat_id: ChatId) -> str | None:
    """Where a file that was made for whoever is reached in this chat is fetched; None for any other."""
    row = await files.get(conn, file_id)
    if row is None or row.owner is None or row.until is None:
        return None
    if not await files.is_for(conn, row, account, chat_id):
        return None
    return f"/f/{links.token(conn, HANDOUT, file_id)}"


async def opened(house: House, conn: AsyncConnection, token: str, now: Ms) -> Page | Download | Refusal:
    """What stands at an address, as it holds today (now in ms UTC)."""
    found = links.meant(conn, token)
    match found:
        case ("p", [number, language]) if number.isdecimal():
            return await _page(house, conn, int(number), language, now)
        case ("p", [number, language, edition]) if number.isdecimal() and edition.isdecimal():
            return await _page(house, conn, int(number), language, now, int(edition))
        case ("d", [number]) if number.isdecimal():
            return await _file(house, conn, int(number), now)
        case ("h", [number]) if number.isdecimal():
            return await _handout(conn, int(number), now)
    return NOT_THERE


async def _page(
    house: House, conn: AsyncConnection, briefing_id: int, language: str, now: Ms, edition_id: int = 0
) -> Page | Refusal:
    sent = await briefings.get(conn, briefing_id)
    row = await briefings.latest(conn, sent.slug) if sent is not None else None
    if sent is None or row is None:
        return NOT_THERE
    briefing = row.briefing
    if over := await _over(house, conn, (sent, row), now):
        return over
    attached = [
        (file.name, await file_address(conn, file.file_id))
        for file in theirs(briefing, await briefings.files(conn, row.id), language)
    ]
    return Page(
        language=next(one for one in chain(language) if one in briefing.bodies),
        body=briefing.body(language),
        about=about(house, briefing, language),
        attribution=(
            *attribution(house, briefing, language),
            *approved(house, await approvals.units_of(conn, row.id), language),
        ),
        files=[(name, address) for name, address in attached if address is not None],
        newer=row.id != sent.id,
        added=added(house, await addenda.of_edition(conn, edition_id), language) if edition_id else (),
    )


async def _file(house: House, conn: AsyncConnection, file_id: int, now: Ms) -> Download | Refusal:
    row = await files.get(conn, file_id)
    carrying = await briefings.carrying(conn, file_id)
    if row is None or row.owner is not None or not carrying:
        return NOT_THERE
    refused = [await _over(house, conn, (one,), now) for one in carrying]
    if all(refused):
        return refused[-1] or NOT_THERE
    if not await files.is_here(conn, file_id):
        return Refusal("page.link_elsewhere")
    return Download(file_id, safe_name(row.name, row.media_type), row.media_type, row.size)


async def _handout(conn: AsyncConnection, file_id: int, now: Ms) -> Download | Refusal:
    row = await files.get(conn, file_id)
    if row is None or row.owner is None or row.until is None or row.until <= now:
        return NOT_THERE
    return Download(file_id, safe_name(row.name, row.media_type), row.media_type, row.size, personal=True)


async def _over(
    house: House, conn: AsyncConnection, versions: Sequence[BriefingRow], now: Ms
) -> Refusal | None:
    for one in versions:
        since = await corrections.settled(conn, one.id)
        if since is not None and since.new_id is None:
            return RECALLED
    last = versions[-1].briefing.valid_until
    return Refusal("page.link_over", {"day": last}) if last is not None and last < house.today(now) else None


async def piece(conn: AsyncConnection, file_id: int, start: int, length: int) -> bytes:
    """So many bytes of a file from `start` on; fewer at its end."""
    return await files.piece(conn, file_id, start, length)
