"""A row in the outbox for each member that a run is for, written inside the database."""

from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, case, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.quota import Ways
from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, State
from bot.core.kernel.values import Ms
from bot.storage.accounts.tables import endpoint
from bot.storage.delivery import reachable
from bot.storage.delivery.tables import delivery


async def put(
    conn: AsyncConnection, run_id: int, priority: int, whom: Select[Any], ways: Ways, now: Ms
) -> int:
    """Write the rows, each over its member's best address; how many there are.

    `whom` selects `id` of a member, the `edition` they get and the `path` of the unit where they stand. A
    member without an open endpoint gets a row too, skipped with that reason; one who may not be written to
    now (`ways`) fetches it.
    """
    return (await conn.execute(_rows(run_id, priority, whom, ways, now))).rowcount


def _rows(run_id: int, priority: int, whom: Select[Any], ways: Ways, now: Ms) -> Insert:
    some = whom.subquery()
    nowhere: ColumnElement[bool] = endpoint.c.id.is_(None)
    later = reachable.shut(ways, now)
    values: dict[str, ColumnElement[Any]] = {
        "run_id": literal(run_id),
        "member_id": some.c.id,
        "account": endpoint.c.account,
        "chat_id": endpoint.c.chat_id,
        "priority": literal(priority),
        "state": case(
            (nowhere, DELIVERY.begin(State.SKIPPED)),
            (later, DELIVERY.begin(State.UNFETCHED)),
            else_=DELIVERY.begin(State.PENDING),
        ),
        "not_before": literal(now),
        "attempts": literal(0),
        "part": literal(0),
        "resent": literal(False),
        "reason": case((nowhere, str(Reason.NO_ENDPOINT)), (later, str(Reason.OUT_OF_WINDOW))),
        "created_at": literal(now),
        "edition_id": some.c.edition,
        "place": some.c.path,
    }
    best = reachable.best(some, some.c.id, ways, now)
    source = select(*values.values()).select_from(some.outerjoin(endpoint, endpoint.c.id == best))
    return insert(delivery).from_select(list(values), source.order_by(some.c.id))
