"""Authority that was taken back after a copy was made stays taken back when the copy is put in its place.

What the store as it was knows is asked before it goes: who was suspended, moved or given other roles, which
codes were used or withdrawn. Rights that were given since are not given again: for that somebody is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.core.people.authority import OVER_OTHERS
from bot.core.people.members import Role
from bot.storage.database import Database
from bot.storage.people import members, suspension
from bot.storage.people.tables import invite, member, member_role, unit

log = structlog.get_logger()
Person = tuple[int, int]  # number and when they came in: another store's 7 is somebody else


@dataclass(frozen=True, slots=True)
class Right:
    """What somebody may do: whether they are suspended, where they belong, with which roles."""

    suspended: bool
    unit: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Known:
    """The rights of who is in, and of each code how many it still admits, and when it was withdrawn."""

    people: Mapping[Person, Right] = field(default_factory=dict)
    codes: Mapping[str, tuple[int, Ms | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many `members` lost something again, None where nothing told; how many `codes` admit fewer."""

    members: int | None
    codes: int


async def gathered(database: Database) -> Known | None:
    """What the store knows, before another takes its place; None where it cannot be read or there is none."""
    if database.path is not None and not database.path.exists():
        return None
    try:
        async with database.read() as conn:
            return Known(await _people(conn), await _codes(conn))
    except SQLAlchemyError as error:
        log.error("what was taken back of authority cannot be read", error=type(error).__name__)
        return None


async def apply(conn: AsyncConnection, known: Known | None, now: Ms) -> TakenBack:
    """Take back again what was. Where nothing is known, codes of those who act for a unit are withdrawn."""
    people = await _people(conn)
    if known is None or (people and not people.keys() & known.people.keys()):  # a new store in its place
        return TakenBack(None, await _close(conn, now))
    both = ((one, right, known.people[one]) for one, right in people.items() if one in known.people)
    changed = [await _take(conn, number, had, since) for (number, _), had, since in both]
    return TakenBack(sum(changed), await _take_codes(conn, known))


async def _take_codes(conn: AsyncConnection, known: Known) -> int:
    changed = 0
    for digest, had in (await _codes(conn)).items():
        since = known.codes.get(digest, had)
        after = min(had[0], since[0]), had[1] or since[1]
        if after != had:
            mine = update(invite).where(invite.c.digest == digest)
            await conn.execute(mine.values(uses_left=after[0], withdrawn_at=after[1]))
            changed += 1
    return changed


async def _take(conn: AsyncConnection, number: int, had: Right, since: Right) -> bool:
    roles = had.roles & since.roles or since.roles
    if roles != had.roles:
        await members.set_roles(conn, number, roles)
    moved = since.unit != had.unit and await _is_there(conn, since.unit)
    if moved:
        await members.place(conn, number, since.unit)
    suspended = since.suspended and not had.suspended
    if suspended:
        await suspension.suspend(conn, number)
    return roles != had.roles or moved or suspended


async def _is_there(conn: AsyncConnection, code: str) -> bool:
    return (await conn.execute(select(unit.c.code).where(unit.c.code == code))).first() is not None


async def _people(conn: AsyncConnection) -> dict[Person, Right]:
    held: dict[int, set[Role]] = {}
    for number, role in await conn.execute(select(member_role.c.member_id, member_role.c.role)):
        held.setdefault(number, set()).add(Role(role))
    columns = member.c.id, member.c.created_at, member.c.state, member.c.unit
    rows = await conn.execute(select(*columns).where(member.c.state != "left"))
    return {
        (row.id, row.created_at): Right(row.state == "suspended", row.unit, frozenset(held.get(row.id, ())))
        for row in rows
    }


async def _codes(conn: AsyncConnection) -> dict[str, tuple[int, Ms | None]]:
    rows = await conn.execute(select(invite.c.digest, invite.c.uses_left, invite.c.withdrawn_at))
    return {digest: (left, at) for digest, left, at in rows}


async def _close(conn: AsyncConnection, now: Ms) -> int:
    high: list[ColumnElement[bool]] = [invite.c.roles.contains(role) for role in sorted(OVER_OTHERS)]
    good = invite.c.withdrawn_at.is_(None), invite.c.uses_left > 0, invite.c.expires_at > now
    return (await conn.execute(update(invite).where(or_(*high), *good).values(withdrawn_at=now))).rowcount
