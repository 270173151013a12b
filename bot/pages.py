"""The local chat's page: who can be played in it, and where it stands."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import count

from bot.channels.webchat.channel import WebChannel
from bot.channels.webchat.declaration import Settings as ChatSettings
from bot.config import Settings
from bot.core.ports import Channel
from bot.core.talk.texts import Texts
from bot.storage.database import Database
from bot.storage.people import members, units
from bot.web.chat import Person, create_app
from bot.web.server import LocalServer

NEWCOMER = "khach"  # the chat of somebody who has not joined


async def _people(database: Database, texts: Texts, account: str) -> Sequence[Person]:
    """Who can be played in the local chat: the members with an address there, and somebody new."""
    async with database.read() as conn:
        found = await members.reached_on(conn, account)
        places = {row.code: row.name for row in await units.below(conn, "/")}
    line = partial(texts.line, "vi")
    people = [
        Person(
            chat_id,
            one.name,
            f"{', '.join(line(f'role.{role}') for role in sorted(one.roles))} · {places[one.unit]}",
        )
        for chat_id, one in found
    ]
    taken = {person.chat_id for person in people}
    free = next(
        name for number in count(1) if (name := f"{NEWCOMER}{number if number > 1 else ''}") not in taken
    )
    return [*people, Person(free, "Người mới", "chưa tham gia")]


@asynccontextmanager
async def served(
    settings: Settings, database: Database, texts: Texts, channels: Mapping[str, Channel]
) -> AsyncIterator[str | None]:
    """The local chats' pages for as long as the block lasts; the last one's address. OSError for a port."""
    page = None
    async with AsyncExitStack() as stack:
        for one in settings.accounts:
            channel = channels[one.name]
            if isinstance(channel, WebChannel) and isinstance(one, ChatSettings):
                app = create_app(channel, partial(_people, database, texts, one.name), settings.app.timezone)
                server = LocalServer(app, one.port, channel.platform.hub.close)
                page = channel.base_url = await server.start()
                stack.push_async_callback(server.close)
        yield page
