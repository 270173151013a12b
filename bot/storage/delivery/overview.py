"""What is open in the whole store, for an operator who decides whether it may go."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Frozen, Ms
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state, is_open
from bot.storage.guidance.tables import briefing, broadcast
from bot.storage.meetings.tables import conference_notice
from bot.storage.opinion.tables import question, report_clock
from bot.storage.talk.tables import inbox


class Open(Frozen):
    """A run that is not over: rows that would go, rows in doubt, and when it was due (ms UTC)."""

    run: int
    broadcast: int
    slug: str
    state: str
    at: Ms
    waiting: int
    uncertain: int


class Due(Frozen):
    """A broadcast whose time has come or was passed over. `at` in ms UTC; `state` scheduled or paused."""

    broadcast: int
    slug: str
    state: str
    at: Ms


async def open_runs(conn: AsyncConnection) -> list[Open]:
    """Runs with rows that wait or are in doubt, and runs not let go yet; the older first."""
    waiting = func.count().filter(in_state(delivery.c.state, "pending", "retry"))
    uncertain = func.count().filter(in_state(delivery.c.state, "uncertain"))
    counted = (
        select(delivery.c.run_id, waiting.label("waiting"), uncertain.label("uncertain"))
        .where(in_state(delivery.c.state, "pending", "retry", "uncertain"), delivery.c.run_id.is_not(None))
        .group_by(delivery.c.run_id)
        .subquery()
    )
    query = (
        select(
            run.c.id,
            run.c.broadcast_id,
            briefing.c.slug,
            run.c.state,
            run.c.at,
            func.coalesce(counted.c.waiting, 0),
            func.coalesce(counted.c.uncertain, 0),
        )
        .join(broadcast, broadcast.c.id == run.c.broadcast_id)
        .join(briefing, briefing.c.id == broadcast.c.briefing_id)
        .outerjoin(counted, counted.c.run_id == run.c.id)
        .where(counted.c.run_id.is_not(None) | run.c.state.in_(("planning", "held", "differs")))
        .order_by(run.c.id)
    )
    names = tuple(Open.model_fields)
    return [Open(**dict(zip(names, row, strict=True))) for row in await conn.execute(query)]


async def due(conn: AsyncConnection, now: Ms) -> list[Due]:
    """Broadcasts, scheduled or paused, with an occurrence at or before `now`, the older first."""
    query = (
        select(broadcast.c.id, briefing.c.slug, broadcast.c.state, broadcast.c.next_at)
        .join(briefing, briefing.c.id == broadcast.c.briefing_id)
        .where(broadcast.c.state.in_(("scheduled", "paused")), broadcast.c.next_at <= now)
        .order_by(broadcast.c.next_at)
    )
    names = tuple(Due.model_fields)
    return [Due(**dict(zip(names, row, strict=True))) for row in await conn.execute(query)]


async def differing(conn: AsyncConnection) -> int:
    """How many runs wait for a person because their audience is not the one that was promised."""
    mine = select(func.count()).select_from(run).where(run.c.state == "differs")
    return int((await conn.execute(mine)).scalar_one())


async def replies(conn: AsyncConnection) -> int:
    """How many replies wait."""
    mine = delivery.c.run_id.is_(None) & is_open(delivery.c.state)
    return int((await conn.execute(select(func.count()).select_from(delivery).where(mine))).scalar_one())


async def notices(conn: AsyncConnection, now: Ms) -> int:
    """How many reminders and rings of runs, conferences, reports and questions are due by now (ms UTC)."""
    due = (
        (conference_notice, ~conference_notice.c.done & (conference_notice.c.at <= now)),
        (question, question.c.ring_at <= now),
        (report_clock, report_clock.c.ring_at <= now),
        (run, (run.c.remind_at <= now) | (run.c.deadline_at <= now)),
    )
    counts = [select(func.count()).select_from(table).where(which).scalar_subquery() for table, which in due]
    return sum((await conn.execute(select(*counts))).one())


async def updates(conn: AsyncConnection) -> int:
    """How many updates wait to be handled."""
    new = in_state(inbox.c.state, "new")
    return int((await conn.execute(select(func.count()).select_from(inbox).where(new))).scalar_one())


async def unsettled(conn: AsyncConnection) -> dict[tuple[str, str], int]:
    """How many deliveries have not ended, or are in doubt, by account and state."""
    found: dict[tuple[str, str], int] = {}
    # One by one: each walks its partial index.
    for state in ("pending", "inflight", "retry", "uncertain", "unfetched"):
        counts = select(delivery.c.account, func.count()).where(in_state(delivery.c.state, state))
        for account, number in await conn.execute(counts.group_by(delivery.c.account)):
            found[account, state] = number
    return found
