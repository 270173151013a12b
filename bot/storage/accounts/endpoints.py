"""Endpoints: where a member is reached. Closed when the person blocks us, reopened when they write again."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.accounts import ENDPOINT
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import HOUR_MS, ChatId, Ms, UnitPath
from bot.core.people.members import Role
from bot.core.people.permissions import SENDERS, Act
from bot.storage.accounts.tables import account as accounts
from bot.storage.accounts.tables import endpoint
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import has_column, is_open, upsert
from bot.storage.moves import to_state
from bot.storage.people.states import IN_FORCE
from bot.storage.people.tables import join_request, member, member_role, unit
from bot.storage.people.units import at_or_below
from bot.storage.talk.tables import conversation, inbox, watch

HEARD_MS = HOUR_MS


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """One member on one account. `heard_at`: when they last wrote, ms UTC, where their platform counts it."""

    id: int
    member_id: int
    account: str
    chat_id: ChatId
    state: str
    heard_at: Ms | None = None


def before_others(of: FromClause) -> tuple[ColumnElement[Any], ...]:
    """The order of a member's addresses: the one that they chose, then the oldest."""
    return of.c.chosen_at.is_(None), of.c.id


_CHOICES = "choices of endpoints"  # a connection's note that its store keeps them
_COLUMNS = (
    endpoint.c.id,
    endpoint.c.member_id,
    endpoint.c.account,
    endpoint.c.chat_id,
    endpoint.c.state,
    endpoint.c.heard_at,
)


async def attach(conn: AsyncConnection, member_id: int, account: str, chat_id: ChatId, now: Ms) -> None:
    """The member is reached here from now on, whoever was before."""
    values = {
        "member_id": member_id,
        "account": account,
        "chat_id": chat_id,
        "state": ENDPOINT.renew("open", Act.JOIN),
        "reason": None,
        "changed_at": now,
        "chosen_at": None,
    }
    change = ("member_id", "state", "reason", "changed_at", "chosen_at")
    await conn.execute(upsert(conn, endpoint, values, keys=("account", "chat_id"), change=change))


async def known(conn: AsyncConnection, chats: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these (account, chat id) that some member is reached at."""
    found: set[tuple[str, str]] = set()
    for account in {account for account, _ in chats}:
        ids = [chat_id for name, chat_id in chats if name == account]
        query = select(endpoint.c.chat_id).where(endpoint.c.account == account, endpoint.c.chat_id.in_(ids))
        found |= {(account, row[0]) for row in await conn.execute(query)}
    return found


async def of(conn: AsyncConnection, member_id: int) -> list[EndpointRow]:
    """A member's endpoints: the one that they chose, then the oldest first.

    Also in a store that an older version left: whoever is stopped in an emergency there is told so.
    """
    if not conn.info.get(_CHOICES):
        conn.info[_CHOICES] = await has_column(conn, endpoint.name, endpoint.c.chosen_at.name)
    order = before_others(endpoint) if conn.info[_CHOICES] else (endpoint.c.id,)
    query = select(*_COLUMNS).where(endpoint.c.member_id == member_id).order_by(*order)
    return [EndpointRow(*row) for row in await conn.execute(query)]


async def reached(conn: AsyncConnection, member_ids: Collection[int]) -> set[int]:
    """Those of these members who have a chat that is open."""
    query = select(endpoint.c.member_id).where(endpoint.c.member_id.in_(sorted(member_ids)))
    return set((await conn.execute(query.where(endpoint.c.state == "open"))).scalars())


async def holding(
    conn: AsyncConnection, role: Role, besides: str, limit: int
) -> list[tuple[EndpointRow, str]]:
    """Where members with a role are reached on an open account other than `besides`, with their language.

    The top of the tree first, one address a member.
    """
    best = (
        select(func.min(endpoint.c.id))
        .join(accounts, accounts.c.name == endpoint.c.account)
        .where(endpoint.c.state == "open", accounts.c.state == "open", accounts.c.name != besides)
        .group_by(endpoint.c.member_id)
    )
    depth = func.length(unit.c.path) - func.length(func.replace(unit.c.path, "/", ""))
    query = (
        select(*_COLUMNS, member.c.language)
        .join(member, member.c.id == endpoint.c.member_id)
        .join(member_role, member_role.c.member_id == member.c.id)
        .join(unit, unit.c.code == member.c.unit)
        .where(endpoint.c.id.in_(best), IN_FORCE, member_role.c.role == str(role))
        .order_by(depth, endpoint.c.id)
        .limit(limit)
    )
    return [(EndpointRow(*row[:6]), row[6]) for row in await conn.execute(query)]


async def counted(conn: AsyncConnection) -> dict[str, int]:
    """How many people are reached on each account."""
    query = select(endpoint.c.account, func.count()).where(endpoint.c.state == "open")
    return {row[0]: int(row[1]) for row in await conn.execute(query.group_by(endpoint.c.account))}


async def writing_below(
    conn: AsyncConnection, path: UnitPath, limit: int
) -> list[tuple[EndpointRow, str, UnitPath, bool]]:
    """Where editors and administrators of units below `path` are reached: with language, path, if an editor.

    The higher units first, one address a member.
    """
    own = endpoint.alias("own")
    first = select(own.c.id).where(own.c.member_id == member.c.id, own.c.state == "open")
    first = first.order_by(*before_others(own)).limit(1)
    edits = func.max(case((member_role.c.role == str(Role.EDITOR), 1), else_=0))
    roles = member_role.c.role.in_(sorted(SENDERS))
    depth = func.length(unit.c.path) - func.length(func.replace(unit.c.path, "/", ""))
    query = (
        select(*_COLUMNS, member.c.language, unit.c.path, edits)
        .join(member, member.c.id == endpoint.c.member_id)
        .join(member_role, member_role.c.member_id == member.c.id)
        .join(unit, unit.c.code == member.c.unit)
        .where(endpoint.c.id == first.correlate(member).scalar_subquery())
        .where(at_or_below(path), unit.c.path != path, IN_FORCE, roles)
        .group_by(*_COLUMNS, member.c.language, unit.c.path)
        .order_by(depth, endpoint.c.id)
        .limit(limit)
    )
    rows = (await conn.execute(query)).all()
    return [(EndpointRow(*row[:6]), row[6], row[7], bool(row[8])) for row in rows]


async def on(conn: AsyncConnection, account: str) -> list[EndpointRow]:
    """All of an account, by number."""
    query = select(*_COLUMNS).where(endpoint.c.account == account).order_by(endpoint.c.id)
    return [EndpointRow(*row) for row in await conn.execute(query)]


async def reopen(conn: AsyncConnection, account: str, chat_id: ChatId, now: Ms) -> None:
    """The person wrote: they can be reached again."""
    mine = update(endpoint).where(endpoint.c.account == account, endpoint.c.chat_id == chat_id)
    opened = to_state(mine, ENDPOINT, "open", Loop.DISPATCHER)
    await conn.execute(opened.values(reason=None, changed_at=now))


async def heard(conn: AsyncConnection, account: str, chat_id: ChatId, now: Ms) -> None:
    """The person wrote, where their platform counts from it; to the hour, for nothing depends on less."""
    long_ago = or_(endpoint.c.heard_at.is_(None), endpoint.c.heard_at < now - HEARD_MS)
    mine = update(endpoint).where(endpoint.c.account == account, endpoint.c.chat_id == chat_id, long_ago)
    await conn.execute(mine.values(heard_at=now))


async def choose(conn: AsyncConnection, member_id: int, account: str, chat_id: ChatId, now: Ms) -> None:
    """The member is written to here from now on, where they can be."""
    here = and_(endpoint.c.account == account, endpoint.c.chat_id == chat_id)
    mine = update(endpoint).where(endpoint.c.member_id == member_id)
    await conn.execute(mine.values(chosen_at=case((here, now))))


async def close(conn: AsyncConnection, account: str, chat_id: ChatId, reason: str, now: Ms) -> None:
    """The person cannot be reached here any more: nothing more is planned for this chat."""
    mine = update(endpoint).where(endpoint.c.account == account, endpoint.c.chat_id == chat_id)
    closed = to_state(mine, ENDPOINT, "closed", Loop.SENDER)
    await conn.execute(closed.values(reason=reason, changed_at=now))


async def move(conn: AsyncConnection, account: str, old: str, new: str, now: Ms) -> None:
    """The chat has a new id: for the endpoint, for all that waits for it, and for what came from it.

    What was begun in the old chat (a form, a request, a live screen) cannot be gone on with: it is dropped.
    """
    known = select(endpoint.c.id).where(endpoint.c.account == account, endpoint.c.chat_id == new)
    if (await conn.execute(known)).first() is None:
        mine = update(endpoint).where(endpoint.c.account == account, endpoint.c.chat_id == old)
        await conn.execute(mine.values(chat_id=new, changed_at=now))
    waiting = update(delivery).where(delivery.c.account == account, delivery.c.chat_id == old)
    await conn.execute(waiting.where(is_open(delivery.c.state)).values(chat_id=new))
    came = update(inbox).where(inbox.c.account == account, inbox.c.chat_id == old, inbox.c.state != "new")
    await conn.execute(came.values(chat_id=new))  # so that an erasure finds it
    for table in (conversation, join_request, watch):
        await conn.execute(delete(table).where(table.c.account == account, table.c.chat_id == old))
