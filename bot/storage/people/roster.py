"""Members as those see them who answer for them: with state, roles, where they are reached and why not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.kernel.values import ChatId, Ms, UnitPath
from bot.core.people.members import Member
from bot.core.people.names import Called
from bot.storage.accounts.tables import account, endpoint
from bot.storage.dialect import in_state
from bot.storage.people.members import with_roles
from bot.storage.people.states import HERE
from bot.storage.people.tables import member, unit
from bot.storage.people.units import at_or_below


@dataclass(frozen=True, slots=True)
class ReachRow:
    """A chat. `why` nothing arrives there since `since` (ms UTC), by the person or by the account.

    `open`: the person can be reached there.
    """

    account: str
    kind: str
    chat_id: ChatId
    open: bool
    why: str | None
    since: Ms


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One member. `state` is active or suspended, `since` when they came in, ms UTC."""

    member: Member
    state: str
    since: Ms
    reached: tuple[ReachRow, ...]


_QUERY = (
    select(
        member.c.id,
        member.c.name,
        member.c.unit,
        unit.c.path,
        member.c.language,
        member.c.state,
        member.c.created_at,
    )
    .join(unit, unit.c.code == member.c.unit)
    .where(HERE)
)


async def one(conn: AsyncConnection, member_id: int) -> RosterRow | None:
    """One member who has not left."""
    found = await _rows(conn, _QUERY.where(member.c.id == member_id))
    return found[0] if found else None


async def at(
    conn: AsyncConnection, code: str, states: Collection[str], skip: int, limit: int
) -> list[RosterRow]:
    """Those who belong to a unit itself, by name."""
    query = _QUERY.where(member.c.unit == code, in_state(member.c.state, *sorted(states)))
    return await _rows(conn, query.order_by(member.c.name, member.c.id).offset(skip).limit(limit))


async def below(
    conn: AsyncConnection, path: UnitPath, states: Collection[str], after: int, limit: int
) -> list[RosterRow]:
    """Those of a unit and all below it, by id; `after` an id."""
    query = _QUERY.where(at_or_below(path), in_state(member.c.state, *sorted(states)), member.c.id > after)
    return await _rows(conn, query.order_by(member.c.id).limit(limit))


async def names(conn: AsyncConnection, path: UnitPath) -> list[Called]:
    """What those of a unit and all below it are called, by name."""
    query = select(member.c.id, member.c.name).join(unit, unit.c.code == member.c.unit)
    rows = await conn.execute(query.where(HERE, at_or_below(path)).order_by(member.c.name, member.c.id))
    return [Called(*row) for row in rows]


async def counts(conn: AsyncConnection, path: UnitPath) -> dict[str, int]:
    """How many members, by unit code, a unit and those below it have."""
    query = select(member.c.unit, func.count()).join(unit, unit.c.code == member.c.unit)
    found = await conn.execute(query.where(HERE, at_or_below(path)).group_by(member.c.unit))
    return {row[0]: row[1] for row in found}


async def _rows(conn: AsyncConnection, query: Select[Any]) -> list[RosterRow]:
    rows = (await conn.execute(query)).all()
    who = {found.id: found for found in await with_roles(conn, query)}
    reached = await _reached(conn, [row.id for row in rows])
    return [
        RosterRow(who[row.id], row.state, row.created_at, tuple(reached.get(row.id, ())))
        for row in rows
        if row.id in who
    ]


async def _reached(conn: AsyncConnection, ids: Sequence[int]) -> dict[int, list[ReachRow]]:
    query = (
        select(
            endpoint.c.member_id,
            endpoint.c.account,
            account.c.kind,
            endpoint.c.chat_id,
            endpoint.c.state,
            endpoint.c.reason,
            account.c.state,
            account.c.reason,
            endpoint.c.changed_at,
        )
        .join(account, account.c.name == endpoint.c.account)
        .where(endpoint.c.member_id.in_(ids))
        .order_by(endpoint.c.id)
    )
    found: dict[int, list[ReachRow]] = {}
    for whose, name, kind, chat_id, state, closed, runs, stopped, since in (
        await conn.execute(query) if ids else ()
    ):
        own = None if state == "open" else closed or Reason.OTHER
        why = own or (None if runs == "open" else stopped or Reason.OTHER)
        found.setdefault(whose, []).append(ReachRow(name, kind, chat_id, state == "open", why, since))
    return found
