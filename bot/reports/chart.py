"""The tables of a paper as bars in one picture, which reads on a phone and in print."""

from io import BytesIO

from bot.core.kernel.formats import cut_short, number
from bot.reports.paper import Paper, Section

WIDTH, BAR, HEAD = 7.2, 0.36, 0.75  # inches; at 150 dots each a phone shows it whole
DOTS = 150
MOST = 12  # bars of one table
INK, LINE = "#1f4e79", "#777777"  # dark enough in black and white


def png(paper: Paper) -> bytes:
    """Horizontal bars, a table below the other, each with its figure written beside it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    tables = [one for one in paper.sections if one.table]
    heights = [HEAD + BAR * min(len(one.table), MOST) for one in tables]
    figure = Figure(figsize=(WIDTH, 1.0 + sum(heights) + 0.2), dpi=DOTS, facecolor="white")
    FigureCanvasAgg(figure)
    figure.text(
        0.03, 1 - 0.2 / figure.get_figheight(), _folded(paper.title), fontsize=13, weight="bold", va="top"
    )
    figure.text(0.03, 0.06 / figure.get_figheight(), paper.draft, fontsize=9, va="bottom")
    top = figure.get_figheight() - 1.0
    if not tables:
        figure.text(0.03, 0.3, _folded(" ".join(paper.sections[0].sentences)), fontsize=12, va="bottom")
    for section, height in zip(tables, heights, strict=True):
        _bars(figure, section, top, height, paper.withheld)
        top -= height
    for words in figure.findobj(Text):
        words.set_parse_math(False)  # "$" is money, no formula
    made = BytesIO()
    figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()


def _bars(figure: object, section: Section, top: float, height: float, withheld: str) -> None:
    whole = figure.get_figheight()  # type: ignore[attr-defined]
    rows = section.table[:MOST][::-1]
    axes = figure.add_axes(  # type: ignore[attr-defined]
        (0.36, (top - height + 0.1) / whole, 0.5, (height - HEAD + 0.1) / whole)
    )
    left = len(section.table) - len(rows)
    heading = f"{section.heading} (+{left})" if left else section.heading
    figure.text(0.03, (top - 0.25) / whole, heading, fontsize=12, weight="bold")  # type: ignore[attr-defined]
    counts = [row.count or 0 for row in rows]
    axes.barh(range(len(rows)), counts, color=INK, height=0.62)
    axes.set_yticks(range(len(rows)), [cut_short(row.name, 30) for row in rows], fontsize=10)
    axes.set_xticks([])
    axes.set_xlim(0, max([*counts, 1]) * 1.05)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(LINE)
    for place, row in enumerate(rows):
        shown = withheld if row.count is None else number(row.count)
        axes.annotate(
            shown, (row.count or 0, place), (4, 0), textcoords="offset points", va="center", fontsize=10
        )


def _folded(words: str, width: int = 62) -> str:
    from textwrap import fill

    return fill(words, width)
