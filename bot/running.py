"""The parts of the program while they run, and what changes them: content that is edited."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date

from bot.acts import fitting, notices
from bot.acts.house import House
from bot.channels.platform import AccountSettings, Supplies
from bot.channels.registry import platform
from bot.config import Settings
from bot.content import Content, today
from bot.core.guidance.briefing import Topic
from bot.core.kernel.errors import ContentError
from bot.core.ports import Channel
from bot.engine.bell import Bell
from bot.engine.claiming import WINDOW, on_the_wire
from bot.engine.intake import Intake
from bot.engine.loop import Loop
from bot.engine.meter import Meter
from bot.engine.sender import Sender
from bot.engine.times import SteadyClock
from bot.houses import make_house
from bot.publishing import codes, publish
from bot.storage import in_force
from bot.storage.accounts.tokens import Tokens
from bot.storage.database import Database
from bot.storage.transcripts.transcripts import Transcripts

Ready = Callable[["Running"], Awaitable[None]]


@dataclass
class Running:
    """The parts while they run. `page` is the local chat's address, where there is one.

    `resting`: channels of paused accounts, which keep what is delivered to them and do nothing else.
    """

    settings: Settings
    database: Database
    content: Content
    house: House
    clock: SteadyClock
    channels: dict[str, Channel] = field(default_factory=dict)
    resting: dict[str, Channel] = field(default_factory=dict)
    page: str | None = None
    bells: dict[str, Bell] = field(default_factory=dict)
    loops: list[Loop] = field(default_factory=list)
    senders: dict[str, Sender] = field(default_factory=dict)
    arrived: Bell = field(default_factory=Bell)
    topics: dict[str, Topic] = field(default_factory=dict)
    look: Callable[[], None] = lambda: None
    meters: dict[str, Meter] = field(default_factory=dict)
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.intake = Intake(self.database, self.clock, self.meters)

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
    supplies = Supplies(Transcripts(database), Tokens(database), connections, public_url)
    return platform(settings.kind).make(settings, supplies)


async def take_up(running: Running, content: Content) -> None:
    """Put checked content in force, for whoever acts from now on.

    Raises ContentError where something hangs on what was taken out: the old one stays then.
    """
    async with running.database.read() as conn:
        lacking = await fitting.left_hanging(conn, codes(content))
    if lacking:
        raise lacking[0]
    await publish(running.database, content, running.clock.now_ms())
    async with running.database.write() as conn:
        await in_force.put(conn, content.fingerprint)
    running.content = content
    running.house.take_up(make_house(running.settings, content))
    running.topics.clear()
    running.topics.update(content.topics)
    async with running.database.write() as conn:
        await notices.new_texts(running.house, conn, running.clock.now_ms())
    running.ring()


def due(running: Running) -> date | None:
    """A day that has come, and on which units change that the content in force has as before."""
    return running.content.due(today())


async def refuse_content(running: Running, error: ContentError) -> None:
    """Tell administrators that changed content is wrong, and where; the old one stays."""
    async with running.database.write() as conn:
        await notices.content_refused(running.house, conn, error, running.clock.now_ms())
    running.ring()
