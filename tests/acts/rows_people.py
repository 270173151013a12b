"""The permission test's rows for invitations, requests, one's own data, reports and digests."""

from collections.abc import Awaitable, Callable

from bot.acts import invitations, me, requests
from bot.acts.context import Context
from bot.core.people.members import Role
from bot.core.people.permissions import Act
from bot.storage.people import joining
from bot.storage.talk import conversations
from tests.acts.matrix import (
    ADMINISTRATORS,
    ANYWHERE,
    MEMBERS,
    SENDERS,
    STRANGER,
    Row,
    Try,
    World,
    done,
)
from tests.handlers.village import ACCOUNT

REPORTERS = frozenset({str(Role.REPORTER)})
NOT_IN = frozenset({STRANGER})
DAY_MS = 86_400_000


def _form(command: str, slug: str) -> Try:
    async def attempt(world: World, chat: str, _unit: str) -> bool:
        await world.home.say(chat, command)
        async with world.home.database.write() as conn:
            opened = await conversations.get(conn, ACCOUNT, chat, slug) is not None
            await conversations.drop(conn, ACCOUNT, chat, slug)
        return opened

    return attempt


async def _digest(world: World, chat: str, _unit: str) -> bool:
    return any(reply.text for reply in await world.home.press(chat, "dig:month"))


async def _request(world: World, unit: str) -> int:
    newcomer = f"newcomer-{world.next()}"
    async with world.home.database.write() as conn:
        return await joining.request(
            conn,
            account=ACCOUNT,
            chat_id=newcomer,
            name=newcomer,
            unit=unit,
            language="vi",
            consent_version="1",
            now=world.home.now,
        )


async def _state(world: World, number: int) -> str:
    async with world.home.database.read() as conn:
        request = await joining.get_request(conn, number)
    assert request is not None
    return request.state


def _deciding(act: Callable[[Context, int], Awaitable[object]], button: str, to: str) -> Row:
    async def directly(world: World, chat: str, unit: str) -> bool:
        number = await _request(world, unit)
        async with world.home.database.write() as conn:
            await act(await world.context(conn, chat), number)
        return await _state(world, number) == to

    async def pressed(world: World, chat: str, unit: str) -> bool:
        number = await _request(world, unit)
        await world.home.press(chat, f"admit:{button}:{number}")
        return await _state(world, number) == to

    return Row(ADMINISTRATORS, {"act": directly, "chat": pressed})


class _Undo(Exception):
    """What was tried is taken back, so that the next try finds the same people."""


def _undone(act: Callable[[Context, str], Awaitable[object]]) -> Try:
    async def attempt(world: World, chat: str, unit: str) -> bool:
        was_done = False
        try:
            async with world.home.database.write() as conn:
                was_done = done(await act(await world.context(conn, chat), unit))
                raise _Undo
        except _Undo:
            return was_done

    return attempt


def _own(act: Callable[[Context], Awaitable[object]]) -> Row:
    return Row(MEMBERS, {"act": _undone(lambda ctx, _unit: act(ctx))}, at=ANYWHERE, homeless=True)


def _invite_by_shell() -> Try:
    async def attempt(world: World, _chat: str, unit: str) -> bool:
        async with world.home.database.write() as conn:
            return done(await _invite(world.operator(conn), unit))

    return attempt


async def _invite(ctx: Context, unit: str) -> object:
    return await invitations.create(ctx, unit, [Role.COMMUNICATOR], days=1, uses=1)


async def _join(ctx: Context, unit: str) -> object:
    values = {"expires_at": ctx.now + DAY_MS, "uses": 1, "created_by": "cli", "now": ctx.now}
    made = await joining.make_invite(ctx.conn, unit, [Role.COMMUNICATOR], **values)  # type: ignore[arg-type]
    return await invitations.join(ctx, joining.digest(made.code), "Người mới", "vi", "1")


async def _ask(ctx: Context, unit: str) -> object:
    return await requests.ask(ctx, unit, "Người mới", "vi", "1")


ROWS: dict[Act, Row] = {
    Act.REPORT: Row(REPORTERS, {"chat": _form("/baocao", "opinion")}, at=ANYWHERE, homeless=True),
    Act.DIGEST: Row(SENDERS, {"chat": _digest}, at=ANYWHERE),
    Act.INVITE: Row(ADMINISTRATORS, {"act": _undone(_invite), "shell": _invite_by_shell()}),
    Act.JOIN: Row(NOT_IN, {"act": _undone(_join)}, at=ANYWHERE, homeless=True),
    Act.ASK: Row(NOT_IN, {"act": _undone(_ask)}, at=ANYWHERE, homeless=True),
    Act.ADMIT: _deciding(requests.admit, "yes", "accepted"),
    Act.DECLINE: _deciding(requests.decline, "no", "declined"),
    Act.RENAME: _own(lambda ctx: me.rename(ctx, "Tên khác")),
    Act.SET_LANGUAGE: _own(lambda ctx: me.set_language(ctx, "en")),
    Act.EXPORT: _own(me.export),
    Act.LEAVE: _own(me.leave),
    Act.ERASE: _own(me.erase),
}
