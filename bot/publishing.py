"""Content: checked against what the handlers need, and brought into the store."""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

import bot.content
from bot.acts import succession
from bot.acts.fitting import Kept
from bot.content import Content
from bot.core.guidance.briefing import Briefing, BriefingFile
from bot.core.kernel.errors import ContentError
from bot.core.kernel.richtext import FileKind
from bot.core.kernel.values import Ms
from bot.storage import in_force, schema
from bot.storage.accounts import files
from bot.storage.database import Database
from bot.storage.dialect import alone
from bot.storage.guidance import briefings, kits
from bot.storage.people import units
from handlers import forms


def read_content(folder: Path) -> Content:
    """The content folder, checked by itself and against what the handlers need. Raises ContentError."""
    content = bot.content.load(folder)
    forms.check(content.forms)
    return content


def codes(content: Content) -> Kept:
    """What people and broadcasts may hang on."""
    return Kept([one.code for one in content.units], list(content.topics))


async def publish(database: Database, content: Content, now: Ms) -> None:
    """Bring the store up to the content: units, what hung on ended ones, briefings and their kits.

    One process at a time: two would each make the same version.
    """
    today = _day(content, now)
    async with database.write() as conn:
        await alone(conn)
        await units.synchronise(conn, content.units, today.isoformat())
        await succession.follow(conn, content.texts, today, now)
        for one in content.briefings.values():
            attached: list[tuple[int, FileKind, bool]] = []
            for file in (*one.files, *(one.recordings[language] for language in sorted(one.recordings))):
                data = _read(content, one, file)
                attached.append((await files.keep(conn, file.name, file.media_type, data), file.kind, False))
            await briefings.keep(conn, one, attached, now)
        await kits.synchronise(conn, content.kits)
        await in_force.put(conn, _stamp(content, now), in_force.PUBLISHED)


async def is_published(conn: AsyncConnection, content: Content, now: Ms) -> bool:
    """Whether `publish` would find everything as it is: this content was the last, on this day."""
    return await in_force.fingerprint(conn, in_force.PUBLISHED) == _stamp(content, now)


def _stamp(content: Content, now: Ms) -> str:
    return f"{schema.head()} {_day(content, now)} {content.fingerprint}"


def _day(content: Content, now: Ms) -> date:
    return content.day or datetime.fromtimestamp(now / 1000, UTC).date()


def _read(content: Content, one: Briefing, file: BriefingFile) -> bytes:
    try:
        return content.path(one, file).read_bytes()
    except OSError as error:  # it went after it was checked
        place = f"briefings/{one.slug}/{file.path}"
        raise ContentError(place, "file", error.strerror, "a file that can be read") from None
