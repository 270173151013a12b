"""The schema made fresh is the schema migrated."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.core.kernel.errors import StorageError
from bot.core.kernel.richtext import paragraph
from bot.core.talk.message import Message
from bot.storage import schema
from bot.storage.database import Database
from bot.storage.guidance import broadcasts, editions
from bot.storage.succession import FOLLOWS, STAYS
from bot.storage.tables import metadata

COLUMNS = "id, account, chat_id, priority, state, not_before, attempts, part, resent, reason, created_at"


def _described(connection: Connection) -> dict[str, Any]:
    found = inspect(connection)
    return {
        table: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(table)},
            "indexes": sorted(
                (i["name"], tuple(i["column_names"]), i["unique"]) for i in found.get_indexes(table)
            ),
            "unique": sorted(str(sorted(u["column_names"])) for u in found.get_unique_constraints(table)),
            "foreign": sorted(str(sorted(f["constrained_columns"])) for f in found.get_foreign_keys(table)),
            "checks": sorted(c["name"] or "" for c in found.get_check_constraints(table)),
        }
        for table in sorted(found.get_table_names())
        if table != "alembic_version"
    }


async def test_a_fresh_schema_equals_a_migrated_one(database: Database) -> None:
    async with database.write() as conn:
        migrated = await conn.run_sync(_described)
        differences = await conn.run_sync(
            lambda c: compare_metadata(MigrationContext.configure(c, opts={"compare_type": True}), metadata)
        )
        await conn.run_sync(metadata.drop_all)
        await conn.run_sync(metadata.create_all)
        fresh = await conn.run_sync(_described)
    assert differences == []
    assert fresh == migrated


def test_every_numbered_table_gives_a_number_once() -> None:
    numbered = [table for table in metadata.sorted_tables if "id" in table.primary_key.columns]
    assert len(numbered) > 10
    assert [table.name for table in numbered if not table.dialect_options["sqlite"]["autoincrement"]] == []


def test_every_column_that_names_a_unit_is_known_to_follow_or_to_stay() -> None:
    """A new one that says where something is goes to FOLLOWS, and is moved there; any other to STAYS."""
    names = {
        f"{table.name}.{key.parent.name}"
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == "unit.code"
    }
    assert names | {"submission.desk"} == FOLLOWS | STAYS
    assert not FOLLOWS & STAYS


async def test_the_number_of_a_deleted_row_is_never_given_again(database: Database) -> None:
    values = "(name, media_type, size) VALUES ('a', 'x/y', 1)"
    async with database.write() as conn:
        given = [
            (await conn.execute(text(f"INSERT INTO file {values} RETURNING id"))).scalar_one()
            for _ in range(3)
        ]
        await conn.execute(text("DELETE FROM file"))
        after = (await conn.execute(text(f"INSERT INTO file {values} RETURNING id"))).scalar_one()
    assert after > max(given)


@pytest.mark.parametrize("statement", ["DELETE FROM audit", "UPDATE audit SET actor = 'nobody'"])
@pytest.mark.parametrize("fresh", [False, True])
async def test_a_line_of_the_audit_log_is_there_for_good(
    database: Database, statement: str, fresh: bool
) -> None:
    async with database.write() as conn:
        if fresh:
            await conn.run_sync(metadata.drop_all)
            await conn.run_sync(metadata.create_all)
        values = "(at, actor, act, subject, detail) VALUES (0, 'cli', 'x', 'y', '')"
        await conn.execute(text(f"INSERT INTO audit {values}"))
    with pytest.raises(DBAPIError, match="the audit log is only added to"):
        async with database.write() as conn:
            await conn.execute(text(statement))
    async with database.read() as conn:
        assert (await conn.execute(text("SELECT actor FROM audit"))).scalars().all() == ["cli"]


async def test_lines_of_an_older_audit_log_say_where(empty_url: str) -> None:
    database = Database(empty_url)
    lines = [
        ("unit:66", ""),
        ("member:1", "unit:24169; role"),
        ("report:X", "unit:1 to unit:2"),
        ("store", ""),
    ]
    async with database.write() as conn:
        await conn.run_sync(lambda connection: schema.upgrade(connection, "0031"))
        insert = "INSERT INTO audit (at, actor, act, subject, detail) VALUES (0, 'cli', 'x', :s, :d)"
        await conn.execute(text(insert), [{"s": subject, "d": detail} for subject, detail in lines])
    await schema.migrate(database)
    async with database.read() as conn:
        found = (await conn.execute(text("SELECT unit FROM audit ORDER BY id"))).scalars().all()
    assert found == ["66", "24169", "1", ""]
    await database.close()


async def test_numbers_an_older_store_gave_and_forgot_are_not_given_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/older.db")
    async with database.write() as conn:
        await conn.run_sync(lambda connection: schema.upgrade(connection, "0002"))
        await conn.execute(text("INSERT INTO account (name, kind, state) VALUES ('a', 'webchat', 'open')"))
        await conn.execute(text("INSERT INTO unit VALUES ('66', 'Đắk Lắk', 'TINH', NULL, '/66/')"))
        for number in (7, 900):
            await conn.execute(
                text(f"INSERT INTO member VALUES ({number}, 'An', '66', 'vi', 'active', '1', 0, 'x', 0)")
            )
        await conn.execute(text("INSERT INTO member_role VALUES (7, 'administrator')"))
        await conn.execute(
            text(
                "INSERT INTO file (id, name, media_type, size, until) VALUES (1, 'a.png', 'image/png', 1, 5)"
            )
        )
        await conn.execute(
            text("INSERT INTO file (id, name, media_type, size, owner) VALUES (2, 'a.json', 'x/y', 1, 7)")
        )
        await conn.execute(text("DELETE FROM member WHERE id = 900"))
    await schema.migrate(database)
    async with database.write() as conn:
        kept = (await conn.execute(text("SELECT member_id, role FROM member_role"))).all()
        files = (await conn.execute(text("SELECT id, owner FROM file"))).all()
        new = "name, unit, language, state, consent_version, consent_at, consent_method, created_at"
        values = "'Bình', '66', 'vi', 'active', '1', 0, 'x', 0"
        added = await conn.execute(text(f"INSERT INTO member ({new}) VALUES ({values}) RETURNING id"))
        number = added.scalar_one()
    assert (kept, files) == ([(7, "administrator")], [(2, 7)])
    assert number > 900
    assert await database.check() == []
    with pytest.raises(IntegrityError):
        async with database.write() as conn:
            await conn.execute(text("INSERT INTO member_role VALUES (8, 'editor')"))
    await database.close()


async def test_partial_indexes_are_the_same_to_the_letter(tmp_path: Path) -> None:
    texts = []
    for name in ("fresh", "migrated"):
        database = Database(f"sqlite:///{tmp_path}/{name}.db")
        if name == "migrated":
            await schema.migrate(database)
        else:
            async with database.write() as conn:
                await conn.run_sync(metadata.create_all)
        async with database.read() as conn:
            rows = await conn.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'")
            )
            texts.append({row.name: row.sql for row in rows})
        await database.close()
    assert texts[0] == texts[1]
    assert "ix_delivery_queue" in texts[0]


def test_migrations_are_numbered_and_follow_one_another() -> None:
    script = ScriptDirectory(str(schema.MIGRATIONS))
    chain = [(one.revision, one.down_revision) for one in script.walk_revisions()][::-1]
    assert [revision for revision, _ in chain] == schema.revisions()
    assert [before for _, before in chain] == [None, *schema.revisions()[:-1]]


async def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    database = Database(empty_url)
    await schema.migrate(database)
    await schema.migrate(database)
    async with database.read() as conn:
        assert await conn.run_sync(schema.current) == schema.head()
    await database.close()


async def test_a_newer_schema_is_refused_with_advice(database: Database) -> None:
    async with database.write() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer than this program"):
        await schema.migrate(database)


async def test_a_migration_that_is_cut_short_leaves_nothing_behind(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(empty_url)

    def cut(connection: Connection) -> None:
        metadata.tables["unit"].create(connection)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        async with database.write() as conn:
            await conn.run_sync(cut)
    async with database.read() as conn:
        assert await conn.run_sync(lambda c: inspect(c).get_table_names()) == []
    await schema.migrate(database)
    await database.close()


async def test_what_stands_in_an_older_ledger_stands_in_the_newer(empty_url: str) -> None:
    database = Database(empty_url)
    async with database.write() as conn:
        await conn.run_sync(lambda connection: schema.upgrade(connection, "0001"))
        await conn.execute(text("INSERT INTO account (name, kind, state) VALUES ('a', 'webchat', 'open')"))
        for number, state in enumerate(("pending", "sent", "uncertain"), 1):
            values = f"({number}, 'a', 'c', 0, '{state}', 0, 0, 0, FALSE, 'timeout', 0)"
            await conn.execute(text(f"INSERT INTO delivery ({COLUMNS}) VALUES {values}"))
        before = (await conn.execute(text("SELECT * FROM delivery ORDER BY id"))).mappings().all()
    await schema.migrate(database)
    async with database.read() as conn:
        after = (await conn.execute(text("SELECT * FROM delivery ORDER BY id"))).mappings().all()
    new = {"earlier": None, "edition_id": None, "place": None}
    assert [dict(row) for row in after] == [{**row, **new} for row in before]
    with pytest.raises(IntegrityError):
        async with database.write() as conn:
            await conn.execute(text("UPDATE delivery SET state = 'lost' WHERE id = 1"))
    await database.close()


async def test_broadcasts_of_an_older_store_mean_whom_the_content_says(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/older.db")
    async with database.write() as conn:
        await conn.run_sync(lambda connection: schema.upgrade(connection, "0003"))
        await conn.execute(text("INSERT INTO unit VALUES ('66', 'Đắk Lắk', 'TINH', NULL, '/66/')"))
        await conn.execute(text("INSERT INTO briefing VALUES (1, 'x', 1, 'd', 't', '{}', '', 0)"))
        await conn.execute(
            text(
                "INSERT INTO broadcast (id, briefing_id, unit, topic, roles, schedule, urgent, "
                "late_limit_ms, expiry_ms, state, planned_to, created_at) VALUES "
                "(7, 1, '66', 't', 'reporter', :schedule, false, 1, 1, 'finished', 9, 0)"
            ),
            {"schedule": '{"kind": "once", "at": 5}'},
        )
    await schema.migrate(database)
    async with database.read() as conn:
        row = await broadcasts.get(conn, 7)
    await database.close()
    assert row is not None
    assert (row.promised, row.audience, row.roles) == (None, None, "reporter")


async def test_keys_and_cursors_that_were_numbers_become_their_digits(empty_url: str) -> None:
    database = Database(empty_url)
    async with database.rebuild() as conn:
        await conn.run_sync(lambda connection: schema.upgrade(connection, "0005"))
        columns = 'name, kind, state, "offset"'
        await conn.execute(text(f"INSERT INTO account ({columns}) VALUES ('a', 'x', 'open', 730000001)"))
        for number in (730000000, 12):
            columns = "account, update_id, chat_id, state, attempts, received_at"
            await conn.execute(
                text(f"INSERT INTO inbox ({columns}) VALUES ('a', {number}, '5', 'new', 0, 0)")
            )
        await conn.execute(text("DELETE FROM inbox WHERE update_id = 12"))
    await schema.migrate(database)
    async with database.write() as conn:
        ((first, key),) = (await conn.execute(text("SELECT id, update_key FROM inbox"))).all()
        cursor = (await conn.execute(text("SELECT cursor FROM account"))).scalar_one()
        columns = "account, update_key, chat_id, state, attempts, received_at"
        values = "('a', '730000000', '5', 'new', 0, 0), ('a', 'abc', '5', 'new', 0, 0)"
        insert = f"INSERT INTO inbox ({columns}) VALUES {values} ON CONFLICT DO NOTHING RETURNING id"
        ids = (await conn.execute(text(insert))).scalars().all()
    assert (key, cursor) == ("730000000", "730000001")
    assert len(ids) == 1, "the same update twice"
    assert ids[0] > first + 1, "a number was given again"
    await database.close()


async def test_what_platforms_said_becomes_a_reason_of_the_list(empty_url: str) -> None:
    database = Database(empty_url)
    said = {
        "Forbidden: bot was blocked by the user": "blocked",
        "gave up: Bad Request: chat not found": "gave up",
        "Chat not found": "not started",
        "timeout": "timeout",
        "stopped while sending": "stopped while sending",
        "no route for /bot4242:secret/sendmessage": "other",
    }
    async with database.rebuild() as conn:
        await conn.run_sync(lambda connection: schema.upgrade(connection, "0007"))
        await conn.execute(text("INSERT INTO account (name, kind, state) VALUES ('a', 'x', 'open')"))
        columns = "account, chat_id, priority, state, not_before, attempts, part, resent, created_at, reason"
        insert = (
            f"INSERT INTO delivery ({columns}) VALUES ('a', '5', 0, 'failed', 0, 1, 0, false, 0, :reason)"
        )
        await conn.execute(text(insert), [{"reason": one} for one in said])
        await conn.execute(text(insert), {"reason": None})
    await schema.migrate(database)
    async with database.read() as conn:
        kept = (await conn.execute(text("SELECT reason FROM delivery ORDER BY id"))).scalars().all()
    await database.close()
    assert kept == [*said.values(), None]


async def test_what_an_older_ledger_delivered_names_its_edition_and_its_place(empty_url: str) -> None:
    database = Database(empty_url)
    statements = (
        "INSERT INTO account (name, kind, state) VALUES ('a', 'webchat', 'open')",
        "INSERT INTO unit (code, name, level, path) VALUES ('66', 'Đắk Lắk', 'TINH', '/66/')",
        "INSERT INTO member VALUES (7, 'An', '66', 'en', 'active', '1', 0, 'x', 0)",
        "INSERT INTO briefing VALUES (1, 'mot', 1, 'd', 't', '{}', '', 0)",
        "INSERT INTO broadcast (id, briefing_id, unit, topic, roles, schedule, urgent, late_limit_ms, "
        "expiry_ms, state, planned_to, created_at) "
        "VALUES (1, 1, '66', 't', '', '{}', FALSE, 0, 0, 'finished', 0, 0)",
        "INSERT INTO run (id, broadcast_id, at, state, audience, planned_from, expires_at, priority, "
        "created_at) VALUES (1, 1, 0, 'running', 2, 7, 9, 2, 5)",
        f"INSERT INTO delivery (run_id, member_id, {COLUMNS}) "
        "VALUES (1, 7, 1, 'a', 'c', 2, 'pending', 0, 0, 0, FALSE, NULL, 0)",
        f"INSERT INTO delivery (run_id, member_id, {COLUMNS}) "
        "VALUES (1, NULL, 2, 'a', NULL, 2, 'sent', 0, 0, 0, FALSE, NULL, 0)",
    )
    async with database.write() as conn:
        await conn.run_sync(lambda connection: schema.upgrade(connection, "0009"))
        for statement in statements:
            await conn.execute(text(statement.replace(":", r"\:")))
    await schema.migrate(database)
    async with database.write() as conn:
        rows = (await conn.execute(text("SELECT edition_id, place FROM delivery ORDER BY id"))).all()
        run_stood = (await conn.execute(text("SELECT place FROM run"))).scalar_one()
        unwritten = await editions.unwritten(conn)
        await editions.write(conn, 1, Message(text=(paragraph("Xin chào"),)))
        assert await editions.unwritten(conn) == []
        said = await editions.get(conn, 1)
    assert (rows, run_stood) == ([(1, "/66/"), (None, None)], "/66/")
    assert unwritten == [(1, 1, "en", False)]
    assert said is not None
    assert said.text[0].plain() == "Xin chào"
    await database.close()
