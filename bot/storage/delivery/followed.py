"""What a reminder of somebody's is about, what their tap ends, and when runs are followed by themselves."""

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, State
from bot.core.guidance.reminding import Follow
from bot.core.kernel.values import Ms
from bot.core.people.permissions import Act
from bot.core.talk.message import Message
from bot.storage.delivery.tables import delivery, run
from bot.storage.guidance.tables import edition
from bot.storage.moves import to_state

_READ = delivery.alias("read_one")
_ABOUT = select(_READ.c.run_id).where(_READ.c.id == bindparam("read")).scalar_subquery()
_REMINDERS = select(run.c.id).where(run.c.about == _ABOUT, run.c.kind == str(Follow.REMINDER))
# Of every tap that confirms: built once, for building costs more than running it.
_DROP = to_state(
    update(delivery).where(delivery.c.member_id == bindparam("reader"), delivery.c.run_id.in_(_REMINDERS)),
    DELIVERY,
    State.CANCELLED,
    Act.ACKNOWLEDGE,
).values(reason=str(Reason.READ))


async def original(conn: AsyncConnection, delivery_id: int, member_id: int) -> int | None:
    """The delivery that a reminder of somebody's is about; None where it is no reminder of theirs."""
    theirs = delivery.alias("theirs")
    query = (
        select(theirs.c.id)
        .join(run, run.c.about == theirs.c.run_id)
        .join(delivery, delivery.c.run_id == run.c.id)
        .where(
            delivery.c.id == delivery_id, delivery.c.member_id == member_id, theirs.c.member_id == member_id
        )
    )
    found = (await conn.execute(query)).scalar_one_or_none()
    return None if found is None else int(found)


async def drop(conn: AsyncConnection, delivery_id: int, member_id: int) -> None:
    """Somebody has read it: reminders of it that have not gone out to them never will."""
    await conn.execute(_DROP, {"read": delivery_id, "reader": member_id})


async def buttons_of(conn: AsyncConnection, delivery_id: int, member_id: int) -> Message | None:
    """What a run that follows another said to somebody; None where it is no such delivery of theirs."""
    query = (
        select(edition.c.text)
        .join(delivery, delivery.c.edition_id == edition.c.id)
        .join(run, run.c.id == delivery.c.run_id)
        .where(delivery.c.id == delivery_id, delivery.c.member_id == member_id, run.c.about.is_not(None))
    )
    text = (await conn.execute(query)).scalar_one_or_none()
    return None if text is None else Message.model_validate_json(text)


async def due(conn: AsyncConnection, now: Ms) -> list[int]:
    """The runs of which somebody is to be reminded, or to be told that they are overdue, by now."""
    query = select(run.c.id).where(or_(run.c.remind_at <= now, run.c.deadline_at <= now))
    return [int(row[0]) for row in await conn.execute(query.order_by(run.c.id))]


async def next_at(conn: AsyncConnection) -> Ms | None:
    """When something is next to follow by itself, or to be planned, ms UTC."""
    waits = select(func.min(run.c.at)).where(run.c.state == "planning", run.c.about.is_not(None))
    queries = select(func.min(run.c.remind_at)), select(func.min(run.c.deadline_at)), waits
    found = [(await conn.execute(query)).scalar_one() for query in queries]
    return min((Ms(at) for at in found if at is not None), default=None)


async def set_times(conn: AsyncConnection, run_id: int, remind_at: Ms | None, deadline_at: Ms | None) -> None:
    """When a run is next followed by itself, ms UTC; None: not."""
    mine = update(run).where(run.c.id == run_id)
    await conn.execute(mine.values(remind_at=remind_at, deadline_at=deadline_at))
