"""Words for a run: composed when it is planned, and kept. Afterwards nobody is asked for them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.composing import AT_ONCE, Composed, aside
from bot.core.guidance.addenda import Addition, for_unit, key
from bot.core.guidance.briefing import Briefing
from bot.core.kernel.values import Ms
from bot.core.people.units import above
from bot.core.talk.message import Message
from bot.storage.delivery import grouping
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import briefings, editions
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.guidance.editions import Group

ScreenOf = Callable[[Briefing, list[BriefingFileRow], str, bool, str], Message]
"""Of a version in a language; whether it is urgent; the name of the unit that approved it, empty: none."""
Version = tuple[int, bool, str]  # a briefing; the last two
WithAdded = Callable[[Message, Sequence[Addition], str], Message]  # of a `ScreenOf`; language


async def write(
    conn: AsyncConnection,
    screen_of: ScreenOf,
    version: Version,
    languages: Collection[str],
    *,
    now: Ms,
) -> dict[str, int]:
    """The edition of a version for each language. Raises LookupError for an unknown version."""
    briefing_id, urgent, approver = version
    row, attached = await _read(conn, briefing_id)
    said = {one: screen_of(row, attached, one, urgent, approver) for one in sorted(languages)}
    return {one: await editions.keep(conn, briefing_id, one, words, now) for one, words in said.items()}


async def by_unit(
    conn: AsyncConnection,
    words: tuple[ScreenOf, WithAdded],
    run: RunRow,
    version: Version,
    chosen: Select[Any],
    limit: int,
) -> Composed | None:
    """Words with the addenda over a unit, for the next recipients planned; None where each has theirs.

    Who stands under the same addenda gets the same edition.
    """
    lacking = await grouping.lacking(conn, run, chosen, limit, AT_ONCE)
    if not lacking:
        return None
    (screen_of, with_added), (briefing_id, urgent, approver) = words, version
    row, attached = await _read(conn, briefing_id)
    over = {path for one in lacking for path in above(one.path)}
    by_path = await grouping.added(conn, run.id, over)
    additions = {one.path: for_unit(one.path, by_path) for one in lacking}
    given = {(one.unit, one.language): (one.language, key(additions[one.path])) for one in lacking}
    sets = {given[one.unit, one.language]: additions[one.path] for one in lacking}

    def compose() -> Mapping[Group, Message]:
        spoken = {language for language, _ in sets}
        plain = {one: screen_of(row, attached, one, urgent, approver) for one in sorted(spoken)}
        return {group: with_added(plain[group[0]], added, group[0]) for group, added in sets.items()}

    return Composed(run.id, briefing_id, await aside(compose), given)


async def complete(conn: AsyncConnection, screen_of: ScreenOf) -> int:
    """Write what an older program planned without its words, before anything goes out. Returns how many."""
    missing = await editions.unwritten(conn)
    for edition_id, briefing_id, language, urgent in missing:
        row, attached = await _read(conn, briefing_id)
        await editions.write(conn, edition_id, screen_of(row, attached, language, urgent, ""))
    return len(missing)


async def _read(conn: AsyncConnection, briefing_id: int) -> tuple[Briefing, list[BriefingFileRow]]:
    row = await briefings.get(conn, briefing_id)
    if row is None:
        raise LookupError(f"briefing {briefing_id} is not known")
    return row.briefing, await briefings.files(conn, briefing_id)
