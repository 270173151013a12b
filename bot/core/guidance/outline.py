"""A briefing on one page to speak from: the points first, then the whole text while it fits.

Nothing is rewritten. What does not fit is named, so that nobody takes the page for all there is.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.kernel.richtext import Block, Span, Text

Height = Callable[[Block], float]
_SENTENCE = re.compile(r"(?<=[.!?;…])\s+")


@dataclass(frozen=True, slots=True)
class Fitted:
    """What stands on the page, in order. `left`: headings of what does not, "" for what has none."""

    points: Text
    rest: Text
    left: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not self.left


def fitted(brief: Text, full: Text, height: Height, room: float, naming: float) -> Fitted:
    """As much of a briefing as has room, block by block; the last one is cut at a sentence where it must be.

    `height` of a block, `room` for all of them, and `naming` for the line of what is left out, in one unit.
    A heading never stands last. What the points say word for word is not said again below them.
    """
    text = (*brief, *_unsaid(brief, full))
    if _all_fit(text, height, room):
        return Fitted(brief, text[len(brief) :])
    kept, over = _taken(text, height, room - naming)
    left = tuple(dict.fromkeys(_named(text[:over], text[over:])))
    return Fitted(kept[: len(brief)], kept[len(brief) :], left)


def _all_fit(text: Text, height: Height, room: float) -> bool:
    used = 0.0
    for block in text:
        used += height(block)
        if used > room:
            return False
    return True


def _taken(text: Text, height: Height, room: float) -> tuple[Text, int]:
    """What fits of a text that does not fit whole, and how many of its blocks stand there uncut."""
    taken: list[Block] = []
    for place, block in enumerate(text):
        needed = height(block)
        if needed > room:
            part = _cut(block, height, room) if block.kind != "heading" else None
            if part is not None:
                return (*taken, part), place
            while taken and taken[-1].kind == "heading":
                taken.pop()
            return tuple(taken), len(taken)
        taken.append(block)
        room -= needed
    return tuple(taken), len(taken)


def _cut(block: Block, height: Height, room: float) -> Block | None:
    """As many whole sentences of a block as fit; None where not one does."""
    plain = "".join(span.text for span in block.spans)
    ends = [found.start() for found in _SENTENCE.finditer(plain)]
    low, high = 0, len(ends)
    while low < high:  # the taller, the longer
        middle = (low + high + 1) // 2
        if height(_first(block, ends[middle - 1])) <= room:
            low = middle
        else:
            high = middle - 1
    return _first(block, ends[low - 1]) if low else None


def _first(block: Block, length: int) -> Block:
    """The first so many characters of a block, and a sign that it goes on."""
    spans: list[Span] = []
    for span in block.spans:
        if length <= 0:
            break
        spans.append(span.model_copy(update={"text": span.text[:length]}))
        length -= len(span.text)
    return block.model_copy(update={"spans": (*spans, Span(text=" …"))})


def _unsaid(brief: Text, full: Text) -> Text:
    """The whole text without the blocks that the points have, and without headings that lost all theirs."""
    said = {_bare(block) for block in brief}
    kept: list[Block] = []
    for heading, blocks in _sections(full):
        new = [block for block in blocks if _bare(block) not in said]
        if new or not blocks:
            kept += [*heading, *new]
    return tuple(kept)


def _sections(text: Text) -> Iterator[tuple[Text, list[Block]]]:
    """Each heading, none before the first, with the blocks below it."""
    heading: Text = ()
    blocks: list[Block] = []
    for block in text:
        if block.kind == "heading":
            yield heading, blocks
            heading, blocks = (block,), []
        else:
            blocks.append(block)
    yield heading, blocks


def _bare(block: Block) -> str:
    return " ".join("".join(span.text for span in block.spans).split())


def _named(before: Sequence[Block], left: Sequence[Block]) -> Iterator[str]:
    """The headings of what is left out: that of the part that the page breaks off in among them."""
    if left and left[0].kind != "heading":
        above = [_bare(block) for block in before if block.kind == "heading"]
        yield above[-1] if above else ""
    yield from (_bare(block) for block in left if block.kind == "heading")
