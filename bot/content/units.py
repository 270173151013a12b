"""content/units/*.csv → the tree of units."""

import csv
import re
from datetime import date
from io import StringIO
from pathlib import PurePosixPath

from bot.content.checks import short
from bot.content.files import Folder
from bot.content.sheets import WORKBOOKS, clean_cell, parted
from bot.core.kernel.errors import ContentError
from bot.core.kernel.formats import read_day
from bot.core.people.units import DEPTH, Level, Unit, paths

COLUMNS = ("code", "parent", "name", "level", "effective_from", "source")
EARLIEST = 1900
UNTIL = "effective_until"  # a column that may be left out
# "/" parts a path, "%" and "_" are wildcards of a search by path.
CODE = re.compile(r"[A-Za-z0-9-]{1,20}")


def read_units(folder: Folder) -> tuple[Unit, ...]:
    """Every unit, in the order of the files. An error's key is "rows.N.column", N the line in the file.

    Raises ContentError for a row that is wrong, a code that stands twice or a parent that is not there.
    """
    found: dict[str, tuple[str, int, Unit]] = {}
    for file in tables(folder, "units"):
        for line, row in rows_of(folder.text(file), file, COLUMNS, UNTIL):
            unit = _unit(row, file, line)
            if unit.code in found:
                other, at, _ = found[unit.code]
                raise ContentError(file, f"rows.{line}.code", unit.code, f"a code once (also {other}, {at})")
            found[unit.code] = (file, line, unit)
    for file, line, unit in found.values():
        _check_parent(found, file, line, unit)
    units = tuple(unit for _, _, unit in found.values())
    try:
        paths(units)
    except ValueError as error:
        raise ContentError("units", "parent", str(error), "a tree") from None
    return units


def tables(folder: Folder, place: str) -> list[str]:
    """The CSV files of a folder. Raises ContentError for a workbook among them, which nobody would read."""
    for suffix in WORKBOOKS:
        for file in folder.files(place, suffix):
            if not PurePosixPath(file).name.startswith("~$"):  # Excel's own, while it has one open
                allowed = "CSV: in Excel, Save as, CSV UTF-8"
                raise ContentError(file, "file", "a workbook", allowed)
    return folder.files(place, ".csv")


def rows_of(
    text: str, file: str, columns: tuple[str, ...], may_lack: str = ""
) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV with these columns, by line; empty lines are passed over. Raises ContentError.

    In whatever form Excel writes it: ";" or tabs between cells, headings in capitals, empty cells at the end.
    """
    table, delimiter, skipped = parted(text)
    reader = csv.reader(StringIO(table), delimiter=delimiter, strict=True)
    rows = []
    try:
        header = tuple(clean_cell(cell).lower() for cell in _filled(next(reader, [])))
        if sorted(header) not in (sorted(columns), sorted((*columns, may_lack))):
            allowed = ",".join(columns) + (f", and {may_lack} where units have ended" if may_lack else "")
            raise ContentError(file, f"rows.{1 + skipped}", ",".join(header), allowed)
        for cells in reader:
            line, filled = reader.line_num + skipped, [clean_cell(cell) for cell in _filled(cells)]
            if not filled:
                continue
            if not len(filled) <= len(header) <= len(cells):
                raise ContentError(file, f"rows.{line}", ",".join(cells), f"{len(header)} cells")
            filled += [""] * (len(header) - len(filled))
            rows.append((line, dict(zip(header, filled, strict=True))))
    except csv.Error as error:
        line = reader.line_num + skipped
        raise ContentError(file, f"rows.{line}", str(error), "comma-separated values") from None
    return rows


def _filled(cells: list[str]) -> list[str]:
    """A line's cells without the empty ones at its end."""
    return cells[: max((at for at, cell in enumerate(cells, 1) if clean_cell(cell)), default=0)]


def day_of(text: str) -> date:
    """A day on which units change, as people write it. Raises ValueError."""
    day = read_day(text)
    if day.year < EARLIEST:
        raise ValueError("no day of a decree")
    return day


def _unit(row: dict[str, str], file: str, line: int) -> Unit:
    def refuse(column: str, allowed: str) -> ContentError:
        return ContentError(file, f"rows.{line}.{column}", short(row[column]), allowed)

    if not CODE.fullmatch(row["code"]):
        raise refuse("code", "1 to 20 letters A-Z, digits and hyphens")
    if not 1 <= len(row["name"]) <= 100 or "\n" in row["name"]:
        raise refuse("name", "1 to 100 characters in one line")
    if row["level"].upper() not in list(Level):
        raise refuse("level", ", ".join(Level))
    days: dict[str, date | None] = {}
    for column in ("effective_from", UNTIL):
        try:
            days[column] = day_of(row[column]) if row.get(column) else None
        except ValueError:
            raise refuse(column, "a date such as 2025-07-01 or 1/7/2025, or nothing") from None
    since, until = days["effective_from"], days[UNTIL]
    if since and until and until <= since:
        raise refuse(UNTIL, "a day after effective_from")
    return Unit(
        code=row["code"],
        name=row["name"],
        level=Level(row["level"].upper()),
        parent=row["parent"] or None,
        since=since,
        until=until,
        decree=row["source"],
    )


def _check_parent(found: dict[str, tuple[str, int, Unit]], file: str, line: int, unit: Unit) -> None:
    if unit.parent is None:
        return
    if unit.parent not in found:
        raise ContentError(file, f"rows.{line}.parent", unit.parent, "the code of a unit in the list")
    above = found[unit.parent][2]
    if DEPTH[above.level] > DEPTH[unit.level]:
        raise ContentError(file, f"rows.{line}.level", unit.level.value, f"{above.level} or below it")
