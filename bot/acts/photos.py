"""Photos that go with reports: taken in, drawn anew, looked at by who sent them, seen at the desk alone."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.arriving import Kind
from bot.acts.context import STALE, Context, Refusal
from bot.acts.handouts import hand_out, take_in
from bot.acts.house import House
from bot.content.photos import LARGEST, Unusable, cleaned
from bot.core.kernel.values import HOUR_MS, ChatId, Ms
from bot.core.people.permissions import Act
from bot.core.ports import Shared
from bot.core.talk.form import HALF_FILLED_MS, Form
from bot.storage import residue
from bot.storage.accounts import files
from bot.storage.opinion import photos
from bot.storage.opinion.photos import PhotoRow

LOOKED_MS = HOUR_MS  # for whoever sent it to look at
AT_ONCE = 2  # photos of one person that wait
PREFIX, ATTACHED = "photo:", "photo"  # how an answer names one that waits, and one that went


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a photo, for who sent it. `found`: the file to look at, or why it is refused."""

    account: str
    chat_id: ChatId
    owner: int
    photo: int
    found: int | Refusal


Tell = Callable[[House, AsyncConnection, Outcome, Ms], Awaitable[None]]


def arriving(tell: Tell) -> Kind[PhotoRow, bytes]:
    """How photos are drawn anew; `tell` shows one to whoever sent it, in the same transaction."""

    async def keep(house: House, conn: AsyncConnection, row: PhotoRow, found: bytes | str, now: Ms) -> None:
        await residue.owe(conn)
        if await photos.own(conn, row.id, row.owner) is None:
            return  # whoever sent it left meanwhile: of what they sent nothing is made
        if isinstance(found, str):
            await photos.refuse(conn, row, f"photo.refused_{found}")
            shown: int | Refusal = Refusal(f"photo.refused_{found}")
        else:
            await photos.keep(conn, row, found)
            shown = await files.make_for(conn, row.owner, "anh.jpg", "image/jpeg", found, Ms(now + LOOKED_MS))
        await tell(house, conn, Outcome(row.account, row.chat_id, row.owner, row.id, shown), now)

    return Kind("photos", LARGEST, photos.waiting, photos.tried, _look, keep)


def _look(data: bytes, name: str) -> bytes | str:
    try:
        return cleaned(data)
    except Unusable as error:
        return error.why


async def receive(ctx: Context, shared: Shared) -> int | Refusal:
    """Take a photo in, to be drawn anew soon; its number."""
    if ctx.member is None or not ctx.may(Act.REPORT):
        return STALE
    if shared.size > LARGEST:
        return Refusal("photo.refused_large")
    if await photos.count(ctx.conn, ctx.member.id) >= AT_ONCE:
        return Refusal("photo.too_many")
    taken = await take_in(ctx, ctx.member, shared)
    if isinstance(taken, Refusal):
        return taken
    return await photos.add(
        ctx.conn, taken, ctx.member.id, ctx.account, ctx.chat_id, Ms(ctx.now + HALF_FILLED_MS)
    )


async def let_go(ctx: Context, named: str) -> None:
    """Another photo stands in the place of one that no report has yet: it is gone."""
    if ctx.member is not None and named.startswith(PREFIX):
        await residue.owe(ctx.conn)
        await photos.drop(ctx.conn, int(named.removeprefix(PREFIX)), ctx.member.id)


async def ready(ctx: Context, form: Form, answers: Mapping[str, str]) -> Refusal | None:
    """Why a report cannot go with these photos yet; None where it can."""
    for number in _numbers(form, answers):
        found = await photos.own(ctx.conn, number, ctx.member.id) if ctx.member else None
        if found is None:
            return Refusal("photo.gone")
        if found.refused is not None:
            return Refusal(found.refused)
        if not found.clean:
            return Refusal("photo.waits")
    return None


def as_kept(form: Form, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers of a report: a photo is named by nothing but that there is one."""
    own = {item.key for item in form.fields if item.kind == "photo"}
    return {key: ATTACHED if key in own and value else value for key, value in answers.items()}


async def attach(ctx: Context, form: Form, answers: Mapping[str, str], report: int) -> None:
    """The photos go with a report from now on; those it had are gone where it says so no more."""
    own = [answers.get(item.key, "") for item in form.fields if item.kind == "photo"]
    if own and ATTACHED not in own:
        await photos.detach(ctx.conn, report)
    for number in _numbers(form, answers):
        await photos.attach(ctx.conn, number, ctx.member.id if ctx.member else 0, report)


async def for_actor(ctx: Context, report: int) -> list[int]:
    """Copies of a report's photos for the actor, who may open it: their files, for an hour."""
    made = [
        await hand_out(ctx, "anh.jpg", "image/jpeg", data)
        for data in await photos.of_report(ctx.conn, report)
    ]
    return [one for one in made if isinstance(one, int)]


def _numbers(form: Form, answers: Mapping[str, str]) -> list[int]:
    named = [answers.get(item.key, "") for item in form.fields if item.kind == "photo"]
    return [int(one.removeprefix(PREFIX)) for one in named if one.startswith(PREFIX)]
