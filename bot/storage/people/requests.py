"""Requests to join: one waits a chat, decided once; what is over is emptied."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import ChatId, Ms, UnitPath
from bot.core.people.joining import JOIN_REQUEST
from bot.core.people.permissions import Act
from bot.storage.database import leave_no_trace
from bot.storage.moves import to_state
from bot.storage.people.tables import join_request, unit


@dataclass(frozen=True, slots=True)
class JoinRequestRow:
    """A request to join. `told`: the members it was shown to; `reason`: why it was declined."""

    id: int
    account: str
    chat_id: ChatId
    name: str
    language: str
    unit: str
    consent_version: str
    state: str
    created_at: Ms
    reason: str | None
    told: frozenset[int]


_COLUMNS = (
    join_request.c.id,
    join_request.c.account,
    join_request.c.chat_id,
    join_request.c.name,
    join_request.c.language,
    join_request.c.unit,
    join_request.c.consent_version,
    join_request.c.state,
    join_request.c.created_at,
    join_request.c.reason,
)
_QUERY = select(*_COLUMNS, join_request.c.told)


def _row(row: Any) -> JoinRequestRow:
    told = frozenset(int(one) for one in (row.told or "").split(";") if one)
    return JoinRequestRow(**{**row._mapping, "told": told})


async def add(
    conn: AsyncConnection,
    account: str,
    chat_id: ChatId,
    name: str,
    language: str,
    unit: str,
    consent_version: str,
    now: Ms,
) -> int:
    """Ask to join; a request that still waits in this chat is replaced."""
    theirs = join_request.c.account == account, join_request.c.chat_id == chat_id
    waiting = to_state(update(join_request).where(*theirs), JOIN_REQUEST, "declined", Act.ASK)
    await conn.execute(waiting.values(decided_at=now, reason="replaced"))
    values = {
        "account": account,
        "chat_id": chat_id,
        "name": name,
        "language": language,
        "unit": unit,
        "consent_version": consent_version,
        "state": JOIN_REQUEST.begin("waiting"),
        "created_at": now,
    }
    new = insert(join_request).values(**values).returning(join_request.c.id)
    return int((await conn.execute(new)).scalar_one())


async def get(conn: AsyncConnection, request_id: int) -> JoinRequestRow | None:
    """One request."""
    row = (await conn.execute(_QUERY.where(join_request.c.id == request_id))).first()
    return _row(row) if row else None


async def waiting_from(conn: AsyncConnection, account: str, chat_id: ChatId) -> JoinRequestRow | None:
    """The request that waits from a chat."""
    mine = _QUERY.where(join_request.c.account == account, join_request.c.chat_id == chat_id)
    row = (await conn.execute(mine.where(join_request.c.state == "waiting"))).first()
    return _row(row) if row else None


async def waiting_below(conn: AsyncConnection, path: UnitPath, limit: int) -> list[JoinRequestRow]:
    """Those that wait for a unit and all below it, the older first."""
    query = _QUERY.join(unit, unit.c.code == join_request.c.unit).where(
        join_request.c.state == "waiting", unit.c.path.startswith(path, autoescape=True)
    )
    rows = await conn.execute(query.order_by(join_request.c.id).limit(limit))
    return [_row(row) for row in rows]


async def tell(conn: AsyncConnection, request_id: int, told: Collection[int]) -> None:
    """Keep to whom it was shown."""
    mine = update(join_request).where(join_request.c.id == request_id)
    await conn.execute(mine.values(told=";".join(str(one) for one in sorted(told))))


async def decide(
    conn: AsyncConnection, request_id: int, state: str, by: int | None, now: Ms, reason: str | None = None
) -> bool:
    """Accept or decline, once; False where somebody was quicker."""
    act = Act.ADMIT if state == "accepted" else Act.DECLINE
    mine = to_state(update(join_request).where(join_request.c.id == request_id), JOIN_REQUEST, state, act)
    decided = mine.values(decided_at=now, decided_by=by, reason=reason)
    return (await conn.execute(decided)).rowcount == 1


async def forget(conn: AsyncConnection, before: Ms) -> int:
    """Empty those made before an instant (ms UTC) of name and chat; one that waits is over. How many."""
    old = update(join_request).where(join_request.c.created_at < before)
    waiting = to_state(old, JOIN_REQUEST, "declined", Loop.RETENTION)
    await conn.execute(waiting.values(reason="old", decided_at=before))
    full = old.where(or_(join_request.c.name != "", join_request.c.chat_id != ""))
    gone = (await conn.execute(full.values(name="", chat_id=""))).rowcount
    if gone:
        leave_no_trace(conn)
    return gone
