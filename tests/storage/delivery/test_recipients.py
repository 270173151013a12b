"""The few rows of a large run that are to a unit's people: found one by one, on both databases."""

from typing import Any

import pytest
from sqlalchemy import event

from bot.core.delivery.recipients import Standing
from bot.core.kernel.values import Ms, UnitPath
from bot.storage.database import Database
from bot.storage.delivery import recipients
from tests.storage.scene import scene


@pytest.mark.parametrize("few", [recipients.FEW, 1])
async def test_what_went_to_a_unit_is_known_for_few_people_and_for_many(
    database: Database, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "FEW", few)
    home = await scene(database)
    for name in ("An", "Bình"):
        await home.member(name, "24169")
    await home.member("Chi", "24133")
    run = (await home.run()).id
    since = Ms(0)
    async with database.read() as conn:
        for path, there in (("/TW/66/24169/", True), ("/TW/66/24133/", True), ("/TW/66/24154/", False)):
            assert await recipients.touches(conn, run, UnitPath(path)) is there
            assert bool(await recipients.touching(conn, UnitPath(path), since, 5)) is there
        assert await recipients.touching(conn, UnitPath("/TW/66/"), since, 5) == []  # its own


async def test_a_units_rows_are_found_by_their_people(database: Database) -> None:
    home = await scene(database)
    for name in ("An", "Bình"):
        await home.member(name, "24169")
    await home.member("Chi", "24133")
    run = (await home.run()).id
    seen: list[tuple[str, Any]] = []
    async with database.read() as conn:

        def note(_c: Any, _cursor: Any, text: str, values: Any, *_: Any) -> None:
            seen.append((text, values))

        event.listen(conn.sync_connection, "before_cursor_execute", note)
        path = "/TW/66/24169/"
        assert sum(one.audience for one in await recipients.by_unit(conn, run, path)) == 2
        assert await recipients.size(conn, run, path) == 2
        assert await recipients.counts(conn, run, path) == [("pending", 2, 0)]
        assert await recipients.reasons(conn, run, path) == []
        assert await recipients.touches(conn, run, path)
        assert await recipients.touching(conn, path, 0, 5) == [run]
        assert await recipients.touching(conn, "/TW/66/", 0, 5) == []  # its own
        named = await recipients.own(conn, run, "24169", tuple(Standing), 0, 10)
        assert [one.name for one in named] == ["An", "Bình"]
        assert await recipients.count_own(conn, run, "24169", (Standing.READ, Standing.UNREAD)) == 0
        event.remove(conn.sync_connection, "before_cursor_execute", note)
        if conn.dialect.name != "sqlite":
            return
        for text, values in seen:
            plan = [str(row[3]) for row in await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
            found = [line for line in plan if line.startswith(("SCAN delivery", "SEARCH delivery"))]
            assert all("run_id=? AND member_id=?" in line for line in found), (text, plan)
