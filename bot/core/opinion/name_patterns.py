"""How names of people look, as patterns for a text in NFC: with marks, without any, and further in a list."""

import unicodedata

from bot.core.kernel.patterns import Pattern
from bot.core.opinion.name_words import (
    ADDRESSED,
    BARE_ADDRESSED,
    BARE_FAMILY,
    BARE_GIVEN,
    BARE_MAYBE,
    CALLED,
    CLEAR,
    FAMILY,
    FIRST,
    GIVEN,
    HIGHLAND,
    LONE_FAMILY,
    MIDDLE,
    NO_CALL,
    NO_NAME,
    NORTH,
    NOT_GIVEN,
    OFFICE,
    PLAIN_FAMILY,
    RARE_MIDDLE,
    SECOND,
    SURE_FAMILY,
    SYLLABLE,
    TRADE,
    UNSURE,
    UPPER,
    VERBS,
    WORK,
)


def folded(text: str) -> str:
    """Without marks, letter by letter: as long as it was."""
    return "".join(unicodedata.normalize("NFD", c)[0] if c not in "đĐ" else "dD"[c == "Đ"] for c in text)


def _cased(words: str) -> str:
    """Each as it is, with a capital, and in capitals: quicker than a pattern that minds no case."""
    each = [(word, word[0].upper() + word[1:], word.upper()) for word in words.split("|")]
    return _either("|".join(form for forms in each for form in forms))


def _either(words: str) -> str:
    """The same alternatives by their first letters: a place in a text is tried with its letter's alone."""
    rests: dict[str, list[str]] = {}
    for word in dict.fromkeys(words.split("|")):
        rests.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items())


_FAMILY = _either(FAMILY)
_ANY_FAMILY = _either(f"{FAMILY}|{folded(FAMILY)}")
_HIGHLAND = _either(HIGHLAND)
_SURE = "|".join(sorted(set(folded(FAMILY).lower().split("|")) - set(UNSURE.split("|"))))
_GIVEN = rf"(?:\s+{SYLLABLE}){{1,4}}"
# "chị Ng. T. Hương": consonants with a dot are no syllable, so no sentence ends there.
_CUT = r"(?:(?:Ngx?|Nh|Trg?|Th|Ph|Kh|[BCDĐGHKLMNPQRSTVX])\.\s*){1,3}"
_AFTER_ADDRESS = (
    rf"(?:{OFFICE}\s+){{0,2}}(?!{OFFICE})(?:{_CUT}(?={SYLLABLE}))?{SYLLABLE}(?:\s+{SYLLABLE}){{0,5}}"
)
_HOUSE = rf"(?i:{HIGHLAND}|{folded(HIGHLAND)})(?!\w)"
# Y Bhăm Êban, H'Hen Niê, H Mai, Ama Thuột, K'Brêu: a given name, and often a family's after it.
_HIGHLAND_GIVEN = (
    rf"(?=[aAbBhHkKmMyY])(?:Y\s?['’-]?\s?{SYLLABLE}|H\s?['’]\s?[{UPPER}\w][\w'’-]*|H\s+{SYLLABLE}|K['’]\s?{SYLLABLE}"
    rf"|[hk]['’]\s?[^\W\d][\w'’-]*|(?:Ama|Amí|Amĭ|Ami|Aê|Ae|Aduôn|[Mm]a|[Mm]í|[Mm]ĭ|[Yy]ă)\s+{SYLLABLE}(?:['’]\w+)?"
    rf"|(?:Ka|[Bb]ok)\s+{SYLLABLE}|mí\s+(?!mắt)[^\W\d_][\w'’]*"
    rf"|(?i:ama|am[iíĭ]|adu[oô]n|aê)\s+(?:[YyHh]\s+)?[^\W\d_][\w'’]*"
    rf"|(?i:y\s|h(?:\s|['’]\s?))[^\W\d_][\w'’]*(?=\s+(?!nay|bing){_HOUSE}))"
)
# A family's name first, in lower case: "chi ro cham h yeo", "anh siu y thang".
_HOUSE_FIRST = rf"(?!(?i:nay|bing)(?!\w)){_HOUSE}\s+(?i:y\s|h(?:\s|['’]\s?))[^\W\d_][\w'’]+"
# "hộ vàng a sùng", "anh ly seo pao".
_NORTHERN = rf"(?i:{NORTH}|{folded(NORTH)})\s+(?i:a|seo)\s+(?!l[ôo](?!\w))[^\W\d]{{2,}}"
_LOWER = (
    rf"(?:{FAMILY}|{_SURE})\s+(?:{MIDDLE})\s+(?:(?:{MIDDLE})\s+(?!(?:{VERBS})(?!\w)))?[^\W\d]+"
    rf"(?:\s+(?:{GIVEN}|{BARE_GIVEN}|{SECOND})(?!\w))?"
    rf"|(?:{SURE_FAMILY})\s+(?:{RARE_MIDDLE})\s+(?!(?:{VERBS})(?!\w))[^\W\d]{{2,}}"
    rf"|(?:{LONE_FAMILY})\s+(?!(?:{VERBS}|{NOT_GIVEN})(?!\w))[^\W\d]{{2,}}|{_NORTHERN}"
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
_WORKER = (
    rf"(?:{_cased(WORK)}|[Hh]ộ|[Gg][dđ]|[Gg]/[dđ]|(?:[Nn]hà|[Rr]ẫy|[Đđ]ất|[Cc]on|[Vv]ợ) của)\s+"
    rf"(?:(?!Hồ (?:Lắk|Ea|Chí))(?:{PLAIN_FAMILY.title()})(?:\s+{SYLLABLE}){{1,3}}"
    rf"|(?:{GIVEN.title()})(?![\w-]|\s+[{UPPER}]))"
)
# Who says who they are; who is told apart by what they sell or where they live, in lower case.
_SELF = (
    r"(?:[Tt]ôi|[Tt]ui|[Mm]ình|[Ee]m|[Ee]|[Cc]háu)\s+(?:là|tên|tên là)\s+"
    rf"(?!{OFFICE}|(?:Đoàn|Người|Cháu|Cán|Giáo|Chi|Cựu|Nông|Công|Phụ|Việt|Dân|Kinh|Tày|Nùng|Mường)(?!\w))"
    rf"(?:[{UPPER}][^\W\d_{UPPER}][\w'’]*(?:\s+{SYLLABLE}){{0,3}}|(?:{GIVEN})(?!\w))"
)
# What stands behind a name in lower case and tells that it was one.
_TOLD = (
    r"(?=\s+(?:(?:bán|ban(?! hanh| do| dau)|lái|lai xe|xe ôm|xe om|sửa|sua xe|nuôi|nuoi|cho vay|cho hui"
    r"|chơi hụi|mầm non|mam non|dạy|nói|noi(?! tieng| dung| bo| dai| thanh| vu| that)|bảo|kể"
    r"|hỏi|hoi|xin|đề nghị|de nghi|phản ánh|phan anh|than|kêu|keu|nhờ|nho)(?!\w)"
    r"|(?:ở |o )?(?:thôn|xóm|tổ|buôn|thon|xom|to|buon)\s+(?:\d|[A-ZĐ])))"
)
# The same without places: "chi hai thon 3" may be "chỉ hai thôn".
_SAID = (
    r"(?=\s+(?:noi(?! tieng| dung| bo| dai| thanh| vu| that)|hoi|xin|de nghi|phan anh|keu|nho|than|ke)(?!\w))"
)
# Whose somebody or something is: "con cua chi hong", "nha ong thinh". "cua ba huyen" is three districts.
_KIN = r"(?:(?<=nha )|(?<=vo )|(?<=chong )|(?<=con )|(?<=me ))"
_OF = rf"(?:(?<=cua )|{_KIN})"
_PLACED = (
    rf"(?:{_cased('ông|bà|anh|chị|cô|chú|bác|dì|cậu|mợ|thím|thầy|ong|bac|chu')})\s+"
    rf"(?!(?:{NO_CALL}|{NO_NAME})(?!\w))(?:(?:{FIRST})\s+)?[^\W\d]{{2,}}{_TOLD}"
)
# "chú năm thọ", "ong ba den": a number of birth and a given name, where what follows tells.
_NTH = (
    rf"(?:{_cased('ông|bà|anh|chị|cô|chú|bác|dì|cậu|mợ|thím|dượng|ong|ba|chu|bac|di')})\s+"
    r"(?:hai|ba|tư|năm|sáu|bảy|tám|chín|mười|út|tu|nam|sau|bay|tam|chin|muoi|ut)\s+"
    rf"(?!(?:{NO_CALL}|ngoái|ngoai|trước|tháng|thang|trăm|tram|nghìn|triệu|mươi|người|nguoi|nhà|nha|hộ)(?!\w))"
    rf"[^\W\d]{{2,}}{_TOLD}"
)
_HOUSE_OF = rf"[Nn]hà\s+(?:Hai|Tư|Năm|Sáu|Bảy|Tám|Chín|Mười|Út)\s+{SYLLABLE}"
_SHORT = r"(?:[Nn]gx?|[Tt]rg?|[Pp]h)\.?\s+(?:[vV]ăn|[tT]hị|[vV]an|[tT]hi|[vV]\.|[tT]\.)\s*[^\W\d]+"
_FRIEND = (
    rf"(?:{_cased('chị|anh|bà|cô|chú|bác|dì|mợ|thím|ông')})\s+(?:(?:{FIRST})\s+)?(?:{GIVEN})"
    r"(?<![Aa]nh hùng)(?<![Aa]nh dũng)(?!\w)"
)
_BARE_FRIEND = rf"(?<!dong )(?:{_cased('anh|chi|ong|ba|bac|di')})\s+(?:{BARE_GIVEN})(?<![Bb]a lan)(?!\w)"
_NO_MIDDLE = r"(?!(?:Hóa|Phòng|Học|Nghệ|Miếu|Xã|Trấn|Trường|HÓA|PHÒNG|HỌC|NGHỆ|XÃ|TRẤN|TRƯỜNG)(?!\w))"
# What begins with a capital, looked for only where one stands.
_CAPITAL = (
    rf"(?!Đô|Siêu|Thành|Nhà|Hội|Phòng|Chợ|Cận){SYLLABLE}\s+(?:Văn|Thị|VĂN|THỊ)\s+{_NO_MIDDLE}{SYLLABLE}"
    rf"(?:\s+{SYLLABLE})?"
    rf"|(?:{_ANY_FAMILY})\s+(?:Van|Thi)\s+{SYLLABLE}(?:\s+{SYLLABLE})?"
    rf"|(?:{_HIGHLAND}){_GIVEN}|Thị\s+{SYLLABLE}(?:\s+{SYLLABLE})?"
    rf"|(?<![\n])(?<!^)[ABC]\.\s?{SYLLABLE}(?:\s+{SYLLABLE}){{0,3}}"
    # At the beginning a letter may also head a list.
    rf"|Ô\.\s?{SYLLABLE}(?:\s+{SYLLABLE}){{0,3}}"
    rf"|[ABC]\.\s?(?:{SYLLABLE}(?:\s+{SYLLABLE}){{1,3}}|(?:{GIVEN.title()}|{CALLED})(?!\w))"
    rf"|(?:{_FAMILY})\s+{SYLLABLE}\s+{SYLLABLE}(?:\s+{SYLLABLE})?"
    # In capitals, in a sentence that is not.
    rf"|(?:{PLAIN_FAMILY.upper()})(?:\s+[{UPPER}]{{2,}}(?!\w)){{2,3}}(?!\s+[{UPPER}]{{2}})"
)
# A Biu (Xơ Đăng, Ba Na); and anh, chị, em as a letter at the beginning of a sentence.
_LETTER = (
    r"[ACE]\s+(?!(?:Lô|Lưới|Mác|Ban|Di|Pa|Dua|Còng|Khoản|Điều|Điểm|Mục|Chương)(?!\w))"
    rf"[{UPPER}](?:[^\W\d_{UPPER}][\w'’]*)(?:\s+{SYLLABLE}){{0,2}}"
)
# What somebody calls themselves on the net: "nick zalo Lan Anh", "Facebook: Tuan Phan".
_NET = rf"(?:{_cased('zalo|facebook|fb|tiktok|telegram|viber')})"
_NICK = (
    rf"(?:(?:{_cased('nick|ních')})(?:\s+(?:{_NET}|tên|là|của))*|{_NET}(?:\s+(?:tên|nick|cá nhân)|\s*:))\s*:?"
    rf"\s+(?!{OFFICE}|(?:Công|Cục|Bộ|Trung|Mặt|Đoàn|Báo|Đài|Sở|Phòng|Trường|Trạm|Trang|Cổng|Nhóm|OA|UBND)(?!\w))"
    rf"{SYLLABLE}(?:\s+{SYLLABLE}){{1,4}}"
    rf"|{_NET}\s+(?!Hồ )(?:(?:{PLAIN_FAMILY.title()})(?:\s+{SYLLABLE}){{1,3}}"
    rf"|{SYLLABLE}(?:\s+{SYLLABLE})?\s+(?:{PLAIN_FAMILY.title()})(?!\w))"
)
_NTH_CHILD = "Hai|Tư|Năm|Sáu|Bảy|Tám|Chín|Mười|Út"
# "o" is an aunt where the middle of the country speaks, "b" bà or bác, "ảnh" he.
_ONE_NAME = rf"(?:{GIVEN.title()}|{CALLED})(?![\w-]|\s+[{UPPER}])"
_KIN_CALLED = (
    rf"o\s+(?:{_ONE_NAME}|{SYLLABLE}{_TOLD})|pa\s+{SYLLABLE}"
    rf"|[Bb]\s+(?:{_ONE_NAME}|(?:{_NTH_CHILD})(?![\w-]|\s+[{UPPER}]))|(?:[Ảả]nh|chỉ)\s+(?:{_NTH_CHILD})\s+{SYLLABLE}"
)
# Whose an account is, as banks write it: "stk … vcb NGUYEN THANH LIEM".
_BANKS = "vcb|VCB|Vcb|bidv|BIDV|bank|BANK|Bank|acb|ACB|shb|SHB|mb|MB|tk|TK|stk|STK|khoản]|tên|ten|TÊN|TEN"
_AT_BANK = "|".join(rf"(?<={bank}{end} )" for bank in _BANKS.split("|") for end in ("", ",", ":", " -"))
_PAYEE = (
    rf"(?=[{UPPER}]\w+\s+[{UPPER}])(?:{_AT_BANK})(?:(?:{_either(folded(FAMILY).upper())})(?:\s+[{UPPER}]{{2,}}(?!\w)){{1,3}}"
    rf"|(?:{_either(folded(FAMILY))})(?:\s+{SYLLABLE}){{1,3}})"
)
MARKED = Pattern(
    rf"(?<!\w)(?:"
    rf"(?:{_cased(ADDRESSED)})(?<![Bb][àa] con)\s+(?:{_HIGHLAND_GIVEN}(?:\s+(?:{SYLLABLE}|{_HOUSE})){{0,3}}"
    rf"|{_SHORT}|{_AFTER_ADDRESS}|(?i:{_LOWER})|{_HOUSE_FIRST})"
    rf"|{_HIGHLAND_GIVEN}(?:\s+(?:{SYLLABLE}|{_HOUSE})){{0,3}}"
    # H and Y without more, in lower case, after a form of address: "chị h nga".
    rf"|(?:{_cased('ông|bà|anh|chị|chú|bác|cụ|già làng|trưởng buôn|ong|ba|chi|chu|gia lang')})\s+[hy]\s+"
    rf"(?!(?:ta|tá|si|sĩ|te|tế|{VERBS})(?!\w))"
    rf"[^\W\d]{{2,}}(?:\s+{_HOUSE})?"
    rf"|(?=[{UPPER}])(?:{_CAPITAL}|{_LETTER}|K\s+{SYLLABLE}{_TOLD}|{_PAYEE})"
    rf"|(?<![\n])(?<!^)[ace]\.\s?{SYLLABLE}(?:\s+{SYLLABLE}){{0,3}}"
    rf"|ô\.\s?{SYLLABLE}(?:\s+{SYLLABLE}){{0,3}}"
    rf"|{_KIN_CALLED}"
    rf"|[ace]\.\s?(?:(?i:{GIVEN})|{CALLED})(?!\w)"
    rf"|(?:a|c|e)\s+(?:(?:(?:{FIRST})\s+)?(?:{CLEAR})(?!\w)|{_SHORT})|(?:a|c|e)\s+(?!Khoản|Điều|Điểm|Mục|Chương){SYLLABLE}(?:\s+{SYLLABLE}){{0,3}}"
    rf"|{_NICK}|{_AT_WORK}|{_WORKER}|{_SELF}|{_HOUSE_OF}|{_WHOLE_LOWER}|[hHnN](?:ộ|o|hà|a)\s+{_NORTHERN}|{_BORN}|{_NTH}|{_PLACED}"
    rf"|{_SHORT}|{_FRIEND}"
    rf")(?:\s+[\"“][^\"”\n]{{1,20}}[\"”]|\s+\({SYLLABLE}(?:\s+{SYLLABLE})?\))?"
)
UNMARKED = Pattern(
    rf"(?<!\w)(?:"
    rf"(?:{_cased(BARE_ADDRESSED)})\s+(?:{_HIGHLAND_GIVEN}(?:\s+(?:{SYLLABLE}|{_HOUSE})){{0,3}}"
    rf"|(?:{folded(FAMILY)}){_GIVEN}|(?i:{_LOWER})|{_HOUSE_FIRST}"
    rf"|(?!{folded(OFFICE)}){SYLLABLE}(?:\s+{SYLLABLE}){{0,3}})"
    rf"|(?:{_either(folded(FAMILY))})\s+{SYLLABLE}\s+{SYLLABLE}(?:\s+{SYLLABLE})?"
    rf"|(?:{_cased(BARE_FAMILY)})\s+(?i:van|thi)\s+"
    r"(?!(?i:hoa|phong|hoc|nghe|tran|xa|truong|dua|cong|hanh|doi|duoc|phai|khong|co|se|nen|la|da|dang)(?!\w))"
    rf"(?:(?i:{MIDDLE})\s+(?:{SECOND}|{BARE_GIVEN}|{BARE_MAYBE}|chi)(?!\w)|[^\W\d]+)"
    rf"|(?:{_cased('anh|chi|ba|di|thim')})\s+(?:{BARE_MAYBE}){_TOLD}"
    rf"|(?:{_OF}(?:anh|chi|ong|chu|bac)|{_KIN}ba(?! hang))\s+(?:{BARE_GIVEN}|{BARE_MAYBE})(?!\w)"
    rf"|[aAcC]\s+(?:{BARE_GIVEN}|{BARE_MAYBE}|thuong){_TOLD}"
    rf"|(?:{_cased('anh|chi|chu|bac')})\s+(?:hai|ba|tu|nam|sau|bay|tam|chin|ut){_SAID}"
    rf"|(?:{_cased('ba|di')})\s+(?:tu|bay|tam|chin|ut){_TOLD}|{_BARE_FRIEND})"
)
# Further names in a list: "các ông Trần Văn Ba, Đỗ Mạnh và Hùng".
AND = Pattern(
    rf"\s*(?:,|(?<=\s)(?:và|va|với|voi|&|[–-]))\s+(?P<name>(?:{_ANY_FAMILY})\s+{SYLLABLE}"
    rf"|(?:{'|'.join(dict.fromkeys((*GIVEN.title().split('|'), *CALLED.split('|'))))}))(?![\w-]|\s+[{UPPER}])"
)
