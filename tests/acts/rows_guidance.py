"""The permission test's rows for broadcasts, runs and briefings."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.acts import broadcasts, changing, places, plans, runs
from bot.acts.changing import Change
from bot.acts.context import Context, Refusal
from bot.acts.orders import Order
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Once
from bot.core.talk.form import Answer, FormState
from bot.core.talk.taps.sending import Week
from bot.storage.guidance import briefings
from bot.storage.guidance import broadcasts as stored
from bot.storage.talk import conversations
from tests.acts.matrix import SENDERS, Row, Try, World, done
from tests.handlers.sending import SLUG, a_run, create, put, scheduled, states
from tests.handlers.village import ACCOUNT, START

HOUR_MS = 3_600_000
ById = Callable[[Context, int], Awaitable[object]]


async def _waiting(world: World, unit: str, before: str = "") -> int:
    """A broadcast that waits for its time; `before`: the state it is put in."""
    number = await create(world.home, unit, at=world.home.now + HOUR_MS)
    if before:
        async with world.home.database.write() as conn:
            await stored.set_state(conn, number, before)
    return number


async def _state(world: World, number: int) -> str:
    async with world.home.database.read() as conn:
        row = await stored.get(conn, number)
    assert row is not None
    return row.state


def _change(act: ById, to: str, before: str = "") -> Try:
    async def attempt(world: World, chat: str, unit: str) -> bool:
        number = await _waiting(world, unit, before)
        async with world.home.database.write() as conn:
            await act(await world.context(conn, chat), number)
        return await _state(world, number) == to

    return attempt


def _changed_by_button(data: str, to: str, before: str = "") -> Try:
    async def attempt(world: World, chat: str, unit: str) -> bool:
        number = await _waiting(world, unit, before)
        await world.home.press(chat, f"run:{data}:{number}")
        return await _state(world, number) == to

    return attempt


def _changed_by_shell(act: ById, to: str, before: str = "") -> Try:
    async def attempt(world: World, _chat: str, unit: str) -> bool:
        number = await _waiting(world, unit, before)
        async with world.home.database.write() as conn:
            await act(world.operator(conn), number)
        return await _state(world, number) == to

    return attempt


def _stopping(act: ById, button: str, to: str, before: str = "") -> Row:
    return Row(
        SENDERS,
        {
            "act": _change(act, to, before),
            "chat": _changed_by_button(button, to, before),
            "shell": _changed_by_shell(act, to, before),
        },
    )


async def _progress(world: World, chat: str, unit: str) -> bool:
    number = await _waiting(world, unit)
    async with world.home.database.read() as conn:
        found = await runs.progress(await world.context(conn, chat))
    waiting = [] if isinstance(found, Refusal) else [plan.id for plan in found.waiting]
    await _forget(world, number)
    return number in waiting


async def _progress_in_chat(world: World, chat: str, unit: str) -> bool:
    number = await _waiting(world, unit)
    replies = await world.home.say(chat, "/tiendo")
    await _forget(world, number)
    return any(button.data == f"run:next:{number}" for reply in replies for button in reply.buttons)


async def _calendar(world: World, chat: str, unit: str) -> bool:
    number = await _waiting(world, unit)
    async with world.home.database.read() as conn:
        ctx = await world.context(conn, chat)
        place = await places.find(conn, unit)
        path, day = (place.path if place else ""), ctx.moment.date()
        found = await plans.calendar(ctx, path, day, day + timedelta(days=1))
    await _forget(world, number)
    return not isinstance(found, Refusal) and number in [one.row.id for one in found]


async def _calendar_in_chat(world: World, chat: str, unit: str) -> bool:
    number = await _waiting(world, unit)
    day = world.home.house.today(world.home.now)
    replies = await world.home.press(chat, Week(day.toordinal()).encode())
    await _forget(world, number)
    return any(world.home.house.briefings[SLUG].body("vi").title[:40] in reply.text for reply in replies)


async def _forget(world: World, number: int) -> None:
    async with world.home.database.write() as conn:
        await stored.set_state(conn, number, "cancelled")


async def _status(world: World, chat: str, unit: str) -> bool:
    one = await world.run(unit)
    async with world.home.database.read() as conn:
        return done(await runs.status(await world.context(conn, chat), one))


def _shown(data: str) -> Try:
    async def attempt(world: World, chat: str, unit: str) -> bool:
        one = await world.run(unit)
        return any(reply.text for reply in await world.home.press(chat, f"run:{data}:{one}"))

    return attempt


async def _doubtful(world: World, unit: str) -> int:
    one = await a_run(world.home, unit)
    await put(world.home, one, "uncertain", 1000)
    return one


async def _resolve(world: World, chat: str, unit: str) -> bool:
    one = await _doubtful(world, unit)
    async with world.home.database.write() as conn:
        await runs.resolve(await world.context(conn, chat), one, "accept")
    return "accepted" in await states(world.home, one)


async def _resolve_by_button(world: World, chat: str, unit: str) -> bool:
    one = await _doubtful(world, unit)
    await world.home.press(chat, f"run:accept!:{one}")
    return "accepted" in await states(world.home, one)


async def _resolve_by_shell(world: World, _chat: str, unit: str) -> bool:
    one = await _doubtful(world, unit)
    async with world.home.database.write() as conn:
        await runs.resolve(world.operator(conn), one, "accept")
    return "accepted" in await states(world.home, one)


def _order(unit: str) -> Order:
    return Order(SLUG, unit, Once(at=START + 30 * 86_400_000))


async def _schedule(world: World, chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        ctx = await world.context(conn, chat)
        return done(await broadcasts.schedule(ctx, _order(unit), await _meant(world, unit)))


async def _schedule_by_shell(world: World, _chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        ctx = world.operator(conn)
        return done(await broadcasts.schedule(ctx, _order(unit), await _meant(world, unit)))


async def _meant(world: World, unit: str) -> int:
    """How many a broadcast to this unit is for, whoever asks."""
    async with world.home.database.read() as conn:
        found = await broadcasts.preview(world.operator(conn), _order(unit))
    assert isinstance(found, broadcasts.Preview)
    return found.draft.count


async def _schedule_in_chat(world: World, chat: str, unit: str) -> bool:
    """The form of somebody who may, its unit forged; pressed from this chat."""
    before = len(await scheduled(world.home))
    answers = {
        key: Answer(value=value, shown=value)
        for key, value in {
            "source": "prepared",
            "briefing": SLUG,
            "unit": unit,
            "urgency": "ordinary",
            "timing": "now",
        }.items()
    }
    state = FormState(form="compose", nonce="forged", step=9, at="", answers=answers)
    state = state.model_copy(update={"notes": {"count": str(await _meant(world, unit))}})
    async with world.home.database.write() as conn:
        await conversations.keep(conn, ACCOUNT, chat, state, world.home.now)
    await world.home.press(chat, "f:forged:9:send:")
    async with world.home.database.write() as conn:
        await conversations.drop(conn, ACCOUNT, chat, "compose")
    return len(await scheduled(world.home)) > before


async def _preview(world: World, chat: str, unit: str) -> bool:
    async with world.home.database.read() as conn:
        return done(await broadcasts.preview(await world.context(conn, chat), _order(unit)))


async def _newer(world: World, unit: str) -> int:
    """A broadcast whose text was corrected since."""
    number = await _waiting(world, unit)
    async with world.home.database.write() as conn:
        row = await briefings.latest(conn, SLUG)
        assert row is not None
        new = row.briefing.model_copy(update={"source": f"{world.next()}"})
        await briefings.keep(conn, new, [], world.home.now)
    return number


async def _says_newest(world: World, number: int) -> bool:
    async with world.home.database.read() as conn:
        row, newest = await stored.get(conn, number), await briefings.latest(conn, SLUG)
    assert row is not None
    assert newest is not None
    return row.briefing_id == newest.id


async def _take_text(world: World, chat: str, unit: str) -> bool:
    number = await _newer(world, unit)
    async with world.home.database.write() as conn:
        await broadcasts.take_text(await world.context(conn, chat), number)
    return await _says_newest(world, number)


async def _take_text_by_button(world: World, chat: str, unit: str) -> bool:
    number = await _newer(world, unit)
    await world.home.press(chat, f"run:new_text:{number}")
    return await _says_newest(world, number)


async def _take_text_by_shell(world: World, _chat: str, unit: str) -> bool:
    number = await _newer(world, unit)
    async with world.home.database.write() as conn:
        await broadcasts.take_text(world.operator(conn), number)
    return await _says_newest(world, number)


_LATER = Once(at=START + 20 * 86_400_000)


async def _is_later(world: World, number: int) -> bool:
    async with world.home.database.read() as conn:
        row = await stored.get(conn, number)
    return row is not None and row.schedule == _LATER


async def _put_off(world: World, chat: str, unit: str) -> bool:
    number = await _waiting(world, unit)
    async with world.home.database.write() as conn:
        await changing.change(await world.context(conn, chat), number, Change(schedule=_LATER))
    return await _is_later(world, number)


async def _put_off_by_shell(world: World, _chat: str, unit: str) -> bool:
    number = await _waiting(world, unit)
    async with world.home.database.write() as conn:
        await changing.change(world.operator(conn), number, Change(schedule=_LATER))
    return await _is_later(world, number)


async def _put_off_in_chat(world: World, chat: str, unit: str) -> bool:
    """The form of somebody who may, filled in, pressed from this chat."""
    number = await _waiting(world, unit)
    said = Answer(value=_LATER.model_dump_json(), shown="sau")
    context = {"broadcast": str(number), "what": "time"}
    state = FormState(form="change", nonce="forged", step=2, at="", answers={"at": said}, context=context)
    async with world.home.database.write() as conn:
        await conversations.keep(conn, ACCOUNT, chat, state, world.home.now)
    await world.home.press(chat, "f:forged:2:send:")
    async with world.home.database.write() as conn:
        await conversations.drop(conn, ACCOUNT, chat, "change")
    return await _is_later(world, number)


ROWS: dict[Act, Row] = {
    Act.SCHEDULE: Row(SENDERS, {"act": _schedule, "chat": _schedule_in_chat, "shell": _schedule_by_shell}),
    Act.PREVIEW: Row(SENDERS, {"act": _preview}),
    Act.PAUSE: _stopping(broadcasts.pause, "hold", "paused"),
    Act.RESUME: _stopping(broadcasts.resume, "go", "scheduled", before="paused"),
    Act.CANCEL: _stopping(broadcasts.cancel, "drop!", "cancelled"),
    Act.TAKE_TEXT: Row(
        SENDERS, {"act": _take_text, "chat": _take_text_by_button, "shell": _take_text_by_shell}
    ),
    Act.CHANGE: Row(SENDERS, {"act": _put_off, "chat": _put_off_in_chat, "shell": _put_off_by_shell}),
    Act.CALENDAR: Row(SENDERS, {"act": _calendar, "chat": _calendar_in_chat}),
    Act.PROGRESS: Row(SENDERS, {"act": _progress, "chat": _progress_in_chat}),
    # From above it is shown cut down to their people.
    Act.STATUS: Row(SENDERS, {"act": _status, "chat": _shown("show")}, frozenset({"own", "below", "above"})),
    Act.RESOLVE: Row(SENDERS, {"act": _resolve, "chat": _resolve_by_button, "shell": _resolve_by_shell}),
}
