"""Why something did not arrive: a closed list, into which adapters translate what platforms say."""

from enum import StrEnum


class Reason(StrEnum):
    """A reason, as the ledger keeps it. Its words stand in the catalogues under `key(reason)`."""

    # The person's chat.
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NOT_STARTED = "not started"
    CHAT_GONE = "chat gone"
    NO_PERSON = "no person"
    MOVED = "moved"
    # The account.
    TOKEN = "token"  # noqa: S105 - a word, no token
    TOO_MANY = "too many"
    LINK = "link"  # its tokens are over: somebody has to link it again
    PAUSED = "paused"
    REMOVED = "removed"
    NOT_ALLOWED = "not allowed"  # its package, or its platform, does not let it write
    # When it may be written to.
    OUT_OF_WINDOW = "out of window"
    QUOTA = "quota"
    UNFETCHED = "unfetched"  # its time to be pushed is over
    # The request.
    TOO_LONG = "too long"
    BAD_MARKUP = "bad markup"
    BAD_FILE = "bad file"
    FILE_TOO_LARGE = "file too large"
    FILE_LOST = "file lost"
    MESSAGE_GONE = "message gone"
    TAP_TOO_OLD = "tap too old"
    NOTHING_TO_SEND = "nothing to send"
    # The channel.
    NO_EDITS = "no edits"
    NO_FILES = "no files"
    # The way there.
    NO_WAY = "no way"
    TIMEOUT = "timeout"
    CUT_OFF = "cut off"
    OUT_OF_ORDER = "out of order"
    STORE = "store"
    STOPPED = "stopped while sending"
    GAVE_UP = "gave up"
    # Ours.
    NO_ENDPOINT = "no endpoint"
    LEFT = "left"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    READ = "read"
    RESTORED = "restored"
    ABANDONED = "abandoned"
    OTHER = "other"


OF_FILES = frozenset({Reason.BAD_FILE, Reason.FILE_TOO_LARGE, Reason.FILE_LOST, Reason.NO_FILES})
"""It was the file that could not be sent, and not the words beside it."""


NOT_NOW = frozenset({Reason.OUT_OF_WINDOW, Reason.QUOTA, Reason.UNFETCHED})
"""The person may not be written to until they write."""


def known(text: str | None) -> Reason:
    """The reason that the ledger kept; OTHER for what is none."""
    try:
        return Reason(text or Reason.OTHER)
    except ValueError:
        return Reason.OTHER


def key(reason: Reason) -> str:
    """The catalogue's key for a reason."""
    return f"reason.{reason.name.lower()}"
