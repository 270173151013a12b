"""Addresses in place of what a channel cannot carry: files, and what is behind a briefing's buttons."""

from collections.abc import Callable
from enum import Enum

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import first_screen, links
from bot.core.kernel.capabilities import Capabilities, Limits
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import ChatId
from bot.core.talk.message import Attachment, Message
from bot.storage.accounts import files


class Shown(Enum):
    """As what a platform shows a file from its address."""

    NOT = "not"
    PICTURE = "picture"
    SOUND = "sound"


Words = Callable[[str, str, str], Text]
"""A sentence of the catalogue for a language (its key), with an address."""


class Linked:
    """`public_url`: where the site is reached from outside; `words` says where something is."""

    def __init__(self, public_url: str, words: Words) -> None:
        self._public_url = public_url
        self._words = words

    async def page(
        self, conn: AsyncConnection, message: Message, edition_id: int, source: tuple[int, str, str]
    ) -> Message:
        """A briefing's first screen with the address of all of it, where there is more than it shows.

        `source`: the version, the language and the addenda of its edition.
        """
        briefing_id, language, addenda = source
        if not first_screen.leads_on(message):
            return message
        of = edition_id if addenda else None
        at = await links.page_address(conn, briefing_id, language, of)
        where = self._words(language, "link.page", f"{self._public_url}{at}")
        return message.model_copy(update={"text": (*message.text, *where), "attachment": None})

    async def file(
        self, conn: AsyncConnection, message: Message, language: str, account: str, chat_id: ChatId
    ) -> tuple[Message, str] | None:
        """A message with its file's address in place of the file, and that; None where it has none.

        A file made for one member has one in that member's own chat.
        """
        if message.attachment is None:
            return None
        key, number = "link.file", message.attachment.file_id
        at = await links.file_address(conn, number)
        if at is None:
            key, at = "link.handout", await links.handout_address(conn, number, account, chat_id)
        if at is None:
            return None
        address = f"{self._public_url}{at}"
        where = self._words(language, key, address)
        return message.model_copy(update={"text": (*message.text, *where), "attachment": None}), address

    async def shown(
        self, conn: AsyncConnection, attachment: Attachment, can: Capabilities, limits: Limits | None
    ) -> Shown:
        """As what a platform with these abilities shows a file from its address."""
        if not (can.pictures_by_address or can.sounds_by_address):
            return Shown.NOT
        row = await files.get(conn, attachment.file_id)
        if row is None:
            return Shown.NOT
        if attachment.kind == "photo" and can.pictures_by_address:
            return Shown.PICTURE if limits is None or row.size <= limits.photos.bytes else Shown.NOT
        return Shown.SOUND if row.media_type in can.sounds_by_address else Shown.NOT
