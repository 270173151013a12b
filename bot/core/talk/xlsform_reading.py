"""XLSForm's tables as a form's: what is understood of them, and what is not carried, by sheet and row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bot.core.kernel.formats import cut_short, fold
from bot.core.talk.xlsform import FLAGS
from bot.core.talk.xlsform_terms import limits_of, when_of

Line = tuple[int, Mapping[str, str]]  # the row's number in its sheet, cells by heading
KINDS = {
    **dict.fromkeys(("text", "string"), "text"),
    **dict.fromkeys(("integer", "int"), "number"),
    **dict.fromkeys(("image", "photo"), "photo"),
    **dict.fromkeys(("file", "audio", "video"), "file"),
    **{"date": "date", "datetime": "moment", "time": "time"},
    **{"select_one": "choice", "select_multiple": "several"},
}
OURS = ("kind", "source", "list", "ends")  # what a column `nhipcau` may say beside its flags
LABEL = 40  # characters of a question that make a label
YES = {"yes", "y", "true", "true()", "1", "x", "co", "dung", "bat buoc"}
NO = {"", "no", "n", "false", "false()", "0", "khong", "sai", "khong bat buoc"}
_LANGUAGE = re.compile(r"(?:.*\()?\s*([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\s*\)?")
_READ = re.compile(r"(?:label|hint|short)(?:::?.*)?|type|name|required|relevant|constraint|nhipcau")


class Lost(NamedTuple):
    """What is not carried: where it stands, and its words."""

    sheet: str
    line: int
    what: str


@dataclass
class _Reading:
    language: str
    lists: dict[str, list[dict[str, Any]]]
    context: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=dict)  # the names there → ours
    lost: list[Lost] = field(default_factory=list)
    intro: dict[str, str] = field(default_factory=dict)
    fields: list[dict[str, Any]] = field(default_factory=list)


def as_form(
    survey: Sequence[Line], choices: Sequence[Line], settings: Mapping[str, str], slug: str
) -> tuple[dict[str, Any], list[Lost]]:
    """The tables of a form's file, yet to be validated, and what is not carried."""
    language = _language(settings.get("default_language", "")) or "vi"
    reading = _Reading(language, {}, tuple(filter(None, settings.get("given", "").split("|"))))
    for line, cells in choices:
        _choice(reading, line, cells)
    _survey(reading, survey)
    title = {language: settings.get("form_title", "").strip() or slug}
    title |= {head[6:]: words for head, words in settings.items() if head.startswith("title_") and words}
    form: dict[str, Any] = {"slug": slug, "title": title}
    if reading.intro:
        form["intro"] = reading.intro
    if reading.context:
        form["context"] = list(reading.context)
    return {**form, "fields": reading.fields}, reading.lost


def _choice(reading: _Reading, line: int, cells: Mapping[str, str]) -> None:
    name = cells.get("list_name") or cells.get("list name") or ""
    value = cells.get("name") or cells.get("value") or ""
    if not (name and value):
        return
    made: dict[str, Any] = {"value": value, "label": _words(cells, "label", reading.language)}
    made["label"] = made["label"] or {reading.language: value}
    if words := [word for word in cells.get("words", "").split("|") if word]:
        made["words"] = words
    reading.lists.setdefault(name, []).append(made)
    for head in cells:
        known = head in ("list_name", "list name", "name", "value", "words") or head.startswith("label")
        if not known and cells[head]:
            reading.lost.append(Lost("choices", line, f"{head}: {cells[head]}"))


def _survey(reading: _Reading, survey: Sequence[Line]) -> None:
    groups: list[tuple[bool, str]] = []  # whether it is repeated, and when it is asked
    for line, cells in survey:
        kind, _, rest = " ".join(cells.get("type", "").split()).partition(" ")
        kind = kind.lower()
        if kind in ("begin", "begin_group", "begin_repeat"):
            repeated = kind == "begin_repeat" or rest.lower() == "repeat"
            groups.append((repeated, cells.get("relevant", "")))
            if repeated:
                _lose(reading, line, cells, "type")
        elif kind in ("end", "end_group", "end_repeat"):
            groups = groups[:-1]
        elif any(repeated for repeated, _ in groups):
            _lose(reading, line, cells, "type")
        elif kind:
            outer = [relevant for _, relevant in groups if relevant]
            _question(reading, line, cells, kind, rest, outer)


def _lose(reading: _Reading, line: int, cells: Mapping[str, str], head: str) -> None:
    reading.lost.append(Lost("survey", line, f"{head}: {cells[head]}"))


def _question(
    reading: _Reading, line: int, cells: Mapping[str, str], kind: str, rest: str, outer: Sequence[str]
) -> None:
    question = _words(cells, "label", reading.language)
    if kind == "note" and question and not (reading.fields or reading.intro or cells.get("relevant")):
        reading.intro = question
        return
    if kind == "select" and rest.split(" ")[0].lower() in ("one", "multiple"):  # "select one colours"
        kind, rest = f"select_{rest.split(' ')[0].lower()}", rest.partition(" ")[2]
    ours = _ours(cells.get("nhipcau", ""))
    if kind not in KINDS or not cells.get("name"):
        _lose(reading, line, cells, "type")
        return
    key = _key(reading, cells["name"])
    made: dict[str, Any] = {"key": key, "kind": ours.get("kind") or KINDS[kind]}
    made["question"] = question or {reading.language: cells["name"]}
    made["label"] = _words(cells, "short", reading.language) or {
        language: cut_short(words.strip().rstrip("?.:"), LABEL)
        for language, words in made["question"].items()
    }
    if hint := _words(cells, "hint", reading.language):
        made["help"] = hint
    required = fold(cells.get("required", "").strip())
    if required in NO:
        made["optional"] = True
    elif required not in YES:  # asked of everybody: what decides that is not carried
        _lose(reading, line, cells, "required")
    _listed(reading, line, cells, made, rest, ours)
    _conditions(reading, line, cells, made, outer, ours)
    made |= {name: True for name in FLAGS if name in ours}
    reading.lost += [
        Lost("survey", line, f"{head}: {words}")
        for head, words in cells.items()
        if words and not _READ.fullmatch(head)
    ]
    reading.fields.append(made)


def _listed(
    reading: _Reading,
    line: int,
    cells: Mapping[str, str],
    made: dict[str, Any],
    rest: str,
    ours: Mapping[str, str],
) -> None:
    """Its choices: of the moment, or those of a list."""
    if ours.get("source"):
        made["source"] = ours["source"]
        return
    name, _, more = rest.partition(" ")
    if found := reading.lists.get(ours.get("list") or name):
        made["choices"] = found
    if more:
        _lose(reading, line, cells, "type")
    if "ends" in ours:
        made["ends"] = ours["ends"].split("|")


def _conditions(
    reading: _Reading,
    line: int,
    cells: Mapping[str, str],
    made: dict[str, Any],
    outer: Sequence[str],
    ours: Mapping[str, str],
) -> None:
    """When it is asked, and what it takes."""
    when: dict[str, list[str]] = {}
    for relevant in (*outer, cells.get("relevant", "")):
        found = when_of(relevant) if relevant.strip() else {}
        if found is None or any(key not in reading.keys or reading.keys[key] in when for key in found):
            reading.lost.append(Lost("survey", line, f"relevant: {relevant}"))
        else:
            when |= {reading.keys[key]: list(values) for key, values in found.items()}
    for name, words in ours.items():
        if name.startswith("when.") and name.removeprefix("when.") in reading.context:
            when[name.removeprefix("when.")] = words.split("|")
    if when:
        made["when"] = when
    if constraint := cells.get("constraint", ""):
        limits = limits_of(constraint, made["kind"])
        if limits is None:
            _lose(reading, line, cells, "constraint")
        else:
            made |= limits


def _key(reading: _Reading, name: str) -> str:
    """The name as a field's key; a number behind it where another question has it already."""
    plain = re.sub(r"[^a-z0-9_]+", "_", fold(name)).strip("_") or "q"
    plain = plain if plain[0].isalpha() else f"q_{plain}"
    key, number = plain[:24], 2
    while key in reading.keys.values() or key in reading.context:
        key, number = f"{plain[:20]}_{number}", number + 1
    reading.keys[name] = key
    return key


def _ours(words: str) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in words.split(";"))
    return {
        name: value
        for name, _, value in parts
        if name in FLAGS or (value and (name in OURS or name.startswith("when.")))
    }


def _language(called: str) -> str:
    """The code of a language as a heading calls it: "Tiếng Việt (vi)", "vi"; empty where it has none."""
    found = _LANGUAGE.fullmatch(called.strip().lower())
    return found[1] if found else ""


def _words(cells: Mapping[str, str], name: str, language: str) -> dict[str, str]:
    """Words by language: `name::LANGUAGE`, `name:LANGUAGE`, or `name` alone in the form's own."""
    found: dict[str, str] = {}
    for head, words in cells.items():
        what, _, called = head.partition(":")
        if what.strip() == name and words:
            found.setdefault(_language(called.lstrip(":")) or language, words)
    return found
