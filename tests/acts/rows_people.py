"""The permission test's rows for invitations, requests, one's own data, reports and digests."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.acts import auditing, invitations, linking, me, requests, roster
from bot.acts import members as acts_on_members
from bot.acts.context import Context, Operator, Refusal
from bot.core.kernel.values import ChatId
from bot.core.people.members import Role
from bot.core.people.permissions import Act
from bot.storage.accounts import endpoints
from bot.storage.people import members
from bot.storage.people import requests as stored_requests
from bot.storage.people.members import Consent
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
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT

REPORTERS = frozenset({str(Role.REPORTER)})
NOT_IN = frozenset({STRANGER})


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


async def _digest_file(world: World, chat: str, _unit: str) -> bool:
    """Nothing was reported: whoever may have the file is told so, nobody else."""
    replies = await world.home.press(chat, "digf:xlsx:last_month")
    return any("nên chưa có tệp" in reply.toast for reply in replies)


async def _request(world: World, unit: str) -> int:
    newcomer = f"newcomer-{world.next()}"
    async with world.home.database.write() as conn:
        return await stored_requests.add(
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
        request = await stored_requests.get(conn, number)
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
        await world.home.press(chat, f"admit:{button.format(number)}")
        return await _state(world, number) == to

    async def by_shell(world: World, _chat: str, unit: str) -> bool:
        number = await _request(world, unit)
        async with world.home.database.write() as conn:
            await act(world.operator(conn), number)
        return await _state(world, number) == to

    return Row(ADMINISTRATORS, {"act": directly, "chat": pressed, "shell": by_shell})


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


async def _invite(ctx: Context, unit: str) -> object:
    return await invitations.create(ctx, unit, [Role.COMMUNICATOR], days=1, uses=1)


async def _made(ctx: Context, unit: str) -> invitations.Invitation:
    """An invitation that an operator made."""
    operator = replace(ctx, actor=Operator())
    made = await invitations.create(operator, unit, [Role.EDITOR], days=1, uses=1)
    assert isinstance(made, invitations.Created)
    found = await invitations.look(operator, made.code)
    assert isinstance(found, invitations.Invitation)
    return found


async def _join(ctx: Context, unit: str) -> object:
    return await invitations.join(ctx, (await _made(ctx, unit)).key, "Người mới", "vi", "1")


async def _take(ctx: Context, unit: str) -> object:
    found = await _made(ctx, unit)
    if ctx.member is not None:  # the last administrator goes nowhere
        who, consent = ("Quản trị khác", ctx.member.unit, [Role.ADMINISTRATOR], "vi"), Consent("1", 1, "test")
        await members.add(ctx.conn, *who, consent, ctx.now)
    return await invitations.take(ctx, found.id, invitations.proof(ctx, found))


async def _withdraw(ctx: Context, unit: str) -> object:
    return await invitations.withdraw(ctx, (await _made(ctx, unit)).id)


async def _holding(ctx: Context, unit: str) -> object:
    one = await _made(ctx, unit)
    found = await invitations.holding(ctx)
    return not isinstance(found, Refusal) and one.id in [held.id for held in found]


async def _waiting(ctx: Context, unit: str) -> object:
    stranger = replace(ctx, actor=None, account=ACCOUNT, chat_id="newcomer")
    await requests.ask(stranger, unit, "Người mới", "vi", "1")
    found = await requests.waiting(ctx)
    return not isinstance(found, Refusal) and "Người mới" in [one.name for one in found]


async def _link(ctx: Context, unit: str) -> object:
    owner = await members.at(ctx.conn, ACCOUNT, f"reader-{unit}")
    code = await linking.offer(replace(ctx, actor=owner))
    assert isinstance(code, str)
    return await linking.join(ctx, code)


def _by_shell(act: Callable[[Context, str], Awaitable[object]]) -> Try:
    async def attempt(world: World, _chat: str, unit: str) -> bool:
        async with world.home.database.write() as conn:
            return done(await act(world.operator(conn), unit))

    return attempt


async def _ask(ctx: Context, unit: str) -> object:
    return await requests.ask(ctx, unit, "Người mới", "vi", "1")


def _on_reader(act: Callable[[Context, int], Awaitable[object]], step: str = "") -> Row:
    """Done to somebody of the unit who holds less than any of those who try."""

    async def attempt(ctx: Context, unit: str) -> object:
        reader = await members.at(ctx.conn, ACCOUNT, f"reader-{unit}")
        assert reader is not None
        return await act(ctx, reader.id)

    doors = {"act": _undone(attempt), "shell": _by_shell(attempt)}
    return Row(ADMINISTRATORS, doors | ({"chat": _pressed(step)} if step else {}))


def _pressed(step: str) -> Try:
    """The button of the answer to a question about somebody of the unit."""

    async def attempt(world: World, chat: str, unit: str) -> bool:
        number = await world.home.member(f"subject-{world.next()}", "Ai đó", unit, Role.COMMUNICATOR)
        if step == "reinstate!":
            async with world.home.database.write() as conn:
                await acts_on_members.suspend(world.operator(conn), number)
        before = await _stands(world, number)
        await world.home.press(chat, f"who:{step}:{number}{':e' if step == 'give!' else ''}")
        return await _stands(world, number) != before

    return attempt


async def _stands(world: World, number: int) -> object:
    async with world.home.database.read() as conn:
        found = await roster.person(world.operator(conn), number)
        return found if isinstance(found, Refusal) else (found.state, found.member)


async def _listed(world: World, chat: str, unit: str) -> bool:
    return any("Thành viên của" in reply.text for reply in await world.home.press(chat, f"people:{unit}:0"))


async def _logged(world: World, chat: str, unit: str) -> bool:
    return any("Nhật ký · " in reply.text for reply in await world.home.press(chat, f"log:{unit}:0"))


async def _code_shown(world: World, chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        one = await _made(world.operator(conn), unit)
    return any("còn 1/1 lượt" in reply.text for reply in await world.home.press(chat, f"codes:open:{one.id}"))


async def _code_dropped(world: World, chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        one = await _made(world.operator(conn), unit)
    replies = await world.home.press(chat, f"codes:drop!:{one.id}")
    return any("Đã thu hồi" in reply.toast for reply in replies)


async def _asking(world: World, chat: str, unit: str) -> bool:
    number = await _request(world, unit)
    replies = await world.home.press(chat, f"asks:{number}")
    return any("xin tham gia" in reply.text for reply in replies)


async def _reinstate(ctx: Context, number: int) -> object:
    await acts_on_members.suspend(replace(ctx, actor=Operator()), number)
    return await acts_on_members.reinstate(ctx, number)


async def _joined(ctx: Context, number: int) -> None:
    """They have a second chat."""
    await endpoints.attach(ctx.conn, number, ACCOUNT, ChatId(f"second-{number}"), ctx.now)


async def _keep_here(ctx: Context) -> object:
    if ctx.member is not None:
        await _joined(ctx, ctx.member.id)
    return await linking.keep_here(ctx)


async def _unlink(ctx: Context, number: int) -> object:
    await _joined(ctx, number)
    return await linking.unlink(ctx, number, ACCOUNT, f"second-{number}")


ROWS: dict[Act, Row] = {
    Act.REPORT: Row(REPORTERS, {"chat": _form("/baocao", "opinion")}, at=ANYWHERE, homeless=True),
    Act.DIGEST: Row(SENDERS, {"chat": _digest}, at=ANYWHERE),
    Act.EXPORT_DIGEST: Row(SENDERS, {"chat": _digest_file}, at=ANYWHERE),
    Act.INVITE: Row(ADMINISTRATORS, {"act": _undone(_invite), "shell": _by_shell(_invite)}),
    Act.JOIN: Row(NOT_IN, {"act": _undone(_join)}, at=ANYWHERE, homeless=True),
    Act.ASK: Row(NOT_IN, {"act": _undone(_ask)}, at=ANYWHERE, homeless=True),
    Act.INVITATIONS: Row(
        ADMINISTRATORS, {"act": _undone(_holding), "shell": _by_shell(_holding), "chat": _code_shown}
    ),
    Act.WITHDRAW: Row(
        ADMINISTRATORS, {"act": _undone(_withdraw), "shell": _by_shell(_withdraw), "chat": _code_dropped}
    ),
    Act.TAKE: Row(MEMBERS, {"act": _undone(_take)}, at=ANYWHERE, homeless=True),
    Act.REQUESTS: Row(
        ADMINISTRATORS, {"act": _undone(_waiting), "shell": _by_shell(_waiting), "chat": _asking}
    ),
    Act.MEMBERS: Row(
        ADMINISTRATORS,
        {"act": _undone(roster.members_of), "shell": _by_shell(roster.members_of), "chat": _listed},
    ),
    Act.AUDIT: Row(
        ADMINISTRATORS,
        {"act": _undone(auditing.listed), "shell": _by_shell(auditing.listed), "chat": _logged},
    ),
    Act.SUSPEND: _on_reader(acts_on_members.suspend, "suspend!"),
    Act.REINSTATE: _on_reader(_reinstate, "reinstate!"),
    Act.CHANGE_ROLES: _on_reader(
        lambda ctx, who: acts_on_members.change_roles(ctx, who, [Role.EDITOR]), "give!"
    ),
    Act.MOVE: _on_reader(lambda ctx, who: acts_on_members.move(ctx, who, BUON_MA_THUOT)),
    Act.REMOVE: _on_reader(acts_on_members.remove, "remove!"),
    Act.OFFER_LINK: _own(linking.offer),
    Act.LINK: Row(NOT_IN, {"act": _undone(_link)}, at=ANYWHERE, homeless=True),
    Act.KEEP_HERE: _own(_keep_here),
    Act.UNLINK: _on_reader(_unlink),
    Act.ADMIT: _deciding(requests.admit, "yes:{}", "accepted"),
    Act.DECLINE: _deciding(requests.decline, "no:{}:other", "declined"),
    Act.RENAME: _own(lambda ctx: me.rename(ctx, "Tên khác")),
    Act.SET_LANGUAGE: _own(lambda ctx: me.set_language(ctx, "en")),
    Act.RECEIVE_HERE: _own(me.receive_here),
    Act.EXPORT: _own(me.export),
    Act.LEAVE: _own(me.leave),
    Act.ERASE: _own(me.erase),
}
