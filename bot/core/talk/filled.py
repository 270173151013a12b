"""Answers that come without a conversation, from a command: held against the form that asks for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date, timedelta

from bot.core.talk.form import Field, Form, Mask, Options, values_of

_NUMBER = re.compile(r"-?[0-9]{1,9}")
_TAKEN_OUT = re.compile(r"\[[^\]]*\]")  # the word for it may be longer than what stood there


@dataclass(frozen=True, slots=True)
class Filled:
    """What may be kept, by field; `masked` names what was taken out."""

    answers: Mapping[str, str]
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """The field whose answer lacks, or is none: a catalogue key, and what it names."""

    key: str
    field: Field
    values: Mapping[str, object] = default(default_factory=dict)


def checked(
    form: Form,
    given: Mapping[str, str],
    options: Options,
    mask: Mask,
    today: date,
    context: Mapping[str, str],
) -> Filled | Wrong:
    """The answers to the questions that apply; what is not asked is left out.

    `options`: choices by source; a source that is not named is checked by whoever reads the answer.
    """
    kept: dict[str, str] = {}
    known = {key: {value} for key, value in context.items()}
    masked: list[str] = []
    for item in form.fields:
        if not all(known.get(key, set()) & set(allowed) for key, allowed in item.when.items()):
            continue
        value = given.get(item.key, "").strip()
        if not value:
            if item.optional:
                continue
            return Wrong("form.lacks", item)
        if wrong := _wrong(item, value, options, today):
            return wrong
        if item.mask:
            clean = mask(value)
            value, masked = clean.text, [*masked, *clean.found]
        kept[item.key] = value
        known[item.key] = set(values_of(item, value))
    return Filled(kept, tuple(dict.fromkeys(masked)))


def _wrong(item: Field, value: str, options: Options, today: date) -> Wrong | None:
    match item.kind:
        case "choice" | "several":
            known = {one.value for one in item.choices or options.get(item.source or "", ())}
            return (
                Wrong("form.no_choice", item)
                if known and not known.issuperset(values_of(item, value))
                else None
            )
        case "number":
            lowest, highest = item.limits
            inside = bool(_NUMBER.fullmatch(value)) and lowest <= int(value) <= highest
            return None if inside else Wrong("form.number", item, {"minimum": lowest, "maximum": highest})
        case "date":
            first, last = (today + timedelta(days=days) for days in item.limits)
            try:
                inside = first <= date.fromisoformat(value) <= last
            except ValueError:
                inside = False
            return None if inside else Wrong("form.day_outside", item, {"first": first, "last": last})
        case "text" if len(_TAKEN_OUT.sub("", value)) > item.max_length:
            return Wrong("form.lengthy", item)
        case "text" if len(value) < item.min_length:
            return Wrong("form.too_short", item, {"length": len(value), "minimum": item.min_length})
    return None
