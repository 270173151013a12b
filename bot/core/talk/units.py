"""Choices that are units, found by every name they have and had: `words` of each are its other names."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.people import unit_names
from bot.core.talk.form import Choice, localized


@dataclass(frozen=True, slots=True)
class _Named:
    code: str
    name: str
    choice: Choice


def meant(choices: Sequence[Choice], text: str, language: str) -> list[Choice]:
    """The units that the words surely name: by code, name, another level's word, or an old name."""
    return [one.choice for one in unit_names.Gazetteer(_named(choices, language), _once(choices)).find(text)]


def like(choices: Sequence[Choice], text: str, language: str) -> list[Choice]:
    """Those, then the units that have these letters in their name or code."""
    return [one.choice for one in unit_names.search(_named(choices, language), text, _once(choices))]


def _named(choices: Sequence[Choice], language: str) -> list[_Named]:
    return [_Named(one.value, localized(one.label, language), one) for one in choices]


def _once(choices: Sequence[Choice]) -> unit_names.Former:
    return {one.value: one.words for one in choices if one.words}
