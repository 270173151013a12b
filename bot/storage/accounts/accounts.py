"""Accounts: which there are, whether they may send, and how far each has read."""

from dataclasses import dataclass

from sqlalchemy import Text, bindparam, cast, delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.accounts import ACCOUNT
from bot.core.kernel.lifecycle import Loop
from bot.storage.accounts.tables import account, file_handle, setting
from bot.storage.delivery import rerouting
from bot.storage.dialect import ask, upsert
from bot.storage.moves import to_state
from bot.storage.talk.tables import inbox


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


async def stands_for(conn: AsyncConnection, name: str, kind: str, bot: str) -> bool:
    """An account's name stands for this bot from now on. True where it stood for another one.

    How far the other was read, the numbers of its updates and its handles of files say nothing of this one:
    by them its updates would be taken for known ones, or be confirmed unread.
    """
    key, mark = f"bot:{name}", f"{kind}:{bot}"
    before = (await conn.execute(select(setting.c.value).where(setting.c.key == key))).scalar_one_or_none()
    if before == mark:
        return False
    values = {"key": key, "value": mark}
    await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))
    if before is None:
        return False
    await conn.execute(update(account).where(account.c.name == name).values(cursor=None))
    # What waits is answered all the same; no number that the new bot gives is written so.
    old = literal("before ") + cast(inbox.c.id, Text) + literal(": ") + inbox.c.update_key
    await conn.execute(update(inbox).where(inbox.c.account == name).values(update_key=old))
    await conn.execute(delete(file_handle).where(file_handle.c.account == name))
    return True
