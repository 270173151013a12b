"""The composition root: builds the parts, starts them in order, stops them in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog

from bot.acts import closing, first_screen, notices, quotas, reminders, store, undelivered, withholding
from bot.channels.registry import platform
from bot.config import Settings
from bot.core.delivery.quota import Ways
from bot.core.kernel.errors import StorageError
from bot.core.ports import Channel
from bot.engine import editions
from bot.engine.bell import Bell
from bot.engine.claiming import on_the_wire
from bot.engine.clockword import ClockWord
from bot.engine.contents import Contents
from bot.engine.dispatcher import Dispatcher
from bot.engine.escalation import Escalation
from bot.engine.linked import Linked
from bot.engine.live import LiveScreens
from bot.engine.loop import Loop
from bot.engine.meter import Meter
from bot.engine.opening import Opening
from bot.engine.outgoing import Outgoing
from bot.engine.planner import Planner
from bot.engine.points import reached
from bot.engine.receiver import Receiver
from bot.engine.retention import Retention
from bot.engine.sender import Sender
from bot.engine.times import SteadyClock
from bot.engine.watch import Watch
from bot.houses import make_house
from bot.publishing import read_content
from bot.running import Ready, Running, due, make_channel, refuse_content, take_up
from bot.storage import in_force, leases
from bot.storage.accounts import accounts
from bot.storage.delivery import recovery
from bot.storage.failures import fatal
from bot.storage.leases import Keep
from bot.storage.people import members
from bot.stores import run_on
from handlers import live, routes

log = structlog.get_logger()
IDLE_S = 3600.0  # a sender is rung for: by loops, and by the watch
PLANNER_IDLE_S = 5.0  # how soon work is seen for which neither a loop nor the watch rings


async def _serve_account(running: Running, channel: Channel) -> None:
    """Everything one account does: connect, then receive and send side by side."""
    tell = partial(notices.account_stopped, running.house)
    opening = Opening(running.database, channel, tell, running.ring, running.clock)
    await running.live(opening.loop())
    if not opening.connected:
        return
    limits = platform(channel.kind).limits
    words = partial(first_screen.by_number, running.house)
    public = running.settings.web.public_url
    linked = Linked(public, partial(first_screen.where, running.house)) if public else None
    outgoing = Outgoing(running.database, channel, running.channels, running.clock, limits, words, linked)
    sender = Sender(
        running.database,
        channel,
        outgoing,
        running.clock,
        running.bells[channel.account],
        tell,
        running.settings.delivery.window,
        IDLE_S,
        partial(undelivered.in_its_place, running.house),
        running.meters.get(channel.account),
        lambda: Ways(quotas.windows(running.house)),
    )
    running.senders[channel.account] = sender
    meter = running.meters.get(channel.account)
    receiver = Receiver(running.database, channel, running.arrived, tell, running.clock, meter)
    async with asyncio.TaskGroup() as group:
        loops = [sender.loop()] if channel.hooked else [receiver.loop(), sender.loop()]
        for loop in loops:
            group.create_task(running.live(loop), name=loop.name)


async def _prepare(running: Running) -> None:
    """Register accounts, and settle what a crash left in flight."""
    now = running.clock.now_ms()
    if erased := await store.take_departures(running.database, now):
        log.warning("erased again: they left after this copy of the store was made", members=erased)
    hold = await store.doubt_if_older(running.database, [one.name for one in running.settings.accounts], now)
    if hold is not None:
        log.error("on hold: look with `nhipcau store status`, then `nhipcau store release`", why=hold.why)
    async with running.database.write() as conn:
        await in_force.put(conn, running.content.fingerprint)
        for one in running.settings.accounts:
            left = await recovery.recover(conn, one.name, now)
            if one.name in running.meters:
                await running.meters[one.name].may_have_gone(conn, left["went"])
            await accounts.register(conn, one.name, one.kind)
            if any(left.values()):
                log.warning("found in flight after a crash", account=one.name, **left)
            await routes.set_menus(running.house, conn, one.name, now)
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
    local = any(platform(one.kind).local for one in settings.accounts)
    if not (local or "web" in settings.model_fields_set or any(one.hooked for one in channels.values())):
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
        wire = on_the_wire(settings.delivery.window)
        running.channels = {
            one.name: make_channel(one, database, wire, settings.web.public_url) for one in settings.accounts
        }
        for name, (quota, _) in running.house.quotas.items():
            tell = partial(notices.quota_over, running.house)
            running.meters[name] = Meter(name, quota, running.house.local, running.clock, tell)
        running.bells = {one.name: Bell() for one in settings.accounts}
        await _prepare(running)
        if prepare is not None:
            await prepare(running)
        await _show_menus(running)
        try:
            async with _site(running):
                await _run_until(running, keep, stop, ready)
        finally:
            for channel in running.channels.values():
                await channel.close()


def _loops(running: Running, keep: Keep) -> tuple[Loop, ...]:
    """What runs once, whatever accounts there are; what runs for each is in `_serve_account`."""
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
        give_way=running.intake.caught_up if any(one.hooked for one in running.channels.values()) else None,
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
    )

    def ring_all() -> None:
        arrived.ring()
        planner.wake()

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
        Escalation(running.database, house, running.ring, clock).loop(),
        watch.loop(),
        ClockWord(running.database, clock, ring_all).loop(),
        Loop("hold on the database", keep, lambda: leases.LOOK_S, clock),
    )


async def _run_until(running: Running, keep: Keep, stop: asyncio.Event, ready: Ready | None) -> None:
    async def stopper(tasks: list[asyncio.Task[None]]) -> None:
        await stop.wait()
        for task in tasks:
            task.cancel()

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_serve_account(running, channel), name=f"account {name}")
                for name, channel in running.channels.items()
            ]
            tasks += [group.create_task(running.live(loop), name=loop.name) for loop in _loops(running, keep)]
            if ready is not None:
                tasks.append(group.create_task(_as_task(ready, running), name="ready"))
            group.create_task(stopper(tasks), name="stop")
    except* Exception as errors:
        raise _first(errors) from None


async def _as_task(ready: Ready, running: Running) -> None:
    await ready(running)


def _first(errors: BaseExceptionGroup[Exception]) -> BaseException:
    """One error of several, the store's own first: it says what to do."""
    leaves: list[BaseException] = []
    groups: list[BaseException] = [errors]
    while groups:
        one = groups.pop()
        if isinstance(one, BaseExceptionGroup):
            groups += one.exceptions
        else:
            leaves.append(one)
    for leaf in leaves:
        if advice := fatal(leaf):
            return StorageError(f"the database cannot go on: {advice}. Nothing that was kept is lost.")
    return leaves[0]
