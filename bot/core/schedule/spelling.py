"""Typed words made plain: lower case, without diacritics, numbers in digits.

Without diacritics "sau" is six or after, "toi" evening or next, "mot" one or the day after tomorrow. Where
they were typed, the word that was meant gets a mark of its own, and what is left unmarked is in doubt.
"""

import re
import unicodedata

LONGEST = 200  # characters of a time; a longer text is none

_MARKS = {
    "sáu": "sau6",
    "một": "mot1",
    "mốt": "mot2",
    "tới": "toi+",
    "tối": "toi-",
    "từ": "tu+",
    "tư": "tu4",
    "kìa": "kia3",
    "bảy": "bay7",
    "bẩy": "bay7",
    "bây": "bay0",
    "mỗi": "moi+",
    "tôi": "minh",
    "túi": "toi-",
    "mơi": "mai",
    "đêm": "dem",
    "âm": "am",
}
_AFTER = "sau+"
_ONES = {
    "mot1": 1,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "nam": 5,
    "sau6": 6,
    "bay7": 7,
    "bay": 7,
    "tam": 8,
    "chin": 9,
}
_LASTS = {**_ONES, "mot2": 1, "tu4": 4, "tu": 4, "lam": 5, "sau": 6}  # after "mươi"
_ONE, _LAST = "|".join(_ONES), "|".join(_LASTS)
_TENS = rf"(?:(?:{_ONE}) )?muoi(?: (?:{_LAST}))?"
_NUMBER = rf"(?:{_TENS}|{_ONE})"
_DAY_NUMBER = rf"{_TENS}|mot1|hai|ba|bon|nam|sau6|bay7|tam|chin"
# A dash between two weekdays leads from one to the other.
_WEEKDAY = r"(?:th[ứu] \w+|t[2-7]|cn|ch[ủu] nh[ậa]t)"
_RANGE = re.compile(rf"\b({_WEEKDAY})\s*[-–—]\s*(?={_WEEKDAY})")
_NOW_OR_SEVEN = re.compile(r"(?:(?:gui|phat|luc|vao|ngay) )*bay gio(?: (?:nhe|nha|a))*")
_B, _E = r"(?<![\w+-])", r"(?![\w+-])"
_WEEKDAYS = {"hai": "2", "ba": "3", "tu4": "4", "tu": "4", "nam": "5", "sau6": "6", "sau": "6", "bay7": "7"}
_WEEKDAYS["bay"] = "7"
_NOT_HOUR = r"(?! (?:gio|h|g|ruoi)(?![\w+-]))"
_LIST = re.compile(r"\b(th[ứu]\s*|t)([2-7](?:-[2-7]){2,})(?![\d/-])")
_DATE = re.compile(r"\b(?:(ng[àa]y\s+)(\d{1,2})|(2[5-9]|3[01]))[.](\d{1,2})(?![\d.])")  # with dots: no hour
# Words that mean one that is read: a region's, or a longer way to say it.
_SAME = tuple(
    (re.compile(rf"{_B}{pattern}{_E}"), same)
    for pattern, same in (
        (r"(?:chua? |c ?)nh[au]t", "cn"),
        (r"ni", "nay"),
        (r"thieu", "kem"),
        (r"sap toi\+?", "toi+"),
        (r"tuan (?:ke(?: tiep| toi\+?)?|tiep(?: theo)?)", "tuan sau+"),
        (r"(thu 7|t7|cn) cuoi tuan(?= (?:nay|sau\+?|toi\+?)(?![\w+-]))", r"\1 tuan"),
        (r"(thu 7|t7|cn) cuoi tuan", r"\1"),
        (rf"((?:\d+|{_NUMBER}) )(?:hom|bua)(?! (?:nay|mai|mot2?|kia3?|qua)(?![\w+-]))", r"\1ngay"),
        (r"cach(?= tet)", "truoc"),
        (rf"con ((?:\d+|{_NUMBER}) (?:ngay|tuan))(?: nua)?(?: la)?(?: den| toi\+?)? tet", r"\1 truoc tet"),
        # "tôi" without diacritics, where it can be nobody's evening.
        (r"(?:^toi|cho toi)(?= (?:muon |can )?(?:xin|nho|gui|phat|hen|dat)(?![\w+-]))", ""),
    )
)


def spelled(text: str) -> str:
    """The text made plain, with single spaces; empty where it is too long to be a time."""
    if len(text) > LONGEST:
        return ""
    whole = unicodedata.normalize("NFKC", text).casefold()
    whole = _RANGE.sub(r"\1 den ", whole.replace("ð", "đ"))
    whole = _LIST.sub(lambda days: days[1] + days[2].replace("-", " "), whole)
    whole = re.sub(r"(\d)[.](\d{1,2})[.](\d{4})", r"\1/\2/\3", whole)
    whole = _DATE.sub(lambda date: f"{date[1] or ''}{date[2] or date[3]}/{date[4]}", whole)
    whole = re.sub(r"(?<=\d)['’′](?= )", " phut", whole)
    whole = re.sub(r"[,;!?()\"“”'’‘`]|[.](?!\d)|(?<!\d)[.]|(?<!\d)[-–—]|[–—]|-(?!\d)", " ", whole)
    tokens = whole.split()
    before = ["", *tokens]
    words = " ".join(_token(one, _plain(last) != last) for one, last in zip(tokens, before, strict=False))
    # Without diacritics these are seven o'clock as well as now: they stay as they are.
    return words if _NOW_OR_SEVEN.fullmatch(words) else _numbers(words)


def _token(word: str, after_marks: bool) -> str:
    known = _MARKS.get(word)
    if known is not None:
        return known
    if word == "sau" and after_marks:
        return _AFTER
    return _plain(word)


def _plain(token: str) -> str:
    apart = unicodedata.normalize("NFD", token.replace("đ", "d"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _value(words: str) -> str:
    """A number in words, to digits: "hai muoi mot" → "21"."""
    tens, ten, ones = words.partition("muoi")
    if not ten:
        return str(_LASTS[words.strip()])
    head, tail = tens.strip(), ones.strip()
    return str((_ONES[head] if head else 1) * 10 + (_LASTS[tail] if tail else 0))


def _numbers(words: str) -> str:
    """Numbers in words become digits where what stands beside them says that they are numbers."""

    def digits(before: str, after: str, text: str, number: str = _NUMBER) -> str:
        pattern = rf"({_B}{before})({number})(?={after}){_E}"
        return re.sub(pattern, lambda found: found[1] + _value(found[2]), text)

    words = re.sub(rf"{_B}thu ({'|'.join(_WEEKDAYS)}){_E}", lambda w: f"thu {_WEEKDAYS[w[1]]}", words)
    for pattern, same in _SAME:
        words = pattern.sub(same, words)
    words = re.sub(rf"{_B}ham (?=(?:{_LAST}){_E})", "hai muoi ", words)
    # "sau giờ" alone is six o'clock; after a week or a month it is what follows.
    words = re.sub(rf"{_B}(?<!tuan )(?<!thang )(?<!nam )(?<!ngay )sau (gio|h|ruoi){_E}", r"6 \1", words)
    unit = r" (?:gio|h|g|ruoi|phut|tieng|lan|tuan)"
    words = digits("", rf"{unit}{_E}", words)
    words = digits("", rf" ngay (?:truoc|sau\+?|nua|mot){_E}", words)
    words = digits(r"(?:sau\+?|truoc tet|sau\+? tet) ", rf" ngay{_E}", words)
    words = digits(r"truoc tet ", rf" (?:ngay|tuan){_E}", words)
    words = digits(r"(?:trong|trong vong) ", rf" (?:ngay|tuan|thang){_E}", words)
    words = digits(r"kem ", "", words)
    words = re.sub(rf"{_B}(?<!\d )tieng ruoi{_E}", "1 tieng ruoi", words)
    words = digits(r"gio ", rf"(?! (?:thang|ngay|tuan|gio)){_E}", words, _TENS)
    words = digits(r"(?:mung|mong) ", _NOT_HOUR, words, f"{_NUMBER}|sau")
    months = rf"(?:muoi(?: (?:{_LAST}))?|{_ONE}|tu4|tu)"
    words = re.sub(rf"({_B}thang )({months}){_E}{_NOT_HOUR}", lambda m: m[1] + _month(m[2]), words)
    words = digits("", rf" thang{_E}", words)
    words = digits("", rf" (?:tet|chap|gieng){_E}", words, _TENS)
    words = digits("ngay ", _NOT_HOUR, words, _DAY_NUMBER)
    # "tháng 12 ngày 5"
    month = rf"{_B}(?<!\d )(thang (?:\d+|nay|sau\+?|toi\+?)) (ngay \d+){_E}{_NOT_HOUR}"
    return re.sub(month, r"\2 \1", words)


def _month(words: str) -> str:
    return "4" if words in ("tu4", "tu") else _value(words)
