"""The words by which names of people are known: forms of address, families, offices, and what looks alike."""

import unicodedata

UPPER = "".join(
    c for c in map(chr, range(0x41, 0x1EFA)) if c.isupper() and "LATIN" in unicodedata.name(c, "")
)
SYLLABLE = rf"[{UPPER}](?:(?:\.[{UPPER}])+\.?|\.|[\w\u0300-\u036f'’-]*)"
OFFICE = r"(?i:(?:bí|chủ|giám|thủ|tổng|phó|trưởng|bộ|ủy|đảng|lãnh) \w+|tỉnh|xã|hội|ban)(?!\w)"
ADDRESSED = (
    "ông già|ông lão|ông cụ|ông chủ|ông nội|ông ngoại|bà già|bà lão|bà cụ|bà chủ|bà nội|bà ngoại|ông|bà|lão"
    "|mụ|anh|chị|cô giáo|cô|chú|bác sĩ|bác|em|cụ|thầy giáo|thầy|dì|cậu|mợ|thím|dượng|cháu|bé gái|bé trai"
    "|bé|mẹ|bố|mế|già làng|già|trưởng buôn|trưởng thôn|đ/c|đc|đ\\.c|đồng chí|tên là|tên|vợ chồng|vợ|y sĩ"
    "|chủ nhà|chủ quán|ô|thằng bé|thằng|con bé|con|cu|nhỏ|ama|amí|amĭ|ami|aê|aduôn|aduon|mí|mĭ|yă|sư cô"
    "|sư thầy|ni sư|linh mục|mục sư|cha xứ|sơ|xơ|hòa thượng|thượng tọa|đại đức|bí danh|biệt danh|y tá"
    "|ôg|cj|chj|nick|ních|bs|ths|bác sỹ|y sỹ|dược sĩ|dược sỹ|ku|mr|ms|mrs|bok|mệ|mự|pỉ|ải|ổng|bả"
    # As telex leaves them where the keyboard is set to another language.
    "|oong|baf|chij|chus|bacs|cuj|coo"
)
BARE_ADDRESSED = (
    "ong gia|ong|ba gia|ba|anh|chi|co giao|co|chu|bac|em|cu|thay giao|thay|gia lang|truong buon"
    "|truong thon|d/c|dc|dong chi|thang|con be|mo|thim|vo chong|chau"
)
FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trịnh|Đoàn|Lương|Mai"
    "|Tô|Cao|Hà|Châu|Tạ|Thái|Nông|Hứa|Quách|Lâm|Lưu|Trương|Vương|Triệu|Phùng|Kiều|Ninh|Khúc|Tống|Lục|Giàng"
    "|Vàng|Sùng|Thào|Lò|Cà|Quàng|Bế|Đàm|Đào|Chu|Văn|Tăng|Từ|Viên|Nghiêm|La|Ma|Lầu|Vừ|Hạng|Tráng|Phàn|Tẩn"
    "|Lường|Lù|Tòng|Hảng|Mùa|Thàng|Lữ|Sầm|Lã|Thân|Doãn|Mạc|Âu|Bạch|Cù|Đồng|Đậu|Khổng|Lại|Nhan|Ông|Phí"
    "|Quản|Thạch|Thi|Tiêu|Trà|Ung|Uông|Cầm|Cứ|Hờ|Hầu|Sình|Cháng|Thò|Ly|Chảo|Sồng|Xồng|Tếnh|Chẩu|Chíu|Bàn"
    "|Vi|Lèng|Ngải|Liểu|Lèo|Khà"
)
# Without marks they are other words first: "chi tra tien", "anh lai xuan nay".
UNSURE = "ma|tra|la|lai|ca|cu|mua|vien|thi|quan|dong|ong|thang|hang|vang|vi|ban|tho|ly"
# With what else may stand between them and the given name, where marks are left out: "anh trinh cong son".
SURE_FAMILY = "nguyen|huynh|trinh|tran|pham|phung|hoang|vuong"
RARE_MIDDLE = "cong|ba|gia|my|thu|nhu|the|dang|bao|sy|si|tat|vinh|hai|phuc|an|chi|manh"
# What somebody does, between a form of address and their name: "cô y tá Hằng", "anh bảo vệ Tính".
WORK = (
    "y tá|y sĩ|thầu|chủ thầu|lái buôn|mầm non|mẫu giáo|tiểu học|trung học|điều dưỡng|hộ lý|bảo vệ|kế toán"
    "|thủ quỹ|thủ kho|văn thư|tạp vụ|lao công|cấp dưỡng|lái xe|tài xế|phụ xe"
    "|xe ôm|bán hàng|bán vé|thu ngân|thu tiền|thợ hồ|thợ điện|thợ mộc|thợ xây|công nhân|nông dân|địa chính"
    "|hộ tịch|giáo viên|giữ trẻ|nhân viên|cán bộ|môi giới|thương lái|chủ quán|chủ tiệm|chủ vườn|chủ nhà"
    "|chủ xe|chủ vựa|chủ trại|chủ rẫy"
    "|chủ đại lý|hàng xóm|tổ trưởng|xóm trưởng|công an viên"
    "|dân quân|giáo|shipper|giao hàng|thôn phó|phó thôn|đội trưởng|bưu tá|đưa thư|thú y|khuyến nông"
)
# What somebody sells, as part of what they are called: "bà tư bánh xèo", "ông tám xe ôm".
TRADE = "bánh|bún|phở|cơm|cháo|chè|cá|heo|bò|gà|vịt|xe|thuốc|vải|gạo|tạp hóa|cà phê|hủ tiếu|hớt|sửa|thợ"
# Those that are nothing else in lower case, with their marks or without.
PLAIN_FAMILY = "nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|võ|đặng|bùi|đỗ|ngô|đinh|trịnh|trương|lương|hồ|vũ|đoàn"
BARE_FAMILY = "nguyen|tran|le|pham|hoang|huynh|vo|ngo|trinh"
# With nothing between them and the given name, after a form of address: "anh nguyễn tâm".
LONE_FAMILY = "nguyễn|trần|lê|phạm|huỳnh|võ|đặng|ngô|đinh|trịnh|vũ|bùi|hoàng|nguyen|huynh"
NOT_GIVEN = (
    "tội|luật|vi|pháp|lỗi|quy|lết|la|thuật|lực|nhà|gian|tục|trụi|trùng|đời|khí|trụ|trường|đạo|hôn|hoành|đế"
    "|ngùi|tai|ốc|ninh|lăng|nam|yên|trình|tình|tấu"
)
# What stands behind a name in lower case, and is no more of it.
VERBS = (
    "nói|bảo|kể|ở|bán|cho|là|có|bị|được|đi|làm|phản|đề|hỏi|nghe|thấy|muốn|cũng|đã|đang|sẽ|không|ko|thì|mà|và"
    "|với|ra|vào|về|lên|kêu|xin|gửi|gọi|mong|lo|thu|chưa|nuôi|trồng|mua|thôn|xã|nhà|này|đó|hay|cứ|lại|rất"
    "|noi|bao|ke|ban|la|co|bi|duoc|di|lam|de|hoi|thay|muon|cung|da|dang|se|khong|thi|ma|va|voi|vao|ve"
    "|len|keu|gui|goi|chua|nuoi|trong|thon|xa|nha|nay|do|cu|lai|rat|o|bo|ep|ngu|than|phan"
)
NORTH = "vàng|giàng|sùng|thào|lý|mùa|vừ|tráng|cháng|lầu|hạng|má|thò|sình|cư|lù|hầu|ly"
HIGHLAND = (
    "Niê|Nie|Mlô|Mlo|Êban|Eban|Ê Ban|Ayŭn|Ayun|Byă|Bya|Kbuôr|Kbuor|Ksơr|Ksor|Kpă|Kpa|Kpơr|Rmah|Rơmah|Rơ Mah"
    "|Siu|Rahlan|Ralan|Rơlan|R'com|Rcom|Rcăm|Rơ Châm|Rơ Com|Rơ Chăm|Hmok|Hmŏk|Hđơk|Hdơk|Ktla|Knul|Adrơng"
    "|Adrong|Buôn Yă|Buôn Krông|Arul|Eñuôl|Enuol|Kđoh|Kdoh|Ênuôl|Êñuôl|Bkrông|Bkrong|Hwing|Hwĭng|Kdăm|Kđăm"
    "|Kriêng|Mjâo|Bdap|Bđap|Mdrang|Mđrang|Ktul|Ktŭl|Êya|Bing|Phok|Nay|Alê|Puih|Kpuih|Rơ Lan|Điểu|Thị Điểu"
    "|Krajan|Kră Jăn|Cil|Bon Krong|Liêng|Ndu|Lơ Mu|Kơ Să|Ka Să|Pang Ting|Păng Ting|Rah Lan|Ra Lan|Rơ Ô|Hiao"
    "|La O|La Lan|La Mo|Kon Sơ|Sơ Ao|Bon Niêng|Đa Cát|Rơ Ông|Dơng Gur|Cơ Liêng|Ntơr|Rơ Yam"
)
MIDDLE = (
    "văn|thị|van|thi|đức|hữu|ngọc|thanh|minh|xuân|quang|đình|duc|huu|ngoc|dinh|tấn|hồng|thành|công|quốc"
    "|hoàng|kim|mỹ|bích|bá|trọng|viết|phương|tuấn|gia|duy|trung|tiến|mạnh|đăng|nhật|hoài|khánh|thùy|diễm"
    "|tuyết|cẩm|ánh|diệu|tan|hong|quoc|xuan|trong|viet|tien|manh|hoang|phuong|tuan|nhat|hoai|khanh"
    "|thuy|diem|tuyet|cam|bich"
)
# Given names that are little else, for an address in lower case: "chị tuyết", "chi tuyet".
GIVEN = (
    "tuấn|tuyết|lan|nga|hằng|thủy|thúy|thuỷ|thuý|phượng|yến|loan|oanh|huệ|nhung|trinh|thảo|trang|hạnh|hồng|hương|hoa"
    "|liên|cúc|vân|quyên|quỳnh|tâm|dũng|cường|thắng|hải|sơn|long|khánh|khoa|phúc|toàn|tèo|tý|tí|nam|việt"
    "|thịnh|hiếu|hậu|quân|luyến|lài|thơm|mận|đào|nhàn|ngân|thoa|kiều|vy|trâm|thư"
)
BARE_GIVEN = (
    "tuan|tuyet|lan|nga|thuy|phuong|yen|loan|oanh|nhung|trinh(?! bay)|thao|hanh|quyen|quynh|cuong"
    "|khanh|teo|thom|tram|hoa"
)
# Those that are other words too, where what follows tells: "ba hong ban rau".
BARE_MAYBE = (
    "hong|hien|huong|hang|mai|lien|huyen|hung|minh|duc|son|long|phuc|ha|linh|ngoc|binh|vinh|loc|kien"
    "|hieu|hau|man|que|hue|kim|xuan|tuoi|luyen|sen|cuc|lieu|hoai|bich|diep|truc|thoa|vy|tuong|quang|phuoc"
    "|nghia|manh|luan|hiep|chinh|chien|tung|tai|hoang|thanh|thuan|vuong|hoan|duyen|giang|kieu|lanh|my|nhi"
    "|nhan|suong|thai|thien|uyen|xuyen|khiem|nhat|thinh"
)
# Given names after a letter alone: "c. Lan".
CALLED = "Hưng|Hùng|Minh|Bình|Hoàng|Đức|Trung|Kiên|Tùng|Huy|Vinh|Lộc|Phước|Mai|Linh|Hà|Thu|Dung"
# The first of two given names: "cô thanh thúy".
FIRST = (
    "thuỳ|thanh|minh|quang|ngọc|kim|mỹ|bích|phương|tuấn|gia|duy|thùy|diễm|tuyết|cẩm|ánh|diệu|đức|anh|thu|hồng"
)
# The second of two given names, in lower case: "phạm thị tuyết mai".
SECOND = (
    "mai|anh|nhi|như|nhu|ý|y|giang|hà|ha|huong|hang|ngoc|ngọc|my|mỹ|uyên|uyen|duyên|duyen|linh|minh|vi|xuân"
    "|dung|châu|chau|thu|tiên|tien|thúy|thuy|trúc|truc|phương|hien|hiền|diệp"
)
# After a letter alone, for anh, chị and em: "a dũng", "c hạnh".
CLEAR = (
    "tuấn|tuyết|nga|hằng|thủy|thúy|thuỷ|thuý|phượng|yến|loan|oanh|huệ|nhung|thảo|hạnh|hương|dũng|cường|thắng"
    "|khánh|khoa|toàn|tèo|hiếu|quân|luyến|lài|ngân|trâm|trang|quỳnh|hùng|minh|đức|tùng|kiên|vinh|lộc|linh"
)
# After a form of address in lower case, before what a name comes before, these are no names.
NO_CALL = (
    "già|nào|nao|bao|ay|ấy|này|nay|kia|đó|do|ta|cũng|cung|đang|dang|đã|da|sẽ|se|có|co|không|khong|nội|noi|ngoại|ngoai|con"
    "|mẹ|me|chủ|chu|em|chị|chi|họ|ho|đều|deu|vẫn|van|chỉ|mà|ma|thì|thi|là|la|hay|đi|di|ra|vừa|vua|mới|moi"
    "|cụ|cu|bà|ba|bác|bac|chú|cô|anh|giáo|giao|sĩ|si|sỹ|trai|gái|gai|nông|dân|dan|hàng|hang|ở|o|đem|mang|từng"
    "|bộ|bo|thương|buôn|lái|tổ|tế|trưởng|truong|muốn|lão|cả|rể|dâu|ruột|họ|bạn|chồng|vợ|toàn|bên|tôi|toi|mình|nó|nuôi|tài|thợ|thầu|bầu|lính|lại|nên|đừng|chưa|luôn|thường|liền|cứ|cùng|tự|được|bị|phải|hàng|em|xe|hội|hoi|rừng|rung|vườn|vuon|rẫy|ray|tich|trọng|ý|thuốc|nhà|nha|đỡ|xã|xa|lớn|lon|cúng|trời|phụ|nữ|ấy|hộ"
)
# Nor are these: "dì nhờ nói giùm".
NO_NAME = "nhờ|nho|xin|kêu|keu|hỏi|hoi|kể|nghe|biết|biet|đòi|doi|gửi|gui|gọi|goi"
# Places, streets, feasts, sayings and forms of address that look like somebody's name.
NOT_NAMES = (
    rf"Anh [Hh]ùng(?!\w)|[Bb]à (?:Triệu|Trưng|triệu|trưng)(?!\w)(?!\s+[{UPPER}])|"
    r"(?i:y) (?:tế|học|dược|đức|phục|án|khoa|Tế|Học|Dược|TẾ|HỌC|DƯỢC|KHOA)"
    rf"(?!\w)|[Yy] (?:sĩ|tá|Sĩ|Tá|SĨ|TÁ)(?!\s+[{UPPER}])(?!\w)|(?i:bà (?:rịa|nà|đen|con|ngoại"
    rf"|nội|mẹ)|ông (?:nội|ngoại|bà|công"
    r"|táo|trời|địa|tơ|trăng)|xơ[ -](?:đăng|teng)|bà trời|chú cuội|cô (?:tô|chú|bác)"
    r"|con (?:người|đường|sông|số|em|cháu|rồng|trai|gái|dấu)|em (?:bé|học|tết|hội|đoàn)|tên (?:người|gọi)"
    r"|anh (?:quốc|chị|em|thanh niên)"
    r"|chị em|thầy (?:thuốc|cô)|(?:cụ|bác) hồ|(?:chú|anh) bộ đội|cụ rùa|thầy mo|chị dậu|lão hạc|con cuông"
    r"|bà (?:huyện thanh quan|chúa xứ)|mẹ (?:thứ|suốt|nhu)|cô (?:giang|bắc)"
    r"|mẹ (?:việt nam|hiền)"
    r"|h['’]?\s?mông|h['’]?mong|k['’]ho|h['’]?(?:roi|rê)|hồ chí minh|hà (?:nội|giang"
    r"|tĩnh|nam|tiên|đông)"
    r"|cao (?:bằng|su|nguyên|đẳng|đài)|thái (?:lan|bình|nguyên)|lâm (?:đồng|nghiệp)|lý (?:sơn|luận)"
    r"|hồ (?:ba bể|tây|lắk|núi cốc|thác bà|đại lải|suối hai)|cù lao"
    r"|ải (?:nam quan|chi lăng)"
    r"|đoàn (?:thanh|thể|viên)"
    r"|mai (?:châu|an tiêm|anh tuấn)|dương (?:minh châu|lịch)|hoàng sa|trường sa|nông (?:thôn|dân"
    r"|nghiệp|hội)|kiều (?:bào|hối)"
    r"|triệu (?:sơn|phong|voi)|vàng sjc|cậu bé|tên lửa|chu (?:lai|văn an)|văn (?:hóa|phòng|học|miếu)"
    r"|la (?:mã|liga)"
    r"|ma (?:túy|cao|rốc)|từ (?:sơn|thiện|liêm)|lục (?:nam|ngạn|quân)|đào (?:tạo|duy)|cà (?:phê|mau"
    r"|chua)|châu (?:âu|á|phi|đốc|thành)"
    r"|k['’](?:bang)|võ (?:thuật)|hứa hẹn|bác sĩ (?:gia đình)|bé (?:trai|gái)|đồng (?:nai|tháp|hới|văn)"
    r"|thạch (?:thất|hà)|trà (?:vinh|my)|lại (?:\w+)|bạch (?:mai|mã)"
    r"|thị (?:xã|trấn|trường|nghè|vải|nại))(?!\w)"
)
# Left without marks, months, provinces and what is short for something are like an address and a name.
BARE_NOT_NAMES = (
    r"(?i:thang (?:gieng|hai|ba|tu|nam|sau|bay|tam|chin|muoi|mot|chap)|thu (?:hai|ba|tu|nam|sau|bay)"
    r"|bac (?:ninh|lieu|giang|kan|trung|bo|quang|ha|me)|cu (?:bao|pong|mgar|m'gar))(?!\w)"
    r"|(?i:ba ho (?:trong|gia)|chu (?:tri|the|dau|de|quan)|bac cau|chi tu van)(?!\w)"
    r"|[Bb]ac [Nn]am(?!\w)(?!\s+[A-Z])|(?i:anh (?:kem|huong|thanh nien))(?!\w)|(?i:ma) [A-Z]{2,}(?!\w)"
)
NAMED_AFTER = (
    r"(?i)(?<!\w)(?:thứ|thu|ea|ia|krông|krong|cư|chư|đắk|đăk|dak|băng|bang|kon|plei|pơlei|plơi"
    r"|đường|phố(?: đi bộ)?|tuyến|nút giao|bến xe|hội trường|thư viện"
    r"|bảo tàng|nhà văn hóa|ngã (?:năm|sáu|bảy)|sân vận động|đại lộ"
    r"|trường(?: (?:thpt|thcs|tiểu học|mầm non|th"
    r"|đại học|cao đẳng))?"
    r"|bệnh viện|tượng đài|lễ giỗ|giỗ|lễ hội|vở(?: kịch| tuồng)?|tuồng|bản"
    r"|giải(?: thưởng)?|quỹ|rượu|bánh mì|phở|gạo|giống"
    r"|công viên|quảng trường|chợ|cầu|hồ|phường|xã|thị trấn|thị xã|thi tran|thi xa"
    r"|thôn|buôn|bon|làng|huyện|tp|tp\.|thành phố|tỉnh|chùa"
    r"|đền|công ty"
    r"|ngã tư|ngã ba|dốc|đập|thác|bàu|đầm|hòn|gò|cồn|miếu|lăng"
    r"|vòng xoay|hẻm(?: [\d/]+)?|ngõ|kiệt|di tích|nhà máy|nhà thờ|hồ|sông|suối|núi|đèo"
    r"|tư tưởng|gương|anh hùng|vua|nữ tướng|nhà thơ|nhạc sĩ|nhà văn|khu phố|tổ dân phố"
    r"|anh hung|benh vien|thanh pho|cong ty)\s+$"
)
# The same where marks are left out; in a text that has marks these are other words: "giao cho chị Liễu".
BARE_NAMED_AFTER = r"(?i)(?<!\w)(?:duong|pho|truong|cho|cau|phuong|xa|thon|buon|huyen|tinh)\s+$"
# So written it is somebody even behind such a word: "ở thôn chị Hoa", "goi lai cho chi Thuy".
SOMEBODY = r"(?:anh|chị|chi|chú|chu|bác|bac|dì|em|cháu|chau|mợ|thím|cụ|[ace])\s"
HOLDER = r"(?:ông|bà|cô|thầy|già|ong|ba|co|thay)\s"
# Behind these a form of address in small letters is an owner's; a bridge or a market would be called so.
OWNED = (
    r"(?i)(?<!\w)(?:công ty|nhà máy|quỹ|rượu|bánh mì|phở|gạo|giống|bản|thôn|buôn|bon"
    r"|làng|hẻm|ngõ|kiệt|giỗ|gương|cho)\s+$"
)
TITLE = (
    r"(?:phó |quyền |nguyên )?(?:tổng bí thư|bí thư|chủ tịch|thủ tướng|bộ trưởng|thứ trưởng|giám đốc"
    r"|trưởng ban"
    r"|trưởng phòng|trưởng đoàn|chánh văn phòng|chánh án|viện trưởng|đại biểu(?: quốc hội| hđnd)?"
    r"|hiệu trưởng"
    r"|trưởng công an|chỉ huy trưởng|đại tướng|thượng tướng|trung tướng|thiếu tướng|đại tá|thượng tá"
    r"|bi thu|chu tich|thu tuong|bo truong|giam doc|truong ban|truong phong|hieu truong|truong cong an)"
)
# Between a title and its holder stand names of bodies alone: "Chủ tịch UBND xã Nguyễn Văn B".
BODY = (
    rf"(?:[{UPPER}][\w.-]*|xã|phường|tỉnh|huyện|thành|phố|ủy|ban|nhân|dân|hội|đồng|nước|quốc|sở|phòng"
    rf"|đảng|mặt|trận|tổ|đoàn|công|an|nông|nghiệp|môi|trường|y|tế|giáo|dục|và|đào|tạo|của|là|chí|ông|bà|quân"
    r"|sự|chính|trị|trung|ương|tuyên|vận|liên|hiệp|phụ|nữ|cựu|chiến|binh|xa|phuong|tinh|phủ|chi|bộ|tiểu|học"
    r"|phổ|thông|mầm|non|cơ|thôn|buôn|bon|khối|đặc|khu|\d{1,3}|văn|hóa|nội|vụ|tài|xây|dựng|giao|vận|tải|tư"
    r"|pháp|thanh|tra|kiểm|lâm|hợp|tác|việt|nam|ubnd|hđnd|uy|dang|tâm|viện|khoa|trạm|kho|bạc|bảo|hiểm|thuế"
    r"|hải|quan|tòa|án|sát|cấp|thường|trực|kinh|đô|thị|thể|thao|du|lịch|lao|động|công nghệ|nghệ)"
)
