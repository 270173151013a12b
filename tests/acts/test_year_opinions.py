"""A year's reports and answers, counted by unit, without a small group among them."""

from collections.abc import Mapping

from bot.acts import closing, topic_answers, year_opinions
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.year_opinions import YearOpinions
from bot.storage.opinion import desk
from bot.storage.opinion.desk import Response
from bot.storage.people import members, units
from tests.handlers.opinion.test_digest import heard
from tests.handlers.sending import people
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village

DAY = "2026-03-10"


async def _context(home: Village, conn: object, chat: str = "") -> Context:
    actor = await members.at(conn, ACCOUNT, chat) if chat else Operator()  # type: ignore[arg-type]
    return Context(conn, home.house, actor, home.now)  # type: ignore[arg-type]


async def _of(home: Village, unit: str, year: int, chat: str = "") -> YearOpinions | Refusal:
    await closing.close_over(home.database, home.house, home.now)
    async with home.database.write() as conn:
        place = await units.get(conn, unit)
        assert place is not None
        return await year_opinions.of_year(await _context(home, conn, chat), place.path, year)


async def test_reports_and_answers_of_a_year_by_unit(home: Village) -> None:
    await people(home)
    await heard(home, EA_KAO, 8, "Giá cà phê", day=DAY)
    await heard(home, BUON_MA_THUOT, 7, "Đường hỏng", day=DAY)
    await heard(home, EA_KAO, 6, "Năm trước", day="2025-12-31")
    async with home.database.write() as conn:
        ctx = await _context(home, conn)
        today = ctx.moment.date()
        for number in range(6):
            await _answered(ctx, EA_KAO, f"DL-{EA_KAO}-quoc-hoi-{DAY}-Giá cà p-{number}")
        await _answered(ctx, EA_KAO, f"DL-{EA_KAO}-quoc-hoi-{DAY}-Giá cà p-0")  # once more: one report
        await _answered(ctx, BUON_MA_THUOT, f"DL-{BUON_MA_THUOT}-quoc-hoi-{DAY}-Đường hỏ-0")
        given = await topic_answers.give(
            ctx, "quoc-hoi", today.replace(month=1, day=1), today, "Đã rõ", PROVINCE
        )
        assert not isinstance(given, Refusal)
    found = await _of(home, PROVINCE, 2026)
    assert isinstance(found, YearOpinions)
    assert found.reports.total == 15
    assert _named(found, found.reports.by_unit) == {"Phường Ea Kao": 8, "Phường Buôn Ma Thuột": 7}
    assert _named(found, found.answers) == {"Phường Ea Kao": 5}  # six, told in steps; one alone is not told
    assert found.answered == 5
    assert _named(found, found.topic_answers) == {"Tỉnh Đắk Lắk": 1}
    before = await _of(home, PROVINCE, 2025)
    assert isinstance(before, YearOpinions)
    assert (before.reports.total, before.answered) == (6, 0)


async def test_a_year_is_told_to_who_may_read_the_digest_there(home: Village) -> None:
    await people(home)
    assert isinstance(await _of(home, EA_KAO, 2026, "editor-a"), YearOpinions)
    assert await _of(home, PROVINCE, 2026, "editor-a") == STALE
    refused = await _of(home, PROVINCE, 2027, "admin")
    assert isinstance(refused, Refusal)
    assert refused.key == "digest.to_come"


def _named(found: YearOpinions, counts: Mapping[str, int | None]) -> dict[str, int | None]:
    return {found.names[path]: count for path, count in counts.items()}


async def _answered(ctx: Context, unit: str, code: str) -> None:
    report = await desk.get(ctx.conn, code)
    assert report is not None
    await desk.respond(ctx.conn, report.id, Response("answer", "Đã ghi nhận", unit, f"{ctx.moment.date()}"))
