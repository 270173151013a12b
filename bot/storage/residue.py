"""What a server's files still hold of who left: old versions of rows, until their tables are written anew.

SQLite needs none of this: it overwrites (`database.leave_no_trace`).
"""

import json
from collections.abc import Iterable

import structlog
from sqlalchemy import ColumnElement, Text, delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Frozen, Ms
from bot.storage.accounts.tables import setting
from bot.storage.database import Database
from bot.storage.dialect import upsert
from bot.storage.failures import transient
from bot.storage.tables import metadata

log = structlog.get_logger()
OWED, OWED_LARGE = "residue", "residue_large"
SAMPLES = (
    "residue_samples"  # old samples of columns lie in the server's catalogue, until that is written anew
)
SINCE = "residue_since"  # when the first was owed that is not done
OWING = (OWED, OWED_LARGE, SAMPLES)
LEFT = "residue_left"  # tables that are too large, and under which numbers their files lay
LINKED = "residue_links"  # links to authors were cut, and are still in the files of these tables
LINKS = ("submission_author", "question_asker", "conversation", "offer")
LITTLE = 64 * 1024 * 1024  # bytes: a larger table would be locked for too long by day
MUCH = 2 * 1024 * 1024 * 1024  # and one above this for too long at any time: half a minute
PATIENCE = "1s"  # for a table's lock; meanwhile others wait behind it
NOW = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")
# A table that is written anew takes along what an older transaction, anywhere on the server, may still see.
PAST = text("""
    SELECT pg_snapshot_xmin(pg_current_snapshot()) > CAST(CAST(:number AS text) AS xid8)
    AND NOT EXISTS (
        SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()
        AND age(backend_xmin) >= age(CAST(CAST(CAST(:number AS text) AS xid8) AS xid))
    )
    -- Of who is just connecting, to any database, nothing is told but that a transaction is begun.
    AND NOT EXISTS (
        SELECT FROM pg_locks begun WHERE locktype = 'virtualxid' AND NOT EXISTS (
            SELECT FROM pg_stat_activity WHERE pid = begun.pid AND datname IS NOT NULL
        )
    )
""")

# Columns of words and files of which the planner's statistics hold values.
SAMPLED = text("""
    SELECT of.attname, format_type(of.atttypid, of.atttypmod)
    FROM pg_attribute of JOIN pg_stats sample ON sample.attname = of.attname
    WHERE of.attrelid = CAST(CAST(:table AS text) AS regclass) AND of.attnum > 0 AND NOT of.attisdropped
        AND sample.schemaname = current_schema() AND sample.tablename = CAST(:table AS text)
        AND of.atttypid IN (CAST('text' AS regtype), CAST('varchar' AS regtype), CAST('bytea' AS regtype))
""")


class Owed(Frozen):
    """What is erased and still in the server's files: since when (ms UTC), and the tables that are too large
    to be written anew by themselves."""

    since: Ms
    tables: tuple[str, ...] = ()


async def owe(conn: AsyncConnection) -> None:
    """This transaction removes somebody: what is left of them in the files is to go soon."""
    if conn.dialect.name != "sqlite":
        await _owe(conn, OWED)
        await _begin(conn)


async def owe_links(conn: AsyncConnection) -> None:
    """This transaction cuts links to authors: they are to go from the few files that hold them."""
    if conn.dialect.name != "sqlite":
        await _owe(conn, LINKED)


async def _owe(conn: AsyncConnection, what: str) -> None:
    number = (await conn.execute(select(func.pg_current_xact_id().cast(Text)))).scalar_one()
    values = {"key": what, "value": number}
    await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))


async def _begin(conn: AsyncConnection) -> None:
    since = {"key": SINCE, "value": str((await conn.execute(NOW)).scalar_one())}
    await conn.execute(upsert(conn, setting, since, keys=("key",)))


async def owed(conn: AsyncConnection) -> Owed | None:
    """What was removed and may still be in the files; None where all is done."""
    kept = await _kept(conn)
    if SINCE not in kept:
        return None
    return Owed(since=Ms(int(kept[SINCE])), tables=tuple(sorted(json.loads(kept.get(LEFT, "{}")))))


async def _kept(conn: AsyncConnection) -> dict[str, str]:
    keys = (*OWING, SINCE, LEFT)
    rows = await conn.execute(select(setting.c.key, setting.c.value).where(setting.c.key.in_(keys)))
    return {str(key): str(value) for key, value in rows}


async def clear(database: Database, quiet: bool = False) -> None:
    """Write anew what is owed; in a quiet hour the tables too that would be locked for long by day.

    What is locked just then, or still seen by an older transaction, is tried again at the next call.
    """
    if database.dialect == "sqlite":
        return
    if await past(database, OWED):
        await _written_anew(database, OWED, 0, LITTLE)
    if quiet and await past(database, OWED_LARGE):
        await _written_anew(database, OWED_LARGE, LITTLE, MUCH)
    if await past(database, LINKED):
        await _written_anew(database, LINKED, 0, MUCH, LINKS)
    if await past(database, SAMPLES):
        await _samples_written_anew(database)
    await _done(database)


async def _done(database: Database) -> None:
    """Nothing is owed any more once an operator has written anew what is too large to be by itself."""
    async with database.read() as conn:
        kept = await _kept(conn)
        left = json.loads(kept.get(LEFT, "{}"))
        lies = {table: await _lies(conn, table) for table in left}
    if SINCE in kept and not set(OWING) & set(kept) and not left.items() & lies.items():
        async with database.write() as conn:
            same = setting.c.key.in_((SINCE, LEFT))
            await conn.execute(delete(setting).where(same, ~_owes()))


def _owes() -> ColumnElement[bool]:
    other = setting.alias()
    return select(other.c.key).where(other.c.key.in_(OWING)).exists()


async def _lies(conn: AsyncConnection, table: str) -> int:
    """Under which number a table's file lies: another one once it is written anew."""
    return int((await conn.exec_driver_sql(f"SELECT pg_relation_filenode('{table}')")).scalar_one())


async def _sampled_anew(conn: AsyncConnection, table: str) -> None:
    """The server keeps samples of columns to plan by: of what was erased, too, until they are taken again.

    Of an empty table it takes none, and keeps the old ones; a column that is given its type has none.
    """
    await conn.exec_driver_sql(f'ANALYZE "{table}"')
    if not (await conn.execute(select(metadata.tables[table].select().exists()))).scalar_one():
        for column, kind in (await conn.execute(SAMPLED, {"table": table})).all():
            await conn.exec_driver_sql(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind}')


async def _samples_written_anew(database: Database) -> None:
    """The server's catalogue takes along what somebody may still see as well."""
    owed = await past(database, SAMPLES)
    try:
        async with database.alone() as conn:
            await conn.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}'")
            await conn.exec_driver_sql("VACUUM (FULL) pg_statistic")
    except DBAPIError as error:
        _waits(error)
        return
    async with database.write() as conn:
        await conn.execute(delete(setting).where(setting.c.key == SAMPLES, setting.c.value == owed))


def _waits(error: DBAPIError) -> None:
    if not transient(error):
        raise error
    log.info("what who left leaves in the files waits for its next turn", error=type(error.orig).__name__)


async def past(database: Database, key: str) -> str | None:
    """The transaction that owes it, where nobody sees any more what it removed."""
    async with database.read() as conn:
        owed = (await conn.execute(select(setting.c.value).where(setting.c.key == key))).scalar_one_or_none()
        seen = owed is None or not (await conn.execute(PAST, {"number": owed})).scalar_one()
    return None if seen else owed


async def _written_anew(
    database: Database, key: str, above: int, most: int, tables: Iterable[str] = metadata.tables
) -> None:
    """Each table of a size between the two (bytes); larger ones are owed until a quiet hour, or told of."""
    owed, larger = await past(database, key), []
    try:
        async with database.alone() as conn:
            await conn.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}'")
            for table in tables:
                size = (await conn.exec_driver_sql(f"SELECT pg_total_relation_size('{table}')")).scalar_one()
                if size > most:
                    larger.append(table)
                elif size > above or not above:
                    await conn.exec_driver_sql(f'VACUUM (FULL) "{table}"')
                    await _sampled_anew(conn, table)
    except DBAPIError as error:
        _waits(error)
        return
    async with database.write() as conn:
        await _owe(conn, SAMPLES)
        if larger and key == OWED and owed is not None:
            values = {"key": OWED_LARGE, "value": owed}
            await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))
        elif larger:
            log.warning("too large to be written anew: what was erased may stay in its file", tables=larger)
            lies = json.dumps({table: await _lies(conn, table) for table in larger})
            values = {"key": LEFT, "value": lies}
            await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))
            await _begin(conn)
        await conn.execute(delete(setting).where(setting.c.key == key, setting.c.value == owed))
