"""Bringing a database to this program's schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from bot.core.errors import StorageError
from bot.storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The revision this program needs."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise LookupError("there are no migrations")
    return found


def current(connection: Connection) -> str | None:
    """The revision a database stands at, None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


async def migrate(database: Database) -> None:
    """Bring the schema up to date, in one transaction. Raises StorageError for a newer schema."""

    def upgrade(connection: Connection) -> None:
        command.upgrade(_config(connection), "head")

    async with database.write() as conn:
        at = await conn.run_sync(current)
        if at == head():
            return
        try:
            await conn.run_sync(upgrade)
        except CommandError as error:
            raise StorageError(
                f"the database has schema {at}, which is newer than this program knows ({head()}): "
                "use the newer program, or restore the backup made before the upgrade"
            ) from error


async def check(database: Database) -> str | None:
    """What is wrong with the schema, in words; None where it is up to date or empty."""
    async with database.read() as conn:
        at = await conn.run_sync(current)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if at is None or at == head():
        return None
    return (
        f"schema {at} is older and will be migrated"
        if at in known
        else f"schema {at} is newer than this program"
    )
