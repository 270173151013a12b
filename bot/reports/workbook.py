"""Tables as an Excel workbook. Whatever a cell holds, it is shown and never computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST, NARROWEST = 60, 8  # characters of a column
TWO_LINES = 32  # points of a row
UPRIGHT = 6  # columns that an upright page has room for
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
    edge = {"border": 1, "valign": "top"}
    head = {**edge, "bold": True, "text_wrap": True, "bg_color": "#e8eef0"}
    names, figures = book.add_format(head), book.add_format({**head, "align": "right"})
    share, whole = (book.add_format({**edge, "num_format": one}) for one in ("0 %", "#,##0"))
    words, right = book.add_format({**edge, "text_wrap": True}), book.add_format({**edge, "align": "right"})
    title = book.add_format({"bold": True, "font_size": 13})
    for one in sheets:
        page = book.add_worksheet(one.name.translate(_NOT_IN_NAMES).strip()[:31] or None)
        for place, said in enumerate(one.above):
            page.write_string(place, 0, said[:LONGEST], title if not place else None)
        counted = _counted(one)
        top = len(one.above) + 1 if one.above else 0
        for column, heading in enumerate(one.headings):
            page.write_string(top, column, heading, figures if column in counted else names)
            longest = max((len(str(row[column])) for row in one.rows if row[column] is not None), default=0)
            headed = max(map(len, heading.split()), default=0) if column in counted else len(heading)
            page.set_column(column, column, min(WIDEST, max(headed, longest, NARROWEST) + 2))
        for line, row in enumerate(one.rows, start=top + 1):
            for column, cell in enumerate(row):
                if cell is None:
                    page.write_blank(line, column, None, words)
                elif isinstance(cell, str):
                    page.write_string(line, column, cell[:LONGEST], right if column in counted else words)
                else:
                    page.write_number(line, column, cell, share if column in one.shares else whole)
        if any(len(one.headings[column].split()) > 1 for column in counted):
            page.set_row(top, TWO_LINES)
        page.freeze_panes(top + 1, 0)
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        if len(one.headings) > UPRIGHT:
            page.set_landscape()
    book.close()
    return made.getvalue()


def _counted(one: Sheet) -> set[int]:
    """The columns of figures: words among them stand on the right as well."""
    columns = range(1, len(one.headings))
    return {place for place in columns if any(str(row[place])[:1].isdigit() for row in one.rows)}
