"""What looks like the name of a private person, for the reporter to take out.

Names stand after a form of address; or are whole (family name and more); or have the forms of Ê Đê,
M'nông and Gia Rai. Who is named in their office stays, and so does what is named after somebody.
"""

import re
import unicodedata

from bot.core.kernel.patterns import Pattern
from bot.core.opinion.addresses import KNOWN
from bot.core.opinion.name_patterns import (
    AND,
    MARKED,
    UNMARKED,
    folded,
)
from bot.core.opinion.name_words import (
    BARE_NAMED_AFTER,
    BARE_NOT_NAMES,
    BODY,
    HOLDER,
    NAMED_AFTER,
    NOT_NAMES,
    OWNED,
    SOMEBODY,
    TITLE,
    UPPER,
)

_NOT_NAMES = Pattern(NOT_NAMES)
_BARE_NOT_NAMES = Pattern(f"{folded(NOT_NAMES)}|{BARE_NOT_NAMES}")
_NAMED_AFTER = Pattern(NAMED_AFTER)
_BARE_NAMED_AFTER = Pattern(BARE_NAMED_AFTER)
_SOMEBODY, _HOLDER, _OWNED = Pattern(SOMEBODY), Pattern(HOLDER), Pattern(OWNED)
_STREET = Pattern(rf"{KNOWN}$")
# With no form of address before it and no Văn or Thị in it, who is known by streets is no neighbour.
_FAMOUS = re.compile(rf"(?![Yy]\s|[Aa]m[aií]\s|\w+\s+(?:[Vv]ăn|[Tt]hị|[Vv]an|[Tt]hi)\s)[{UPPER}]")
_ALONG = Pattern(r"(?i)(?<!\w)(?:đường|phố|tuyến|trường|ngã (?:ba|tư|năm|sáu)|nút|duong|pho|truong)(?!\w)")
_RANKED = Pattern(
    r"(?i)(?<!\w)(?:loại|hạng|nhóm|khu|lớp|lô|cúm|vitamin|đội|tổ|khối|bảng|gan|phương án"
    r"|điểm|alê|hàng|dãy|block)\s+$"
)
# "bí thư chi bộ và anh Hòa" are two; "Sở Giáo dục và Đào tạo" is one.
_IN_OFFICE_BEFORE = Pattern(rf"(?i:(?<!\w){TITLE})(?:\s+{BODY}){{0,10}}(?<!\s[vV]à)(?<!\s[vV]a)[\s:,]*$")
_IN_OFFICE_WITHIN = Pattern(rf"(?i)(?<!\w){TITLE}(?!\w)")
_IN_OFFICE_AFTER = Pattern(rf"(?i)\s*(?:[,(–-]\s*|\s)(?:hiện )?(?:là )?(?!nguyên ){TITLE}(?!\w)")
_MASK = re.compile(r"\[[^\[\]]*\]")
_MARK = re.compile("[À-ʯ\u1e00-\u1eff]")  # a letter with marks: without any, the text is written without them
# A river or a mountain; "Y Krông Hmok" is somebody.
_PLACE = re.compile(
    rf"(?<!\w)(?<![YyHh]\s)(?:(?i:ea|ia|krông(?!\s+knul)|cư|chư|đắk|đăk|dak)\s+[{UPPER}]|(?i:sêrêpốk)(?!\w))"
)
_REACH, _NEAR = 90, 32  # characters looked back over for an office; for what is named after somebody


def suspects(text: str) -> tuple[str, ...]:
    """What looks like a private person's name, each once, as it is written: "ông Nguyễn Văn A", "H'Hen Niê".

    Misses single names in lower case; may take a place or a firm for somebody.
    """
    plain = unicodedata.normalize("NFC", text)
    spans = [found.span() for found in MARKED.finditer(plain)]
    if not _MARK.search(_MASK.sub("", plain)):
        spans = _joined([found.span() for found in UNMARKED.finditer(plain)], spans)
    spans = [_before_place(plain, *span) for span in spans]
    private = _listed(plain, [span for span in spans if _private(plain, *span)])
    return tuple(dict.fromkeys(plain[start:end] for start, end in private))


def _before_place(text: str, start: int, end: int) -> tuple[int, int]:
    """A name without the place that follows it: "chị Lan Ea Kao"; where none is left, all of it."""
    place = _PLACE.search(text[start:end])
    name = text[start : start + place.start()].rstrip() if place else ""
    known = any(form.compiled.fullmatch(name) for form in (MARKED, UNMARKED)) if name else False
    return (start, start + len(name)) if known else (start, end)


def _joined(first: list[tuple[int, int]], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """These in their order, and of the others those that begin in none of them."""
    joined, at = list(first), 0
    for start, end in others:
        while at < len(first) and first[at][1] <= start:
            at += 1
        if at == len(first) or start < first[at][0]:
            joined.append((start, end))
    return sorted(joined)


def _listed(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """These and, behind each, the names that are only known for names by it."""
    known = {start for start, _ in spans}
    listed = []
    for span in spans:
        listed.append(span)
        more = AND.match(text, span[1])
        while more is not None and more.start("name") not in known and _private(text, *more.span("name")):
            listed.append(more.span("name"))
            more = AND.match(text, more.end())
    return listed


def _private(text: str, start: int, end: int) -> bool:
    """Whether these words are somebody's name, and not an office-holder's."""
    name = text[start:end]
    known = _BARE_NOT_NAMES if name.isascii() else _NOT_NAMES
    if known.match(" ".join(name.split())) or _IN_OFFICE_WITHIN.search(name) or _PLACE.search(name):
        return False
    before = text[max(0, start - _REACH) : start]
    if _named_after(before, name) or (name[1] == " " and _RANKED.search(before)):
        return False
    if _STREET.match(folded(name)) and (_FAMOUS.match(name) or _ALONG.search(before)):
        return False
    return not (_IN_OFFICE_BEFORE.search(before) or _IN_OFFICE_AFTER.match(text, end))


def _named_after(before: str, name: str) -> bool:
    """Whether a place or a body is named so, by the word before it."""
    if _SOMEBODY.match(name):
        return False
    near = before[-_NEAR:]
    if _HOLDER.match(name) and _OWNED.search(near):
        return False
    bare = _BARE_NAMED_AFTER.search(near) and not _MARK.search(before + name)
    return bool(bare or _NAMED_AFTER.search(near))
