"""The permission test's rows for reading: who finds, opens and confirms a briefing, who follows a topic."""

from sqlalchemy import select

from bot.acts import briefings, corrections, outlines, topics
from bot.acts.outlines import Format
from bot.core.people.members import Role
from bot.core.people.permissions import Act
from bot.core.talk.taps.reading import Confirm, Follow, Full, Noted, Open, Outline
from bot.storage.people import members
from bot.storage.tables import delivery
from tests.acts.matrix import ANYWHERE, MEMBERS, Row, Try, World, done
from tests.handlers.issuing import issue
from tests.handlers.sending import SLUG
from tests.handlers.village import ACCOUNT

LISTENERS = frozenset({str(Role.COMMUNICATOR), str(Role.REPORTER)})
SEEN_FROM = frozenset({"own", "above"})  # what goes to one's own unit or one above it


async def _issued(world: World, unit: str) -> tuple[int, int]:
    """A briefing nobody had before, sent to a unit; its number and its run's."""
    one = world.home.house.briefings[SLUG]
    slug = f"{SLUG}-{world.next()}"
    world.home.house.briefings[slug] = one.model_copy(update={"slug": slug})
    return await issue(world.home, slug, unit)


async def known(world: World, unit: str) -> tuple[int, int]:
    """As `_issued`, for who only looks for it or at it: the same at every try."""
    if unit not in world.briefings:
        world.briefings[unit] = await _issued(world, unit)
    return world.briefings[unit]


async def _search(world: World, chat: str, unit: str) -> bool:
    number, _ = await known(world, unit)
    async with world.home.database.read() as conn:
        found = await briefings.search(await world.context(conn, chat), ["quoc", "hoi"], 1000)
    return number in [one.id for one in found]


async def _latest(world: World, chat: str, unit: str) -> bool:
    number, _ = await known(world, unit)
    async with world.home.database.read() as conn:
        found = await briefings.latest(await world.context(conn, chat), 1000)
    return number in [one.id for one in found]


def _lists(command: str) -> Try:
    async def attempt(world: World, chat: str, unit: str) -> bool:
        number, _ = await known(world, unit)
        replies = await world.home.say(chat, command)
        wanted = Open(number).encode()
        return any(button.data == wanted for reply in replies for button in reply.buttons)

    return attempt


async def _read(world: World, chat: str, unit: str) -> bool:
    number, _ = await known(world, unit)
    async with world.home.database.read() as conn:
        return done(await briefings.read(await world.context(conn, chat), number))


async def _open(world: World, chat: str, unit: str) -> bool:
    number, _ = await known(world, unit)
    return any(reply.text for reply in await world.home.press(chat, Open(number).encode()))


async def _outline(world: World, chat: str, unit: str) -> bool:
    number, _ = await known(world, unit)
    async with world.home.database.write() as conn:
        ctx = await world.context(conn, chat)
        return done(await outlines.export(ctx, number, Format.PDF, delivered=False))


async def _outline_in_chat(world: World, chat: str, unit: str) -> bool:
    row = await _own_or_anothers(world, chat, (await _issued(world, unit))[1])
    replies = await world.home.press(chat, Outline("to", row, "docx").encode())
    return any(reply.message.attachment for reply in replies)


async def _outline_in_the_shell(world: World, _chat: str, unit: str) -> bool:
    await known(world, unit)
    async with world.home.database.read() as conn:
        return done(await outlines.of_prepared(world.operator(conn), SLUG, Format.PDF))


async def _own_or_anothers(world: World, chat: str, run: int) -> int:
    """The delivery of a run to whoever writes from this chat, else one to somebody else."""
    async with world.home.database.read() as conn:
        member = await members.at(conn, ACCOUNT, chat)
        rows = list(
            await conn.execute(select(delivery.c.id, delivery.c.member_id).where(delivery.c.run_id == run))
        )
    own = [row.id for row in rows if member is not None and row.member_id == member.id]
    return int((own or [row.id for row in rows])[0])


async def _read_delivered(world: World, chat: str, unit: str) -> bool:
    row = await _own_or_anothers(world, chat, (await _issued(world, unit))[1])
    async with world.home.database.write() as conn:
        return done(await briefings.read_delivered(await world.context(conn, chat), row))


async def _full(world: World, chat: str, unit: str) -> bool:
    row = await _own_or_anothers(world, chat, (await _issued(world, unit))[1])
    return any(reply.text for reply in await world.home.press(chat, Full(row).encode()))


async def _acknowledge(world: World, chat: str, unit: str) -> bool:
    row = await _own_or_anothers(world, chat, (await _issued(world, unit))[1])
    async with world.home.database.write() as conn:
        await briefings.acknowledge(await world.context(conn, chat), row)
    return await _confirmed(world, row)


async def _confirm(world: World, chat: str, unit: str) -> bool:
    row = await _own_or_anothers(world, chat, (await _issued(world, unit))[1])
    await world.home.press(chat, Confirm(row).encode())
    return await _confirmed(world, row)


async def _noted(world: World, chat: str, unit: str) -> bool:
    row = await _own_or_anothers(world, chat, (await _issued(world, unit))[1])
    async with world.home.database.write() as conn:
        await corrections.noted(await world.context(conn, chat), row)
    return await _confirmed(world, row)


async def _noted_by_button(world: World, chat: str, unit: str) -> bool:
    row = await _own_or_anothers(world, chat, (await _issued(world, unit))[1])
    await world.home.press(chat, Noted(row).encode())
    return await _confirmed(world, row)


async def _confirmed(world: World, row: int) -> bool:
    async with world.home.database.read() as conn:
        query = select(delivery.c.acknowledged_at).where(delivery.c.id == row)
        return (await conn.execute(query)).scalar_one() is not None


def _optional(world: World) -> str:
    return next(one.code for one in world.home.house.topics.values() if not one.compulsory_for)


async def _follow(world: World, chat: str, _unit: str) -> bool:
    async with world.home.database.write() as conn:
        ctx = await world.context(conn, chat)
        before = dict(await topics.followed(ctx))
        await topics.follow(ctx, _optional(world))
        return dict(await topics.followed(ctx)) != before


async def _follow_in_chat(world: World, chat: str, _unit: str) -> bool:
    async with world.home.database.read() as conn:
        before = dict(await topics.followed(await world.context(conn, chat)))
    await world.home.press(chat, Follow(_optional(world)).encode())
    async with world.home.database.read() as conn:
        return dict(await topics.followed(await world.context(conn, chat))) != before


ROWS: dict[Act, Row] = {
    Act.LATEST: Row(LISTENERS, {"act": _latest, "chat": _lists("/moinhat")}, SEEN_FROM),
    Act.SEARCH: Row(LISTENERS, {"act": _search, "chat": _lists("/tim quốc hội")}, SEEN_FROM),
    Act.READ: Row(LISTENERS, {"act": _read, "chat": _open}, SEEN_FROM),
    Act.READ_DELIVERED: Row(LISTENERS, {"act": _read_delivered, "chat": _full}, SEEN_FROM),
    Act.OUTLINE: Row(
        LISTENERS,
        {"act": _outline, "chat": _outline_in_chat, "shell": _outline_in_the_shell},
        SEEN_FROM,
    ),
    Act.ACKNOWLEDGE: Row(LISTENERS, {"act": _acknowledge, "chat": _confirm}, SEEN_FROM),
    Act.NOTED: Row(LISTENERS, {"act": _noted, "chat": _noted_by_button}, SEEN_FROM),
    Act.FOLLOW: Row(MEMBERS, {"act": _follow, "chat": _follow_in_chat}, ANYWHERE, homeless=True),
}
