"""What takes long is made before the transaction that needs it: nobody waits, and nothing happens twice."""

import asyncio
from collections.abc import Hashable, Mapping
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId, Ms
from bot.core.ports import Incoming, Said
from bot.core.talk.pace import Pace
from bot.core.talk.strangers import Allowance
from bot.engine.aside import Aside
from bot.engine.bell import Bell
from bot.engine.dispatcher import TRIES
from bot.engine.throttle import Throttle
from bot.engine.times import Clock
from bot.engine.waiting import Waiting
from bot.storage.apart import Made, once_made
from bot.storage.database import Database
from bot.storage.people import audit
from bot.storage.talk.inbox import InboxRow
from tests.engine.desk import until
from tests.engine.test_dispatcher import Front, Hard, front


def needing(at: Front, gate: asyncio.Event, made: list[str]) -> None:
    """Updates that begin with "long" need something that is made apart, once the gate is open."""
    plain = at.handle

    async def make(database: Database) -> str:
        await gate.wait()
        async with database.read() as conn:
            made.append(str(len(made)))
            await conn.exec_driver_sql("SELECT 1")
        if at.hard.get("made"):
            raise at.hard["made"].pop(0)
        return made[-1]

    async def handle(conn: AsyncConnection, account: str, incoming: Incoming, now: int) -> None:
        assert isinstance(incoming.event, Said)
        text = incoming.event.text
        if text.startswith("long"):
            await audit.note(conn, "member", "effect", f"before {text}", "", now)
            there = await once_made(conn, ("key", text), make)
            assert there is not None
            if there.error is not None:
                raise there.error
        await plain(conn, account, incoming, now)

    at.dispatcher._handle = handle


async def committed(at: Front, counts: dict[str, int]) -> None:
    """Wait until so many updates stand in each state."""
    async with asyncio.timeout(60):
        while await at.counts() != counts:  # noqa: ASYNC110 - a commit rings no bell
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_others_go_on_while_something_is_made_and_the_chat_keeps_its_order(
    tmp_path: Path, kind: str
) -> None:
    async with front(tmp_path, kind) as at:
        gate, made = asyncio.Event(), list[str]()
        needing(at, gate, made)
        await at.comes("an", "first", "long", "after")
        await at.comes("binh", "long too")
        await at.comes("chi", "other")
        await until(lambda: {"first", "other"} <= set(at.done), 60)
        for n in range(20):
            await at.comes(f"chat{n}", f"quick{n}")
        await until(lambda: len(at.done) == 22, 60)
        assert not {"long", "after", "long too"} & set(at.done)
        gate.set()
        await committed(at, {"done": 25})
        effects = await at.effects()
        of_an = [one for one in effects if one in ("first", "before long", "long", "after")]
        assert of_an == ["first", "before long", "long", "after"]
        assert len(made) == 2
        assert len(effects) == len(set(effects)) == 27


async def test_what_cannot_be_made_is_tried_again_and_then_given_up(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        gate, made = asyncio.Event(), list[str]()
        gate.set()
        needing(at, gate, made)
        at.hard["made"] = [Hard(f"{n}") for n in range(10)]
        await at.comes("an", "long", "after")
        await committed(at, {"quarantined": 1, "done": 1})
        assert len(made) == TRIES
        assert at.apologies == ["an"]
        assert await at.effects() == ["after"]


async def test_what_goes_again_counts_once_against_its_chats_pace(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        gate, made = asyncio.Event(), list[str]()
        gate.set()
        needing(at, gate, made)
        at.dispatcher._throttle = Throttle(Clock(), Pace(3, 0.001), Allowance(10**9, 1e6, 0.0))
        await at.comes("an", "long 1", "long 2", "long 3", "too much")
        await committed(at, {"done": 4})
        assert at.apologies == ["an"]  # it is told that the fourth is too much
        assert at.done == ["long 1", "long 2", "long 3"]


async def test_the_end_of_one_update_lets_go_of_none_that_its_chat_began_since(tmp_path: Path) -> None:
    gates = [asyncio.Event(), asyncio.Event()]

    async def handle(one: Waiting, _made: Mapping[Hashable, Made]) -> None:
        await gates[one.row.id].wait()

    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    aside = Aside(database, handle, Bell())
    first, second = (Waiting(InboxRow(n, "tg", ChatId("an"), "{}", 0, Ms(0)), None) for n in (0, 1))
    aside.begin(first)
    await asyncio.sleep(0)
    (task,) = asyncio.all_tasks() - {asyncio.current_task()}
    gates[0].set()
    while not task.done():  # noqa: ASYNC110 - its very last step is waited for
        await asyncio.sleep(0)
    aside.raise_failures()  # what follows its end has yet to run
    aside.begin(second)
    for _ in range(3):
        await asyncio.sleep(0)
    assert second.chat in aside.chats
    gates[1].set()
    await aside.settled()
    await database.close()
