"""How people come in: invitations, and requests that an administrator decides."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from secrets import choice

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.codes import new_code
from bot.core.people.members import Role, parse_roles
from bot.storage.accounts import accounts
from bot.storage.people.tables import invite, join_request

CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class InviteRow:
    """An invitation. `expires_at` in ms UTC."""

    unit: str
    roles: frozenset[Role]
    expires_at: int
    uses_left: int


@dataclass(frozen=True, slots=True)
class Invite:
    """A new invitation: the only time its code is known. `link` where an account has one; times in ms UTC."""

    code: str
    link: str | None
    expires_at: int


@dataclass(frozen=True, slots=True)
class JoinRequestRow:
    """A request to join."""

    id: int
    account: str
    chat_id: str
    name: str
    language: str
    unit: str
    consent_version: str
    state: str
    created_at: int


def digest(code: str) -> str:
    """What is stored of an invitation code: case and hyphens do not count."""
    return sha256(code.upper().replace("-", "").strip().encode()).hexdigest()


async def invite_to(
    conn: AsyncConnection,
    code: str,
    unit: str,
    roles: Collection[Role],
    *,
    expires_at: int,
    uses: int,
    created_by: str,
    now: int,
) -> None:
    """Keep a new invitation."""
    values = {
        "digest": digest(code),
        "unit": unit,
        "roles": ";".join(sorted(roles)),
        "expires_at": expires_at,
        "uses_left": uses,
        "created_by": created_by,
        "created_at": now,
    }
    await conn.execute(insert(invite).values(**values))


async def make_invite(
    conn: AsyncConnection,
    unit: str,
    roles: Collection[Role],
    *,
    expires_at: int,
    uses: int,
    created_by: str,
    now: int,
    account: str | None = None,
) -> Invite:
    """Keep an invitation with a fresh code, and say it. The link is `account`'s where it has one."""
    code = new_code(CODE_LENGTH, choice)
    while await find_invite(conn, digest(code)) is not None:
        code = new_code(CODE_LENGTH, choice)
    await invite_to(conn, code, unit, roles, expires_at=expires_at, uses=uses, created_by=created_by, now=now)
    linked = [row for row in await accounts.every(conn) if row.link and row.state == "open"]
    linked.sort(key=lambda row: row.name != account)
    link = linked[0].link.replace("{code}", code) if linked and linked[0].link else None
    return Invite(code, link, expires_at)


async def find_invite(conn: AsyncConnection, code_digest: str) -> InviteRow | None:
    """An invitation by its digest, spent and expired ones too."""
    columns = (invite.c.unit, invite.c.roles, invite.c.expires_at, invite.c.uses_left)
    row = (await conn.execute(select(*columns).where(invite.c.digest == code_digest))).first()
    return InviteRow(row[0], parse_roles(row[1]), row[2], row[3]) if row else None


async def use_invite(conn: AsyncConnection, code_digest: str, now: int) -> bool:
    """Take one use; False where none is left or it has expired. Two at once cannot take the same one."""
    mine = update(invite).where(
        invite.c.digest == code_digest, invite.c.uses_left > 0, invite.c.expires_at > now
    )
    return (await conn.execute(mine.values(uses_left=invite.c.uses_left - 1))).rowcount == 1


async def request(
    conn: AsyncConnection,
    account: str,
    chat_id: str,
    name: str,
    language: str,
    unit: str,
    consent_version: str,
    now: int,
) -> int:
    """Ask to join; a request that still waits in this chat is replaced."""
    waiting = update(join_request).where(
        join_request.c.account == account,
        join_request.c.chat_id == chat_id,
        join_request.c.state == "waiting",
    )
    await conn.execute(waiting.values(state="declined", decided_at=now))
    values = {
        "account": account,
        "chat_id": chat_id,
        "name": name,
        "language": language,
        "unit": unit,
        "consent_version": consent_version,
        "state": "waiting",
        "created_at": now,
    }
    new = insert(join_request).values(**values).returning(join_request.c.id)
    return int((await conn.execute(new)).scalar_one())


async def get_request(conn: AsyncConnection, request_id: int) -> JoinRequestRow | None:
    """One request."""
    columns = (
        join_request.c.id,
        join_request.c.account,
        join_request.c.chat_id,
        join_request.c.name,
        join_request.c.language,
        join_request.c.unit,
        join_request.c.consent_version,
        join_request.c.state,
        join_request.c.created_at,
    )
    row = (await conn.execute(select(*columns).where(join_request.c.id == request_id))).first()
    return JoinRequestRow(*row) if row else None


async def decide(conn: AsyncConnection, request_id: int, state: str, by: int | None, now: int) -> bool:
    """Accept or decline, once; False where somebody was quicker."""
    mine = update(join_request).where(join_request.c.id == request_id, join_request.c.state == "waiting")
    return (await conn.execute(mine.values(state=state, decided_at=now, decided_by=by))).rowcount == 1
