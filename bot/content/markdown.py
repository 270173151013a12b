"""Markdown (CommonMark) → Text. What a chat cannot show is refused, HTML and notes to oneself among it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.kernel.errors import ContentError
from bot.core.kernel.richtext import Block, Span, Text
from bot.core.kernel.stray import stray_in_markdown

_DEEPEST = 10  # quotes and lists within one another
_INDENT = "\u2003"


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Every link is a link; `_href` refuses the wrong ones instead of showing brackets."""
        return True


LONGEST = 200_000  # characters: some fifty messages
_MOST_SIGNS = 8_000  # each costs the parser a tenth of a millisecond; the longest text needs half of them
_SIGN = re.compile(r"[\[\]*_`~<&\\\n]")
# An editor who indents a line or puts "---" right under a paragraph means neither code nor a heading.
_PARSER = _Parser("commonmark", {"html": True, "maxNesting": 4 * _DEEPEST})
_PARSER.enable(["table", "strikethrough"]).disable(["code", "lheading"])

_AS_LETTERS = "text; a sign meant as such stands behind \\"
_REFUSED = {
    "table_open": ("a table", "paragraphs and lists"),
    "image": ("an image", "text; a picture is listed under [[files]]"),
    "html_block": ("HTML", _AS_LETTERS),
    "html_inline": ("HTML", _AS_LETTERS),
    "s_open": ("struck out", _AS_LETTERS),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown file, understood: the title, the part above the first thematic break and the part below."""

    title: str
    brief: Text
    full: Text


@dataclass(frozen=True, slots=True)
class _Style:
    bold: bool = False
    italic: bool = False
    href: str | None = None


@dataclass(slots=True)
class _List:
    number: int | None  # None: bullets


@dataclass(slots=True)
class _Walk:
    """Where the walk over the tokens stands. `marker` is that of an item whose text has not come yet."""

    file: str
    blocks: list[Block] = field(default_factory=list)
    containers: list[Literal["list", "item", "quote"]] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    marker: str = ""
    item: int | None = None
    heading: bool = False


def read_document(source: str, file: str) -> Document:
    """A briefing's text: `# Title`, the main points, a thematic break, the whole text.

    Raises ContentError naming `file` and "title", "brief" or the line.
    """
    tokens = _tokens(source, file)
    level_one = [i for i, t in enumerate(tokens) if t.type == "heading_open" and t.tag == "h1"]
    if level_one[:1] != [0]:
        raise ContentError(file, "title", "(missing)", "a first line '# Title'")
    title = "".join(span.text for block in _blocks(tokens[:3], file) for span in block.spans)
    title = " ".join(title.split())
    if not title or len(title) > 200:
        raise ContentError(file, "title", title[:40], "1 to 200 characters")
    breaks = (i for i, t in enumerate(tokens) if t.type == "hr" and t.level == 0)
    split = next(breaks, len(tokens))
    brief = _blocks(tokens[3:split], file)
    if not brief:
        raise ContentError(file, "brief", "(missing)", "the main points, above the line '---'")
    return Document(title, brief, _blocks(tokens[split:], file))


def read_text(source: str, file: str) -> Text:
    """Any Markdown as Text. Raises ContentError naming `file` and the line."""
    return _blocks(_tokens(source, file), file)


def _tokens(source: str, file: str) -> list[Token]:
    if len(source) > LONGEST:
        raise ContentError(file, "length", f"{len(source)} characters", f"at most {LONGEST}")
    signs = len(_SIGN.findall(source))
    if signs > _MOST_SIGNS:
        raise ContentError(file, "signs", f"{signs} signs and lines", f"at most {_MOST_SIGNS}")
    try:
        tokens = _PARSER.parse(source)
    except (RecursionError, ValueError) as error:
        raise ContentError(file, "markdown", type(error).__name__, "simpler Markdown") from None
    for token in tokens:
        if token.level > _DEEPEST:
            raise ContentError(file, _line(token), "lists or quotes nested too deeply", f"{_DEEPEST} levels")
        for line, one in _with_lines(token):
            if one.type in _REFUSED:
                found, allowed = _REFUSED[one.type]
                shown = f"{found} {one.content.strip()[:40]}".strip()
                raise ContentError(file, line, shown, allowed)
        if token.type == "inline":
            plain = "".join(child.content for child in token.children or [] if child.type == "text")
            if sign := stray_in_markdown(token.content, plain):
                raise ContentError(file, _line(token), sign, _AS_LETTERS)
    return tokens


def _with_lines(token: Token) -> Iterator[tuple[str, Token]]:
    """A block and what is in it, each with its line."""
    yield _line(token), token
    line = (token.map or [0])[0] + 1
    for child in token.children or []:
        yield f"line {line}", child
        line += child.type in ("softbreak", "hardbreak") or child.content.count("\n")


def _line(token: Token) -> str:
    return f"line {token.map[0] + 1}" if token.map else "markdown"


def _blocks(tokens: Sequence[Token], file: str) -> Text:
    walk = _Walk(file)
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                ordered = token.type == "ordered_list_open"
                walk.lists.append(_List(int(token.attrs.get("start", 1)) if ordered else None))
                walk.containers.append("list")
            case "bullet_list_close" | "ordered_list_close":
                walk.lists.pop()
                walk.containers.pop()
            case "list_item_open":
                _open_item(walk)
            case "blockquote_open":
                walk.containers.append("quote")
            case "list_item_close" | "blockquote_close":
                walk.containers.pop()
                walk.item, walk.marker = None, ""
            case "heading_open" | "heading_close":
                walk.heading = token.type == "heading_open"
            case "inline":
                _add(walk, _spans(token, file))
            case "fence":
                _add(walk, (Span(text=token.content.rstrip("\n"), code=True),))
    return tuple(walk.blocks)


def _open_item(walk: _Walk) -> None:
    inner, depth = walk.lists[-1], len(walk.lists) - 1
    sign = "•" if depth == 0 else "–"
    if inner.number is not None:
        sign = f"{inner.number}."
        inner.number += 1
    walk.marker = _INDENT * depth + sign
    walk.item = None
    walk.containers.append("item")


def _add(walk: _Walk, spans: tuple[Span, ...]) -> None:
    """One paragraph's worth. A further paragraph of a list item goes on in the item, on a line of its own."""
    if not "".join(span.text for span in spans).strip():
        return
    inside = walk.containers[-1] if walk.containers else None
    if walk.heading:
        walk.blocks.append(Block(spans=spans, kind="heading"))
    elif inside == "quote":
        walk.blocks.append(Block(spans=spans, kind="quote"))
    elif inside == "item" and walk.marker:
        walk.item = len(walk.blocks)
        walk.blocks.append(Block(spans=spans, kind="item", marker=walk.marker))
        walk.marker = ""
    elif inside == "item" and walk.item == len(walk.blocks) - 1:
        item = walk.blocks[-1]
        walk.blocks[-1] = item.model_copy(update={"spans": (*item.spans, Span(text="\n"), *spans)})
    else:
        walk.blocks.append(Block(spans=spans))


def _spans(inline: Token, file: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    styles = [_Style()]
    for token in inline.children or []:
        match token.type:
            case "strong_open":
                styles.append(replace(styles[-1], bold=True))
            case "em_open":
                styles.append(replace(styles[-1], italic=True))
            case "link_open":
                styles.append(replace(styles[-1], href=_href(token, inline, file)))
            case "strong_close" | "em_close" | "link_close":
                styles.pop()
            case "softbreak":
                _append(spans, " ", styles[-1])
            case "hardbreak":
                _append(spans, "\n", styles[-1])
            case _:
                _append(spans, token.content, styles[-1], code=token.type == "code_inline")
    return tuple(spans)


def _href(link: Token, inline: Token, file: str) -> str:
    address = str(link.attrs.get("href", ""))
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise ContentError(file, _line(inline), address[:120], "a link to http:// or https://")
    return address


def _append(spans: list[Span], text: str, style: _Style, code: bool = False) -> None:
    if not text:
        return
    span = Span(text=text, bold=style.bold, italic=style.italic, code=code, href=style.href)
    if spans and spans[-1].model_copy(update={"text": text}) == span:
        span = span.model_copy(update={"text": spans.pop().text + text})
    spans.append(span)
