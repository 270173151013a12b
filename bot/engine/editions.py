"""Words for a run: composed when it is planned, and kept. Afterwards nobody is asked for them."""

from collections.abc import Callable, Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.briefing import Briefing
from bot.core.talk.message import Message
from bot.storage.guidance import briefings, editions
from bot.storage.guidance.briefings import BriefingFileRow

ScreenOf = Callable[[Briefing, list[BriefingFileRow], str, bool], Message]  # language; urgent


async def write(
    conn: AsyncConnection,
    screen_of: ScreenOf,
    briefing_id: int,
    languages: Collection[str],
    *,
    urgent: bool,
    now: int,
) -> dict[str, int]:
    """The edition of a version for each language. Raises LookupError for an unknown version."""
    row, attached = await _read(conn, briefing_id)
    return {
        language: await editions.keep(
            conn, briefing_id, language, screen_of(row, attached, language, urgent), now
        )
        for language in sorted(languages)
    }


async def complete(conn: AsyncConnection, screen_of: ScreenOf) -> int:
    """Write what an older program planned without its words, before anything goes out. Returns how many."""
    missing = await editions.unwritten(conn)
    for edition_id, briefing_id, language, urgent in missing:
        row, attached = await _read(conn, briefing_id)
        await editions.write(conn, edition_id, screen_of(row, attached, language, urgent))
    return len(missing)


async def _read(conn: AsyncConnection, briefing_id: int) -> tuple[Briefing, list[BriefingFileRow]]:
    row = await briefings.get(conn, briefing_id)
    if row is None:
        raise LookupError(f"briefing {briefing_id} is not known")
    return row.briefing, await briefings.files(conn, briefing_id)
