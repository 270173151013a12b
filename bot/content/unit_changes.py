"""content/units/changes/*.csv, what decrees changed since the list; content/units/former/*.csv, old names.

One file a decree, in the order of their days, whatever the files are called. A file that was in force is not
taken out again: what hangs on its units would hang in the air.
"""

import csv
import os
import re
from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import count
from pathlib import Path

from bot.content.checks import short
from bot.content.files import Folder
from bot.content.units import CODE, day_of, read_units, rows_of, tables
from bot.core.kernel.errors import ContentError
from bot.core.kernel.formats import fold
from bot.core.people.unit_changes import Change, Impossible, Kind, Tree, apply, in_order
from bot.core.people.units import Level, Unit, paths

CHANGES, FORMER = "units/changes", "units/former"
COLUMNS = ("day", "kind", "unit", "into", "name", "level", "decree")
NAMES = ("name", "became", "source")
MOST = 5_000  # changes in all
LONGEST_NAME = 100


def read_tree(folder: Folder) -> Tree:
    """The units as they are listed, what changed since, and old names. Raises ContentError."""
    listed = read_units(folder)
    placed = [one for file in tables(folder, CHANGES) for one in changes_of(folder.text(file), file)]
    if len(placed) > MOST:
        raise ContentError(CHANGES, "rows", str(len(placed)), f"at most {MOST} changes")
    changes = tuple(change for _, _, change in placed)
    state = {unit.code: unit for unit in listed}
    where = {id(change): (file, line) for file, line, change in placed}
    for change in in_order(changes):
        try:
            apply(state, change)
        except Impossible as error:
            file, line = where[id(change)]
            raise ContentError(file, f"rows.{line}.{error.column}", error.found, error.allowed) from None
    try:
        paths(state.values())
    except ValueError as error:
        raise ContentError(CHANGES, "into", str(error), "a tree") from None
    return Tree(listed=listed, changes=changes, names=_names(folder, state))


def changes_of(text: str, file: str) -> list[tuple[str, int, Change]]:
    """The changes of one file, each with its file and line. Raises ContentError."""
    return [(file, line, _change(row, file, line)) for line, row in rows_of(text, file, COLUMNS)]


def written(changes: Iterable[Change]) -> str:
    """Changes as a file of them is written."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in changes:
        level = one.level or ""
        codes = ";".join(one.units), ";".join(one.into)
        writer.writerow((one.day.isoformat(), one.kind, *codes, one.name, level, one.decree))
    return out.getvalue()


def keep(folder: Path, changes: Sequence[Change]) -> str:
    """Put changes into the content folder, whole or not at all; the new file's name. Raises OSError."""
    first = in_order(changes)[0]
    stem = "-".join(re.findall(r"[a-z0-9]+", fold(first.decree)))[:40]
    place = folder / CHANGES
    place.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        name = "-".join(part for part in (first.day.isoformat(), stem, str(number) * (number > 1)) if part)
        if not (place / f"{name}.csv").exists():
            break
    hidden = place / f".{name}.csv"
    with hidden.open("w", encoding="utf-8") as file:
        file.write(written(changes))
        file.flush()
        os.fsync(file.fileno())
    hidden.replace(place / f"{name}.csv")
    return f"{CHANGES}/{name}.csv"


def _change(row: dict[str, str], file: str, line: int) -> Change:
    def refuse(column: str, allowed: str) -> ContentError:
        return ContentError(file, f"rows.{line}.{column}", short(row[column]), allowed)

    try:
        day = day_of(row["day"])
    except ValueError:
        raise refuse("day", "a date such as 2026-07-01 or 1/7/2026") from None
    kind, level = row["kind"].lower(), row["level"].upper()
    if kind not in list(Kind):
        raise refuse("kind", ", ".join(Kind))
    if level and level not in list(Level):
        raise refuse("level", ", ".join(Level))
    if len(row["name"]) > LONGEST_NAME:
        raise refuse("name", f"at most {LONGEST_NAME} characters")
    codes = {column: codes_in(row[column]) for column in ("unit", "into")}
    for column, found in codes.items():
        if not all(CODE.fullmatch(one) for one in found):
            raise refuse(column, "codes, with ';' between")
    return Change(
        day=day,
        kind=Kind(kind),
        units=codes["unit"],
        into=codes["into"],
        name=row["name"],
        level=Level(level) if level else None,
        decree=row["decree"],
    )


def codes_in(cell: str) -> tuple[str, ...]:
    """What stands between semicolons, each once."""
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def _names(folder: Folder, units: dict[str, Unit]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = []
    for file in tables(folder, FORMER):
        for line, row in rows_of(folder.text(file), file, NAMES):
            if not 1 <= len(row["name"]) <= LONGEST_NAME:
                allowed = f"a name of 1 to {LONGEST_NAME} characters"
                raise ContentError(file, f"rows.{line}.name", short(row["name"]), allowed)
            became = codes_in(row["became"])
            if not became or not set(became) <= set(units):
                allowed = "the codes of units in the list, with ';' between"
                raise ContentError(file, f"rows.{line}.became", short(row["became"]), allowed)
            found.append((row["name"], became))
    return tuple(found)
