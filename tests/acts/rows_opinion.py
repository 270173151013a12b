"""The permission test's rows for reports: a desk's acts, and those of whoever wrote one."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.acts import desk, prompting, reporting, topic_answers
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.core.people.members import Role
from bot.core.people.permissions import Act
from bot.storage.opinion import desk as stored
from bot.storage.opinion import opinions
from bot.storage.opinion.opinions import Kept
from bot.storage.people import members
from bot.storage.people.members import Consent
from tests.acts.matrix import ANYWHERE, MEMBERS, SENDERS, Row, Try, World, done
from tests.acts.rows_people import REPORTERS, _by_shell, _undone

OWN = frozenset({"own"})
LETTERS = str.maketrans("01", "AB")
SAYS = {"topic": "tet", "content": "Giá cả dịp Tết"}
ByCode = Callable[[Context, str], Awaitable[object]]


async def _at(ctx: Context, unit: str, code: str, author: int | None = None) -> str:
    """A report that stands at the desk of a unit."""
    kept = Kept(code, "1", unit, ctx.moment.date().isoformat(), SAYS)
    await opinions.add(ctx.conn, kept, author, "2027-12-31", unit)
    return code


def _at_desk(act: ByCode, to: str = "", step: str = "") -> Row:
    async def attempt(ctx: Context, unit: str) -> object:
        await _above(ctx)
        return await act(ctx, await _at(ctx, unit, "DL-AAAAAA"))

    doors = {"act": _undone(attempt), "shell": _by_shell_each(act)}
    return Row(SENDERS, doors | ({"chat": _pressed(step, to)} if step else {}), at=OWN)


def _by_shell_each(act: ByCode) -> Try:
    async def attempt(world: World, _chat: str, unit: str) -> bool:
        async with world.home.database.write() as conn:
            ctx = world.operator(conn)
            await _above(ctx)
            code = f"DL-{world.next():06}".translate(LETTERS)
            # There is no desk above the top.
            return unit == "TW" or done(await act(ctx, await _at(ctx, unit, code)))

    return attempt


async def _above(ctx: Context) -> None:
    """Somebody at the top to whom reports can be passed on."""
    if not await members.with_role_over(ctx.conn, Role.EDITOR, "/TW/"):
        await members.add(ctx.conn, "Trên", "TW", [Role.EDITOR], "vi", Consent("1", 0, "test"), 0)


def _pressed(step: str, to: str) -> Try:
    async def attempt(world: World, chat: str, unit: str) -> bool:
        code = f"DL-{world.next():06}".translate(LETTERS)
        async with world.home.database.write() as conn:
            ctx = world.operator(conn)
            await _above(ctx)
            await _at(ctx, unit, code)
            before = await stored.get(conn, code)
        await world.home.press(chat, step.format(code))
        async with world.home.database.read() as conn:
            after = await stored.get(conn, code)
        assert before is not None
        assert after is not None
        return after.state == to and (after.state, after.desk) != (before.state, before.desk)

    return attempt


async def _listed(ctx: Context, unit: str) -> object:
    code = await _at(ctx, unit, f"DL-{unit}")
    found = await desk.listed(ctx, unit if isinstance(ctx.actor, Operator) else "")
    return isinstance(found, desk.Listed) and code in [one.code for one in found.rows]


async def _merge(ctx: Context, code: str) -> object:
    report = await stored.get(ctx.conn, code)
    assert report is not None
    return await desk.merge(ctx, code, await _at(ctx, report.desk, f"DL-Z{code[4:]}"))


def _own(act: ByCode, roles: frozenset[str] = MEMBERS) -> Row:
    """Done to a report that whoever tries wrote."""

    async def attempt(ctx: Context, unit: str) -> object:
        return await act(ctx, await _at(ctx, unit, "DL-AAAAAA", ctx.member.id if ctx.member else None))

    return Row(roles, {"act": _undone(attempt)}, at=ANYWHERE, homeless=True)


async def _mine(ctx: Context, code: str) -> object:
    return [one.code for one in await reporting.mine(ctx)] == [code]


async def _zero(world: World, chat: str, _unit: str) -> bool:
    return any("Đã ghi nhận" in reply.text for reply in await world.home.say(chat, "/khongphatsinh"))


async def _answered(ctx: Context, unit: str) -> object:
    """An answer given by whoever tries, to a topic that their unit raised; the operator's is by the unit."""
    for place in "ABCDE":
        await _at(ctx, unit, f"DL-{place}{unit}")
    today = ctx.moment.date()
    own = isinstance(ctx.actor, Operator) or (ctx.member is not None and ctx.member.unit == unit)
    done = await topic_answers.give(ctx, "tet", today, today, "Đã ghi nhận", unit)
    return done if own else STALE


async def _given(ctx: Context, unit: str) -> int:
    done = await _answered(replace(ctx, actor=Operator()), unit)
    assert isinstance(done, topic_answers.Given)
    return done.answer.id


async def _answers(ctx: Context, unit: str) -> object:
    number = await _given(ctx, unit)
    found = await topic_answers.given(ctx, unit)
    return not isinstance(found, Refusal) and number in [one.answer.id for one in found]


async def _settled(ctx: Context, unit: str) -> object:
    """An answer from the top to what a unit raised; who works at a desk marks none of their own."""
    for place in "ABCDE":
        await _at(ctx, unit, f"DL-{place}{unit}")
    today, operator = ctx.moment.date(), replace(ctx, actor=Operator())
    given = await topic_answers.give(operator, "tet", today, today, "Đã ghi nhận", "TW")
    assert isinstance(given, topic_answers.Given)
    return await topic_answers.settle(ctx, given.answer.id, settled=True)


ROWS: dict[Act, Row] = {
    Act.DESK: Row(SENDERS, {"act": _undone(_listed), "shell": _by_shell(_listed)}, at=OWN),
    Act.OPEN_REPORT: _at_desk(desk.look, "opened", "rep:open:{}"),
    Act.VERIFY: _at_desk(desk.verify, "verified", "rep:verify:{}"),
    Act.GIVE_BACK: _at_desk(lambda ctx, code: desk.give_back(ctx, code, "Chưa rõ")),
    Act.FORWARD: _at_desk(desk.forward, "received", "rep:forward!:{}"),
    Act.MERGE: _at_desk(_merge),
    Act.ANSWER: _at_desk(lambda ctx, code: desk.answer(ctx, code, "Đã ghi nhận")),
    Act.CLOSE: _at_desk(desk.close, "closed", "rep:close!:{}"),
    Act.MY_REPORTS: _own(_mine),
    Act.MEND_REPORT: _own(lambda ctx, code: reporting.mend(ctx, code, SAYS)),
    Act.ADD_TO_REPORT: _own(lambda ctx, code: reporting.supplement(ctx, code, SAYS), REPORTERS),
    Act.NOTHING_NEW: Row(
        REPORTERS, {"act": _undone(lambda ctx, _: prompting.nothing_new(ctx)), "chat": _zero}, ANYWHERE, True
    ),
    Act.ANSWER_TOPIC: Row(SENDERS, {"act": _undone(_answered), "shell": _by_shell(_answered)}, at=OWN),
    Act.TOPIC_ANSWERS: Row(SENDERS, {"act": _undone(_answers), "shell": _by_shell(_answers)}, at=OWN),
    Act.SETTLE: Row(REPORTERS | SENDERS, {"act": _undone(_settled)}, at=OWN),
    Act.TAKE_BACK: _own(reporting.take_back),
}
