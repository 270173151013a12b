"""What people wrote, unreadable in a server's files: sealed with the store's key, which stands outside them.

A server keeps the old version of a row that was changed, in the table's file and in its log, for as long as
it likes. SQLite overwrites what is deleted; there, words are kept as they are.
"""

from base64 import b64decode, b64encode
from hashlib import shake_256
from secrets import token_bytes

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import keys

MARK = "sealed:"  # no update begins so: platforms send JSON
NONCE = 16  # bytes
BLANK = bytes(8)  # in front of the words: they are not read with another key


def seal(conn: AsyncConnection, words: str) -> str:
    """The words as they may be written here. Their length and their time still show."""
    return words if conn.dialect.name == "sqlite" else lock(conn, words)


def lock(conn: AsyncConnection, words: str) -> str:
    """The words sealed on any database: a copy of the store alone does not tell them."""
    nonce = token_bytes(NONCE)
    data = BLANK + words.encode("utf-8", "surrogatepass")
    return MARK + b64encode(nonce + _crossed(conn, nonce, data)).decode()


def unseal(conn: AsyncConnection, kept: str) -> str | None:
    """The words again, also those that an earlier program kept unsealed. None: sealed with another key."""
    if not kept.startswith(MARK):
        return kept
    data = b64decode(kept.removeprefix(MARK))
    words = _crossed(conn, data[:NONCE], data[NONCE:])
    return words[len(BLANK) :].decode("utf-8", "surrogatepass") if words.startswith(BLANK) else None


def _crossed(conn: AsyncConnection, nonce: bytes, data: bytes) -> bytes:
    """XOR with a stream that key and nonce alone determine; the same again undoes it."""
    key = bytes.fromhex(keys.mac(conn, "seal"))
    stream = shake_256(key + nonce).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))
