"""The tables of a paper as bars in one picture: read at the width of a phone, and in print."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from textwrap import wrap
from typing import Any

from bot.core.kernel.formats import number
from bot.reports.paper import Paper, Row, Section

DOTS, WIDTH = 150, 7.2  # an inch, and inches: 1080 dots, three for each that a phone of 360 shows
TITLE, HEADING, TEXT = 20, 19, 18  # points: on such a phone 18 are letters of 12.5 px
EM, BOLD = 0.6, 1.12  # how wide a letter is, of its height; and a bold one, of another
EDGE = 0.03  # of the width, on both sides
LEAD, BAR, GAP = 1.25, 0.13, 0.12  # a line's height, of its letters'; inches of a bar, and below it
ABOVE = 0.95  # of a letter's height, its marks with it, stand above the line it is written on
MOST = 10  # bars of one table
INK, TRACK = "#1f4e79", "#dddddd"  # told apart in black and white


@dataclass(frozen=True, slots=True)
class _Line:
    """Words, the figure at their right edge, a bar below (0 to 1; None: no bar), and the room around."""

    words: str
    size: float = TEXT
    right: str = ""
    bar: float | None = None
    above: float = 0.0
    below: float = 0.0
    weight: str = "normal"

    @property
    def height(self) -> float:
        """Inches."""
        return self.above + self.size * LEAD / 72 + (0 if self.bar is None else BAR) + self.below


def png(paper: Paper, others: Callable[[int], str]) -> bytes:
    """Each table below the other: what, how many, and its bar. `others`: that so many more are not shown."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    lines = list(_lines(paper, others))
    whole = sum(one.height for one in lines) + 2 * GAP
    figure = Figure(figsize=(WIDTH, whole), dpi=DOTS, facecolor="white")
    FigureCanvasAgg(figure)
    top = whole - GAP
    for one in lines:
        _draw(figure, one, top - one.above, whole)
        top -= one.height
    for words in figure.findobj(Text):
        words.set_parse_math(False)  # "$" is money, no formula
    made = BytesIO()
    figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()


def _lines(paper: Paper, others: Callable[[int], str]) -> Iterator[_Line]:
    yield from _folded(paper.title, TITLE, weight="bold")
    yield from _folded(paper.draft)
    tables = [one for one in paper.sections if one.table]
    told = paper.sections[0].sentences if paper.sections else ()
    for sentence in told[:1] if tables else told:
        yield from _folded(sentence)
    for section in tables:
        yield from _table(section, paper.withheld, others)


def _table(section: Section, withheld: str, others: Callable[[int], str]) -> Iterator[_Line]:
    for place, words in enumerate(wrap(section.heading, _letters(HEADING * BOLD))):
        yield _Line(words, HEADING, above=0 if place else 2 * GAP, below=GAP / 2, weight="bold")
    most = max([1, *(row.count or 0 for row in section.table)])
    for row in section.table[:MOST]:
        yield from _row(row, most, withheld)
    left = len(section.table) - MOST
    if left > 0:
        yield _Line(others(left))


def _row(row: Row, most: int, withheld: str) -> Iterator[_Line]:
    """A name in as many lines as it needs; its figure stands beside the last of them."""
    figure = withheld if row.count is None else number(row.count)
    *first, last = wrap(row.name, _letters(TEXT) - len(figure) - 1) or [""]
    yield from (_Line(words) for words in first)
    yield _Line(last, right=figure, bar=None if row.count is None else row.count / most, below=GAP)


def _folded(words: str, size: float = TEXT, weight: str = "normal") -> Iterator[_Line]:
    for line in wrap(words, _letters(size * (BOLD if weight == "bold" else 1))):
        yield _Line(line, size, weight=weight)


def _letters(size: float) -> int:
    """How many stand on one line."""
    return int(WIDTH * (1 - 2 * EDGE) * 72 / (size * EM))


def _draw(figure: Any, one: _Line, top: float, whole: float) -> None:
    from matplotlib.patches import Rectangle

    how = {"fontsize": one.size, "weight": one.weight, "va": "baseline"}
    line = (top - one.size * ABOVE / 72) / whole
    figure.text(EDGE, line, one.words, **how)
    figure.text(1 - EDGE, line, one.right, ha="right", **how)
    low = (top - one.size * LEAD / 72 - BAR) / whole
    for share, colour in () if one.bar is None else ((1.0, TRACK), (one.bar, INK)):
        figure.add_artist(Rectangle((EDGE, low), share * (1 - 2 * EDGE), BAR / whole, color=colour, lw=0))
