"""XLSForm's tables as a form's: what is understood of them, and what is not carried, by sheet and row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bot.core.kernel.formats import cut_short, fold
from bot.core.talk.form import PICKED
from bot.core.talk.xlsform import FLAGS
from bot.core.talk.xlsform_terms import limits_of, when_of
from bot.core.talk.xlsform_words import in_no_language, language_of, ours, words_of

Line = tuple[int, Mapping[str, str]]  # the row's number in its sheet, cells by heading
KINDS = {
    **dict.fromkeys(("text", "string"), "text"),
    **dict.fromkeys(("integer", "int"), "number"),
    **dict.fromkeys(("image", "photo"), "photo"),
    **dict.fromkeys(("file", "audio", "video"), "file"),
    **{"date": "date", "datetime": "moment", "time": "time"},
    **{"select_one": "choice", "select_multiple": "several"},
}
LABEL = 40  # characters of a question that make a label
YES = {"yes", "y", "true", "true()", "1", "x", "co", "dung", "bat buoc"}
NO = {"", "no", "n", "false", "false()", "0", "khong", "sai", "khong bat buoc"}
WORDS = ("label", "hint", "short")
_READ = re.compile(r"(?:label|hint|short)\s*(?:::?.*)?|type|name|required|relevant|constraint|nhipcau")
_OF_GROUP = ("type", "name", "relevant")
_TITLE = re.compile(r"title_[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_ABOUT = re.compile(r"form_title|form_id|default_language|version|given|" + _TITLE.pattern)


class Lost(NamedTuple):
    """What is not carried: where it stands (`line` 0: nowhere, it is all of the sheet), and its words."""

    sheet: str
    line: int
    what: str


class Asked(NamedTuple):
    """Where a question stands in the sheet survey, and of which type it is there."""

    line: int
    type: str


@dataclass
class _Reading:
    language: str
    lists: dict[str, list[dict[str, Any]]]
    context: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=dict)  # the names there → ours
    twice: set[str] = field(default_factory=set)  # the names there that several questions have
    lost: list[Lost] = field(default_factory=list)
    intro: dict[str, str] = field(default_factory=dict)
    fields: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)  # of each field
    begins: dict[str, int] = field(default_factory=dict)  # the row in which a list begins
    used: set[str] = field(default_factory=set)  # the lists that some question names


def as_form(
    survey: Sequence[Line], choices: Sequence[Line], settings: Mapping[str, str], slug: str
) -> tuple[dict[str, Any], list[Lost], list[Asked]]:
    """The tables of a form's file, yet to be validated; what is not carried; where each field came from."""
    language = language_of(settings.get("default_language", "")) or "vi"
    reading = _Reading(language, {}, tuple(filter(None, settings.get("given", "").split("|"))))
    for line, cells in choices:
        _choice(reading, line, cells)
    _survey(reading, survey)
    for name in (name for name in reading.lists if name not in reading.used):
        reading.lost.append(Lost("choices", reading.begins[name], f"list_name: {name}"))
    title = {language: settings.get("form_title", "").strip() or slug}
    _lose(reading, 2, settings, *(head for head in settings if not _ABOUT.fullmatch(head)), sheet="settings")
    title |= {head[6:]: words for head, words in settings.items() if _TITLE.fullmatch(head) and words}
    form: dict[str, Any] = {"slug": slug, "title": title}
    if reading.intro:
        form["intro"] = reading.intro
    if reading.context:
        form["context"] = list(reading.context)
    return {**form, "fields": reading.fields}, reading.lost, reading.asked


def _choice(reading: _Reading, line: int, cells: Mapping[str, str]) -> None:
    name = cells.get("list_name") or cells.get("list name") or ""
    value = cells.get("name") or cells.get("value") or ""
    if not (name and value):
        _lose(reading, line, cells, *cells, sheet="choices")
        return
    made: dict[str, Any] = {"value": value, "label": words_of(cells, "label", reading.language)}
    made["label"] = made["label"] or {reading.language: value}
    if words := [word for word in cells.get("words", "").split("|") if word]:
        made["words"] = words
    reading.lists.setdefault(name, []).append(made)
    reading.begins.setdefault(name, line)
    for head in cells:
        known = head in ("list_name", "list name", "name", "value", "words")
        if not known and (not head.startswith("label") or in_no_language(head, "label", reading.language)):
            _lose(reading, line, cells, head, sheet="choices")


def _survey(reading: _Reading, survey: Sequence[Line]) -> None:
    groups: list[tuple[bool, str]] = []  # whether it is repeated, and when it is asked
    for line, cells in survey:
        kind, _, rest = " ".join(cells.get("type", "").split()).partition(" ")
        kind = kind.lower()
        if kind in ("begin", "begin_group", "begin_repeat"):
            repeated = kind == "begin_repeat" or rest.lower() == "repeat"
            groups.append((repeated, cells.get("relevant", "")))
            _lose(reading, line, cells, *(head for head in cells if head not in _OF_GROUP))
            if repeated:
                _lose(reading, line, cells, "type")
        elif kind in ("end_group", "end_repeat") or (kind == "end" and rest):
            groups = groups[:-1]
        elif any(repeated for repeated, _ in groups):
            _lose(reading, line, cells, "type")
        elif kind:
            outer = [relevant for _, relevant in groups if relevant]
            _question(reading, line, cells, kind, rest, outer)
        else:
            _lose(reading, line, cells, *cells)


def _lose(reading: _Reading, line: int, cells: Mapping[str, str], *heads: str, sheet: str = "survey") -> None:
    reading.lost += [Lost(sheet, line, f"{head}: {cells[head]}") for head in heads if cells.get(head)]


def _question(
    reading: _Reading, line: int, cells: Mapping[str, str], kind: str, rest: str, outer: Sequence[str]
) -> None:
    question = words_of(cells, "label", reading.language)
    if kind == "note" and question and not (reading.fields or reading.intro or cells.get("relevant")):
        reading.intro = question
        return
    if kind == "select" and rest.split(" ")[0].lower() in ("one", "multiple"):  # "select one colours"
        kind, rest = f"select_{rest.split(' ')[0].lower()}", rest.partition(" ")[2]
    said, strange = ours(cells.get("nhipcau", ""))
    if kind not in KINDS or not cells.get("name"):
        _lose(reading, line, cells, "type")
        return
    if cells["name"] in reading.keys:
        reading.twice.add(cells["name"])
        _lose(reading, line, cells, "name")
    key = _key(reading, cells["name"])
    made: dict[str, Any] = {"key": key, "kind": said.get("kind") or KINDS[kind]}
    made["question"] = question or {reading.language: cells["name"]}
    made["label"] = words_of(cells, "short", reading.language) or {
        language: cut_short(words.strip().rstrip("?.:"), LABEL)
        for language, words in made["question"].items()
    }
    if hint := words_of(cells, "hint", reading.language):
        made["help"] = hint
    required = fold(cells.get("required", "").strip())
    if required in NO:
        made["optional"] = True
    elif required not in YES:  # asked of everybody: what decides that is not carried
        _lose(reading, line, cells, "required")
    _listed(reading, line, cells, made, rest, said)
    _conditions(reading, line, cells, made, outer, said)
    made |= {name: True for name in FLAGS if name in said}
    _leave(reading, line, cells, [*strange, *(name for name in said if name.startswith("when."))])
    reading.fields.append(made)
    reading.asked.append(Asked(line, cells["type"]))


def _leave(reading: _Reading, line: int, cells: Mapping[str, str], rest: Sequence[str]) -> None:
    """Name what of a question's row nobody reads; `rest`: what stood in our column besides."""
    unread = [head for head in cells if not _READ.fullmatch(head)]
    unread += [head for head in cells for name in WORDS if in_no_language(head, name, reading.language)]
    _lose(reading, line, cells, *unread)
    given = {f"when.{key}" for key in reading.context}
    reading.lost += [Lost("survey", line, f"nhipcau: {part}") for part in rest if part not in given]


def _listed(
    reading: _Reading,
    line: int,
    cells: Mapping[str, str],
    made: dict[str, Any],
    rest: str,
    said: Mapping[str, str],
) -> None:
    """Its choices: of the moment, or those of a list."""
    name, _, more = rest.partition(" ")
    name = said.get("list") or name
    reading.used.add(name)
    if said.get("source"):
        made["source"] = said["source"]
        return
    if found := reading.lists.get(name):
        made["choices"] = found
    if more:
        _lose(reading, line, cells, "type")
    if "ends" in said:
        made["ends"] = said["ends"].split("|")


def _conditions(
    reading: _Reading,
    line: int,
    cells: Mapping[str, str],
    made: dict[str, Any],
    outer: Sequence[str],
    said: Mapping[str, str],
) -> None:
    """When it is asked, and what it takes."""
    when: dict[str, list[str]] = {}
    for relevant in (*outer, cells.get("relevant", "")):
        found = when_of(relevant) if relevant.strip() else {}
        if found is None or any(
            key in reading.twice
            or reading.keys.get(key, "") in ("", *when)
            or not _can_be(reading, relevant, key, found[key])
            for key in found
        ):
            reading.lost.append(Lost("survey", line, f"relevant: {relevant}"))
        else:
            when |= {reading.keys[key]: list(values) for key, values in found.items()}
    for name, words in said.items():
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


def _can_be(reading: _Reading, relevant: str, name: str, values: Sequence[str]) -> bool:
    """Whether such answers can be given to a question; of several, `=` would mean one and no other."""
    item = next(one for one in reading.fields if one["key"] == reading.keys[name])
    listed = [one["value"] for one in item.get("choices", ())]
    alone = item["kind"] == "several" and re.search(rf"\{{\s*{re.escape(name)}\s*\}}\s*=", relevant)
    return (
        all(values) and not alone and (item["kind"] not in PICKED or not listed or set(values) <= set(listed))
    )


def _key(reading: _Reading, name: str) -> str:
    """The name as a field's key; a number behind it where another question has it already."""
    plain = re.sub(r"[^a-z0-9_]+", "_", fold(name)).strip("_") or "q"
    plain = plain if plain[0].isalpha() else f"q_{plain}"
    key, number = plain[:24], 2
    while key in reading.keys.values() or key in reading.context:
        key, number = f"{plain[:20]}_{number}", number + 1
    reading.keys[name] = key
    return key
