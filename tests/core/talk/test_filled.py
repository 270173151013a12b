"""Answers from a command, or from a conversation that is over, are held to what the conversation asks."""

from datetime import date
from typing import Any

import pytest

from bot.core.opinion.guard import mask
from bot.core.talk.filled import Filled, Wrong, checked
from bot.core.talk.form import Choice, Field, Form

WORDS = {"vi": "x"}
CHOICES = tuple(Choice(value=value, label={"vi": value}) for value in ("GIA", "TET"))


def field(key: str, kind: str, **more: Any) -> Field:
    return Field.model_validate({"key": key, "kind": kind, "label": WORDS, "question": WORDS, **more})


FORM = Form(
    slug="x",
    title=WORDS,
    fields=(
        field("topics", "several", choices=CHOICES),
        field("price", "number", minimum=-5, maximum=400, when={"topics": ("GIA",)}),
        field("why", "text", min_length=5, max_length=20),
    ),
)
GIVEN = {"topics": "TET GIA", "price": "12", "why": "vì giá tăng"}


def held(**given: str) -> Filled | Wrong:
    return checked(FORM, {**GIVEN, **given}, {}, mask, date(2026, 11, 2), {})


def test_a_question_that_hangs_on_one_of_several_choices_is_asked_and_kept() -> None:
    assert held() == Filled(GIVEN)
    found = held(topics="TET")
    assert isinstance(found, Filled)
    assert "price" not in found.answers


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("topics", "GIA KHAC", "form.no_choice"),
        ("price", "", "form.lacks"),
        ("price", "nhiều", "form.number"),
        ("price", "401", "form.number"),
        ("price", "-6", "form.number"),
        ("price", "９", "form.number"),
        ("price", "1" * 5000, "form.number"),
        ("why", "ừ", "form.too_short"),
        ("why", "ừ" * 21, "form.lengthy"),
    ],
)
def test_what_is_no_answer_is_named(key: str, value: str, why: str) -> None:
    found = held(**{key: value})
    assert isinstance(found, Wrong)
    assert (found.key, found.field.key) == (why, key)
