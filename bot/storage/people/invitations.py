"""Invitations: what is kept of them, and their use."""

from collections.abc import Collection
from dataclasses import dataclass
from secrets import choice
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.codes import new_code
from bot.core.kernel.values import Ms, UnitPath
from bot.core.people.codes import INVITATION
from bot.core.people.members import Role, parse_roles
from bot.storage import keys
from bot.storage.accounts import accounts
from bot.storage.people.tables import invite, unit


@dataclass(frozen=True, slots=True)
class InviteRow:
    """An invitation. `created_by` as the audit log names its maker; times in ms UTC."""

    id: int
    fingerprint: str
    unit: str
    roles: frozenset[Role]
    expires_at: Ms
    uses: int
    uses_left: int
    created_by: str
    created_at: Ms
    withdrawn_at: Ms | None


@dataclass(frozen=True, slots=True)
class Invite:
    """A new invitation: the only time its code is known. `link` where an account has one; times in ms UTC."""

    code: str
    link: str | None
    expires_at: Ms


def fingerprint(conn: AsyncConnection, code: str) -> str:
    """What is stored of an invitation code: a keyed hash of its letters."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return keys.mac(conn, "invitation", letters)


async def invite_to(
    conn: AsyncConnection,
    code: str,
    place: str,
    roles: Collection[Role],
    *,
    expires_at: Ms,
    uses: int,
    created_by: str,
    now: Ms,
) -> None:
    """Keep a new invitation."""
    values = {
        "digest": fingerprint(conn, code),
        "unit": place,
        "roles": ";".join(sorted(roles)),
        "expires_at": expires_at,
        "uses": uses,
        "uses_left": uses,
        "created_by": created_by,
        "created_at": now,
    }
    await conn.execute(insert(invite).values(**values))


async def make_invite(
    conn: AsyncConnection,
    place: str,
    roles: Collection[Role],
    *,
    expires_at: Ms,
    uses: int,
    created_by: str,
    now: Ms,
    account: str | None = None,
    alone: bool = False,
    code: str | None = None,
) -> Invite:
    """Keep an invitation with a `fresh` code, and say it; its link is as `link_of` has it."""
    code = code or fresh()
    await invite_to(
        conn, code, place, roles, expires_at=expires_at, uses=uses, created_by=created_by, now=now
    )
    return Invite(code, await link_of(conn, code, account, alone), expires_at)


def fresh() -> str:
    """A code that nobody has."""
    return new_code(INVITATION, choice)


async def link_of(conn: AsyncConnection, code: str, account: str | None, alone: bool) -> str | None:
    """A code's link: `account`'s where it has one, else another's, unless it is to lead there `alone`."""
    linked = [row for row in await accounts.every(conn) if row.link and row.state == "open"]
    linked = [row for row in linked if not alone or row.name == account]
    linked.sort(key=lambda row: row.name != account)
    return linked[0].link.replace("{code}", code) if linked and linked[0].link else None


def _invite(row: Any) -> InviteRow:
    values = {name: value for name, value in row._mapping.items() if name != "digest"}
    return InviteRow(**{**values, "fingerprint": row.digest, "roles": parse_roles(row.roles)})


async def find_invite(conn: AsyncConnection, code_fingerprint: str) -> InviteRow | None:
    """An invitation by its fingerprint, spent and expired ones too."""
    row = (await conn.execute(select(invite).where(invite.c.digest == code_fingerprint))).first()
    return _invite(row) if row else None


async def get_invite(conn: AsyncConnection, invite_id: int) -> InviteRow | None:
    """An invitation by its number."""
    row = (await conn.execute(select(invite).where(invite.c.id == invite_id))).first()
    return _invite(row) if row else None


async def open_invites(conn: AsyncConnection, path: UnitPath, now: Ms) -> list[InviteRow]:
    """Those into a unit and all below it that still admit somebody, the newest first."""
    query = (
        select(invite)
        .join(unit, unit.c.code == invite.c.unit)
        .where(unit.c.path.startswith(path, autoescape=True), invite.c.withdrawn_at.is_(None))
        .where(invite.c.uses_left > 0, invite.c.expires_at > now)
    )
    return [_invite(row) for row in await conn.execute(query.order_by(invite.c.id.desc()))]


async def withdraw_invite(conn: AsyncConnection, invite_id: int, now: Ms) -> bool:
    """It admits nobody any more; False where it was withdrawn before."""
    mine = update(invite).where(invite.c.id == invite_id, invite.c.withdrawn_at.is_(None))
    return (await conn.execute(mine.values(withdrawn_at=now))).rowcount == 1


async def withdraw_of(conn: AsyncConnection, maker: str, within: str, now: Ms) -> int:
    """Withdraw what somebody made, but for units `within` a path ("" for none); returns how many."""
    mine = update(invite).where(invite.c.created_by == maker, invite.c.withdrawn_at.is_(None))
    if within:
        kept = select(unit.c.code).where(unit.c.path.startswith(within, autoescape=True))
        mine = mine.where(invite.c.unit.not_in(kept))
    return (await conn.execute(mine.values(withdrawn_at=now))).rowcount


async def use_invite(conn: AsyncConnection, code_fingerprint: str, now: Ms) -> bool:
    """Take one use; False where none is left or it has expired. Two at once cannot take the same one."""
    mine = update(invite).where(
        invite.c.digest == code_fingerprint,
        invite.c.uses_left > 0,
        invite.c.expires_at > now,
        invite.c.withdrawn_at.is_(None),
    )
    return (await conn.execute(mine.values(uses_left=invite.c.uses_left - 1))).rowcount == 1
