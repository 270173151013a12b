"""The expressions of an XLSForm that a form can carry: when a question is asked, and what it takes.

Relevant: `${a} = 'x'`, `selected(${a}, 'x')`, with `or` between values of one question and `and` between
questions. Constraint: `.` or `string-length(.)`, compared with numbers or with days from `today()`.
"""

import re
from collections.abc import Mapping

from bot.core.talk.form import Field

LONGEST = 2_000  # characters of an expression that is looked at
_ATOM = re.compile(
    r"\$\{\s*(?P<key>[\w.-]+)\s*\}\s*=\s*(?P<quote>['\"])(?P<value>.*?)(?P=quote)"
    r"|selected\s*\(\s*\$\{\s*(?P<of>[\w.-]+)\s*\}\s*,\s*(?P<mark>['\"])(?P<picked>.*?)(?P=mark)\s*\)"
    r"|(?P<sign>[()])|(?P<word>\b(?:and|or)\b)"
)
_LIMIT = re.compile(
    r"(string-length\(\s*\.\s*\)|\.)\s*(<=|>=|<|>)\s*(today\(\)(?:\s*[+-]\s*\d{1,6})?|-?\d{1,9})"
)

When = dict[str, tuple[str, ...]]


def relevant_of(when: Mapping[str, tuple[str, ...]], kinds: Mapping[str, str]) -> str:
    """When a question is asked, in XPath; `kinds`: of the questions before it, by key."""
    terms = []
    for key, values in when.items():
        asks = [
            f"selected(${{{key}}}, {_quoted(value)})"
            if kinds[key] == "several"
            else f"${{{key}}} = {_quoted(value)}"
            for value in values
        ]
        terms.append(asks[0] if len(asks) == 1 else f"({' or '.join(asks)})")
    return " and ".join(terms)


def _quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"


def when_of(relevant: str) -> When | None:
    """The values by question for which it is asked; None for what cannot be said so."""
    if len(relevant) > LONGEST:
        return None
    found: When = {}
    for term in _terms(relevant):
        keys = {key for key, _ in term}
        if len(keys) != 1 or (keys & found.keys()):
            return None
        found[keys.pop()] = tuple(value for _, value in term)
    return found or None


def _terms(relevant: str) -> list[list[tuple[str, str]]]:
    """The parts between `and`s, each the (question, value)s between its `or`s; [[]] for anything else."""
    terms: list[list[tuple[str, str]]] = [[]]
    at, depth, wants_atom, loose = 0, 0, True, False
    for one in _ATOM.finditer(relevant):
        if relevant[at : one.start()].strip():
            return [[]]
        at = one.end()
        match one["sign"], one["word"]:
            case "(", _ if wants_atom and depth < 3:
                depth += 1
            case ")", _ if not wants_atom and depth:
                depth -= 1
            case None, "and" if not wants_atom and not depth:
                terms.append([])
                wants_atom = True
            case None, "or" if not wants_atom:
                wants_atom, loose = True, loose or not depth
            case None, None if wants_atom:
                terms[-1].append((one["key"] or one["of"], one["value"] if one["key"] else one["picked"]))
                wants_atom = False
            case _:
                return [[]]
    loose = loose and len(terms) > 1  # `and` binds its neighbours alone
    return [[]] if relevant[at:].strip() or depth or wants_atom or loose else terms


def constraint_of(item: Field) -> str:
    """What a question takes, in XPath."""
    terms = []
    if item.kind == "text":
        terms = [f"string-length(.) >= {item.min_length}"] if item.min_length else []
        terms.append(f"string-length(.) <= {item.max_length}")
    elif item.kind in ("number", "date"):
        limits = ((">=", item.minimum), ("<=", item.maximum))
        terms = [f". {sign} {_limit(item.kind, limit)}" for sign, limit in limits if limit is not None]
    return " and ".join(terms)


def _limit(kind: str, limit: int) -> str:
    if kind == "number":
        return str(limit)
    return f"today() {'-' if limit < 0 else '+'} {abs(limit)}" if limit else "today()"


def limits_of(constraint: str, kind: str) -> dict[str, int] | None:
    """The limits of a field of a kind, by their names; None for what cannot be said so."""
    found: dict[str, int] = {}
    text = constraint.strip()
    if not text or len(text) > LONGEST or kind not in ("text", "number", "date"):
        return None
    for part in re.split(r"\s+and\s+", text):
        one = _LIMIT.fullmatch(re.sub(r"^\((.*)\)$", r"\1", part.strip()).strip())
        if one is None:
            return None
        what, sign, words = one.groups()
        of_length, of_day = what != ".", words.startswith("today")
        if of_length != (kind == "text") or of_day != (kind == "date"):
            return None
        limit = int(re.sub(r"today\(\)|\s", "", words) or 0)
        limit += {"<": -1, ">": 1}.get(sign, 0)
        name = "maximum" if sign[0] == "<" else "minimum"
        found[{"maximum": "max_length", "minimum": "min_length"}[name] if of_length else name] = limit
    return found
