"""What people write and press, and what nobody should: lists, separated by bars where no word has one."""

import random
from collections.abc import Callable


def bars(text: str) -> tuple[str, ...]:
    """What stands between bars."""
    return tuple(text.split("|"))


PHONES = ("0912345678", "0398 765 432", "+84 905-112-233")
ATOMS = (
    *bars("0|1|9| |.|-|(|)|+84|84|@|@84|@a|a@b.cd|http://|t.me/|stk |cccd |2023|NN12345"),
    *bars("0905123456|066085123456|\n|a|Á|/|_|1.000|[|]|ông A"),
)
COMMANDS = (
    *bars("start|moinhat|chude|tim|baocao|phat|tiendo|tonghop|moi|toi|trogiup|help|stop|thanhvien"),
    *bars("thanhvien ea kao|xinvao"),
    *bars("START|khongco||phat@nhipcau_bot|tim@|/|../etc/passwd"),
)
PURPOSES = bars("baocao|phat|moi|start|tiendo|chude|toi|moinhat|tonghop|baocao|phat")
ANSWERS = bars("Bà con hỏi bao giờ luật có hiệu lực.|sau 2 giờ|mai 7h|3|Ea Kao|Bỏ qua|140")
WORDS = (
    *bars("Quay lại|Hủy|Bỏ qua|Gửi|Sửa|Giữ nguyên|Xem thêm|Điền tiếp|Điền lại|đã đọc|da doc|bản tin"),
    *bars("Có, bỏ|không|xin chào|cảm ơn|tìm nhà ở|thẻ căn cước ở đâu?"),
    *bars("trợ giúp|mã mời|quốc hội|Ea Kao|Cả tỉnh Đắk Lắk|8:15 ngày 12/12|mai 7h|sau 2 phút|31/2"),
    *bars("29/2/2027 7h|25:61|8h ngày 1/1/9999|hôm qua|Nông dân|Băn khoăn|Đồng tình|TỐI MẬT|Mật"),
    *bars("Bà con hỏi bao giờ luật có hiệu lực.|Mùa khô đã đến.\n\nGiữ rừng."),
    *bars("1|2|3|4|7|0|-1|999|61|١٢|²|1e9"),
    "9" * 400,
)
NASTY = (
    *("", " ", "\n\n", "\t", "\u00a0", "\u200b", "\u2028", "\ufeff", "\x00", "a\x00b", "\x1b[31m", "\x7f"),
    *("\u202egnaohk nab", "\u2066\u2067\u2069", "Z\u0338\u0353\u0319" + "\u0301" * 300, "\u0e47" * 200),
    *("\ud800", "a\udfffb", "\udc00\ud800", "👩\u200d👩\u200d👧\u200d👦" * 40, "🇻🇳" * 30, "\u200d" * 50),
    *("<b>", "</b>", "<b", "&", "&amp;", "&#0;", "<a href='x'>", '"><script>', "<pre><code>", "]]>", "<!--"),
    *("x" * 4096, "x" * 4097, "𝕏" * 2048, "𝕏" * 2049, "ấ" * 4096, "a " * 2048, "\n" * 4097, "x" * 30_000),
    *bars(r"{when}|{0}|%s|%(a)s|**đậm**|*|_a_|# đầu đề|- mục|> trích|[a](b)|`|\|\%|%|_"),
    *bars("=1+1|+1|-1|@SUM(A1)|'; DROP TABLE member; --|../../../etc/passwd|null|None|true|[]|{}"),
    *bars("http://127.0.0.1:1/|javascript:alert(1)|tg://user?id=1"),
)
NUMBERS = (*bars("0|1|2|3|17|-1|+1||01|١|²|1.0|1e3|x"), "9" * 18, "9" * 19, "9" * 40)

STEPS = bars("pick|page|skip|keep|back|cancel|drop|stay|send|mend|line|go_on|start_over|?|")
SCREENS = bars("ack|ackf|full|files|open|bfull|bfiles")
WHO = bars("show|suspend|reinstate|remove|roles|give|move|suspend!|reinstate!|remove!|give!|?|")
ME = bars("lang:en|lang:vi|lang:xx|export|leave|erase|back|leave!|erase!|?|lang|lang:")
ON_RUNS = (
    *bars("show|pause|resume|cancel|cancel!|doubt|resend|resend!|accept|accept!|abandon|abandon!"),
    *bars("next|hold|go|drop|drop!||?"),
)
PERIODS = bars("week|month|last_month|quarter|year|")
VERDICTS = bars("yes|no|accept|decline||?")

ALPHABETS: tuple[Callable[[random.Random], int], ...] = (
    lambda rng: rng.randrange(0x20, 0x7F),
    lambda rng: rng.randrange(0xA0, 0x250),
    lambda rng: rng.randrange(0x1EA0, 0x1EFA),
    lambda rng: rng.randrange(0x300, 0x370),
    lambda rng: rng.randrange(0x1F300, 0x1FAFF),
    lambda rng: rng.randrange(0x20),
    lambda rng: rng.randrange(0xD800, 0xE000),
)
