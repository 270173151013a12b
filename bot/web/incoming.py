"""What a page may post, read with suspicion: texts, file names, kinds of files, and how often."""

import re
import unicodedata
from collections import deque
from collections.abc import Callable
from typing import Any

from bot.channels.webchat.platform import Upload
from bot.core.kernel.richtext import FileKind
from bot.core.kernel.values import ChatId
from bot.web.words import Refused

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
NAME_LIMIT = 120
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}")
_AUDIO = frozenset({"audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav"})


def text_of(value: Any, limit: int = TEXT_LIMIT, *, empty: bool = False) -> str:
    """A text without NUL characters and outer blanks. Raises Refused 400 past `limit` UTF-16 units."""
    if not isinstance(value, str):
        raise Refused(400, "text_missing")
    text = value.replace("\x00", "").strip()
    try:
        length = len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError as error:
        raise Refused(400, "text_broken") from error
    if length > limit:
        raise Refused(400, "text_long", limit=limit)
    if not text and not empty:
        raise Refused(400, "text_empty")
    return text


def client_id_of(value: Any) -> str:
    """The id that a page made for its post. Raises Refused 400 when it is no such id."""
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise Refused(400, "no_client_id")
    return value


def message_id_of(value: Any) -> int:
    """A message's id, as number or digits. Raises Refused 400 when it is neither."""
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,18}", text):
        raise Refused(400, "bad_message_id")
    return int(text)


def upload_of(name: str, declared: str, data: bytes) -> Upload:
    """A file with a harmless name and a media type that its bytes bear out."""
    image = _image_type(data)
    if image:
        return Upload(_file_name(name), image, "photo", data)
    declared = declared.partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(declared) or declared.startswith("image/"):
        declared = "application/octet-stream"
    kind: FileKind = "audio" if declared in _AUDIO else "document"
    return Upload(_file_name(name), declared, kind, data)


def _file_name(name: str) -> str:
    """Without folders and invisible characters (they can turn a name around); never empty."""
    last = re.split(r"[/\\]", name)[-1].encode("utf-8", "ignore").decode()
    shown = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    shown = " ".join(shown.split()).strip(" .")
    stem, dot, suffix = shown.rpartition(".")
    if len(shown) > NAME_LIMIT and dot and len(suffix) <= 10:
        return f"{stem[: NAME_LIMIT - len(suffix) - 1]}.{suffix}"
    return shown[:NAME_LIMIT] or "tep"


def _image_type(data: bytes) -> str | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


class Pace:
    """At most `count` posts of one chat in any `seconds`."""

    def __init__(self, clock: Callable[[], float], count: int = 60, seconds: float = 10) -> None:
        self._clock = clock
        self._count = count
        self._seconds = seconds
        self._posts: dict[str, deque[float]] = {}

    def check(self, chat_id: ChatId) -> None:
        """Count one post. Raises Refused 429 when there were too many."""
        now = self._clock()
        posts = self._posts.setdefault(chat_id, deque(maxlen=self._count))
        if len(posts) == self._count and now - posts[0] < self._seconds:
            raise Refused(429, "too_fast")
        posts.append(now)
