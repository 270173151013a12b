"""What an answer of the Bot Platform means: `error_code` first, the HTTP status second. Pure.

The platform mixes them: a wrong token comes as HTTP 200 with error_code 401, an idle poll as HTTP 408.
"""

from typing import Any

from bot.channels.http.client import Answer
from bot.core.delivery.outcome import (
    Denied,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
)
from bot.core.delivery.reasons import Reason

OUT_OF_ORDER = 502
_NOBODY_THERE = (
    ("user_id is invalid", Reason.NOT_STARTED),
    ("chat_id is invalid", Reason.NOT_STARTED),
    ("chat not found", Reason.NOT_STARTED),
    ("user not found", Reason.NOT_STARTED),
    ("blocked", Reason.BLOCKED),
)
_REFUSED = (
    ("too long", Reason.TOO_LONG),
    ("exceed", Reason.TOO_LONG),
    ("empty", Reason.NOTHING_TO_SEND),
    ("style", Reason.BAD_MARKUP),
    ("photo", Reason.BAD_FILE),
)


def code_of(answer: Answer) -> int:
    """The number that says what happened: 200, or the error's."""
    body = answer.body
    if isinstance(body, dict) and body.get("ok") is True and "result" in body:
        return 200
    code = body.get("error_code") if isinstance(body, dict) else None
    if isinstance(code, int) and not isinstance(code, bool) and 400 <= code <= 599:
        return code
    # A page under 200 is somebody's in front of the platform: a portal, a proxy.
    return OUT_OF_ORDER if answer.status == 200 and not isinstance(body, dict) else answer.status


def result_of(answer: Answer) -> Any:
    """What a good answer brings, None where it brings nothing."""
    return answer.body.get("result") if isinstance(answer.body, dict) else None


def said(answer: Answer) -> str:
    """The platform's own words, for the log."""
    words = answer.body.get("description") if isinstance(answer.body, dict) else None
    return words[:200] if isinstance(words, str) else f"{answer.status}"


def meaning(answer: Answer | NotSent | Uncertain) -> Outcome:
    """What became of a send. Uncertain unless the evidence is clear."""
    if not isinstance(answer, Answer):
        return answer
    code, words = code_of(answer), said(answer)
    explained = isinstance(answer.body, dict) and "ok" in answer.body
    match code:
        case 200:
            result = result_of(answer) if explained else None
            message_id = result.get("message_id") if isinstance(result, dict) else None
            if isinstance(message_id, str | int) and not isinstance(message_id, bool) and message_id != "":
                return Sent(str(message_id))
            return Uncertain(Reason.OUT_OF_ORDER, "a result that is no message")
        case 401 | 404:  # the method or the account: the channel asks which
            return Denied(Reason.TOKEN, words, missing=code == 404)
        case 413:
            return Rejected(Reason.FILE_TOO_LARGE, words)
        case 429:
            return Throttled(None)
        case 400 | 403 if explained:
            return _refused(words)
        case _:
            return Uncertain(Reason.OUT_OF_ORDER, words)


def _refused(words: str) -> Outcome:
    low = words.lower()
    nobody = next((reason for part, reason in _NOBODY_THERE if part in low), None)
    if nobody is not None:
        return Unreachable(nobody, words)
    if "internal" in low:
        return Uncertain(Reason.OUT_OF_ORDER, words)  # 403 is labelled an internal error in the documents
    return Rejected(next((reason for part, reason in _REFUSED if part in low), Reason.OTHER), words)
