"""Telegram's rules for text: lengths in UTF-16 units, the HTML subset, commands as entities."""

import re
from html import unescape
from typing import Any

from tests.fakes.botapi_errors import ApiError

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:=\"[^\"]*\"|='[^']*')?)*)\s*>")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:=(?:\"([^\"]*)\"|'([^']*)'))?")
_ESCAPE = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});")
_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@\w+)?")
_PLAIN = re.compile(r"[^<>&]+")

Entity = dict[str, Any]


def utf16(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _bad(what: str, source: str, at: int) -> ApiError:
    return ApiError(
        400, f"Bad Request: can't parse entities: {what} at byte offset {len(source[:at].encode())}"
    )


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The text and its entities. Raises ApiError for anything outside Telegram's subset."""
    parts: list[str] = []
    entities: list[Entity] = []
    stack: list[tuple[str, Entity]] = []
    length = at = 0
    while at < len(source):
        if plain := _PLAIN.match(source, at):
            taken = plain.group()
        elif escape := _ESCAPE.match(source, at):
            taken = escape.group()
        elif tag := _TAG.match(source, at):
            _open_or_close(tag, source, length, stack, entities)
            at = tag.end()
            continue
        else:
            raise _bad(f"Unescaped character '{source[at]}'", source, at)
        at += len(taken)
        taken = unescape(taken) if taken[0] == "&" else taken
        parts.append(taken)
        length += utf16(taken)
    if stack:
        raise _bad(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"', source, at)
    found = [entity for entity in entities if entity["length"] > 0]
    return "".join(parts), sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def _open_or_close(
    tag: re.Match[str], source: str, length: int, stack: list[tuple[str, Entity]], entities: list[Entity]
) -> None:
    name = tag.group(2).lower()
    if tag.group(1):
        if not stack:
            raise _bad("Unexpected end tag", source, tag.start())
        opened, entity = stack.pop()
        if opened != name:
            raise _bad(f'Unmatched end tag, expected "</{opened}>", found "</{name}>"', source, tag.start())
        entity["length"] = length - entity["offset"]
        return
    if name not in STYLES:
        raise _bad(f'Unsupported start tag "{name}"', source, tag.start())
    if name == "blockquote" and any(opened == "blockquote" for opened, _ in stack):
        raise _bad("Nested blockquote", source, tag.start())
    entity = {"type": STYLES[name], "offset": length, "length": 0}
    _attributes(name, tag, entity, source)
    stack.append((name, entity))
    entities.append(entity)


def _attributes(name: str, tag: re.Match[str], entity: Entity, source: str) -> None:
    given = {
        m.group(1).lower(): unescape(m.group(2) or m.group(3) or "")
        for m in _ATTRIBUTE.finditer(tag.group(3))
    }
    allowed = {"a": {"href"}, "code": {"class"}, "blockquote": {"expandable"}}.get(name, set())
    if set(given) - allowed:
        raise _bad(f'Unsupported attribute in tag "{name}"', source, tag.start())
    if name == "a":
        if not re.match(r"(https?|tg)://\S+|mailto:\S+", given.get("href", "")):
            raise _bad('Tag "a" without a usable "href"', source, tag.start())
        entity["url"] = given["href"]
    if "expandable" in given:
        entity["type"] = "expandable_blockquote"


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space at both ends, as Telegram keeps it; entities move along."""
    body = text.strip()
    start = utf16(text[: len(text) - len(text.lstrip())])
    end = utf16(body)
    kept = []
    for entity in entities:
        first = max(entity["offset"] - start, 0)
        last = min(entity["offset"] + entity["length"] - start, end)
        if last > first:
            kept.append({**entity, "offset": first, "length": last - first})
    return body, kept


def outgoing(text: str, parse_mode: str | None, limit: int, too_long: str) -> tuple[str, list[Entity]]:
    """A text a bot sends, parsed and measured. Raises ApiError."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ApiError(400, "Bad Request: strings must be encoded in UTF-8")
    if parse_mode in (None, ""):
        plain, entities = text, []
    elif str(parse_mode).lower() == "html":
        plain, entities = parse_html(text)
    else:
        raise ApiError(400, "Bad Request: unsupported parse_mode")
    plain, entities = trimmed(plain, entities)
    if utf16(plain) > limit:
        raise ApiError(400, f"Bad Request: {too_long}")
    return plain, entities


def incoming_entities(text: str) -> list[Entity]:
    """The commands in a text somebody wrote, as entities."""
    return [
        {"type": "bot_command", "offset": utf16(text[: m.start()]), "length": utf16(m.group())}
        for m in _COMMAND.finditer(text)
    ]
