"""Files made for one member and one moment: their data, the picture of an invitation."""

from dataclasses import dataclass

from bot.acts.context import STALE, Context, Refusal
from bot.core.kernel.filetypes import LARGEST_FILE, LARGEST_FILE_MB
from bot.core.kernel.values import HOUR_MS, Ms
from bot.core.people.members import Member
from bot.core.ports import Shared
from bot.storage.accounts import files

FETCHED_MS = HOUR_MS  # time enough to fetch it over a bad line


@dataclass(frozen=True, slots=True)
class Made:
    """A file, and what it is called: neither says who asked for it, or when."""

    name: str
    media_type: str
    data: bytes


async def hand_out(ctx: Context, name: str, media_type: str, data: bytes) -> int | Refusal:
    """Keep a file for the actor for an hour, to be sent to them and to nobody else; its number."""
    if ctx.member is None:
        return STALE
    return await files.make_for(ctx.conn, ctx.member.id, name, media_type, data, Ms(ctx.now + FETCHED_MS))


async def take_in(ctx: Context, sender: Member, shared: Shared) -> int | Refusal:
    """A file that a member sent, which lies on their platform: theirs until it is published; its number."""
    if shared.size > LARGEST_FILE:
        return Refusal("form.file_too_large", {"megabytes": LARGEST_FILE_MB})
    kept = shared.name, shared.media_type, shared.size, ctx.account, shared.handle
    return await files.refer(ctx.conn, sender.id, *kept)
