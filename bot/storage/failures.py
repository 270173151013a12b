"""What an error of the store means: whether it can go on, and whether another try may do."""

import sqlite3
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError, TimeoutError

# SQLite's primary result codes: https://www.sqlite.org/rescode.html
FATAL = {
    sqlite3.SQLITE_FULL: "the disk is full: make room",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written: check it",
    sqlite3.SQLITE_READONLY: "the database is read-only: check the rights on the file and its folder",
    sqlite3.SQLITE_CORRUPT: "the database is damaged: restore the last backup",
    sqlite3.SQLITE_NOTADB: "the file is not a database: check the path",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened: check the path and the rights on its folder",
}
PASSING = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT),
        *(sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_SCHEMA),
    }
)
# PostgreSQL's SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html
# A full disk, a failing one, damage, a server that only reads.
FATAL_STATES = ("53100", "58030", "XX001", "XX002", "25006")
# A lost connection, a transaction that gave way, a shortage, a lock, a server that stops or starts.
PASSING_STATES = ("08", "40", "53", "55P03", "57")
REFUSING_STATES = ("28", "3D")  # who may come in, and to which database


def fatal(error: BaseException) -> str | None:
    """What to do about a store that cannot go on (full, read-only, corrupt); None for anything else."""
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return FATAL.get(code & 0xFF)
    state = _sqlstate(original)
    if state in FATAL_STATES:
        return f"PostgreSQL refuses to write (SQLSTATE {state}): see its log"
    return None


def transient(error: BaseException) -> bool:
    """Whether the store may well answer the next time: locked, restarting, a connection lost.

    What fails every time is not, whatever its class: a statement SQLite refuses is an OperationalError too.
    """
    # No connection of the pool came free; or one was lost in a transaction that somebody still wanted to use.
    if isinstance(error, TimeoutError | PendingRollbackError):
        return True
    if not isinstance(error, DBAPIError) or fatal(error) is not None:
        return False
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return isinstance(error, OperationalError) and code & 0xFF in PASSING
    state = _sqlstate(error.orig)
    return state.startswith(PASSING_STATES) if state else _disconnected(error)


def interrupted(error: DBAPIError) -> bool:
    """Whether SQLite stopped a statement because it was told to."""
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_INTERRUPT


def advice(error: BaseException) -> str | None:
    """What to tell of an error that ended the program; None where it is not the store's doing."""
    if found := fatal(error):
        return found
    if isinstance(error, DBAPIError) and (
        transient(error) or _sqlstate(error.orig).startswith(REFUSING_STATES)
    ):
        return (
            f"the database does not let us in ({error.orig}): see that its server runs, and check its address"
        )
    return None


def connect(dialect: Dialect, _record: object, args: Any, options: dict[str, Any]) -> Any:
    """Connect to a server; one that cannot be reached is an error of the driver as any other.

    For SQLAlchemy's event `do_connect`. Raises the driver's OperationalError.
    """
    try:
        return dialect.connect(*args, **options)
    except (OSError, dialect.loaded_dbapi.InterfaceError) as error:  # the latter: no certificate to verify by
        raise dialect.loaded_dbapi.OperationalError(str(error) or type(error).__name__, error) from error


def _sqlstate(original: object) -> str:
    return getattr(original, "sqlstate", None) or ""


def _disconnected(error: DBAPIError) -> bool:
    """No answer of the server at all. A value the driver cannot send is none either, and stays so."""
    return error.connection_invalidated or isinstance(error, OperationalError)
