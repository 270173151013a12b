"""Where somebody lives, to the door: a house's number with its street, however it is written."""

_CAP = r"[A-Z][\w']*"
_DOOR = r"\d{1,4}[a-zA-Z]?(?:[/-]\d{1,4}[a-zA-Z]?){0,3}(?![\w/])"
_WAY = r"(?i:duong|d\.|pho|hem|ngo|kiet|ngach)"
# Ways that are no address of anybody: "số 5 đường liên thôn", "2 đường nhựa".
_NO_WAY = (
    r"(?!(?i:loi|lien|nhua|be[ ]tong|ray|day|giao|thon|truyen|tinh|quoc|huyen|dan[ ]sinh|thuy|song)(?!\w))"
)
_SURNAME = (
    r"(?:Nguyen|Tran|Le|Pham|Hoang|Huynh|Phan|Vu|Vo|Dang|Bui|Do|Ho|Ngo|Duong|Ly|Dinh|Trinh|Doan|Luong|Mai|To"
    r"|Cao|Chu|Ha|Hai|Hung|Quang|Tu|Ton|Am[ai]|Y|Truong|Phu|Xo|No|A|Giai|Mac|Thang|Dien)"
)
_LOWER = rf"(?!{_WAY}){_NO_WAY}\w+(?:[ ](?!{_WAY})\w+){{0,2}}"
_STREET = rf"(?:{_CAP}(?:[ ]{_CAP}){{0,4}}|\d{{1,4}}[a-z]?(?:/\d{{1,4}})*|{_LOWER})"
_NAMED = rf"{_SURNAME}(?:[ ]{_CAP}){{1,3}}"
_MORE = rf"(?:[ ]?,?[ ]?{_WAY}[ ]{_STREET})*"
_YEAR = r"(?!(?:19|20)\d\d(?!\d))"
_LIVES = r"(?i:nha|o|tai|tru[ ]tai|cu[ ]tru|dia[ ]chi(?:[ ]la)?:?|cho)"
_DAY = "".join(
    rf"(?<!{word}[ ])" for word in ("ngay", "sang", "chieu", "toi", "dem", "den", "hom", "tu", "la")
)

PATTERN = rf"""
    (?<!\w)(?i:so[ ]nha|nha[ ]so|s\.n\.?|sn|can[ ]ho(?:[ ]so)?)[ ]?[.:]?[ ]?{_YEAR}{_DOOR}
        (?:[ ]{_NAMED})?{_MORE}
  | (?<!\w)(?i:so)[ ]{_DOOR}[ ]?,?[ ]?{_WAY}[ ]{_STREET}{_MORE}
  | (?<!\w)(?i:so)[ ]{_DOOR}[ ]{_NAMED}
  | (?<!\w){_LIVES}[ ](?i:so[ ])?{_DOOR}[ ](?:{_WAY}[ ]{_STREET}|{_NAMED}){_MORE}
  | {_DAY}(?<![\w/.,-])(?:\d{{2,4}}[a-zA-Z]?|\d{{1,4}}(?:/\d{{1,4}}[a-zA-Z]?){{1,3}})
        [ ]{_WAY}[ ]{_CAP}(?:[ ]{_CAP}){{0,4}}
  | {_DAY}(?<![\w/.,-])\d{{1,4}}[a-zA-Z]?(?:/\d{{1,4}}[a-zA-Z]?){{1,3}}[ ]{_NAMED}
  | (?<!\w)(?i:hem|ngo|kiet|ngach)[ ]\d{{1,4}}(?:/\d{{1,4}})*[ ](?:{_WAY}[ ])?{_CAP}(?:[ ]{_CAP}){{0,3}}
"""
"""A verbose regular expression for a skeleton (`bot.core.opinion.skeleton`)."""
