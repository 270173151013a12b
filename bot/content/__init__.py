"""content/ → checked values. What is wrong is a ContentError that names file and key."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.content.briefings import read_briefings, read_topics
from bot.content.catalogues import read_texts
from bot.content.files import Folder, Stamp, spelled, stamp
from bot.content.forms import read_forms
from bot.content.holidays import Holidays, read_holidays
from bot.content.layouts import Layout, read_layouts
from bot.content.markdown import Document, read_document, read_text
from bot.content.units import read_units
from bot.content.words import read_words
from bot.core.guidance.briefing import Briefing, BriefingFile, Topic
from bot.core.people.units import Unit
from bot.core.talk.form import Form
from bot.core.talk.texts import Texts
from bot.core.talk.words import Words

__all__ = ["Content", "Document", "load", "read_document", "read_text"]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the content folder says. Topics in the editors' order, the rest by code or slug.

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
    fingerprint: str = ""
    stamp: Stamp = ()

    def path(self, briefing: Briefing, file: BriefingFile) -> Path:
        """Where a briefing's file lies on disk."""
        return spelled(self.folder, f"briefings/{briefing.slug}/{file.path}")


def load(folder: Path) -> Content:
    """Read and check a content folder. Raises ContentError for the first thing that is wrong."""
    before, source = stamp(folder), Folder(folder)
    topics = read_topics(source)
    return Content(
        folder=source.path,
        topics=topics,
        briefings=read_briefings(source, topics),
        units=read_units(source),
        texts=read_texts(source),
        forms=read_forms(source),
        words=read_words(source),
        holidays=read_holidays(source),
        layouts=read_layouts(source),
        fingerprint=source.fingerprint(),
        stamp=before,
    )
