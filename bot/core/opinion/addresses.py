"""Where somebody lives, to the door: a house's number with its street, however it is written."""

_CAP = r"[A-Z][\w']*"
_DOOR = r"[kK]?\d{1,4}(?:[ ]?[bB][iI][sS]|[a-zA-Z])?(?:[/-]\d{1,4}[a-zA-Z]?){0,3}(?![\w/])"
_WAY = r"(?i:duong|d\.|pho|hem|ngo|kiet|ngach)"
# Ways that are no address of anybody: "số 5 đường liên thôn", "2 đường nhựa".
_NO_WAY = (
    r"(?!(?i:loi|lien|nhua|be[ ]tong|ray|day|giao|thon|truyen|tinh|quoc|huyen|dan[ ]sinh|thuy|song)(?!\w))"
)
_SURNAME = (
    r"(?:Nguyen|Tran|Le|Pham|Hoang|Huynh|Phan|Vu|Vo|Dang|Bui|Do|Ho|Ngo|Duong|Ly|Dinh|Trinh|Doan|Luong|Mai|To"
    r"|Cao|Chu|Ha|Hai|Hung|Quang|Tu|Ton|Am[ai]|Y|Truong(?![ ](?:Tieu|Trung|Mam|Dai|Cao|TH|PT))|Phu|Xo|No"
    r"|Thang(?![ ](?:Gieng|Hai|Ba|Tu|Nam|Sau|Bay|Tam|Chin|Muoi|Chap))|Dien"
    r"|A|Giai|Mac|Bach|Dao|Luu|Lac|Vuong|Trieu|Dam|Au)"
)
# Streets that many towns have, by whose names a number alone tells the house, by their first letter;
# and those that are other words in lower case ("20 tấn đá").
_STREETS = {
    "a": r"u[ ]co|ma[ ](?:khe|jhao|sa|quang)",
    "b": r"ach[ ]dang|a[ ]huyen[ ]thanh[ ]quan|a[ ]trieu|ui[ ]thi[ ]xuan",
    "c": r"ao[ ]thang|hu[ ](?:van[ ]an|manh[ ]trinh)|he[ ]lan[ ]vien|ach[ ]mang",
    "d": (
        r"am[ ]san|oan[ ]thi[ ]diem|ao[ ]duy[ ](?:tu|anh)|ang[ ]van[ ]ngu|uong[ ]van[ ]nga"
        r"|inh[ ](?:tien[ ]hoang|bo[ ]linh|nup|cong[ ]trang|le)|ien[ ]bien[ ]phu|oc[ ]lap"
    ),
    "g": (
        r"iai[ ]phong(?![ ](?:mat|dat|mien|dan|nuoc|que|thu|suc|buon|dak|tinh|cham|nhanh|xong|duoc|cho|het"
        r"|sach|hang|ho)(?!\w))"
    ),
    "h": (
        r"o[ ](?:xuan[ ]huong|tung[ ]mau)|uynh[ ]thuc[ ]khang|oang[ ](?:van[ ]thai|dieu|hoa[ ]tham"
        r"|van[ ]thu|quoc[ ]viet)|ung[ ]vuong|ai[ ]ba[ ]trung"
    ),
    "o": r"ng[ ]ich[ ]khiem",
    "k": r"huc[ ]thua[ ]du|im[ ]dong",
    "l": (
        r"e[ ](?:hong[ ]phong|duan|loi|lai|thanh[ ]tong|quy[ ]don|dai[ ]hanh|van[ ]sy|thi[ ]hong[ ]gam"
        r"|van[ ]huu|thi[ ]rieng)|ac[ ]long[ ]quan|uong[ ]the[ ]vinh|y[ ](?:thuong[ ]kiet|tu[ ]trong"
        r"|thai[ ]to|nam[ ]de)"
    ),
    "m": r"ac[ ]dinh[ ]chi|ac[ ]thi[ ]buoi|ai[ ](?:hac[ ]de|thi[ ]luu|xuan[ ]thuong)",
    "n": (
        r"o[ ]trang[ ](?:long|gul|gu)|'?[ ]?trang[ ]l[ou]ng|guyen[ ](?:hue|trai|du|tat[ ]thanh"
        r"|chi[ ]thanh|van[ ](?:cu|troi|linh)|cong[ ]tru|thi[ ](?:dinh|minh[ ]khai)|thai[ ]hoc"
        r"|dinh[ ]chieu|luong[ ]bang|khuyen|binh[ ]khiem|truong[ ]to|an[ ]ninh|huu[ ](?:tho|canh)"
        r"|tri[ ]phuong"
        r"|trung[ ]truc|khac[ ]nhu|gia[ ]thieu|bieu|viet[ ]xuan|dinh[ ]thi|phong[ ]sac)|go[ ](?:quyen"
        r"|gia[ ]tu|may)"
    ),
    "p": (
        r"hung[ ](?:hung|khac[ ]khoan)|han[ ](?:van[ ]tri|ke[ ]binh|boi[ ]chau|chu[ ]trinh"
        r"|dinh[ ](?:phung|giot))|ham[ ](?:ngu[ ]lao|van[ ]dong|hong[ ]thai)"
    ),
    "q": r"uang[ ]trung",
    "s": r"am[ ]bram",
    "t": (
        r"o[ ](?:hieu|vinh[ ]dien)|a[ ]quang[ ]buu|hi[ ]sach|ue[ ]tinh|rieu[ ]viet[ ]vuong"
        r"|ran[ ](?:phu|hung[ ]dao|quy[ ]cap|nhat[ ]duat|binh[ ]trong|quang[ ]khai|quoc[ ]toan"
        r"|cao[ ]van|quang[ ]dieu|khanh[ ]du|nguyen[ ]han)|on[ ](?:duc[ ]thang|that[ ](?:tung|thuyet"
        r"|dam))|ruong[ ](?:chinh|cong[ ]dinh)"
    ),
    "v": r"o[ ](?:thi[ ]sau|van[ ]kiet|nguyen[ ]giap)",
    "x": r"uan[ ]dieu|o[ ]viet(?:[ ]nghe[ ]tinh)?",
    "y": r"ersin|[ ](?:jut|ngong|wang|moan|nue|bih)(?:[ ](?:aleo|enuol|nie(?:[ ]kdam)?))?",
}
_ANY_CASE = "|".join(f"[{first}{first.upper()}](?i:{rest})" for first, rest in _STREETS.items())
KNOWN = rf"(?:{_ANY_CASE}|Muoi[ ]Thang[ ]Ba|Tan[ ]Da|Van[ ]Cao|Dang[ ](?:Dung|Tat))(?!\w)"
_LOWER = rf"(?!{_WAY}){_NO_WAY}\w+(?:[ ](?!{_WAY})\w+){{0,2}}"
_ROAD = r"(?i:ql|quoc[ ]lo|tl|tinh[ ]lo)[ .]?\d{1,3}[a-zA-Z]?"
_ON = r"(?:[ ](?i:noi[ ]dai)(?!\w))?"
_NAMED = rf"(?:{_SURNAME}(?:[ ]{_CAP}){{1,3}}|{KNOWN}){_ON}"
_STREET = (
    rf"(?:{_CAP}(?:[ ]{_CAP}){{0,4}}|\d{{1,2}}[ ](?i:thang)[ ]\d{{1,2}}(?!\w)"
    rf"|\d{{1,4}}[a-z]?(?:/\d{{1,4}})*(?:[ ]{_NAMED})?|{KNOWN}|{_LOWER})"
)
_QUARTER = (
    r"(?i:to|lien[ ]gia|khoi|khoi[ ]pho|thon|buon|bon|xom|ap|khu|khu[ ]pho|tdp"
    r"|to[ ](?:dan[ ]pho|lien[ ]gia))[ ]"
    rf"(?:\d{{1,3}}|{_CAP}(?:[ ]{_CAP}){{0,2}})"
)
_MORE = rf"{_ON}(?:[ ]?,?[ ]?(?:{_WAY}[ ]{_STREET}|{_QUARTER}))*"
_YEAR = r"(?!(?:19|20)\d\d(?!\d))"
_HOUSE = rf"{_YEAR}{_DOOR}(?:[ ](?:{_NAMED}|{_ROAD}(?!\w)))?{_MORE}"
_LIVES = (
    r"(?i:nha|o|tai|tru[ ]tai|cu[ ]tru|dia[ ]chi(?:[ ]la)?:?|cho|quan|tiem|cua[ ]hang|shop|dai[ ]ly|xuong|kho"
    r"|ho|nha[ ](?:thuoc|tro|nghi)|phong[ ]kham|gara|truoc|gan|doi[ ]dien|goc|canh|karaoke|khach[ ]san"
    r"|ca[ ]phe|tap[ ]hoa|ve|ghe)"
)
# Where a house alone stands, of which one number and a quarter or a road are enough.
_HOME = (
    r"(?i:nha|o|tai|d/?c:?|tru[ ]tai|cu[ ]tru|dia[ ]chi(?:[ ]la)?:?|phong[ ]tro|day[ ]tro|tro[ ]tai|xuong"
    r"|tiem)"
)
_PLOTS = r"(?i:khu[ ](?:dan[ ]cu|tai[ ]dinh[ ]cu|do[ ]thi|quy[ ]hoach)|kdc|tdc|ktdc|kdt)"
_BLOCK = r"(?i:khu)[ ][A-Z]\d?[ ](?i:tai[ ]dinh[ ]cu|tdc|dan[ ]cu)(?!\w)"
_NO_BODY = (
    r"(?!(?:Xa|Buon|Bon|Thon|Xom|Khoi|To|Phuong|Truong|Chi|Hoi|Nha|Ban|Uy|Tram|Doan|Tinh|Huyen|Thang|Trung|So"
    r"|Doi|Cong|Co|Nong|Lam|Hop|Du|Dai|Cum|Khu|Ong|Ba|Anh|Ea|Ia|Krong|Dak|Chu|Kon|Gia|Tay|Dong"
    r"|Mien|Viet|Cu(?![ ]Chinh))"
    r"(?!\w))"
)
_DAY = "".join(
    rf"(?<!{word}[ ])"
    for word in (
        *("ngay", "sang", "chieu", "toi", "dem", "den", "hom", "tu", "la"),
        *("so", "to", "thon", "khoi", "lop", "doi", "pho", "khu", "dip", "le", "niem", "mung"),
    )
)
_NUMBER = r"(?i:so[ ]nha|nha[ ]so|so|sn)"
# One lane off another, or a house in one: "ngõ 12 ngách 4", "hẻm 41, số nhà 7"; "hẻm 5, hẻm 7" are two lanes.
_NTH = r"[ ](?i:so[ ])?\d{1,4}[a-zA-Z]?(?:/\d{1,4})*(?![\w/])"
_LANE, _OFF = rf"(?i:hem|ngo|kiet){_NTH}", rf"(?i:ngach){_NTH}"
# "Trường tiểu học Trần Phú số 2" is a school.
_SCHOOL = "".join(
    rf"(?<!{word}[ ])"
    for word in ("hoc", "truong", "Truong", "buyt", "thcs", "thpt", "THCS", "THPT", "TH", "non")
)
_ONE = r"(?i:mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi|tram|linh|le)"
_SPOKEN = rf"{_ONE}(?:[ ](?:{_ONE}|(?i:xuyet|xet|sec|tren))){{0,6}}"
_FLATS = r"(?i:chung[ ]cu|khu[ ]tap[ ]the|ktt|nha[ ]tro|nha[ ]cong[ ]vu|toa[ ]nha|ky[ ]tuc[ ]xa|ktx)"

# What a number counts is no door: "thôn 5, số 12 hộ nghèo"; nor are hotlines, or numbers of documents.
_COUNTED = (
    r"(?![ ](?i:nguoi|khau|ho|truong[ ]hop|con|chau|em|hoc[ ]sinh|ha|ta|tan|kg|m2?|km|trieu|nghin|dong|ty|lan"
    r"|nam|thang|ngay|gio|tuoi|cay|can|nha|xe|vu|ca|suat|phan|bao|cai|chiec|y[ ]kien|diem|thon|buon|xa|to"
    r"|phut|gia[ ]dinh|cong[ ]dan)(?!\w))(?!-|[ ]?%)"
)
_HOTLINE = r"(?!(?:11[1-5]|1022)(?!\d))"
# A household within ten that look after each other ("liên gia"), and land by its place on a map.
_TEN = r"(?i:(?:to[ ])?lien[ ]gia|to(?:[ ](?:dan[ ]pho|tu[ ]quan))?|tdp|lg)[ ](?i:so[ ])?\d{1,3}"
_NTH_HOME = rf"(?i:ho|nha)[ ](?i:so[ ])?{_HOTLINE}\d{{1,3}}(?!\w){_COUNTED}"
_SHEET = r"to[ ](?:ban[ ]do|bd|bdo)(?:[ ]dia[ ]chinh)?[ ]?:?[ ]?(?:so[ ]?:?[ ]?)?\d{1,4}"
_LOT = r"thua(?:[ ]dat)?[ ]?:?[ ]?(?:so[ ]?:?[ ]?)?\d{1,4}"
_PARCEL = (
    rf"(?i:{_LOT}[ ]?[,;-]?[ ]?(?:thuoc[ ]|cua[ ]|o[ ])?{_SHEET}|{_SHEET}[ ]?[,;-]?[ ]?{_LOT}"
    r"|thua[ ](?:dat[ ]so|dat|so)[ ]\d{1,4}[ ]?,?[ ]?to[ ](?:so[ ])?\d{1,4})(?![\w/])"
)

# Branches of one first letter stand together, so that most places of a text are tried with few of them.
PATTERN = rf"""
    (?=[\da-dghk-qstvxyA-DGHK-QSTVXY]) (?<!\w) (?:
    (?=[sS]) (?:
        (?<![^\n]) (?i:so)[ ]{_DOOR}[ ]?,?[ ]?{_QUARTER}{_MORE} |
        (?i:so[ ]nha|s\.n\.?|sn)[ ]?[.:]?[ ]?{_HOUSE}
      | (?i:so(?:[ ]nha)?)[ ]{_SPOKEN}[ ]?,?[ ]?{_WAY}[ ]{_STREET}{_MORE}
      | (?<!duong[ ]) (?i:so)[ ]{_DOOR}[ ]?,?[ ]?{_WAY}[ ]{_STREET}{_MORE}
      | {_SCHOOL}(?<!tuyen[ ]) (?i:so)[ ]{_DOOR}[ ](?:{_NAMED}|{_ROAD}(?!\w))
      | (?i:so)[ ]{_DOOR}[ ]?,[ ]?(?:{KNOWN}{_ON}|{_ROAD}(?!\w)) )
  | (?=[nN]) (?:
        (?i:nha[ ]so)[ ]?[.:]?[ ]?{_HOUSE}
      | (?i:nha[ ]so)[ ]{_SPOKEN}[ ]?,?[ ]?{_WAY}[ ]{_STREET}{_MORE} )
  | [cC](?i:an[ ]ho(?:[ ]so)?)[ ]?[.:]?[ ]?{_YEAR}(?:[A-Z]{{1,2}}[.-]?)?{_DOOR}
        (?:[ ]?,?[ ]?{_FLATS}(?:[ ]{_CAP}){{0,4}})?{_MORE}
  | [A-D]\d{{0,2}}[.-]\d{{1,4}}[ ]?,?[ ]?{_FLATS}(?:[ ]{_CAP}){{0,4}}
  | (?=[pP]) (?i:phong[ ](?:so[ ])?|p\.[ ]?)[A-Z]?\d{{1,4}}[ ]?,?[ ]?
        (?:(?i:nha|day|toa)[ ](?:[A-Z]\d{{0,2}}|\d{{1,2}})[ ]?,?[ ]?{_FLATS}(?!\w)
          | {_FLATS}(?:[ ](?i:so[ ])?(?:{_DOOR}|{_CAP})){{1,5}})
        (?:[ ]{_NAMED})?{_MORE}
  | [lL](?i:o)[ ](?i:dat[ ])?(?i:so[ ])?(?i:[a-z]{{1,2}}[ .-]?)?\d{{1,3}}(?:[-/.]\d{{1,3}})?[ ]?,?[ ]?
        (?:{_WAY}[ ]{_STREET}|(?<=\d\d[ ]){_PLOTS}(?!\w)(?:[ ]{_CAP}){{0,4}}
          |{_PLOTS}(?:[ ]{_CAP}){{1,4}}|{_BLOCK}){_MORE}
  | (?=[dDhHkKnNpP]) (?:
        {_WAY}[ ](?:{_CAP}(?:[ ]{_CAP}){{0,4}}|\d{{1,2}}/\d{{1,2}})(?:[ ]?,[ ]?{_CAP}(?:[ ]{_CAP}){{0,4}})?
            [ ]?,?[ ]{_NUMBER}[ ]{_DOOR}{_MORE}
      | (?i:hem|ngo|kiet|ngach)[ ]\d{{1,4}}(?:/\d{{1,4}})*[ ](?:{_WAY}[ ])?{_CAP}(?:[ ]{_CAP}){{0,3}}
            (?:[ ]?,?[ ](?i:so[ ]nha|nha[ ]so|nha|so)[ ]{_DOOR})?
      | (?:(?:{_LANE}[ ]?,?[ ]{_OFF}|{_OFF}[ ]?,?[ ]{_LANE})(?:[ ]{_NAMED})?
            |(?:{_LANE}|{_OFF})[ ]?,?[ ]{_NUMBER}[ ]{_DOOR}){_MORE} )
  | (?=[ctkCTK]) {_FLATS}(?:[ ]{_CAP}){{1,4}}[ ]?,?[ ]
        (?i:phong|can(?:[ ]ho)?|so)[ ](?i:so[ ])?[A-Z]?{_DOOR}{_MORE}
  | {_LIVES}[ ](?i:so[ ])?{_DOOR}[ ]?,?[ ](?:{_WAY}[ ]{_STREET}|{_NAMED}){_MORE}
  | (?=[cdnoptxCDNOPTX]) {_HOME}[ ] (?:
        (?:(?i:so)[ ]{_DOOR}|(?<=[aA][ ]){_DOOR}|\d{{1,4}}[a-zA-Z]?(?:/\d{{1,4}}[a-zA-Z]?){{1,3}})
            [ ]?,?[ ]?{_QUARTER}{_MORE}
      | (?i:so[ ]|(?=\d{{2}})){_DOOR}[ ]?,?[ ]{_ROAD}(?!\w)
      | (?i:so[ ])?{_YEAR}{_DOOR}[ ]{_NO_BODY}{_CAP}(?:[ ]{_CAP}){{1,3}}{_MORE} )
  | {_SCHOOL}{KNOWN}{_ON}[ ]?,?[ ]?{_NUMBER}[ ]{_DOOR}{_MORE}
  | (?=\d) (?<![/.,+-]) {_YEAR}\d{{3}}[a-zA-Z]?[ ]{KNOWN}{_ON}
  | (?=\d) {_DAY}(?<![/.,+-]) (?:
        (?:\d{{2,4}}[a-zA-Z]?|\d[A-Da-d]|\d{{1,4}}[ ]?[bB]is|\d{{1,4}}(?:/\d{{1,4}}[a-zA-Z]?){{1,3}})
            [ ]{_WAY}[ ](?:(?:\d{{1,4}}(?:/\d{{1,4}})*[ ])?{_CAP}(?:[ ]{_CAP}){{0,4}}
            |\d{{1,2}}/\d{{1,2}}(?![\d/]))
      | \d{{2,4}}(?:/\d{{1,4}}[a-zA-Z]?){{1,3}}[ ]{_WAY}[ ](?i:so)[ ]\d{{1,3}}(?!\w)
      | \d{{1,4}}[a-zA-Z]?(?:/\d{{1,4}}[a-zA-Z]?){{1,3}}[ ]{_NAMED}
      | {_YEAR}\d{{1,4}}[a-zA-Z]?[ ]{KNOWN}{_ON}
      | {_YEAR}\d{{2,4}}[a-zA-Z]?[ ](?:Y|Ama)[ ]{_CAP}
      | \d{{1,4}}(?:[A-Da-d]|[ ]?[bB]is)[ ]{_SURNAME}(?:[ ]{_CAP}){{1,3}} )
  | [kK]\d{{1,4}}(?:/\d{{1,4}}[a-zA-Z]?){{1,3}}[ ](?:{_WAY}[ ]{_STREET}|{_NAMED}|{_CAP}(?:[ ]{_CAP}){{1,3}})
  | [kK]\d{{1,4}}[ ]{KNOWN}{_ON}
  | (?=[hHnN]) (?<!\d[ ]) {_NTH_HOME}[ ]?,?[ ]?{_TEN}(?!\w){_MORE}
  | (?=[hH]) (?i:ho[ ]so)[ ]\d{{1,3}}[ ]?,?[ ]?{_QUARTER}(?!\w){_MORE}
  | (?=[lLtT]) (?:{_TEN}[ ]?,?[ ]?{_NTH_HOME}{_MORE} | {_PARCEL})
  | (?=[abkltxABKLTX]) {_QUARTER}[ ]?(?:,[ ]?(?i:so)|,?[ ]?(?i:so[ ]nha))[ ]{_HOTLINE}{_DOOR}{_COUNTED}{_MORE}
    )
"""
"""A verbose regular expression for a skeleton (`bot.core.opinion.skeleton`)."""
# A body's own address is everybody's: "Công an tỉnh 58 Nguyễn Tất Thành", unless somebody lives beside it.
_BODY = (
    r"ubnd|uy[ ]ban(?:[ ]nhan[ ]dan)?|hdnd|dang[ ]uy|tinh[ ]uy|cong[ ]an|buu[ ]dien|cong[ ]vien|bao[ ]tang"
    r"|thu[ ]vien|benh[ ]vien|tram[ ]y[ ]te|toa[ ]an|vien[ ]kiem[ ]sat|kho[ ]bac|bao[ ]hiem[ ]xa[ ]hoi|bhxh"
    r"|ben[ ]xe|nha[ ]van[ ]hoa|san[ ]van[ ]dong|quang[ ]truong|dien[ ]luc|chi[ ]cuc[ ]\w+"
    r"|trung[ ]tam[ ](?:y[ ]te|van[ ]hoa|hanh[ ]chinh(?:[ ]cong)?)"
)
_LEVEL = r"(?i:xa|phuong|tinh|huyen|thanh[ ]pho|tp|khu[ ]vuc|da[ ]khoa|co[ ]so|trung[ ]uong)"
PUBLIC = (
    r"(?<!gan[ ])(?<!canh[ ])(?<!sat[ ])(?<!sau[ ])(?<!dien[ ])(?<!truoc[ ])(?<!voi[ ])"
    rf"(?<!\w)(?i:{_BODY})(?:[ ](?:{_LEVEL}(?!\w)|{_CAP})){{0,4}}[ ]\(?(?i:tai[ ]|dia[ ]chi:?[ ]|so[ ])*$"
)
REACH = 80  # characters looked back over for a body

MARKS = (*"0123456789", "so nha", "nha so", "so ")
