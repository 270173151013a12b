"""The content of the test world: the deployed one with a report of its own: questions come and go."""

import shutil
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

from bot.config import CONTENT
from bot.content import Content, load
from bot.core.talk.form import Form

REPORT = Path(__file__).with_name("opinion.toml")


@cache
def _read() -> Content:
    content = load(CONTENT)
    report = Form.model_validate(tomllib.loads(REPORT.read_text(encoding="utf-8")))
    return replace(content, forms={**content.forms, "opinion": report})


def known() -> Content:
    """What the test world says: read and checked once, in dictionaries that each test may change."""
    content = _read()
    kept = {name: dict(getattr(content, name)) for name in ("topics", "briefings", "forms")}
    return replace(content, **kept)


def folder(at: Path) -> Path:
    """The same as a folder, for programs of their own."""
    shutil.copytree(CONTENT, at)
    shutil.copyfile(REPORT, at / "forms" / "opinion.toml")
    return at
