"""The sender's statements find their rows by the partial indexes, however much was sent before.

SQLite chooses plans by what it knows of the tables; these have many rows sent and few that wait, as ours do.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import Priority, Transition
from bot.core.delivery.states import State as Stage
from bot.core.people.members import Role
from bot.core.talk.message import Message
from bot.core.talk.reply import EditReply
from bot.storage.database import Database
from bot.storage.delivery import claims, deliveries, fetching, recovery, replies, settling, yearly
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.delivery.settling import Settled
from bot.storage.dialect import _text, many
from bot.storage.people import members
from bot.storage.talk import inbox, sights
from tests.stores import store

SENT = 2_000
HOUSE = (
    "INSERT INTO account (name, kind, state) VALUES ('a', 'telegram', 'open')",
    "INSERT INTO unit (code, name, level, path) VALUES ('x', 'X', 'xa', 'x/')",
    "INSERT INTO briefing VALUES (1, 's', 1, '', 't', '', '', 0)",
    """INSERT INTO broadcast (id, briefing_id, unit, topic, roles, schedule, urgent, late_limit_ms, expiry_ms,
    state, planned_to, created_at) VALUES (1, 1, 'x', 't', '', '', 0, 0, 0, 'finished', 0, 0)""",
    """INSERT INTO run (id, broadcast_id, at, state, audience, planned_from, expires_at, priority, created_at)
    VALUES (1, 1, 0, 'running', 0, 0, 9, 2, 0)""",
)
FILL = """
INSERT INTO delivery
(run_id, account, chat_id, priority, state, not_before, attempts, part, resent, created_at)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
SELECT {run}, 'a', 'c' || i, 2, '{state}', 0, 0, 0, 0, 0 FROM n
"""


@pytest.fixture(params=[False, True], ids=["never analysed", "analysed"])
async def filled(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A store in which most has been sent."""
    async with store("sqlite", tmp_path) as database:
        async with database.write() as conn:
            for statement in HOUSE:
                await conn.exec_driver_sql(statement)
            for run in ("1", "NULL"):
                await conn.exec_driver_sql(FILL.format(count=SENT, run=run, state="sent"))
                for state in ("pending", "inflight", "retry"):
                    await conn.exec_driver_sql(FILL.format(count=20, run=run, state=state))
        if request.param:
            async with database.write() as conn:
                await conn.exec_driver_sql("ANALYZE")
        yield database


async def _plans(database: Database, work: Any) -> dict[str, list[str]]:
    """The plan of each statement that `work` makes: by its text, the plan's lines."""
    made: list[tuple[str, Any]] = []

    async with database.write() as conn:
        engine = conn.sync_connection

        def note(_c: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool) -> None:
            made.append((text, values[0] if many else values))

        event.listen(engine, "before_cursor_execute", note)
        await work(conn)
        event.remove(engine, "before_cursor_execute", note)
        found = {}
        for text, values in made:
            plan = await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", tuple(values))
            found[text] = [str(line[3]) for line in plan]
    assert found
    return found


def _row(number: int) -> ClaimedRow:
    return ClaimedRow(number, 1, None, "c", 2, None, 0, 0, False, 0)


async def _settle(conn: AsyncConnection) -> None:
    ends = (Transition(Stage.SENT, 1, 1), Transition(Stage.RETRY, 1, 0, 5, "throttled"))
    await settling.settle(conn, [Settled(_row(at), to, "1") for at, to in enumerate(ends, SENT + 21)], 7, 0)


async def _replaced(conn: AsyncConnection) -> None:
    edit = EditReply(message_id="5", message=Message())
    await many(conn, replies._REPLACED, [replies._row("a", "c7", edit, 0)])


LOOP = {
    "lanes": (lambda conn: claims.lanes(conn, "a"), "ix_delivery_reply"),
    "replies": (lambda conn: claims.replies(conn, "a", Priority.REPLY, 272), "ix_delivery_reply"),
    "of_run": (lambda conn: claims.of_run(conn, "a", 1, 272), "ix_delivery_queue"),
    "fetched": (lambda conn: claims.fetched(conn, "a", 272), "ix_delivery_fetched"),
    "fetching": (lambda conn: fetching.missed(conn, 1, "a", 5, spent=True), "ix_delivery_"),
    "promote": (lambda conn: claims.promote(conn, "a", 5), "ix_delivery_retry"),
    "unclaim": (lambda conn: recovery.unclaim(conn, "a", 7, ()), "ix_delivery_inflight"),
    "recover": (lambda conn: recovery.recover(conn, "a", 5), "ix_delivery_inflight"),
    "replaced": (_replaced, "ix_delivery_chat"),
    "has_open": (lambda conn: deliveries.has_open(conn, 1), "ix_delivery_"),
    "end_open": (lambda conn: deliveries.end_open(conn, 1, "skipped", "late", 100), "PRIMARY KEY"),
    "claim": (lambda conn: claims.claim(conn, [_row(SENT + 1), _row(SENT + 2)], 7), "PRIMARY KEY"),
    "doubts": (lambda conn: deliveries.reasons(conn, 1, "uncertain"), "ix_delivery_uncertain"),
    "resolve": (lambda conn: deliveries.resolve(conn, 1, "accepted", 5), "ix_delivery_uncertain"),
    "settle": (_settle, "PRIMARY KEY"),
    "of a year": (lambda conn: yearly.of_run(conn, 1, "x/"), "sqlite_autoindex_delivery_1"),
}


@pytest.mark.parametrize("name", LOOP)
async def test_rows_are_found_by_index(filled: Database, name: str) -> None:
    work, index = LOOP[name]
    for text, plan in (await _plans(filled, work)).items():
        assert not [line for line in plan if line.startswith("SCAN delivery")], (text, plan)
        searches = [line for line in plan if line.startswith("SEARCH delivery USING")]
        assert any(index in line for line in searches), (text, plan)


async def test_what_is_claimed_comes_in_order_without_sorting(filled: Database) -> None:
    for name in ("replies", "of_run"):
        for text, plan in (await _plans(filled, LOOP[name][0])).items():
            assert not [line for line in plan if "TEMP B-TREE" in line], (text, plan)


async def test_a_reply_looks_for_earlier_ones_of_its_chat_by_index(filled: Database) -> None:
    for text, plan in (await _plans(filled, LOOP["replies"][0])).items():
        earlier = [line for line in plan if "earlier" in line]
        assert len(earlier) == 1, (text, plan)
        assert "ix_delivery_chat" in earlier[0], (text, plan)


WAITING = 100_000
FILL_INBOX = f"""
INSERT INTO inbox (account, update_key, chat_id, state, attempts, payload, received_at)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {WAITING})
SELECT 'a', i, 'c' || i % 5000, 'new', 0, 'x', 0 FROM n
"""
HANDLING = {
    "waiting": (lambda conn: inbox.waiting(conn, 64), "inbox USING INDEX ix_inbox_new"),
    "close_all": (lambda conn: inbox.close_all(conn, [7, 8], 0), "inbox USING INTEGER PRIMARY KEY"),
    "failed": (lambda conn: inbox.failed(conn, 7, "KeyError", 3, 0), "inbox USING INTEGER PRIMARY KEY"),
    "sights": (lambda conn: sights.of(conn, [("a", "c1"), ("a", "c2")]), "endpoint USING INDEX"),
}


@pytest.mark.parametrize("name", HANDLING)
async def test_handling_costs_the_same_however_many_updates_wait(filled: Database, name: str) -> None:
    work, index = HANDLING[name]
    async with filled.write() as conn:
        await conn.exec_driver_sql(FILL_INBOX)
    for text, plan in (await _plans(filled, work)).items():
        for table in ("inbox", "endpoint", "member", "conversation"):
            full = [line for line in plan if line.startswith(f"SCAN {table}") and "ix_inbox_new" not in line]
            assert not full, (text, plan)
        assert "TEMP B-TREE" not in " ".join(line for line in plan if "inbox" in line), (text, plan)
        assert any(index in line for line in plan), (text, plan)


FILL_UNIT = (
    """INSERT INTO member (id, name, unit, language, state, consent_version, consent_at, consent_method,
    created_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    SELECT i, 'm' || i, 'x', 'vi', 'active', '', 0, '', 0 FROM n""",
    "INSERT INTO member_role SELECT id, 'communicator' FROM member",
    "INSERT INTO member_role SELECT id, 'editor' FROM member WHERE id < 4",
)


async def test_who_heads_a_desk_is_found_by_the_role_however_many_belong_to_the_unit(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        async with database.write() as conn:
            await conn.exec_driver_sql(HOUSE[1])
            for statement in FILL_UNIT:
                await conn.exec_driver_sql(statement)
            assert len(await members.with_role_over(conn, Role.EDITOR, "x/y/")) == 3
        for known in ("PRAGMA optimize", "ANALYZE"):
            async with database.write() as conn:
                await conn.exec_driver_sql(known)
            plans = await _plans(database, lambda conn: members.with_role_over(conn, Role.EDITOR, "x/y/"))
            for text, plan in plans.items():
                assert any("ix_member_role_role" in line for line in plan), (text, plan)


@pytest.mark.parametrize("known", ["as it was when nothing waited", "as it is"])
async def test_on_postgresql_a_claim_costs_the_same_however_many_replies_wait(
    tmp_path: Path, known: str
) -> None:
    """The server knows a table as it was; a plan made for a few rows compared each reply with all others."""
    fill = (
        "INSERT INTO delivery (account, chat_id, priority, state, act, not_before, attempts, part, resent,"
        f" created_at) SELECT 'a', 'c' || i, {int(Priority.REPLY)}, 'pending', '', 0, 0, 0, false, 0"
        " FROM generate_series(1, 2000) i"
    )
    async with store("postgres", tmp_path) as database:
        async with database.write() as conn:
            await conn.exec_driver_sql(HOUSE[0])
            for statement in (
                (fill, "ANALYZE delivery") if known == "as it is" else ("ANALYZE delivery", fill)
            ):
                await conn.exec_driver_sql(statement)
        async with database.write() as conn:
            assert len(await claims.replies(conn, "a", Priority.REPLY, 200)) == 200
        values = {"account": "a", "lane": int(Priority.REPLY), "most": 200}
        written = _text(conn, claims._REPLIES)
        async with database.write() as conn:
            plan = await conn.exec_driver_sql(f"EXPLAIN (ANALYZE) {written.text}", written.row(values))
            lines = [str(row[0]) for row in plan]
        assert not [line for line in lines if "Join" in line or "Seq Scan" in line], lines
        # For a table that it takes for empty, two indexes cost the server the same: with one it sorts what
        # waits, until it has looked at the table again.
        if known == "as it is" or not any("Sort" in line for line in lines):
            read = [line for line in lines if "rows=200 loops=1" in line and "Index Scan" in line]
            assert len(read) == 1, lines
            assert not [line for line in lines if "Sort" in line], lines
