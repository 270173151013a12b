"""Documents of editors: read in turn, what never went out is forgotten, and all goes with who sent it."""

import pytest
from sqlalchemy import func, select

from bot.core.guidance.briefing import Body, FromWord
from bot.core.kernel.richtext import paragraph
from bot.storage.accounts import files
from bot.storage.database import Database
from bot.storage.guidance import approvals, documents, editions
from bot.storage.people import erasing
from bot.storage.tables import document, file
from tests.storage.scene import ACCOUNT, NOW, OTHER, Scene, scene

UNTIL = NOW + 1000
SAID = FromWord(body=Body(title="Tin", brief=(paragraph("Ê Đê"),)), lost=("formula",))


@pytest.fixture
async def home(database: Database) -> Scene:
    found = await scene(database)
    await found.member("minh", "66", at=((ACCOUNT, "minh"),))
    async with database.write() as conn:
        for number in (1, 2):
            row = await files.refer(conn, 1, f"{number}.docx", "x", 9, ACCOUNT, f"h{number}")
            await documents.add(conn, row, 1, ACCOUNT, "minh", UNTIL)
    return found


async def test_the_least_tried_is_read_first_and_what_is_settled_waits_no_more(home: Scene) -> None:
    async with home.database.write() as conn:
        assert await documents.waiting(conn, [OTHER]) is None
        first = await documents.waiting(conn, [ACCOUNT, OTHER])
        assert first is not None
        assert (first.name, first.tries, first.said) == ("1.docx", 0, None)
        await documents.tried(conn, first.id)
        second = await documents.waiting(conn, [ACCOUNT])
        assert second is not None
        assert second.name == "2.docx"
        assert await documents.count(conn, 1) == 2
        assert await documents.keep(conn, first.id, SAID)
        assert await documents.refuse(conn, second.id, "word.refused_secret", "MẬT")
        assert await documents.waiting(conn, [ACCOUNT]) is None
        assert await documents.count(conn, 1) == 0
        kept = await documents.of_file(conn, first.file_id, 1)
        assert kept is not None
        assert kept.said == SAID
        assert await documents.of_file(conn, first.file_id, 2) is None
        assert [(row.said, row.marking) for row in await documents.every(conn, 1)] == [
            (SAID, None),
            (None, "MẬT"),
        ]


async def test_what_went_out_stays_and_the_rest_is_forgotten_with_its_file(home: Scene) -> None:
    async with home.database.write() as conn:
        await files.publish(conn, [1], 1)
        assert await documents.forget(conn, UNTIL - 1) == 0
        assert await documents.forget(conn, UNTIL) == 2
        assert await files.forget(conn, UNTIL) == 1
        assert [row[0] for row in await conn.execute(select(file.c.name))] == ["1.docx"]


async def test_it_goes_with_who_sent_it_though_its_file_went_out(home: Scene) -> None:
    async with home.database.write() as conn:
        await files.publish(conn, [1], 1)
        await erasing.leave(conn, 1)
        assert (await conn.execute(select(func.count()).select_from(document))).scalar_one() == 0
        assert [row[0] for row in await conn.execute(select(file.c.name))] == ["1.docx"]
        assert not await documents.keep(conn, 1, SAID)


async def test_nobody_approved_and_nothing_went_out_of_a_version_that_is_not_there(home: Scene) -> None:
    async with home.database.read() as conn:
        assert await approvals.of_briefing(conn, 99, None) is None
        assert await approvals.of_briefing(conn, 99, "/TW/66/") is None
        assert await editions.code_of(conn, 99, ("rad", "vi")) is None
