"""Faults planted in the product, to see that the harness finds them: each patches one step of the rules."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import State
from bot.core.ports import RawUpdate
from bot.storage.delivery import claims, recovery, settling
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.delivery.settling import Settled
from bot.storage.tables import delivery
from bot.storage.tables import inbox as inbox_table
from bot.storage.talk import inbox
from bot.storage.talk.inbox import InboxRow


def _resends() -> None:
    """After a crash what was in flight is simply sent again."""

    async def recover(conn: AsyncConnection, account: str, now: int) -> dict[str, int]:
        mine = update(delivery).where(delivery.c.account == account, delivery.c.state == "inflight")
        return {"again": (await conn.execute(mine.values(state="pending", token=None))).rowcount}

    recovery.recover = recover


def _claims_nothing() -> None:
    """Intent is not written down before the first byte."""

    async def claim(conn: AsyncConnection, rows: Sequence[ClaimedRow], token: int) -> None:
        rows_claimed.extend(row.id for row in rows)

    async def settle(conn: AsyncConnection, settled: Sequence[Settled], token: int, now: int) -> None:
        for one in settled:
            mine = update(delivery).where(delivery.c.id == one.row.id)
            await conn.execute(mine.values(state=str(one.transition.state), part=one.transition.part))

    rows_claimed: list[int] = []
    claims.claim = claim
    settling.settle = settle


def _says_sent_at_once() -> None:
    """What is claimed counts as sent."""
    claim = claims.claim

    async def hasty(conn: AsyncConnection, rows: Sequence[ClaimedRow], token: int) -> None:
        await claim(conn, rows, token)
        runs = [row.id for row in rows if row.run_id is not None]
        values: dict[str, Any] = {"state": str(State.SENT), "part": 1}
        await conn.execute(update(delivery).where(delivery.c.id.in_(runs)).values(**values))

    claims.claim = hasty


def _forgets_updates() -> None:
    """Some updates are confirmed to the platform and not kept."""
    keep = inbox.keep

    async def forgetful(conn: AsyncConnection, account: str, updates: Sequence[RawUpdate], now: int) -> None:
        await keep(conn, account, [one for one in updates if int(one.key) % 17], now)

    inbox.keep = forgetful


def _closes_first() -> None:
    """An update counts as handled as soon as it is looked at."""
    waiting = inbox.waiting

    async def hasty(conn: AsyncConnection, limit: int, after: int = 0) -> list[InboxRow]:
        rows = await waiting(conn, limit, after)
        looked_at = update(inbox_table).where(inbox_table.c.id.in_([row.id for row in rows]))
        await conn.execute(looked_at.values(state="done"))
        return rows

    async def close_all(conn: AsyncConnection, row_ids: Collection[int], now: int) -> bool:
        return True

    inbox.waiting = hasty
    inbox.close_all = close_all


PLANTS: dict[str, Callable[[], None]] = {
    "resends": _resends,
    "claims nothing": _claims_nothing,
    "says sent at once": _says_sent_at_once,
    "forgets updates": _forgets_updates,
    "closes first": _closes_first,
}
