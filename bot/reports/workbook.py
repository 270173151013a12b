"""Tables as an Excel workbook. Whatever a cell holds, it is shown and never computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from bot.reports.package import emptied

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST, NARROWEST = 60, 8  # characters of a column
TWO_LINES = 32  # points of a row
UPRIGHT = 6  # columns that an upright page has room for
LONGEST = 32_767  # characters a cell holds
_EDGE = {"border": 1, "valign": "top"}
_HEAD = {**_EDGE, "bold": True, "text_wrap": True, "bg_color": "#e8eef0"}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 13},
    "names": _HEAD,
    "figures": {**_HEAD, "align": "right"},
    "words": {**_EDGE, "text_wrap": True},
    "right": {**_EDGE, "align": "right"},
    "share": {**_EDGE, "num_format": "0 %"},
    "whole": {**_EDGE, "num_format": "#,##0"},
}
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
    styles = {name: book.add_format(style) for name, style in _STYLES.items()}
    for one in sheets:
        page = book.add_worksheet(one.name.translate(_NOT_IN_NAMES).strip()[:31] or None)
        _fill(page, one, styles)
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        if len(one.headings) > UPRIGHT:
            page.set_landscape()
    book.close()
    return emptied(made.getvalue())


def _fill(page: Any, one: Sheet, styles: dict[str, Any]) -> None:
    """The lines above, the headings and the rows; the headings stay in sight."""
    for place, said in enumerate(one.above):
        page.write_string(place, 0, said[:LONGEST], styles["title"] if not place else None)
    counted = _counted(one)
    top = len(one.above) + 1 if one.above else 0
    for column, heading in enumerate(one.headings):
        page.write_string(top, column, heading, styles["figures" if column in counted else "names"])
        longest = max((len(str(row[column])) for row in one.rows if row[column] is not None), default=0)
        headed = max(map(len, heading.split()), default=0) if column in counted else len(heading)
        page.set_column(column, column, min(WIDEST, max(headed, longest, NARROWEST) + 2))
    for line, row in enumerate(one.rows, start=top + 1):
        for column, cell in enumerate(row):
            if cell is None:
                page.write_blank(line, column, None, styles["words"])
            elif isinstance(cell, str):
                page.write_string(
                    line, column, cell[:LONGEST], styles["right" if column in counted else "words"]
                )
            else:
                page.write_number(line, column, cell, styles["share" if column in one.shares else "whole"])
    if any(len(one.headings[column].split()) > 1 for column in counted):
        page.set_row(top, TWO_LINES)
    page.freeze_panes(top + 1, 0)


def _counted(one: Sheet) -> set[int]:
    """The columns of figures: words among them stand on the right as well."""
    columns = range(1, len(one.headings))
    return {place for place in columns if any(str(row[place])[:1].isdigit() for row in one.rows)}
