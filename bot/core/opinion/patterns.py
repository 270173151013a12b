"""Numbers, links and addresses of private people, as patterns for a skeleton (`bot.core.opinion.skeleton`).

A rule is looked for only where one of its `marks` stands, which costs little: most texts have none of most.
"""

import re
from typing import NamedTuple

from bot.core.kernel.patterns import Pattern
from bot.core.opinion import addresses

PHONE = "số điện thoại"
PAPER = "số giấy tờ"
EMAIL = "thư điện tử"
PLATE = "biển số"
ACCOUNT = "tài khoản"
ADDRESS = "địa chỉ"
LINK = "liên kết"
NAME = "tên"


class Rule(NamedTuple):
    """What a kind looks like. `marks`: of which one at least is in a text that has it, in lower case."""

    kind: str
    pattern: Pattern
    marks: tuple[str, ...]


# Parts of patterns. All are VERBOSE: a blank counts only within brackets.
_S = r"[ .()_/*-]{0,3}"  # what people put between digits
_AFTER = r"[^\d\n\[\]]"  # from a word of context to its number, never across what is masked already
_DATE = r"(?:\d{1,2}[ ./-]){1,2}(?:19|20)\d\d(?!\d)"
_YEARS = r"(?:19|20)\d\d[ ]?-[ ]?(?:19|20)\d\d(?!\d)"
_GROUPED = r"[1-9]\d{0,2}(?:\.\d{3})+(?![\d.])"
_MONEY = r"[1-9][\d.]*[ ]?(?i:dong|d(?![\w/])|vnd|nghin|trieu|ty)(?!\w)"
_MANY = r"nguoi|cong[ ]dan|luot|ho|the|truong[ ]hop|tai[ ]khoan|can[ ]cuoc"
_COUNT = rf"{_GROUPED}[ ]?(?i:{_MANY})(?!\w)"
_MEASURED = rf"\d+[ ]?(?i:dong|d|vnd|nghin|trieu|ty|{_MANY}|kg|tan|m2|m3|ha|cay|con|kwh)(?!\w)"
_DECIMAL = r"0\.\d{1,2}(?![\d.])"
_OTHERWISE = rf"(?!{_DATE}|{_YEARS}|{_GROUPED}|{_MONEY})"
# Inside "1.034.567.890" no number of ours begins, unless ten digits stand together.
_START = rf"(?<!\d) (?:(?<!\d\.)|(?=\d{{10}})) (?!{_DATE}) (?!{_DECIMAL}) (?!{_MONEY})"
_HOME = rf"(?:\((?=[+\d]{{2,5}}\)))? (?:\+{_S}84|00{_S}84|84|0) {_S} (?:0\){_S})?"

_MAIL_HOST = r"(?i:gmail|yahoo|hotmail|outlook|icloud)"
_AT = rf"""(?i: @ | [ ]?[(\[]@[)\]][ ]? | [ ]@[ ] | [ ]@(?={_MAIL_HOST})
             | [ ]?\(a(?:t|[ ]cong)?\)[ ]? | [ ]?\[a(?:t|[ ]cong)?\][ ]?
             | [ ]a[ ]?(?:cong|moc|vong)[ ] | [ ]at[ ](?={_MAIL_HOST}) )"""
_DOT = r"(?i:\.|[ ]\.[ ]|[ ](?:cham|dot)[ ]|[ ]?[(\[](?:cham|dot)[)\]][ ]?)"
# With blanks in its first part, which only what stands before it tells: "mail là lan nguyen 90 @ gmail.com".
_EMAIL = rf"""
    (?<![\w.+-]) (?:(?:(?<=mail:[ ])|(?<=mail[ ]la[ ])|(?<=mail[ ]la:[ ]))(?:\w+[ ]){{1,3}})?
    (?:\w+{_DOT}){{0,3}} [\w.+-]+ {_AT}
    (?: [\w-]+ (?:{_DOT}[\w-]+)+ | {_MAIL_HOST}(?!\w) )
"""
_PROFILE = r"""
    (?i: (?<![\w.-]) (?=[\w-]+(?:\.|://)) (?:https?://)? (?:[\w-]+\.)*
         (?:facebook\.com|fb\.com|fb\.me|m\.me|t\.me|telegram\.me|zalo\.me|tiktok\.com|instagram\.com
           |youtube\.com(?=/(?:@|c/|user/|channel/))|twitter\.com|x\.com) /[^\s\[\]()]*[\w/]
       | https?://[^\s\[\]@]*@[^\s\[\]()]*\w )
  | (?<![\w@]) @\w[\w.]*\w
"""
_NICK = r"""
    (?i: (?<!\w) (?:zalo|tele(?:gram)?|fb|facebook|tiktok|insta(?:gram)?|viber|skype|nick|nich|id)
         (?:[ ](?:id|nick|la|ten))? [ ]?:[ ]? )
    (?P<number> (?=[\w.-]*[A-Za-z]) [A-Za-z0-9.-]*[\d._][\w.-]*\w )
"""
# Without a colon it begins with a letter and is no word: "nick tuan_47", "facebook hoa.nguyen.7712".
_NICKED = r"""
    (?i: (?<!\w) (?:zalo|telegram|tele|fb|facebook|tiktok|insta(?:gram)?|ig|viber|nick|nich)
         (?:[ ](?:la|ten|nick))? [ ] )
    (?P<number> (?=[\w.]{6}) [A-Za-z][A-Za-z0-9]*[\d._][\w.]*\w )
"""
# A link tells who shared it, or leads to them. What the state publishes is nobody's.
_TLD = (
    r"(?:com|net|org|vn|info|biz|ly|me|co|gl|io|cc|app|xyz|top|site|online|shop|club|link|page|tv|vip|click"
    r"|pro|win|bet|live|store|fun|icu|asia|tk|ml|ga|cf|ru|cn|us|world|today|news|blog|id|in|to|gg|be|sh|ws"
    r"|watch|mobi|space|website|dev|tech|wiki|one|fit|ink|host|lol|cyou|sbs|bond|cfd|loan|group|plus|best|[a-z]{2})"
)
_LINK = rf"""
    (?i: h(?:tt|xx)ps?://(?!(?:[\w-]+\.)*gov\.vn(?![\w.-])) [^\s\[\]()<>]*[\w/] )
  | (?<![\w@./-]) (?:[\w-]+\.)+{_TLD} (?<!gov\.vn) /[^\s\[\]()<>]*[\w/]
"""
# Sites that are named without a page: a newspaper's and the state's are nobody's, nor are the great services.
_ENDS = "com|net|org|xyz|top|info|club|site|shop|online|click|vip|biz|store|cc|icu|cyou|link|website|pro"
_PUBLIC = r"""(?:[\w-]+\.)*(?:(?:gov|edu)\.vn
    | (?:bao\w*|vnexpress|tuoitre|thanhnien|dantri|vietnam\w+|nhandan|laodong|tienphong|plo|z?news|cand|qdnd
        |nld|vov|vtv|vtc\w*|quochoi|chinhphu|dangcongsan|google|gmail|yahoo|facebook|youtube|zalo|tiktok|shopee
        |lazada)
      \.(?:com|net|org|vn)(?:\.vn)? ) (?![\w-])"""
_SITE = rf"""
    (?<![\w@./-]) (?=[\w-]+(?:[ ]?[.(\[]|[ ][cCdD])) (?i:
        (?!(?:www\.)?{_PUBLIC}) (?: www[ ]?\.[ ]?[\w-]+ (?:(?:\.|[ ]\.[ ])[\w-]+)+
      | (?:[\w-]+\.)* [\w-]+ (?:\.|[ ]\.[ ]|\[\.\]|\(\.\)|[ ](?:cham|dot)[ ]) (?:{_ENDS})
        (?:\.vn)? (?![\w@-]|\.\w)
      | (?=[\w.]*\w-\w) (?:[\w-]+\.)+ vn (?![\w@-]|\.\w) ) )
"""
_BANKS = (
    r"(?i:vietcombank|vcb|agribank|bidv|vietin(?:bank)?|techcombank|tcb|mb(?:[ ]?bank)?|sacombank|acb"
    r"|vp[ ]?bank|tp[ ]?bank|vib|shb|hdbank|msb|scb|eximbank|lpbank|ocb|nam[ ]a[ ]bank|momo)(?!\w)"
)
_BANK = rf"""
    (?i: (?<![\w\[]) (?:stk|tk|tai[ ]khoan|tkhoan|so[ ]the(?![ ](?:can[ ]cuoc|cccd|bao[ ]hiem|bhyt)))
         (?![^\W\d]) {_AFTER}{{0,30}} )
    {_OTHERWISE} (?P<number> \d(?:{_S}\d){{5,18}} ) (?!\d)
"""
# Said to be a number of an account, it may even be written as money is.
_NUMBERED = rf"""
    (?i: (?<!\w) (?:stk|so[ ]t(?:k|ai[ ]khoan)) (?![^\W\d]) {_AFTER}{{0,12}}? )
    (?!{_DATE}|{_YEARS}|{_MONEY}|{_COUNT}) (?<![\d.])
    (?P<number> \d{{1,3}}(?:\.\d{{3}}){{2,5}} ) (?![\d.]*\d)
"""
_PAID_TO = rf"""
    (?i: (?<![\w\[]) (?:ck|chuyen[ ]khoan|the[ ](?:atm|visa|ngan[ ]hang|tin[ ]dung)|ngan[ ]hang|vi[ ]dien[ ]tu
           |momo|zalo[ ]?pay|viettel[ ]?(?:money|pay)) (?![^\W\d]) {_AFTER}{{0,20}} )
    {_OTHERWISE} (?P<number> \d(?:{_S}\d){{7,18}} ) (?!\d)
"""
# Vietinbank's "711A…" among them.
_OLD_VIETIN = r"(?=7) (?<!\w) (?P<number> 711[aA][ .-]?\d(?:[ .-]?\d){7} ) (?!\d)"
_AT_BANK = rf"(?=\d) (?<![\d.]) {_OTHERWISE} (?P<number> \d(?:[ .-]?\d){{8,15}} ) (?= [ ]?\(?[ ]?{_BANKS} )"
_OF_BANK = rf"(?<!\w) {_BANKS} [ ]?[:-]?[ ]? {_OTHERWISE} (?P<number> \d(?:[ .-]?\d){{7,15}} ) (?!\d)"
_CARD = rf"""
    (?=\d) (?<!\d) (?: 9704(?:{_S}\d){{12,15}}
      | [3-6]\d{{3}}(?P<gap>[ -])(?:\d{{4}}(?P=gap)){{2}}\d{{4}} ) (?!\d)
"""
_CITIZEN_CARD = rf"""
    (?=0) {_START} 0{_S} (?:0{_S}[1-9]|[1-8]{_S}\d|9{_S}[0-6]) {_S}[0-3] (?:{_S}\d){{8}} (?!\d)
"""
_OTHER_CARD = rf"""
    (?i: (?<!\w) (?:cmnd|cmtnd|cmt|cccd|cm(?=[ ]?:?[ ]?\d{{3}}[ .]?\d{{3}}[ .]?\d{{3}}(?!\d))
                  |(?:so|giay)[ ]chung[ ]minh
                  |chung[ ]minh(?:[ ](?:thu|nhan[ ]dan)|(?=(?:[ ]so)?[ ]?:?[ ]?\d))
                  |can[ ]cuoc|dinh[ ]danh|ho[ ]chieu|hc(?=[ ]?:)|so[ ]cm|bhyt|bhxh|so[ ]bao[ ]hiem
                  |bao[ ]hiem[ ](?:xa[ ]hoi|y[ ]te)|mst|ma[ ]so[ ]thue
                  |giay[ ]phep[ ]lai[ ]xe|gplx|bang[ ]lai)
         (?![^\W\d]) (?:[ ](?:9|12)[ ]so)? {_AFTER}{{0,25}}? )
    (?!{_DATE}|{_MONEY}|{_COUNT})
    (?P<number> [A-Z]{{2}}{_S}\d(?:{_S}\d){{12,14}} | [A-Z]{_S}\d(?:{_S}\d){{6,7}}
      | \d{{10}}[ ]?-[ ]?\d{{3}} | \d(?:{_S}\d){{8,11}} ) (?!\d)
"""
# What names one household or one person in somebody's books.
_ENTRY = rf"""
    (?i: (?<!\w) (?:so[ ](?:do|hong)|giay[ ]chung[ ]nhan|ma[ ](?:so[ ])?(?:khach[ ]hang|kh|ho|hoc[ ]sinh
           |benh[ ]nhan)|so[ ](?:khung|may)|danh[ ]bo|so[ ]bao[ ]danh|the[ ]dang) (?!\w) {_AFTER}{{0,20}}? )
    {_OTHERWISE} (?<![A-Za-z]) (?P<number> [A-Z]{{1,4}}[ ]?\d{{6,14}}
      | (?=[A-Z\d]*\d{{4}})[A-Z][A-Z\d]{{9,16}} | \d{{8,14}} ) (?![\w/])
"""
# An electricity customer, a file at the one-stop shop; a house by where it stands on the map.
_FILED = r"""(?=[HP\d]) (?<![\w.-])
    (?: P[ABCE]\d\d[A-Z]{2}\d{7} | (?:\d{3}\.\d\d\.\d\d\.)?H\d\d(?:\.\d{1,3}){0,3}-\d{6}-\d{4,6} ) (?!\w)"""
_SPOT = rf"""(?i: (?<!\w) (?:nha|ho|ray|vuon)(?!\w) {_AFTER}{{0,40}}? )
    (?P<number> \d{{1,2}}\.\d{{4,9}}[ ]?[,;][ ]?10[789]\.\d{{4,9}} ) (?!\d)"""
# Nine digits and more on end that are neither money nor a count name somebody, whatever they are called.
_BARE = rf"(?=\d) (?<![\w./,-]) (?!\d*000(?!\d)) (?!{_MEASURED}) (?!1[89]00) \d{{9,19}} (?![\w/])"
_MOBILE = rf"""
    (?=[(+08]) {_START} {_HOME}
    (?:3{_S}[2-9]|5{_S}[25689]|7{_S}[06-9]|8{_S}[1-9]|9{_S}\d|1{_S}[2689]) (?:{_S}\d){{7}}\d? (?!\d)
  | (?=0) (?<![\d.,]) 0[35789]\d\d,\d{{3}},\d{{3}} (?![\d,])
  # An area's code as it was before 2017, and the line: "0511 3 822 741", "08 3822 7410".
  | (?=[(0]) (?<![\d.,/-]) (?:\((?=0\d{{1,3}}\)))?0(?:[2-7]\d{{1,2}}|[48])\)?
      [ .-]{{1,2}}[3-8][ .]?\d{{3}}[ .]?\d{{3,4}} (?![\d./-])
"""
_LANDLINE = rf"(?=[(+08]) {_START} {_HOME} 2(?:{_S}\d){{8,9}} (?!\d)"
_ABROAD = rf"(?<![\w+]) \+ (?![ ]?{_MONEY}|[ ]?{_GROUPED}) [ (]?[1-9](?:{_S}\d){{7,13}} (?!\d)"
_CALLED = rf"""
    (?i: (?<!\w) (?:dt|s?dt(?:dd)?|dien[ ]thoai|so[ ]may|may[ ]ban|fone|phone|tel|fax|lien[ ]he|lh|a[ ]?lo|goi
           |zalo|viber|hotline|thue[ ]bao) (?![^\W\d]) {_AFTER}{{0,15}}? )
    {_OTHERWISE} (?!1[89]00) (?P<number> \d(?:{_S}\d){{7,12}} ) (?!\d)
"""
_PLATE = r"""
    (?<!\w)
    (?: [1-9]\d[ .-]{0,3}[A-Z]{1,2}\d?[ .-]{0,3}\d{3}[ .]?\d{2}
      | [1-9]\d[ -]?[A-Z]\d?[ -]?(?!(?:19|20)\d\d(?!\d))\d{4}
      | [1-9]\d-?[a-z]\d[ -]?\d{3}\.?\d{2}
      | [1-9]\d[a-gln-z][.-]?\d{3}\.?\d{2}
      | [1-9]\d[a-gln-z][ ]-?[ ]?\d{3}\.\d{2}
      | (?:NN|NG|QT|CV)[ -]?\d{3}[ -]?\d{2}
      # A fishing boat's: "QNg 95127 TS", "KG-91234-TS".
      | [A-Z][A-Za-z][A-Za-z]?[ -]?\d{4,5}[ -]?(?i:ts) )
    (?![\d/])
"""
_OF_A_CAR = rf"""
    (?i: (?<!\w) (?:(?:xe|o[ ]?to|bien|bks|bsx?|cong[ ]nong|may[ ]cay|dau[ ]keo|mooc|moc) (?!\w)
         | \[bien[ ]so\])
         {_AFTER}{{0,20}}? )
    (?<!\w) (?P<number> [1-9]\d[ .-]{{0,3}}
              (?!(?i:cc|hp|kg|km|kw|cv|mm|cm|tr)[ .-]*\d)[A-Za-z]{{1,2}}\d?[ .-]{{0,3}}
              (?: \d{{2,3}}[ .]?\d{{2,3}} | (?!(?:19|20)\d\d(?!\d))\d{{4}} )
            | [A-Z]{{2}}[ -]\d\d-\d\d
            | [1-9][ ]?\d[ .-]{{1,3}}[A-Za-z](?:[ .-]{{1,3}}\d){{5,6}} ) (?![\d/])
"""
_DIGITS = tuple("0123456789")
_CARDS = ("cm", "cc", "chung minh", "can cuoc", "dinh danh", "ho chieu", "hc", "bh", "bao hiem", "mst")
_BOOKS = ("so do", "so hong", "chung nhan", "ma ", "danh bo", "bao danh", "the dang", "so khung", "so may")
_CALLS = (
    *("dt", "thoai", "may", "fone", "phone", "tel", "fax"),
    *("lien he", "lh", "lo", "goi", "hotline", "thue bao"),
)
_NETS = ("zalo", "tele", "fb", "facebook", "tiktok", "insta", "viber", "skype", "nick", "nich", "id")
_SITES = (
    "www",
    ".vn",
    *(f"{dot}{end}" for end in _ENDS.split("|") for dot in (".", ". ", "[.]", "(.)", "cham ", "dot ")),
)
_BANK_MARKS = ("bank", "bidv", "vcb", "mb", "cb", "vib", "shb", "momo")
_MAILS = ("@", "(a", "[a", " cong ", "cong ", " moc ", " vong ", " at ")
RULES = tuple(
    Rule(kind, Pattern(pattern, re.VERBOSE), marks)
    for kind, pattern, marks in (
        (EMAIL, _EMAIL, _MAILS),
        (ACCOUNT, _PROFILE, ("@", ".com/", ".me/")),
        (ACCOUNT, _NICK, _NETS),
        (ACCOUNT, _NICKED, (*_NETS, "ig ")),
        (LINK, _LINK, ("/",)),
        (LINK, _SITE, _SITES),
        (ACCOUNT, _NUMBERED, ("stk", "so tk", "so tai khoan")),
        (ACCOUNT, _BANK, ("tk", "tai khoan", "so the")),
        (ACCOUNT, _PAID_TO, ("ck", "khoan", "ngan hang", "the ", "dien tu", "momo", "pay", "money")),
        (ACCOUNT, _OLD_VIETIN, ("711a",)),
        (ACCOUNT, _AT_BANK, _BANK_MARKS),
        (ACCOUNT, _OF_BANK, _BANK_MARKS),
        (ACCOUNT, _CARD, _DIGITS),
        (PAPER, _CITIZEN_CARD, _DIGITS),
        (PAPER, _OTHER_CARD, (*_CARDS, "so thue", "phep lai", "gplx", "bang lai")),
        (PHONE, _MOBILE, _DIGITS),
        (PHONE, _LANDLINE, _DIGITS),
        (PHONE, _ABROAD, ("+",)),
        (PHONE, _CALLED, (*_CALLS, "zalo", "viber")),
        (PLATE, _PLATE, _DIGITS),
        (
            PLATE,
            _OF_A_CAR,
            ("xe", "o to", "oto", "bien", "bks", "bs", "cong nong", "may cay", "dau keo", "moc", "mooc"),
        ),
        (PAPER, _ENTRY, _BOOKS),
        (PAPER, _FILED, ("pc", "pa0", "pb", "pe0", *(f"h{n}" for n in range(7)))),
        (ADDRESS, _SPOT, ("107.", "108.", "109.")),
        (PAPER, _BARE, _DIGITS),
        (ADDRESS, addresses.PATTERN, addresses.MARKS),
    )
)


def possible(plain: str) -> list[Rule]:
    """The rules that may find something in a skeleton."""
    low = plain.lower()
    return [rule for rule in RULES if any(mark in low for mark in rule.marks)]
