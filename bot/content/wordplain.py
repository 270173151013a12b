"""A document's XML made plainer, so that its words survive conversion: part of the program `wordfile`."""

from xml.etree import ElementTree

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MIXED = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VML = "{urn:schemas-microsoft-com:vml}"
_GONE = {f"{WORD}{one}" for one in ("moveFrom", "del")}
_OPENED = {f"{WORD}{one}" for one in ("fldSimple", "dir", "bdo")} | {f"{MIXED}Choice"}
_OFF = ("0", "false", "off")


def make_plain(tree: ElementTree.Element) -> set[str]:
    """Unwrap what the converter would pass over with the words in it. Answers what was found on the way:
    "hidden" (words that Word does not show: left out), "struck" (words struck through: kept)."""
    found: set[str] = set()
    _walk(tree, found)
    return found


def _walk(parent: ElementTree.Element, found: set[str]) -> None:
    children: list[ElementTree.Element] = []
    for child in parent:
        children += _instead(child, found)
    parent[:] = children
    for child in children:
        _walk(child, found)


def _instead(child: ElementTree.Element, found: set[str]) -> list[ElementTree.Element]:
    """What stands in an element's place."""
    if child.tag in _GONE:
        return []
    if child.tag == f"{WORD}cr":
        return [ElementTree.Element(f"{WORD}br")]
    if child.tag == f"{WORD}r":
        if _set(child, "vanish"):
            found.add("hidden")
            return []
        if _set(child, "strike") or _set(child, "dstrike"):
            found.add("struck")
        ruby = child.find(f"{WORD}ruby")
        if ruby is not None:
            parts = [*ruby.iter(f"{WORD}rubyBase"), *ruby.iter(f"{WORD}rt")]
            return [one for part in parts for inner in part for one in _instead(inner, found)]
    if child.tag == f"{MIXED}AlternateContent":
        return _alternate(child, found)
    if child.tag == f"{WORD}drawing":
        boxes = [_box(one) for one in child.iter(f"{WORD}txbxContent")]
        pictures = any(one.tag.endswith("}blip") for one in child.iter())
        return [*boxes, *([child] if pictures or not boxes else [])]
    if child.tag in _OPENED:
        return [one for inner in child for one in _instead(inner, found)]
    return [child]


def _alternate(child: ElementTree.Element, found: set[str]) -> list[ElementTree.Element]:
    """Of the ways to say the same thing the one whose words the converter reads."""
    fallback, choice = child.find(f"{MIXED}Fallback"), child.find(f"{MIXED}Choice")
    if choice is not None and (fallback is None or next(choice.iter(f"{WORD}txbxContent"), None) is not None):
        return _instead(choice, found)
    return list(fallback) if fallback is not None else []


def _box(content: ElementTree.Element) -> ElementTree.Element:
    """A text box as the converter knows them."""
    outer = ElementTree.Element(f"{WORD}pict")
    ElementTree.SubElement(ElementTree.SubElement(outer, f"{VML}shape"), f"{VML}textbox").append(content)
    return outer


def _set(run: ElementTree.Element, name: str) -> bool:
    own = run.find(f"{WORD}rPr/{WORD}{name}")
    return own is not None and own.get(f"{WORD}val", "true") not in _OFF
