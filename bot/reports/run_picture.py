"""A run's figures as one picture that reads on a phone: a bar a unit, the behind first."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from textwrap import fill
from typing import Any

WIDE, LINE, HEAD = 5.4, 0.62, 1.5  # inches: of the picture, of a unit's line, of the lines above
DOTS = 150  # an inch: 810 pixels wide
NAME = 45  # characters of a line of the title
READ, REST, DARK = "#1b5e20", "#d7dbd7", "#111111"


@dataclass(frozen=True, slots=True)
class Bar:
    """A unit: its name, what its bar says in words, and how much of it is full, from 0 to 1."""

    name: str
    words: str
    share: float


def picture(title: str, line: str, bars: Sequence[Bar]) -> bytes:
    """The bars under a title and a line, as a PNG. What each says stands beside it, in words."""
    from matplotlib.figure import Figure  # a first reply does not need it

    height = HEAD + LINE * len(bars)
    figure = Figure(figsize=(WIDE, height), dpi=DOTS, facecolor="white")
    page = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    page.set_axis_off()
    page.set_xlim(0, WIDE)
    page.set_ylim(height, 0)
    plain: dict[str, Any] = {"parse_math": False, "color": DARK, "va": "top"}
    page.text(0.2, 0.2, fill(title, NAME, max_lines=2, placeholder="…"), fontsize=13, weight="bold", **plain)
    page.text(0.2, 1.0, line, fontsize=10, **plain)
    for place, one in enumerate(bars):
        top = HEAD + LINE * place
        page.text(0.2, top, one.name, fontsize=10, **plain)
        page.text(WIDE - 0.2, top, one.words, fontsize=10, ha="right", **plain)
        page.barh(top + 0.34, WIDE - 0.4, 0.16, left=0.2, color=REST)
        page.barh(top + 0.34, (WIDE - 0.4) * min(1.0, max(0.0, one.share)), 0.16, left=0.2, color=READ)
    made = BytesIO()
    figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()
