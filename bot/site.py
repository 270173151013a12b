"""The site, put together: which chats and hooks stand on it, and what it tells of the program."""

from collections import ChainMap
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from bot.acts import links, rehearsing
from bot.acts.context import Refusal
from bot.acts.house import House
from bot.acts.links import Download, Page
from bot.acts.rehearsing import Person
from bot.channels.webchat.channel import WebChannel
from bot.channels.webchat.declaration import Settings as ChatSettings
from bot.config import Settings, Web
from bot.core.ports import Channel
from bot.core.talk.texts import Texts
from bot.engine.bell import Bell
from bot.engine.claiming import on_the_wire
from bot.engine.hook import take_in
from bot.engine.intake import Intake
from bot.engine.loop import Loop
from bot.engine.sender import Sender
from bot.engine.times import Clock
from bot.logs import STANDARD
from bot.storage.accounts import accounts, troubles
from bot.storage.database import Database
from bot.storage.delivery import overview
from bot.storage.talk import inbox
from bot.web import briefing
from bot.web.chat import create_app
from bot.web.condition import Account, Condition, Count
from bot.web.guests import connections_for
from bot.web.server import LocalServer
from bot.web.site import Hook, create_site
from bot.web.words import Words


@dataclass(frozen=True, slots=True)
class Parts:
    """What of the running program stands on the site, or is told of there."""

    database: Database
    house: House
    clock: Clock
    channels: MutableMapping[str, Channel]
    loops: Sequence[Loop]
    senders: Mapping[str, Sender]
    arrived: Bell
    intake: Intake
    resting: MutableMapping[str, Channel] = field(default_factory=dict)


def place_of(settings: Settings) -> Web:
    """Where the site stands. Without a table [web], a local chat's own port holds."""
    ports = [one.port for one in settings.accounts if isinstance(one, ChatSettings)]
    if "web" in settings.model_fields_set or not ports:
        return settings.web
    return Web(port=ports[0])


@asynccontextmanager
async def served(settings: Settings, parts: Parts) -> AsyncIterator[str | None]:
    """The site for as long as the block lasts; the first local chat's address. Raises OSError for a port."""
    web = place_of(settings)
    chats = {name: one for name, one in parts.channels.items() if isinstance(one, WebChannel)}
    connections = connections_for(len(parts.channels) * on_the_wire(settings.delivery.window))
    for one in chats.values():
        one.platform.hub.most = max(1, connections // (2 * len(chats)))

    def texts() -> Texts:
        return parts.house.texts  # as they are now: content may be taken up while this runs

    apps = {
        name: create_app(one, partial(_people, parts, name), settings.app.timezone, texts)
        for name, one in chats.items()
    }
    token = web.token.get_secret_value()
    read = briefing.routes(partial(_opened, parts), partial(_piece, parts), Words(texts), connections // 2)
    site = create_site(apps, _Hooks(parts), partial(look, parts), token, texts, read)
    server = LocalServer(site, web.port, _hanging_up(list(chats.values())), web.host, connections)
    address = await server.start()
    for name, one in chats.items():
        one.base_url = f"{address}/chat/{name}"
    try:
        yield next((one.base_url for one in chats.values()), None)
    finally:
        await server.close()


class _Hooks(Mapping[str, Hook]):
    """The hooks there are now: accounts come and go. Of one that rests all is kept until it works again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._channels = ChainMap[str, Channel]({}, parts.channels, parts.resting)

    def __getitem__(self, name: str) -> Hook:
        channel = self._channels[name]
        if not channel.hooked:
            raise KeyError(name)
        return partial(take_in, self._parts.intake, channel, self._parts.arrived)

    def __iter__(self) -> Iterator[str]:
        return (name for name, channel in self._channels.items() if channel.hooked)

    def __len__(self) -> int:
        return sum(channel.hooked for channel in self._channels.values())


async def _opened(parts: Parts, token: str) -> Page | Download | Refusal:
    async with parts.database.read() as conn:
        return await links.opened(parts.house.as_now(), conn, token, parts.clock.now_ms())


async def _piece(parts: Parts, file_id: int, start: int, length: int) -> bytes:
    async with parts.database.read() as conn:
        return await links.piece(conn, file_id, start, length)


async def look(parts: Parts) -> Condition:
    """How the program is now."""
    loops = {loop.name: loop.lag_s() for loop in parts.loops}
    counts = [Count(loop.name, one.name, one.told, one.value) for loop in parts.loops for one in loop.counts]
    lost = STANDARD.lost
    try:
        async with parts.database.read() as conn:
            refused = await troubles.every(conn)
            known = {row.name: row for row in await accounts.every(conn)}
            deliveries = await overview.unsettled(conn)
            since = await inbox.waits_since(conn)
            differing = await overview.differing(conn)
    except SQLAlchemyError:
        return Condition(False, loops, log_lines_lost=lost, counts=counts)
    told = {}
    for name, channel in parts.channels.items():
        sender = parts.senders.get(name)
        breaker = str(sender.wire.breakers.messages.state) if sender is not None else None
        stopped = name in known and known[name].state == "stopped"
        failing = sender.wire.breakers.failing() if sender is not None else []
        why = refused[name].why if name in refused else ""
        told[name] = Account(stopped, breaker, channel.rates.account, failing, why)
    age = 0.0 if since is None else max(0.0, (parts.clock.now_ms() - since) / 1000)
    return Condition(True, loops, told, deliveries, age, lost, differing, counts)


async def _people(parts: Parts, account: str) -> Sequence[Person]:
    async with parts.database.read() as conn:
        return await rehearsing.people(conn, parts.house, account)


def _hanging_up(chats: Sequence[WebChannel]) -> Callable[[], None]:
    def hang_up() -> None:
        for one in chats:
            one.platform.hub.close()

    return hang_up
