"""The classification gate: what bears a secrecy marking never goes through a chat."""

import re
import unicodedata

# In capitals the word also stands in ordinary headings: "BÍ MẬT NHÀ NƯỚC", "GIÁ MẬT ONG". Anything else is
# taken for a marking: an editor can put a heading in small letters, a leak cannot be taken back.
_MARKING = re.compile(
    r"(?<!\w)(?<!BÍ )(?<!BẢO )(?<!THÂN )(?<!TRĂNG )(?<!TÚI )"
    r"((?:TỐI |TUYỆT )?MẬT)(?!\w)(?! (?:ONG|ĐỘ|KHẨU|MÃ|MÍA|THIẾT)(?!\w))"
)


def secrecy_marking(text: str) -> str | None:
    """The stand-alone marking a text bears ("MẬT", "TỐI MẬT", "TUYỆT MẬT"), or None ("mật ong").

    Source: Luật Bảo vệ bí mật nhà nước; domain.md §6.7.
    """
    found = _MARKING.search(" ".join(unicodedata.normalize("NFC", text).split()))
    return found[1] if found else None
