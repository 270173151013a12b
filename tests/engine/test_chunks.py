"""A run is planned in chunks: small ones, and others in between, while somebody waits to write."""

import asyncio
from pathlib import Path

import pytest

from bot.engine import chunks
from bot.engine.planner import Planner
from tests.engine.script import ScriptedClock, in_parts
from tests.storage.scene import scene
from tests.stores import store

MANY, FIRST = 12, 4  # recipients; the rows of a chunk while nobody waits


async def _nobody(*_: object) -> None: ...


@pytest.mark.parametrize("crowded", [False, True])
async def test_others_write_between_two_chunks_which_are_small_while_they_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crowded: bool
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", FIRST)
    monkeypatch.setattr(chunks, "BESIDE", 1)
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        for number in range(MANY):
            await home.member(f"m{number}")
        await home.broadcast("mot", promised=MANY)
        seen: list[int] = []

        async def write_on() -> None:
            while not seen or seen[-1] < MANY:
                async with database.brisk() as conn:
                    rows = "SELECT count(*) FROM delivery WHERE run_id IS NOT NULL"
                    seen.append((await conn.exec_driver_sql(rows)).scalar_one())
                await asyncio.sleep(0)

        writers = [asyncio.create_task(write_on()) for _ in range(2 if crowded else 0)]
        planner = Planner(database, {}, _nobody, in_parts, lambda: None, ScriptedClock())
        while await planner.step():
            pass
        await asyncio.gather(*writers)
        async with database.read() as conn:
            rows = "SELECT count(*), count(DISTINCT member_id) FROM delivery WHERE run_id IS NOT NULL"
            assert tuple((await conn.exec_driver_sql(rows)).one()) == (MANY, MANY)
        if crowded:
            assert sorted(set(seen)) == [0, *range(FIRST, MANY + 1)]
