"""Accounts: which there are, whether they may send, and how far each has read."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.accounts import ACCOUNT
from bot.core.kernel.lifecycle import Loop
from bot.storage.accounts.tables import account
from bot.storage.delivery import rerouting
from bot.storage.dialect import ask, upsert
from bot.storage.moves import to_state


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account. `state` is open or stopped; `cursor` says where the next poll goes on."""

    name: str
    kind: str
    state: str
    reason: str | None
    link: str | None
    cursor: str | None


async def register(conn: AsyncConnection, name: str, kind: str) -> None:
    """Make sure the account has a row; one that was stopped is opened: its settings may have been mended."""
    values = {"name": name, "kind": kind, "state": ACCOUNT.renew("open", Loop.START), "reason": None}
    await conn.execute(upsert(conn, account, values, keys=("name",), change=("kind", "state", "reason")))


async def every(conn: AsyncConnection) -> list[AccountRow]:
    """All accounts, by name."""
    return [AccountRow(*row) for row in await conn.execute(select(account).order_by(account.c.name))]


async def stop(conn: AsyncConnection, name: str, reason: str) -> bool:
    """Stop an account, and let what waits on it go another way; True if it was open until now."""
    mine = to_state(update(account).where(account.c.name == name), ACCOUNT, "stopped", Loop.SENDER)
    stopped = (await conn.execute(mine.values(reason=reason))).rowcount == 1
    await rerouting.leave(conn, name)
    return stopped


async def set_link(conn: AsyncConnection, name: str, link: str | None) -> None:
    """Keep the template of the account's invitation links."""
    await conn.execute(update(account).where(account.c.name == name).values(link=link))


_ADVANCE = update(account).where(account.c.name == bindparam("of")).values(cursor=bindparam("cursor"))


async def advance(conn: AsyncConnection, name: str, cursor: str | None) -> None:
    """Everything before `cursor` is in the inbox."""
    await ask(conn, _ADVANCE, {"of": name, "cursor": cursor})


async def known(conn: AsyncConnection, name: str, kind: str) -> None:
    """Make sure the account has a row, and leave it as it is where it has one."""
    values = {"name": name, "kind": kind, "state": ACCOUNT.begin("open")}
    await conn.execute(upsert(conn, account, values, keys=("name",)))
