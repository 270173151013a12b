"""Where the store is: the database's URL, judged before anything is done with it and never shown."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.core.kernel.errors import StorageError

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
