"""Takes personal data out of a text before it is stored (patterns: facts/domain.md §4).

Matching looks at a skeleton: the text in NFC without invisible characters, its letters without marks, with
every kind of digit, dash and space written the plain way. What matches there is replaced in the text itself.
In doubt it masks: the reporter sees the text as it will be kept, and a leak cannot be taken back.
"""

import re
import unicodedata

from bot.core.kernel.values import Frozen
from bot.core.opinion import addresses, spoken
from bot.core.opinion.names import suspects
from bot.core.opinion.skeleton import Skeleton, skeleton
from bot.core.talk.form import Masked

__all__ = ["Found", "Guarded", "inspect", "mask", "suspects", "without"]

PHONE = "số điện thoại"
PAPER = "số giấy tờ"
EMAIL = "thư điện tử"
PLATE = "biển số"
ACCOUNT = "tài khoản"
ADDRESS = "địa chỉ"
LINK = "liên kết"
NAME = "tên"


class Found(Frozen):
    """One thing that was found: its kind, as a mask names it, and the words themselves."""

    kind: str
    value: str


class Guarded(Frozen):
    """A text with all that was found masked, names too; what that was, in the order of the kinds."""

    text: str
    found: tuple[Found, ...]


# Parts of patterns. All are VERBOSE: a blank counts only within brackets.
_S = r"[ .()_/-]{0,3}"  # what people put between digits
_AFTER = r"[^\d\n\[\]]"  # from a word of context to its number, never across what is masked already
_DATE = r"(?:\d{1,2}[ ./-]){1,2}(?:19|20)\d\d(?!\d)"
_YEARS = r"(?:19|20)\d\d[ ]?-[ ]?(?:19|20)\d\d(?!\d)"
_GROUPED = r"[1-9]\d{0,2}(?:\.\d{3})+(?![\d.])"
_MONEY = r"[1-9][\d.]*[ ]?(?i:dong|d(?![\w/])|vnd|nghin|trieu|ty)(?!\w)"
_COUNT = rf"{_GROUPED}[ ]?(?i:nguoi|cong[ ]dan|luot|ho|the|truong[ ]hop|tai[ ]khoan|can[ ]cuoc)(?!\w)"
_DECIMAL = r"0\.\d{1,2}(?![\d.])"
# Inside "1.034.567.890" no number of ours begins, unless ten digits stand together.
_START = rf"(?<!\d) (?:(?<!\d\.)|(?=\d{{10}})) (?!{_DATE}) (?!{_DECIMAL}) (?!{_MONEY})"
_HOME = rf"(?:\((?=[+\d]{{2,5}}\)))? (?:\+{_S}84|00{_S}84|84|0) {_S} (?:0\){_S})?"

_AT = r"(?:@|[ ]@[ ]|[ ]?\(a(?:t|[ ]cong)?\)[ ]?|[ ]a[ ](?:cong|moc)[ ])"
_DOT = r"(?:\.|[ ](?:cham|dot)[ ])"
_EMAIL = rf"(?<![\w.+-]) (?:\w+{_DOT}){{0,3}} [\w.+-]+ {_AT} [\w-]+ (?:{_DOT}[\w-]+)+"
_PROFILE = r"""
    (?i: (?:https?://)? (?<![\w.-]) (?:[\w-]+\.)*
         (?:facebook\.com|fb\.com|fb\.me|m\.me|t\.me|telegram\.me|zalo\.me|tiktok\.com|instagram\.com
           |twitter\.com|x\.com) /[^\s\[\]()]*[\w/]
       | https?://[^\s\[\]@]*@[^\s\[\]()]*\w )
  | (?<![\w@]) @\w[\w.]*\w
"""
# A link tells who shared it, or leads to them. What the state publishes is nobody's.
_TLD = r"(?:com|net|org|vn|info|biz|ly|me|co|gl|io|cc|app|xyz|top|site|online|shop|club|link|page|tv)"
_LINK = rf"""
    (?i: https?:// (?!(?:[\w-]+\.)*gov\.vn(?![\w.-])) [^\s\[\]()<>]*[\w/] )
  | (?<![\w@./-]) (?:[\w-]+\.)+{_TLD} (?<!gov\.vn) /[^\s\[\]()<>]*[\w/]
"""
_BANK = rf"""
    (?i: (?<![\w\[]) (?:stk|tk|tai[ ]khoan|so[ ]the(?![ ](?:can[ ]cuoc|cccd|bao[ ]hiem|bhyt)))
         (?![^\W\d]) {_AFTER}{{0,30}} )
    (?!{_DATE}|{_YEARS}|{_GROUPED}|{_MONEY})
    (?P<number> \d(?:{_S}\d){{5,18}} ) (?!\d)
"""
_CITIZEN_CARD = rf"""
    (?=0) {_START} 0{_S} (?:0{_S}[1-9]|[1-8]{_S}\d|9{_S}[0-6]) {_S}[0-3] (?:{_S}\d){{8}} (?!\d)
"""
_OTHER_CARD = rf"""
    (?i: (?<!\w) (?:cmnd|cmtnd|cmt|cccd|(?:so|giay)[ ]chung[ ]minh
                  |chung[ ]minh(?:[ ](?:thu|nhan[ ]dan)|(?=(?:[ ]so)?[ ]?:?[ ]?\d))
                  |can[ ]cuoc|dinh[ ]danh|ho[ ]chieu|so[ ]cm|bhyt|bhxh|so[ ]bao[ ]hiem|mst|ma[ ]so[ ]thue)
         (?![^\W\d]) {_AFTER}{{0,25}}? )
    (?!{_DATE}|{_MONEY}|{_COUNT})
    (?P<number> [A-Z]{{2}}{_S}\d(?:{_S}\d){{12,14}} | [A-Z]{_S}\d(?:{_S}\d){{6,7}}
      | \d(?:{_S}\d){{8,11}} ) (?!\d)
"""
_MOBILE = rf"""
    (?=[(+08]) {_START} {_HOME}
    (?:3{_S}[2-9]|5{_S}[25689]|7{_S}[06-9]|8{_S}[1-9]|9{_S}\d|1{_S}[2689]) (?:{_S}\d){{7}}\d? (?!\d)
"""
_LANDLINE = rf"(?=[(+08]) {_START} {_HOME} 2(?:{_S}\d){{8,9}} (?!\d)"
_PLATE = r"""
    (?<!\w)
    (?: [1-9]\d[ -]{0,3}[A-Z]{1,2}\d?[ -]{0,3}\d{3}[ .]?\d{2}
      | [1-9]\d[ -]?[A-Z]\d?[ -]?(?!(?:19|20)\d\d(?!\d))\d{4}
      | [1-9]\d-?[a-z]\d[ -]?\d{3}\.?\d{2}
      | [1-9]\d[a-gln-z]-?\d{3}\.?\d{2}
      | [1-9]\d[a-gln-z][ ]-?[ ]?\d{3}\.\d{2}
      | (?:NN|NG|QT|CV)[ -]?\d{3}[ -]?\d{2} )
    (?![\d/])
"""
_RULES = tuple(
    (kind, re.compile(pattern, re.VERBOSE))
    for kind, pattern in (
        (EMAIL, _EMAIL),
        (ACCOUNT, _PROFILE),
        (LINK, _LINK),
        (ACCOUNT, _BANK),
        (PAPER, _CITIZEN_CARD),
        (PAPER, _OTHER_CARD),
        (PHONE, _MOBILE),
        (PHONE, _LANDLINE),
        (PLATE, _PLATE),
        (ADDRESS, addresses.PATTERN),
    )
)


def mask(text: str) -> Masked:
    """The text in NFC with numbers, e-mail, plates, accounts and addresses replaced by "[kind]".

    Masking what is masked changes nothing. Names stay: see `suspects`.
    """
    masked, found = _masked(text)
    return Masked(text=masked, found=tuple(dict.fromkeys(one.kind for one in found)))


def inspect(text: str) -> Guarded:
    """All that is found, names too, and the text without any of it."""
    masked, found = _masked(text)
    names = suspects(masked)
    for name in names:
        masked = without(masked, name)
    return Guarded(text=masked, found=(*found, *(Found(kind=NAME, value=name) for name in names)))


def without(text: str, name: str) -> str:
    """The text with one of its `suspects` replaced, wherever it stands as a whole."""
    written = r"\s+".join(re.escape(word) for word in unicodedata.normalize("NFC", name).split())
    return re.sub(rf"(?<!\w){written}(?!\w)", f"[{NAME}]", unicodedata.normalize("NFC", text))


def _masked(text: str) -> tuple[str, list[Found]]:
    found: list[Found] = []
    bones, before = skeleton(text), None
    # What is masked can make another number stand free ("0905…,0914…"), so until nothing is left.
    while bones.text != before:
        before = bones.text
        bones = _written_out(bones, found)
        for kind, pattern in _RULES:
            bones = _replaced(bones, kind, pattern, found)
    return bones.text, found


def _replaced(bones: Skeleton, kind: str, pattern: re.Pattern[str], found: list[Found]) -> Skeleton:
    group = "number" if "number" in pattern.groupindex else 0
    text, places = bones.text, bones.places
    pieces, at = [], 0
    # What follows a find stands free, as if behind a mask: a chain ("@a1@b2@c3…") goes in one pass, not in
    # as many as it has links, or one long text would keep everybody waiting. `gone`: where the rest begins.
    rest, gone, begin = bones.plain, 0, 0
    while match := pattern.search(rest, begin):
        start, end = match.span(group)
        left, right = places[gone + start], places[gone + end]
        found.append(Found(kind=kind, value=text[left:right].strip()))
        pieces += [text[at:left], f"[{kind}]"]
        at = right
        rest, gone, begin = f"]{rest[end:]}", gone + end - 1, 1
    return skeleton("".join([*pieces, text[at:]])) if pieces else bones


def _written_out(bones: Skeleton, found: list[Found]) -> Skeleton:
    """Numbers in words, or with letters that look alike, are what their digits would be."""
    pieces, at = [], 0
    for start, end, digits in spoken.runs(bones.plain):
        kind = _kind(bones.plain[max(0, start - 40) : start], digits)
        left, right = bones.places[start], bones.places[end]
        if kind is not None and left >= at:
            found.append(Found(kind=kind, value=bones.text[left:right].strip()))
            pieces += [bones.text[at:left], f"[{kind}]"]
            at = right
    return skeleton("".join([*pieces, bones.text[at:]])) if pieces else bones


def _kind(before: str, digits: str) -> str | None:
    """What digits are after these words; None where they are no number of ours."""
    for kind, pattern in _RULES:
        match = pattern.search(f"{before}{digits}", max(0, len(before) - 40))
        while match is not None and match.end() < len(before) + len(digits):
            match = pattern.search(f"{before}{digits}", match.end())
        if match is not None:
            return kind
    return None
