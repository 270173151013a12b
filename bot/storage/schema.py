"""Bringing a database to this program's schema. Alembic is loaded where there is something to migrate."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.core.kernel.errors import StorageError
from bot.storage.database import Database
from bot.storage.dialect import alone

MIGRATIONS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """The revisions this program knows, the oldest first: its migrations are numbered."""
    return sorted(path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def head() -> str:
    """The revision this program needs."""
    return revisions()[-1]


def current(connection: Connection) -> str | None:
    """The revision a database stands at, None where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def upgrade(connection: Connection, to: str) -> None:
    """Make every migration up to a revision."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


async def migrate(database: Database) -> None:
    """Bring the schema up to date, in one transaction. Raises StorageError for a newer schema.

    Of several processes that start at once one migrates, the others wait for it. Where there is nothing to
    migrate nobody waits: looking at all references of a large store takes longer than all else of a start.
    """
    async with database.read() as conn:
        if await conn.run_sync(current) == head():
            return
    async with database.rebuild() as conn:
        await alone(conn)
        at = await conn.run_sync(current)
        if at is not None and at not in revisions():
            raise StorageError(
                f"the database has schema {at}, which is newer than this program knows ({head()}): "
                "use the newer program, or restore the backup made before the upgrade"
            )
        if at != head():
            await conn.run_sync(upgrade, head())


async def missing(database: Database) -> bool:
    """Whether there is no store yet: no file, or a database without our tables. No file is made by asking."""
    if database.path is not None and not database.path.exists():
        return True
    async with database.read() as conn:
        return await conn.run_sync(current) is None


async def check(database: Database) -> str | None:
    """What is wrong with the schema, in words; None where it is up to date or empty."""
    async with database.read() as conn:
        at = await conn.run_sync(current)
    if at is None or at == head():
        return None
    return (
        f"schema {at} is older and will be migrated"
        if at in revisions()
        else f"schema {at} is newer than this program"
    )
