"""What looks like the name of a private person, for the reporter to take out.

Names stand after a form of address; or are whole (family name and more); or have the forms of Ê Đê,
M'nông and Gia Rai. Who is named in their office stays, and so does what is named after somebody.
"""

import re
import unicodedata

_UPPER = "".join(
    c for c in map(chr, range(0x41, 0x1EFA)) if c.isupper() and "LATIN" in unicodedata.name(c, "")
)
_SYLLABLE = rf"[{_UPPER}](?:(?:\.[{_UPPER}])+\.?|\.|[\w'’-]*)"
_OFFICE = r"(?i:(?:bí|chủ|giám|thủ|tổng|phó|trưởng|bộ|ủy|đảng|lãnh) \w+|tỉnh|xã|hội|ban)(?!\w)"
_ADDRESSED = (
    r"ông|bà|anh|chị|cô|chú|bác|em|cụ|thầy|cô giáo|thầy giáo|dì|cậu|mợ|thím|cháu|bé|mẹ|bố|già làng"
    r"|trưởng buôn"
    r"|trưởng thôn|đ/c|đc|đ\.c|đồng chí|tên là|tên|vợ chồng|bác sĩ|y sĩ|chủ nhà|chủ quán|ô|thằng|thằng bé"
    r"|(?<!bà )con|con bé|bé gái|bé trai|cu|ama|amí|ami|aê|aduôn|aduon|mí|yă"
)
_BARE_ADDRESSED = (
    r"ong|ba|anh|chi|co|chu|bac|em|cu|thay|co giao|thay giao|gia lang|truong buon|truong thon|d/c|dc"
    r"|dong chi|thang|con be"
)
_FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trịnh|Đoàn|Lương|Mai"
    "|Tô|Cao"
    "|Hà|Châu|Tạ|Thái|Nông|Hứa|Quách|Lâm|Lưu|Trương|Vương|Triệu|Phùng|Kiều|Ninh|Khúc|Tống|Lục|Giàng"
    "|Vàng|Sùng"
    "|Thào|Lò|Cà|Quàng|Bế|Đàm|Đào|Chu|Văn|Tăng|Từ|Viên|Nghiêm|La|Ma"
)
_HIGHLAND = (
    "Niê|Mlô|Êban|Ayŭn|Ayun|Byă|Bya|Kbuôr|Kbuor|Ksơr|Ksor|Kpă|Kpa|Rmah|Rơ Mah|Siu|Rahlan|R'com|Rcom"
    "|Rơ Châm|Rơ Com"
    "|Hmok|Hmŏk|Hđơk|Hdơk|Ktla|Knul|Adrơng|Adrong|Buôn Yă|Buôn Krông|Arul|Eñuôl|Enuol|Kđoh|Kdoh|Ênuôl"
    "|Êñuôl|Bkrông"
    "|Nay|Alê|Puih|Kpuih|Rơ Lan|Điểu|Thị Điểu|Krajan|Cil|Bon Krong|Liêng"
)


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in bare if not unicodedata.combining(c))


_ANY_FAMILY = f"{_FAMILY}|{_folded(_FAMILY)}"
_GIVEN = rf"(?:\s+{_SYLLABLE}){{1,4}}"
_MIDDLE = "văn|thị|van|thi|đức|hữu|ngọc|thanh|minh|xuân|quang|đình|duc|huu|ngoc|dinh"
_AFTER_ADDRESS = rf"(?:{_OFFICE}\s+){{0,2}}(?!{_OFFICE}){_SYLLABLE}(?:\s+{_SYLLABLE}){{0,5}}"
# Y Bhăm Êban, H'Hen Niê, H Mai, Ama Thuột, K'Brêu: a given name, and often a family's after it.
_HIGHLAND_GIVEN = (
    rf"(?:Y\s?['’-]?\s?{_SYLLABLE}|H\s?['’]\s?[{_UPPER}\w][\w'’-]*|H\s+{_SYLLABLE}|K['’]\s?{_SYLLABLE}"
    rf"|(?:Ama|Amí|Ami|Aê|Ae|Aduôn|Ma|Mí|Yă)\s+{_SYLLABLE}(?:['’]\w+)?)"
)
_LOWER = rf"(?:{_ANY_FAMILY})\s+(?:{_MIDDLE})\s+[^\W\d]+"
_MARKED = re.compile(
    rf"(?<!\w)(?:"
    rf"(?i:{_ADDRESSED})\s+(?:{_HIGHLAND_GIVEN}(?:\s+(?:{_SYLLABLE}|(?i:{_HIGHLAND})(?!\w))){{0,3}}"
    rf"|{_AFTER_ADDRESS}|(?i:{_LOWER}))"
    rf"|{_HIGHLAND_GIVEN}(?:\s+{_SYLLABLE}){{0,3}}"
    rf"|(?:{_HIGHLAND}){_GIVEN}"
    rf"|(?:{_ANY_FAMILY}|{_FAMILY.upper()})\s+(?:Văn|Thị|Van|Thi|VĂN|THỊ)\s+{_SYLLABLE}(?:\s+{_SYLLABLE})?"
    rf"|(?:[ACÔ]|(?<![\n])(?<!^)[acôe])\.\s?{_SYLLABLE}(?:\s+{_SYLLABLE}){{0,3}}"
    rf"|(?:a|c)\s+(?!Khoản|Điều|Điểm|Mục|Chương){_SYLLABLE}(?:\s+{_SYLLABLE}){{0,3}}"
    rf"|(?:{_FAMILY})\s+{_SYLLABLE}\s+{_SYLLABLE}(?:\s+{_SYLLABLE})?"
    rf")(?:\s+[\"“][^\"”\n]{{1,20}}[\"”])?"
)
_UNMARKED = re.compile(
    rf"(?<!\w)(?i:{_BARE_ADDRESSED})\s+(?:{_HIGHLAND_GIVEN}(?:\s+{_SYLLABLE}){{0,3}}"
    rf"|(?:{_folded(_FAMILY)}){_GIVEN}|(?i:{_LOWER})"
    rf"|(?!{_folded(_OFFICE)}){_SYLLABLE}(?:\s+{_SYLLABLE}){{0,3}})"
)
# Places, streets, feasts, sayings and forms of address that look like somebody's name.
_NOT_NAMES = re.compile(
    r"Anh [Hh]ùng(?!\w)|(?i:bà (?:rịa|nà|đen|triệu|trưng|con|ngoại|nội|mẹ)|ông (?:nội|ngoại|bà|công"
    r"|táo)|cô (?:tô|chú|bác)"
    r"|con (?:người|đường|sông|số|em|cháu|rồng|trai|gái|dấu)|em (?:bé|học)|anh (?:quốc|chị|em)"
    r"|chị em|thầy (?:thuốc|cô)|(?:cụ|bác) hồ|mẹ (?:việt nam|hiền)"
    r"|y (?:tế|học|dược|sĩ|đức|phục|tá|án|khoa)|h['’]?\s?mông|h['’]?mong|hồ chí minh|hà (?:nội|giang"
    r"|tĩnh|nam|tiên|đông)"
    r"|cao (?:bằng|su|nguyên|đẳng|đài)|thái (?:lan|bình|nguyên)|lâm (?:đồng|nghiệp)|lý (?:sơn|luận)"
    r"|đoàn (?:thanh|thể|viên)"
    r"|mai (?:châu|an tiêm|anh tuấn)|dương (?:minh châu|lịch)|hoàng sa|trường sa|nông (?:thôn|dân"
    r"|nghiệp|hội)|kiều (?:bào|hối)"
    r"|triệu (?:sơn|phong|voi)|vàng sjc|cậu bé|tên lửa|chu (?:lai|văn an)|văn (?:hóa|phòng|học|miếu)"
    r"|la (?:mã|liga)"
    r"|ma (?:túy|cao|rốc)|từ (?:sơn|thiện|liêm)|lục (?:nam|ngạn|quân)|đào (?:tạo|duy)|cà (?:phê|mau"
    r"|chua)|châu (?:âu|á|phi|đốc|thành)"
    r"|k['’](?:bang)|võ (?:thuật)|hứa hẹn|bác sĩ (?:gia đình)|bé (?:trai|gái))(?!\w)"
)
_NAMED_AFTER = re.compile(
    r"(?i)(?<!\w)(?:đường|phố|đại lộ|trường(?: (?:thpt|thcs|tiểu học|mầm non|th|đại học|cao đẳng))?"
    r"|bệnh viện|tượng đài|giải|quỹ"
    r"|công viên|quảng trường|chợ|cầu|hồ|phường|xã|thôn|buôn|bon|làng|huyện|tp|tp\.|thành phố|tỉnh|chùa"
    r"|đền|công ty"
    r"|ngã tư|ngã ba|vòng xoay|hẻm(?: [\d/]+)?|ngõ|kiệt|di tích|nhà máy|nhà thờ|hồ|sông|suối|núi|đèo"
    r"|tư tưởng|gương"
    r"|duong|pho|truong|benh vien|cho|cau|phuong|xa|thon|buon|huyen|thanh pho|tinh|cong ty)\s+$"
)
_TITLE = (
    r"(?:phó |quyền |nguyên )?(?:tổng bí thư|bí thư|chủ tịch|thủ tướng|bộ trưởng|thứ trưởng|giám đốc"
    r"|trưởng ban"
    r"|trưởng phòng|trưởng đoàn|chánh văn phòng|chánh án|viện trưởng|đại biểu quốc hội|đại biểu hđnd"
    r"|hiệu trưởng"
    r"|trưởng công an|chỉ huy trưởng|đại tướng|thượng tướng|trung tướng|thiếu tướng|đại tá|thượng tá"
    r"|bi thu|chu tich|thu tuong|bo truong|giam doc|truong ban|truong phong)"
)
# Between a title and its holder stand names of bodies alone: "Chủ tịch UBND xã Nguyễn Văn B".
_BODY = (
    rf"(?:[{_UPPER}][\w.-]*|xã|phường|tỉnh|huyện|thành|phố|ủy|ban|nhân|dân|hội|đồng|nước|quốc|sở|phòng"
    rf"|đảng|mặt"
    r"|trận|tổ|đoàn|công|an|nông|nghiệp|môi|trường|y|tế|giáo|dục|và|đào|tạo|của|là|chí|ông|bà|quân|sự"
    r"|chính|trị|trung"
    r"|ương|tuyên|vận|liên|hiệp|phụ|nữ|cựu|chiến|binh|xa|phuong|tinh)"
)
_IN_OFFICE_BEFORE = re.compile(rf"(?i:(?<!\w){_TITLE})(?:\s+{_BODY}){{0,10}}[\s:,]*$")
_IN_OFFICE_WITHIN = re.compile(rf"(?i)(?<!\w){_TITLE}(?!\w)")
_IN_OFFICE_AFTER = re.compile(rf"(?i)\s*(?:[,(–-]\s*|\s)(?:hiện )?(?:là )?(?!nguyên ){_TITLE}(?!\w)")
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
    names = (plain[start:end] for start, end in sorted(spans) if _private(plain, start, end))
    return tuple(dict.fromkeys(names))


def _private(text: str, start: int, end: int) -> bool:
    """Whether these words are somebody's name, and not an office-holder's."""
    name = text[start:end]
    if _NOT_NAMES.match(" ".join(name.split())) or _IN_OFFICE_WITHIN.search(name) or _PLACE.search(name):
        return False
    before = text[max(0, start - _REACH) : start]
    if _NAMED_AFTER.search(before):
        return False
    return not (_IN_OFFICE_BEFORE.search(before) or _IN_OFFICE_AFTER.match(text, end))
