"""Reasons are a closed list, and each has words in every language."""

from pathlib import Path

import pytest

import bot.content
from bot.config import CONTENT
from bot.core.delivery.reasons import Reason, key, known


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_words_of_its_own_in_every_language(reason: Reason) -> None:
    texts = bot.content.load(CONTENT).texts
    for language in texts.languages:
        words = texts.line(language, key(reason))
        assert words
        assert words != key(reason)
        assert not words.endswith(".")


def test_no_words_stand_for_a_reason_that_there_is_not() -> None:
    for catalogue in (CONTENT / "texts").glob("*.po"):
        lines = Path(catalogue).read_text(encoding="utf-8").splitlines()
        named = {line.split('"')[1] for line in lines if line.startswith('msgid "reason.')}
        assert named == {key(one) for one in Reason}


def test_what_an_older_program_kept_is_another_reason() -> None:
    assert known("blocked") is Reason.BLOCKED
    assert known("Forbidden: something new") is known(None) is Reason.OTHER
