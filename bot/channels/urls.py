"""Addresses of other servers with a platform's interface, judged before a token is sent there. Pure."""

import re
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PLAIN = re.compile(r"https?://[^\s?#@/]+(/[^\s?#@:]*)?")


def host(url: str) -> str | None:
    """The host that a URL names; None where it names none, or a port that cannot be."""
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.port != 0 else None  # reading the port judges it
    except ValueError:
        return None


def safe(url: str, example: str) -> str:
    """The URL without a slash at its end. Raises ValueError for none, and over http:// to another machine."""
    named = host(url)
    if named is None or not _PLAIN.fullmatch(url):
        raise ValueError(f"a URL such as {example}")
    if url.startswith("http://") and named not in LOOPBACK:
        raise ValueError("https://: over http:// the token would travel in the clear")
    return url.rstrip("/")
