"""What looks like the name of a private person, for the reporter to take out.

Names stand after a form of address; or are whole (family name and more); or have the forms of Ê Đê,
M'nông and Gia Rai. Who is named in their office stays, and so does what is named after somebody.
"""

import re
import unicodedata

from bot.core.kernel.patterns import Pattern
from bot.core.opinion.name_words import (
    ADDRESSED,
    BARE_ADDRESSED,
    BARE_FAMILY,
    BARE_GIVEN,
    BODY,
    FAMILY,
    GIVEN,
    HIGHLAND,
    LONE_FAMILY,
    MIDDLE,
    NAMED_AFTER,
    NOT_GIVEN,
    NOT_NAMES,
    OFFICE,
    PLAIN_FAMILY,
    SYLLABLE,
    TITLE,
    TRADE,
    UNSURE,
    UPPER,
    VERBS,
    WORK,
)


def _folded(text: str) -> str:
    """Without marks, letter by letter: as long as it was."""
    return "".join(unicodedata.normalize("NFD", c)[0] if c not in "đĐ" else "dD"[c == "Đ"] for c in text)


def _cased(words: str) -> str:
    """Each as it is, with a capital, and in capitals: quicker than a pattern that minds no case."""
    each = [(word, word[0].upper() + word[1:], word.upper()) for word in words.split("|")]
    return "|".join(dict.fromkeys(form for forms in each for form in forms))


_ANY_FAMILY = f"{FAMILY}|{_folded(FAMILY)}"
_SURE = "|".join(sorted(set(_folded(FAMILY).lower().split("|")) - set(UNSURE.split("|"))))
_GIVEN = rf"(?:\s+{SYLLABLE}){{1,4}}"
# "chị Ng. T. Hương": consonants with a dot are no syllable, so no sentence ends there.
_CUT = r"(?:(?:Ngx?|Nh|Trg?|Th|Ph|Kh|[BCDĐGHKLMNPQRSTVX])\.\s*){1,3}"
_AFTER_ADDRESS = (
    rf"(?:{OFFICE}\s+){{0,2}}(?!{OFFICE})(?:{_CUT}(?={SYLLABLE}))?{SYLLABLE}(?:\s+{SYLLABLE}){{0,5}}"
)
_HOUSE = rf"(?i:{HIGHLAND}|{_folded(HIGHLAND)})(?!\w)"
# Y Bhăm Êban, H'Hen Niê, H Mai, Ama Thuột, K'Brêu: a given name, and often a family's after it.
_HIGHLAND_GIVEN = (
    rf"(?:Y\s?['’-]?\s?{SYLLABLE}|H\s?['’]\s?[{UPPER}\w][\w'’-]*|H\s+{SYLLABLE}|K['’]\s?{SYLLABLE}"
    rf"|h['’]\s?[^\W\d][\w'’-]*|(?:Ama|Amí|Amĭ|Ami|Aê|Ae|Aduôn|[Mm]a|[Mm]í|[Mm]ĭ|[Yy]ă)\s+{SYLLABLE}(?:['’]\w+)?"
    rf"|(?i:ama|am[iíĭ]|adu[oô]n|aê)\s+(?:[YyHh]\s+)?[^\W\d_][\w'’]*"
    rf"|(?i:y\s|h(?:\s|['’]\s?))[^\W\d_][\w'’]*(?=\s+(?!nay|bing){_HOUSE}))"
)
_LOWER = (
    rf"(?:{FAMILY}|{_SURE})\s+(?:{MIDDLE})\s+(?:(?:{MIDDLE})\s+(?!(?:{VERBS})(?!\w)))?[^\W\d]+"
    rf"(?:\s+(?:{GIVEN}|{BARE_GIVEN})(?!\w))?"
    rf"|(?:{LONE_FAMILY})\s+(?!(?:{VERBS}|{NOT_GIVEN})(?!\w))[^\W\d]{{2,}}"
)
_WHOLE_LOWER = (
    rf"(?:{_cased(PLAIN_FAMILY)})\s+(?:[vV]ăn|[tT]hị)\s+(?!hóa|phòng|học|nghệ|trấn|xã|trường)[^\W\d]+"
)
_BORN = (
    rf"(?:{_cased('ông|bà|chú|bác|dì|cậu|mợ|thím|dượng|cô')})\s+(?:hai|tư|sáu|bảy|tám|chín|út)\s+(?!(?:tuổi|mươi"
    r"|trăm|nghìn|triệu|năm|tháng|ngày|lần|người|đứa|con|vợ|bên|mặt|đầu|nước|cái|nhà|hộ|xã|tỉnh|thôn)(?!\w))"
    rf"(?:(?:{TRADE})\s+[^\W\d]+|[^\W\d]+)"
)
_PERSON = _cased("ông|bà|anh|chị|cô giáo|cô|chú|bác|em|dì|cậu|thầy giáo|thầy|ôg|a|c")
_AT_WORK = (
    rf"(?:{_PERSON})\s+(?:{_cased(WORK)})(?:\s+(?:tên|tên là))?"
    rf"\s+(?:(?!{OFFICE}){SYLLABLE}(?:\s+{SYLLABLE}){{0,4}}|(?:{GIVEN})(?!\w))"
)
_SHORT = r"(?:[Nn]gx?|[Tt]rg?|[Pp]h)\.?\s+(?:[vV]ăn|[tT]hị|[vV]an|[tT]hi|[vV]\.|[tT]\.)\s*[^\W\d]+"
_FRIEND = (
    rf"(?:{_cased('chị|anh|bà|cô|chú|bác|dì|mợ|thím|ông')})\s+(?:{GIVEN})"
    r"(?<![Aa]nh hùng)(?<![Aa]nh dũng)(?!\w)"
)
_BARE_FRIEND = rf"(?:{_cased('anh|chi|ong|ba|bac|di')})\s+(?:{BARE_GIVEN})(?<![Bb]a lan)(?!\w)"
_NO_MIDDLE = r"(?!(?:Hóa|Phòng|Học|Nghệ|Miếu|Xã|Trấn|Trường|HÓA|PHÒNG|HỌC|NGHỆ|XÃ|TRẤN|TRƯỜNG)(?!\w))"
# What begins with a capital, looked for only where one stands.
_CAPITAL = (
    rf"(?!Đô|Siêu|Thành|Nhà|Hội|Phòng|Chợ|Cận){SYLLABLE}\s+(?:Văn|Thị|VĂN|THỊ)\s+{_NO_MIDDLE}{SYLLABLE}"
    rf"(?:\s+{SYLLABLE})?"
    rf"|(?:{_ANY_FAMILY})\s+(?:Van|Thi)\s+{SYLLABLE}(?:\s+{SYLLABLE})?"
    rf"|(?:{HIGHLAND}){_GIVEN}|Thị\s+{SYLLABLE}(?:\s+{SYLLABLE})?|[ABCÔ]\.\s?{SYLLABLE}(?:\s+{SYLLABLE}){{0,3}}"
    rf"|(?:{FAMILY})\s+{SYLLABLE}\s+{SYLLABLE}(?:\s+{SYLLABLE})?"
    # In capitals, in a sentence that is not.
    rf"|(?:{PLAIN_FAMILY.upper()})(?:\s+[{UPPER}]{{2,}}(?!\w)){{2,3}}(?!\s+[{UPPER}]{{2}})"
)
# A Biu (Xơ Đăng, Ba Na); and anh, chị, em as a letter at the beginning of a sentence.
_LETTER = (
    r"[ACE]\s+(?!(?:Lô|Lưới|Di|Pa|Dua|Còng|Khoản|Điều|Điểm|Mục|Chương)(?!\w))"
    rf"[{UPPER}](?:[^\W\d_{UPPER}][\w'’]*)(?:\s+{SYLLABLE}){{0,2}}"
)
# What somebody calls themselves on the net: "nick zalo Lan Anh", "Facebook: Tuan Phan".
_NET = rf"(?:{_cased('zalo|facebook|fb|tiktok|telegram|viber')})"
_NICK = (
    rf"(?:(?:{_cased('nick|ních')})(?:\s+(?:{_NET}|tên|là|của))*|{_NET}(?:\s+(?:tên|nick|cá nhân)|\s*:))\s*:?"
    rf"\s+(?!{OFFICE}|(?:Công|Mặt|Đoàn|Báo|Đài|Sở|Phòng|Trường|Trạm|Trang|Cổng|Nhóm|OA|UBND)(?!\w))"
    rf"{SYLLABLE}(?:\s+{SYLLABLE}){{1,4}}"
)
# Given names after a letter alone: "c. Lan".
CALLED = "Hưng|Hùng|Minh|Bình|Hoàng|Đức|Trung|Kiên|Tùng|Huy|Vinh|Lộc|Phước|Mai|Linh|Hà|Thu|Dung"
_MARKED = Pattern(
    rf"(?<!\w)(?:"
    rf"(?:{_cased(ADDRESSED)})(?<![Bb]à con)\s+(?:{_HIGHLAND_GIVEN}(?:\s+(?:{SYLLABLE}|{_HOUSE})){{0,3}}"
    rf"|{_AFTER_ADDRESS}|(?i:{_LOWER}))"
    rf"|{_HIGHLAND_GIVEN}(?:\s+(?:{SYLLABLE}|{_HOUSE})){{0,3}}"
    rf"|(?=[{UPPER}])(?:{_CAPITAL}|{_LETTER})"
    rf"|(?<![\n])(?<!^)[acôe]\.\s?{SYLLABLE}(?:\s+{SYLLABLE}){{0,3}}"
    rf"|[ace]\.\s?(?:(?i:{GIVEN})|{CALLED})(?!\w)"
    rf"|(?:a|c|e)\s+(?!Khoản|Điều|Điểm|Mục|Chương){SYLLABLE}(?:\s+{SYLLABLE}){{0,3}}"
    rf"|{_NICK}|{_AT_WORK}|{_WHOLE_LOWER}|{_BORN}|{_SHORT}|{_FRIEND}"
    rf")(?:\s+[\"“][^\"”\n]{{1,20}}[\"”])?"
)
_UNMARKED = Pattern(
    rf"(?<!\w)(?:(?i:{BARE_ADDRESSED})\s+(?:{_HIGHLAND_GIVEN}(?:\s+(?:{SYLLABLE}|{_HOUSE})){{0,3}}"
    rf"|(?:{_folded(FAMILY)}){_GIVEN}|(?i:{_LOWER})"
    rf"|(?!{_folded(OFFICE)}){SYLLABLE}(?:\s+{SYLLABLE}){{0,3}})"
    rf"|(?:{_folded(FAMILY)})\s+{SYLLABLE}\s+{SYLLABLE}(?:\s+{SYLLABLE})?"
    rf"|(?i:(?:{BARE_FAMILY})\s+(?:van|thi)\s+(?!hoa|phong|hoc|nghe|tran|xa|truong|dua|cong|hanh)[^\W\d]+)"
    rf"|{_BARE_FRIEND})"
)
# Further names in a list: "các ông Trần Văn Ba, Đỗ Mạnh và Hùng".
_AND = Pattern(
    rf"\s*(?:,|(?<=\s)(?:và|va|với|voi|&))\s+(?P<name>(?:{_ANY_FAMILY})\s+{SYLLABLE}"
    rf"|(?:{'|'.join(dict.fromkeys((*GIVEN.title().split('|'), *CALLED.split('|'))))}))(?![\w-]|\s+[{UPPER}])"
)
_NOT_NAMES = Pattern(NOT_NAMES)
_BARE_NOT_NAMES = Pattern(_folded(NOT_NAMES))
_NAMED_AFTER = Pattern(NAMED_AFTER)
_RANKED = Pattern(
    r"(?i)(?<!\w)(?:loại|hạng|nhóm|khu|lớp|lô|cúm|vitamin|đội|tổ|khối|bảng|gan|phương án"
    r"|điểm|alê|hàng|dãy|block)\s+$"
)
_IN_OFFICE_BEFORE = Pattern(rf"(?i:(?<!\w){TITLE})(?:\s+{BODY}){{0,10}}[\s:,]*$")
_IN_OFFICE_WITHIN = Pattern(rf"(?i)(?<!\w){TITLE}(?!\w)")
_IN_OFFICE_AFTER = Pattern(rf"(?i)\s*(?:[,(–-]\s*|\s)(?:hiện )?(?:là )?(?!nguyên ){TITLE}(?!\w)")
_MASK = re.compile(r"\[[^\[\]]*\]")
_PLACE = re.compile(r"(?i)(?<!\w)(?:ea|ia|krông (?!knul)|cư|chư|đắk|đăk|dak|sêrêpốk)(?!\w)")
_REACH = 90  # characters looked back over


def suspects(text: str) -> tuple[str, ...]:
    """What looks like a private person's name, each once, as it is written: "ông Nguyễn Văn A", "H'Hen Niê".

    Misses single names in lower case; may take a place or a firm for somebody.
    """
    plain = unicodedata.normalize("NFC", text)
    pattern = _UNMARKED if _MASK.sub("", plain).isascii() else _MARKED
    spans = [found.span() for found in pattern.finditer(plain)]
    if pattern is _UNMARKED:
        spans += [f.span() for f in _MARKED.finditer(plain) if not any(a <= f.start() < b for a, b in spans)]
    private = _listed(plain, sorted(span for span in spans if _private(plain, *span)))
    return tuple(dict.fromkeys(plain[start:end] for start, end in private))


def _listed(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """These and, behind each, the names that are only known for names by it."""
    known = {start for start, _ in spans}
    listed = []
    for span in spans:
        listed.append(span)
        more = _AND.match(text, span[1])
        while more is not None and more.start("name") not in known and _private(text, *more.span("name")):
            listed.append(more.span("name"))
            more = _AND.match(text, more.end())
    return listed


def _private(text: str, start: int, end: int) -> bool:
    """Whether these words are somebody's name, and not an office-holder's."""
    name = text[start:end]
    known = _BARE_NOT_NAMES if name.isascii() else _NOT_NAMES
    if known.match(" ".join(name.split())) or _IN_OFFICE_WITHIN.search(name) or _PLACE.search(name):
        return False
    before = text[max(0, start - _REACH) : start]
    if _NAMED_AFTER.search(before) or (name[1] == " " and _RANKED.search(before)):
        return False
    return not (_IN_OFFICE_BEFORE.search(before) or _IN_OFFICE_AFTER.match(text, end))
