"""`audit list`: who did what, and the brake on a store whose log does not say where yet."""

import asyncio
from pathlib import Path

from bot.storage import schema
from bot.storage.database import Database
from tests.cli.test_member import CONTENT, Shell


def test_acts_are_listed_newest_first_by_unit_and_day(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    assert shell.run("member", "suspend", "3", "--yes")[0] == 0
    assert shell.run("member", "reinstate", "3")[0] == 0
    code, found = shell.run("audit", "list")
    assert code == 0
    assert [one["act"] for one in found] == ["members.reinstate", "members.suspend"]
    assert found[0]["subject"] == "member:3"
    assert found[0]["subject_name"] == "Chi Xóa Tên"
    assert (found[0]["name"], found[0]["unit"]) == ("(operator)", "24169")
    assert [one["id"] for one in shell.run("audit", "list", "--unit", "66", "--limit", "1")[1]] == [2]
    assert [one["id"] for one in shell.run("audit", "list", "--before", "2")[1]] == [1]
    assert shell.run("audit", "list", "--unit", "24133")[1] == []
    assert shell.run("audit", "list", "--since", "1/1/2099")[1] == []
    assert shell.run("audit", "list", "--unit", "nowhere")[0] == 1
    assert shell.run("audit", "list", "--since", "hôm qua")[0] == 2


def test_somebody_is_suspended_on_a_store_that_is_older(tmp_path: Path) -> None:
    shell, newer = Shell(tmp_path), tmp_path / "x.db"
    shell.db = tmp_path / "older.db"
    shell.content(CONTENT)

    async def make() -> None:
        database = Database(f"sqlite:///{shell.db}")
        async with database.write() as conn:
            await conn.run_sync(lambda connection: schema.upgrade(connection, "0030"))
        await database.close()

    asyncio.run(make())
    with shell.connect() as db:
        db.execute("ATTACH ? AS newer", (str(newer),))
        for table in ("account", "unit", "member", "member_role", "endpoint"):
            columns = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}")
    assert shell.run("member", "suspend", "3", "--yes")[0] == 0
    with shell.connect() as db:
        assert list(db.execute("SELECT act, subject FROM audit")) == [("members.suspend", "member:3")]
