"""Where the store is: the database's URL, judged before anything is done with it and never shown."""

import re
from ipaddress import ip_address

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.core.kernel.errors import StorageError
from bot.core.kernel.secrets import HIDDEN

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
ALLOWED = "sqlite:///PATH or postgresql://USER@HOST/NAME"
# What the driver takes behind the question mark, as <https://magicstack.github.io/asyncpg/> names it.
OPTIONS = ("host", "port", "user", "password", "passfile", "ssl", "target_session_attrs")
TARGETS = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def parse_url(text: str) -> URL:
    """`sqlite:///path` or `postgresql://…` as the driver's URL. Raises StorageError, with nothing of it."""
    try:
        url = make_url(text)
        driver = DRIVERS.get(url.drivername, "")
        if driver.startswith("postgresql"):
            _check_ports(url)
    except (ArgumentError, ValueError, TypeError):  # a port that is none, as where a password stands for one
        raise StorageError(f"the database setting is no URL; allowed: {ALLOWED}") from None
    if not driver or not text.isprintable() or (driver.startswith("sqlite") and not url.database):
        raise StorageError(f"database: allowed are {ALLOWED}")
    if driver.startswith("sqlite") and url.query:
        raise StorageError("database: allowed is sqlite:///PATH with nothing behind a question mark")
    if not set(url.query) <= set(OPTIONS):
        raise StorageError(f"database: allowed behind the question mark: {', '.join(OPTIONS)}")
    if any(not isinstance(value, str) for value in url.query.values()):
        raise StorageError("database: allowed behind the question mark: each option once")
    if url.query.get("ssl", SSL[0]) not in SSL:
        raise StorageError(f"database: allowed for ssl: {', '.join(SSL)}")
    if url.query.get("target_session_attrs", TARGETS[0]) not in TARGETS:
        raise StorageError(f"database: allowed for target_session_attrs: {', '.join(TARGETS)}")
    return url.set(drivername=driver)


def _check_ports(url: URL) -> None:
    """Raises ValueError for a port that cannot be, TypeError for several."""
    for port in (url.port, url.query.get("port")):
        if port is not None and not 0 < int(port) < 65536:  # type: ignore[arg-type]  # several are no number
            raise ValueError(port)


def hidden(url: URL, words: str) -> str:
    """A server's or driver's words without the URL's: any part may be a secret in the wrong place."""
    parts = (url.username, url.password, url.host, url.database, *_told(url))
    for part in sorted({one for one in parts if one and not _is_plain(one)}, key=len, reverse=True):
        words = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", HIDDEN, words)
    return words


def _is_plain(part: str) -> bool:
    """An address in numbers is no secret, and helps."""
    try:
        return bool(ip_address(part))
    except ValueError:
        return part == "localhost"


def _told(url: URL) -> list[str]:
    """What stands behind the question mark, lists in their pieces too; not what is chosen from our lists."""
    values = [str(value) for key, value in url.query.items() if key not in ("ssl", "target_session_attrs")]
    return [part for value in values for part in (value, *re.split(r"[,:]", value))]


def environment(url: URL) -> dict[str, str]:
    """A server's URL as PostgreSQL's own programs take it, so that no list of processes shows a password.

    As for the driver, what stands behind the question mark goes before the rest.
    <https://www.postgresql.org/docs/current/libpq-envars.html>
    """
    parts = {"user": url.username, "password": url.password, "host": url.host, "port": url.port}
    found = {**parts, "database": url.database, **url.query}
    return {_VARIABLES[name]: str(value) for name, value in found.items() if value}


_VARIABLES = {
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "database": "PGDATABASE",
    "passfile": "PGPASSFILE",
    "ssl": "PGSSLMODE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
