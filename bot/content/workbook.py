"""A workbook's sheet, line by line as JSON: run as a program of its own, with bounded memory and time.

A few bytes of a workbook can mean a billion cells (one in the last corner, or an archive that swells), and
what reads it learns that too late. Whatever it takes, it takes this process, not the one that asked.
"""

import json
import resource
import sys
from datetime import date, datetime

MEMORY, SECONDS = 2 * 1024**3, 60
NAMES = "/names"  # no sheet is called so: "/" may not be in its name


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | float | int) else str(value)


def main(path: str, sheet: str = "") -> None:
    """Print each row as a list of texts, numbers and truths; an end other than 0 where it cannot be read.

    The first sheet; or that of a name in small letters, nothing where there is none; or for NAMES what the
    sheets are called, one row.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import load_workbook

    book = load_workbook(path)
    if sheet == NAMES:
        sys.stdout.write(json.dumps(book.sheet_names) + "\n")
        return
    names = book.sheet_names[:1] if not sheet else [one for one in book.sheet_names if one.lower() == sheet]
    for name in names[:1]:
        for cells in book.get_sheet_by_name(name).to_python(skip_empty_area=False):
            sys.stdout.write(json.dumps([_cell(cell) for cell in cells]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
