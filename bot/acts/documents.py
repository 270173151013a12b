"""Word documents of editors: taken in from the chat, read aside, kept for the broadcast that says them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.arriving import Kind
from bot.acts.context import STALE, Context, Refusal
from bot.acts.handouts import take_in
from bot.acts.house import House
from bot.content.word import Unreadable, read_word
from bot.core.guidance.briefing import Body, Check, FromWord
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.filetypes import LARGEST_FILE, MEDIA_TYPES
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import ChatId, Ms
from bot.core.opinion.guard import inspect
from bot.core.people.permissions import Act
from bot.core.ports import Shared
from bot.core.talk.form import HALF_FILLED_MS
from bot.storage.accounts import files
from bot.storage.guidance import documents
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.guidance.documents import DocumentRow

AT_ONCE = 3  # documents of one person that wait to be read
NAMED = 5  # places that look like personal data
SUFFIX = ".docx"
MARKED = "word.refused_secret"
OTHERS = {".doc": "old", ".dot": "old", ".docm": "macros", ".dotm": "macros"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a document, for who sent it. `file`: its row."""

    account: str
    chat_id: ChatId
    owner: int
    file: int
    name: str
    found: FromWord | Refusal


@dataclass(frozen=True, slots=True)
class Read:
    """What a document says, before it is kept. `pictures`: media type and bytes of each."""

    title: str
    brief: Text
    full: Text
    lost: tuple[str, ...]
    pictures: Sequence[tuple[str, bytes]]
    marking: str | None
    personal: tuple[str, ...]
    checks: tuple[Check, ...] = ()


Tell = Callable[[House, AsyncConnection, Outcome, Ms], Awaitable[None]]


def arriving(tell: Tell) -> Kind[DocumentRow, Read]:
    """How documents are read; `tell` says to whoever sent one what came of it, in the same transaction."""

    async def keep(house: House, conn: AsyncConnection, row: DocumentRow, found: Read | str, now: Ms) -> None:
        if await documents.of_file(conn, row.file_id, row.owner) is None:
            return  # whoever sent it left meanwhile: of what they sent nothing is made
        ctx = Context(conn, house, None, now, row.account, row.chat_id)
        await tell(house, conn, await settle(ctx, row, found), now)

    return Kind("documents", LARGEST_FILE, documents.waiting, documents.tried, look, keep)


def look(data: bytes, name: str) -> Read | str:
    """What a document says, or in a word why it is refused. Takes its time."""
    with TemporaryDirectory() as aside:
        path, pictures = Path(aside) / "van-ban.docx", Path(aside) / "hinh"
        pictures.mkdir()
        path.write_bytes(data)
        try:
            word = read_word(path, pictures, called=Path(name).stem)
        except Unreadable as error:
            return error.why
        carried = [(MEDIA_TYPES[Path(one).suffix], (pictures / one).read_bytes()) for one in word.pictures]
    marking, personal = judged(name, word.text)
    said = word.title, word.brief, word.full, word.lost
    return Read(*said, carried, marking, personal, word.checks)


def judged(name: str, words: str) -> tuple[str | None, tuple[str, ...]]:
    """A marking of secrecy in a document or its name; what looks like personal data. Takes its time."""
    found = inspect(words).found
    personal = tuple(dict.fromkeys(one.value for one in found))
    return secrecy_marking(f"{name}\n{words}"), personal[:NAMED]


def is_word(shared: Shared) -> bool:
    """Whether somebody sent a document of Word's, of whatever age."""
    suffix = PurePosixPath(shared.name.lower()).suffix
    return suffix in (SUFFIX, *OTHERS) or shared.media_type == MEDIA_TYPES[SUFFIX]


def is_source(file: BriefingFileRow) -> bool:
    """Whether a briefing's file is the Word document from which its words were read."""
    return file.kind == "document" and not file.inline and file.name.casefold().endswith((".docx", ".doc"))


async def receive(ctx: Context, shared: Shared) -> int | Refusal:
    """Take a document in, to be read soon; its file's number. What its name tells is refused at once."""
    if ctx.member is None or not ctx.may(Act.SCHEDULE):
        return STALE
    if not is_word(shared):
        return Refusal("word.refused_other")
    suffix = PurePosixPath(shared.name.lower()).suffix
    if suffix in OTHERS:
        return Refusal(f"word.refused_{OTHERS[suffix]}")
    if marking := secrecy_marking(shared.name):
        return Refusal(MARKED, {"marking": marking})
    if await documents.count(ctx.conn, ctx.member.id) >= AT_ONCE:
        return Refusal("word.too_many", {"count": AT_ONCE})
    taken = await take_in(ctx, ctx.member, shared)
    if not isinstance(taken, Refusal):
        where = ctx.account, ctx.chat_id
        await documents.add(ctx.conn, taken, ctx.member.id, *where, Ms(ctx.now + HALF_FILLED_MS))
    return taken


async def settle(ctx: Context, row: DocumentRow, read: Read | str) -> Outcome:
    """What a document says is its owner's from now on; or it is refused, in a word or for its marking."""
    if isinstance(read, Read) and not read.marking:
        found: FromWord | Refusal = await _keep(ctx, row, read)
    else:
        key, marking = (f"word.refused_{read}", None) if isinstance(read, str) else (MARKED, read.marking)
        await documents.refuse(ctx.conn, row.id, key, marking)
        found = _why(key, marking)
    return Outcome(row.account, row.chat_id, row.owner, row.file_id, row.name, found)


async def _keep(ctx: Context, row: DocumentRow, read: Read) -> FromWord:
    until = Ms(ctx.now + HALF_FILLED_MS)
    named = [ctx.house.texts.line("vi", "word.picture", number=at + 1) for at in range(len(read.pictures))]
    pictures = [
        await files.make_for(ctx.conn, row.owner, name, media_type, data, until)
        for name, (media_type, data) in zip(named, read.pictures, strict=True)
    ]
    said = FromWord(
        body=Body(title=read.title, brief=read.brief, full=read.full),
        pictures=tuple(pictures),
        lost=read.lost,
        personal=read.personal,
        checks=read.checks,
    )
    await documents.keep(ctx.conn, row.id, said)
    return said


async def of_actor(ctx: Context, file_id: int) -> FromWord | Refusal:
    """What the actor's own document says; why it is refused, or that it is being read still."""
    row = await documents.of_file(ctx.conn, file_id, ctx.member.id) if ctx.member else None
    if row is None:
        return Refusal("word.gone")
    if row.refused is not None:
        return _why(row.refused, row.marking)
    return row.said or Refusal("word.waits")


def _why(key: str, marking: str | None) -> Refusal:
    return Refusal(key, {"marking": marking} if marking else {})
