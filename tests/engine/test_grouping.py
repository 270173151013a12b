"""Updates that share a transaction: each falls alone, none waits for a slow one, equal presses are one."""

import asyncio
import time
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ports import Incoming, RawUpdate, Said, Tapped
from bot.core.talk.reply import EditReply, SendReply
from bot.engine.dispatcher import TRIES
from bot.storage.accounts import endpoints
from bot.storage.database import Database
from bot.storage.delivery import replies
from bot.storage.delivery.steps import grouped
from bot.storage.failures import transient
from bot.storage.people import erasing, members
from bot.storage.tables import delivery
from bot.storage.talk import inbox, sights
from tests.engine.desk import until
from tests.engine.script import said
from tests.engine.test_dispatcher import Hard, front
from tests.patience import PATIENCE_S, SLOW
from tests.storage.scene import ACCOUNT, NOW, scene
from tests.stores import store

KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
PEOPLE = 60
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT count(*) FROM n"


@KINDS
async def test_a_poisoned_update_in_a_full_group_delays_the_others_by_less_than_a_second(
    tmp_path: Path, kind: str
) -> None:
    async with front(tmp_path, kind) as at:
        at.dispatcher.patience.least_s = PATIENCE_S  # on a slow machine each would be handled aside
        at.hard["poison"] = [Hard() for _ in range(10)]
        async with at.database.write() as conn:
            chats = [f"chat{n}" for n in range(PEOPLE)]
            words = ["poison" if n == PEOPLE // 2 else f"{n}" for n in range(PEOPLE)]
            raw = [
                RawUpdate(str(n), chat, f'{{"chat": "{chat}", "text": "{text}"}}')
                for n, (chat, text) in enumerate(zip(chats, words, strict=True))
            ]
            await inbox.keep(conn, ACCOUNT, raw, NOW)
        began = time.monotonic()
        at.bell.ring()
        await until(lambda: len(at.done) == PEOPLE - 1)
        assert time.monotonic() - began < SLOW * 1.0
        await until(lambda: at.begun.count("poison") == TRIES and at.apologies == [chats[PEOPLE // 2]])
        await until(lambda: len(at.replied) == PEOPLE - 1 + TRIES)
        assert sorted(await at.effects()) == sorted(set(words) - {"poison"})
        async with at.database.read() as conn:
            assert len((await conn.execute(select(delivery))).all()) == PEOPLE - 1


async def test_a_statement_that_takes_long_on_sqlite_is_taken_back_and_done_aside(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        usual = at.handle

        async def handle(conn: AsyncConnection, account: str, incoming: Incoming, now: int) -> None:
            await usual(conn, account, incoming, now)
            assert isinstance(incoming.event, Said)
            if incoming.event.text == "slow":
                await conn.exec_driver_sql(LONG.format(3_000_000))

        at.dispatcher._handle = handle
        await at.comes("an", "slow", "after")
        await at.comes("binh", "other")
        await until(lambda: len(at.replied) == 3)
        assert at.begun.count("slow") == 2
        assert sorted(await at.effects()) == ["after", "other", "slow"]
        assert at.begun.index("after") > at.begun.index("slow", at.begun.index("slow") + 1)


async def test_what_came_before_it_in_its_chat_is_done_before_a_long_one(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        usual = at.handle

        async def handle(conn: AsyncConnection, account: str, incoming: Incoming, now: int) -> None:
            await usual(conn, account, incoming, now)
            assert isinstance(incoming.event, Said)
            if incoming.event.text == "slow":
                await conn.exec_driver_sql(LONG.format(3_000_000))

        at.dispatcher._handle = handle
        await at.comes("an", "before", "slow", "after")
        await until(lambda: len(at.replied) == 3)
        assert await at.effects() == ["before", "slow", "after"]


async def test_equal_presses_that_wait_are_one_and_another_press_between_them_parts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with front(tmp_path) as at:
        pressed: list[Tapped] = []

        async def handle(conn: AsyncConnection, account: str, incoming: Incoming, now: int) -> None:
            assert isinstance(incoming.event, Tapped)
            pressed.append(incoming.event)

        def read(payload: str) -> Incoming:
            chat, data, number = payload.split()
            return Incoming(chat, Tapped(data, "5", f"tap{number}"))

        at.dispatcher._handle = handle
        monkeypatch.setattr(at.channel, "read", read)
        presses = [("an", "a")] * 30 + [("binh", "a")] + [("an", "b")] + [("an", "a")] * 5
        async with at.database.write() as conn:
            raw = [RawUpdate(str(n), chat, f"{chat} {data} {n}") for n, (chat, data) in enumerate(presses)]
            await inbox.keep(conn, ACCOUNT, raw, NOW)
        at.bell.ring()
        await until(lambda: len(at.replied) == 4)
        assert [(one.data, one.callback_id) for one in pressed] == [
            ("a", "tap29"),
            ("a", "tap30"),
            ("b", "tap31"),
            ("a", "tap36"),
        ]
        assert await at.counts() == {"done": len(presses)}
        assert at.dispatcher.repeated.value == 29 + 4


@KINDS
async def test_what_was_read_ahead_holds_until_somebody_in_the_group_changes_it(
    tmp_path: Path, kind: str
) -> None:
    async with store(kind, tmp_path) as database:
        home = await scene(database)
        an = await home.member("an", at=((ACCOUNT, "1"),))
        await home.member("binh", at=((ACCOUNT, "2"),))
        async with grouped(database) as group:
            await sights.ahead(group, [(ACCOUNT, "1"), (ACCOUNT, "2"), (ACCOUNT, "3")])
            conn: AsyncConnection = group  # type: ignore[assignment]
            first = await sights.at(conn, ACCOUNT, "1")
            assert first.member == await members.get(conn, an)
            assert (await sights.at(conn, ACCOUNT, "3")).member is None
            async with group.step():
                await erasing.leave(conn, an)
            assert (await sights.at(conn, ACCOUNT, "1")).member is None
            async with group.step():
                await endpoints.close(conn, ACCOUNT, "2", "blocked", NOW)
            seen = await sights.at(conn, ACCOUNT, "2")
            assert seen.member is not None
            assert not seen.open


@KINDS
async def test_what_a_step_said_before_it_failed_goes_and_what_others_said_stays(
    tmp_path: Path, kind: str
) -> None:
    async with store(kind, tmp_path) as database:
        await scene(database)
        async with grouped(database) as group:
            conn: AsyncConnection = group  # type: ignore[assignment]
            for text, fails in (("a", False), ("b", True), ("c", False)):
                try:
                    async with group.step():
                        await replies.put(conn, ACCOUNT, "1", SendReply(message=said(text)), NOW)
                        await replies.say(conn, ACCOUNT, "1", SendReply(message=said(text * 2)), NOW)
                        if fails:
                            raise Hard
                except Hard:
                    pass
        async with database.read() as conn:
            acts = [row.act for row in await conn.execute(select(delivery).order_by(delivery.c.id))]
        assert [act.rpartition('"text":"')[2].partition('"')[0] for act in acts] == ["a", "aa", "c", "cc"]


@KINDS
async def test_of_the_edits_of_one_message_that_wait_the_latest_is_left(tmp_path: Path, kind: str) -> None:
    async with store(kind, tmp_path) as database:
        await scene(database)

        def edit(message_id: str, text: str) -> EditReply:
            return EditReply(message_id=message_id, message=said(text))

        async with database.write() as conn:
            old = await replies.say(conn, ACCOUNT, "1", edit("5", "old"), NOW)
            under_way = await replies.say(conn, ACCOUNT, "2", edit("5", "sent now"), NOW)
            await conn.exec_driver_sql(f"UPDATE delivery SET state = 'inflight' WHERE id = {under_way}")
            await replies.say(conn, ACCOUNT, "1", edit("55", "another message"), NOW)
        async with grouped(database) as group:
            grouped_conn: AsyncConnection = group  # type: ignore[assignment]
            for chat, text in (("1", "newer"), ("2", "next"), ("1", "newest")):
                await replies.put(grouped_conn, ACCOUNT, chat, edit("5", text), NOW)
        async with database.read() as conn:
            rows = (await conn.execute(select(delivery).order_by(delivery.c.id))).all()
        left = [row.act.rpartition('"text":"')[2].partition('"')[0] for row in rows if row.act]
        assert left == ["sent now", "another message", "next", "newest"]
        (gone,) = [row for row in rows if row.id == old]
        assert (gone.state, gone.reason, gone.act, gone.chat_id) == ("skipped", "replaced", None, None)


async def test_a_group_that_fails_for_no_single_one_is_handled_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_all = replies.put_all

    async def refuse(conn: AsyncConnection, rows: list[dict[str, str]]) -> None:
        if any("bad" in row["new_act"] for row in rows):
            raise Hard
        await put_all(conn, rows)

    monkeypatch.setattr(replies, "put_all", refuse)
    async with front(tmp_path) as at:

        async def handle(conn: AsyncConnection, account: str, incoming: Incoming, now: int) -> None:
            assert isinstance(incoming.event, Said)
            act = SendReply(message=said(incoming.event.text))
            await replies.put(conn, account, incoming.chat_id, act, now)

        at.dispatcher._handle = handle
        async with at.database.write() as conn:
            words = ("good", "bad", "fine")
            raw = [
                RawUpdate(str(n), f"c{n}", f'{{"chat": "c{n}", "text": "{one}"}}')
                for n, one in enumerate(words)
            ]
            await inbox.keep(conn, ACCOUNT, raw, NOW)
        at.bell.ring()
        await until(lambda: at.apologies == ["c1"])
        async with asyncio.timeout(PATIENCE_S):
            while await at.counts() != {"done": 2, "quarantined": 1}:
                at.bell.ring()
                await asyncio.sleep(0)


async def test_a_connection_lost_within_a_step_is_told_as_such_and_not_as_the_updates_fault(
    tmp_path: Path,
) -> None:
    async with store("postgresql", tmp_path) as database:
        await scene(database)
        with pytest.raises(DBAPIError) as found:
            await _lose_the_connection(database)
        assert transient(found.value)


async def _lose_the_connection(database: Database) -> None:
    """Within a step, between two of its statements."""
    async with grouped(database) as group, group.step():
        conn = cast(AsyncConnection, group)
        mine = (await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with database.write() as other:
            await other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})
        await conn.execute(text("SELECT 1"))


async def test_what_a_group_leaves_for_the_next_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.dispatcher.BUDGET_S", -1.0)  # each group handles one, and leaves the rest
    async with front(tmp_path) as at:
        read, right = list[str](), at.channel.read

        def counted(payload: str) -> Incoming:
            read.append(payload)
            return right(payload)

        monkeypatch.setattr(at.channel, "read", counted)
        async with at.database.write() as conn:
            raw = [RawUpdate(str(n), f"c{n}", f'{{"chat": "c{n}", "text": "{n}"}}') for n in range(20)]
            await inbox.keep(conn, ACCOUNT, raw, NOW)
        at.bell.ring()
        await until(lambda: len(at.done) == 20)
        assert len(read) == 20


async def test_presses_of_one_button_are_one_however_many_wait_and_others_pass_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with front(tmp_path) as at:
        handled: list[str] = []

        async def handle(conn: AsyncConnection, account: str, incoming: Incoming, now: int) -> None:
            assert isinstance(incoming.event, Tapped)
            handled.append(f"{incoming.chat_id} {incoming.event.data}")

        def read(payload: str) -> Incoming:
            chat, data = payload.split()
            return Incoming(chat, Tapped(data, "5", f"tap{len(handled)}"))

        monkeypatch.setattr(at.channel, "read", read)
        at.dispatcher._handle = handle
        presses = [("an", "a")] * 200 + [("binh", "b")] + [("an", "a")] * 100 + [("an", "next")]
        async with at.database.write() as conn:
            raw = [RawUpdate(str(n), chat, f"{chat} {data}") for n, (chat, data) in enumerate(presses)]
            await inbox.keep(conn, ACCOUNT, raw, NOW)
        at.bell.ring()
        await until(lambda: "an next" in handled and "binh b" in handled)
        await until(lambda: at.dispatcher.repeated.value == 299)
        assert handled == ["binh b", "an a", "an next"]
        assert await at.counts() == {"done": len(presses)}
