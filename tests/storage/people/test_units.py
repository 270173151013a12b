"""How a unit was named and where it stood is kept when it changes."""

from datetime import date

from bot.core.people.units import Level, Unit
from bot.storage.database import Database
from bot.storage.people import units

TOP = Unit(code="66", name="Đắk Lắk", level=Level.PROVINCE)
OTHER = Unit(code="67", name="Lâm Đồng", level=Level.PROVINCE)
EA_KAO = Unit(code="1", name="Xã Ea Kao", level=Level.COMMUNE, parent="66", decree="01/NQ")
RENAMED = EA_KAO.model_copy(
    update={"name": "Phường Ea Kao", "parent": "67", "since": date(2025, 7, 1), "decree": "1660/NQ-UBTVQH15"}
)


async def test_a_unit_is_found_as_it_was_on_a_day(database: Database) -> None:
    async with database.write() as conn:
        await units.synchronise(conn, [TOP, OTHER, EA_KAO], "2025-01-01")
        await units.synchronise(conn, [TOP, OTHER, RENAMED], "2026-11-26")
        before, after = await units.as_of(conn, "1", "2025-06-30"), await units.as_of(conn, "1", "2025-07-01")
        assert before is not None
        assert (before.name, before.path, before.until, before.decree) == (
            *("Xã Ea Kao", "/66/1/", "2025-07-01", "01/NQ"),
        )
        assert after is not None
        assert (after.name, after.path, after.decree) == ("Phường Ea Kao", "/67/1/", "1660/NQ-UBTVQH15")
        assert after == await units.get(conn, "1")


async def test_a_change_without_a_date_takes_effect_today_and_what_is_the_same_leaves_no_past(
    database: Database,
) -> None:
    async with database.write() as conn:
        for day in ("2026-01-01", "2026-01-02"):
            await units.synchronise(conn, [TOP, EA_KAO], day)
        await units.synchronise(conn, [TOP, EA_KAO.model_copy(update={"name": "Ea Kao"})], "2026-01-03")
        old, new = await units.as_of(conn, "1", "2026-01-02"), await units.as_of(conn, "1", "2026-01-03")
        assert old is not None
        assert new is not None
        assert (old.name, new.name) == ("Xã Ea Kao", "Ea Kao")


async def test_units_that_have_ended_are_not_offered_any_more(database: Database) -> None:
    ended = EA_KAO.model_copy(update={"until": date(2026, 9, 20)})
    async with database.write() as conn:
        await units.synchronise(conn, [TOP, ended], "2026-01-01")
        assert [row.code for row in await units.below(conn, "/66/", "2026-09-19")] == ["66", "1"]
        assert [row.code for row in await units.below(conn, "/66/", "2026-09-20")] == ["66"]
        assert [row.code for row in await units.below(conn, "/66/")] == ["66", "1"]
