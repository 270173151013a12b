"""The markup that the local chat understands: Telegram's HTML subset, read strictly."""

import html
import re

TAGS = {
    "a": r' href="(?:https?://|mailto:|tel:|/)[^"<>]*"',
    "b": "",
    "strong": "",
    "i": "",
    "em": "",
    "u": "",
    "s": "",
    "code": r'(?: class="language-[\w+#-]+")?',
    "pre": "",
    "blockquote": "(?: expandable)?",
}
_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-z]+)(?P<rest>[^<>]*)>|(?P<text>[^<]+)|(?P<stray><)")


class BadMarkup(ValueError):
    """The text is not in the subset; says what was found."""


def plain(markup: str) -> str:
    """The characters that a reader sees. Raises BadMarkup for anything outside the subset."""
    shown: list[str] = []
    opened: list[str] = []
    for token in _TOKEN.finditer(markup):
        if token["stray"]:
            raise BadMarkup(f"unescaped '<' at {token.start()}")
        if token["text"]:
            shown.append(html.unescape(token["text"]))
        elif token["close"]:
            if token["rest"] or not opened or opened.pop() != token["tag"]:
                raise BadMarkup(f"unexpected {token[0]!r} at {token.start()}")
        elif token["tag"] not in TAGS or not re.fullmatch(TAGS[token["tag"]], token["rest"]):
            raise BadMarkup(f"unsupported {token[0]!r} at {token.start()}")
        else:
            opened.append(token["tag"])
    if opened:
        raise BadMarkup(f"<{opened[-1]}> is not closed")
    return "".join(shown)


def utf16_length(text: str) -> int:
    """Length in UTF-16 units. Raises UnicodeEncodeError on a lone surrogate."""
    return len(text.encode("utf-16-le")) // 2
