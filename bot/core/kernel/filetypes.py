"""Files by their names, types, sizes and first bytes. Pure."""

import re
import unicodedata

from bot.core.kernel.capabilities import Limits
from bot.core.kernel.richtext import FileKind

_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".pdf": "application/pdf",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".txt": "text/plain",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".aac": "audio/aac",
}
"""What prepared content may carry: extension → media type."""

_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "application/pdf": (b"%PDF-",),
    f"{_OFFICE}.wordprocessingml.document": (b"PK\x03\x04",),
    f"{_OFFICE}.spreadsheetml.sheet": (b"PK\x03\x04",),
    f"{_OFFICE}.presentationml.presentation": (b"PK\x03\x04",),
    "audio/mpeg": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
    "audio/ogg": (b"OggS",),
    "audio/aac": (b"\xff\xf1", b"\xff\xf9"),
}
_ENDS = {
    "image/png": b"IEND\xaeB`\x82",
    "image/jpeg": b"\xff\xd9",
    "application/pdf": b"%%EOF",
}

LARGEST_FILE_MB = 20
LARGEST_FILE = LARGEST_FILE_MB * 1024 * 1024
"""Bytes of a file that is taken in, prepared or sent by a member; a platform may take less."""

_LONGEST = 80  # characters: under 255 bytes of UTF-8 in any script, as file systems want
_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def safe_name(title: str, media_type: str) -> str:
    """A file name made of a title: no folders, no invisible or reserved names, its type's extension."""
    shown = "".join(
        c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", title)
    )
    name = " ".join(_FORBIDDEN.sub("-", shown).split()).strip(" .")
    known = [suffix for suffix, one in MEDIA_TYPES.items() if one == media_type]
    stem, dot, last = name.rpartition(".")
    suffix = f".{last}" if dot and stem and re.fullmatch(r"[A-Za-z0-9]{1,10}", last) else ""
    if known and suffix.lower() not in known:
        suffix = known[0]
    else:
        name = stem if suffix else name
    name = name[:_LONGEST].strip(" .") or "tep"
    return f"_{name}{suffix}" if _RESERVED.fullmatch(name) else f"{name}{suffix}"


def is_what_it_says(media_type: str, data: bytes) -> bool:
    """Whether a file begins as its type does, within what readers bear (a PDF's first 1,024 bytes)."""
    beginnings = _BEGINNINGS.get(media_type, ())
    if media_type == "application/pdf":
        return beginnings[0] in data[:1024]
    return not beginnings or data.startswith(beginnings)


def is_whole(media_type: str, data: bytes) -> bool:
    """Whether a file's end is in it: what was cut short on its way has none."""
    return _ENDS.get(media_type, b"") in data


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, JPEG, GIF or WebP, from its header; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp(data)
    return _jpeg(data) if data.startswith(b"\xff\xd8\xff") else None


def shown_as(kind: FileKind, data: bytes, limits: Limits) -> FileKind | None:
    """How a platform takes a file: what is no photo to it is a document; None: it takes it in no way."""
    if not data or len(data) > limits.document_bytes:
        return None
    return "document" if kind == "photo" and not _is_photo(data, limits) else kind


def _is_photo(data: bytes, limits: Limits) -> bool:
    size, photos = picture_size(data), limits.photos
    if size is None or min(size) < 1 or len(data) > photos.bytes:
        return False
    return sum(size) <= photos.sides and max(size) <= photos.ratio * min(size)


def _webp(data: bytes) -> tuple[int, int] | None:
    match data[12:16]:
        case b"VP8 ":
            width, height = int.from_bytes(data[26:28], "little"), int.from_bytes(data[28:30], "little")
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        mark = data[at + 1]
        if mark == 0xFF:  # a fill byte
            at += 1
        elif 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
    return None
