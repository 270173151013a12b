"""The store's files are their owner's alone: made so, and made so again where they were not.

On PostgreSQL these are the key, the journal and the marks that stand outside it, in `app.data`.
"""

import os
import stat
from pathlib import Path

from bot.storage.database import Database

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def close_to_others(database: Database) -> None:
    """Take away what others may do with the store's files, and with the folder that holds them.

    A folder that is shared, or in which people work, stays as it is: `open_to_others` tells of it.
    """
    for path in _kept(database):
        if path.stat().st_uid == os.getuid():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


def open_to_others(database: Database) -> list[str]:
    """What of the store others on this machine may read or write, a line each."""
    return [f"{path} is open to others: chmod go= {path}" for path in _files(database) if _is_open(path)]


def _files(database: Database) -> list[Path]:
    own = database.own.resolve()
    if not own.parent.is_dir():
        return []
    named = (
        path for path in own.parent.iterdir() if path.name.startswith(own.name)
    )  # [ and * stand for themselves
    beside = [path for path in named if path.is_file() and not path.is_symlink()]
    return [own.parent, *sorted(beside)] if beside else []


def _kept(database: Database) -> list[Path]:
    folder, *files = _files(database) or [Path()]
    return [folder, *files] if files and not _is_shared(folder) else files


def _is_shared(folder: Path) -> bool:
    here = Path.cwd().resolve()
    worked_in = folder in (here, Path.home(), *here.parents)
    return worked_in or bool(folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH | stat.S_ISVTX))


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS)
