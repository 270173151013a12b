"""Broadcasts in the village: content published, forms filled in, runs planned, deliveries put in a state."""

from functools import partial

from sqlalchemy import func, select, update

from bot.acts import corrected, first_screen, notices, reminders, withholding
from bot.core.guidance.audience import audience
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Once
from bot.engine.planner import Planner
from bot.engine.times import Clock
from bot.storage.guidance import briefings, broadcasts
from bot.storage.tables import audit, broadcast, delivery, member_role, run
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, Reply, Village

SLUG = "ky-hop-thu-6-quoc-hoi-khoa-xv"
TOPIC = "quoc-hoi"  # compulsory for communicators


class VillageClock(Clock):
    """The village's own time."""

    def __init__(self, home: Village) -> None:
        self._home = home

    def now_ms(self) -> int:
        return self._home.now

    def monotonic(self) -> float:
        return self._home.now / 1000


async def people(home: Village) -> None:
    """An administrator of the province, one of each commune, and three communicators."""
    await home.member("admin", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    await home.member("editor-a", "Biên tập Ea Kao", EA_KAO, Role.EDITOR)
    await home.member("editor-b", "Biên tập Buôn Ma Thuột", BUON_MA_THUOT, Role.EDITOR)
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    await home.member("binh", "Bình", EA_KAO, Role.COMMUNICATOR)
    await home.member("chi", "Chi", BUON_MA_THUOT, Role.COMMUNICATOR)


async def crowd(home: Village, unit: str, count: int, prefix: str) -> None:
    """Many communicators in one unit."""
    for number in range(count):
        await home.member(f"{prefix}{number}", f"Người {number}", unit, Role.COMMUNICATOR)


async def publish(home: Village) -> None:
    """Keep a version of each prepared briefing, without files."""
    async with home.database.write() as conn:
        for one in home.house.briefings.values():
            await briefings.keep(conn, one, [], home.now)


async def create(
    home: Village,
    unit: str,
    at: int | None = None,
    slug: str = SLUG,
    by: int | None = None,
    promised: int | None = None,
    state: str = "scheduled",
) -> int:
    """Keep a prepared briefing's broadcast, for now where no time is given."""
    async with home.database.write() as conn:
        await briefings.keep(conn, home.house.briefings[slug], [], home.now)
        row = await briefings.latest(conn, slug)
        assert row is not None
        return await broadcasts.create(
            conn,
            row.id,
            audience(unit, home.house.topics[row.briefing.topic]),
            Once(at=home.now if at is None else at),
            late_limit_ms=home.house.late_limit_ms,
            expiry_ms=home.house.expiry_ms,
            created_by=by,
            promised=promised,
            now=home.now,
            state=state,
        )


async def plan(home: Village) -> None:
    """What the planner does until it has nothing to do."""
    missed = partial(notices.of_run, home.house)
    words = partial(first_screen.screen_of, home.house)
    planner = Planner(
        home.database,
        home.house.topics,
        missed,
        words,
        lambda: None,
        VillageClock(home),
        withhold=partial(withholding.withhold, home.house),
        fall_due=partial(reminders.fall_due, home.house),
        rest=lambda: home.house.rest,
        with_added=partial(first_screen.with_added, home.house),
        corrected=partial(corrected.compose, home.house),
    )
    for _ in range(20):
        if not await planner.step():
            return


async def a_run(home: Village, unit: str) -> int:
    """A run under way; returns its id."""
    await create(home, unit)
    await plan(home)
    async with home.database.read() as conn:
        return int((await conn.execute(select(func.max(run.c.id)))).scalar_one())


async def put(
    home: Village, run_id: int, state: str, count: int, *, read: bool = False, reason: str = ""
) -> None:
    """Move so many pending deliveries of a run to a state."""
    some = select(delivery.c.id).where(delivery.c.run_id == run_id, delivery.c.state == "pending")
    values = {"state": state, "reason": reason or None, "acknowledged_at": home.now if read else None}
    values |= {"sent_at": home.now} if state == "sent" else {}
    async with home.database.write() as conn:
        chosen = some.order_by(delivery.c.id).limit(count)
        await conn.execute(update(delivery).where(delivery.c.id.in_(chosen)).values(**values))


async def states(home: Village, run_id: int) -> dict[str, int]:
    """A run's deliveries by state."""
    query = select(delivery.c.state, func.count()).where(delivery.c.run_id == run_id)
    async with home.database.read() as conn:
        return {row[0]: row[1] for row in await conn.execute(query.group_by(delivery.c.state))}


async def run_state(home: Village, run_id: int) -> str:
    """Where a run stands."""
    async with home.database.read() as conn:
        return str((await conn.execute(select(run.c.state).where(run.c.id == run_id))).scalar_one())


async def scheduled(home: Village) -> list[broadcasts.BroadcastRow]:
    """All broadcasts, the older first."""
    async with home.database.read() as conn:
        ids = [row[0] for row in await conn.execute(select(broadcast.c.id).order_by(broadcast.c.id))]
        found = [await broadcasts.get(conn, one) for one in ids]
    return [one for one in found if one is not None]


async def audited(home: Village) -> list[str]:
    """What was noted, in order."""
    async with home.database.read() as conn:
        return [row[0] for row in await conn.execute(select(audit.c.act).order_by(audit.c.id))]


async def demote(home: Village, member_id: int) -> None:
    """Take all roles away."""
    async with home.database.write() as conn:
        await conn.execute(member_role.delete().where(member_role.c.member_id == member_id))


async def fill(home: Village, chat_id: str, *steps: str) -> list[Reply]:
    """Answer a form: what begins with "[" is pressed, anything else written. Returns the last replies."""
    replies: list[Reply] = []
    for step in steps:
        replies = await (home.tap(chat_id, step[1:-1]) if step.startswith("[") else home.say(chat_id, step))
    return replies


def words(replies: list[Reply]) -> str:
    """All that was said, notices too."""
    return "\n".join(reply.text or reply.toast for reply in replies)
