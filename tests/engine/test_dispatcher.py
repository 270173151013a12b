"""The dispatcher's promises: a chat in order, chats side by side, one effect an update, none in the way."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ports import Incoming, RawUpdate, Said
from bot.core.talk.reply import SendReply
from bot.engine.bell import Bell
from bot.engine.dispatcher import TRIES, Dispatcher, GiveWay
from bot.engine.times import Clock
from bot.storage.accounts import accounts
from bot.storage.database import Database
from bot.storage.delivery import replies
from bot.storage.people import audit
from bot.storage.tables import audit as audit_table
from bot.storage.tables import delivery
from bot.storage.talk import inbox
from tests.engine.desk import until
from tests.engine.script import ScriptedChannel, said, unthrottled
from tests.patience import PATIENCE_S
from tests.storage.scene import ACCOUNT, NOW, OTHER, scene
from tests.stores import store


class Hard(Exception):
    """What a handler may raise."""


@dataclass
class Front:
    """A dispatcher at work, and what it did. `gates` hold back the handling of what is named in them."""

    database: Database
    bell: Bell = field(default_factory=Bell)
    begun: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    apologies: list[str] = field(default_factory=list)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    hard: dict[str, list[Exception]] = field(default_factory=dict)
    channel: ScriptedChannel = field(default_factory=lambda: ScriptedChannel(ACCOUNT))
    replied: list[str] = field(default_factory=list)
    befores: list[int] = field(default_factory=list)
    updates: int = 0
    dispatcher: Dispatcher = field(init=False)

    async def handle(self, conn: AsyncConnection, account: str, incoming: Incoming, now: int) -> None:
        """Leaves a mark, and says something."""
        assert isinstance(incoming.event, Said)
        text = incoming.event.text
        self.begun.append(text)
        await audit.note(conn, "member", "effect", text, "", now)
        await replies.say(conn, account, incoming.chat_id, SendReply(message=said(text)), now)
        if errors := self.hard.get(text):
            raise errors.pop(0)
        if gate := self.gates.get(text):
            await gate.wait()
        self.done.append(text)
        self.befores.append(incoming.before)

    async def apologise(self, conn: AsyncConnection, account: str, chat_id: str, now: int) -> None:
        """Speaks to the sender of what is given up."""
        self.apologies.append(chat_id)

    async def comes(
        self, chat: str, *texts: str, account: str = ACCOUNT, rings: bool = True, album: str = ""
    ) -> None:
        """Updates come, of an album or not; the dispatcher is rung for, or will be with the next."""
        async with self.database.write() as conn:
            for text in texts:
                self.updates += 1
                payload = json.dumps({"chat": chat, "text": text, "album": album})
                await inbox.keep(conn, account, [RawUpdate(str(self.updates), chat, payload)], NOW)
        if rings:
            self.bell.ring()

    async def effects(self) -> list[str]:
        """The marks that were committed, in order."""
        async with self.database.read() as conn:
            query = select(audit_table.c.subject).order_by(audit_table.c.id)
            return [row[0] for row in await conn.execute(query)]

    async def counts(self) -> dict[str, int]:
        """Updates by state."""
        async with self.database.read() as conn:
            return await inbox.counts(conn)


@asynccontextmanager
async def front(
    folder: Path, kind: str = "sqlite", give_way: Callable[[Database], GiveWay] | None = None
) -> AsyncIterator[Front]:
    """A dispatcher that runs as long as the block."""
    async with store(kind, folder) as database:
        await scene(database)
        made = Front(database)
        dispatcher = Dispatcher(
            database,
            {ACCOUNT: made.channel},
            made.handle,
            made.apologise,
            made.apologise,
            made.bell,
            made.replied.append,
            Clock(),
            unthrottled(Clock()),
            give_way(database) if give_way else None,
        )
        made.dispatcher = dispatcher
        task = asyncio.create_task(dispatcher.run())
        try:
            yield made
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_a_chat_is_handled_in_order(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        texts = [f"{n}" for n in range(20)]
        await at.comes("an", *texts)
        await until(lambda: len(at.replied) == 20)
        assert at.done == await at.effects() == texts


async def test_what_is_sent_at_once_is_handled_one_by_one_and_numbered(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        await at.comes("an", "a", "b", "c", album="7", rings=False)
        await at.comes("an", "d")
        await until(lambda: len(at.replied) == 4)
        assert (at.done, at.befores) == (["a", "b", "c", "d"], [0, 1, 2, 0])


async def test_a_slow_chat_holds_up_its_own_updates_and_nobody_elses(tmp_path: Path) -> None:
    async with front(tmp_path, "postgres") as at:  # SQLite has one writer at a time
        at.gates["slow"] = asyncio.Event()
        await at.comes("an", "slow", "after")
        for n in range(5):
            await at.comes(f"chat{n}", f"quick{n}")
        await until(lambda: len(at.done) == 5)
        assert not {"slow", "after"} & set(at.done)
        at.gates["slow"].set()
        await until(lambda: len(at.done) == 7)
        assert at.done[5:] == ["slow", "after"]


async def test_a_poisoned_update_is_tried_three_times_set_aside_and_apologised_for(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        at.dispatcher.patience.least_s = PATIENCE_S  # on a slow machine each would be handled aside
        at.hard["poison"] = [Hard(f"quotes {n}") for n in range(10)]
        await at.comes("an", "poison", "after", rings=False)
        await at.comes("binh", "other")
        await until(lambda: len(at.replied) == TRIES + 2)
        assert at.begun.count("poison") == TRIES
        assert at.apologies == ["an"]
        assert sorted(await at.effects()) == ["after", "other"]
        assert await at.counts() == {"quarantined": 1, "done": 2}
        # The other chat did not wait for all the tries: it was handled before the poison was given up.
        assert at.begun.index("other") < len(at.begun) - 1
        assert at.begun.index("after") > max(n for n, text in enumerate(at.begun) if text == "poison")


async def test_what_a_failed_handling_said_is_never_sent(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        at.hard["twice"] = [Hard(), Hard()]
        await at.comes("an", "twice")
        await until(lambda: len(at.replied) == 3)
        assert at.done == ["twice"]
        assert await at.effects() == ["twice"]
        async with at.database.read() as conn:
            assert len((await conn.execute(select(delivery))).all()) == 1


async def test_an_update_no_one_can_read_is_set_aside_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with front(tmp_path) as at:
        async with at.database.write() as conn:
            await inbox.keep(conn, ACCOUNT, [RawUpdate("900", "an", "not JSON")], NOW)
        await at.comes("binh", "other")
        await until(lambda: len(at.replied) == TRIES + 1)
        assert at.apologies == ["an"]
        assert await at.counts() == {"quarantined": 1, "done": 1}


async def test_the_same_update_twice_has_one_effect(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        await at.comes("an", "once")
        await until(lambda: at.done == ["once"])
        at.updates -= 1
        await at.comes("an", "once")
        await at.comes("an", "next")
        await until(lambda: len(at.replied) == 2)
        assert await at.effects() == ["once", "next"]


async def test_of_two_dispatchers_one_handles_an_update(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        second = Dispatcher(
            at.database,
            {ACCOUNT: at.channel},
            at.handle,
            at.apologise,
            at.apologise,
            Bell(),
            at.replied.append,
            Clock(),
            unthrottled(Clock()),
        )
        other = asyncio.create_task(second.run())
        for n in range(10):
            await at.comes(f"chat{n}", f"{n}")
        await until(lambda: len(at.replied) == 10)
        other.cancel()
        await asyncio.gather(other, return_exceptions=True)
        assert sorted(await at.effects(), key=int) == [f"{n}" for n in range(10)]


async def test_a_store_that_does_not_answer_counts_against_no_update(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        await scene(database)
        at = Front(database)
        at.hard["hello"] = [OperationalError("BEGIN", {}, Exception("database is locked"))]
        await at.comes("an", "hello")
        channels = {ACCOUNT: at.channel}
        nobody = at.apologise
        dispatcher = Dispatcher(
            database,
            channels,
            at.handle,
            nobody,
            nobody,
            at.bell,
            at.replied.append,
            Clock(),
            unthrottled(Clock()),
        )
        with pytest.raises(OperationalError):
            await dispatcher.step()
        async with database.read() as conn:
            (row,) = await inbox.waiting(conn, 10)
        assert row.attempts == 0


async def test_updates_of_an_account_that_is_gone_stand_in_nobodys_way(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        async with at.database.write() as conn:
            await accounts.stop(conn, OTHER, "taken out of the settings")
        for n in range(70):
            await at.comes(f"gone{n}", f"gone{n}", account=OTHER)
        await at.comes("an", "hello")
        await until(lambda: at.done == ["hello"])
