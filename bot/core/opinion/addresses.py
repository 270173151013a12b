"""Where somebody lives, to the door: a house's number with its street, however it is written."""

_CAP = r"[A-Z][\w']*"
_DOOR = r"[kK]?\d{1,4}[a-zA-Z]?(?:[/-]\d{1,4}[a-zA-Z]?){0,3}(?![\w/])"
_WAY = r"(?i:duong|d\.|pho|hem|ngo|kiet|ngach)"
# Ways that are no address of anybody: "số 5 đường liên thôn", "2 đường nhựa".
_NO_WAY = (
    r"(?!(?i:loi|lien|nhua|be[ ]tong|ray|day|giao|thon|truyen|tinh|quoc|huyen|dan[ ]sinh|thuy|song)(?!\w))"
)
_SURNAME = (
    r"(?:Nguyen|Tran|Le|Pham|Hoang|Huynh|Phan|Vu|Vo|Dang|Bui|Do|Ho|Ngo|Duong|Ly|Dinh|Trinh|Doan|Luong|Mai|To"
    r"|Cao|Chu|Ha|Hai|Hung|Quang|Tu|Ton|Am[ai]|Y|Truong|Phu|Xo|No|A|Giai|Mac|Thang|Dien"
    r"|Bach|Dao|Luu|Lac|Vuong|Trieu|Dam|Au)"
)
# Streets that many towns have, by whose names a number alone tells the house, in any case.
KNOWN = (
    r"(?i:le[ ](?:hong[ ]phong|duan|loi|lai|thanh[ ]tong|quy[ ]don|dai[ ]hanh|van[ ]sy|thi[ ]hong[ ]gam)"
    r"|nguyen[ ](?:hue|trai|du|tat[ ]thanh|chi[ ]thanh|van[ ](?:cu|troi|linh)|cong[ ]tru|thi[ ](?:dinh"
    r"|minh[ ]khai)|thai[ ]hoc|dinh[ ]chieu|luong[ ]bang|khuyen|binh[ ]khiem|truong[ ]to|an[ ]ninh"
    r"|huu[ ]tho)|phan[ ](?:boi[ ]chau|chu[ ]trinh|dinh[ ](?:phung|giot))|tran[ ](?:phu|hung[ ]dao|quy[ ]cap"
    r"|nhat[ ]duat|binh[ ]trong|quang[ ]khai|quoc[ ]toan|cao[ ]van)|hoang[ ](?:dieu|hoa[ ]tham|van[ ]thu"
    r"|quoc[ ]viet)|ly[ ](?:thuong[ ]kiet|tu[ ]trong|thai[ ]to|nam[ ]de)|ngo[ ](?:quyen|gia[ ]tu|may)"
    r"|dinh[ ](?:tien[ ]hoang|bo[ ]linh|nup)|hung[ ]vuong|quang[ ]trung|hai[ ]ba[ ]trung|ba[ ]trieu"
    r"|dien[ ]bien[ ]phu|vo[ ](?:thi[ ]sau|van[ ]kiet|nguyen[ ]giap)|pham[ ](?:ngu[ ]lao|van[ ]dong"
    r"|hong[ ]thai)|ton[ ](?:duc[ ]thang|that[ ]tung)|truong[ ](?:chinh|cong[ ]dinh)|mac[ ]thi[ ]buoi"
    r"|mai[ ](?:hac[ ]de|thi[ ]luu|xuan[ ]thuong)|bui[ ]thi[ ]xuan|kim[ ]dong|y[ ](?:jut|ngong|wang|moan"
    r"|nue|bih)(?:[ ](?:aleo|enuol|nie(?:[ ]kdam)?))?"
    r"|ama[ ](?:khe|jhao|sa|quang)|xo[ ]viet|giai[ ]phong|cach[ ]mang|doc[ ]lap)(?!\w)"
)
_LOWER = rf"(?!{_WAY}){_NO_WAY}\w+(?:[ ](?!{_WAY})\w+){{0,2}}"
_ROAD = r"(?i:ql|quoc[ ]lo|tl|tinh[ ]lo)[ .]?\d{1,3}[a-zA-Z]?"
_ON = r"(?:[ ](?i:noi[ ]dai)(?!\w))?"
_NAMED = rf"(?:{_SURNAME}(?:[ ]{_CAP}){{1,3}}|{KNOWN}){_ON}"
_STREET = rf"(?:{_CAP}(?:[ ]{_CAP}){{0,4}}|\d{{1,4}}[a-z]?(?:/\d{{1,4}})*(?:[ ]{_NAMED})?|{KNOWN}|{_LOWER})"
_QUARTER = (
    r"(?i:to|khoi|khoi[ ]pho|thon|buon|bon|xom|ap|khu|khu[ ]pho|tdp|to[ ]dan[ ]pho)[ ]"
    rf"(?:\d{{1,3}}|{_CAP}(?:[ ]{_CAP}){{0,2}})"
)
_MORE = rf"{_ON}(?:[ ]?,?[ ]?(?:{_WAY}[ ]{_STREET}|{_QUARTER}))*"
_YEAR = r"(?!(?:19|20)\d\d(?!\d))"
_HOUSE = rf"{_YEAR}{_DOOR}(?:[ ](?:{_NAMED}|{_ROAD}(?!\w)))?{_MORE}"
_LIVES = (
    r"(?i:nha|o|tai|tru[ ]tai|cu[ ]tru|dia[ ]chi(?:[ ]la)?:?|cho|quan|tiem|cua[ ]hang|shop|dai[ ]ly|xuong|kho"
    r"|ho|nha[ ](?:thuoc|tro|nghi)|phong[ ]kham|gara)"
)
_DAY = "".join(
    rf"(?<!{word}[ ])"
    for word in (
        *("ngay", "sang", "chieu", "toi", "dem", "den", "hom", "tu", "la"),
        *("to", "thon", "khoi", "lop", "doi", "pho", "khu", "dip", "le"),
    )
)
_NUMBER = r"(?i:so[ ]nha|nha[ ]so|so|sn)"
# "Trường tiểu học Trần Phú số 2" is a school.
_SCHOOL = "".join(
    rf"(?<!{word}[ ])" for word in ("hoc", "truong", "thcs", "thpt", "THCS", "THPT", "TH", "non")
)
_ONE = r"(?i:mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi|tram|linh|le)"
_SPOKEN = rf"{_ONE}(?:[ ](?:{_ONE}|(?i:xuyet|xet|sec|tren))){{0,6}}"
_FLATS = r"(?i:chung[ ]cu|nha[ ]tro|nha[ ]cong[ ]vu|toa[ ]nha|ky[ ]tuc[ ]xa|ktx)"

# Branches of one first letter stand together, so that most places of a text are tried with few of them.
PATTERN = rf"""
    (?=[\da-dghk-qstvxyA-DGHK-QSTVXY]) (?<!\w) (?:
    (?=[sS]) (?:
        (?i:so[ ]nha|s\.n\.?|sn)[ ]?[.:]?[ ]?{_HOUSE}
      | (?i:so(?:[ ]nha)?)[ ]{_SPOKEN}[ ]?,?[ ]?{_WAY}[ ]{_STREET}{_MORE}
      | (?i:so)[ ]{_DOOR}[ ]?,?[ ]?{_WAY}[ ]{_STREET}{_MORE}
      | (?i:so)[ ]{_DOOR}[ ](?:{_NAMED}|{_ROAD}(?!\w)) )
  | (?=[nN]) (?:
        (?i:nha[ ]so)[ ]?[.:]?[ ]?{_HOUSE}
      | (?i:nha[ ]so)[ ]{_SPOKEN}[ ]?,?[ ]?{_WAY}[ ]{_STREET}{_MORE} )
  | [cC](?i:an[ ]ho(?:[ ]so)?)[ ]?[.:]?[ ]?{_YEAR}(?:[A-Z]{{1,2}}[.-]?)?{_DOOR}
        (?:[ ]?,?[ ]?{_FLATS}(?:[ ]{_CAP}){{0,4}})?{_MORE}
  | [A-D]\d{{0,2}}[.-]\d{{1,4}}[ ]?,?[ ]?{_FLATS}(?:[ ]{_CAP}){{0,4}}
  | [pP](?i:hong)[ ](?i:so[ ])?[A-Z]?\d{{1,4}}[ ]?,?[ ]?{_FLATS}(?:[ ](?i:so[ ])?(?:{_DOOR}|{_CAP})){{0,5}}
        (?:[ ]{_NAMED})?{_MORE}
  | [lL](?i:o)[ ](?i:so[ ])?[A-Z]?\d{{1,3}}[ ]?,?[ ]?{_WAY}[ ]{_STREET}{_MORE}
  | (?=[dDhHkKnNpP]) (?:
        {_WAY}[ ](?:{_CAP}(?:[ ]{_CAP}){{0,4}}|\d{{1,2}}/\d{{1,2}})(?:[ ]?,[ ]?{_CAP}(?:[ ]{_CAP}){{0,4}})?
            [ ]?,?[ ]{_NUMBER}[ ]{_DOOR}{_MORE}
      | (?i:hem|ngo|kiet|ngach)[ ]\d{{1,4}}(?:/\d{{1,4}})*[ ](?:{_WAY}[ ])?{_CAP}(?:[ ]{_CAP}){{0,3}}
            (?:[ ]?,?[ ](?i:so[ ]nha|nha[ ]so|nha|so)[ ]{_DOOR})? )
  | (?=[ctkCTK]) {_FLATS}(?:[ ]{_CAP}){{1,4}}[ ]?,?[ ]
        (?i:phong|can(?:[ ]ho)?|so)[ ](?i:so[ ])?[A-Z]?{_DOOR}{_MORE}
  | {_LIVES}[ ](?i:so[ ])?{_DOOR}[ ]?,?[ ](?:{_WAY}[ ]{_STREET}|{_NAMED}){_MORE}
  | {_SCHOOL}{KNOWN}{_ON}[ ]?,?[ ]?{_NUMBER}[ ]{_DOOR}{_MORE}
  | (?=\d) (?<![/.,-]) {_YEAR}\d{{3}}[a-zA-Z]?[ ]{KNOWN}{_ON}
  | (?=\d) {_DAY}(?<![/.,-]) (?:
        (?:\d{{2,4}}[a-zA-Z]?|\d{{1,4}}(?:/\d{{1,4}}[a-zA-Z]?){{1,3}})
            [ ]{_WAY}[ ](?:(?:\d{{1,4}}(?:/\d{{1,4}})*[ ])?{_CAP}(?:[ ]{_CAP}){{0,4}}
            |\d{{1,2}}/\d{{1,2}}(?![\d/]))
      | \d{{2,4}}(?:/\d{{1,4}}[a-zA-Z]?){{1,3}}[ ]{_WAY}[ ](?i:so)[ ]\d{{1,3}}(?!\w)
      | \d{{1,4}}[a-zA-Z]?(?:/\d{{1,4}}[a-zA-Z]?){{1,3}}[ ]{_NAMED}
      | {_YEAR}\d{{1,4}}[a-zA-Z]?[ ]{KNOWN}{_ON} )
  | [kK]\d{{1,4}}(?:/\d{{1,4}}[a-zA-Z]?){{1,3}}[ ](?:{_WAY}[ ]{_STREET}|{_NAMED})
    )
"""
"""A verbose regular expression for a skeleton (`bot.core.opinion.skeleton`)."""

MARKS = (*"0123456789", "so nha", "nha so", "so ")
