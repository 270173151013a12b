"""What was quoted in digests, answered, rung for and exported is in no file once its report is taken back."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.acts import closing, signing, signing_files
from bot.acts.context import Context, Operator
from bot.acts.digest_files import Format
from bot.core.people.members import Role
from bot.core.people.permissions import Act
from bot.core.talk.taps.screens import Go
from bot.engine.retention import REPLIES_KEPT_MS, tidy
from bot.storage import residue
from bot.storage.accounts.tables import setting
from bot.storage.opinion import authors, desk
from bot.storage.people import erasing, members
from bot.storage.tables import answer, submission
from tests.acts.test_signing import DISSENT, MONTH, opened
from tests.files import holding
from tests.handlers.opinion.test_digest import OVER, heard
from tests.handlers.sending import people
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, ZONE, Village, settled
from tests.stores import store

PLANTED = "Bà con thôn Hoa Ban kể riêng chuyện mất nước 4731"
WRITER = f"{EA_KAO}-{PLANTED}-a"


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_a_text_goes_from_digests_answers_and_exports_with_its_report(
    database: str, tmp_path: Path
) -> None:
    async with store(database, tmp_path) as opened_store:
        home = await settled(opened_store)
        await quoted(home)
        assert await holding(home.database, [PLANTED]), "it was there"
        await taken_back(home)
        home.now += REPLIES_KEPT_MS + 1
        async with asyncio.timeout(60):
            await tidy(home.database, ZONE, home.now, 30, 30)
            async with home.database.write() as conn:
                await residue.owe(conn)  # as with the next who leaves: a server writes its tables anew then
            while await owed(home):
                await residue.clear(home.database, quiet=True)
        assert await holding(home.database, [PLANTED, WRITER]) == []


async def quoted(home: Village) -> None:
    """A view of few: drawn up, endorsed by its unit, sent up, looked at above, exported; and answered."""
    await people(home)
    await home.member("head", "Lãnh đạo tỉnh", PROVINCE, Role.APPROVER, Role.EDITOR)
    for unit in (EA_KAO, BUON_MA_THUOT):
        await heard(home, unit, 25, "Đồng tình", day=OVER)
        await heard(home, unit, 6, PLANTED, day=OVER, **DISSENT)
    await closing.close_over(home.database, home.house, home.now)
    async with home.database.write() as conn:
        ctx = Context(conn, home.house, await members.at(conn, ACCOUNT, "editor-a"), home.now, ACCOUNT, "x")
        boss = Context(conn, home.house, Operator(), home.now)
        number = opened(await signing.draw(ctx, EA_KAO, *MONTH)).row.id
        opened(await signing.endorse(boss, number, 0))
        opened(await signing.forward(boss, number, 0))
        for kind in (Format.JSON, Format.CSV):
            made = await signing_files.export(ctx, number, kind)
            assert isinstance(made, int)
        above = opened(await signing.draw(boss, PROVINCE, *MONTH)).row.id
        opened(await signing.endorse(boss, above, 0))
        (first, *_) = await reports(ctx)
        answered = await desk.by_number(conn, first)
        assert answered is not None
        await desk.move(conn, answered, "answered", Act.ANSWER)
        await desk.respond(conn, first, desk.Response("answer", "Xã sẽ sửa trong tuần.", EA_KAO, OVER))
    await home.press("editor-a", "dig:last_month")
    await home.press("head", Go("tonghop").encode())


async def taken_back(home: Village) -> None:
    """Whoever wrote them takes every such report back, and leaves."""
    for unit in (EA_KAO, BUON_MA_THUOT):
        for one in "ab":
            chat = f"{unit}-{PLANTED}-{one}"
            async with home.database.write() as conn:
                member = await members.at(conn, ACCOUNT, chat)
                assert member is not None
                await residue.owe(conn)
                for report in await authors.mine(conn, member.id, limit=1000):
                    await authors.take_back(conn, report)
                await erasing.erase(conn, member.id)


async def reports(ctx: Context) -> list[int]:
    query = select(submission.c.id).join(answer, answer.c.submission_id == submission.c.id)
    found = await ctx.conn.execute(query.where(answer.c.value.like(f"{PLANTED}%")).order_by(submission.c.id))
    return list(found.scalars())


async def owed(home: Village) -> bool:
    keys = residue.OWING
    async with home.database.read() as conn:
        query = select(setting.c.value).where(setting.c.key.in_(keys))
        return (await conn.execute(query)).first() is not None
