"""What an answer of the Official Account's interface means. Pure.

Errors come under HTTP 200, as {"error": -230, "message": …}; the codes are those of the facts gathered in
docs/zalo.md, as no page lists all of them.
"""

import re
from typing import Any

from bot.channels.http.client import Answer
from bot.core.delivery.outcome import (
    Denied,
    HandleLost,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
)
from bot.core.delivery.reasons import Reason

OK = 0
OUT_OF_ORDER = 502
DEAD = frozenset({-216, -220})  # the access token was changed meanwhile, or is over
QUOTA_PAUSE_S = 3600.0  # a package is used up by the day or month, and nothing says when it is filled again
_NOBODY = {
    -213: Reason.NOT_STARTED,
    -217: Reason.BLOCKED,
    -227: Reason.DEACTIVATED,
}
_ACCOUNT = frozenset({-209, -212, -221, -223, -224})  # not activated, registered, verified, authorised, paid
_REFUSED = {
    -210: Reason.TOO_LONG,
    -218: Reason.QUOTA,  # the person's own
    -230: Reason.OUT_OF_WINDOW,
    -232: Reason.OUT_OF_WINDOW,
    -233: Reason.BAD_FILE,
}
_NO_FUNDS = frozenset({-211, -320, -321})


def code_of(answer: Answer) -> int:
    """0, the platform's own error, or the HTTP status where there is neither."""
    body = answer.body
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str) and re.fullmatch(r"-?[0-9]{1,9}", error):
        error = int(error)
    if isinstance(error, int) and not isinstance(error, bool) and (error or answer.status == 200):
        return error
    # A page under 200 is somebody's in front of the platform: a portal, a proxy.
    return OUT_OF_ORDER if answer.status == 200 else answer.status


def data_of(answer: Answer) -> dict[str, Any]:
    """What a good answer brings; {} where it brings nothing."""
    found = answer.body.get("data") if isinstance(answer.body, dict) else None
    return found if isinstance(found, dict) else {}


def said(answer: Answer) -> str:
    """The platform's own words, for the log."""
    body = answer.body if isinstance(answer.body, dict) else {}
    found = (body.get(key) for key in ("message", "error_description", "error_name"))
    return next((one[:200] for one in found if isinstance(one, str) and one), f"{answer.status}")


def is_dead(answer: object) -> bool:
    """Whether the access token is what was refused: nothing was done, then."""
    return isinstance(answer, Answer) and (code_of(answer) in DEAD or answer.status == 401)


def meaning(answer: Answer | NotSent | Uncertain) -> Outcome:
    """What became of a send. Uncertain unless the evidence is clear."""
    if not isinstance(answer, Answer):
        return answer
    code, words = code_of(answer), said(answer)
    if code == OK:
        message_id = data_of(answer).get("message_id")
        if isinstance(message_id, str | int) and not isinstance(message_id, bool) and message_id != "":
            return Sent(str(message_id))
        return Uncertain(Reason.OUT_OF_ORDER, "an answer that names no message")
    if code in DEAD or code in (401, 404):
        return Denied(Reason.TOKEN, words, missing=code == 404)
    if code in (-32, 429):
        return Throttled(None)
    if code in _NO_FUNDS:
        return Throttled(QUOTA_PAUSE_S, spent=True)
    return _refused(code, words)


def _refused(code: int, words: str) -> Outcome:
    if code in _NOBODY:
        return Unreachable(_NOBODY[code], words)
    if code in _ACCOUNT:
        return Denied(Reason.NOT_ALLOWED, words)
    if code in _REFUSED:
        return Rejected(_REFUSED[code], words)
    if code == -100:
        return HandleLost(Reason.FILE_LOST, words)
    if code == -201:
        return _invalid(words)
    if code == 413:
        return Rejected(Reason.FILE_TOO_LARGE, words)
    return Rejected(Reason.OTHER, words) if code < 0 else Uncertain(Reason.OUT_OF_ORDER, words)


def _invalid(words: str) -> Outcome:
    """-201: "<field> is invalid!"."""
    low = words.lower()
    if "user_id" in low or "recipient" in low:
        return Unreachable(Reason.NOT_STARTED, words)
    if "attachment" in low or "token" in low:
        return HandleLost(Reason.FILE_LOST, words)
    if "empty" in low or "text" in low:
        return Rejected(Reason.NOTHING_TO_SEND, words)
    return Rejected(Reason.OTHER, words)
