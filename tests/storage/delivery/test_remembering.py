"""What the ledger remembers of a delivery: where its member stood, what it said, and every message of it."""

from sqlalchemy import select, update

from bot.core.people.units import Level, Unit
from bot.core.talk.message import Message
from bot.storage.database import Database
from bot.storage.delivery import progress
from bot.storage.guidance import editions
from bot.storage.people import units
from bot.storage.tables import delivery, member
from tests.storage.scene import ACCOUNT, PATHS, UNITS, scene


async def test_moving_a_commune_and_a_member_changes_no_finished_figure(database: Database) -> None:
    home = await scene(database)
    moves, _ = await home.member("an", "24169"), await home.member("binh", "24133")
    run = await home.run()
    async with database.write() as conn:
        before = sorted(await progress.by_unit(conn, run.id), key=str)
        elsewhere = Unit(code="24133", name="Buôn Ma Thuột", level=Level.COMMUNE, parent="67")
        await units.synchronise(conn, [elsewhere if one.code == "24133" else one for one in UNITS])
        await conn.execute(update(member).where(member.c.id == moves).values(unit="67"))
        after = sorted(await progress.by_unit(conn, run.id), key=str)
    assert after == before
    assert {one.path for one in after} == {PATHS["24169"], PATHS["24133"]}
    assert run.place == PATHS["66"]


async def test_every_parts_message_is_kept_in_order(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    ids = []
    for _ in range(3):
        (row,) = await home.queue(run.id)
        await home.claim([row])
        await home.settle(row, parts=3, message_id=f"m{row.part}")
        ids.append(row.id)
    async with database.read() as conn:
        columns = delivery.c.account, delivery.c.chat_id, delivery.c.earlier, delivery.c.message_id
        kept = (await conn.execute(select(*columns).where(delivery.c.id == ids[0]))).one()
        assert tuple(kept) == (ACCOUNT, "an", "m0\nm1", "m2")
    assert await home.states(run.id) == {"sent": 1}


async def test_a_run_planned_again_with_the_same_words_shares_its_edition(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    rows = []
    for _ in range(2):
        home.now += 1
        run = await home.run()
        rows += await home.queue(run.id)
    async with database.read() as conn:
        assert isinstance(await editions.get(conn, rows[0].edition_id or 0), Message)
    assert rows[0].edition_id == rows[1].edition_id
