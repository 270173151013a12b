"""The permission test's rows for what follows a run: who has not read it, by name and by unit."""

from collections.abc import Awaitable, Callable

from sqlalchemy import delete, select, update

from bot.acts import corrections, recipients, reminders
from bot.acts.context import Context
from bot.core.delivery.recipients import Standing
from bot.core.people.permissions import Act
from bot.core.talk.taps.sending import Unread
from bot.storage.delivery import runs
from bot.storage.guidance import briefings, broadcasts
from bot.storage.tables import broadcast, correction, run
from tests.acts.matrix import ADMINISTRATORS, SENDERS, Row, World, done
from tests.handlers.sending import SLUG, a_run, put
from tests.handlers.village import PROVINCE


async def _run(world: World) -> int:
    """A run from above that goes to everybody: it is looked at, and nobody changes it."""
    async with world.home.database.read() as conn:
        found = await runs.every(conn)
    return found[0].id if found else await a_run(world.home, "TW")


async def _named(world: World, chat: str, unit: str) -> bool:
    number = await _run(world)
    async with world.home.database.read() as conn:
        ctx = await world.context(conn, chat)
        return done(await recipients.named(ctx, number, unit, tuple(Standing)))


async def _named_by_button(world: World, chat: str, unit: str) -> bool:
    """The list is of one's own unit alone, whatever is asked for."""
    number = await _run(world)
    shown = any(reply.text for reply in await world.home.press(chat, Unread(number, 0).encode()))
    return shown and unit == PROVINCE


async def _named_by_shell(world: World, _chat: str, unit: str) -> bool:
    number = await _run(world)
    async with world.home.database.read() as conn:
        return done(await recipients.named(world.operator(conn), number, unit))


async def _by_unit(world: World, chat: str, unit: str) -> bool:
    number = await _run(world)
    async with world.home.database.read() as conn:
        return done(await recipients.by_unit(await world.context(conn, chat), number, unit))


async def _by_unit_by_shell(world: World, _chat: str, unit: str) -> bool:
    number = await _run(world)
    async with world.home.database.read() as conn:
        return done(await recipients.by_unit(world.operator(conn), number, unit))


async def arrived(world: World, unit: str) -> tuple[int, int]:
    """A run that came to everybody of a unit: its number and its broadcast's, the same ones each time."""
    query = select(run.c.id, run.c.broadcast_id).join(broadcast, broadcast.c.id == run.c.broadcast_id)
    query = query.where(broadcast.c.unit == unit, run.c.about.is_(None))
    async with world.home.database.read() as conn:
        found = (await conn.execute(query)).first()
    if found is not None:
        return int(found[0]), int(found[1])
    await put(world.home, await a_run(world.home, unit), "sent", 1000)
    return await arrived(world, unit)


async def _reminders(world: World) -> int:
    """How many were asked for since the last time; they are taken back."""
    asked = update(run).where(run.c.about.is_not(None), run.c.state != "cancelled")
    async with world.home.database.write() as conn:
        return (await conn.execute(asked.values(state="cancelled"))).rowcount


async def _remind(world: World, chat: str, unit: str) -> bool:
    number, _ = await arrived(world, unit)
    async with world.home.database.write() as conn:
        await reminders.remind(await world.context(conn, chat), number)
    return await _reminders(world) == 1


async def _remind_by_button(world: World, chat: str, unit: str) -> bool:
    number, _ = await arrived(world, unit)
    await world.home.press(chat, f"run:remind:{number}")
    return await _reminders(world) == 1


async def _remind_by_shell(world: World, _chat: str, unit: str) -> bool:
    number, _ = await arrived(world, unit)
    async with world.home.database.write() as conn:
        await reminders.remind(world.operator(conn), number)
    return await _reminders(world) == 1


async def _goes_by_itself(world: World, number: int) -> bool:
    """Whether it reminds by itself now; from now on it does not."""
    async with world.home.database.write() as conn:
        return await broadcasts.set_following(conn, number, None, None)


async def _automatic(world: World, chat: str, unit: str) -> bool:
    _, number = await arrived(world, unit)
    async with world.home.database.write() as conn:
        await reminders.automatic(await world.context(conn, chat), number, True)
    return await _goes_by_itself(world, number)


async def _automatic_by_button(world: World, chat: str, unit: str) -> bool:
    one, number = await arrived(world, unit)
    await world.home.press(chat, f"run:auto:{one}")
    return await _goes_by_itself(world, number)


async def _automatic_by_shell(world: World, _chat: str, unit: str) -> bool:
    _, number = await arrived(world, unit)
    async with world.home.database.write() as conn:
        await reminders.automatic(world.operator(conn), number, True)
    return await _goes_by_itself(world, number)


async def mended(world: World) -> bool:
    """Whether something was corrected or taken back; it is undone."""
    async with world.home.database.write() as conn:
        found = (await conn.execute(select(correction.c.broadcast_id, correction.c.old_id))).all()
        await conn.execute(delete(correction))
        for number, old in found:
            await conn.execute(update(broadcast).where(broadcast.c.id == number).values(briefing_id=old))
        await conn.execute(update(run).where(run.c.about.is_(None)).values(state="running"))
    await _reminders(world)
    return len(found) == 1


async def _newer(world: World) -> None:
    """The content says something else by now."""
    one = world.home.house.briefings[SLUG]
    new = one.model_copy(update={"source": f"{one.source}."})
    async with world.home.database.write() as conn:
        await briefings.keep(conn, new, [], world.home.now)


def _mending(act: Callable[[Context, int], Awaitable[object]], step: str) -> Row:
    async def by_act(world: World, chat: str, unit: str) -> bool:
        number, _ = await arrived(world, unit)
        await _newer(world)
        async with world.home.database.write() as conn:
            await act(await world.context(conn, chat), number)
        return await mended(world)

    async def by_button(world: World, chat: str, unit: str) -> bool:
        number, _ = await arrived(world, unit)
        await _newer(world)
        await world.home.press(chat, f"run:{step}:{number}")
        return await mended(world)

    async def by_shell(world: World, _chat: str, unit: str) -> bool:
        number, _ = await arrived(world, unit)
        await _newer(world)
        async with world.home.database.write() as conn:
            await act(world.operator(conn), number)
        return await mended(world)

    return Row(SENDERS, {"act": by_act, "chat": by_button, "shell": by_shell})


ROWS: dict[Act, Row] = {
    Act.CORRECT: _mending(corrections.correct, "mend!"),
    Act.RECALL: _mending(corrections.recall, "recall!"),
    Act.REMIND: Row(
        SENDERS,
        {"act": _remind, "chat": _remind_by_button, "shell": _remind_by_shell},
        frozenset({"own", "below", "above"}),  # of a run from above their own people
    ),
    Act.AUTOMATIC: Row(
        SENDERS, {"act": _automatic, "chat": _automatic_by_button, "shell": _automatic_by_shell}
    ),
    Act.NAMED: Row(
        ADMINISTRATORS,
        {"act": _named, "chat": _named_by_button, "shell": _named_by_shell},
        frozenset({"own"}),
    ),
    Act.BEHIND: Row(SENDERS, {"act": _by_unit, "shell": _by_unit_by_shell}),
}
