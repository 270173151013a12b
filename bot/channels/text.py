"""Makes what strangers type safe to keep and to show: names, texts, file names."""

import re
import unicodedata

NAME_LIMIT = 64
"""Characters of a name."""

TEXT_LIMIT = 4096
"""UTF-16 units of a text: more than any platform takes in one message."""

_MARKS_IN_A_ROW = 4
_PROBE = 64  # bytes, at most

# Characters that change the direction of what stands around them, or are not seen at all.
_UNSEEN = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
# Those, control characters (Unicode's Cc) but for breaks and tabs, and surrogates, which stand alone here.
_UNSAFE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_UNSEEN}]")


def says_nothing(body: bytes) -> bool:
    """Whether a delivery is empty, or {}: so platforms try whether somebody is there."""
    return len(body) < _PROBE and b"".join(body.split()) in (b"", b"{}")


def safe_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text without control characters, lone surrogates and bidi controls, at most `limit` UTF-16 units.

    Line breaks and tabs stay; so does the joiner inside an emoji.
    """
    kept = _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return cut(kept.strip(), limit)


def safe_name(text: str, limit: int = NAME_LIMIT) -> str:
    """A name on one line, at most `limit` characters, with no more marks on a letter than a script needs."""
    kept: list[str] = []
    marks = 0
    for c in unicodedata.normalize("NFC", " ".join(_spaced(text).split())):
        marks = marks + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(c)
    return "".join(kept)[:limit].strip()


def safe_file_name(text: str, default: str) -> str:
    """The last part of a path, without what file systems and headers give a meaning; else the default."""
    name = safe_name(re.split(r"[/\\]", text)[-1], 120)
    name = re.sub(r'[<>:"|?*]', "_", name).strip(". ")
    return name or default


def utf16_length(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """The beginning of a text, at most `limit` UTF-16 units, with no pair of surrogates split."""
    if len(text) <= limit and utf16_length(text) <= limit:
        return text
    return text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")


def _spaced(text: str) -> str:
    return _UNSAFE.sub("", text.replace("\r", " ").replace("\n", " ").replace("\t", " "))
