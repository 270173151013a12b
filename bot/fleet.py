"""The accounts while the program runs: each serves by itself, and comes, rests and goes without a restart."""

import asyncio
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import accounts as files
from bot.accounts import Found, Site
from bot.acts import first_screen, notices, quotas, undelivered
from bot.channels.platform import AccountSettings
from bot.channels.registry import platform
from bot.content.files import Stamp, stamp
from bot.core.delivery.quota import Ways
from bot.core.delivery.reasons import Reason
from bot.core.kernel.values import Ms
from bot.core.ports import Channel
from bot.engine.bell import Bell
from bot.engine.claiming import on_the_wire
from bot.engine.linked import Linked
from bot.engine.loop import Loop
from bot.engine.meter import Meter
from bot.engine.opening import Opening
from bot.engine.outgoing import Outgoing
from bot.engine.receiver import Receiver
from bot.engine.sender import Sender
from bot.houses import make_house
from bot.running import Running, make_channel
from bot.storage.accounts import accounts
from bot.storage.delivery import recovery
from bot.storage.failures import fatal
from handlers import routes

log = structlog.get_logger()
IDLE_S = 3600.0  # a sender is rung for: by loops, and by the watch
LOOK_S = 2.0  # how soon a file that was added, changed or taken away is seen
AGAIN_S, LONGEST_S = 1.0, 60.0  # how soon an account that failed begins again


def lay_down(running: Running, settings: AccountSettings) -> None:
    """Of a paused account, what is delivered is kept: it is handled once the account works again."""
    channel = make_channel(settings, running.database, 1, running.settings.web.public_url)
    if channel.hooked:
        running.resting[settings.name] = channel


def furnish(running: Running, settings: AccountSettings) -> Channel:
    """Give an account its channel, its bell and its meter."""
    wire = on_the_wire(running.settings.delivery.window)
    channel = make_channel(settings, running.database, wire, running.settings.web.public_url)
    running.channels[settings.name] = channel
    running.bells[settings.name] = Bell()
    quota = platform(settings.kind).quota(settings)
    if quota is not None:
        tell, ways = partial(notices.quota_over, running.house), partial(quotas.reach, running.house)
        running.meters[settings.name] = Meter(
            settings.name, quota, running.house.local, running.clock, tell, ways
        )
    return channel


async def settle(running: Running, conn: AsyncConnection, settings: AccountSettings, now: Ms) -> None:
    """Register an account, and settle what a crash left in flight. Before anything else is written."""
    name = settings.name
    left = await recovery.recover(conn, name, now)
    if name in running.meters:
        await running.meters[name].may_have_gone(conn, left["went"])
    await accounts.register(conn, name, settings.kind)
    if await accounts.stands_for(conn, name, settings.kind, platform(settings.kind).bot(settings)):
        log.warning("another bot under the name of an account: its updates are read anew", account=name)
    if any(left.values()):
        log.warning("found in flight after a crash", account=name, **left)
    await routes.set_menus(running.house, conn, name, now)


class Fleet:
    """Serves accounts in one group of tasks. `seen`: the stamp of the folder whose accounts are served."""

    def __init__(self, running: Running, group: asyncio.TaskGroup, seen: Stamp) -> None:
        self._running = running
        self._group = group
        self._seen = seen
        self._own = {one.name: one for one in running.settings.folder.accounts if not one.paused}
        self._fixed = running.settings.fixed
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str) -> None:
        """Begin to serve an account that is furnished and settled."""
        self.tasks[name] = self._group.create_task(self._fenced(name), name=f"account {name}")

    def cancel(self) -> None:
        """Every account stops."""
        for task in self.tasks.values():
            task.cancel()

    def loop(self) -> Loop:
        """Looks for files of accounts that came, changed or went."""
        return Loop("accounts", self.step, lambda: LOOK_S, self._running.clock)

    async def step(self) -> bool:
        """Take up what changed in the folder since the last look. True where something did."""
        settings = self._running.settings
        folder = settings.app.account_files
        now = await asyncio.to_thread(stamp, folder)
        if now == self._seen:
            return False
        site = Site(settings.served, bool(settings.web.public_url))
        found = await asyncio.to_thread(
            files.read, folder, self._fixed, site, [one.name for one in settings.every]
        )
        if await asyncio.to_thread(stamp, folder) != now:
            return False  # somebody is still writing
        for mistake in found.mistakes:
            log.error("an account's file is refused; the others go on", reason=str(mistake))
        await self._take_up(found)
        self._seen = now  # not before: the store may not have answered, and the change still waits
        return True

    async def _take_up(self, found: Found) -> None:
        self._known(found)
        wanted = {one.name: one for one in found.accounts if not one.paused}
        resting = {one.name: one for one in found.accounts if one.paused}
        for name in [name for name in self._own if name not in wanted and name not in found.wrong]:
            await self._go(name, Reason.PAUSED if name in resting else Reason.REMOVED)
            del self._own[name]
        for name in [name for name in self._running.resting if name not in found.wrong]:
            await self._running.resting.pop(name).close()
        for one in resting.values():
            lay_down(self._running, one)
        for name, one in wanted.items():
            if self._own.get(name) == one:
                continue
            await self._end(name)  # as it was, or as far as it came when the store did not answer
            await self._come(one)

    async def _come(self, one: AccountSettings) -> None:
        furnish(self._running, one)
        async with self._running.database.write() as conn:
            await settle(self._running, conn, one, self._running.clock.now_ms())
        self._own[one.name] = one  # not before: it is tried again until it serves
        self.start(one.name)
        log.info("an account has come", account=one.name, kind=one.kind)

    async def _go(self, name: str, why: Reason) -> None:
        """It serves no more, and what waits on it goes another way, where there is one."""
        await self._end(name)
        async with self._running.database.write() as conn:
            await accounts.stop(conn, name, why)
        self._running.ring()
        log.info("an account rests", account=name, why=str(why))

    async def _end(self, name: str) -> None:
        task = self.tasks.pop(name, None)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        channel = self._running.channels.pop(name, None)
        if channel is not None:
            await channel.close()
        for kept in (self._running.bells, self._running.meters, self._running.senders):
            kept.pop(name, None)
        self._forget_loops(name)

    def _known(self, found: Found) -> None:
        """What acts know of accounts is what there is now; one whose file is wrong stays as it was."""
        running = self._running
        kept = tuple(one for name, one in self._own.items() if name in found.wrong)
        there = Found((*found.accounts, *kept), found.wrong, found.mistakes)
        running.settings = running.settings.with_accounts(self._fixed, there)
        running.house.take_up(make_house(running.settings, running.content))

    def _forget_loops(self, name: str) -> None:
        gone = {f"{kind} {name}" for kind in ("opening", "receiver", "sender")}
        loops = self._running.loops
        loops[:] = [one for one in loops if one.name not in gone]

    async def _fenced(self, name: str) -> None:
        """Serve; whatever goes wrong with this account goes wrong with it alone, but for the store itself."""
        pause = AGAIN_S
        while True:
            try:
                await serve(self._running, self._running.channels[name])
                return
            except* Exception as errors:
                failed = errors
            if any(fatal(leaf) for leaf in leaves(failed)):
                raise failed
            log.error("an account failed, and begins again", account=name, exc_info=failed, again_in_s=pause)
            self._forget_loops(name)
            await asyncio.sleep(pause)
            pause = min(LONGEST_S, pause * 2)
            async with self._running.database.write() as conn:
                await recovery.recover(conn, name, self._running.clock.now_ms())


def leaves(error: BaseException) -> list[BaseException]:
    """The errors that a group holds, however deep; one that is no group is its own."""
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [leaf for one in error.exceptions for leaf in leaves(one)]


async def serve(running: Running, channel: Channel) -> None:
    """Everything one account does: connect, then receive and send side by side."""
    tell = partial(notices.account_stopped, running.house)
    link = next((one.link for one in running.settings.accounts if one.name == channel.account), "")
    opening = Opening(running.database, channel, tell, running.ring, running.clock, link)
    await running.live(opening.loop())
    if not opening.connected:
        return
    limits = platform(channel.kind).limits
    words = partial(first_screen.by_number, running.house)
    public = running.settings.web.public_url
    linked = Linked(public, partial(first_screen.where, running.house)) if public else None
    outgoing = Outgoing(running.database, channel, running.channels, running.clock, limits, words, linked)
    meter = running.meters.get(channel.account)
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
        meter,
        lambda: Ways(quotas.windows(running.house)),
    )
    running.senders[channel.account] = sender
    receiver = Receiver(running.database, channel, running.arrived, tell, running.clock, meter)
    async with asyncio.TaskGroup() as group:
        loops = [sender.loop()] if channel.hooked else [receiver.loop(), sender.loop()]
        for loop in loops:
            group.create_task(running.live(loop), name=loop.name)
