"""The pieces that people's words for time are made of: read from left to right, every word once."""

import re
from collections.abc import Callable

from bot.core.schedule import cycle, hours, periods, readers
from bot.core.schedule.hours import Found
from bot.core.schedule.said import DayOf, Said
from bot.core.schedule.spelling import spelled

_END = r"(?![\w+-])"
_HOUR = r"(?:h|g|gio)(?![a-z])"
_NO_HOUR = rf"(?!\d)(?! ?(?:{_HOUR}|ruoi|:|kem))"
_WD = r"(?:thu [2-7]|t[2-7]|cn)"
_SOON = r"nay|sau\+?|toi[+-]?"
_PART = "rang sang|sang som|sang|trua|chieu|toi-|dem|khuya"
_CAL = r"(?: (?P<cal>am lich|am|al|ta|duong lich|duong|dl|tay)(?! lich))?"
_YEARS = r"(?P<years> nam nay| nam (?:sau\+?|toi\+?)| sang nam)"
_CYCLE = rf"(?:{'|'.join(cycle.STEMS)}) (?:{'|'.join(cycle.BRANCHES)})"  # "Đinh Mùi"
_YEAR = rf"(?:(?: nam | |/)(?P<y>(?:19|20|21)\d\d)(?!\d)|(?: nam)? (?P<cycle>{_CYCLE}){_END}|{_YEARS})?"
_TET = rf"tet(?: nguyen dan| am lich| ta)?(?! (?:duong|tay|trung|doan)){_YEAR}"
_FEASTS = {
    r"(?:tet |ram )?trung thu": DayOf(15, 8, calendar="lunar"),
    r"(?:le )?gio to(?: hung vuong)?": DayOf(10, 3, calendar="lunar"),
    r"(?:le )?vu lan": DayOf(15, 7, calendar="lunar"),
    r"(?:le )?phat dan": DayOf(15, 4, calendar="lunar"),
    r"(?:tet )?doan ngo": DayOf(5, 5, calendar="lunar"),
    r"(?:(?:cung|dua|tien) )?(?:ong cong )?ong tao(?: (?:ve|chau) troi)?": DayOf(23, 12, calendar="lunar"),
    r"giao thua|tat nien": DayOf(30, 12, calendar="lunar"),
    r"tet (?:duong(?: lich)?|tay)": DayOf(1, 1, calendar="solar", feast=True),
    r"(?:le )?quoc khanh": DayOf(2, 9, calendar="solar", feast=True),
}
_AMOUNT = (
    rf"(?=\d|nua (?:gio|tieng))(?:(?P<weeks>\d{{1,2}}) ?tuan ?)?(?:(?P<days>\d{{1,3}}) ?ngay ?)?"
    rf"(?:(?P<hours>\d{{1,3}}) ?(?:{_HOUR}|tieng) ?(?P<half>ruoi ?)?(?P<more>[0-5]?\d(?= nua))?)?"
    rf"(?:(?P<minutes>\d{{1,4}}) ?(?:phut|ph|p)(?![a-z]))?(?P<nua>nua (?:gio|tieng))?"
)
_LESS = r"(?: ?kem ?(?P<less>\d{1,2})(?: ?(?:phut|ph|p))?)"
_NOT_MINUTES = (
    r"(?!\d| ?(?:thang|gieng|chap|tet|am|al|/|-\d|ngay (?:nua|truoc|sau|mot1?|1) "
    r"|tuan|lan|hang|moi|gio|h\b|g\b|nam|ram|nhuan|:))"
)
_CLOCK = (
    rf"(?:(?P<h>\d{{1,2}}) ?{_HOUR}(?:"
    rf"(?P<m>[0-5]?\d(?![\d/:-])| ?:? ?[0-5]?\d{_NOT_MINUTES})(?: ?(?:phut|ph|p)(?![a-z]))?"
    rf"|(?P<half> ?ruoi)|{_LESS})?"
    r"|(?P<h4>\d{1,2})(?::(?P<m4>[0-5]\d))? ?(?P<ampm>am|pm)(?! lich)(?![a-z])"
    r"|(?P<h2>\d{1,2}):(?P<m2>[0-5]\d)(?::00)?(?!\d)|(?P<h3>\d{1,2}) ?ruoi)"
    rf"(?: ?(?:buoi )?(?P<part>{_PART}|toi(?!\+)))?"
)
_SIDE = r"(?:(?P<side>tu\+?|bat dau(?: tu\+?)?|ke tu\+?|den het|cho den|den|het|toi\+) )?(?:ngay )?"
_THAT_MONTH = rf"(?: thang (?P<m>{_SOON}){_END})?"
_FROM = r"(?:tu\+?|bat dau(?: tu\+?)?|ke tu\+?)"
_TILL = r"(?:(?:cho )?den|toi\+) (?:het|(?:ngay )?cuoi)"
_MORE = rf"(?P<more>(?: (?:va )?(?:thu )?[2-7]{_NO_HOUR}(?! ?(?:/|-|thang|ngay|tuan|lan|p)))*)"
_READ: tuple[tuple[str, Callable[[Said, Found], None]], ...] = (
    (r"(?:ngay )?bay0 gio|ngay lap tuc|(?:gui|phat) (?:luon|lien)(?: di)?", hours.now),
    (r"(?:gui|phat) ngay(?= ?(?:di|nhe|nha|a|$))", hours.now),
    (r"(?:ngay )?bay gio", readers.unsure("now_or_seven")),
    (r"(?:hang|moi\+?|mot1?|1)? ?(?P<unit>ngay|tuan|thang|nam) (?:mot1?|1) lan", periods.every),
    (
        r"cach (?:ngay|tuan)|\d+ (?:ngay|tuan|thang|nam) (?:mot1?|1) lan|hang (?:quy|gio|phut)"
        r"|(?:hang|moi\+?|mot1?|1)? ?(?:ngay|tuan|thang|nam) \d+ lan"
        r"|\d+ lan (?:hang|moi\+?|mot1?|1|trong)? ?(?:mot1? )?(?:ngay|tuan|thang|nam)",
        readers.unsure("not_kept"),
    ),
    (r"(?:trong )?(?P<n>\d{1,4}) lan", periods.count),
    (r"trong (?:vong )?(?P<n>\d{1,3}) (?P<unit>ngay|tuan|thang)(?! (?:nua|toi|sau))", periods.span),
    (rf"(?:(?:tu\+?|moi\+?|hang) )?(?P<one>{_WD}) (?:den|toi\+?) (?P<other>{_WD})", periods.stretch),
    (r"(?:(?:cac|moi\+?|hang) )?ngay (?:lam viec|trong tuan)", periods.workdays),
    (
        rf"(?P<wd>{_WD}) (?:tuan )?(?P<nth>dau tien|dau|cuoi cung|cuoi|(?:lan )?thu (?:nhat|[1-9]))"
        rf"(?: (?:cua|trong))?(?: (?P<rec>hang|moi\+?))? thang"
        rf"(?: (?:(?P<m>{_SOON}){_END}|(?P<n>\d{{1,2}}){_NO_HOUR}{_YEAR}))?",
        readers.nth,
    ),
    (
        rf"(?P<wd>{_WD}) (?P<nth>(?:tuan )?dau tien|(?:tuan )?cuoi cung|(?:lan|tuan) thu (?:nhat|[1-9]))",
        readers.nth,
    ),
    (
        r"(?:ngay )?(?P<at>cuoi|dau)(?: cung| tien)?(?: cua| trong)? (?P<every>moi\+?|hang) thang",
        readers.end_of,
    ),
    (rf"(?:hang|moi\+?) (?:buoi )?(?P<part>{_PART}|toi)(?= (?:ngay )?(?P<unit>{_WD}))", periods.every),
    (rf"(?:hang|moi\+?) (?:buoi )?(?P<unit>ngay|tuan|thang|nam|{_PART}|toi)", periods.every),
    (rf"(?:buoi )?(?P<unit>tuan|thang|nam|{_PART}|toi|{_WD}) nao cung", periods.every),
    (rf"(?:cac|moi\+?)(?= (?:ngay )?(?P<unit>{_WD}))", periods.every),
    (r"(?:vao )?ngay nao cung(?P<unit>)", lambda said, _: said.every.add("day")),
    (rf"(?P<n>\d{{1,3}}) (?P<unit>ngay|tuan) (?P<dir>truoc|sau\+?) {_TET}", readers.tet),
    (rf"(?P<dir>truoc|sau\+?) {_TET} (?P<n>\d{{1,3}}) (?P<unit>ngay|tuan)", readers.tet),
    (rf"{_FROM} (?:(?:ngay|hom|bua) )?(?P<day>nay|mai|mot2|mot)", readers.from_day),
    (rf"{_TILL} nam(?: nay)?", readers.till_year),
    (
        rf"{_TILL} thang(?: (?:(?P<m>{_SOON}){_END}|(?P<n>\d{{1,2}}){_NO_HOUR}{_YEAR}))?",
        readers.till_month,
    ),
    *((pattern, readers.feast(day)) for pattern, day in _FEASTS.items()),
    (rf"(?:ngay )?(?:(?P<named>mung|mong) )?(?P<d>\d{{1,2}}) {_TET}", readers.day_of_tet),
    (_TET, readers.unsure("which_day_of_tet")),
    (
        rf"{_SIDE}(?:(?P<named>mung|mong) )?(?P<d>\d{{1,2}}|ram) (?:thang )?(?P<m>gieng|chap)"
        rf"(?P<leap> nhuan)?{_CAL}{_YEAR}(?: am lich| al)?",
        readers.day_of,
    ),
    (
        rf"{_SIDE}(?:(?P<named>mung|mong) )?(?P<d>\d{{1,2}}|ram) thang (?P<m>\d{{1,2}}){_NO_HOUR}"
        rf"(?P<leap> nhuan)?{_YEAR}{_CAL}",
        readers.day_of,
    ),
    (
        rf"{_SIDE}(?P<d>\d{{1,2}})[/-](?P<m>\d{{1,2}})(?:[/-](?P<y>\d{{4}}|\d\d))?(?![\d/-])"
        rf"(?: nam (?P<y4>(?:19|20|21)\d\d)|{_YEARS})?{_CAL}",
        readers.day_of,
    ),
    (
        rf"(?:ngay )?(?P<at>cuoi|dau)(?: cung| tien)?(?: cua| trong)? thang"
        rf"(?: (?:(?P<m>{_SOON}){_END}|(?P<n>\d{{1,2}}){_NO_HOUR}{_YEAR}))?",
        readers.end_of,
    ),
    (r"cuoi tuan", readers.unsure("weekend")),
    (r"giua thang", readers.unsure("no_month_day")),
    (rf"dau tuan(?: (?P<week>nay|sau\+?|toi\+?){_END})?", readers.start_of_week),
    (rf"(?:ngay )?(?P<lunar>mung|mong) (?P<d>\d{{1,2}}){_NO_HOUR}{_CAL}{_THAT_MONTH}", readers.alone),
    (rf"(?:ngay )?(?P<lunar>ram){_THAT_MONTH}", readers.alone),
    (r"(?P<d>\d{1,2}) (?P<every>hang thang|moi\+? thang)", readers.alone),
    (rf"ngay (?P<d>\d{{1,2}}){_NO_HOUR}(?! ?(?:phut|tuan|lan)){_CAL}{_THAT_MONTH}", readers.alone),
    (r"(?P<d>\d{1,2}) (?P<cal>am lich|am|al)(?! lich)", readers.alone),
    (
        rf"(?:ngay )?(?P<wd>{_WD}){_MORE}"
        rf"(?: tuan (?P<week>nay|sau\+? nua|sau\+?|toi[+-]?){_END}| (?P<soon>nay|toi\+?){_END})?",
        readers.weekdays,
    ),
    (rf"tuan (?P<week>nay|sau\+? nua|sau\+?|toi[+-]?){_END}", readers.week),
    (r"(?:ngay )?(?:hom|bua) sau\+?", readers.unsure("which_day_after")),
    (rf"{_AMOUNT}(?<! ) ?sau\+?(?! (?:nua|khi))", hours.ahead),
    (rf"sau\+? (?:[5-9]|\d\d) ?{_HOUR}(?! ?(?:\d|ruoi|nua|kem))", readers.unsure("after_or_in")),
    (rf"sau\+? {_AMOUNT}(?: nua)?", hours.ahead),
    (rf"{_AMOUNT}(?<! ) ?nua", hours.ahead),
    (
        rf"(?:(?:buoi )?(?P<part>{_PART}|toi) )?(?:(?P<hom>ngay|hom|bua) )?"
        r"(?P<day>nay|mai|mot2|mot|kia3|kia|qua)",
        hours.offset,
    ),
    (_CLOCK, hours.clock),
    (r"(?:cho|giup|hen|nho|dum|gium) toi(?= \d)", readers.unsure("evening_or_next")),
    (r"nua dem", readers.unsure("midnight")),
    (rf"(?:buoi )?(?P<part>{_PART}|toi)", hours.part),
    (
        r"luc|tuc|vao|gui|phat|nhe|nha|nhen|a|di|giup|cho|dum|duoc(?: khong)?|khoang|dung|hen|dat lich|lich"
        r"|xin|vui long|buoi|thi|la|cua|trong|hom|dinh ky|va|bat dau|tin|toi\+|o|em|anh|chi|minh|ngay"
        r"|bac|co|chu|chau|da|vang|u|thoi|dong chi|tron|ho|nghe|nhe|voi"
        r"|muon|can|nho|lam on|gium|nghen|luon|hi|(?:tam|chung|hoi|do)(?= \d)",
        readers.nothing,
    ),
)
_PATTERNS = tuple((re.compile(rf"(?:{pattern}){_END}", re.ASCII), read) for pattern, read in _READ)


def pieces(text: str) -> Said:
    """What the words say, whatever their order. `doubt` where some of them are not understood."""
    words, said, place = spelled(text), Said(), 0
    if not words:
        said.wonder("unknown", text[:40])
    while place < len(words) and said.doubt is None:
        if words[place] == " ":
            place += 1
            continue
        for pattern, read in _PATTERNS:
            found = pattern.match(words, place)
            if found is not None and found.end() > place:
                read(said, found)
                place = found.end()
                break
        else:
            said.wonder("unknown", " ".join(text.split())[:40])
    return said
