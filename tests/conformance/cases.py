"""What every channel is held to: requests, what a platform can answer to them, and what that comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.core.delivery.outcome import (
    Denied,
    HandleLost,
    Moved,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
)
from bot.core.delivery.reasons import Reason
from bot.core.kernel.capabilities import Capabilities
from bot.core.ports import AnswerTap, DeletePart, EditPart, Part, Request, SendPart, SetMenu, Upload
from bot.core.talk.message import Button, MenuEntry

WAIT_S = 14.0  # for an answer that comes
SILENCE_S = 0.2  # for one that does not
Calls = Mapping[str, tuple[str, Mapping[str, Any]] | None]
ROWS = ((Button(label="Đã đọc", data="ack:1"), Button(label="Trang", url="https://a.vn/1")),)
FILE = Upload("tờ tin.pdf", "application/pdf", "document", data="nội dung".encode())
MENU = (MenuEntry("trogiup", "Trợ giúp"),)


@dataclass(frozen=True)
class Place:
    """Where requests go: the chat, a message of ours that stands in it, and a tap that waits."""

    chat: str
    message_id: str = ""
    callback_id: str = ""


@dataclass(frozen=True)
class Asked:
    """One kind of request. `shows`: the chat's newest message afterwards (words, labels, file).

    `needs` says which channels can be asked for it.
    """

    request: Callable[[Place], Request]
    shows: tuple[str, tuple[str, ...], str] | None = None
    needs: Callable[[Capabilities], bool] = lambda can: True


def _edit(place: Place, *part: object) -> EditPart:
    return EditPart(place.chat, place.message_id, Part(*part))  # type: ignore[arg-type]


LABELS = ("Đã đọc", "Trang")
REQUESTS: dict[str, Asked] = {
    "text": Asked(lambda at: SendPart(at.chat, Part("Chào đồng chí")), ("Chào đồng chí", (), "")),
    "buttons": Asked(
        lambda at: SendPart(at.chat, Part("Chọn", ROWS)), ("Chọn", LABELS, ""), lambda can: can.buttons
    ),
    "edit": Asked(lambda at: _edit(at, "Mới", ROWS), ("Mới", LABELS, ""), lambda can: can.edit),
    "edit of buttons": Asked(lambda at: _edit(at, "", ROWS), ("Cũ", LABELS, ""), lambda can: can.edit),
    "delete": Asked(lambda at: DeletePart(at.chat, at.message_id), None, lambda can: can.delete_s > 0),
    "answer": Asked(lambda at: AnswerTap(at.callback_id, "Đã ghi"), None, lambda can: can.buttons),
    "menu": Asked(lambda at: SetMenu(at.chat, "vi", MENU)),
    "file": Asked(
        lambda at: SendPart(at.chat, Part("", (), FILE)), ("", (), "tờ tin.pdf"), lambda can: can.documents
    ),
    "file with words": Asked(
        lambda at: SendPart(at.chat, Part("Tệp", ROWS, FILE)),
        ("Tệp", LABELS, "tờ tin.pdf"),
        lambda can: can.documents and can.buttons,
    ),
    "file by handle": Asked(
        lambda at: SendPart(at.chat, Part("", (), Upload("a.txt", "text/plain", "document", "khong-co"))),
        None,
        lambda can: can.documents,
    ),
}


class Says(StrEnum):
    """What a platform can answer, or leave unanswered."""

    TOO_MANY = "429 with retry_after"
    TOO_MANY_UNSAID = "429 without retry_after"
    TOO_MANY_PAGE = "429 as a page"
    BLOCKED = "blocked by the person"
    DEACTIVATED = "the person's account is gone"
    NOT_STARTED = "the person never wrote"
    MOVED = "the chat has another id"
    TOO_LONG = "too long"
    BAD_MARKUP = "markup that it does not take"
    EMPTY = "nothing to show"
    BAD_FILE = "a file that it does not take"
    FILE_TOO_LARGE = "a file too large"
    BODY_TOO_LARGE = "413"
    FILE_LOST = "a handle that it does not know"
    MESSAGE_GONE = "no message to edit"
    CANNOT_EDIT = "a message too old to edit"
    UNCHANGED = "an edit that changes nothing"
    DELETED = "no message to delete"
    CANNOT_DELETE = "a message too old to delete"
    TAP_TOO_OLD = "a tap too old to answer"
    REFUSED = "another refusal"
    TOKEN = "401"
    NOT_FOUND = "404 whatever is asked"
    NO_SUCH_METHOD = "404 for one method"
    ERROR = "500"
    GATEWAY_PAGE = "502 as a page"
    GATEWAY_EMPTY = "504, empty"
    NOBODY = "no connection"
    SILENT = "a request that is read and not answered"
    CUT = "the connection cut, nothing done"
    CUT_AFTER = "the connection cut after it was done"
    BROKEN = "an answer that breaks off"
    NO_RESULT = "an answer without a result"
    OTHER_RESULT = "a result of another kind"
    REDIRECT = "302"
    STORE_FAILS = "its own store fails"
    STORE_HANGS = "its own store says nothing"


OUT_OF_ORDER = Uncertain(Reason.OUT_OF_ORDER)
ANSWERS: dict[Says, tuple[str, Outcome]] = {
    Says.TOO_MANY: ("text", Throttled(7.0)),
    Says.TOO_MANY_UNSAID: ("text", Throttled(None)),
    Says.TOO_MANY_PAGE: ("text", Throttled(None)),
    Says.BLOCKED: ("text", Unreachable(Reason.BLOCKED)),
    Says.DEACTIVATED: ("text", Unreachable(Reason.DEACTIVATED)),
    Says.NOT_STARTED: ("text", Unreachable(Reason.NOT_STARTED)),
    Says.MOVED: ("text", Moved("77")),
    Says.TOO_LONG: ("text", Rejected(Reason.TOO_LONG)),
    Says.BAD_MARKUP: ("text", Rejected(Reason.BAD_MARKUP)),
    Says.EMPTY: ("text", Rejected(Reason.NOTHING_TO_SEND)),
    Says.BAD_FILE: ("file", Rejected(Reason.BAD_FILE)),
    Says.FILE_TOO_LARGE: ("file", Rejected(Reason.FILE_TOO_LARGE)),
    Says.BODY_TOO_LARGE: ("file", Rejected(Reason.FILE_TOO_LARGE)),
    Says.FILE_LOST: ("file by handle", HandleLost(Reason.FILE_LOST)),
    Says.MESSAGE_GONE: ("edit", Rejected(Reason.MESSAGE_GONE)),
    Says.CANNOT_EDIT: ("edit", Rejected(Reason.MESSAGE_GONE)),
    Says.UNCHANGED: ("edit", Sent()),
    Says.DELETED: ("delete", Sent()),
    Says.CANNOT_DELETE: ("delete", Rejected(Reason.MESSAGE_GONE)),
    Says.TAP_TOO_OLD: ("answer", Rejected(Reason.TAP_TOO_OLD)),
    Says.REFUSED: ("text", Rejected(Reason.OTHER)),
    Says.TOKEN: ("text", Denied(Reason.TOKEN)),
    Says.NOT_FOUND: ("text", Denied(Reason.TOKEN)),
    Says.NO_SUCH_METHOD: ("text", Rejected(Reason.OTHER)),
    Says.ERROR: ("text", OUT_OF_ORDER),
    Says.GATEWAY_PAGE: ("text", OUT_OF_ORDER),
    Says.GATEWAY_EMPTY: ("text", OUT_OF_ORDER),
    Says.NOBODY: ("text", NotSent(Reason.NO_WAY)),
    Says.SILENT: ("text", Uncertain(Reason.TIMEOUT)),
    Says.CUT: ("text", Uncertain(Reason.CUT_OFF)),
    Says.CUT_AFTER: ("text", Uncertain(Reason.CUT_OFF)),
    Says.BROKEN: ("text", Uncertain(Reason.OTHER)),
    Says.NO_RESULT: ("text", Uncertain(Reason.OTHER)),
    Says.OTHER_RESULT: ("text", OUT_OF_ORDER),
    Says.REDIRECT: ("text", OUT_OF_ORDER),
    Says.STORE_FAILS: ("text", Uncertain(Reason.STORE)),
    Says.STORE_HANGS: ("text", Uncertain(Reason.STORE)),
}


UNCLEAR = (Says.BROKEN, Says.NO_RESULT)  # what is known is that nothing is


class Does(StrEnum):
    """What somebody can do at their end."""

    TEXT = "writes"
    TAP = "presses a button"
    FILE = "sends a file"
    EDITED = "changes what they wrote"
    STICKER = "sends a sticker"
    GROUP = "writes in a group"
