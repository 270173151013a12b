"""Languages: what each is called, and what stands in for one that a text is not written in.

Those spoken here have no locale of their own in the usual tables; names and codes: ISO 639-3.
"""

from collections.abc import Iterator

FALLBACK = "vi"
RECORDED = (".mp3", ".m4a", ".ogg", ".aac")  # endings of recordings

# code → (its name in Vietnamese, in English)
NAMES: dict[str, tuple[str, str]] = {
    "vi": ("tiếng Việt", "Vietnamese"),
    "en": ("tiếng Anh", "English"),
    "rad": ("tiếng Ê Đê", "Ê Đê"),
    "jra": ("tiếng Gia Rai", "Gia Rai"),
    "cmo": ("tiếng M'nông (trung tâm)", "Central M'nông"),
    "mng": ("tiếng M'nông (miền đông)", "Eastern M'nông"),
    "mnn": ("tiếng M'nông (miền nam)", "Southern M'nông"),
    "bdq": ("tiếng Ba Na", "Ba Na"),
    "sed": ("tiếng Xơ Đăng", "Xơ Đăng"),
    "kpm": ("tiếng Cơ Ho", "Cơ Ho"),
    "cma": ("tiếng Mạ", "Mạ"),
    "hre": ("tiếng Hrê", "Hrê"),
    "cua": ("tiếng Co", "Co"),
    "jeh": ("tiếng Giẻ", "Giẻ"),
    "ren": ("tiếng Rơ Ngao", "Rơ Ngao"),
    "rog": ("tiếng Ra Glai (miền bắc)", "Northern Ra Glai"),
    "roc": ("tiếng Ra Glai (Cát Gia)", "Cacgia Ra Glai"),
    "crw": ("tiếng Chơ Ro", "Chơ Ro"),
    "sti": ("tiếng Xtiêng (Bù Lơ)", "Bulo Xtiêng"),
    "stt": ("tiếng Xtiêng (Bù Đéc)", "Budeh Xtiêng"),
    "bru": ("tiếng Bru - Vân Kiều", "Bru"),
    "pac": ("tiếng Pa Cô", "Pa Cô"),
    "cjm": ("tiếng Chăm (miền đông)", "Eastern Chăm"),
    "cja": ("tiếng Chăm (miền tây)", "Western Chăm"),
    "km": ("tiếng Khmer", "Khmer"),
    "lo": ("tiếng Lào", "Lao"),
    "zh": ("tiếng Hoa", "Chinese"),
    "hmn": ("tiếng Mông", "Hmong"),
    "mww": ("tiếng Mông trắng", "White Hmong"),
    "tyz": ("tiếng Tày", "Tày"),
    "nut": ("tiếng Nùng", "Nùng"),
    "mtq": ("tiếng Mường", "Mường"),
    "blt": ("tiếng Thái đen", "Black Thái"),
    "twh": ("tiếng Thái trắng", "White Thái"),
    "ium": ("tiếng Dao", "Dao"),
    "kjg": ("tiếng Khơ Mú", "Khơ Mú"),
    "sss": ("tiếng Sô", "Sô"),
}


def chain(language: str) -> Iterator[str]:
    """A language, what it is a kind of ("rad-Latn-VN", "rad-Latn", "rad"), and Vietnamese at the end."""
    while language and language != FALLBACK:
        yield language
        language = language.rpartition("-")[0]
    yield FALLBACK


def name(code: str, language: str) -> str:
    """What a language is called in another: of one that is not in the table, its code."""
    for kind in chain(code):
        if kind in NAMES and (kind != FALLBACK or code.partition("-")[0] == FALLBACK):
            vietnamese, english = NAMES[kind]
            return english if language.partition("-")[0] == "en" else vietnamese
    return code
