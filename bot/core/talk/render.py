"""Fits what is said to what a channel can show: its markup, its lengths, its buttons.

A text becomes one flat string with the runs of style and the places where it may be cut beside it. Every
part is a slice of that string, so neither tags nor entities exist while the cuts are chosen.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import accumulate, pairwise

from bot.core.kernel.capabilities import Capabilities
from bot.core.kernel.characters import cut_between, sanitise, utf16_len
from bot.core.kernel.richtext import Block, Span, Text
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.tap import decode
from bot.core.talk.taps.screens import Press
from bot.core.talk.taps.sending import Preview

__all__ = ["PartPlan", "fit", "parts_of", "sanitise", "utf16_len"]

# How good a place to cut is. After a list's marker is the worst, after a heading no better than a sentence.
MARKER, WORD, SENTENCE, LINE, BLOCK = range(5)

_WAYS_OUT = frozenset({"back", "cancel", "start_over"})
_ANSWERLESS = frozenset({"", Preview().encode()})  # links, and what does nothing yet
_PLAIN = Span(text="")
_GAP = re.compile(r"""(?P<sentence>(?:(?<=[.!?…])|(?<=[.!?…]["”’»)\]]))\s+)|\s+""")
_LINK = re.compile(r"(?:https?|tg|mailto|tel):\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PartPlan:
    """One physical message to be: text in the channel's markup, and the file to send it with.

    `picture`: the address of what is shown with it, in place of a file; `sound`: played in place of the text.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachment: Attachment | None = None
    picture: str = ""
    sound: str = ""


def parts_of(
    message: Message, capabilities: Capabilities, by_number: Callable[[int], str] | None = None
) -> list[PartPlan]:
    """The physical messages one message becomes, in order; [] when there is nothing to show.

    A file carries the text as its caption if all of it fits in one, else it goes first, alone; a channel
    that takes no documents gets none. Buttons stand under the last part; without buttons, they become
    numbered lines at the end of the text, and `by_number` says how to answer, with a number as example; 0:
    with words.
    """
    text, buttons = message.text, message.buttons
    if not capabilities.buttons:
        text = text + _numbered(buttons, by_number)
        shown = [button for row in buttons for button in row if button.data]
        buttons = tuple((button,) for button in shown[: capabilities.buttons_beside])
    attachment = message.attachment if capabilities.documents else None
    parts = [PartPlan(part) for part in fit(text, capabilities)]
    if attachment:
        caption = _caption(text, capabilities)
        alone = PartPlan(caption or "", attachment=attachment)
        parts = [alone, *parts] if caption is None else [alone]
    if parts:
        parts[-1] = replace(parts[-1], buttons=buttons)
    return parts


def _caption(text: Text, capabilities: Capabilities) -> str | None:
    """The words that go with a file; None where they do not fit there."""
    most = capabilities.caption_limit
    captions = fit(text, replace(capabilities, text_limit=most) if most else capabilities)
    return "".join(captions) if len(captions) <= (1 if most else 0) else None


def fit(text: Text, capabilities: Capabilities) -> list[str]:
    """The text in parts of at most `text_limit` UTF-16 units once tags and entities are taken out.

    Cut between blocks, else sentences, else words; a word is cut only when it alone is too long. None of
    the parts is empty; [] only for a text that shows nothing.
    """
    html = capabilities.markup == "html"
    flat = _flatten(text, html and capabilities.links)
    return [
        _html(flat, start, end) if html else flat.text[start:end]
        for start, end in _slices(flat, capabilities.text_limit)
        if _shows(flat.text[start:end])
    ]


def _numbered(rows: tuple[tuple[Button, ...], ...], by_number: Callable[[int], str] | None) -> Text:
    buttons = [button for row in rows for button in row]
    lines = tuple(
        Block(spans=(Span(text=button.label, href=button.url),), kind="item", marker=_marker(number, button))
        for number, button in enumerate(buttons, start=1)
    )
    if by_number is None or all(button.data in _ANSWERLESS for button in buttons):
        return lines
    return (*lines, Block(spans=(Span(text=by_number(_example(buttons))),)))


def _marker(number: int, button: Button) -> str:
    """A preview's choices have no numbers: one would be taken for a choice of the screen below it."""
    return "•" if button.data == Preview().encode() else f"{number}."


def _example(buttons: Sequence[Button]) -> int:
    """A number to answer with, such as this: no way out of a form; 0 where there is nothing else."""
    taps = [(number, decode(one.data)) for number, one in enumerate(buttons, start=1) if one.data]
    answers = [number for number, tap in taps if not (isinstance(tap, Press) and tap.command in _WAYS_OUT)]
    return answers[:2][-1] if answers else 0


@dataclass(slots=True)
class _Flat:
    """`runs` cover the text from end to end; `spots` grades a cut by where its white space begins."""

    text: str = ""
    runs: list[tuple[int, int, Span]] = field(default_factory=list)
    quotes: list[tuple[int, int]] = field(default_factory=list)
    spots: dict[int, int] = field(default_factory=dict)

    def add(self, text: str, style: Span) -> None:
        self.runs.append((len(self.text), len(self.text) + len(text), style))
        self.text += text


def _flatten(text: Text, links: bool) -> _Flat:
    flat = _Flat()
    before: Block | None = None
    for block in text:
        spans = _trimmed(block, links)
        if not spans:
            continue
        if before:
            flat.spots[len(flat.text)] = SENTENCE if before.kind == "heading" else BLOCK
            flat.add(_between(before, block), _PLAIN)
        start = len(flat.text)
        if block.marker:
            flat.spots[start + len(spans[0].text)] = MARKER
            flat.add(spans.pop(0).text + " " * bool(spans), _PLAIN)
        for span in spans:
            flat.add(span.text, span)
        if block.kind == "quote":
            flat.quotes.append((start, len(flat.text)))
        before = block
    return flat


def _between(before: Block, block: Block) -> str:
    """Lists and what stands under a heading are set close; all else has a blank line between."""
    close = before.kind == "heading" or (before.kind == block.kind == "item")
    return "\n" if close else "\n\n"


def _trimmed(block: Block, links: bool) -> list[Span]:
    """The block's spans, sanitised, without white space at either end; the marker, if any, comes first."""
    spans = [_styled(span, block, links) for span in block.spans]
    while spans and not spans[0].text.lstrip():
        spans.pop(0)
    while spans and not spans[-1].text.rstrip():
        spans.pop()
    if spans and spans[0].text[0].isspace():
        spans[0] = spans[0].model_copy(update={"text": spans[0].text.lstrip()})
    if spans and spans[-1].text[-1].isspace():
        spans[-1] = spans[-1].model_copy(update={"text": spans[-1].text.rstrip()})
    marker = sanitise(block.marker).strip()
    return [Span(text=marker), *spans] if marker else spans


def _styled(span: Span, block: Block, links: bool) -> Span:
    text = sanitise(span.text)
    if span.href is None and text == span.text and (span.bold or block.kind != "heading"):
        return span
    href = sanitise(span.href or "").strip()
    if href and not links and href != text.strip():
        text = f"{text} ({href})"  # an address must not get lost
    return Span(
        text=text,
        bold=span.bold or block.kind == "heading",
        italic=span.italic,
        code=span.code,
        href=href if links and _LINK.fullmatch(href) else None,
    )


def _slices(flat: _Flat, limit: int) -> Iterator[tuple[int, int]]:
    """Greedy: as much as fits, cut at the last of the best places within it."""
    text = flat.text
    if text and 2 * len(text) <= limit:  # as nearly every text: there is nothing to cut
        yield 0, len(text)
        return
    units = [0, *accumulate(1 + (character > "\uffff") for character in text)]
    gaps = [(gap.start(), gap.end(), _grade(flat, gap)) for gap in _GAP.finditer(text)]
    starts = [gap[0] for gap in gaps]
    at = passed = 0
    while at < len(text):
        end = bisect_right(units, units[at] + limit) - 1
        if end == len(text):
            yield at, end
            return
        reached = bisect_right(starts, end)
        if reached > passed:
            best = max(range(passed, reached), key=lambda index: (gaps[index][2], index))
            yield at, gaps[best][0]
            at, passed = gaps[best][1], best + 1
        else:
            end = cut_between(text, at, max(end, at + 1))
            yield at, end
            at = end


def _grade(flat: _Flat, gap: re.Match[str]) -> int:
    if gap.start() in flat.spots:
        return flat.spots[gap.start()]
    if "\n" in gap[0]:
        return LINE
    return SENTENCE if gap["sentence"] else WORD


def _shows(text: str) -> bool:
    return any(not c.isspace() and unicodedata.category(c) != "Cf" for c in text)


def _html(flat: _Flat, start: int, end: int) -> str:
    """A slice in the HTML that platforms take. Tags never cross: a run's lie within a quotation's."""
    inner = {edge for quote in flat.quotes for edge in quote if start < edge < end}
    pieces = []
    for left, right in pairwise(sorted({start, end} | inner)):
        marked = _runs(flat, left, right)
        quoted = any(first <= left < last for first, last in flat.quotes)
        pieces.append(f"<blockquote>{marked}</blockquote>" if quoted else marked)
    return "".join(pieces)


def _runs(flat: _Flat, start: int, end: int) -> str:
    return "".join(
        _tagged(flat.text[max(left, start) : min(right, end)], style)
        for left, right, style in flat.runs
        if left < end and right > start
    )


def _tagged(text: str, style: Span) -> str:
    marked = escape(text, quote=False)
    if not text.strip():
        return marked
    if style.code:
        return f"<code>{marked}</code>"  # no other style is allowed within code
    if style.italic:
        marked = f"<i>{marked}</i>"
    if style.bold:
        marked = f"<b>{marked}</b>"
    return f'<a href="{escape(style.href)}">{marked}</a>' if style.href else marked
