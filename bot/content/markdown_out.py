"""What a document says, written as the content folder has briefings."""

import re

from bot.content.word import Word
from bot.core.kernel.richtext import Span, Text

_ANYWHERE = re.compile(r"([\\`*_\[\]<>&~|{=])")
_ADDRESS = str.maketrans({"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E"})
_AT_START = re.compile(r"^(\s*)([#+%:-]|\d+(?=[.)]))", re.MULTILINE)


def as_markdown(word: Word) -> str:
    """The document as the content folder has briefings."""
    parts = [f"# {_escaped(word.title)}", _written(word.brief)]
    if word.full:
        parts += ["---", _written(word.full)]
    return "\n\n".join(parts) + "\n"


def _written(text: Text) -> str:
    pieces: list[str] = []
    before = ""  # the marker above, where a list can go on from it
    for block in text:
        inner, above, before = _inline(block.spans), before, ""
        marker = block.marker if block.kind == "item" else ""
        if block.kind == "heading":
            piece = "## " + " ".join(inner.split())
        elif block.kind != "item":
            piece = inner
        elif not _listed(marker, above):
            piece = f"{_escaped(marker)} {inner}"
        else:
            before = marker
            sign = {"•": "-", "–": "  -"}.get(marker, marker)
            piece = f"{sign} {inner}".replace("\n", "\n    ")
        close = bool(before) and before[0].isdigit() == above[:1].isdigit() and bool(above)
        pieces.append(("\n" if close else "\n\n") * bool(pieces) + piece)
    return "".join(pieces)


def _listed(marker: str, above: str) -> bool:
    """Whether a list of Markdown, which counts by itself, shows this marker below the one above."""
    if marker in ("•", "–"):
        return True
    if not re.fullmatch(r"\d{1,3}\.", marker):
        return False
    return not above[:1].isdigit() or int(marker[:-1]) == int(above[:-1]) + 1


def _inline(spans: tuple[Span, ...]) -> str:
    shown = []
    for span in spans:
        text = span.text
        inner = _escaped(text.strip())
        if inner and span.bold:
            inner = f"**{inner}**"
        elif inner and span.italic:
            inner = f"*{inner}*"
        if inner and span.href:
            inner = f"[{inner}]({span.href.translate(_ADDRESS)})"
        lead = text[: len(text) - len(text.lstrip())]
        trail = text[len(text.rstrip()) :] if inner else ""
        shown.append(f"{_space(lead)}{inner}{_space(trail)}")
    return " ".join("".join(shown).replace("****", "").split(" ")).strip()


def _space(text: str) -> str:
    return "  \n" if "\n" in text else " " if text else ""


def _escaped(text: str) -> str:
    shown = _ANYWHERE.sub(r"\\\1", text).replace("\n", "  \n")
    return _AT_START.sub(lambda m: f"{m[1]}{m[2]}\\" if m[2].isdigit() else f"{m[1]}\\{m[2]}", shown)
