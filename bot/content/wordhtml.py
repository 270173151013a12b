"""HTML as mammoth writes it → blocks: headings, items with their numbers, paragraphs, tables as lines."""

import re
import unicodedata
from html.parser import HTMLParser

from bot.content.wordtable import Cell, Table, lines
from bot.core.kernel.richtext import Block, Span, Text

_TYPED = re.compile(r"\s*[-–—•+*▪●○]\s+")  # a bullet that somebody typed
_NUMBER = re.compile("\ue000(.*?)\ue001", re.DOTALL)  # as `wordnumbers` writes it
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_HEADING = re.compile(r"h[1-6]")


def read_html(page: str) -> Text:
    """What the page says, block by block."""
    walk = _Walk()
    walk.feed(page)
    walk.close()
    return tuple(walk.blocks)


class _Walk(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._spans: list[Span] = []
        self._styles: list[str] = []
        self._href: str | None = None
        self._linked = 0
        self._heading = False
        self._lists: list[str] = []
        self._counts: list[int] = []
        self._marker = ""
        self._tables: list[Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if _HEADING.fullmatch(tag):
            self._end()
            self._heading = not self._tables
        elif tag in ("ul", "ol"):
            self._end()
            self._lists.append(tag)
            self._counts.append(0)
        elif tag == "li" and self._lists:
            self._item()
        elif tag == "table":
            self._end()
            self._tables.append(Table(outer=self._spans))
            self._spans = []
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._tables and self._tables[-1].rows:
            self._spans = []
            columns, rows = (int(known.get(name) or 1) for name in ("colspan", "rowspan"))
            self._tables[-1].rows[-1].append(Cell((), columns, rows, tag == "th"))
        elif tag in ("strong", "em", "sup", "sub"):
            self._styles.append(tag)
        elif tag == "a":
            self._href, self._linked = known.get("href"), len(self._spans)
        elif tag == "br":
            self._say("\n")
        elif tag == "input":
            self._say("☑ " if "checked" in known else "☐ ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "li") or _HEADING.fullmatch(tag):
            self._say(" ") if self._tables else self._end()
        elif tag in ("ul", "ol"):
            self._end()
            self._lists.pop()
            self._counts.pop()
        elif tag in ("td", "th") and self._tables:
            if self._tables[-1].rows and self._tables[-1].rows[-1]:
                self._tables[-1].rows[-1][-1].spans = _squeezed(self._spans)
            self._spans = []
        elif tag == "table" and self._tables:
            self._end_table()
        elif tag in ("strong", "em", "sup", "sub") and tag in self._styles:
            self._styles.remove(tag)
        elif tag == "a":
            self._end_link()

    def handle_data(self, data: str) -> None:
        if data != "↑" or not (self._href or "").startswith(("#footnote-ref", "#endnote-ref")):
            self._say(data)

    def _say(self, text: str) -> None:
        web = self._href if self._href and re.match(r"https?://", self._href) else None
        bold, italic = "strong" in self._styles, "em" in self._styles
        shown = unicodedata.normalize("NFC", text.replace("\xa0", " ").replace("\t", " "))
        shown = shown.replace("\xad", "").replace("‑", "-")
        for style, table in (("sup", _RAISED), ("sub", _LOWERED)):
            if style in self._styles and all(ord(one) in table for one in shown):
                shown = shown.translate(table)
        self._spans.append(Span(text=shown, bold=bold, italic=italic, href=web))

    def _item(self) -> None:
        self._end()
        own = "•" if len(self._lists) < 2 else "–"
        self._counts[-1] += 1
        self._marker = f"{self._counts[-1]}." if self._lists[-1] == "ol" else own
        if self._tables and self._lists[-1] == "ul":
            self._say("– ")

    def _end_link(self) -> None:
        """An address that a chat does not open stands beside its words."""
        address = re.sub(r"^(mailto|tel):", "", self._href or "")
        said = "".join(span.text for span in self._spans[self._linked :])
        opened = re.match(r"https?://|#|$", self._href or "")
        self._href = None
        if not opened and address not in said:
            self._say(f" ({address})")

    def _end_table(self) -> None:
        table = self._tables.pop()
        found = lines(table)
        if not self._tables:
            self.blocks += found
            return
        self._spans = table.outer  # a table in a cell: its lines stand in that cell
        for at, block in enumerate(found):
            self._spans += [Span(text="; " if at else " "), *block.spans]
        self._say(" ")

    def _end(self) -> None:
        if self._tables:
            return  # a cell ends by itself
        spans, self._spans = self._spans, []
        heading, self._heading = self._heading, False
        number = _NUMBER.search("".join(span.text for span in spans))
        label = " ".join(number[1].split()) if number else ""
        spans = [one.model_copy(update={"text": _NUMBER.sub("", one.text)}) for one in spans]
        if not "".join(span.text for span in spans).strip():
            return
        if heading:
            shown = [Span(text=f"{label} "), *spans] if label else spans
            self.blocks.append(Block(spans=tuple(shown), kind="heading"))
        elif self._lists or label:
            marker, self._marker = label or self._marker or "•", ""
            self.blocks.append(Block(spans=tuple(spans), kind="item", marker=marker))
        elif (typed := _TYPED.match(spans[0].text)) is not None and spans[0].text[typed.end() :]:
            rest = spans[0].model_copy(update={"text": spans[0].text[typed.end() :]})
            self.blocks.append(Block(spans=(rest, *spans[1:]), kind="item", marker="•"))
        else:
            self.blocks.append(Block(spans=tuple(spans)))


def _squeezed(spans: list[Span]) -> tuple[Span, ...]:
    """A cell's words on one line, with single spaces and the numbers of its items."""
    found: list[Span] = []
    space = True
    for span in spans:
        shown = _NUMBER.sub(lambda number: f" {' '.join(number[1].split())} ", span.text)
        text = re.sub(r"\s+", " ", shown)
        text = text[1:] if space and text.startswith(" ") else text
        if text:
            found.append(span.model_copy(update={"text": text}))
            space = text.endswith(" ")
    while found and not found[-1].text.strip():
        found.pop()
    return (*found[:-1], found[-1].model_copy(update={"text": found[-1].text.rstrip()})) if found else ()
