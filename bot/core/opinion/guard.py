"""Takes personal data out of a text before it is stored (patterns: facts/domain.md §4).

Matching looks at a skeleton: the text in NFC without invisible characters, with every kind of digit, dash
and space written the plain way. What matches there is replaced in the text itself. In doubt it masks: the
reporter sees the text as it will be kept, and a leak cannot be taken back.
"""

import re
import unicodedata
from functools import lru_cache

from bot.core.talk.form import Masked

PHONE = "số điện thoại"
PAPER = "số giấy tờ"
EMAIL = "thư điện tử"
PLATE = "biển số"
ACCOUNT = "tài khoản"


# Parts of patterns. All are VERBOSE: a blank counts only within brackets.
_S = r"[ .()_-]{0,3}"  # what people put between digits
_AFTER = r"[^\d\n\[\]]"  # from a word of context to its number, never across what is masked already
_DATE = r"(?:\d{1,2}[ ./-]){1,2}(?:19|20)\d\d(?!\d)"
_YEARS = r"(?:19|20)\d\d[ ]?-[ ]?(?:19|20)\d\d(?!\d)"
_GROUPED = r"[1-9]\d{0,2}(?:\.\d{3})+(?![\d.])"
_MONEY = r"[1-9][\d.]*[ ]?(?i:đồng|đ(?![\w/])|vnđ|vnd)(?!\w)"
_COUNT = rf"{_GROUPED}[ ]?(?:người|công[ ]dân|lượt|hộ|thẻ|trường[ ]hợp|tài[ ]khoản|căn[ ]cước)"
_DECIMAL = r"0\.\d{1,2}(?![\d.])"
# Inside "1.034.567.890" no number of ours begins, unless ten digits stand together.
_START = rf"(?<!\d) (?:(?<!\d\.)|(?=\d{{10}})) (?!{_DATE}) (?!{_DECIMAL}) (?!{_MONEY})"
_HOME = rf"(?:\((?=[+\d]{{2,5}}\)))? (?:\+{_S}84|00{_S}84|84|0) {_S} (?:0\){_S})?"

_EMAIL = r"(?<![\w.+-]) [\w.+-]+ (?:@|[ ]@[ ]) [\w-]+ (?:\.[\w-]+)+"
_PROFILE = r"""
    (?i: (?:https?://)? (?<![\w.-]) (?:[\w-]+\.)*
         (?:facebook\.com|fb\.com|fb\.me|m\.me|t\.me|telegram\.me|zalo\.me|tiktok\.com|instagram\.com
           |twitter\.com|x\.com) /[^\s\[\]()]*[\w/]
       | https?://[^\s\[\]@]*@[^\s\[\]()]*\w )
  | (?<![\w@]) @\w[\w.]*\w
"""
_BANK = rf"""
    (?i: (?<![\w\[]) (?:stk|tk|tài[ ]khoản|số[ ]thẻ)(?![^\W\d]) {_AFTER}{{0,30}} )
    (?!{_DATE}|{_YEARS}|{_GROUPED}|{_MONEY})
    (?P<number> \d(?:{_S}\d){{5,18}} ) (?!\d)
"""
_CITIZEN_CARD = rf"""
    {_START} 0{_S} (?:0{_S}[1-9]|[1-8]{_S}\d|9{_S}[0-6]) {_S}[0-3] (?:{_S}\d){{8}} (?!\d)
"""
_OTHER_CARD = rf"""
    (?i: (?<!\w) (?:cmnd|cmtnd|cmt|cccd|(?:số|giấy)[ ]chứng[ ]minh|chứng[ ]minh[ ](?:thư|nhân[ ]dân)
                  |căn[ ]cước|định[ ]danh|hộ[ ]chiếu|số[ ]cm) (?![^\W\d]) {_AFTER}{{0,25}}? )
    (?!{_DATE}|{_MONEY}|{_COUNT})
    (?P<number> [A-Z]{_S}\d(?:{_S}\d){{6,7}} | \d(?:{_S}\d){{8,11}} ) (?!\d)
"""
_MOBILE = rf"""
    {_START} {_HOME}
    (?:3{_S}[2-9]|5{_S}[25689]|7{_S}[06-9]|8{_S}[1-9]|9{_S}\d|1{_S}[2689]) (?:{_S}\d){{7}}\d? (?!\d)
"""
_LANDLINE = rf"{_START} {_HOME} 2(?:{_S}\d){{8,9}} (?!\d)"
_PLATE = r"""
    (?<!\w)
    (?: [1-9]\d[ -]{0,3}[A-ZĐ]{1,2}\d?[ -]{0,3}\d{3}[ .]?\d{2}
      | [1-9]\d[ -]?[A-ZĐ]\d?[ -]?(?!(?:19|20)\d\d(?!\d))\d{4}
      | [1-9]\d-?[a-zđ]\d[ -]?\d{3}\.?\d{2}
      | [1-9]\d[a-gln-zđ]-?\d{3}\.?\d{2}
      | (?:NN|NG|QT|CV)[ -]?\d{3}[ -]?\d{2} )
    (?![\d/])
"""
_RULES = tuple(
    (kind, re.compile(pattern, re.VERBOSE))
    for kind, pattern in (
        (EMAIL, _EMAIL),
        (ACCOUNT, _PROFILE),
        (ACCOUNT, _BANK),
        (PAPER, _CITIZEN_CARD),
        (PAPER, _OTHER_CARD),
        (PHONE, _MOBILE),
        (PHONE, _LANDLINE),
        (PLATE, _PLATE),
    )
)

_UPPER = "".join(
    c for c in map(chr, range(0x41, 0x1EFA)) if c.isupper() and "LATIN" in unicodedata.name(c, "")
)
_SYLLABLE = rf"[{_UPPER}](?:\.|[\w'’-]*)"
_OFFICE = r"(?i:(?:bí|chủ|giám|thủ|tổng|phó|trưởng|bộ|ủy|đảng|lãnh) \w+|tỉnh|xã|hội|ban)(?!\w)"
_NAME = re.compile(
    rf"(?<!\w)(?i:ông|bà|anh|chị|cô|chú|bác|em|cụ|thầy|già làng|trưởng buôn|trưởng thôn|đ/c|đồng chí)\s+"
    rf"(?:{_OFFICE}\s+){{0,2}}(?!{_OFFICE}){_SYLLABLE}(?:\s+{_SYLLABLE}){{0,5}}"
)
# Places, streets, feasts and forms of address that look like somebody's name.
_NOT_NAMES = re.compile(
    r"(?i:bà (?:rịa|nà|đen|triệu|trưng|con|ngoại|nội)|ông (?:nội|ngoại|bà|công|táo)|cô (?:tô|giáo|chú|bác)"
    r"|em (?:bé|học)|anh (?:hùng|quốc|chị|em)|chị em|thầy (?:thuốc|cô|giáo)|(?:cụ|bác) hồ)(?!\w)"
)


def mask(text: str) -> Masked:
    """The text in NFC with phone and paper numbers, e-mail, plates and accounts replaced by "[kind]".

    Masking what is masked changes nothing. Names stay: see `suspects`.
    """
    found: list[str] = []
    before = None
    # What is masked can make another number stand free ("0905…,0914…"), so until nothing is left.
    while text != before:
        before = text
        text = unicodedata.normalize("NFC", text)
        for kind, pattern in _RULES:
            masked = _replaced(text, kind, pattern)
            if masked != text and kind not in found:
                found.append(kind)
            text = masked
    return Masked(text=text, found=tuple(found))


def suspects(text: str) -> tuple[str, ...]:
    """What looks like somebody's name after a form of address, for a warning: "ông Nguyễn Văn A".

    Misses names in lower case and names alone; may take an office-holder for a private person.
    """
    plain = unicodedata.normalize("NFC", text)
    names = (found[0] for found in _NAME.finditer(plain) if not _NOT_NAMES.match(" ".join(found[0].split())))
    return tuple(dict.fromkeys(names))


def _replaced(text: str, kind: str, pattern: re.Pattern[str]) -> str:
    places = [place for place, character in enumerate(text) if _plain(character)]
    skeleton = "".join(_plain(text[place]) for place in places)
    places.append(len(text))
    group = "number" if "number" in pattern.groupindex else 0
    pieces, at = [], 0
    # What follows a find stands free, as if behind a mask: a chain ("@a1@b2@c3…") goes in one pass, not in
    # as many as it has links, or one long text would keep everybody waiting. `gone`: where the rest begins.
    rest, gone, begin = skeleton, 0, 0
    while found := pattern.search(rest, begin):
        start, end = found.span(group)
        pieces += [text[at : places[gone + start]], f"[{kind}]"]
        at = places[gone + end]
        rest, gone, begin = f"]{rest[end:]}", gone + end - 1, 1
    return "".join([*pieces, text[at:]])


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """One character as the patterns expect it; "" for what is not seen by itself."""
    if "\n" <= character <= "~":
        return " " if character in "\t\v\f\r" else character
    category = unicodedata.category(character)
    if category in ("Cf", "Cc", "Mn", "Me"):
        return ""
    if category == "Pd" or character == "−":
        return "-"
    if category == "Zs":
        return " "
    if character in "·•∙‧":
        return "."
    digit = unicodedata.digit(character, None)
    same = unicodedata.normalize("NFKC", character)
    return str(digit) if digit is not None else same if len(same) == 1 else character
