"""Content that lacks what a handler reads is refused at the start, by file and key."""

from pathlib import Path

import pytest

from bot.core.kernel.errors import ContentError
from bot.publishing import read_content
from tests import contents


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content, to be spoilt."""
    return contents.folder(tmp_path / "content")


def refused(folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        read_content(folder)
    return str(caught.value)


def spoil(folder: Path, slug: str, old: str, new: str) -> None:
    file = folder / "forms" / f"{slug}.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_content_has_all_that_the_handlers_need(folder: Path) -> None:
    assert "opinion" in read_content(folder).forms


@pytest.mark.parametrize("slug", ["opinion", "compose", "joining", "invite", "rename"])
def test_a_missing_form_is_named(folder: Path, slug: str) -> None:
    (folder / "forms" / f"{slug}.toml").unlink()
    assert refused(folder).startswith(f"forms/{slug}.toml: file: found '(missing)'")


@pytest.mark.parametrize(
    ("slug", "old", "new", "says"),
    [
        ("rename", 'key = "name"', 'key = "nmae"', "fields: found ['nmae']; allowed: with a field 'name'"),
        ("invite", 'key = "days"', 'key = "dasy"', "with a field 'days' of kind 'choice'"),
        ("rename", 'kind = "text"', 'kind = "number"', "fields.0.kind: found 'number'; allowed: 'text'"),
        (
            "opinion",
            'source = "topics"',
            'source = "people"',
            "fields.0.source: found 'people'; allowed: one of topics, units",
        ),
        ("rename", 'kind = "text"', 'kind = "text"\nsource = "x"', "allowed: no source: list the choices"),
        (
            "joining",
            '["invited", "version"]',
            '["invited"]',
            "context: found ['invited']; allowed: with",
        ),
        (
            "opinion",
            "optional = true",
            "optionl = true",
            "fields.5.optionl: found 'optionl'; allowed: only",
        ),
    ],
)
def test_a_typo_names_file_key_found_and_allowed(
    folder: Path, slug: str, old: str, new: str, says: str
) -> None:
    spoil(folder, slug, old, new)
    message = refused(folder)
    assert message.startswith(f"forms/{slug}.toml: ")
    assert says in message
