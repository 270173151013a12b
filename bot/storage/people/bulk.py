"""Many members at once: a few statements, whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.accounts import ENDPOINT
from bot.core.kernel.values import Ms
from bot.core.people.joining import MEMBER
from bot.core.people.members import Role
from bot.storage.accounts.tables import endpoint
from bot.storage.dialect import grown, many, take_numbers
from bot.storage.people.tables import member, member_role

ON_PAPER = "paper"  # the version of a consent given outside the chat


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody to be registered from a list. `consent_at` in ms UTC; `consent_method` as the list says it."""

    name: str
    unit: str
    roles: frozenset[Role]
    language: str
    consent_at: Ms
    consent_method: str


_MEMBER = insert(member).values(
    {name: bindparam(name) for name in ("id", "name", "unit", "language", "state", "consent_version")}
    | {name: bindparam(name) for name in ("consent_at", "consent_method", "created_at")}
)
_ROLE = insert(member_role).values(member_id=bindparam("member_id"), role=bindparam("role"))
_ENDPOINT = insert(endpoint).values(
    {name: bindparam(name) for name in ("member_id", "account", "chat_id", "state", "changed_at")}
)


async def add(conn: AsyncConnection, new: Sequence[NewMember], now: Ms) -> list[int]:
    """Register members; their ids, in order."""
    ids = await take_numbers(conn, member, len(new))
    rows = [
        {
            "id": number,
            "name": one.name,
            "unit": one.unit,
            "language": one.language,
            "state": MEMBER.begin("active"),
            "consent_version": ON_PAPER,
            "consent_at": one.consent_at,
            "consent_method": one.consent_method,
            "created_at": now,
        }
        for number, one in zip(ids, new, strict=True)
    ]
    await many(conn, _MEMBER, rows)
    roles = [
        {"member_id": number, "role": str(role)}
        for number, one in zip(ids, new, strict=True)
        for role in sorted(one.roles)
    ]
    await many(conn, _ROLE, roles)
    return ids


async def attach(conn: AsyncConnection, reached: Sequence[tuple[int, str, str]], now: Ms) -> None:
    """(member, account, chat id): each member is reached there from now on; nobody was before."""
    rows = [
        {
            "member_id": number,
            "account": account,
            "chat_id": chat_id,
            "state": ENDPOINT.begin("open"),
            "changed_at": now,
        }
        for number, account, chat_id in reached
    ]
    await many(conn, _ENDPOINT, rows)


async def settle(conn: AsyncConnection) -> None:
    """Many have come: let the database look at its tables anew."""
    await grown(conn, member, member_role, endpoint)
