"""The permission test's rows for approval."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.acts import approval, quieting, training
from bot.acts.context import Context, Operator, Refusal
from bot.acts.orders import Order
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Once
from bot.storage.guidance import broadcasts as stored
from bot.storage.people import members, rules
from tests.acts.matrix import ADMINISTRATORS, APPROVERS, SENDERS, Row, Try, World, done
from tests.handlers.sending import SLUG, create
from tests.handlers.village import PROVINCE

HOUR_MS = 3_600_000
ById = Callable[[Context, int], Awaitable[object]]


async def _waiting(world: World, unit: str, state: str) -> int:
    return await create(world.home, unit, at=world.home.now + HOUR_MS, state=state)


async def _state(world: World, number: int) -> str:
    async with world.home.database.read() as conn:
        row = await stored.get(conn, number)
    assert row is not None
    return row.state


async def _needed(world: World, unit: str) -> None:
    async with world.home.database.write() as conn:
        await rules.choose_approval(conn, unit, True)


def _tries(act: ById, before: str, to: str, *, shell: bool) -> Try:
    async def attempt(world: World, chat: str, unit: str) -> bool:
        await _needed(world, unit)
        number = await _waiting(world, unit, before)
        async with world.home.database.write() as conn:
            await act(world.operator(conn) if shell else await world.context(conn, chat), number)
        return await _state(world, number) == to

    return attempt


def _pressed(before: str, to: str, *steps: str) -> Try:
    """Buttons with data of this kind, then words where one asks for them."""

    async def attempt(world: World, chat: str, unit: str) -> bool:
        await _needed(world, unit)
        number = await _waiting(world, unit, before)
        for step in steps:
            if ":" in step:
                await world.home.press(chat, step.format(number, await _count(world, number)))
            else:
                await world.home.say(chat, step)
        found = await _state(world, number) == to
        if len(steps) > 1 and not found:
            await world.home.say(chat, "/trogiup")
        return found

    return attempt


async def _count(world: World, number: int) -> int:
    """How many it is for, whoever asks."""
    async with world.home.database.read() as conn:
        return await _for(world.operator(conn), number)


async def _for(operator: Context, number: int) -> int:
    found = await approval.look(operator, number)
    assert isinstance(found, approval.Pending)
    return found.count


async def _approve(ctx: Context, number: int) -> object:
    count = await _for(replace(ctx, actor=Operator()), number)
    return await approval.approve(ctx, number, 0, count)


async def _send_back(ctx: Context, number: int) -> object:
    return await approval.send_back(ctx, number, 0, "sửa")


async def _sees(world: World, ctx: Context, number: int) -> bool:
    found = await approval.waiting(ctx)
    return not isinstance(found, Refusal) and number in [one.row.id for one in found]


async def _list(world: World, chat: str, unit: str) -> bool:
    number = await _waiting(world, unit, "submitted")
    async with world.home.database.read() as conn:
        return await _sees(world, await world.context(conn, chat), number)


async def _list_by_shell(world: World, _chat: str, unit: str) -> bool:
    number = await _waiting(world, unit, "submitted")
    async with world.home.database.read() as conn:
        return await _sees(world, world.operator(conn), number)


async def _list_in_chat(world: World, chat: str, unit: str) -> bool:
    number = await _waiting(world, unit, "submitted")
    replies = await world.home.say(chat, "/duyet")
    return any(button.data.startswith(f"plan:look:{number}:") for one in replies for button in one.buttons)


async def _rule(world: World, chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        return done(await approval.rule(await world.context(conn, chat), unit, True))


async def _rule_by_shell(world: World, _chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        return done(await approval.rule(world.operator(conn), unit, True))


async def _rule_in_chat(world: World, chat: str, unit: str) -> bool:
    """A button means one's own unit, whoever presses it."""
    async with world.home.database.write() as conn:
        await rules.choose_approval(conn, PROVINCE, None)
        ctx = await world.context(conn, chat)
        if unit != PROVINCE:  # the button can name no other
            return done(await approval.ruled(ctx, unit))
    await world.home.press(chat, "rule:on!")
    async with world.home.database.read() as conn:
        return await rules.approval(conn, PROVINCE) is True


async def _practise(world: World, chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        changed = done(await training.rule(await world.context(conn, chat), unit, True))
        await rules.train(conn, unit, False, ())
    return changed


async def _practise_by_shell(world: World, _chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        changed = done(await training.rule(world.operator(conn), unit, True))
        await rules.train(conn, unit, False, ())
    return changed


async def _practise_in_chat(world: World, chat: str, unit: str) -> bool:
    if unit != PROVINCE:  # the button can name no other
        async with world.home.database.read() as conn:
            return done(await training.ruled(await world.context(conn, chat), unit))
    await world.home.press(chat, "rule:train!")
    async with world.home.database.write() as conn:
        found = await rules.testers(conn, f"/TW/{PROVINCE}/") is not None
        await rules.train(conn, PROVINCE, False, ())
    return found


async def _rest(world: World, chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        return done(await quieting.rule(await world.context(conn, chat), unit, "22:00-05:00"))


async def _rest_by_shell(world: World, _chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        return done(await quieting.rule(world.operator(conn), unit, None))


async def _rest_in_chat(world: World, chat: str, unit: str) -> bool:
    if unit != PROVINCE:  # the button can name no other
        async with world.home.database.read() as conn:
            return done(await quieting.ruled(await world.context(conn, chat), unit))
    replies = await world.home.press(chat, "rule:night")
    return any("từ mấy giờ đến mấy giờ" in reply.text for reply in replies)


def _to(unit: str, now: int) -> Order:
    return Order(SLUG, unit, Once(at=now + HOUR_MS))


async def _try_out(world: World, chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        ctx = await world.context(conn, chat)
        return done(await training.try_out(ctx, _to(unit, world.home.now)))


async def _try_out_by_shell(world: World, _chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        one = (await members.page(conn, 0, 1))[0].id
        return done(await training.try_out(world.operator(conn), _to(unit, world.home.now), one))


ROWS: dict[Act, Row] = {
    Act.TRAINING_RULE: Row(
        ADMINISTRATORS,
        {"act": _practise, "chat": _practise_in_chat, "shell": _practise_by_shell},
    ),
    Act.QUIET_RULE: Row(ADMINISTRATORS, {"act": _rest, "chat": _rest_in_chat, "shell": _rest_by_shell}),
    Act.TRY_OUT: Row(SENDERS, {"act": _try_out, "shell": _try_out_by_shell}),
    Act.SUBMIT: Row(
        SENDERS,
        {
            "act": _tries(approval.submit, "draft", "submitted", shell=False),
            "chat": _pressed("draft", "submitted", "run:submit:{}"),
            "shell": _tries(approval.submit, "draft", "submitted", shell=True),
        },
    ),
    Act.APPROVE: Row(
        APPROVERS,
        {
            "act": _tries(_approve, "submitted", "scheduled", shell=False),
            "chat": _pressed("submitted", "scheduled", "plan:approve:{}:0:{}"),
            "shell": _tries(_approve, "submitted", "scheduled", shell=True),
        },
    ),
    Act.SEND_BACK: Row(
        APPROVERS,
        {
            "act": _tries(_send_back, "submitted", "returned", shell=False),
            "chat": _pressed("submitted", "returned", "plan:return:{}:0:0", "Nơi nhận chưa đúng", "✅ Gửi"),
            "shell": _tries(_send_back, "submitted", "returned", shell=True),
        },
    ),
    Act.TO_APPROVE: Row(
        APPROVERS | ADMINISTRATORS,
        {"act": _list, "chat": _list_in_chat, "shell": _list_by_shell},
    ),
    Act.APPROVAL_RULE: Row(ADMINISTRATORS, {"act": _rule, "chat": _rule_in_chat, "shell": _rule_by_shell}),
}
