"""One breakdown of a digest, as lines of a chat."""

from collections.abc import Mapping

from bot.core.kernel.formats import fold, number
from bot.core.kernel.richtext import Block, Text
from bot.core.opinion.digest import Breakdown
from bot.core.talk.texts import Texts

LINES = 15  # at most
WITHHELD = 2  # cells of which nothing is told that have a line each, beside others


def table_of(texts: Texts, language: str, counts: Breakdown, names: Mapping[str, str]) -> Text:
    """A line a cell, the largest first, what is withheld last; much that is withheld in one line."""
    words: list[Block] = []
    cells = sorted(counts.items(), key=lambda cell: (-(cell[1] or 0), fold(names.get(cell[0], cell[0]))))
    hidden = [code for code, count in cells if count is None]
    if len(cells) > len(hidden) > WITHHELD:
        cells = [cell for cell in cells if cell[1] is not None]
    for code, count in cells[:LINES]:
        shown = texts.line(language, "digest.withheld") if count is None else number(count, language)
        words += texts.text(language, "digest.cell", name=names.get(code, code), count=shown)
    if len(cells) > LINES:
        words += texts.text(language, "digest.cells_more", count=number(len(cells) - LINES, language))
    if len(counts) > len(cells):
        words += texts.text(language, "digest.cells_withheld", count=number(len(hidden), language))
    return tuple(words)
