"""Edits that nobody can see any more are not made: the statements say what the rule says."""

import pytest

from bot.core.kernel.richtext import paragraph
from bot.core.talk.message import Message
from bot.core.talk.reply import EditReply, Reply, SendReply, hides
from bot.storage.database import Database
from bot.storage.delivery import claims, replies
from bot.storage.delivery.steps import grouped
from tests.storage.scene import ACCOUNT, NOW, OTHER, scene


def edit(message_id: str, unasked: bool) -> EditReply:
    return EditReply(message_id=message_id, message=Message(text=(paragraph("Mới"),)), unasked=unasked)


EDITS = [edit(message_id, unasked) for message_id in "12" for unasked in (False, True)]
LATER: tuple[Reply, ...] = (SendReply(message=Message(text=(paragraph("Khác"),))), edit("1", unasked=False))


@pytest.mark.parametrize("later", LATER, ids=["said", "edited"])
@pytest.mark.parametrize("waiting", EDITS, ids=["asked 1", "unasked 1", "asked 2", "unasked 2"])
async def test_what_an_answer_hides_waits_no_more(
    database: Database, waiting: EditReply, later: Reply
) -> None:
    home = await scene(database)
    async with database.write() as conn:
        before = await replies.say(conn, ACCOUNT, "an", waiting, NOW)
        apart = [
            await replies.say(conn, account, chat_id, waiting, NOW)
            for account, chat_id in ((ACCOUNT, "binh"), (OTHER, "an"))
        ]
    async with grouped(database) as group, group.step():
        await replies.put(group, ACCOUNT, "an", later, NOW)  # type: ignore[arg-type]
        await replies.stand_still(group, ACCOUNT, "an")  # type: ignore[arg-type]
    row = await home.row(before)
    if hides(later, waiting):
        assert (row.state, row.reason, row.act, row.chat_id) == ("skipped", "replaced", None, None)
    else:
        assert row.state == "pending"
    assert {(await home.row(one)).state for one in apart} == {"pending"}


async def test_what_is_under_way_is_not_called_back(database: Database) -> None:
    home = await scene(database)
    async with database.write() as conn:
        number = await replies.say(conn, ACCOUNT, "an", edit("1", unasked=True), NOW)
        lanes = await claims.lanes(conn, ACCOUNT)
        rows = [row for lane in lanes for row in await claims.replies(conn, ACCOUNT, lane, 10)]
        await claims.claim(conn, rows, 7)
        await replies.stand_still(conn, ACCOUNT, "an")
    assert (await home.row(number)).state == "inflight"
