"""content/ → checked values. What is wrong is a ContentError that names file and key."""

import time
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.content.asked import read_kits
from bot.content.briefings import read_briefings, read_topics
from bot.content.catalogues import read_texts
from bot.content.files import Folder, Stamp, spelled, stamp
from bot.content.forms import read_forms
from bot.content.holidays import Holidays, read_holidays
from bot.content.layouts import Layout, read_layouts
from bot.content.markdown import Document, read_document, read_text
from bot.content.unit_changes import read_tree
from bot.content.words import read_words
from bot.core.guidance.briefing import Briefing, BriefingFile, Topic
from bot.core.guidance.kit import Entry
from bot.core.people.unit_changes import Tree
from bot.core.people.unit_names import Former
from bot.core.people.units import Unit
from bot.core.talk.form import Form
from bot.core.talk.texts import Texts
from bot.core.talk.words import Words

HERE = ZoneInfo("Asia/Ho_Chi_Minh")  # where a decree's day begins

__all__ = ["Content", "Document", "load", "read_document", "read_text"]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the content folder says. Topics in the editors' order, the rest by code or slug.

    `units`: the tree as it stands on `day`, by what was decided since it was listed (`tree`); `former`: a
    unit's code → the old names that lead to it.
    `fingerprint` (SHA-256) tells one content from another; `stamp` is how the files stood before that.
    """

    folder: Path
    topics: dict[str, Topic]
    briefings: dict[str, Briefing]
    units: tuple[Unit, ...]
    texts: Texts
    forms: dict[str, Form]
    words: Words
    holidays: Holidays = field(default_factory=lambda: Holidays({}))
    layouts: dict[str, Layout] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)
    former: Former = field(default_factory=dict)
    day: date | None = None
    kits: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    fingerprint: str = ""
    stamp: Stamp = ()

    def due(self, on: date) -> date | None:
        """The first day after its own on which units change, where it has come; None where none has."""
        following = self.tree.next_after(self.day) if self.day is not None else None
        return following if following is not None and following <= on else None

    def path(self, briefing: Briefing, file: BriefingFile) -> Path:
        """Where a briefing's file lies on disk."""
        return spelled(self.folder, f"briefings/{briefing.slug}/{file.path}")


def today() -> date:
    """The day it is where decrees take effect."""
    return datetime.fromtimestamp(time.time(), HERE).date()


def load(folder: Path, day: date | None = None) -> Content:
    """Read and check a content folder, as of a day: today. Raises ContentError for the first thing wrong."""
    before, source = stamp(folder), Folder(folder)
    topics = read_topics(source)
    tree, day = read_tree(source), day or today()
    briefings = read_briefings(source, topics)
    return Content(
        folder=source.path,
        topics=topics,
        briefings=briefings,
        kits=read_kits(source, briefings),
        units=tree.on(day),
        texts=read_texts(source),
        forms=read_forms(source),
        words=read_words(source),
        holidays=read_holidays(source),
        layouts=read_layouts(source),
        tree=tree,
        former=tree.former(day),
        day=day,
        fingerprint=source.fingerprint(),
        stamp=before,
    )
