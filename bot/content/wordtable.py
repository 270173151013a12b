"""A table of a document as lines that can be read aloud: nothing vanishes, nothing changes its column."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import Block, Span

WIDEST = 64  # columns that one cell may reach over, and from which on none does
_ORDINAL = ("stt", "tt", "so tt", "so thu tu")


@dataclass(slots=True)
class Cell:
    """A cell: over how many columns and rows it reaches, and whether it is said to be a heading."""

    spans: tuple[Span, ...] = ()
    columns: int = 1
    rows: int = 1
    head: bool = False

    @property
    def plain(self) -> str:
        """Its words."""
        return "".join(span.text for span in self.spans)


@dataclass(slots=True)
class Table:
    """A table while it is read. `outer`: what stood before it in the cell that it is in."""

    outer: list[Span] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)


def lines(table: Table) -> list[Block]:
    """A line a row: under headings each cell with its own; a cell over several rows is in each of them."""
    grid = [row for row in _grid(table.rows) if any(cell.plain for cell in row)]
    heads = _heads(grid)
    names = _names(grid[:heads])
    found = []
    for row in grid[heads:]:
        said: list[list[Span]] = []
        before = ("", -1)
        for at, cell in enumerate(row):
            if not cell.plain or (at and cell is row[at - 1]):
                continue
            name = names[at] if at < len(names) else ""
            said_so = (at == 0 and fold(name) in _ORDINAL) or fold(cell.plain).startswith(f"{fold(name)} ")
            lead = f"{name}: " if name and not said_so else ""
            if said and lead and before == (name, at - 1):
                said[-1] += [Span(text=", "), *cell.spans]
            else:
                said.append([*([Span(text=lead)] if lead else []), *cell.spans])
            before = name, at + min(cell.columns, WIDEST) - 1
        parts = [span for at, one in enumerate(said) for span in (*([Span(text=" · ")] if at else []), *one)]
        found.append(Block(spans=tuple(parts), kind="item", marker="•"))
    return found


def _grid(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Each row with the cells that reach into it, each as many times as it has columns."""
    grid: list[list[Cell]] = []
    reaching: dict[int, tuple[Cell, int]] = {}  # by column: a cell from above, and for how many rows
    for cells in rows:
        row: list[Cell] = []
        further: dict[int, tuple[Cell, int]] = {}
        waiting = iter(cells)
        while True:
            cell, left = reaching.get(len(row), (None, 0))
            columns = 1
            if cell is None:
                cell = next(waiting, None)
                if cell is None:
                    break
                columns = max(1, min(cell.columns, WIDEST)) if len(row) < WIDEST else 1
                left = cell.rows
            for column in range(len(row), len(row) + columns):
                row.append(cell)
                if left > 1:
                    further[column] = cell, left - 1
        reaching = further
        grid.append(row)
    return grid


def _heads(grid: list[list[Cell]]) -> int:
    """How many rows are headings: those that are said to be, stand out, or name three columns and more."""
    if len(grid) < 2 or len(grid[0]) < 2:
        return 0
    first, rest = grid[0], grid[1:]
    named = len(first) > 2 and len(rest) > 1 and not any(c.isdigit() for cell in first for c in cell.plain)
    bold = all(_bold(cell) for cell in first) and not all(_bold(cell) for row in rest for cell in row)
    if not all(cell.plain for cell in first) or not (named or bold or all(cell.head for cell in first)):
        return 0
    deep = max(cell.rows for cell in first)
    return deep if deep < len(grid) else 1


def _bold(cell: Cell) -> bool:
    words = [span for span in cell.spans if span.text.strip()]
    return bool(words) and all(span.bold for span in words)


def _names(heads: Sequence[list[Cell]]) -> list[str]:
    """What each column is called: the words above it, from top to bottom, each once."""
    widest = max((len(row) for row in heads), default=0)
    above = [[row[at].plain for row in heads if at < len(row)] for at in range(widest)]
    return [" ".join(dict.fromkeys(word for word in words if word)).rstrip(" :") for words in above]
