"""Whether somebody agreed, and when, as lists on paper say it."""

import re
from datetime import date
from unicodedata import normalize

from bot.core.kernel.formats import days_in

EARLIEST = date(2000, 1, 1)
# What takes a consent back or puts it off, and what gives it, wherever it stands. A word with signs stands
# for itself alone: "Hồng" and "chùa" are no refusals, "cô" is no yes.
_NO = re.compile(
    r"\b(không|khong|chưa|chua|ko|k(?!['’])|kg|kh|khg|khum|hông|hổng|hok|hem|chẳng|chả|bất đồng|bat dong"
    r"|(hong|hg|chang|cha) (dong|thuan|ky|ki|nhan|chiu|muon)"
    r"|từ chối|tu choi|phản đối|phan doi|rút|rut|thiếu|thieu|sai|sẽ|phi đồng|phi dong"
    r"|ngừng|ngung|ngưng|hết|het|dừng|dung nhan|thôi|thoi|trừ|tru|điều kiện|dieu kien|chỉ|bỏ|thu hồi|thu hoi"
    r"|(đến|den|tới|toi|until|till) ((hết|het) )?((ngày|ngay) )?[0-9]+|hạn|han"
    r"|hủy|huỷ|huy bo|chờ|đợi|mất|hoãn|no|not|non|none|null|nil|n|na|false|f|refuse[sd]?|decline[sd]?"
    r"|disagree[sd]?|with(drawn?|drew|out)|revoked?|never|pending|later|cannot"
    r"|(do|does|did|has|have|is|was|ca)n.t)\b"
    r"|^[x0]$|[✗✘❌✖❎👎🚫⛔]"
)
_YES = re.compile(
    r"\b(đồng (ý|thuận)|dong (y|thuan)|y|yes|có|co|ok|true|v|phiếu|phieu|giấy|giay|đơn|don|biên bản|bien ban"
    r"|đúng|oke|okay|ký|ky|kí|cam kết|cam ket|xác nhận|xac nhan|chấp (thuận|nhận)|chap (thuan|nhan)"
    r"|nhất trí|nhat tri|tán thành|tan thanh|bằng lời|bang loi|miệng|mieng|agree[sd]?|sign(ed|ature)"
    r"|form|paper|consent(ed|s)?|given)\b|[✓✔☑✅👍]"
)
NEITHER = "a day, such as 01/11/2026, or how they agreed, such as 'phiếu giấy'"
AGREED = "the day they agreed, such as 01/11/2026; whoever did not agree is left out of the list"


def consent_day(text: str, today: date) -> date:
    """The day somebody agreed, from words such as "phiếu ngày 1/11/2026"; day before month, as written here.

    Words without any figure that say how it was given ("phiếu giấy") mean today. Raises ValueError in words
    for a refusal, for what says neither yes nor no, for a date that cannot be or is to come, and for figures
    that are no date.
    """
    words = normalize("NFC", text).lower().strip(" .!")
    if not words:
        raise ValueError(AGREED)
    if _NO.search(words):
        raise ValueError(AGREED)
    if "?" in words or "？" in words:
        raise ValueError(NEITHER)
    if not names_day(text):
        if not _YES.search(words):
            raise ValueError(NEITHER)
        return today
    found = days_in(normalize("NFKC", text))
    if len(found) != 1:
        raise ValueError("one day, such as 01/11/2026 or 2026-11-01")
    day = found[0]
    if day is None or not EARLIEST <= day <= today:
        raise ValueError(f"a day between {EARLIEST:%d/%m/%Y} and today")
    return day


def names_day(text: str) -> bool:
    """Whether the words themselves say when: what does not is of no age, and outweighs nobody's later no."""
    return any(letter.isdecimal() for letter in text)
