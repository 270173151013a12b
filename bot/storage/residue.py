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
OWED = "residue"
LITTLE = 64 * 1024 * 1024  # bytes: a larger table would be locked for too long
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


async def clear(database: Database) -> None:
    """Write anew what is owed; tables that are too large are told to the log and only made ready for reuse.

    What is locked just then, or still seen by an older transaction, is tried again at the next call.
    """
    if database.dialect == "sqlite":
        return
    async with database.read() as conn:
        owed = (await conn.execute(select(setting.c.value).where(setting.c.key == OWED))).scalar_one_or_none()
        if owed is None or not (await conn.execute(PAST, {"number": owed})).scalar_one():
            return
    try:
        async with database.alone() as conn:
            await conn.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}'")
            for table in metadata.tables:
                await _write_anew(conn, table)
    except DBAPIError as error:
        if not transient(error):
            raise
        log.info("what who left leaves in the files waits for its next turn", error=type(error.orig).__name__)
        return
    async with database.write() as conn:
        await conn.execute(delete(setting).where(setting.c.key == OWED, setting.c.value == owed))


async def _write_anew(conn: AsyncConnection, table: str) -> None:
    size = (await conn.exec_driver_sql(f"SELECT pg_total_relation_size('{table}')")).scalar_one()
    if size > LITTLE:
        log.warning("too large to be written anew: what was erased may stay in its file", table=table)
    await conn.exec_driver_sql(f'VACUUM {"(FULL)" if size <= LITTLE else ""} "{table}"')
