"""One session for the long polls of all accounts: each waits on one connection, and needs no pool."""

import asyncio
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import aiohttp


@dataclass(slots=True)
class _Shared:
    session: aiohttp.ClientSession
    users: int = 0


_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, _Shared] = WeakKeyDictionary()


def made(connections: int, agent: str) -> aiohttp.ClientSession:
    """A session of so many connections at most; 0: as many as there are requests."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": agent},
    )


def take(agent: str) -> aiohttp.ClientSession:
    """The session of this event loop; whoever takes it gives it back."""
    loop = asyncio.get_running_loop()
    shared = _sessions.get(loop)
    if shared is None:
        shared = _sessions[loop] = _Shared(made(0, agent))
    shared.users += 1
    return shared.session


async def give_back() -> None:
    """The last who had taken it closes it."""
    loop = asyncio.get_running_loop()
    shared = _sessions[loop]
    shared.users -= 1
    if not shared.users:
        del _sessions[loop]
        await shared.session.close()
