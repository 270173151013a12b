"""The files in which a store keeps its tables, to search them for what should be gone."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database


async def holding(database: Database, words: Iterable[str]) -> list[str]:
    """Which of these words stand in which file of a store: SQLite's with its log, a server's of each table.

    Skips where the server's files cannot be read from here.
    """
    found = []
    for path, name in (await _files(database)).items():
        data = path.read_bytes()
        found += [f"{name}: {word}" for word in words if word.encode() in data]
    return found


def _pieces(path: Path) -> list[Path]:
    """A table above 1 GiB goes on in files of its name and a number."""
    return [one for one in path.parent.glob(f"{path.name}.*") if one.suffix[1:].isdigit()]


async def _files(database: Database) -> dict[Path, str]:
    """Files, with the names by which they are known: a server's are those of tables and indexes."""
    if database.path is not None:
        return {path: path.name for path in sorted(database.path.parent.rglob("*")) if path.is_file()}
    async with database.write() as conn:
        await conn.execute(text("CHECKPOINT"))  # what is in memory goes into the files
    async with database.read() as conn:
        folder = Path(str((await conn.execute(text("SHOW data_directory"))).scalar_one()))
        places = await conn.execute(
            text("SELECT relname, pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't')")
        )
        first = {folder / path: str(name) for name, path in places if path}
    try:
        return {
            part: name for path, name in first.items() for part in [path, *_pieces(path)] if part.exists()
        }
    except PermissionError:
        pytest.skip("the server's files cannot be read from here")
