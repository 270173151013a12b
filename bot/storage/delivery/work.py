"""Which accounts have something to send: one question for the whole process, asked by the watch."""

from typing import Any

from sqlalchemy import Select, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.accounts.tables import account
from bot.storage.delivery.claims import FETCHED
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import ask, in_state, is_open

_A_REPLY: Select[Any] = select(literal_column("1")).where(
    delivery.c.run_id.is_(None), delivery.c.account == account.c.name, in_state(delivery.c.state, "pending")
)
_A_RETRY: Select[Any] = select(literal_column("1")).where(
    delivery.c.account == account.c.name, in_state(delivery.c.state, "retry")
)
_A_FETCHED: Select[Any] = select(literal_column("1")).where(
    delivery.c.account == account.c.name,
    delivery.c.priority >= FETCHED,
    is_open(delivery.c.state),
    in_state(delivery.c.state, "pending"),
)
_OF_A_RUN: Select[Any] = (
    select(literal_column("1"))
    .select_from(run.join(delivery, delivery.c.run_id == run.c.id))
    .where(
        run.c.state == "running",
        delivery.c.account == account.c.name,
        in_state(delivery.c.state, "pending"),
    )
)
_WITH_WORK = (
    select(account.c.name)
    .where(or_(*(one.correlate(account).exists() for one in (_A_REPLY, _A_RETRY, _A_FETCHED, _OF_A_RUN))))
    .order_by(account.c.name)
)


async def accounts(conn: AsyncConnection) -> list[str]:
    """The accounts that have something to send, now or later: one question for all of them."""
    return [row[0] for row in await ask(conn, _WITH_WORK, {})]
