"""A Word document as HTML, and what cannot be carried: run as a program, with bounded memory and time.

A document is an archive of XML that somebody else made: what is wrong with it, it does to this process, and
not to the one that asked. Prints one JSON object; pictures are written into the folder that is named.
"""

import html
import importlib
import io
import json
import re
import resource
import sys
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

sys.path.append(str(Path(__file__).parent))  # last: what stands beside this program, which runs alone
wordnumbers, wordplain = (importlib.import_module(name) for name in ("wordnumbers", "wordplain"))

MEMORY, SECONDS = 1024**3, 30
MOST_BYTES, MOST_PARTS, MOST_PICTURES = 64 * 1024 * 1024, 2_000, 20
LONGEST = 16 * 1024 * 1024  # bytes of the document's own XML: some 100 pages
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}
NOTES = ("word/footnotes.xml", "word/endnotes.xml")


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
        lost, unseen = _lost(tree, archive), _unseen(archive)
        plain, told = _plain(tree, archive)
    except (ElementTree.ParseError, RecursionError):
        raise Wrong("broken") from None
    html, pictures, messages = _converted(plain, folder)
    lost += told
    if any("w:sym" in one for one in messages):
        lost.append("symbols")
    if _letters(tree) - _shown(html):
        lost.append("words")
    return {"html": html, "pictures": pictures, "lost": lost, "unseen": unseen}


def _plain(tree: ElementTree.Element, archive: zipfile.ZipFile) -> tuple[io.BytesIO, list[str]]:
    """The document with its numbers written out and its words where the converter finds them."""
    changed, told = {"word/document.xml": tree}, set()
    for name in NOTES:
        if name in archive.namelist():
            changed[name] = ElementTree.fromstring(archive.read(name))  # noqa: S314
    for one in changed.values():
        told |= wordplain.make_plain(one)
        for words in one.iter(f"{WORD}t"):
            words.text = re.sub("[\ue000\ue001]", "", words.text or "")
    wordnumbers.write_numbers(tree, archive)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as copy:
        for part in archive.infolist():
            xml = changed.get(part.filename)
            data = archive.read(part) if xml is None else ElementTree.tostring(xml, "utf-8")
            copy.writestr(part.filename, data)
    return made, sorted(told)


def _letters(tree: ElementTree.Element) -> Counter[str]:
    return Counter(filter(str.isalnum, "".join(one.text or "" for one in tree.iter(f"{WORD}t"))))


def _shown(page: str) -> Counter[str]:
    """The letters that came through, but for those of notes."""
    body = re.split(r'<li id="(?:foot|end)note-\d', page, maxsplit=1)[0]
    return Counter(filter(str.isalnum, html.unescape(re.sub(r"<[^>]+>", "", body))))


def _unseen(archive: zipfile.ZipFile) -> str:
    """What stands around the text and is not carried: read all the same, for a marking of secrecy."""
    found = []
    for name in archive.namelist():
        if re.fullmatch(r"word/(header|footer|comments|document)\d*\.xml", name):
            tree = ElementTree.fromstring(archive.read(name))  # noqa: S314
            found += [one.get("string", "") for one in tree.iter() if one.tag.endswith("}textpath")]
            if name != "word/document.xml":
                found += ["".join(one.itertext()) for one in tree.iter(f"{WORD}p")]
    return "\n".join(filter(None, found))


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


def _converted(file: io.BytesIO, folder: Path) -> tuple[str, list[str], list[str]]:
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
    done = mammoth.convert_to_html(file, style_map=styles, convert_image=mammoth.images.img_element(keep))
    return done.value, pictures, [one.message for one in done.messages]


def _lost(tree: ElementTree.Element, archive: zipfile.ZipFile) -> list[str]:
    """What is in the document and cannot be carried, in words of ours, each once."""
    found = []
    for word, tag in (
        ("formula", f"{MATH}oMath"),
        ("text_box", f"{WORD}txbxContent"),
        ("changes", f"{WORD}del"),
        ("changes", f"{WORD}ins"),
        ("changes", f"{WORD}moveTo"),
        ("object", f"{WORD}object"),
        ("object", f"{WORD}altChunk"),
    ):
        if word not in found and next(tree.iter(tag), None) is not None:
            found.append(word)
    box = f"{WORD}txbxContent"
    drawings = sum(1 for one in tree.iter(f"{WORD}drawing") if next(one.iter(box), None) is None)
    blips = sum(1 for one in tree.iter() if one.tag.endswith("}blip"))
    if drawings > blips or any(one.tag.endswith("}textpath") for one in tree.iter()):
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


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
