"""The house's markup as the Bot Platform has it: a plain text with runs of style, counted in UTF-16. Pure."""

import html
import re
from typing import Any

from bot.channels.text import utf16_length

_STYLES = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "s": "s"}
_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-z]+)[^<>]*>|(?P<text>[^<]+)")


def styled(markup: str) -> tuple[str, list[dict[str, Any]]]:
    """The characters a reader sees, and `text_styles` for them; tags without a style leave their text."""
    shown: list[str] = []
    runs: list[dict[str, Any]] = []
    opened: list[tuple[str, int]] = []
    at = 0
    for token in _TOKEN.finditer(markup):
        if token["text"]:
            text = html.unescape(token["text"])
            shown.append(text)
            at += utf16_length(text)
        elif not token["close"]:
            opened.append((token["tag"], at))
        elif opened and opened[-1][0] == token["tag"]:
            tag, start = opened.pop()
            if tag in _STYLES and at > start:
                runs.append({"start": start, "len": at - start, "st": [_STYLES[tag]]})
    return "".join(shown), sorted(runs, key=lambda run: (run["start"], run["len"]))
