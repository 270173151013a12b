"""What is typed before any form is open: a report takes it, through the guard, and it is typed once."""

import pytest
from sqlalchemy import select

from bot.acts import mydata
from bot.acts.context import Context
from bot.core.people.members import Role
from bot.core.ports import Incoming, RawUpdate, Said
from bot.storage.people import members
from bot.storage.tables import conversation, delivery, offer
from bot.storage.talk import inbox
from handlers import routes
from tests import files
from tests.handlers.reporting import CODE, PRIVATE, TAPS, half_filled, kept
from tests.handlers.village import ACCOUNT, EA_KAO, Reply, Village

SAID = "Bà con lo đường liên thôn xuống cấp, mưa là ngập"


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    return home


async def to_summary(town: Village, begin: str = "Gửi phản ánh") -> list[Reply]:
    """The rest of the report, by buttons alone."""
    screens = await town.tap("rep", begin)
    for label in (*TAPS, "Bỏ qua", "Bình thường"):
        screens += await town.tap("rep", label)
    return screens


async def test_what_was_typed_is_the_text_of_the_report_that_is_begun_below_it(town: Village) -> None:
    (reply,) = await town.say("rep", SAID)
    assert reply.labels[0] == "Gửi phản ánh"
    assert "không phải gõ lại" in reply.text
    first, *_, summary, _ = await to_summary(town)
    assert f"lấy làm nội dung: “{SAID}”" in first.text
    assert "Không ghi tên" in first.text
    assert "Bước 1/7" in first.text
    assert f"Nội dung: {SAID}" in summary.text, "it is seen as it will be kept before it goes"
    assert await kept(town) == []
    receipt, _ = await town.tap("rep", "✅ Gửi")
    assert CODE.search(receipt.text)
    (row,) = await kept(town)
    assert (row["content"], row.get("proposal")) == (SAID, None)


async def test_it_may_be_changed_on_the_way_back_and_at_the_summary(town: Village) -> None:
    await town.say("rep", SAID)
    await town.tap("rep", "Gửi phản ánh")
    for label in TAPS:
        await town.tap("rep", label)
    (screen, _) = await town.tap("rep", "↩️ Quay lại")
    assert "Người dân nói gì?" in screen.text
    assert SAID in screen.text
    assert "kiến nghị" in (await town.say("rep", "Đường đã sửa, bà con mừng"))[0].text
    await town.tap("rep", "Bỏ qua")
    (summary, _) = await town.tap("rep", "Bình thường")
    assert "Nội dung: Đường đã sửa, bà con mừng" in summary.text


@pytest.mark.parametrize("begin", ["1", "gửi phản ánh", "bao cao", "/baocao"])
async def test_it_may_be_begun_by_a_number_a_label_or_a_command(town: Village, begin: str) -> None:
    await town.say("rep", SAID)
    (screen,) = await town.say("rep", begin)
    assert f"lấy làm nội dung: “{SAID}”" in screen.text


async def test_only_what_stands_just_above_is_taken(town: Village) -> None:
    await town.say("rep", SAID)
    await town.say("rep", "/moinhat")
    (screen,) = await town.say("rep", "/baocao")
    assert SAID not in screen.text
    await town.say("rep", "hủy")
    assert await half_filled(town) == 0
    async with town.database.read() as conn:
        said = (await conn.execute(select(offer.c.choices).where(offer.c.chat_id == "rep"))).scalar_one()
    assert SAID not in said


async def test_nothing_of_what_the_guard_takes_out_is_kept(town: Village) -> None:
    (reply,) = await town.say("rep", f"{SAID}. {PRIVATE}")
    assert "[số điện thoại]" in reply.text or "…" in reply.text
    screens = await to_summary(town)
    await town.tap("rep", "✅ Gửi")
    (row,) = await kept(town)
    assert "[số điện thoại]" in str(row["content"])
    async with town.database.read() as conn:
        everything = str(list(await conn.execute(select(delivery.c.act))))
        everything += str(list(await conn.execute(select(offer.c.choices))))
        everything += str(list(await conn.execute(select(conversation.c.state))))
    for secret in ("0912", "066090001234", "vnn.vn"):
        assert secret not in everything
        assert secret not in str(row)
    assert "đã được che" in screens[-2].text


async def test_as_it_was_typed_it_is_in_none_of_the_stores_files(town: Village) -> None:
    said = f"{SAID}, gọi số 0912 345 678"
    async with town.database.write() as conn:
        await inbox.keep(conn, ACCOUNT, [RawUpdate("9", "rep", said)], town.now)
    assert await files.holding(town.database, ["0912 345 678"])
    async with town.database.write() as conn:
        (row,) = await inbox.waiting(conn, 1)
        assert await inbox.close(conn, row.id, town.now)
        await routes.handle(town.house, conn, ACCOUNT, Incoming("rep", Said(said)), town.now)
    if town.database._later is not None:
        await town.database._later
    assert await files.holding(town.database, ["0912 345 678"]) == []
    await town.read("rep")
    assert "[số điện thoại]" in (await town.tap("rep", "Gửi phản ánh"))[0].text


async def test_what_was_typed_can_be_taken_out_of_the_chat_below_the_receipt(town: Village) -> None:
    town.numbered = True
    await town.say("rep", SAID)
    number = str(town.now // 1000)
    await to_summary(town)
    await town.tap("rep", "✅ Gửi")
    gone, *_ = await town.tap("rep", "Xóa tin vừa gõ")
    assert number in gone.messages


async def test_who_does_not_report_is_offered_none_and_nothing_is_kept(town: Village) -> None:
    (reply,) = await town.say("an", SAID)
    assert "Gửi phản ánh" not in reply.labels
    async with town.database.read() as conn:
        said = (await conn.execute(select(offer.c.choices).where(offer.c.chat_id == "an"))).scalar_one()
    assert SAID not in said


async def test_what_is_too_long_for_a_report_is_said_not_to_be_kept(town: Village) -> None:
    (reply,) = await town.say("rep", "đường hỏng " * 120)
    assert "tối đa 1.000" in reply.text
    (screen, _) = await town.tap("rep", "Gửi phản ánh")
    assert "lấy làm nội dung" not in screen.text


async def test_it_is_in_the_export_while_it_waits(town: Village) -> None:
    await town.say("rep", SAID)
    async with town.database.read() as conn:
        member = await members.at(conn, ACCOUNT, "rep")
        assert member is not None
        context = Context(conn, town.house, member, town.now, ACCOUNT, "rep")
        assert SAID in (await mydata.export(context, member)).decode()
