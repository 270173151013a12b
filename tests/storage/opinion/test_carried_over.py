"""Reports kept before answers stood by field are the same reports afterwards."""

from sqlalchemy import text

from bot.storage import schema
from bot.storage.database import Database
from bot.storage.opinion import counting, opinions
from bot.storage.opinion.opinions import Kept
from bot.storage.tables import metadata

MEMBER = "'An', '66', 'vi', 'active', '1', 0, 'x', 0"
MEMBER_COLUMNS = "name, unit, language, state, consent_version, consent_at, consent_method, created_at"
REPORT = "'66', 'tet', 'DTTS', 'BAN_KHOAN', 'NHIEU', 'Lo Tết', '', 'KHAN', false, '2026-11-02'"
REPORT_COLUMNS = "unit, topic, people, tendency, scale, content, proposal, urgency, sample, day"


async def test_reports_and_their_authors_are_carried_over(database: Database) -> None:
    async with database.write() as conn:
        await conn.run_sync(metadata.drop_all)
        await conn.execute(text("DROP TABLE alembic_version"))
        await conn.run_sync(lambda connection: schema.upgrade(connection, "0006"))
        await conn.execute(
            text("INSERT INTO unit (code, name, level, path) VALUES ('66', 'Đắk Lắk', 'TINH', '/66/')")
        )
        made = text(f"INSERT INTO member ({MEMBER_COLUMNS}) VALUES ({MEMBER}) RETURNING id")
        member = (await conn.execute(made)).scalar_one()
        for code in ("DL-AAAAAA", "DL-BBBBBB"):
            made = text(
                f"INSERT INTO opinion (code, {REPORT_COLUMNS}) VALUES ('{code}', {REPORT}) RETURNING id"
            )
            number = (await conn.execute(made)).scalar_one()
            await conn.execute(text(f"INSERT INTO opinion_author VALUES ({number}, {member}, '2027-01-01')"))
        await conn.execute(text(f"DELETE FROM opinion WHERE id = {number}"))
    await schema.migrate(database)
    async with database.write() as conn:
        (one,) = await opinions.page(conn, "", 9)
        assert (one.code, one.form_version, one.unit, one.day) == ("DL-AAAAAA", "", "66", "2026-11-02")
        assert one.answers == {
            "topic": "tet",
            "people": "DTTS",
            "tendency": "BAN_KHOAN",
            "scale": "NHIEU",
            "content": "Lo Tết",
            "urgency": "KHAN",
        }
        assert await opinions.by_author(conn, member) == ["DL-AAAAAA"]
        assert await counting.count(conn, "/66/", "2026-11-01", "2026-11-30") == 1
        await opinions.add(conn, Kept("DL-CCCCCC", "v", "66", "2026-11-03", {}), None, "2026-11-03")
        newest = (await conn.execute(text("SELECT max(id) FROM submission"))).scalar_one()
    assert newest > number
