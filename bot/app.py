"""The composition root: builds the parts, starts them in order, stops them in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from bot import fleet, loops
from bot.acts import first_screen, notices, store
from bot.channels.registry import platform
from bot.config import Settings
from bot.content.files import Stamp, stamp
from bot.core.delivery.reasons import Reason
from bot.core.kernel.errors import StorageError
from bot.engine import editions
from bot.engine.points import reached
from bot.engine.times import SteadyClock
from bot.fleet import Fleet, leaves
from bot.houses import make_house
from bot.running import Ready, Running
from bot.storage import in_force
from bot.storage.accounts import accounts
from bot.storage.delivery import offers
from bot.storage.failures import fatal
from bot.storage.leases import Keep
from bot.storage.people import members
from bot.stores import run_on
from handlers import routes

log = structlog.get_logger()


async def _prepare(running: Running) -> None:
    """Register accounts, and settle what a crash left in flight."""
    now = running.clock.now_ms()
    if erased := await store.take_departures(running.database, now):
        log.warning("erased again: they left after this copy of the store was made", members=erased)
    zone, names = ZoneInfo(running.settings.app.timezone), [one.name for one in running.settings.every]
    hold = await store.doubt_if_older(running.database, names, now, zone)
    if hold is not None:
        log.error("on hold: look with `nhipcau store status`, then `nhipcau store release`", why=hold.why)
    async with running.database.write() as conn:
        await in_force.put(conn, running.content.fingerprint)
        await offers.not_ahead(conn, now)
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
            once = (served.loop(), *loops.every(running, keep))
            tasks = [group.create_task(running.live(loop), name=loop.name) for loop in once]
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
