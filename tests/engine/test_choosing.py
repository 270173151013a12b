"""Who has an account's slots while everybody wants them."""

from collections import Counter
from pathlib import Path

import pytest

from bot.core.delivery.lanes import Lane, Lanes
from bot.core.delivery.limiter import Limiter
from bot.core.delivery.states import Priority
from bot.core.kernel.capabilities import Rates
from bot.core.talk.message import Message
from bot.core.talk.reply import AnswerReply, EditReply, SendReply
from bot.engine.choosing import Choice
from bot.storage.delivery import claims, replies
from tests.engine.script import ScriptedClock, said
from tests.storage.scene import ACCOUNT, NOW, scene
from tests.stores import store

RATE, SECONDS, STORM = 30.0, 10, 400


@pytest.mark.parametrize("storm", ["edits", "replies", "strangers"])
async def test_a_storm_leaves_the_run_its_share_and_the_run_leaves_the_storm_its(
    tmp_path: Path, storm: str
) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        for number in range(STORM):
            await home.member(str(number), at=((ACCOUNT, f"m{number}"),))
        await home.run()
        async with database.write() as conn:
            for number in range(STORM):
                act = EditReply(message_id="1", message=said("e")) if storm == "edits" else None
                reply = act or SendReply(message=said("r"))
                await replies.put(conn, ACCOUNT, f"c{number}", reply, NOW, stranger=storm == "strangers")
            for number in range(50):
                await replies.put(conn, ACCOUNT, None, AnswerReply(callback_id=f"{number}"), NOW)
        clock = ScriptedClock()
        limiter = Limiter(Rates(account=RATE), clock.monotonic())
        choice = Choice(ACCOUNT, limiter, clock)
        went: Counter[str] = Counter()
        async with database.write() as conn:
            answers = await choice.choose(conn, 100, 0)  # no slot is open, and none is needed
            assert [row.priority for row in answers] == [Priority.ANSWER] * 50
            await claims.claim(conn, answers, 7)
        for _ in range(int(RATE) * SECONDS):
            async with database.brisk() as conn:
                rows = await choice.choose(conn, 100, clock.monotonic())
                await claims.claim(conn, rows, 7)
            went.update("run" if row.run_id is not None else "storm" for row in rows)
            clock.advance(1 / RATE)
        assert RATE * SECONDS - 2 <= went.total() <= RATE * SECONDS + 2
        assert went["run"] >= RATE * SECONDS * (0.9 if storm == "strangers" else 0.49)
        assert went["storm"] >= (SECONDS - 1 if storm == "strangers" else RATE * SECONDS * 0.49)


async def test_a_run_with_nobody_beside_it_has_all_slots_in_one_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[Lane] = []
    took = Lanes.took

    def counted(lanes: Lanes, lane: Lane, now: float) -> None:
        turns.append(lane)
        took(lanes, lane, now)

    monkeypatch.setattr(Lanes, "took", counted)
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        for number in range(60):
            await home.member(str(number), at=((ACCOUNT, f"m{number}"),))
        await home.run()
        clock = ScriptedClock()
        limiter = Limiter(Rates(account=1_000_000.0), clock.monotonic())
        async with database.brisk() as conn:
            rows = await Choice(ACCOUNT, limiter, clock).choose(conn, 50, clock.monotonic() + 1)
    assert len(rows) == 50
    assert turns == [Lane.RUN]


async def test_a_mark_that_waits_holds_up_no_reply_of_its_chat(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        async with database.write() as conn:
            edit = EditReply(message_id="1", message=Message())
            mark = await replies.say(conn, ACCOUNT, "m0", edit, NOW)
        reply = await home.say("m0")
        async with database.brisk() as conn:
            assert [row.id for row in await claims.replies(conn, ACCOUNT, Priority.REPLY, 10)] == [reply]
            marks = await claims.replies(conn, ACCOUNT, Priority.MARK, 10)
            assert [row.id for row in marks] == [mark]
            await claims.claim(conn, marks, 1)  # under way, it is in the order of its chat
            assert await claims.replies(conn, ACCOUNT, Priority.REPLY, 10) == []
