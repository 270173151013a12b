"""The table of what an answer of the Bot Platform means, row by row."""

import pytest

from bot.channels.http.client import Answer
from bot.channels.zalo_bot.answers import meaning
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


def no(code: int, description: str = "", status: int = 200) -> Answer:
    """A refusal, under HTTP 200 as it was seen live."""
    return Answer(status, {"ok": False, "error_code": code, "description": description})


TABLE: list[tuple[Answer | NotSent | Uncertain, Outcome]] = [
    (
        Answer(200, {"ok": True, "result": {"message_id": "82599fa32f56d00e8941", "date": 1}}),
        Sent("82599fa32f56d00e8941"),
    ),
    (Answer(200, {"ok": True, "result": {"message_id": 5}}), Sent("5")),
    (Answer(200, {"ok": True, "result": {}}), Uncertain(Reason.OUT_OF_ORDER)),
    (Answer(200, {"ok": True, "result": {"message_id": ""}}), Uncertain(Reason.OUT_OF_ORDER)),
    (Answer(200, {"ok": True}), Uncertain(Reason.OUT_OF_ORDER)),
    (Answer(200, None), Uncertain(Reason.OUT_OF_ORDER)),
    (Answer(200, []), Uncertain(Reason.OUT_OF_ORDER)),
    (no(401), Denied(Reason.TOKEN)),
    (no(401, status=401), Denied(Reason.TOKEN)),
    (Answer(401, None), Denied(Reason.TOKEN)),
    (no(404, "Not Found", 404), Denied(Reason.TOKEN)),
    (no(429, "Quota exceeded"), Throttled(None)),
    (Answer(429, None), Throttled(None)),
    (no(400, "text is too long"), Rejected(Reason.TOO_LONG)),
    (no(400, "text must not be empty"), Rejected(Reason.NOTHING_TO_SEND)),
    (no(400, "invalid text_styles"), Rejected(Reason.BAD_MARKUP)),
    (no(400, "something new"), Rejected(Reason.OTHER)),
    (no(400, "user_id is invalid"), Unreachable(Reason.NOT_STARTED)),
    (no(403, "Internal error"), Uncertain(Reason.OUT_OF_ORDER)),
    (no(408, "Request timeout", 408), Uncertain(Reason.OUT_OF_ORDER)),
    (no(500), Uncertain(Reason.OUT_OF_ORDER)),
    (no(401, status=500), Denied(Reason.TOKEN)),
    (Answer(413, None), Rejected(Reason.FILE_TOO_LARGE)),
    (Answer(502, None), Uncertain(Reason.OUT_OF_ORDER)),
    (Answer(400, None), Uncertain(Reason.OUT_OF_ORDER)),
    (Answer(302, None), Uncertain(Reason.OUT_OF_ORDER)),
    (no(9999), Uncertain(Reason.OUT_OF_ORDER)),
    (NotSent(Reason.NO_WAY), NotSent(Reason.NO_WAY)),
    (Uncertain(Reason.TIMEOUT), Uncertain(Reason.TIMEOUT)),
]


@pytest.mark.parametrize(("answer", "expected"), TABLE)
def test_what_an_answer_means(answer: Answer | NotSent | Uncertain, expected: Outcome) -> None:
    assert meaning(answer) == expected
