"""Backups put back in any order with all else: nothing twice, nothing to who left, each their own."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.acts import store as acts
from bot.storage import backup, epoch, hold, schema
from bot.storage.database import Database
from bot.storage.delivery import deliveries, recovery
from bot.storage.guidance import broadcasts
from bot.storage.people import erasing, members, refusals
from bot.storage.tables import delivery, endpoint
from tests.chance import SOAK
from tests.handlers.village import ZONE
from tests.storage.scene import ACCOUNT, Scene, scene

PROFILE = settings(
    max_examples=400 if SOAK else 25,
    stateful_step_count=50 if SOAK else 25,
    phases=[Phase.generate, Phase.shrink],
    database=None,
    suppress_health_check=list(HealthCheck),
)
PEOPLE = ("an", "binh", "chi", "dung")
BACKUPS, RUNS = 3, 4
WEIGHTS = {"send": 6, "crash": 1, "run": 2, "join": 4, "go": 3, "confirm": 2, "decide": 1, "resume": 2}
STORE = {"back_up": 3, "restore": 3, "by_hand": 3, "release": 4}
HAPPENINGS = [what for what, weight in {**WEIGHTS, **STORE}.items() for _ in range(weight)]


class RestoreMachine(RuleBasedStateMachine):
    """One store, the copies of it, and what the platform and the people remember whatever is restored."""

    def __init__(self, template: Path) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(mkdtemp(dir=template.parent))
        shutil.copy(template, self.folder / "store.db")
        self.database = Database(f"sqlite:///{self.folder}/store.db")
        self.home = Scene(self.database)
        self.whose: dict[int, str] = {}  # every number ever given to a member
        self.inside: set[str] = set()  # whose last word was to come in
        self.accepted: Counter[tuple[int, str]] = Counter()
        self.permitted: Counter[tuple[int, str]] = Counter()
        self.copies: list[Path] = []
        self.runner.run(acts.take_departures(self.database, self.home.now))  # as at each start

    @rule(what=st.sampled_from(HAPPENINGS), one=st.integers(0, 23))
    def happens(self, what: str, one: int) -> None:
        """One of the things below, a second later."""
        self.home.now += 1000
        act: Coroutine[Any, Any, None] = getattr(self, what)(one)
        self.runner.run(act)

    def teardown(self) -> None:
        """The store is sound, and lets go."""
        try:
            assert self.runner.run(self.database.check()) == []
        finally:
            self.runner.run(self.database.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    async def join(self, one: int) -> None:
        """Somebody comes in, where they are not."""
        name = PEOPLE[one % len(PEOPLE)]
        if await self.number_of(name) is None:
            number = await self.home.member(name)
            assert number not in self.whose
            self.whose[number] = name
            async with self.database.write() as conn:
                await refusals.clear(conn, ACCOUNT, name)
            await self.counted()  # they are welcomed
        self.inside.add(name)

    async def go(self, one: int) -> None:
        """Somebody leaves, or is erased."""
        name = PEOPLE[one % len(PEOPLE)]
        number = await self.number_of(name)
        if number is not None:
            async with self.database.write() as conn:
                await refusals.remember(conn, ACCOUNT, name, self.home.now)
                await (erasing.leave if one % 2 else erasing.erase)(conn, number)
            self.inside.discard(name)

    async def run(self, one: int) -> None:
        """A broadcast falls due."""
        if not await self.on_hold() and len(await self.runs()) < RUNS:
            await self.home.run(f"so-{self.home.now}")

    async def send(self, one: int) -> None:
        """The sender goes a step: some are accepted, and that is written down."""
        for row in await self.claimed(1 + one % 3):
            await self.home.settle(row)

    async def crash(self, one: int) -> None:
        """It dies when the platform has accepted and nothing is written down yet."""
        await self.claimed(1 + one % 3)
        async with self.database.write() as conn:
            await recovery.recover(conn, ACCOUNT, self.home.now)

    async def confirm(self, one: int) -> None:
        """Somebody taps what they have."""
        sent = select(delivery.c.id, delivery.c.member_id).where(delivery.c.state.in_(["sent", "uncertain"]))
        async with self.database.write() as conn:
            rows = list(await conn.execute(sent.where(delivery.c.member_id.is_not(None))))
            if rows:
                row = rows[one % len(rows)]
                await deliveries.acknowledge(conn, row.id, row.member_id, self.home.now)

    async def decide(self, one: int) -> None:
        """An operator has what is in doubt sent once more, or taken as arrived."""
        for run_id in await self.runs():
            doubtful = delivery.c.run_id == run_id, delivery.c.state == "uncertain"
            async with self.database.write() as conn:
                before = dict(
                    (await conn.execute(select(delivery.c.id, delivery.c.member_id).where(*doubtful))).all()
                )
                await deliveries.resolve(conn, run_id, "pending" if one % 2 else "accepted", self.home.now)
                after = {row[0] for row in await conn.execute(select(delivery.c.id).where(*doubtful))}
            for member_id in (number for row_id, number in before.items() if row_id not in after):
                self.permitted[run_id, self.whose.get(member_id, "")] += one % 2

    async def resume(self, one: int) -> None:
        """An operator lets paused broadcasts go on."""
        for broadcast_id in [
            run.broadcast_id for run in [await self.home.look(n) for n in await self.runs()]
        ]:
            async with self.database.write() as conn:
                await broadcasts.set_state(conn, broadcast_id, "scheduled")

    async def back_up(self, one: int) -> None:
        """A copy is made."""
        if len(self.copies) < BACKUPS:
            path = self.folder / f"copy-{len(self.copies)}"
            await asyncio.to_thread(backup.copy, self.database, path)
            self.copies.append(path)

    async def restore(self, one: int) -> None:
        """A copy is put back; now and then the store as it was is lost, and the journal alone is left."""
        if not self.copies:
            return
        if one % 4 == 3 and self.database.path is not None:
            await self.database.close()
            for path in self.folder.glob("store.db*"):
                if path.name in ("store.db", "store.db-wal", "store.db-shm"):
                    path.unlink()
        done = await acts.restore(self.database, self.copies[one % len(self.copies)], self.home.now, ZONE)
        assert done.erased is not None
        await self.database.close()
        self.database = self.home.database = Database(f"sqlite:///{self.folder}/store.db")  # as `run` does
        await self.nobody_is_back()

    async def by_hand(self, one: int) -> None:
        """Somebody copies a file into the store's place, and starts the program."""
        if not self.copies:
            return
        await self.database.close()
        for name in ("store.db", "store.db-wal", "store.db-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copy(self.copies[one % len(self.copies)], self.folder / "store.db")
        self.database = self.home.database = Database(f"sqlite:///{self.folder}/store.db")
        await acts.take_departures(self.database, self.home.now)
        await acts.doubt_if_older(self.database, [ACCOUNT], self.home.now, ZONE)
        await self.nobody_is_back()

    async def nobody_is_back(self) -> None:
        """Who is in has said so last."""
        async with self.database.read() as conn:
            there = {row[0] for row in await conn.execute(select(endpoint.c.chat_id))}
        assert there <= self.inside, "somebody who left is back"

    async def counted(self) -> None:
        """Something is about to be sent."""
        count = epoch.Epoch(self.database, ACCOUNT)
        async with self.database.write() as conn:
            await count.advance(conn)
        count.mark()
        count.close()

    async def release(self, one: int) -> None:
        """An operator has looked."""
        async with self.database.write() as conn:
            await acts.release(conn, self.home.now)

    async def claimed(self, count: int) -> list[Any]:
        """Claim some rows, as a sender may, and have the platform accept them."""
        if await self.on_hold():
            return []
        rows = [row for run_id in await self.runs() for row in await self.home.queue(run_id)][:count]
        await self.home.claim(rows)
        await self.counted()
        for row in rows:
            name = self.whose[row.member_id]
            assert row.chat_id == name, "made for somebody else"
            assert name in self.inside, "sent to who left"
            self.accepted[row.run_id, name] += 1
            allowed = 1 + self.permitted[row.run_id, name]
            assert self.accepted[row.run_id, name] <= allowed, "twice without a word"
        return rows

    async def number_of(self, name: str) -> int | None:
        async with self.database.read() as conn:
            found = await members.at(conn, ACCOUNT, name)
        return None if found is None else found.id

    async def runs(self) -> list[int]:
        async with self.database.read() as conn:
            found = select(delivery.c.run_id).where(delivery.c.run_id.is_not(None)).distinct()
            return sorted(row[0] for row in await conn.execute(found))

    async def on_hold(self) -> bool:
        async with self.database.read() as conn:
            return await hold.held(conn) is not None


async def made(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    await schema.migrate(database)
    await scene(database)
    await database.close()


@pytest.mark.timeout(7200 if SOAK else 600)
def test_whatever_is_put_back_nothing_goes_twice_nor_to_who_left(tmp_path: Path) -> None:
    template = tmp_path / "template.db"
    asyncio.run(made(template))
    run_state_machine_as_test(lambda: RestoreMachine(template), settings=PROFILE)
