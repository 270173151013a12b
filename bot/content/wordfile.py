"""A Word document as HTML, and what cannot be carried: run as a program, with bounded memory and time.

A document is an archive of XML that somebody else made: what is wrong with it, it does to this process, and
not to the one that asked. Prints one JSON object; pictures are written into the folder that is named.
"""

import json
import re
import resource
import sys
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

MEMORY, SECONDS = 1024**3, 30
MOST_BYTES, MOST_PARTS, MOST_PICTURES = 64 * 1024 * 1024, 2_000, 20
LONGEST = 16 * 1024 * 1024  # bytes of the document's own XML: some 100 pages
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}
ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Wrong(Exception):
    """The document is refused; the word says why."""


def main(path: str, folder: str, longest: str) -> None:
    """Print what is in the document, or {"refused": WORD}."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = _read(path, Path(folder), int(longest))
    except Wrong as why:
        found = {"refused": str(why)}
    sys.stdout.write(json.dumps(found))


def _read(path: str, folder: Path, longest: int) -> dict[str, object]:
    with Path(path).open("rb") as file:
        if file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise Wrong("old")  # as Word 97 wrote it, or with a password
    try:
        archive = zipfile.ZipFile(path)
        parts = _judged(archive)
        main_xml = archive.read("word/document.xml")
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise Wrong("broken") from None
    for name in parts:
        if name.endswith((".xml", ".rels")) and b"<!" in archive.read(name).replace(b"<!--", b""):
            raise Wrong("broken")  # an entity that swells, or CDATA: Word writes neither
    try:
        tree = ElementTree.fromstring(main_xml)  # noqa: S314 - no document type, and in a process of its own
        if sum(len(one.text or "") for one in tree.iter(f"{WORD}t")) > longest:
            raise Wrong("long")  # said at once: to convert it takes half a minute
        numbers = _numbers(tree, archive)
    except ElementTree.ParseError:
        raise Wrong("broken") from None
    html, pictures = _converted(path, folder)
    return {"html": html, "pictures": pictures, "numbers": numbers, "lost": _lost(tree, archive)}


def _judged(archive: zipfile.ZipFile) -> list[str]:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise Wrong("large")
    names = [part.filename for part in parts]
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Wrong("macros")
    if archive.getinfo("word/document.xml").file_size > LONGEST:
        raise Wrong("long")
    return names


def _converted(path: str, folder: Path) -> tuple[str, list[str]]:
    import mammoth

    pictures: list[str] = []

    def keep(image: object) -> dict[str, str]:
        ending = ENDINGS.get(image.content_type)  # type: ignore[attr-defined]
        if ending is None or len(pictures) >= MOST_PICTURES:
            pictures.append("")
            return {"src": ""}
        name = f"hinh-{len(pictures) + 1}.{ending}"
        with image.open() as data:  # type: ignore[attr-defined]
            (folder / name).write_bytes(data.read())
        pictures.append(name)
        return {"src": name}

    styles = "p[style-name='Title'] => h1.title:fresh\nu => em\nstrike => "
    with Path(path).open("rb") as file:
        done = mammoth.convert_to_html(file, style_map=styles, convert_image=mammoth.images.img_element(keep))
    return done.value, pictures


def _lost(tree: ElementTree.Element, archive: zipfile.ZipFile) -> list[str]:
    """What is in the document and cannot be carried, in words of ours, each once."""
    found = []
    for word, tag in (
        ("formula", f"{MATH}oMath"),
        ("text_box", f"{WORD}txbxContent"),
        ("changes", f"{WORD}del"),
        ("changes", f"{WORD}ins"),
        ("object", f"{WORD}object"),
    ):
        if word not in found and next(tree.iter(tag), None) is not None:
            found.append(word)
    drawings = sum(1 for _ in tree.iter(f"{WORD}drawing"))
    blips = sum(1 for one in tree.iter() if one.tag.endswith("}blip"))
    if drawings > blips:
        found.append("drawing")
    names = archive.namelist()
    if "word/comments.xml" in names:
        found.append("comments")
    for name in names:
        if re.fullmatch(r"word/(header|footer)\d*\.xml", name) and "margins" not in found:
            text = "".join(ElementTree.fromstring(archive.read(name)).itertext())  # noqa: S314
            if re.sub(r"[\s\d]", "", text):
                found.append("margins")
    return found


def _numbers(tree: ElementTree.Element, archive: zipfile.ZipFile) -> list[str]:
    """What stands before each item of the lists that Word numbers itself, in order; "" for a bullet."""
    levels, styles = _levels(archive), _styles(archive)
    counted: Counter[tuple[str, int]] = Counter()
    labels = []
    for paragraph in tree.iter(f"{WORD}p"):
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        number, level = styles.get(style.get(f"{WORD}val", "") if style is not None else "", ("0", 0))
        numbered = paragraph.find(f"{WORD}pPr/{WORD}numPr")
        if numbered is not None:
            number, level = _of(numbered, "numId", number), int(_of(numbered, "ilvl", str(level)))
        if number == "0":
            continue
        _, form, text = levels.get((number, level), (1, "bullet", ""))
        counted[number, level] += 1
        for deeper in range(level + 1, 9):
            counted[number, deeper] = 0
        if form == "bullet":
            labels.append("")
            continue
        for at in range(level + 1):
            first, shape, _ = levels.get((number, at), (1, "decimal", ""))
            value = first + max(counted[number, at], 1) - 1
            text = text.replace(f"%{at + 1}", _written(value, shape))
        labels.append(text)
    return labels


def _styles(archive: zipfile.ZipFile) -> dict[str, tuple[str, int]]:
    """(numbering, level) of each style that has one."""
    if "word/styles.xml" not in archive.namelist():
        return {}
    found = {}
    for one in ElementTree.fromstring(archive.read("word/styles.xml")).iter(f"{WORD}style"):  # noqa: S314
        numbered = one.find(f"{WORD}pPr/{WORD}numPr")
        if numbered is not None:
            number, level = _of(numbered, "numId", "0"), int(_of(numbered, "ilvl", "0"))
            found[one.get(f"{WORD}styleId", "")] = number, level
    return found


def _levels(archive: zipfile.ZipFile) -> dict[tuple[str, int], tuple[int, str, str]]:
    """(numbering, level) → first number, form, text with %1 for the number."""
    if "word/numbering.xml" not in archive.namelist():
        return {}
    tree = ElementTree.fromstring(archive.read("word/numbering.xml"))  # noqa: S314
    abstract = {}
    for one in tree.iter(f"{WORD}abstractNum"):
        for level in one.iter(f"{WORD}lvl"):
            key = one.get(f"{WORD}abstractNumId", ""), int(level.get(f"{WORD}ilvl", "0"))
            abstract[key] = (
                int(_of(level, "start", "1")),
                _of(level, "numFmt", "decimal"),
                _of(level, "lvlText", ""),
            )
    found = {}
    for one in tree.iter(f"{WORD}num"):
        number, of = one.get(f"{WORD}numId", ""), _of(one, "abstractNumId", "")
        found.update({(number, at): told for (base, at), told in abstract.items() if base == of})
        for override in one.iter(f"{WORD}lvlOverride"):
            key = number, int(override.get(f"{WORD}ilvl", "0"))
            first = override.find(f"{WORD}startOverride")
            if first is not None and key in found:
                found[key] = (int(first.get(f"{WORD}val", "1")), *found[key][1:])
    return found


def _of(parent: ElementTree.Element, name: str, default: str) -> str:
    child = parent.find(f"{WORD}{name}")
    return default if child is None else child.get(f"{WORD}val", default)


def _written(value: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < value < 40:
        shown = ""
        for size, sign in ROMAN:
            shown, value = shown + sign * (value // size), value % size
        return shown.upper() if form == "upperRoman" else shown
    return str(value)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
