"""The content of the test world: the deployed one with a report of its own: questions come and go."""

import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

from bot.config import CONTENT
from bot.content import Content, load
from bot.core.talk.form import Form

REPORT = Path(__file__).with_name("opinion.toml")


def known() -> Content:
    """What the test world says."""
    content = load(CONTENT)
    report = Form.model_validate(tomllib.loads(REPORT.read_text(encoding="utf-8")))
    return replace(content, forms={**content.forms, "opinion": report})


def folder(at: Path) -> Path:
    """The same as a folder, for programs of their own."""
    shutil.copytree(CONTENT, at)
    shutil.copyfile(REPORT, at / "forms" / "opinion.toml")
    return at
