"""A table as people have it, to rows of plain text: CSV in whatever form Excel writes it, or a workbook.

Excel in Vietnam writes ";" between cells, UTF-16 with tabs ("Unicode Text"), a first line "sep=;", or an
old code page. Cells are cleaned of what cannot be seen; whole numbers come without a decimal point.
"""

import csv
import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path

from bot.content.checks import bounded
from bot.content.encodings import decoded
from bot.content.workbook import NAMES
from bot.core.kernel.errors import ContentError
from bot.core.kernel.formats import fold

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
LARGEST = 32 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 200_000, 60, 2_000
MOST_TITLES = 10  # lines with words among which the headings are looked for
DELIMITERS = ("\t", ";", ",", "|")
_ASIDE = re.compile(r"\([^)]*\)")
_LETTERS = re.compile(r"[^\W\d]+")
_COUNTED = re.compile(r"\(?[0-9]{1,2}\)?")
_AS_TEXT = re.compile(r"=\"([^\"]*)\"|'([+0-9].*)")  # ="0123" and '0123
MANY_DIGITS = 2**53  # a workbook keeps numbers as floating point: above this the last digits are lost
# What stands for nothing: byte order marks, zero-width characters, direction marks, soft hyphens.
_UNSEEN = dict.fromkeys(
    map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its number in the file, and its cells by column key."""

    line: int
    cells: dict[str, str]


def read(path: Path, headings: dict[str, tuple[str, ...]], needed: tuple[str, ...]) -> list[Row]:
    """The rows of a `.csv`, `.txt`, `.tsv` or `.xlsx` file, without empty ones and titles above the headings.

    `headings`: column key → how people call it, found without regard to case and diacritics. Columns of other
    names are passed over. Raises ContentError: unreadable, a column twice, a needed one missing.
    """
    name = str(path)
    keys = _keys(headings)
    lines = _workbook(path) if path.suffix.lower() in WORKBOOKS else _text(path, keys, needed)
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if not filled:
        raise ContentError(name, "line 1", "nothing", "a line of headings and a line for each person")
    titles = _titles(filled, keys, needed) or 0
    (first, heads), rows = filled[titles], filled[titles + 1 :]
    columns = _columns(name, first, heads, headings, needed)
    if (
        rows
        and all(_COUNTED.fullmatch(cell) for cell in rows[0][1] if cell)
        and sum(map(bool, rows[0][1])) > 2
    ):
        rows = rows[1:]  # the columns' numbers, as printed lists have them
    return [
        Row(number, {key: cells[at] if at < len(cells) else "" for key, at in columns.items()})
        for number, cells in rows
        if list(filter(None, cells)) != list(filter(None, heads))  # again at the top of each page
    ]


def _titles(filled: list[tuple[int, list[str]]], keys: dict[str, str], needed: tuple[str, ...]) -> int | None:
    """How many lines stand above the headings, as official lists have them; None where there are none."""
    for above, (_, cells) in enumerate(filled[:MOST_TITLES]):
        if set(needed) <= {_key(keys, cell) for cell in cells}:
            return above
    return None


def _keys(headings: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {_called(alias): key for key, aliases in headings.items() for alias in (key, *aliases)}


def _key(keys: dict[str, str], head: str) -> str | None:
    return keys.get(_called(head))


def _called(head: str) -> str:
    """A heading's words: "1. Họ và tên (*)" is "ho va ten"."""
    words = _ASIDE.sub(" ", fold(head)).replace("_", " ")
    return " ".join(_LETTERS.findall(words)) or fold(head)


def _columns(
    name: str, line: int, heads: list[str], headings: dict[str, tuple[str, ...]], needed: tuple[str, ...]
) -> dict[str, int]:
    keys = _keys(headings)
    plain = {fold(alias) for key, aliases in headings.items() for alias in (key, *aliases)}
    found: dict[str, int] = {}
    for at, head in enumerate(heads):
        key = _key(keys, head)
        if key is None:
            continue
        if key in found and fold(head) not in plain:
            continue  # "Đơn vị (cũ)" beside "Đơn vị"
        if key in found and fold(heads[found[key]]) in plain:
            raise ContentError(
                name, f"line {line}", f"{heads[found[key]]!r} and {head!r}", f"one column {key}"
            )
        found[key] = at
    missing = [key for key in needed if key not in found]
    if missing:
        called = "; ".join(f"{key} ({', '.join(headings[key][:2])})" for key in missing)
        raise ContentError(name, f"line {line}", ", ".join(head for head in heads if head)[:200], called)
    return found


def _bytes(path: Path) -> bytes:
    try:
        return bounded(path, LARGEST)
    except OSError as error:
        allowed = f"a file that can be read, of at most {LARGEST} bytes"
        raise ContentError(str(path), "file", error.strerror or "unreadable", allowed) from None


def _text(path: Path, keys: dict[str, str], needed: tuple[str, ...]) -> list[tuple[int, list[str]]]:
    """The lines, parted by what shows the headings; where nothing does, by what is there most."""
    text, likely, skipped = parted(decoded(str(path), _bytes(path)))
    for delimiter in (likely, *(one for one in DELIMITERS if one != likely and not skipped)):
        if _titles(_top(text, delimiter), keys, needed) is not None:
            return _lines(path, text, delimiter, skipped)
    return _lines(path, text, likely, skipped)


def _top(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first lines with words, as they are parted so; what cannot be read is told of later."""
    found = []
    try:
        for number, cells in enumerate(
            islice(csv.reader(StringIO(text), delimiter=delimiter), 4 * MOST_TITLES)
        ):
            if any(clean := [clean_cell(cell[:LONGEST_CELL]) for cell in cells]):
                found.append((number, clean))
    except csv.Error:
        return found
    return found


def _lines(path: Path, text: str, delimiter: str, skipped: int) -> list[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    found = []
    try:
        for cells in reader:
            found.append((reader.line_num + skipped, [clean_cell(cell) for cell in cells]))
            _bounded(path, found)
    except csv.Error as error:
        where = f"line {reader.line_num + skipped}"
        raise ContentError(
            str(path), where, str(error), "cells with commas or quotes stand in quotes"
        ) from None
    return found


def parted(text: str) -> tuple[str, str, int]:
    """A table's text, what stands between its cells, and how many lines before it say so ("sep=;")."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, first.strip()[4], 1
    return text, max(DELIMITERS, key=first.count), 0


def sheet(path: Path, name: str) -> list[tuple[int, dict[str, str]]]:
    """The rows of a workbook's sheet of that name, numbered, by the headings in its first; none without it.

    Headings in small letters, without blanks at their ends; empty cells and rows are left out. A column
    without any heading, or with that of one before it, is called by its number: "column 4", "column 4 label".
    """
    lines = [(number, cells) for number, cells in _workbook(path, name) if any(cells)]
    widest = max((len(cells) for _, cells in lines), default=0)
    named = [head.lower() for head in lines[0][1]] if lines else []
    named += [""] * (widest - len(named))
    heads = [
        head if head and head not in named[:place] else f"column {place + 1} {head}".strip()
        for place, head in enumerate(named)
    ]
    return [
        (number, {head: cell for head, cell in zip(heads, cells, strict=False) if cell})
        for number, cells in lines[1:]
    ]


def sheet_names(path: Path) -> list[str]:
    """What the sheets of a workbook are called, in their order."""
    return [name for _, names in _workbook(path, NAMES) for name in names]


def _workbook(path: Path, name: str = "") -> list[tuple[int, list[str]]]:
    _bytes(path)
    found: list[tuple[int, list[str]]] = []
    reader = str(Path(__file__).with_name("workbook.py"))
    program = [sys.executable, "-I", reader, str(path.absolute()), *([name] if name else [])]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reading:  # noqa: S603
        try:
            for number, line in enumerate(reading.stdout or (), start=1):
                found.append((number, [_cell(path, number, cell, bool(name)) for cell in json.loads(line)]))
                _bounded(path, found)
        except BaseException:
            reading.kill()
            raise
    if reading.returncode:
        raise ContentError(str(path), "file", "no workbook that can be read", "an .xlsx file, or CSV")
    return found


def _cell(path: Path, line: int, value: object, lines: bool) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            if abs(value) >= MANY_DIGITS:
                allowed = "the column formatted as Text: Excel has lost its last digits"
                raise ContentError(str(path), f"line {line}", f"{value:g}", allowed)
            return str(int(value))
        case _:
            parts = str(value).strip().splitlines() if lines else [str(value)]
            return "\n".join(clean_cell(part) for part in parts)


def _bounded(path: Path, found: list[tuple[int, list[str]]]) -> None:
    number, cells = found[-1]
    if len(found) > MOST_ROWS + 1:
        raise ContentError(str(path), f"line {number}", "more lines", f"at most {MOST_ROWS} people a file")
    if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
        raise ContentError(str(path), f"line {number}", f"{len(cells)} cells", f"at most {MOST_COLUMNS}")
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise ContentError(
            str(path), f"line {number}", "a cell too long", f"at most {LONGEST_CELL} characters"
        )


def clean_cell(cell: str) -> str:
    """NFC, without what cannot be seen and Excel's marks of a text, every kind of space one plain space."""
    words = " ".join(unicodedata.normalize("NFC", cell).translate(_UNSEEN).split())
    marked = _AS_TEXT.fullmatch(words)
    return words if marked is None else marked[1] or marked[2]
