"""Words for a run: composed when it is planned, and kept. Afterwards nobody is asked for them."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.addenda import Addition, for_unit, key
from bot.core.guidance.briefing import Briefing
from bot.core.people.units import above
from bot.core.talk.message import Message
from bot.storage.delivery import grouping
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import briefings, editions
from bot.storage.guidance.briefings import BriefingFileRow

ScreenOf = Callable[[Briefing, list[BriefingFileRow], str, bool], Message]  # language; urgent
WithAdded = Callable[[Message, Sequence[Addition], str], Message]  # of a `ScreenOf`; language
AT_ONCE = 500  # units and languages whose editions one transaction composes


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


async def write_by_unit(
    conn: AsyncConnection,
    words: tuple[ScreenOf, WithAdded],
    run: RunRow,
    version: tuple[int, bool],
    chosen: Select[Any],
    limit: int,
    now: int,
) -> bool:
    """Editions with the addenda over a unit, for the next recipients planned; False where each has one.

    `version`: the briefing and whether it is urgent. Who stands under the same addenda gets the same edition.
    """
    lacking = await grouping.lacking(conn, run, chosen, limit, AT_ONCE)
    if not lacking:
        return False
    (screen_of, with_added), (briefing_id, urgent) = words, version
    row, attached = await _read(conn, briefing_id)
    over = {path for one in lacking for path in above(one.path)}
    by_path = await grouping.added(conn, run.id, over)
    plain: dict[str, Message] = {}
    said: dict[editions.Group, Message] = {}
    groups: dict[tuple[str, str], editions.Group] = {}
    for one in lacking:
        additions = for_unit(one.path, by_path)
        group = groups[one.unit, one.language] = one.language, key(additions)
        if one.language not in plain:
            plain[one.language] = screen_of(row, attached, one.language, urgent)
        if group not in said:
            said[group] = with_added(plain[one.language], additions, one.language)
    kept = await editions.keep_all(conn, briefing_id, said, now)
    await grouping.give(conn, run.id, {whose: kept[group] for whose, group in groups.items()})
    return True


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
