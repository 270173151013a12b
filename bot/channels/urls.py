"""Addresses of other servers with a platform's interface, judged before a token is sent there. Pure."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_NAME = 253  # RFC 1035, 2.3.4, without the root's dot
_LABEL = re.compile(r"[^\W_]([\w-]{0,61}[^\W_])?")  # letters of any language; _ as containers are named
_PLAIN = re.compile(r"https?://[^\s?#@/]+(/[^\s?#@:]*)?")


def host(url: str) -> str | None:
    """The host that a URL names; None where it names none, or one or a port that cannot be."""
    try:
        parts = urlsplit(url)
        named = parts.hostname if parts.port != 0 else None  # reading the port judges it
    except ValueError:
        return None
    return named if named is not None and can_be(named) else None


def can_be(host: str) -> bool:
    """Whether a text is a host as they are written: a name of labels, or an address of numbers."""
    if re.fullmatch(r"[0-9.]+|.*:.*", host):
        try:
            return bool(ip_address(host))
        except ValueError:
            return False
    named = host.removesuffix(".")
    return len(named) <= LONGEST_NAME and all(_LABEL.fullmatch(one) for one in named.split("."))


def safe(url: str, example: str) -> str:
    """The URL without a slash at its end. Raises ValueError for none, and over http:// to another machine."""
    named = host(url)
    if named is None or not _PLAIN.fullmatch(url):
        raise ValueError(f"a URL such as {example}")
    if url.startswith("http://") and named not in LOOPBACK:
        raise ValueError("https://: over http:// the token would travel in the clear")
    return url.rstrip("/")
