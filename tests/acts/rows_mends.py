"""The permission test's rows for corrections that wait for their second person."""

from sqlalchemy import delete

from bot.acts import mends as acts
from bot.acts.context import Context, Refusal
from bot.core.people.permissions import Act
from bot.storage.guidance import mends
from bot.storage.tables import mend
from tests.acts.matrix import APPROVERS, Row, World
from tests.acts.rows_after import arrived, mended
from tests.handlers.sending import SLUG


async def _asked(world: World, unit: str) -> int:
    """A correction that somebody who is here no more proposed for a text of a unit's."""
    run, broadcast = await arrived(world, unit)
    title = world.home.house.briefings[SLUG].body("vi").title
    words = title, f"{title}!"
    async with world.home.database.write() as conn:
        await conn.execute(delete(mend))
        return await mends.add(conn, (broadcast, run), words, "member:0", 0)


async def _listed(world: World, chat: str, unit: str) -> bool:
    number = await _asked(world, unit)
    async with world.home.database.read() as conn:
        return await _has(await world.context(conn, chat), number)


async def _listed_by_shell(world: World, _chat: str, unit: str) -> bool:
    number = await _asked(world, unit)
    async with world.home.database.read() as conn:
        return await _has(world.operator(conn), number)


async def _has(ctx: Context, number: int) -> bool:
    found = await acts.waiting(ctx)
    return not isinstance(found, Refusal) and number in [one.id for one in found]


async def _listed_by_button(world: World, chat: str, unit: str) -> bool:
    number = await _asked(world, unit)
    shown = await world.home.press(chat, f"mend:see:{number}")
    return any(f"mend:yes:{number}" in str(one) for one in shown)


async def _decide(world: World, chat: str, unit: str) -> bool:
    number = await _asked(world, unit)
    async with world.home.database.write() as conn:
        await acts.decide(await world.context(conn, chat), number, True)
    return await mended(world)


async def _decide_by_button(world: World, chat: str, unit: str) -> bool:
    number = await _asked(world, unit)
    await world.home.press(chat, f"mend:yes:{number}")
    return await mended(world)


async def _decide_by_shell(world: World, _chat: str, unit: str) -> bool:
    number = await _asked(world, unit)
    async with world.home.database.write() as conn:
        await acts.decide(world.operator(conn), number, True)
    return await mended(world)


ROWS: dict[Act, Row] = {
    Act.TO_MEND: Row(APPROVERS, {"act": _listed, "chat": _listed_by_button, "shell": _listed_by_shell}),
    Act.DECIDE_MEND: Row(APPROVERS, {"act": _decide, "chat": _decide_by_button, "shell": _decide_by_shell}),
}
