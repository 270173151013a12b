"""Addresses of what the site shows: nobody guesses one, and the store keeps none, for its key makes them."""

import hmac
import re

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import keys

LENGTH = 24  # hexadecimal digits, 96 bits
_TOKEN = re.compile(rf"(?P<kind>[a-z])(?P<parts>[A-Za-z0-9_-]{{1,60}})\.(?P<mac>[0-9a-f]{{{LENGTH}}})")


def token(conn: AsyncConnection, kind: str, *parts: str | int) -> str:
    """The last part of an address: a kind of one small letter, and what is meant, without "_" or "."."""
    words = "_".join(str(part) for part in parts)
    return f"{kind}{words}.{_mac(conn, kind, words)}"


def meant(conn: AsyncConnection, given: str) -> tuple[str, list[str]] | None:
    """Kind and parts of a token of ours; None for any other text."""
    found = _TOKEN.fullmatch(given)
    if found is None or not hmac.compare_digest(found["mac"], _mac(conn, found["kind"], found["parts"])):
        return None
    return found["kind"], found["parts"].split("_")


def _mac(conn: AsyncConnection, kind: str, words: str) -> str:
    return keys.mac(conn, "link", kind, words)[:LENGTH]
