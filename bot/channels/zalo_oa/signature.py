"""By what a delivery is known to be Zalo's: sources disagree, so each way that was seen has a name. Pure.

The header holds "mac=" and a SHA-256 in hex, of the first term, the body, a time and a secret, written one
after another; no HMAC. Which first term, which secret and which time differ (docs/zalo.md).
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

HEADER = "x-zevent-signature"
TIME_HEADER = "x-zevent-timestamp"
_TIMES = ("timestamp", "timeStamp", "time_stamp")
_MAC = re.compile(r"\s*(?:(?:mac|sha256)\s*=\s*)?([0-9a-fA-F]{64})\s*")


class Variant(StrEnum):
    """Which secret it is made with, the app's number or the account's as first term, and how."""

    OA_SECRET = "oa_secret"  # noqa: S105 - a way, no secret
    APP_SECRET = "app_secret"  # noqa: S105
    OA_ID = "oa_id"
    OA_ID_APP_SECRET = "oa_id_app_secret"  # noqa: S105
    HMAC_OA_SECRET = "hmac_oa_secret"  # noqa: S105
    HMAC_APP_SECRET = "hmac_app_secret"  # noqa: S105

    @property
    def by_app(self) -> bool:
        """Whether it is made with the app's secret, else with the account's."""
        return self in (Variant.APP_SECRET, Variant.OA_ID_APP_SECRET, Variant.HMAC_APP_SECRET)

    @property
    def keyed(self) -> bool:
        """Whether it is an HMAC."""
        return self in (Variant.HMAC_OA_SECRET, Variant.HMAC_APP_SECRET)


def fits(variant: Variant, headers: Mapping[str, str], body: bytes, oa_secret: str, app_secret: str) -> bool:
    """Whether the signature in the headers (names in lower case) is this body's, made in this way."""
    secret = app_secret if variant.by_app else oa_secret
    given = _MAC.fullmatch(headers.get(HEADER, ""))
    if given is None or not secret:
        return False
    event = _event(body)
    right = False
    for first in _firsts(variant, event):
        for time in _times(headers, event):
            made = _made(variant, _bytes(first) + body + _bytes(time), secret)
            right |= hmac.compare_digest(made, given[1].lower())  # all are compared, whichever fits
    return right


def others(
    variant: Variant, headers: Mapping[str, str], body: bytes, oa_secret: str, app_secret: str
) -> list[Variant]:
    """The ways, other than this one, in which the signature fits."""
    return [one for one in Variant if one != variant and fits(one, headers, body, oa_secret, app_secret)]


def _bytes(term: str) -> bytes:
    return term.encode("utf-8", "replace")  # JSON may hold halves of characters, and strangers write it


def _made(variant: Variant, words: bytes, secret: str) -> str:
    if variant.keyed:
        return hmac.new(secret.encode(), words, hashlib.sha256).hexdigest()
    return hashlib.sha256(words + secret.encode()).hexdigest()


def _firsts(variant: Variant, event: dict[str, Any]) -> Iterator[str]:
    if variant in (Variant.OA_ID, Variant.OA_ID_APP_SECRET):
        found = [event.get("oa_id"), *(_id(event, side) for side in ("recipient", "sender"))]
    else:
        found = [event.get("app_id")]
    yield from {str(one) for one in found if isinstance(one, str | int) and not isinstance(one, bool)}


def _times(headers: Mapping[str, str], event: dict[str, Any]) -> Iterator[str]:
    found = [*(event.get(name) for name in _TIMES), headers.get(TIME_HEADER)]
    yield from {str(one) for one in found if isinstance(one, str | int) and not isinstance(one, bool)}


def _id(event: dict[str, Any], side: str) -> object:
    found = event.get(side)
    return found.get("id") if isinstance(found, dict) else None


def _event(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
