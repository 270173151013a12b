"""What a document says, written as the content folder has briefings."""

import re

from bot.content.word import Word
from bot.core.kernel.richtext import Span, Text

_ANYWHERE = re.compile(r"([\\`*_\[\]<>&~|{=])")
_AT_START = re.compile(r"^(\s*)([#+%:-]|\d+(?=[.)]))", re.MULTILINE)


def as_markdown(word: Word) -> str:
    """The document as the content folder has briefings."""
    parts = [f"# {_escaped(word.title)}", _written(word.brief)]
    if word.full:
        parts += ["---", _written(word.full)]
    return "\n\n".join(parts) + "\n"


def _written(text: Text) -> str:
    pieces: list[str] = []
    for before, block in zip((None, *text), text, strict=False):
        inner = _inline(block.spans)
        if block.kind == "heading":
            piece = f"## {inner}"
        elif block.kind != "item":
            piece = inner
        elif block.marker in ("•", "–"):
            piece = f"{'  ' if block.marker == '–' else ''}- {inner}".replace("\n", "\n    ")
        elif re.fullmatch(r"\d{1,3}\.", block.marker):
            piece = f"{block.marker} {inner}".replace("\n", "\n    ")
        else:
            piece = f"{_escaped(block.marker)} {inner}"
        listed = block.kind == "item" and before is not None and before.kind == "item"
        close = listed and not piece.startswith("\\") and bool(re.match(r"\s*(-|\d)", piece))
        pieces.append(("\n" if close else "\n\n") * bool(pieces) + piece)
    return "".join(pieces)


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
            inner = f"[{inner}]({span.href.replace(')', '%29').replace(' ', '%20')})"
        lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :] if inner else ""
        shown.append(f"{' ' if lead else ''}{inner}{' ' if trail else ''}")
    return " ".join("".join(shown).replace("****", "").split(" ")).strip()


def _escaped(text: str) -> str:
    shown = _ANYWHERE.sub(r"\\\1", text).replace("\n", "  \n")
    return _AT_START.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}" if not m[2].isdigit() else m[0], shown)
