"""Tables as an Excel workbook. Whatever a cell holds, it is shown and never computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60  # characters of a column
LONGEST = 32_767  # characters a cell holds
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its sheet's name, lines above it, the headings, the rows. `shares`: columns of parts of 1."""

    name: str
    above: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    shares: frozenset[int] = frozenset()


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as the bytes of an .xlsx file; texts are texts, whatever sign they begin with."""
    import xlsxwriter  # a first reply does not need it

    made = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(made, {"in_memory": True, **plain})
    bold, share = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "0 %"})
    title = book.add_format({"bold": True, "font_size": 13})
    for one in sheets:
        page = book.add_worksheet(one.name.translate(_NOT_IN_NAMES).strip()[:31] or None)
        for place, words in enumerate(one.above):
            page.write_string(place, 0, words[:LONGEST], title if not place else None)
        top = len(one.above) + 1 if one.above else 0
        for column, heading in enumerate(one.headings):
            page.write_string(top, column, heading, bold)
            longest = max((len(str(row[column])) for row in one.rows if row[column] is not None), default=0)
            page.set_column(column, column, min(WIDEST, max(len(heading), longest) + 2))
        for line, row in enumerate(one.rows, start=top + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(line, column, cell[:LONGEST])
                elif cell is not None:
                    page.write_number(line, column, cell, share if column in one.shares else None)
        page.freeze_panes(top + 1, 0)
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
    book.close()
    return made.getvalue()
