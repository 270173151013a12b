"""What Word writes before numbered paragraphs, written into them: part of the program `wordfile`."""

import zipfile
from collections import Counter
from xml.etree import ElementTree

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BEGIN, END = "\ue000", "\ue001"  # around what was written; no document has them afterwards but for these
ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class _Levels:
    """What the document says of its lists: (instance, level) → first number, form, text with %1."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.told: dict[tuple[str, int], tuple[int, str, str]] = {}
        self.list_of: dict[str, str] = {}
        self.restarts: dict[tuple[str, int], int] = {}
        if "word/numbering.xml" not in archive.namelist():
            return
        tree = ElementTree.fromstring(archive.read("word/numbering.xml"))  # noqa: S314
        lists: dict[str, dict[int, tuple[int, str, str]]] = {}
        for one in tree.iter(f"{WORD}abstractNum"):
            lists[one.get(f"{WORD}abstractNumId", "")] = {
                int(level.get(f"{WORD}ilvl", "0")): (
                    int(_of(level, "start", "1")),
                    _of(level, "numFmt", "decimal"),
                    _of(level, "lvlText", ""),
                )
                for level in one.iter(f"{WORD}lvl")
            }
        for one in tree.iter(f"{WORD}num"):
            number = one.get(f"{WORD}numId", "")
            self.list_of[number] = _of(one, "abstractNumId", "")
            for at, told in lists.get(self.list_of[number], {}).items():
                self.told[number, at] = told
            for override in one.iter(f"{WORD}lvlOverride"):
                at = int(override.get(f"{WORD}ilvl", "0"))
                if override.find(f"{WORD}startOverride") is not None:
                    self.restarts[number, at] = int(_of(override, "startOverride", "1"))


def write_numbers(tree: ElementTree.Element, archive: zipfile.ZipFile) -> None:
    """Put each number that Word would show at the beginning of its paragraph, between BEGIN and END."""
    levels, styles = _Levels(archive), _styles(archive)
    counted: Counter[tuple[str, int]] = Counter()
    begun: set[tuple[str, int]] = set()
    for paragraph in tree.iter(f"{WORD}p"):
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        number, level = styles.get(style.get(f"{WORD}val", "") if style is not None else "", ("0", 0))
        numbered = paragraph.find(f"{WORD}pPr/{WORD}numPr")
        if numbered is not None:
            number, level = _of(numbered, "numId", number), int(_of(numbered, "ilvl", str(level)))
        if number == "0":
            continue
        counts = levels.list_of.get(number, number)
        for at in range(level + 1):
            first = levels.restarts.get((number, at))
            if first is not None and (number, at) not in begun and (at == level or not counted[counts, at]):
                counted[counts, at] = first - levels.told.get((number, at), (1, "", ""))[0]
                begun.add((number, at))
        counted[counts, level] += 1
        for deeper in range(level + 1, 9):
            counted[counts, deeper] = 0
        label = _label(levels, number, level, counted, counts)
        if label:
            run = ElementTree.Element(f"{WORD}r")
            ElementTree.SubElement(run, f"{WORD}t").text = f"{BEGIN}{label}{END}"
            paragraph.insert(0 if paragraph.find(f"{WORD}pPr") is None else 1, run)


def _label(levels: _Levels, number: str, level: int, counted: Counter[tuple[str, int]], counts: str) -> str:
    _, form, text = levels.told.get((number, level), (1, "bullet", ""))
    if form == "bullet":
        return ""
    for at in range(level + 1):
        first, shape, _ = levels.told.get((number, at), (1, "decimal", ""))
        text = text.replace(f"%{at + 1}", _written(first + max(counted[counts, at], 1) - 1, shape))
    return text.strip()


def _styles(archive: zipfile.ZipFile) -> dict[str, tuple[str, int]]:
    """(numbering, level) of each style that has one, or is made after one that has."""
    if "word/styles.xml" not in archive.namelist():
        return {}
    found: dict[str, tuple[str, int]] = {}
    tree = ElementTree.fromstring(archive.read("word/styles.xml"))  # noqa: S314
    styles = {one.get(f"{WORD}styleId", ""): one for one in tree.iter(f"{WORD}style")}
    for name in styles:
        number = level = ""
        seen, at = set(), name
        while at in styles and at not in seen:
            seen.add(at)
            own = styles[at].find(f"{WORD}pPr/{WORD}numPr")
            if own is not None:
                number, level = number or _of(own, "numId", ""), level or _of(own, "ilvl", "")
            at = _of(styles[at], "basedOn", "")
        if number:
            found[name] = number, int(level or "0")
    return found


def _of(parent: ElementTree.Element, name: str, default: str) -> str:
    child = parent.find(f"{WORD}{name}")
    return default if child is None else child.get(f"{WORD}val", default)


def _written(value: int, form: str) -> str:
    if form == "none":
        return ""
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < value < 40:
        shown = ""
        for size, sign in ROMAN:
            shown, value = shown + sign * (value // size), value % size
        return shown.upper() if form == "upperRoman" else shown
    return f"{value:02}" if form == "decimalZero" else str(value)
