"""The permission test's rows for what follows a run: who has not read it, by name and by unit."""

from bot.acts import recipients
from bot.core.delivery.recipients import Standing
from bot.core.people.permissions import Act
from bot.core.talk.taps import Unread
from bot.storage.delivery import runs
from tests.acts.matrix import ADMINISTRATORS, SENDERS, Row, World, done
from tests.handlers.sending import a_run
from tests.handlers.village import PROVINCE


async def _run(world: World) -> int:
    """A run from above that goes to everybody: it is looked at, and nobody changes it."""
    async with world.home.database.read() as conn:
        found = await runs.every(conn)
    return found[0].id if found else await a_run(world.home, "TW")


async def _named(world: World, chat: str, unit: str) -> bool:
    run = await _run(world)
    async with world.home.database.read() as conn:
        ctx = await world.context(conn, chat)
        return done(await recipients.named(ctx, run, unit, tuple(Standing)))


async def _named_by_button(world: World, chat: str, unit: str) -> bool:
    """The list is of one's own unit alone, whatever is asked for."""
    run = await _run(world)
    shown = any(reply.text for reply in await world.home.press(chat, Unread(run, 0).encode()))
    return shown and unit == PROVINCE


async def _named_by_shell(world: World, _chat: str, unit: str) -> bool:
    run = await _run(world)
    async with world.home.database.read() as conn:
        return done(await recipients.named(world.operator(conn), run, unit))


async def _by_unit(world: World, chat: str, unit: str) -> bool:
    run = await _run(world)
    async with world.home.database.read() as conn:
        return done(await recipients.by_unit(await world.context(conn, chat), run, unit))


async def _by_unit_by_shell(world: World, _chat: str, unit: str) -> bool:
    run = await _run(world)
    async with world.home.database.read() as conn:
        return done(await recipients.by_unit(world.operator(conn), run, unit))


ROWS: dict[Act, Row] = {
    Act.NAMED: Row(
        ADMINISTRATORS,
        {"act": _named, "chat": _named_by_button, "shell": _named_by_shell},
        frozenset({"own"}),
    ),
    Act.BEHIND: Row(SENDERS, {"act": _by_unit, "shell": _by_unit_by_shell}),
}
