"""The permission test's rows for kits of questions and answers, and for the questions that people ask."""

from collections.abc import Awaitable, Callable

from sqlalchemy import delete, select, update

from bot.acts import kits, question_desk, questions, understanding
from bot.acts.context import Context
from bot.core.guidance.audience import audience
from bot.core.guidance.kit import Entry, Said
from bot.core.people.members import Role
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Once
from bot.core.talk.taps.kits import KitOf, OnEntry
from bot.core.talk.taps.reading import Quiz
from bot.storage.guidance import briefings, broadcasts
from bot.storage.guidance import kits as stored_kits
from bot.storage.opinion import questions as stored
from bot.storage.opinion.questions import QuestionRow
from bot.storage.people import members
from bot.storage.people.members import Consent
from bot.storage.tables import briefing, broadcast, delivery, question, run
from tests.acts.matrix import ANYWHERE, MEMBERS, SENDERS, Row, Try, World, done
from tests.acts.rows_people import _undone
from tests.acts.rows_reading import LISTENERS, SEEN_FROM, _own_or_anothers, known
from tests.handlers.issuing import issue
from tests.handlers.sending import SLUG
from tests.handlers.village import PROVINCE

OWN = frozenset({"own"})
ENTRY = Entry(question="Luật Căn cước có hiệu lực khi nào?", answer="Từ ngày 01/7/2024.", source="Báo")
IN_RAD = Said(language="rad", question="Klei hlei?", answer="Hruê 1/7.")
WRITERS = Row(SENDERS, {})  # whoever stands for the unit that issued it, or above it
ByNumber = Callable[[Context, int], Awaitable[object]]


async def _kit(world: World, unit: str) -> tuple[int, str, int]:
    """A briefing that went to a unit, with an entry: its number, its slug, the entry's number."""
    number, _ = await known(world, unit)
    async with world.home.database.write() as conn:
        slug = await kits.slug_of(world.operator(conn), number)
        return number, slug, await stored_kits.add(conn, slug, ENTRY)


def _of_kit(act: Callable[[Context, str, int], Awaitable[object]]) -> dict[str, Try]:
    async def by_act(world: World, chat: str, unit: str) -> bool:
        _, slug, entry = await _kit(world, unit)
        async with world.home.database.write() as conn:
            return done(await act(await world.context(conn, chat), slug, entry))

    async def by_shell(world: World, _chat: str, unit: str) -> bool:
        _, slug, entry = await _kit(world, unit)
        async with world.home.database.write() as conn:
            return done(await act(world.operator(conn), slug, entry))

    return {"act": by_act, "shell": by_shell}


async def _entries_by_button(world: World, chat: str, unit: str) -> bool:
    number, _, _ = await _kit(world, unit)
    return any(ENTRY.question in one.labels for one in await world.home.press(chat, KitOf(number).encode()))


async def _look_by_button(world: World, chat: str, unit: str) -> bool:
    _, _, entry = await _kit(world, unit)
    replies = await world.home.press(chat, OnEntry("open", entry).encode())
    return any(ENTRY.answer in one.text for one in replies)


async def _drop_by_button(world: World, chat: str, unit: str) -> bool:
    _, _, entry = await _kit(world, unit)
    await world.home.press(chat, OnEntry("drop!", entry).encode())
    async with world.home.database.read() as conn:
        return await stored_kits.get(conn, entry) is None


async def _search(world: World, chat: str, unit: str) -> bool:
    _, _, entry = await _kit(world, unit)
    async with world.home.database.write() as conn:
        found = await kits.search(await world.context(conn, chat), "căn cước hiệu lực")
        await stored_kits.remove(conn, entry)
    return entry in [one.id for one in found]


async def _above(ctx: Context) -> None:
    """Somebody at the top to whom questions go."""
    if not await members.with_role_over(ctx.conn, Role.EDITOR, "/TW/"):
        await members.add(ctx.conn, "Trên", "TW", [Role.EDITOR], "vi", Consent("1", 0, "test"), 0)


async def _asked(ctx: Context, unit: str, asker: int, answered: bool = False) -> int:
    """A question that stands at a unit; its number."""
    await _above(ctx)
    one = QuestionRow(0, SLUG, unit, "Khi nào?", ctx.moment.date().isoformat(), "waiting", unit, 0)
    kept = await stored.add(ctx.conn, one, asker, "2027-12-31", ctx.now)
    if answered:
        await stored.answer(ctx.conn, kept, "Mai", unit, one.day)
    return kept.id


async def _somebody(ctx: Context) -> int:
    return (await members.page(ctx.conn, 0, 1))[0].id


def _at_desk(act: ByNumber, *, answered: bool = False, step: str = "", to: str = "") -> Row:
    async def attempt(ctx: Context, unit: str) -> object:
        return await act(ctx, await _asked(ctx, unit, await _somebody(ctx), answered))

    async def by_shell(world: World, _chat: str, unit: str) -> bool:
        async with world.home.database.write() as conn:
            ctx = world.operator(conn)
            number = await _asked(ctx, unit, await _somebody(ctx), answered)
            # There is nobody above the top.
            return unit == "TW" or done(await act(ctx, number))

    async def by_button(world: World, chat: str, unit: str) -> bool:
        async with world.home.database.write() as conn:
            ctx = world.operator(conn)
            number = await _asked(ctx, unit, await _somebody(ctx), answered)
        await world.home.press(chat, f"q:{step}:{number}")
        async with world.home.database.write() as conn:
            after = await stored.get(conn, number)
            await conn.execute(delete(question).where(question.c.id == number))
        assert after is not None
        stands = f"{after.state} {after.desk}"
        return stands == to != f"waiting {unit}"

    doors: dict[str, Try] = {"act": _undone(attempt), "shell": by_shell}
    return Row(SENDERS, doors | ({"chat": by_button} if step else {}), OWN)


async def _into_kit(ctx: Context, number: int) -> object:
    if not await stored_kits.issuers(ctx.conn, SLUG):
        await _broadcast(ctx)
    return await question_desk.into_kit(ctx, number)


async def _broadcast(ctx: Context) -> None:
    row = await briefings.latest(ctx.conn, SLUG)
    assert row is not None
    meant = audience(PROVINCE, ctx.house.topics[row.briefing.topic])
    times = {"late_limit_ms": 1, "expiry_ms": 1, "created_by": None, "now": ctx.now}
    await broadcasts.create(ctx.conn, row.id, meant, Once(at=ctx.now), **times)  # type: ignore[arg-type]


async def _listed(ctx: Context, unit: str) -> object:
    number = await _asked(ctx, unit, await _somebody(ctx))
    found = await question_desk.listed(ctx, unit, limit=100)
    return isinstance(found, question_desk.Listed) and number in [one.id for one in found.rows]


async def _listed_by_shell(world: World, _chat: str, unit: str) -> bool:
    async with world.home.database.write() as conn:
        return done(await _listed(world.operator(conn), unit))


async def _ask(ctx: Context, _unit: str) -> object:
    await _above(ctx)
    return await questions.ask(ctx, "Bao giờ họp?")


async def _mine(ctx: Context, unit: str) -> object:
    number = await _asked(ctx, unit, ctx.member.id if ctx.member else await _somebody(ctx))
    return number in [one.question.id for one in await questions.mine(ctx)]


TET = "tet-giap-thin-2024"


async def _with_checks(world: World, chat: str, unit: str) -> int:
    """The confirmed delivery of a briefing with questions: one's own, else somebody else's."""
    one = world.home.house.briefings[TET]
    slug = f"{TET}-{world.next()}"
    topic = world.home.house.briefings[SLUG].topic
    world.home.house.briefings[slug] = one.model_copy(update={"slug": slug, "topic": topic})
    _, run = await issue(world.home, slug, unit)
    row = await _own_or_anothers(world, chat, run)
    async with world.home.database.write() as conn:
        await conn.execute(
            update(delivery).where(delivery.c.id == row).values(acknowledged_at=world.home.now)
        )
    return row


async def _understand(world: World, chat: str, unit: str) -> bool:
    row = await _with_checks(world, chat, unit)
    async with world.home.database.write() as conn:
        return done(await understanding.answer(await world.context(conn, chat), row, 1, 1))


async def _understand_by_button(world: World, chat: str, unit: str) -> bool:
    row = await _with_checks(world, chat, unit)
    replies = await world.home.press(chat, Quiz(row, 1, 1).encode())
    return any("Đáp án đúng" in one.text for one in replies)


async def _run_with_checks(world: World, unit: str) -> int:
    one = world.home.house.briefings[TET]
    slug = f"{TET}-{unit}"
    if slug not in world.home.house.briefings:
        world.home.house.briefings[slug] = one.model_copy(update={"slug": slug})
        await issue(world.home, slug, unit)
    query = select(run.c.id).join(broadcast, broadcast.c.id == run.c.broadcast_id)
    query = query.join(briefing, briefing.c.id == broadcast.c.briefing_id).where(briefing.c.slug == slug)
    async with world.home.database.read() as conn:
        return int((await conn.execute(query)).scalar_one())


async def _understood(world: World, chat: str, unit: str) -> bool:
    number = await _run_with_checks(world, unit)
    async with world.home.database.read() as conn:
        return done(await understanding.figures(await world.context(conn, chat), number))


async def _understood_by_button(world: World, chat: str, unit: str) -> bool:
    number = await _run_with_checks(world, unit)
    return any(one.text for one in await world.home.press(chat, f"run:quiz:{number}"))


async def _understood_by_shell(world: World, _chat: str, unit: str) -> bool:
    number = await _run_with_checks(world, unit)
    async with world.home.database.read() as conn:
        return done(await understanding.figures(world.operator(conn), number))


ROWS: dict[Act, Row] = {
    Act.UNDERSTAND: Row(LISTENERS, {"act": _understand, "chat": _understand_by_button}, SEEN_FROM),
    Act.UNDERSTOOD: Row(
        SENDERS,
        {"act": _understood, "chat": _understood_by_button, "shell": _understood_by_shell},
        frozenset({"own", "below", "above"}),  # of a run from above their own people
    ),
    Act.KIT: Row(
        LISTENERS,
        _of_kit(lambda ctx, slug, _: kits.entries(ctx, slug)) | {"chat": _entries_by_button},
        SEEN_FROM,
        besides=WRITERS,
    ),
    Act.OPEN_ENTRY: Row(
        LISTENERS,
        _of_kit(lambda ctx, _, entry: kits.look(ctx, entry)) | {"chat": _look_by_button},
        SEEN_FROM,
        besides=WRITERS,
    ),
    Act.SEARCH_KIT: Row(LISTENERS, {"act": _search}, SEEN_FROM),
    Act.ADD_TO_KIT: Row(SENDERS, _of_kit(lambda ctx, slug, _: kits.add(ctx, slug, ENTRY))),
    Act.TRANSLATE_IN_KIT: Row(SENDERS, _of_kit(lambda ctx, _, entry: kits.translate(ctx, entry, IN_RAD))),
    Act.DROP_FROM_KIT: Row(
        SENDERS, _of_kit(lambda ctx, _, entry: kits.remove(ctx, entry)) | {"chat": _drop_by_button}
    ),
    Act.ASK_QUESTION: Row(MEMBERS, {"act": _undone(_ask)}, ANYWHERE),
    Act.MY_QUESTIONS: Row(MEMBERS, {"act": _undone(_mine)}, ANYWHERE, homeless=True),
    Act.QUESTIONS: Row(SENDERS, {"act": _undone(_listed), "shell": _listed_by_shell}, OWN),
    Act.OPEN_QUESTION: _at_desk(question_desk.look),
    Act.ANSWER_QUESTION: _at_desk(lambda ctx, number: question_desk.answer(ctx, number, "Mai")),
    Act.FORWARD_QUESTION: _at_desk(question_desk.forward, step="forward!", to="waiting TW"),
    Act.CLOSE_QUESTION: _at_desk(question_desk.close, step="close!", to="closed 66"),
    Act.INTO_KIT: _at_desk(_into_kit, answered=True),
}
