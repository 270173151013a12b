"""The composition root: builds the parts, starts them in order, stops them in reverse."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

import bot.content
from bot.acts import first_screen, notices, store, undelivered
from bot.acts.house import House
from bot.channels.platform import AccountSettings, Supplies
from bot.channels.registry import platform
from bot.config import Settings
from bot.content import Content
from bot.core.guidance.briefing import Topic
from bot.core.kernel.capabilities import Capabilities
from bot.core.kernel.errors import ContentError, StorageError
from bot.core.kernel.richtext import FileKind
from bot.core.ports import Channel
from bot.core.talk.texts import Texts
from bot.engine import editions
from bot.engine.bell import Bell
from bot.engine.claiming import WINDOW, on_the_wire
from bot.engine.contents import Contents
from bot.engine.dispatcher import Dispatcher
from bot.engine.live import LiveScreens
from bot.engine.loop import Loop
from bot.engine.opening import Opening
from bot.engine.outgoing import Outgoing
from bot.engine.planner import Planner
from bot.engine.points import reached
from bot.engine.receiver import Receiver
from bot.engine.retention import Retention
from bot.engine.sender import Sender
from bot.engine.times import Clock, SteadyClock
from bot.engine.watch import Watch
from bot.storage import in_force, keys, leases, schema
from bot.storage.accounts import accounts, files
from bot.storage.database import Database, connected
from bot.storage.delivery import recovery
from bot.storage.failures import fatal
from bot.storage.guidance import briefings
from bot.storage.leases import Keep, exclusive
from bot.storage.people import members, units
from bot.storage.private import close_to_others
from bot.storage.transcripts.transcripts import Transcripts
from handlers import forms, live, routes

log = structlog.get_logger()
IDLE_S = 3600.0  # a sender is rung for: by loops, and by the watch
PLANNER_IDLE_S = 5.0  # how soon work is seen for which neither a loop nor the watch rings
Ready = Callable[["Running"], Awaitable[None]]


def make_house(settings: Settings, content: Content) -> House:
    """What handlers know, from settings and content."""
    hour = 3_600_000
    return House(
        topics=content.topics,
        briefings=content.briefings,
        forms=content.forms,
        texts=content.texts,
        words=content.words,
        zone=ZoneInfo(settings.app.timezone),
        owner=settings.app.owner,
        threshold=settings.privacy.threshold,
        link_days=settings.privacy.link_days,
        late_limit_ms=int(settings.delivery.late_limit_hours * hour),
        expiry_ms=int(settings.delivery.expiry_hours * hour),
        ask_above=settings.delivery.confirm_above,
        paid=_paid(settings),
    )


def _paid(settings: Settings) -> dict[str, Capabilities]:
    kinds = ((one, platform(one.kind)) for one in settings.accounts)
    return {one.name: kind.capabilities for one, kind in kinds if kind.paid(one)}


async def publish(database: Database, content: Content, now: int) -> None:
    """Bring the store up to the content: units, and a version of each prepared briefing."""
    today = datetime.fromtimestamp(now / 1000, UTC).date().isoformat()
    async with database.write() as conn:
        await units.synchronise(conn, content.units, today)
        for one in content.briefings.values():
            attached: list[tuple[int, FileKind, bool]] = []
            for file in one.files:
                data = content.path(one, file).read_bytes()
                attached.append((await files.keep(conn, file.name, file.media_type, data), file.kind, False))
            await briefings.keep(conn, one, attached, now)


async def take_up(running: "Running", content: Content) -> None:
    """Put checked content in force, for whoever acts from now on."""
    await publish(running.database, content, running.clock.now_ms())
    async with running.database.write() as conn:
        await in_force.put(conn, content.digest)
    running.content = content
    running.house.take_up(make_house(running.settings, content))
    running.topics.clear()
    running.topics.update(content.topics)


async def refuse_content(running: "Running", error: ContentError) -> None:
    """Tell administrators that changed content is wrong, and where; the old one stays."""
    async with running.database.write() as conn:
        await notices.content_refused(running.house, conn, error, running.clock.now_ms())
    running.ring()


def read_content(folder: Path) -> Content:
    """The content folder, checked by itself and against what the handlers need. Raises ContentError."""
    content = bot.content.load(folder)
    forms.check(content.forms)
    return content


def bare(settings: Settings) -> House:
    """A house without content, for acts that need the database alone."""
    zone = ZoneInfo(settings.app.timezone)
    return House({}, {}, {}, Texts({}), zone, settings.app.owner, threshold=settings.privacy.threshold)


@asynccontextmanager
async def on_database(settings: Settings) -> AsyncIterator[Database]:
    """The database as it stands: no content is read, nothing is migrated or published. For the brake."""
    async with connected(settings.app.database, settings.app.data) as database:
        async with database.read() as conn:
            if await conn.run_sync(schema.current) is None:
                raise StorageError("there is no store yet: the first `run` makes it")
        yield database


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, Content]]:
    """The checked content and the database, migrated and up to the content. For every command."""
    content = read_content(settings.app.content)
    async with connected(settings.app.database, settings.app.data) as database:
        await schema.migrate(database)
        close_to_others(database)
        async with database.write() as conn:
            await keys.check(conn)
        await publish(database, content, Clock().now_ms())
        yield database, content


@dataclass
class Running:
    """The parts while they run. `page` is the local chat's address, where there is one."""

    settings: Settings
    database: Database
    content: Content
    house: House
    clock: Clock
    channels: dict[str, Channel] = field(default_factory=dict)
    page: str | None = None
    bells: dict[str, Bell] = field(default_factory=dict)
    loops: list[Loop] = field(default_factory=list)
    senders: dict[str, Sender] = field(default_factory=dict)
    arrived: Bell = field(default_factory=Bell)
    topics: dict[str, Topic] = field(default_factory=dict)
    look: Callable[[], None] = lambda: None

    def ring(self, account: str | None = None) -> None:
        """There is something to send, on one account or on some: then the watch sees on which."""
        if account is None:
            self.look()
        elif account in self.bells:
            self.bells[account].ring()

    async def live(self, loop: Loop) -> None:
        """Run a loop to its end, and keep it in sight."""
        self.loops.append(loop)
        await loop.run()


def make_channel(
    settings: AccountSettings,
    database: Database,
    connections: int = on_the_wire(WINDOW),
    public_url: str = "",
) -> Channel:
    """The channel an account's settings describe, over so many connections at most."""
    return platform(settings.kind).make(settings, Supplies(Transcripts(database), connections, public_url))


async def _serve_account(running: Running, channel: Channel, arrived: Bell) -> None:
    """Everything one account does: connect, then receive and send side by side."""
    tell = partial(notices.account_stopped, running.house)
    opening = Opening(running.database, channel, tell, running.ring, running.clock)
    await running.live(opening.loop())
    if not opening.connected:
        return
    limits = platform(channel.kind).limits
    outgoing = Outgoing(running.database, channel, running.channels, running.clock, limits)
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
    )
    running.senders[channel.account] = sender
    receiver = Receiver(running.database, channel, arrived, tell, running.clock)
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
        await in_force.put(conn, running.content.digest)
        for one in running.settings.accounts:
            left = await recovery.recover(conn, one.name, now)
            await accounts.register(conn, one.name, one.kind)
            if any(left.values()):
                log.warning("found in flight after a crash", account=one.name, **left)
            await routes.set_menus(running.house, conn, one.name, now)
        await editions.complete(conn, partial(first_screen.compose, running.house))
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
    )
    async with served(settings, parts) as running.page:
        yield


async def serve(
    settings: Settings, stop: asyncio.Event, ready: Ready | None = None, prepare: Ready | None = None
) -> None:
    """Run until `stop` is set. `prepare` comes before anything listens, `ready` after.

    Raises StorageError where the store cannot go on, ContentError for wrong content, OSError for a port.
    """
    async with opened(settings) as (database, content), exclusive(database) as keep:
        running = Running(settings, database, content, make_house(settings, content), SteadyClock())
        running.topics.update(content.topics)
        wire = on_the_wire(settings.delivery.window)
        running.channels = {
            one.name: make_channel(one, database, wire, settings.web.public_url) for one in settings.accounts
        }
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


async def _run_until(running: Running, keep: Keep, stop: asyncio.Event, ready: Ready | None) -> None:
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
    )
    contents = Contents(
        running.settings.app.content,
        running.content.stamp,
        read_content,
        partial(take_up, running),
        partial(refuse_content, running),
        clock,
    )
    planner = Planner(
        running.database,
        running.topics,
        partial(notices.of_run, house),
        partial(first_screen.compose, house),
        running.ring,
        clock,
        PLANNER_IDLE_S,
        contents.step,
    )

    def ring_all() -> None:
        arrived.ring()
        planner.wake()

    watch = Watch(running.database, ring_all, clock, running.ring)
    running.look = watch.look
    loops = (
        dispatcher.loop(),
        planner.loop(),
        contents.loop(),
        LiveScreens(running.database, partial(live.redraw, house), running.ring, clock).loop(),
        Retention(running.database, house.zone, clock, running.settings.privacy.request_days).loop(),
        watch.loop(),
        Loop("hold on the database", keep, lambda: leases.LOOK_S, clock),
    )

    async def stopper(tasks: list[asyncio.Task[None]]) -> None:
        await stop.wait()
        for task in tasks:
            task.cancel()

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_serve_account(running, channel, arrived), name=f"account {name}")
                for name, channel in running.channels.items()
            ]
            tasks += [group.create_task(running.live(loop), name=loop.name) for loop in loops]
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
