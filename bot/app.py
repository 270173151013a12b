"""The composition root: builds the parts, starts them in order, stops them in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog

from bot import fleet
from bot.acts import (
    closing,
    corrected,
    documents,
    first_screen,
    notices,
    photos,
    quotas,
    reminders,
    store,
    withholding,
)
from bot.channels.registry import platform
from bot.config import Settings
from bot.content.files import Stamp, stamp
from bot.core.delivery.reasons import Reason
from bot.core.kernel.errors import StorageError
from bot.engine import editions
from bot.engine.arrivals import Arrivals
from bot.engine.clockword import ClockWord
from bot.engine.contents import Contents
from bot.engine.dispatcher import Dispatcher
from bot.engine.escalation import Escalation
from bot.engine.live import LiveScreens
from bot.engine.loop import Loop
from bot.engine.planner import Planner
from bot.engine.points import reached
from bot.engine.retention import Retention
from bot.engine.times import SteadyClock
from bot.engine.watch import Watch
from bot.fleet import Fleet, leaves
from bot.houses import make_house
from bot.publishing import read_content
from bot.running import Ready, Running, due, refuse_content, take_up
from bot.storage import in_force, leases
from bot.storage.accounts import accounts
from bot.storage.failures import fatal
from bot.storage.leases import Keep
from bot.storage.people import members
from bot.stores import run_on
from handlers import live, routes
from handlers.guidance import fromword
from handlers.opinion import photo

log = structlog.get_logger()
IDLE_S = 3600.0  # a sender is rung for: by loops, and by the watch
PLANNER_IDLE_S = 5.0  # how soon work is seen for which neither a loop nor the watch rings


async def _prepare(running: Running) -> None:
    """Register accounts, and settle what a crash left in flight."""
    now = running.clock.now_ms()
    if erased := await store.take_departures(running.database, now):
        log.warning("erased again: they left after this copy of the store was made", members=erased)
    hold = await store.doubt_if_older(running.database, [one.name for one in running.settings.every], now)
    if hold is not None:
        log.error("on hold: look with `nhipcau store status`, then `nhipcau store release`", why=hold.why)
    async with running.database.write() as conn:
        await in_force.put(conn, running.content.fingerprint)
        for one in running.settings.accounts:
            await fleet.settle(running, conn, one, now)
        for one in running.settings.every:
            if one.paused:
                await accounts.known(conn, one.name, one.kind)
                await accounts.stop(conn, one.name, Reason.PAUSED)
        await editions.complete(conn, partial(first_screen.screen_of, running.house))
        await notices.new_texts(running.house, conn, now)
        reached("recovery.before_commit")
    reached("recovery.after_commit")


async def _show_menus(running: Running) -> None:
    """Where a platform keeps menus in memory only, each of its members is shown theirs again."""
    now = running.clock.now_ms()
    async with running.database.write() as conn:
        for one in running.settings.accounts:
            if not platform(one.kind).keeps_menus:
                for chat_id, member in await members.reached_on(conn, one.name):
                    await routes.set_menu(running.house, conn, one.name, chat_id, member, now)


@asynccontextmanager
async def _site(running: Running) -> AsyncIterator[None]:
    """The site, for as long as the block lasts."""
    settings, channels = running.settings, running.channels
    if not (settings.served or any(one.hooked for one in channels.values())):
        yield
        return
    from bot.site import Parts, served  # what serves pages is loaded where there is one

    parts = Parts(
        running.database,
        running.house,
        running.clock,
        channels,
        running.loops,
        running.senders,
        running.arrived,
        running.intake,
        running.resting,
    )
    async with served(settings, parts) as running.page:
        yield


async def serve(
    settings: Settings, stop: asyncio.Event, ready: Ready | None = None, prepare: Ready | None = None
) -> None:
    """Run until `stop` is set. `prepare` comes before anything listens, `ready` after.

    Raises StorageError where the store cannot go on, ContentError for wrong content, OSError for a port.
    """
    async with run_on(settings) as (database, content, keep):
        running = Running(settings, database, content, make_house(settings, content), SteadyClock())
        running.topics.update(content.topics)
        seen = stamp(settings.app.account_files)
        for mistake in settings.folder.mistakes:
            log.error("an account's file is refused; the others go on", reason=str(mistake))
        for one in settings.every:
            (fleet.lay_down if one.paused else fleet.furnish)(running, one)
        await _prepare(running)
        if prepare is not None:
            await prepare(running)
        await _show_menus(running)
        try:
            async with _site(running):
                await _run_until(running, keep, stop, ready, seen)
        finally:
            for channel in (*running.channels.values(), *running.resting.values()):
                await channel.close()


async def _give_way(running: Running) -> None:
    """Let others run between two groups of updates: what was delivered meanwhile is kept and answered."""
    if any(one.hooked for one in running.channels.values()):
        await running.intake.caught_up()
    else:
        await asyncio.sleep(0)


def _loops(running: Running, keep: Keep) -> tuple[Loop, ...]:
    """What runs once, whatever accounts there are; what runs for each is in `bot.fleet`."""
    arrived, house, clock = running.arrived, running.house, running.clock
    dispatcher = Dispatcher(
        running.database,
        running.channels,
        partial(routes.handle, house),
        partial(routes.apologise, house),
        partial(routes.slow_down, house),
        arrived,
        running.ring,
        clock,
        give_way=partial(_give_way, running),
    )
    contents = Contents(
        running.settings.app.content,
        running.content.stamp,
        read_content,
        partial(take_up, running),
        partial(refuse_content, running),
        clock,
        partial(due, running),
    )
    planner = Planner(
        running.database,
        running.topics,
        partial(notices.of_run, house),
        partial(first_screen.screen_of, house),
        running.ring,
        clock,
        PLANNER_IDLE_S,
        contents.step,
        partial(withholding.withhold, house),
        partial(reminders.fall_due, house),
        lambda: house.rest,
        lambda: tuple(house.quotas),
        partial(quotas.reach, house),
        partial(first_screen.with_added, house),
        partial(corrected.compose, house),
    )

    def ring_all() -> None:
        arrived.ring()
        planner.wake()

    arrivals = running.database, running.channels, house, running.ring, clock
    watch = Watch(running.database, ring_all, clock, running.ring)
    running.look = watch.look
    return (
        dispatcher.loop(),
        planner.loop(),
        contents.loop(),
        LiveScreens(running.database, partial(live.redraw, house), running.ring, clock).loop(),
        Retention(
            running.database,
            house.zone,
            clock,
            running.settings.privacy.request_days,
            running.settings.delivery.fetch_days,
            partial(closing.close_over, running.database, house),
        ).loop(),
        Arrivals(documents.arriving(fromword.told), *arrivals).loop(),
        Arrivals(photos.arriving(photo.told), *arrivals).loop(),
        Escalation(running.database, house, running.ring, clock).loop(),
        watch.loop(),
        ClockWord(running.database, clock, ring_all).loop(),
        Loop("hold on the database", keep, lambda: leases.LOOK_S, clock),
    )


async def _run_until(
    running: Running, keep: Keep, stop: asyncio.Event, ready: Ready | None, seen: Stamp
) -> None:
    async def stopper(tasks: list[asyncio.Task[None]], served: Fleet) -> None:
        await stop.wait()
        served.cancel()
        for task in tasks:
            task.cancel()

    try:
        async with asyncio.TaskGroup() as group:
            served = Fleet(running, group, seen)
            for name in running.channels:
                served.start(name)
            loops = (served.loop(), *_loops(running, keep))
            tasks = [group.create_task(running.live(loop), name=loop.name) for loop in loops]
            if ready is not None:
                tasks.append(group.create_task(_as_task(ready, running), name="ready"))
            group.create_task(stopper(tasks, served), name="stop")
    except* Exception as errors:
        raise _first(errors) from None


async def _as_task(ready: Ready, running: Running) -> None:
    await ready(running)


def _first(errors: BaseExceptionGroup[Exception]) -> BaseException:
    """One error of several, the store's own first: it says what to do."""
    found = leaves(errors)
    for leaf in found:
        if advice := fatal(leaf):
            return StorageError(f"the database cannot go on: {advice}. Nothing that was kept is lost.")
    return found[0]
