"""What people, and those who are none, write and press: the vocabulary of the fuzz."""

import random
from collections.abc import Sequence

ATOMS = (
    *(
        "0",
        "1",
        "9",
        " ",
        ".",
        "-",
        "(",
        ")",
        "+84",
        "84",
        "@",
        "@84",
        "a@b.cd",
        "http://",
        "t.me/",
        "stk ",
        "cccd ",
    ),
    *("2023", "NN12345", "0905123456", "066085123456", "\n", "a", "Á", "/", "_", "1.000", "[", "]", "ông A"),
)
PHONES = ("0912345678", "0398 765 432", "+84 905-112-233")
COMMANDS = (
    *("start", "moinhat", "chude", "tim", "baocao", "phat", "tiendo", "tonghop", "moi", "toi", "trogiup"),
    *("help", "stop", "START", "khongco", "", "phat@nhipcau_bot", "tim@", "/", "../etc/passwd"),
)
WORDS = (
    *("Quay lại", "Hủy", "Bỏ qua", "Gửi", "Sửa", "Giữ nguyên", "Xem thêm", "Điền tiếp", "Điền lại"),
    *(
        "đã đọc",
        "da doc",
        "bản tin",
        "ban tin",
        "trợ giúp",
        "mã mời",
        "quốc hội",
        "Ea Kao",
        "Cả tỉnh Đắk Lắk",
    ),
    *(
        "8:15 ngày 12/12",
        "mai 7h",
        "sau 2 phút",
        "31/2",
        "29/2/2027 7h",
        "25:61",
        "8h ngày 1/1/9999",
        "hôm qua",
    ),
    *(
        "Nông dân",
        "Băn khoăn",
        "Đồng tình",
        "Bà con hỏi bao giờ luật có hiệu lực.",
        "Mùa khô đã đến.\n\nGiữ rừng.",
    ),
    *("TỐI MẬT", "Mật", "1", "2", "3", "4", "7", "0", "-1", "999", "61", "١٢", "²", "1e9", "9" * 400),
)
ANSWERS = ("Bà con hỏi bao giờ luật có hiệu lực.", "sau 2 giờ", "mai 7h", "3", "Ea Kao", "Bỏ qua", "140")
NASTY = (
    *("", " ", "\n\n", "\t", "\u00a0", "\u200b", "\u2028", "\ufeff", "\x00", "a\x00b", "\x1b[31m", "\x7f"),
    *("\u202egnaohk nab", "\u2066\u2067\u2069", "Z\u0338\u0353\u0319" + "\u0301" * 300, "\u0e47" * 200),
    *(
        "\ud800",
        "a\udfffb",
        "\udc00\ud800",
        "👩\u200d👩\u200d👧\u200d👦" * 40,
        "🇻🇳" * 30,
        "\u200d" * 50,
        "e\u0301" * 80,
    ),
    *("<b>", "</b>", "<b", "&", "&amp;", "&#0;", "<a href='x'>", '"><script>', "<pre><code>", "]]>", "<!--"),
    *("x" * 4096, "x" * 4097, "𝕏" * 2048, "𝕏" * 2049, "ấ" * 4096, "a " * 2048, "\n" * 4097, "x" * 30_000),
    *(
        "{when}",
        "{0}",
        "%s",
        "%(a)s",
        "**đậm**",
        "*",
        "_a_",
        "# đầu đề",
        "- mục",
        "> trích",
        "[a](b)",
        "`",
        "\\",
    ),
    *(
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "'; DROP TABLE member; --",
        "%",
        "_",
        "\\%",
        "LIKE",
        "../../../etc/passwd",
    ),
    *("http://127.0.0.1:1/", "javascript:alert(1)", "tg://user?id=1", "null", "None", "true", "[]", "{}"),
)
NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "17",
    "-1",
    "+1",
    "",
    "01",
    "١",
    "²",
    "9" * 18,
    "9" * 19,
    "9" * 40,
    "1.0",
    "1e3",
    "x",
)
FORM_COMMANDS = (
    *(
        "pick",
        "page",
        "skip",
        "keep",
        "back",
        "cancel",
        "send",
        "mend",
        "line",
        "go_on",
        "start_over",
        "?",
        "",
    ),
)
ME = (
    "lang:en",
    "lang:vi",
    "lang:xx",
    "export",
    "leave",
    "erase",
    "back",
    "leave!",
    "erase!",
    "?",
    "lang",
    "lang:",
)
ON_RUNS = (
    *("show", "pause", "resume", "cancel", "cancel!", "doubt", "resend", "resend!", "accept", "accept!"),
    *("abandon", "abandon!", "next", "hold", "go", "drop", "drop!", "", "?"),
)
PERIODS = ("week", "month", "last_month", "quarter", "year", "")


class Vocabulary:
    """Picks words and taps. `codes` are invitations that hold."""

    def __init__(self, rng: random.Random, codes: Sequence[str], topics: Sequence[str]) -> None:
        self.rng = rng
        self.codes = codes
        self.topics = topics

    purposes = (
        "baocao",
        "phat",
        "moi",
        "start",
        "tiendo",
        "chude",
        "toi",
        "moinhat",
        "tonghop",
        "baocao",
        "phat",
    )

    def text(self, phones: bool) -> str:
        """Something somebody writes; `phones`: perhaps with somebody's number in it."""
        pick, roll = self.rng.choice, self.rng.random()
        if roll < 0.30:
            return f"/{pick(COMMANDS)}{pick(('', '', ' ', '  '))}{self._argument()}"
        if roll < 0.62:
            return pick(WORDS)
        if roll < 0.74:
            return pick(NASTY)
        if roll < 0.80 and phones:
            return f"Bà con nhờ gọi {pick(PHONES)} giúp{pick(NASTY[:20])}."
        if roll < 0.88:
            return f"{pick(WORDS)} {pick(NASTY)} {pick(WORDS)}"
        if roll < 0.92:
            return pick(self.codes)
        if roll < 0.96:
            return self.repetitive()
        return "".join(chr(self.rng.choice(RANGES)(self.rng)) for _ in range(self.rng.randrange(1, 40)))

    def answer(self, phones: bool) -> str:
        """What fits most questions: a sentence, a time, a number, an invitation."""
        if phones and self.rng.random() < 0.2:
            return f"Bà con nhờ gọi {self.rng.choice(PHONES)} hỏi giúp."
        return self.repetitive() if self.rng.random() < 0.1 else self.rng.choice((*ANSWERS, *self.codes))

    def repetitive(self) -> str:
        """The same again and again: what a careless pattern takes long over."""
        link = "".join(self.rng.choices(ATOMS, k=self.rng.randrange(1, 4)))
        return (link * 4096)[: self.rng.choice((1000, 500, 999, 4096))]

    def _argument(self) -> str:
        roll = self.rng.random()
        if roll < 0.6:
            return ""
        return self.rng.choice((*self.codes, *WORDS[:20], *NASTY, *NUMBERS))

    def forged(self) -> str:
        """A tap's data from the grammar of the real ones, with arguments nobody was given."""
        pick = self.rng.choice
        number = pick((*NUMBERS, str(self.rng.randrange(60)), str(self.rng.randrange(2000))))
        data = pick(
            (
                f"f:{self.rng.randbytes(3).hex()}:{pick(NUMBERS)}:{pick(FORM_COMMANDS)}:{pick(NUMBERS)}",
                f"{pick(('ack', 'full', 'files', 'open', 'bfull', 'bfiles'))}:{number}",
                f"topic:{pick((*self.topics, '', '?'))}",
                f"me:{pick(ME)}",
                f"admit:{number}:{pick(('yes', 'no', 'accept', 'decline', '', '?'))}",
                f"admit:{pick(('yes', 'no', 'accept', 'decline'))}:{number}",
                f"run:{pick(ON_RUNS)}:{number}",
                f"dig:{pick(PERIODS)}",
                f"go:{pick(COMMANDS)}",
                "preview",
            )
        )
        roll = self.rng.random()
        if roll < 0.1:
            return data + pick((":", ":x", "::", "\x00", "\ud800", "x" * 64, " ", "\u202e"))
        return data[: self.rng.randrange(len(data) + 1)] if roll < 0.15 else data

    def noise(self) -> str:
        """Data that no button of ours has."""
        return self.rng.randbytes(self.rng.randrange(70)).decode("latin-1")


RANGES = (
    lambda rng: rng.randrange(0x20, 0x7F),
    lambda rng: rng.randrange(0xA0, 0x250),
    lambda rng: rng.randrange(0x1EA0, 0x1EFA),
    lambda rng: rng.randrange(0x300, 0x370),
    lambda rng: rng.randrange(0x1F300, 0x1FAFF),
    lambda rng: rng.randrange(0x20),
    lambda rng: rng.randrange(0xD800, 0xE000),
)
