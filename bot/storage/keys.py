"""The key of what is kept as a keyed hash: it stands outside the database, so a copy of that tells nothing.

`NHIPCAU_KEY` of the environment, else a file beside the store, made when it is first needed. The store keeps
a hash made with it, so that another key is noticed before it is used.
"""

import hmac
import os
import secrets
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.errors import StorageError
from bot.storage.accounts.tables import setting
from bot.storage.dialect import upsert

VARIABLE = "NHIPCAU_KEY"
SHORTEST = 32  # characters
KEYRING = "keyring"
CHECK, CHECKED = "key_check", "check"  # where the hash is kept, and what it is of


class Keyring:
    """A store's key, read or made when it is first needed. `beside` names the file of that name."""

    def __init__(self, beside: Callable[[str], Path]) -> None:
        self._beside = beside

    @cached_property
    def key(self) -> bytes:
        """The key. Raises StorageError where it is too short or its file cannot be read or made."""
        given = os.environ.get(VARIABLE, "")
        if given and len(given) < SHORTEST:
            raise StorageError(f"{VARIABLE} has fewer than {SHORTEST} characters")
        if given:
            return given.encode()
        path = self._beside("key")
        try:
            return _read(path) if path.exists() else _made(path)
        except OSError as error:
            raise StorageError(f"{path} cannot be read or made: {error.strerror}") from error

    def mac(self, purpose: str, *parts: str) -> str:
        """A keyed hash of some words, in hex; the same words for another purpose have another."""
        message = b"\x00".join(part.encode("utf-8", "surrogatepass") for part in (purpose, *parts))
        return hmac.new(self.key, message, sha256).hexdigest()


def _read(path: Path) -> bytes:
    text = path.read_text().strip()
    if len(text) < SHORTEST:
        raise StorageError(f"{path} is not a key as this program makes them: put back the one that was")
    return text.encode()


def _made(path: Path) -> bytes:
    # Written whole, then named: of two processes that make one at once both read the first's.
    descriptor, name = mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
    return _read(path)


def mac(conn: AsyncConnection, purpose: str, *parts: str) -> str:
    """`Keyring.mac` by the key of the store that a connection belongs to."""
    keyring: Keyring = conn.info[KEYRING]
    return keyring.mac(purpose, *parts)


def number(conn: AsyncConnection, purpose: str, *parts: str) -> int:
    """A number below 2^64 drawn for some words: the same each time, foretold by nobody without the key."""
    return int(mac(conn, purpose, *parts)[:16], 16)


async def check(conn: AsyncConnection) -> None:
    """See that the key is the store's. Raises StorageError where it is another one."""
    await conn.execute(upsert(conn, setting, {"key": CHECK, "value": mac(conn, CHECKED)}, keys=("key",)))
    await compare(conn)


async def compare(conn: AsyncConnection) -> None:
    """As `check`, of a store that is only read; one that was never used with a key may have any."""
    kept = (await conn.execute(select(setting.c.value).where(setting.c.key == CHECK))).scalar_one_or_none()
    if kept is not None and not hmac.compare_digest(kept, mac(conn, CHECKED)):
        raise StorageError(
            f"this is not the key the store was kept with: put back its key file or {VARIABLE}. If it is "
            "lost for good, `nhipcau store new-key` goes on with this one: invitations are void then, and "
            "who left is no longer known to have left"
        )


async def accept(conn: AsyncConnection) -> None:
    """Go on with the present key, whatever the store was kept with."""
    values = {"key": CHECK, "value": mac(conn, CHECKED)}
    await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))
