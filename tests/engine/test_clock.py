"""A wall clock that jumps: nothing irreversible happens before it has stood by its new time."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.acts import store as acts
from bot.core.guidance.audience import Audience
from bot.core.guidance.briefing import Topic
from bot.core.kernel.values import ChatId
from bot.core.schedule.occurrences import Monthly
from bot.core.talk.form import FormState
from bot.core.talk.reply import SendReply
from bot.engine import times
from bot.engine.clockword import ClockWord
from bot.engine.planner import Planner
from bot.engine.retention import Retention
from bot.engine.times import CONFIRM_S, JUMP_MS, Clock, SteadyClock
from bot.storage.delivery import offers
from bot.storage.guidance import briefings, broadcasts, falling_due
from bot.storage.talk import conversations
from tests.engine.desk import desk
from tests.engine.script import ScriptedClock, in_parts, said
from tests.storage.scene import ACCOUNT, TOPIC, briefing, scene
from tests.stores import another, store

HOUR_MS = 3_600_000
YEAR_MS = 365 * 24 * HOUR_MS


def a_form(name: str) -> FormState:
    return FormState(form=name, nonce="n", at="")


def test_time_goes_on_as_it_was_until_a_jump_has_stood_ten_minutes() -> None:
    machine = ScriptedClock()
    clock, begin = SteadyClock(machine), machine.wall
    for jump in (YEAR_MS, -HOUR_MS):
        machine.wall += jump
        for _ in range(10):
            before = clock.now_ms()
            machine.advance(CONFIRM_S / 10 - 1)
            assert clock.now_ms() - before == int((CONFIRM_S / 10 - 1) * 1000)
        machine.advance(10)
        assert clock.now_ms() == machine.wall
    assert machine.wall > begin


def test_a_jump_that_is_taken_back_leaves_no_trace() -> None:
    machine = ScriptedClock()
    clock = SteadyClock(machine)
    machine.wall += YEAR_MS
    clock.now_ms()
    machine.advance(CONFIRM_S - 1)
    clock.now_ms()
    machine.wall -= YEAR_MS
    assert clock.now_ms() == machine.wall
    machine.wall += YEAR_MS
    machine.advance(2)
    assert clock.now_ms() == machine.wall - YEAR_MS  # the ten minutes begin anew


def test_a_clock_that_drifts_is_followed_and_never_goes_back() -> None:
    machine = ScriptedClock()
    clock = SteadyClock(machine)
    machine.wall += JUMP_MS
    assert clock.now_ms() == machine.wall
    stands = machine.wall
    machine.wall -= JUMP_MS // 2
    assert clock.now_ms() == stands
    machine.advance(JUMP_MS / 1000)
    assert clock.now_ms() == machine.wall


def test_a_machine_that_slept_did_not_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times.time, "monotonic", lambda: 0.0)  # stands still in sleep
    clock = SteadyClock()
    assert abs(clock.now_ms() - Clock().now_ms()) < JUMP_MS
    assert clock.elapsed() > 0


async def test_an_operators_word_reaches_who_doubts_the_clock(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database, another(database) as shell:
        machine, rung = ScriptedClock(), []
        clock = SteadyClock(machine)
        loop = ClockWord(database, clock, lambda: rung.append(clock.now_ms()))

        async def accept() -> None:
            async with shell.at_once() as conn:
                await acts.accept_clock(conn, machine.wall)

        await accept()  # nobody doubts: this word is about the time before the jump
        await loop.step()
        machine.wall += YEAR_MS
        for _ in range(3):
            machine.advance(1)
            await loop.step()
        assert clock.doubts()
        await accept()
        machine.advance(1)
        await loop.step()
        assert rung == [machine.wall]
        assert clock.now_ms() == machine.wall
        machine.wall -= HOUR_MS
        await loop.step()
        assert clock.now_ms() == machine.wall + HOUR_MS  # the word was about one jump, and is used up


async def test_a_month_back_what_is_delivered_since_stands_after_what_was_offered_before(
    tmp_path: Path,
) -> None:
    async with store("sqlite", tmp_path) as database:
        await scene(database)
        machine = ScriptedClock()
        clock = SteadyClock(machine)
        loop = ClockWord(database, clock, lambda: None)
        chat = ChatId("an")
        async with database.write() as conn:
            shown = SendReply(message=said("chọn một mục"))
            await offers.keep(conn, [offers.row(ACCOUNT, chat, shown, clock.now_ms())])
        machine.wall -= 30 * 24 * HOUR_MS
        await loop.step()
        machine.advance(CONFIRM_S)
        await loop.step()
        assert clock.now_ms() == machine.wall
        async with database.read() as conn:
            found = await offers.at(conn, ACCOUNT, chat)
        assert found is not None
        assert found.at == machine.wall


@pytest.mark.parametrize("what", ["set", "slept", "believed after a while"])
async def test_who_rests_until_an_instant_is_woken_where_the_clock_did_not_go_by_itself(
    what: str, tmp_path: Path
) -> None:
    async with store("sqlite", tmp_path) as database:
        machine, rung, slept = ScriptedClock(), [], 0.0
        machine.elapsed = lambda: machine.ticks + slept  # type: ignore[method-assign]
        clock = SteadyClock(machine)
        loop = ClockWord(database, clock, lambda: rung.append(clock.now_ms()))
        for _ in range(100):
            machine.advance(1)
            machine.wall += 1  # it is a little fast
            await loop.step()
        assert rung == []
        machine.wall += {"set": JUMP_MS // 2, "slept": HOUR_MS, "believed after a while": HOUR_MS}[what]
        if what == "slept":
            slept = HOUR_MS / 1000
        await loop.step()
        if what == "believed after a while":
            assert rung == []
            machine.advance(CONFIRM_S)
            await loop.step()
        assert rung == [machine.wall]
        await loop.step()
        assert len(rung) == 1


async def test_a_year_ahead_for_three_seconds_skips_misses_and_deletes_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path, people=200) as at:
        await at.home.run()
        machine = at.time
        machine.wall = at.home.now
        clock = SteadyClock(machine)
        monthly = Monthly(day=31, hour=8, minute=0, timezone="Asia/Ho_Chi_Minh")
        async with at.database.write() as conn:
            version = await briefings.keep(conn, briefing("thang"), [], machine.wall)
            audience = Audience(unit="66", topic=TOPIC)
            values = {"late_limit_ms": HOUR_MS, "expiry_ms": HOUR_MS, "created_by": None, "now": machine.wall}
            await broadcasts.create(conn, version, audience, monthly, **values)
            await conversations.keep(conn, ACCOUNT, "an", a_form("opinion"), machine.wall)
        missed, closed = [], []

        async def close(now: int) -> None:
            closed.append(now)

        async def tell(*happening: object) -> None:
            missed.append(happening)

        topics = {TOPIC: Topic(code=TOPIC, name={"vi": TOPIC})}
        planner = Planner(at.database, topics, tell, in_parts, lambda: None, clock)
        retention = Retention(at.database, ZoneInfo("Asia/Ho_Chi_Minh"), clock, 14, 30, close)
        for jump in (YEAR_MS, -YEAR_MS):
            machine.wall += jump
            for _ in range(3):
                machine.advance(1)
                await planner.step()
                await retention.step()
            assert await at.states() == ["pending"] * 200
            assert missed == []
            assert max(closed) < at.home.now + HOUR_MS  # no month is counted as over
            async with at.database.read() as conn:
                assert await conversations.current(conn, ACCOUNT, "an") is not None
                next_at = await falling_due.next_at(conn)
            assert next_at is not None
            assert next_at < at.home.now + 40 * 24 * HOUR_MS
        machine.wall += YEAR_MS  # and this time it is so
        await planner.step()
        machine.advance(CONFIRM_S + 1)
        while await planner.step():
            pass
        assert await at.states() == ["skipped"] * 200


async def test_an_hour_back_typed_answers_still_go_to_the_newest_form(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        async with at.database.write() as conn:
            now = at.time.wall
            await conversations.keep(conn, ACCOUNT, "an", a_form("older"), now)
            await conversations.keep(conn, ACCOUNT, "an", a_form("newer"), now - HOUR_MS)
            found = await conversations.current(conn, ACCOUNT, "an")
        assert found is not None
        assert found.form == "newer"
