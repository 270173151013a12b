"""The life of a loop, and the one look at the store that wakes them all."""

import asyncio
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.core.delivery.outcome import Sent, Throttled
from bot.engine import loop as loop_module
from bot.engine.bell import Bell
from bot.engine.loop import Loop
from bot.engine.times import Clock
from bot.engine.watch import TOLD_S, Watch
from bot.storage.changes import Changes
from bot.storage.database import Database
from tests.engine.desk import always, desk, until
from tests.engine.script import ScriptedClock
from tests.patience import PATIENCE_S
from tests.storage.scene import scene
from tests.stores import store


async def test_a_loop_steps_while_there_is_work_and_ends_when_there_is_none_ever() -> None:
    work = [True, True, False]

    async def step() -> bool:
        return work.pop(0)

    loop = Loop("counted", step, lambda: None, Clock())
    await asyncio.wait_for(loop.run(), PATIENCE_S)
    assert (work, loop.ended, loop.lag_s()) == ([], True, 0.0)


async def test_a_loop_at_rest_is_woken_by_its_bell() -> None:
    bell, steps, woken = Bell(), [0], [0]

    async def step() -> bool:
        steps[0] += 1
        return False

    def look() -> None:
        woken[0] += 1

    task = asyncio.create_task(Loop("rung", step, lambda: 3600.0, Clock(), bell, look).run())
    await until(lambda: steps == [1])
    bell.ring()
    await until(lambda: steps == [2])
    assert woken == [1]
    task.cancel()


async def test_a_loop_that_is_rung_again_and_again_keeps_its_pace() -> None:
    bell, at = Bell(), list[float]()

    async def step() -> bool:
        at.append(time.monotonic())
        bell.ring()
        return False

    task = asyncio.create_task(Loop("paced", step, lambda: 3600.0, Clock(), bell, pace_s=0.1).run())
    await until(lambda: len(at) == 4)
    task.cancel()
    assert at[-1] - at[0] >= 0.3 - 0.02


async def test_a_loop_that_is_told_to_end_ends_though_its_step_caught_it() -> None:
    stopped, began = [], asyncio.Event()

    async def step() -> bool:
        if began.is_set():
            await asyncio.sleep(3600)
        began.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)
        return True

    async def stop() -> None:
        stopped.append(True)

    task = asyncio.create_task(Loop("deaf", step, lambda: 3600.0, Clock(), stop=stop).run())
    await began.wait()
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=PATIENCE_S)
    task.cancel()
    assert (done, stopped) == ({task}, [True])


async def test_a_store_that_does_not_answer_ends_no_loop_and_one_that_cannot_go_on_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop_module, "STORE_PAUSE_S", 0.001)
    monkeypatch.setattr(loop_module, "transient", lambda error: "passing" in str(error))
    troubles = iter(("passing", "passing", "for good"))
    stopped = []

    async def step() -> bool:
        raise OperationalError("SELECT", {}, Exception(next(troubles)))

    async def stop() -> None:
        stopped.append(True)

    with pytest.raises(OperationalError, match="for good"):
        await Loop("troubled", step, lambda: 0.0, Clock(), stop=stop).run()
    assert stopped == [True]


async def test_a_step_that_hangs_and_a_rest_that_is_over_show_as_lag() -> None:
    clock, held = ScriptedClock(), asyncio.Event()

    async def step() -> bool:
        await held.wait()
        return False

    loop = Loop("slow", step, lambda: 10.0, clock)
    task = asyncio.create_task(loop.run())
    await asyncio.sleep(0)
    clock.advance(3)
    assert loop.lag_s() == 3
    held.set()
    await until(lambda: loop.lag_s() == 0)
    clock.advance(10)
    assert loop.lag_s() == 0
    clock.advance(1)
    assert loop.lag_s() == 1
    task.cancel()


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
async def test_what_another_process_commits_is_seen_at_the_next_look(dialect: str, tmp_path: Path) -> None:
    async with store(dialect, tmp_path) as database:
        home, changes = await scene(database), Changes(database)
        assert await changes.look()
        await home.member("m0@alpha")
        assert await changes.look()
        await changes.close()


async def test_a_look_that_was_given_up_is_waited_for_before_its_file_is_closed(tmp_path: Path) -> None:
    looks, goes_on, steps = threading.Event(), threading.Event(), []

    class Slow:
        def execute(self, _statement: str) -> "Slow":
            looks.set()
            goes_on.wait(10)
            steps.append("looked")
            return self

        def fetchone(self) -> tuple[int]:
            return (1,)

        def close(self) -> None:
            steps.append("closed")

    async with store("sqlite", tmp_path) as database:
        changes = Changes(database)
        changes._file = Slow()  # type: ignore[assignment]
        look = asyncio.create_task(changes.look())
        await asyncio.to_thread(looks.wait, 10)
        look.cancel()
        closing = asyncio.create_task(changes.close())
        await asyncio.wait([closing], timeout=0.1)
        goes_on.set()
        await closing
    assert steps == ["looked", "closed"]


async def test_a_store_in_which_nothing_happens_rings_for_nobody(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        rings = []
        watch = Watch(database, lambda: rings.append(1), Clock())
        for _ in range(3):
            await watch.step()
        assert len(rings) == 1
        await home.member("m0@alpha")
        await watch.step()
        await watch.step()
        assert len(rings) == 2
        await watch.loop().stop()


async def test_a_sender_without_work_leaves_the_store_alone_until_it_is_rung_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(tmp_path, Clock(), people=1) as at:
        at.channel.at_once = always(Sent("1"))
        taken, right = [0], Database.brisk

        def counted(self: Database) -> object:
            taken[0] += 1
            return right(self)

        monkeypatch.setattr(Database, "brisk", counted)
        sender = at.sender(idle_s=3600.0)
        loop = sender.loop()
        task = asyncio.create_task(loop.run())
        await until(lambda: taken == [1] and loop.lag_s() == 0)
        assert sender.claiming.rests_s(3600.0) == 3600.0
        await at.home.run()
        assert at.channel.asked == []
        at.channel.news.ring()
        await until(lambda: len(at.channel.asked) == 1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_sender_rests_until_the_next_retry_and_no_longer(tmp_path: Path) -> None:
    async with desk(tmp_path, people=1) as at:
        await at.home.run()
        sender = at.sender()
        await at.step(sender)
        await at.answer(Throttled(None))
        assert await at.step(sender) == []
        assert await at.step(sender) == []
        assert 20 < sender.claiming.rests_s(3600.0) <= 30


async def test_the_watch_rings_for_accounts_that_have_work_and_for_no_others(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        await home.member("m0@alpha")
        rung: list[str] = []
        watch = Watch(database, lambda: None, Clock(), rung.append)
        await watch.step()
        assert rung == []
        await home.run()
        await watch.step()
        await watch.step()
        assert rung == ["alpha"]
        watch.look()
        await watch.step()
        assert rung == ["alpha", "alpha"]
        await watch.loop().stop()


async def test_postgresql_tells_of_a_commit_and_again_after_the_line_was_cut(tmp_path: Path) -> None:
    async with store("postgresql", tmp_path) as database:
        home = await scene(database)
        await home.member("m0@alpha")
        rings: list[int] = []
        rung: list[str] = []
        watch = Watch(database, lambda: rings.append(1), Clock(), rung.append)
        loop = watch.loop()
        task = asyncio.create_task(loop.run())
        await until(lambda: loop.lag_s() == 0 and watch.rests_s() == TOLD_S)
        before = len(rings)
        began = time.monotonic()
        await home.run()
        await until(lambda: rung == ["alpha"])
        assert time.monotonic() - began < TOLD_S / 2
        assert len(rings) > before
        async with database.write() as conn:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            await conn.exec_driver_sql(f"{cut} AND datname = current_database()")
        await until(lambda: len(rung) > 1 and watch.rests_s() == TOLD_S)
        heard = len(rung)
        async with database.write() as conn:
            await conn.exec_driver_sql("SELECT 1")
        await home.member("m1@alpha")
        await until(lambda: len(rung) > heard)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
