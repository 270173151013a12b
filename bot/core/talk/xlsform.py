"""A form as XLSForm's three tables, and back: the field's convention (https://xlsform.org, 2024).

What the convention has no word for stands in a column `nhipcau` as "flag; name=value", which other programs
pass over; so a form that comes back is the one that went. A subset comes in: what is not carried is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.talk.form import PICKED, Choice, Field, Form, Localized
from bot.core.talk.xlsform_terms import constraint_of, relevant_of

TYPES = {
    "text": "text",
    "number": "integer",
    "date": "date",
    "file": "file",
    "photo": "image",
    "moment": "dateTime",
    "time": "time",
}
SELECTS = {"choice": "select_one", "several": "select_multiple"}
FLAGS = ("counted", "beside", "mask", "confirms", "offered")
NAMES = {"vi": "Tiếng Việt", "en": "English"}

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Tables:
    """The sheets `survey`, `choices` and `settings`: rows of texts, the first of each its headings."""

    survey: Rows
    choices: Rows
    settings: Rows


def as_tables(form: Form, sources: Mapping[str, Sequence[Choice]]) -> Tables:
    """The form's tables. `sources`: the choices of the moment, for other programs; ours come anew."""
    languages = _languages(form)
    words = [*_heads("label", languages), *_heads("hint", languages), *_heads("short", languages)]
    survey = [["type", "name", *words, "required", "relevant", "constraint", "nhipcau"]]
    if form.intro:
        blank = [""] * (2 * len(languages) + 4)
        survey.append(["note", "intro", *_words(form.intro, languages), *blank])
    choices = [["list_name", "name", *_heads("label", languages), "words"]]
    kinds = {item.key: item.kind for item in form.fields}
    for item in form.fields:
        listed = item.choices or sources.get(item.source or "", ())
        survey.append(_row(item, kinds, languages, form.context, bool(listed)))
        choices += [
            [item.key, one.value, *_words(one.label, languages), "|".join(one.words)] for one in listed
        ]
    titles = {f"title_{language}": form.title.get(language, "") for language in languages[1:]}
    settings = {"form_title": form.title.get("vi", ""), "form_id": form.slug, "version": form.version}
    settings |= {"default_language": _called("vi"), **titles, "given": "|".join(form.context)}
    return Tables(survey, choices, [list(settings), list(settings.values())])


def _languages(form: Form) -> list[str]:
    """Those that any words are in, Vietnamese first."""
    words = [form.title, form.intro, *(words for item in form.fields for words in _all_words(item))]
    return ["vi", *sorted({language for one in words for language in one} - {"vi"})]


def _all_words(item: Field) -> list[Localized]:
    return [item.label, item.question, item.help, *(one.label for one in item.choices)]


def _row(
    item: Field, kinds: Mapping[str, str], languages: list[str], context: Sequence[str], listed: bool
) -> list[str]:
    ours = {name: "" for name in FLAGS if getattr(item, name)}
    if item.kind in SELECTS:
        kind = f"{SELECTS[item.kind]} {item.key}" if listed else "text"
    else:
        kind = TYPES.get(item.kind, "text")
    if kind.partition(" ")[0] not in (*SELECTS.values(), TYPES.get(item.kind)):
        ours["kind"] = item.kind
    if item.source:
        ours["source"] = item.source
    if item.choices and item.kind not in PICKED:
        ours["list"] = item.key
    if item.ends:
        ours["ends"] = "|".join(item.ends)
    for key in item.when.keys() & set(context):
        ours[f"when.{key}"] = "|".join(item.when[key])
    relevant = relevant_of({key: item.when[key] for key in item.when if key not in context}, kinds)
    return [
        *(kind, item.key, *_words(item.question, languages), *_words(item.help, languages)),
        *(*_words(item.label, languages), "" if item.optional else "yes", relevant),
        *(
            constraint_of(item),
            "; ".join(f"{name}={value}" if value else name for name, value in ours.items()),
        ),
    ]


def _heads(name: str, languages: Sequence[str]) -> list[str]:
    return [f"{name}::{_called(language)}" for language in languages]


def _called(language: str) -> str:
    return f"{NAMES.get(language, language)} ({language})"


def _words(words: Localized, languages: Sequence[str]) -> list[str]:
    return [words.get(language, "") for language in languages]
