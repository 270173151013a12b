"""Files as one account sends them: by the handle that it has, else their bytes."""

from collections.abc import Mapping
from dataclasses import replace

from bot.core.delivery.reasons import Reason
from bot.core.kernel.capabilities import Limits
from bot.core.kernel.filetypes import LARGEST_FILE, safe_name, shown_as
from bot.core.kernel.richtext import FileKind
from bot.core.kernel.values import ChatId
from bot.core.ports import Channel, Upload
from bot.core.talk.message import Attachment
from bot.engine.prepared import Unpreparable
from bot.storage.accounts import files
from bot.storage.database import Database

KEPT = 64  # photos of which it is remembered how the platform takes them


class Uploads:
    """Files for one account, from the store or from the platform where they lie; `limits`: see `Outgoing`."""

    def __init__(
        self, database: Database, account: str, channels: Mapping[str, Channel], limits: Limits | None
    ) -> None:
        self._database = database
        self._account = account
        self._channels = channels
        self._limits = limits
        self._kinds: dict[int, FileKind] = {}  # photo → how the platform takes it

    async def of(self, attachment: Attachment, chat_id: ChatId) -> Upload:
        """The file of a message. Raises Unpreparable where it is gone, another's, or taken in no way."""
        async with self._database.read() as conn:
            row = await files.get(conn, attachment.file_id)
            if row is not None and not await files.is_for(conn, row, self._account, chat_id):
                raise Unpreparable("the file was made for somebody else", Reason.FILE_LOST)
            handles = await files.handles(conn, attachment.file_id)
            mine = handles.get(self._account)
            unjudged = attachment.kind == "photo" and attachment.file_id not in self._kinds
            data = await files.data(conn, attachment.file_id) if row and (unjudged or not mine) else None
        if row is None:
            raise Unpreparable("the file is gone", Reason.FILE_LOST)
        name = safe_name(row.name, row.media_type)
        upload = Upload(name, row.media_type, self._kind(attachment, data), handle=mine, data=data)
        if mine or data is not None:
            return replace(upload, data=None) if mine else upload
        for account, handle in handles.items():
            channel = self._channels.get(account)
            fetched = await channel.fetch(handle, LARGEST_FILE) if channel else None
            if fetched is not None:
                return replace(upload, data=fetched, kind=self._kind(attachment, fetched))
        raise Unpreparable("the file cannot be fetched where it was sent", Reason.FILE_LOST)

    def _kind(self, attachment: Attachment, data: bytes | None) -> FileKind:
        """How the platform takes the file. Raises Unpreparable where it takes it in no way."""
        if data is None or self._limits is None:
            return self._kinds.get(attachment.file_id, attachment.kind)
        kind = shown_as(attachment.kind, data, self._limits)
        if kind is None:
            raise Unpreparable(f"{len(data)} bytes", Reason.FILE_TOO_LARGE if data else Reason.BAD_FILE)
        if attachment.kind == "photo":
            if len(self._kinds) >= KEPT:
                self._kinds.clear()
            self._kinds[attachment.file_id] = kind
        return kind
