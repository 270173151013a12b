"""What a server's files still hold of who left: old versions of rows, until their tables are written anew.

SQLite needs none of this: it overwrites (`database.leave_no_trace`).
"""

import structlog
from sqlalchemy import Text, delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.accounts.tables import setting
from bot.storage.database import Database
from bot.storage.dialect import upsert
from bot.storage.failures import transient
from bot.storage.tables import metadata

log = structlog.get_logger()
OWED, OWED_LARGE = "residue", "residue_large"
LITTLE = 64 * 1024 * 1024  # bytes: a larger table would be locked for too long by day
MUCH = 2 * 1024 * 1024 * 1024  # and one above this for too long at any time: half a minute
PATIENCE = "1s"  # for a table's lock; meanwhile others wait behind it
# A table that is written anew takes along what an older transaction, anywhere on the server, may still see.
PAST = text("""
    SELECT pg_snapshot_xmin(pg_current_snapshot()) > CAST(CAST(:number AS text) AS xid8)
    AND NOT EXISTS (
        SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()
        AND age(backend_xmin) >= age(CAST(CAST(CAST(:number AS text) AS xid8) AS xid))
    )
""")


async def owe(conn: AsyncConnection) -> None:
    """This transaction removes somebody: what is left of them in the files is to go soon."""
    if conn.dialect.name != "sqlite":
        number = (await conn.execute(select(func.pg_current_xact_id().cast(Text)))).scalar_one()
        values = {"key": OWED, "value": number}
        await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))


async def clear(database: Database, quiet: bool = False) -> None:
    """Write anew what is owed; in a quiet hour the tables too that would be locked for long by day.

    What is locked just then, or still seen by an older transaction, is tried again at the next call.
    """
    if database.dialect == "sqlite":
        return
    if await _past(database, OWED):
        await _written_anew(database, OWED, 0, LITTLE)
    if quiet and await _past(database, OWED_LARGE):
        await _written_anew(database, OWED_LARGE, LITTLE, MUCH)


async def _past(database: Database, key: str) -> str | None:
    """The transaction that owes it, where nobody sees any more what it removed."""
    async with database.read() as conn:
        owed = (await conn.execute(select(setting.c.value).where(setting.c.key == key))).scalar_one_or_none()
        seen = owed is None or not (await conn.execute(PAST, {"number": owed})).scalar_one()
    return None if seen else owed


async def _written_anew(database: Database, key: str, above: int, most: int) -> None:
    """Every table of a size between the two (bytes); larger ones are owed until a quiet hour, or told of."""
    owed, larger = await _past(database, key), []
    try:
        async with database.alone() as conn:
            await conn.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}'")
            for table in metadata.tables:
                size = (await conn.exec_driver_sql(f"SELECT pg_total_relation_size('{table}')")).scalar_one()
                if size > most:
                    larger.append(table)
                elif size > above or not above:
                    await conn.exec_driver_sql(f'VACUUM (FULL) "{table}"')
    except DBAPIError as error:
        if not transient(error):
            raise
        log.info("what who left leaves in the files waits for its next turn", error=type(error.orig).__name__)
        return
    async with database.write() as conn:
        if larger and key == OWED and owed is not None:
            values = {"key": OWED_LARGE, "value": owed}
            await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))
        elif larger:
            log.warning("too large to be written anew: what was erased may stay in its file", tables=larger)
        await conn.execute(delete(setting).where(setting.c.key == key, setting.c.value == owed))
