"""The permission test's rows for addenda: a unit speaks for itself, and who stands over it looks on."""

from collections.abc import Awaitable, Callable

from sqlalchemy import delete, func, select, update

from bot.acts import addenda as acts
from bot.acts.context import Context, Refusal
from bot.core.people.permissions import Act
from bot.storage.guidance import addenda
from bot.storage.tables import addendum, broadcast
from tests.acts.matrix import APPROVERS, SENDERS, Row, Try, World
from tests.handlers.sending import create
from tests.handlers.village import EA_KAO

HOUR_MS = 3_600_000
OWN = frozenset({"own"})


async def _from_above(world: World) -> int:
    """A broadcast of the whole country's that takes addenda still."""
    number = await create(world.home, "TW", at=world.home.now + 5 * HOUR_MS)
    async with world.home.database.write() as conn:
        await conn.execute(update(broadcast).where(broadcast.c.id == number).values(addenda_ms=HOUR_MS))
    return number


async def _added(world: World, unit: str, state: str = "standing") -> tuple[int, int]:
    """The broadcast, and what a unit added to it."""
    number = await _from_above(world)
    said = {"unit_name": unit, "signed": unit, "words": "x", "written_by": "cli", "created_at": 0}
    async with world.home.database.write() as conn:
        return number, await addenda.add(conn, number, unit, state=state, **said)


async def _state(world: World, number: int) -> str:
    async with world.home.database.read() as conn:
        row = await addenda.get(conn, number)
    return row.state if row is not None else ""


async def _taken_away(world: World) -> int:
    """How many there are; they are taken away."""
    async with world.home.database.write() as conn:
        count = (await conn.execute(select(func.count()).select_from(addendum))).scalar_one()
        await conn.execute(delete(addendum))
    return int(count)


def _below(unit: str) -> str:
    """Nobody stands over the top of the tree: there the shell speaks for a commune."""
    return EA_KAO if unit == "TW" else unit


async def _write(world: World, chat: str, unit: str) -> bool:
    number = await _from_above(world)
    async with world.home.database.write() as conn:
        await acts.write(await world.context(conn, chat), number, "x", unit=unit)
    return await _taken_away(world) == 1


async def _write_by_shell(world: World, _chat: str, unit: str) -> bool:
    number = await _from_above(world)
    async with world.home.database.write() as conn:
        await acts.write(world.operator(conn), number, "x", unit=_below(unit))
    return await _taken_away(world) == 1


async def _listed(world: World, chat: str, unit: str) -> bool:
    number, made = await _added(world, unit)
    async with world.home.database.read() as conn:
        return _has(await acts.listed(await world.context(conn, chat), number), made)


async def _listed_by_shell(world: World, _chat: str, unit: str) -> bool:
    number, made = await _added(world, unit)
    async with world.home.database.read() as conn:
        return _has(await acts.listed(world.operator(conn), number), made)


def _has(found: list[addenda.AddendumRow] | Refusal, number: int) -> bool:
    return not isinstance(found, Refusal) and number in [one.id for one in found]


def _tries(act: Callable[[Context, int], Awaitable[object]], before: str, to: str, *, shell: bool) -> Try:
    async def attempt(world: World, chat: str, unit: str) -> bool:
        _, made = await _added(world, unit, before)
        async with world.home.database.write() as conn:
            await act(world.operator(conn) if shell else await world.context(conn, chat), made)
        return await _state(world, made) == to

    return attempt


def _pressed(step: str, before: str, to: str) -> Try:
    async def attempt(world: World, chat: str, unit: str) -> bool:
        _, made = await _added(world, unit, before)
        await world.home.press(chat, f"add:{step}:{made}")
        return await _state(world, made) == to

    return attempt


async def _stands(ctx: Context, number: int) -> object:
    return await acts.decide(ctx, number, True)


ROWS: dict[Act, Row] = {
    Act.WRITE_ADDENDUM: Row(SENDERS, {"act": _write, "shell": _write_by_shell}, OWN),
    Act.ADDENDA: Row(SENDERS | APPROVERS, {"act": _listed, "shell": _listed_by_shell}),
    Act.WITHDRAW_ADDENDUM: Row(
        SENDERS,
        {
            "act": _tries(acts.withdraw, "standing", "withdrawn", shell=False),
            "chat": _pressed("drop!", "standing", "withdrawn"),
            "shell": _tries(acts.withdraw, "standing", "withdrawn", shell=True),
        },
    ),
    Act.DECIDE_ADDENDUM: Row(
        APPROVERS,
        {
            "act": _tries(_stands, "submitted", "standing", shell=False),
            "chat": _pressed("yes", "submitted", "standing"),
            "shell": _tries(_stands, "submitted", "standing", shell=True),
        },
    ),
}
