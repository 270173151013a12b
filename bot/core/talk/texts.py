"""Interface texts: a catalogue's string with values put in. The values are plain text, never markup."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.core.kernel.richtext import Block, Span, Text

FALLBACK = "vi"
KEPT = 4096  # texts without values kept as they are shown
MANY = 16384  # strings of catalogues kept as they were understood
_TOKEN = re.compile(r"\*\*|\{\{|\}\}|\{([a-z][a-z0-9_]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of a template: literal text, or the name of a value."""

    text: str
    bold: bool
    slot: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """One block of a template. `kind` is paragraph, item or quote."""

    kind: str
    pieces: tuple[_Piece, ...]


Template = tuple[_Line, ...]
Rule = Callable[[int], int]  # from a number to which plural form it takes, as in gettext's Plural-Forms


@dataclass(frozen=True, slots=True)
class Counted:
    """A catalogue string in its plural forms; `by` names the value that is counted."""

    by: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Plural:
    """The same, understood."""

    by: str
    forms: tuple[Template, ...]


def _pieces(source: str) -> tuple[_Piece, ...]:
    found: list[_Piece] = []
    bold, at = False, 0
    for token in _TOKEN.finditer(source):
        if token.start() > at:
            found.append(_Piece(source[at : token.start()], bold))
        at = token.end()
        match token[0]:
            case "**":
                bold = not bold
            case "{{" | "}}":
                found.append(_Piece(token[0][0], bold))
            case "{" | "}":
                raise ValueError(f"{source[token.start() : token.start() + 20]!r} is not a {{placeholder}}")
            case _:
                found.append(_Piece(token[1], bold, slot=True))
    if bold:
        raise ValueError(f"** is opened and not closed in {source[:40]!r}")
    if at < len(source):
        found.append(_Piece(source[at:], bold))
    return tuple(found)


@lru_cache(maxsize=MANY)  # a catalogue that is read is checked, compared with the others and used
def template(source: str) -> Template:
    """A catalogue string, understood: `{name}`, `**bold**`, blank line = new paragraph, "• " and "> " lines.

    Neighbouring lines of one kind are one block, except list lines; `{{` and `}}` are braces.
    Raises ValueError saying what is not understood.
    """
    groups: list[tuple[str, str]] = []
    joins = False
    for line in source.splitlines():
        if not line.strip():
            joins = False
            continue
        if line.startswith("• "):
            kind, body = "item", line[2:]
        elif line.startswith("> "):
            kind, body = "quote", line[2:]
        else:
            kind, body = "paragraph", line
        if joins and kind != "item" and groups[-1][0] == kind:
            groups[-1] = (kind, f"{groups[-1][1]}\n{body.strip()}")
        else:
            groups.append((kind, body.strip()))
        joins = True
    return tuple(_Line(kind, _pieces(body)) for kind, body in groups)


def placeholders(parsed: Template) -> frozenset[str]:
    """The names of the values a template asks for."""
    return frozenset(piece.text for line in parsed for piece in line.pieces if piece.slot)


def _filled(line: _Line, values: Mapping[str, object]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for piece in line.pieces:
        text = str(values[piece.text]) if piece.slot else piece.text
        if spans and spans[-1].bold == piece.bold:
            spans[-1] = Span(text=spans[-1].text + text, bold=piece.bold)
        elif text:
            spans.append(Span(text=text, bold=piece.bold))
    return tuple(spans)


def _block(line: _Line, spans: tuple[Span, ...]) -> Block:
    match line.kind:
        case "item":
            return Block(spans=spans, kind="item", marker="•")
        case "quote":
            return Block(spans=spans, kind="quote")
        case _:
            return Block(spans=spans)


class Texts:
    """Catalogues by language (BCP-47), each key → string. Vietnamese is complete; others fall back to it.

    `rules`: by language, the form that a number takes; without one, each has the last form. Raises
    ValueError for a string that is not understood. A key missing in Vietnamese: KeyError.
    """

    def __init__(
        self,
        catalogues: Mapping[str, Mapping[str, str | Counted]],
        rules: Mapping[str, Rule] | None = None,
    ) -> None:
        self._rules = dict(rules or {})
        self._templates: dict[str, dict[str, Template | _Plural]] = {FALLBACK: {}}
        self._still = lru_cache(KEPT)(self._filled)  # most texts ask for no values, and are always the same
        self._still_line = lru_cache(KEPT)(self._in_one_line)
        for language, strings in catalogues.items():
            self._templates[language] = {key: _understood(source) for key, source in strings.items()}

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages there are texts in, Vietnamese first."""
        return tuple(self._templates)

    def keys(self, language: str = FALLBACK) -> frozenset[str]:
        """The keys a language has of its own."""
        return frozenset(self._templates.get(language, {}))

    def placeholders(self, language: str, key: str) -> frozenset[str]:
        """The names of the values this text asks for. Raises KeyError for an unknown key."""
        _, found = self._find(language, key)
        return placeholders(found.forms[-1] if isinstance(found, _Plural) else found)

    def counted(self, language: str, key: str) -> str | None:
        """The name of the value by which this text takes a plural form; None where it has one form."""
        _, found = self._find(language, key)
        return found.by if isinstance(found, _Plural) else None

    def text(self, language: str, key: str, **values: object) -> Text:
        """The rich text. A block left empty by its values is left out. KeyError: no such key or value."""
        return self._filled(language, key, **values) if values else self._still(language, key)

    def _filled(self, language: str, key: str, **values: object) -> Text:
        spoken, found = self._find(language, key)
        if isinstance(found, _Plural):
            found = self._form(spoken, found, values[found.by])
        lines = [(line, _filled(line, values)) for line in found]
        return tuple(_block(line, spans) for line, spans in lines if "".join(s.text for s in spans).strip())

    def line(self, language: str, key: str, **values: object) -> str:
        """The same in one line without style, for buttons and notices. KeyError: no such key or value."""
        return self._in_one_line(language, key, **values) if values else self._still_line(language, key)

    def _in_one_line(self, language: str, key: str, **values: object) -> str:
        parts = [block.plain() for block in self.text(language, key, **values)]
        return " ".join(" ".join(parts).split())

    def _find(self, language: str, key: str) -> tuple[str, Template | _Plural]:
        """The text, and the language that it is in."""
        for candidate in (language, language.partition("-")[0]):
            found = self._templates.get(candidate, {}).get(key)
            if found is not None:
                return candidate, found
        return FALLBACK, self._templates[FALLBACK][key]

    def _form(self, language: str, text: _Plural, value: object) -> Template:
        """A number may come as it is shown ("1.234"): its digits are the whole number."""
        digits = "".join(character for character in str(value) if character.isdecimal())
        rule = self._rules.get(language)
        place = rule(int(digits)) if rule and digits else -1
        return text.forms[place if place < len(text.forms) else -1]


def _understood(source: str | Counted) -> Template | _Plural:
    if isinstance(source, str):
        return template(source)
    return _Plural(source.by, tuple(template(form) for form in source.forms))
