"""What a server's files still hold of who left: old versions of rows, until their tables are written anew.

SQLite needs none of this: it overwrites (`database.leave_no_trace`).
"""

from secrets import token_hex

import structlog
from sqlalchemy import delete, select
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


async def owe(conn: AsyncConnection) -> None:
    """This transaction removes somebody: what is left of them in the files is to go soon."""
    if conn.dialect.name != "sqlite":
        values = {"key": OWED, "value": token_hex(8)}
        await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))


async def clear(database: Database) -> None:
    """Write anew what is owed; tables that are too large are told to the log and only made ready for reuse.

    What is locked just then is tried again at the next call.
    """
    if database.dialect == "sqlite":
        return
    async with database.read() as conn:
        owed = (await conn.execute(select(setting.c.value).where(setting.c.key == OWED))).scalar_one_or_none()
    if owed is None:
        return
    try:
        async with database.alone() as conn:
            await conn.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}'")
            for table in metadata.tables:
                await _write_anew(conn, table)
    except DBAPIError as error:
        if not transient(error):
            raise
        return
    async with database.write() as conn:
        await conn.execute(delete(setting).where(setting.c.key == OWED, setting.c.value == owed))


async def _write_anew(conn: AsyncConnection, table: str) -> None:
    size = (await conn.exec_driver_sql(f"SELECT pg_total_relation_size('{table}')")).scalar_one()
    if size > LITTLE:
        log.warning("too large to be written anew: what was erased may stay in its file", table=table)
    await conn.exec_driver_sql(f'VACUUM {"(FULL)" if size <= LITTLE else ""} "{table}"')
