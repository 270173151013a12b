"""Members: who they are, what they may do, what they follow. Leaving and erasure are here too."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId, Ms, UnitPath
from bot.core.people.joining import MEMBER
from bot.core.people.members import Member, Role
from bot.storage.accounts.tables import endpoint
from bot.storage.dialect import ask, joined, upsert
from bot.storage.people.states import HERE, IN_FORCE
from bot.storage.people.tables import (
    member,
    member_role,
    subscription,
    unit,
)


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agreed to. `at` in ms UTC; `method` says how it was given."""

    version: str
    at: Ms
    method: str


async def add(
    conn: AsyncConnection,
    name: str,
    unit_code: str,
    roles: Collection[Role],
    language: str,
    consent: Consent,
    now: Ms,
) -> int:
    """Register a member; returns the id."""
    new = insert(member).values(
        name=name,
        unit=unit_code,
        language=language,
        state=MEMBER.begin("active"),
        consent_version=consent.version,
        consent_at=consent.at,
        consent_method=consent.method,
        created_at=now,
    )
    member_id = int((await conn.execute(new.returning(member.c.id))).scalar_one())
    await grant(conn, member_id, roles)
    return member_id


async def grant(conn: AsyncConnection, member_id: int, roles: Collection[Role]) -> None:
    """Add roles to those a member has."""
    rows = [{"member_id": member_id, "role": str(role)} for role in roles]
    if rows:
        await conn.execute(upsert(conn, member_role, None, keys=("member_id", "role")), rows)


async def set_roles(conn: AsyncConnection, member_id: int, roles: Collection[Role]) -> None:
    """These roles and no others."""
    await conn.execute(delete(member_role).where(member_role.c.member_id == member_id))
    await grant(conn, member_id, roles)


async def place(conn: AsyncConnection, member_id: int, unit_code: str) -> None:
    """Let a member belong to a unit from now on; what happened stays where it happened."""
    await conn.execute(update(member).where(member.c.id == member_id).values(unit=unit_code))


def _members() -> Select[Any]:
    columns = member.c.id, member.c.name, member.c.unit, unit.c.path, member.c.language
    return select(*columns).join(unit, unit.c.code == member.c.unit).where(IN_FORCE)


async def with_roles(conn: AsyncConnection, query: Select[Any]) -> list[Member]:
    """The members of a query that has their id, name, unit, path and language, with what roles they hold."""
    rows = list(await conn.execute(query))
    ids = [row.id for row in rows]
    held: dict[int, set[Role]] = {}
    chosen = select(member_role.c.member_id, member_role.c.role).where(member_role.c.member_id.in_(ids))
    for member_id, role in await conn.execute(chosen) if ids else ():
        held.setdefault(member_id, set()).add(Role(role))
    return [
        Member(
            id=row.id,
            name=row.name,
            unit=row.unit,
            path=row.path,
            language=row.language,
            roles=frozenset(held.get(row.id, ())),
        )
        for row in rows
    ]


async def at(conn: AsyncConnection, account: str, chat_id: ChatId) -> Member | None:
    """The member who writes from this chat."""
    query = _members().join(endpoint, endpoint.c.member_id == member.c.id)
    found = await with_roles(conn, query.where(endpoint.c.account == account, endpoint.c.chat_id == chat_id))
    return found[0] if found else None


async def language_in_chat(conn: AsyncConnection, account: str, chat_id: ChatId) -> str | None:
    """What the member who is reached in this chat is spoken to in; None where nobody active is."""
    return cast("str | None", (await ask(conn, _LANGUAGE, {"mine": account, "chat": chat_id})).scalar())


_LANGUAGE = (
    select(member.c.language)
    .join(endpoint, endpoint.c.member_id == member.c.id)
    .where(
        endpoint.c.account == bindparam("mine"),
        endpoint.c.chat_id == bindparam("chat"),
        IN_FORCE,
    )
)


async def known_at(conn: AsyncConnection, account: str, chat_id: ChatId) -> str | None:
    """The state of the member who is reached in this chat: active, suspended; None where nobody is."""
    mine = endpoint.c.account == account, endpoint.c.chat_id == chat_id
    query = select(member.c.state).join(endpoint, endpoint.c.member_id == member.c.id).where(*mine)
    return (await conn.execute(query)).scalar_one_or_none()


async def get(conn: AsyncConnection, member_id: int) -> Member | None:
    """One active member."""
    found = await with_roles(conn, _members().where(member.c.id == member_id))
    return found[0] if found else None


async def logged_as(conn: AsyncConnection, who: str | None) -> Member | None:
    """The active member whom the audit log names so, "member:7"; None for whoever else it names."""
    kind, _, number = (who or "").partition(":")
    return await get(conn, int(number)) if kind == "member" and number.isdecimal() else None


def _over(dialect: str) -> Select[*tuple[Any, ...]]:
    """Few hold such a role, and many belong to a unit: by the role's index those few are looked through."""
    mine = member_role.alias("mine")
    roles = select(joined(dialect, mine.c.role)).where(mine.c.member_id == member.c.id).scalar_subquery()
    one: ColumnElement[int] = literal_column("1")
    above = func.substr(bindparam("path", type_=String), one, func.length(unit.c.path)) == unit.c.path
    somewhere = unit.c.path != literal_column("''")  # every path begins with that of a unit outside the tree
    held = select(member_role.c.member_id).where(member_role.c.role == bindparam("role"))
    at = unit.c.code == member.c.unit.concat("")  # not the other way round: a unit's members by its index
    columns = member.c.id, member.c.name, member.c.unit, unit.c.path, member.c.language, roles
    return select(*columns).join(unit, at).where(member.c.id.in_(held), somewhere, above, IN_FORCE)


_NAMES = ("id", "name", "unit", "path", "language", "roles")
_OVER = {dialect: _over(dialect) for dialect in ("sqlite", "postgresql")}


async def with_role_over(conn: AsyncConnection, role: Role, path: UnitPath) -> list[Member]:
    """Members who hold a role at the unit or above it, the nearest first."""
    rows = await ask(conn, _OVER[conn.dialect.name], {"role": str(role), "path": path})
    found = [Member(**dict(zip(_NAMES, (*row[:5], row[5].split(";")), strict=True))) for row in rows.all()]
    return sorted(found, key=lambda one: (-len(one.path), one.id))


async def holding(
    conn: AsyncConnection, units: Collection[str], roles: Collection[Role]
) -> dict[str, list[Member]]:
    """Members of these units themselves (by code) who hold one of the roles, the earliest first, by unit."""
    able = member_role.c.role.in_(sorted(roles))
    held = select(member_role.c.member_id).where(member_role.c.member_id == member.c.id, able)
    query = _members().where(member.c.unit.in_(sorted(units)), held.exists()).order_by(member.c.id)
    found: dict[str, list[Member]] = {}
    for one in await with_roles(conn, query):
        found.setdefault(one.unit, []).append(one)
    return found


async def page(conn: AsyncConnection, after: int, limit: int) -> list[Member]:
    """Active members by id, `limit` at a time."""
    return await with_roles(conn, _members().where(member.c.id > after).order_by(member.c.id).limit(limit))


async def count(conn: AsyncConnection) -> int:
    """How many active members there are."""
    query = select(func.count()).select_from(member).where(IN_FORCE)
    return int((await conn.execute(query)).scalar_one())


async def consent(conn: AsyncConnection, member_id: int) -> Consent:
    """What the member agreed to, and when."""
    query = select(member.c.consent_version, member.c.consent_at, member.c.consent_method)
    return Consent(*(await conn.execute(query.where(member.c.id == member_id))).one())


async def set_language(conn: AsyncConnection, member_id: int, language: str) -> None:
    """Change the language a member is spoken to in."""
    await conn.execute(update(member).where(member.c.id == member_id).values(language=language))


async def rename(conn: AsyncConnection, member_id: int, name: str) -> None:
    """Change the name a member is shown by. Who has left meanwhile has none."""
    await conn.execute(update(member).where(member.c.id == member_id, HERE).values(name=name))


async def follows(conn: AsyncConnection, member_id: int) -> dict[str, bool]:
    """Topic → following, where the member has chosen."""
    query = select(subscription.c.topic, subscription.c.following)
    return {row[0]: row[1] for row in await conn.execute(query.where(subscription.c.member_id == member_id))}


async def follow(conn: AsyncConnection, member_id: int, topic: str, following: bool) -> None:
    """Follow a topic, or stop."""
    values = {"member_id": member_id, "topic": topic, "following": following}
    await conn.execute(upsert(conn, subscription, values, keys=("member_id", "topic"), change=("following",)))


async def reached_on(conn: AsyncConnection, account: str, limit: int = 200) -> list[tuple[ChatId, Member]]:
    """(chat id, member) of those with an address on an account, the oldest first."""
    chats = (
        select(endpoint.c.chat_id, endpoint.c.member_id)
        .join(member, member.c.id == endpoint.c.member_id)
        .where(endpoint.c.account == account, IN_FORCE)
        .order_by(endpoint.c.id)
        .limit(limit)
    )
    rows = list(await conn.execute(chats))
    query = _members().where(member.c.id.in_([row.member_id for row in rows]))
    found = {one.id: one for one in await with_roles(conn, query)}
    return [(row.chat_id, found[row.member_id]) for row in rows]
