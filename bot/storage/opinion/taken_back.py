"""What its author took back stays taken back when a copy from before is put in the store's place.

A keyed hash of its code is kept with those of who left, in the table and in the journal beside the store.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.storage import keys
from bot.storage.database import leave_no_trace
from bot.storage.opinion import authors, desk, held
from bot.storage.opinion.tables import submission
from bot.storage.people import refusals


async def remember(conn: AsyncConnection, code: str, now: Ms) -> None:
    """What has this code was taken back (ms UTC)."""
    await refusals.take(conn, {fingerprint(conn, code): now})


def fingerprint(conn: AsyncConnection, code: str) -> str:
    """The keyed hash that a code is known by."""
    return keys.mac(conn, "taken back", code)


async def apply(conn: AsyncConnection, told: Mapping[str, Ms]) -> int:
    """Drop what was taken back later than the store knows, by fingerprints and times; how many.

    What was merged into it, and never answered, is new again at its desk, and rings.
    """
    known = await refusals.every(conn)
    fresh = {one: at for one, at in told.items() if one not in known}
    if not fresh:
        return 0
    rows = await conn.execute(select(submission.c.id, submission.c.code))
    codes = {fingerprint(conn, code): (number, code) for number, code in rows}
    found = {codes[one]: at for one, at in fresh.items() if one in codes}
    if found:
        leave_no_trace(conn)
    for (number, code), at in found.items():
        report = await desk.get(conn, code)
        if report is None:
            await held.drop(conn, number)
            continue
        for again in await authors.take_back(conn, report):
            await desk.wait(conn, again.id, at, None)
    return len(found)
