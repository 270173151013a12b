"""What a store that is older than the truth may still believe: nothing of it goes out by itself.

Its open deliveries may have gone out after the copy was made: they are in doubt, for a person to decide. Its
broadcasts that fell due since may have run, and others may have been cancelled or changed: they are paused.
Its runs remind nobody by themselves. Replies to what was said before then answer nothing any more.
"""

from collections.abc import Collection

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, State
from bot.core.guidance.broadcast import BROADCAST, RUN
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms
from bot.storage.database import Database
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state
from bot.storage.guidance.tables import broadcast
from bot.storage.moves import to_next, to_state
from bot.storage.talk.tables import watch

REASON = str(Reason.RESTORED)


Plan = tuple[int, int, str, str]  # a broadcast's number, when it was made, its state and its schedule


async def plans(database: Database) -> frozenset[Plan]:
    """What stands scheduled or submitted in the store, before another takes its place.

    None where it cannot tell.
    """
    if database.path is not None and not database.path.exists():
        return frozenset()
    try:
        async with database.read() as conn:
            return frozenset(await _planned(conn))
    except SQLAlchemyError:
        return frozenset()


async def _planned(conn: AsyncConnection) -> list[Plan]:
    query = select(broadcast.c.id, broadcast.c.created_at, broadcast.c.state, broadcast.c.schedule)
    rows = await conn.execute(query.where(in_state(broadcast.c.state, "scheduled", "submitted")))
    return [(row.id, row.created_at, row.state, row.schedule) for row in rows]


async def distrust(conn: AsyncConnection, now: Ms, still: Collection[Plan] = ()) -> dict[str, int]:
    """Take the store for a copy; counts of deliveries now in doubt, replies dropped, broadcasts paused, and
    returned to their authors: those that waited for approval, and may have been decided on since.

    `still`: what is known to stand so, and may go out where it is not due yet.
    """
    doubt = update(delivery).where(delivery.c.run_id.is_not(None))
    doubt = to_state(doubt, DELIVERY, State.UNCERTAIN, Loop.RESTORE)
    doubted = await conn.execute(doubt.values(reason=REASON, token=None))
    ended = update(delivery).where(delivery.c.run_id.is_(None))
    ended = to_state(ended, DELIVERY, State.CANCELLED, Loop.RESTORE)
    gone = {"reason": REASON, "act": None, "chat_id": None, "token": None}
    dropped = await conn.execute(ended.values(**gone))
    known = set(still)
    changed = {plan[0] for plan in await _planned(conn) if plan not in known}
    due = update(broadcast).where(or_(broadcast.c.next_at <= now, broadcast.c.id.in_(changed)))
    paused = await conn.execute(to_state(due, BROADCAST, "paused", Loop.RESTORE))
    decided = update(broadcast).where(broadcast.c.id.in_(changed))
    returned = await conn.execute(to_state(decided, BROADCAST, "returned", Loop.RESTORE))
    await conn.execute(to_next(update(run), RUN, Loop.RESTORE))
    # Whom they would remind may have read it, or been reminded, since.
    followed = or_(run.c.remind_at.is_not(None), run.c.deadline_at.is_not(None))
    await conn.execute(update(run).where(followed).values(remind_at=None, deadline_at=None))
    await conn.execute(delete(watch))
    return {
        "uncertain": doubted.rowcount,
        "replies": dropped.rowcount,
        "paused": paused.rowcount,
        "returned": returned.rowcount,
    }
