"""Numbers that a store gave and has forgotten, because a copy was put in its place, are not given again.

How high they had come is asked of the store as it was, and stands in a file beside it after each restore: the
same copy may be put back twice, and the store between may be lost.
"""

import os

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.core.kernel.errors import StorageError
from bot.storage.database import Database
from bot.storage.metadata import metadata

GAP = 1_000_000  # where the store as it was cannot be asked, it has given fewer since it was put in its place
NAME = "numbers"
_HIGHEST = {
    "sqlite": "SELECT max(seq) FROM sqlite_sequence",
    "postgresql": "SELECT max(last_value) FROM pg_sequences WHERE schemaname = current_schema()",
}


async def highest(database: Database) -> int:
    """How high they have come, by the store as it is and by the file. StorageError for a damaged file."""
    return max(_noted(database), await _given(database))


def _noted(database: Database) -> int:
    path = database.beside(NAME)
    try:
        return int(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise StorageError(f"{path} is damaged: it holds the highest number given so far; mend it") from error


async def _given(database: Database) -> int:
    if database.path is not None and not database.path.exists():
        return 0
    try:
        async with database.read() as conn:
            return int((await conn.execute(text(_HIGHEST[database.dialect]))).scalar_one() or 0)
    except SQLAlchemyError:  # it does not open, or has given none
        return 0


async def count_on(database: Database, above: int) -> None:
    """Begin far above all numbers that were ever given."""
    numbered = [table.name for table in metadata.sorted_tables if "id" in table.primary_key.columns]
    async with database.write() as conn:
        for table in numbered:
            values = {"gap": GAP, "above": above}
            if database.dialect == "sqlite":
                further = "UPDATE sqlite_sequence SET seq = max(seq, :above) + :gap WHERE name = :table"
                if (await conn.execute(text(further), {**values, "table": table})).rowcount == 0:
                    new = "INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :above + :gap)"
                    await conn.execute(text(new), {**values, "table": table})
            else:
                sequence = f"pg_get_serial_sequence('{table}', 'id')"
                last = f"(SELECT coalesce(max(id), 0) FROM {table})"  # noqa: S608 - names from the metadata
                given = f"greatest(nextval({sequence}), {last}, CAST(:above AS bigint))"
                further = f"SELECT setval({sequence}, {given} + CAST(:gap AS bigint))"
                await conn.execute(text(further), values)
    _note(database, await _given(database))


def _note(database: Database, number: int) -> None:
    path = database.beside(NAME)
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{number}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
