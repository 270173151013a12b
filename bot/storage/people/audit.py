"""Who did what, for acts that people answer for. Names nobody outside the back office; only ever added to."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms, UnitPath
from bot.storage.dialect import has_column
from bot.storage.guidance.tables import broadcast
from bot.storage.people.tables import audit, member, unit
from bot.storage.people.units import at_or_below

_UNIT = re.compile(r"\bunit:([A-Za-z0-9-]{1,20})")
_THING = re.compile(r"(member|broadcast):([0-9]{1,18})")
_LOOKED = "the audit log says where"  # of a connection: it was looked for once
OF_A_DESK = "report:"  # what such subjects begin with


@dataclass(frozen=True, slots=True)
class Line:
    """One act. `at` in ms UTC; `actor` is "member:7", "cli" or a loop; `subject` as "broadcast:7"."""

    id: int
    at: Ms
    actor: str
    act: str
    subject: str
    detail: str
    unit: str


async def note(conn: AsyncConnection, actor: str, act: str, subject: str, detail: str, now: Ms) -> None:
    """Write one line; `actor` is "member:ID" or "cli".

    Its unit: the first that subject or detail names ("unit:24169"), else the broadcast's, else the actor's.
    """
    values: dict[str, Any] = {"at": now, "actor": actor, "act": act, "subject": subject, "detail": detail}
    if await _says_where(conn):
        values["unit"] = _unit(actor, subject, detail)
    await conn.execute(insert(audit).values(**values))


async def _says_where(conn: AsyncConnection) -> bool:
    """Whether the store's log has a unit: the shell's brakes work on an older one."""
    if not conn.info.get(_LOOKED):
        conn.info[_LOOKED] = await has_column(conn, audit.name, "unit")
    return bool(conn.info[_LOOKED])


def _unit(actor: str, subject: str, detail: str) -> str | ColumnElement[str]:
    if named := _UNIT.search(f"{subject} {detail}"):
        return named[1]
    found = [_of(thing) for one in (subject, actor) if (thing := _THING.fullmatch(one))]
    return func.coalesce(*found, "") if found else ""


def _of(thing: re.Match[str]) -> ScalarSelect[str]:
    number = int(thing[2])
    if thing[1] == "member":
        return select(member.c.unit).where(member.c.id == number).scalar_subquery()
    issued = func.coalesce(broadcast.c.issuer, broadcast.c.unit)
    return select(issued).where(broadcast.c.id == number).scalar_subquery()


async def by(conn: AsyncConnection, actor: str) -> list[tuple[Ms, str, str]]:
    """What somebody did: (ms UTC, act, subject), the older first."""
    query = select(audit.c.at, audit.c.act, audit.c.subject).where(audit.c.actor == actor)
    return [(row[0], row[1], row[2]) for row in await conn.execute(query.order_by(audit.c.id))]


async def page(
    conn: AsyncConnection, path: UnitPath, desk: str | None, before: int, since: Ms, limit: int
) -> list[Line]:
    """What was done at or below a unit, the newest first: before a line's number (0: all), since ms UTC.

    Path "": all there is. What was done with a report is told at its very desk alone: elsewhere it would tell
    how few reports there are. `desk`: the reader's unit; None: they may see every desk.
    """
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if path:
        query = query.where(audit.c.unit.in_(select(unit.c.code).where(at_or_below(path))))
    if desk is not None:
        query = query.where(or_(~audit.c.subject.startswith(OF_A_DESK), audit.c.unit == desk))
    if before:
        query = query.where(audit.c.id < before)
    if since:
        query = query.where(audit.c.at >= since)
    return [Line(*row) for row in await conn.execute(query)]
