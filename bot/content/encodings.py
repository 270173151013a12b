"""A file of text in whatever encoding Excel in Vietnam writes."""

import unicodedata

from bot.core.kernel.errors import ContentError

_NO_TEXT = (
    (b"pk\x03\x04", "an Excel workbook", "a name that ends in .xlsx"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", "a name that ends in .xls"),
    (b"<", "a web page", "in Excel: open it, then Save as, CSV UTF-8 or .xlsx"),
    (b"%pdf", "a PDF", "the list itself, as CSV or .xlsx"),
)


def decoded(file: str, raw: bytes) -> str:
    """The letters, composed (NFC), every end of a line a newline. Raises ContentError for what is no text."""
    for begins, what, allowed in _NO_TEXT:
        if raw[:512].lstrip().lower().startswith(begins):
            raise ContentError(file, "file", what, allowed)
    if raw[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        codecs: tuple[str, ...] = ("utf-32",)
    elif raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codecs = ("utf-16",)
    elif b"\x00" in raw[:4]:
        codecs = ("utf-16-le", "utf-16-be") if raw[1:2] == b"\x00" else ("utf-16-be",)
    else:
        codecs = ("utf-8-sig", "cp1258")
    for codec in codecs:
        try:
            text = unicodedata.normalize("NFC", raw.decode(codec))
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    allowed = "in Excel: Save as, CSV UTF-8; or the workbook itself (.xlsx)"
    raise ContentError(file, "file", "letters that cannot be read", allowed)
