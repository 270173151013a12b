"""Approval: written by one, looked at by another; returned, mended, approved; nothing goes out without."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select, update

from bot.acts import approval, broadcasts, links
from bot.acts.approval import Approved, Pending
from bot.acts.context import Context, Operator, Refusal
from bot.acts.orders import Order
from bot.core.kernel.richtext import plain_text
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Once
from bot.core.talk.message import Message
from bot.storage.delivery import runs
from bot.storage.guidance import briefings
from bot.storage.people import erasing, members, rules
from bot.storage.tables import delivery, edition
from tests.handlers.sending import SLUG, audited, crowd, demote, fill, people, plan, publish, scheduled, words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, ZONE, Village, house

COMPOSE = ("/phat", "[Bản tin có sẵn]", "kỳ họp thứ 6", "[Cả tỉnh Đắk Lắk]", "[Bình thường]")
HOUR_MS = 3_600_000


@pytest.fixture
async def town(home: Village) -> Village:
    """A province that needs approval: Minh writes, Hà and Tư approve."""
    await people(home)
    await home.member("minh", "Minh", PROVINCE, Role.EDITOR)
    await home.member("ha", "Hà", PROVINCE, Role.APPROVER, Role.EDITOR)
    await publish(home)
    async with home.database.write() as conn:
        await rules.choose_approval(conn, PROVINCE, True)
    return home


async def told(home: Village, chat: str) -> str:
    """What was said to a chat since, by others' doings."""
    before = len(home.screens.get(chat, []))
    await home.read("nobody")
    return words(home.screens.get(chat, [])[before:])


async def state(home: Village) -> str:
    return (await scheduled(home))[-1].state


async def test_it_is_returned_mended_and_approved_and_everybody_hears_of_it(town: Village) -> None:
    receipt = words(await fill(town, "minh", *COMPOSE, "[Hẹn giờ]", "mai 7h", "[✅ Gửi]"))
    assert "⏳ Đã gửi duyệt đợt phát số 1" in receipt
    assert "Minh gửi duyệt" in words(town.screens["ha"])
    await plan(town)
    assert await state(town) == "submitted"
    listed = await town.say("ha", "/duyet")
    assert "Chờ duyệt: 1" in words(listed)
    shown = await town.tap("ha", "⏳ 1.")
    assert shown[0].text.startswith("📌")
    assert {button.data for button in shown[0].buttons} == {"preview"}
    assert "Minh gửi duyệt · thứ Hai 02/11 lúc 08:00" in shown[1].text
    assert "3 người ở 2 đơn vị" in shown[1].text
    await town.tap("ha", "↩️ Trả lại")
    replies = await fill(town, "ha", "Số liệu dòng 3 chưa đúng", "[✅ Gửi]")
    assert "Đã trả lại" in words(replies)
    assert "Lý do: Số liệu dòng 3 chưa đúng" in words(town.screens["minh"])
    assert await state(town) == "returned"
    listed = await town.say("minh", "/tiendo")
    assert "Bị trả lại" in words(listed)
    assert "Số liệu dòng 3" in words(listed)
    assert "Đã gửi duyệt" in words(await town.tap("minh", "⏳ Gửi duyệt"))
    await town.say("ha", "/duyet")
    await town.tap("ha", "⏳ 1.")
    assert "✅ Đã duyệt" in words(await town.tap("ha", "✅ Duyệt"))
    assert "Hà đã duyệt" in words(town.screens["minh"])
    assert await state(town) == "scheduled"
    assert "Hà đã duyệt" in words(await town.say("minh", "/tiendo"))
    town.now += 24 * HOUR_MS
    await plan(town)
    async with town.database.read() as conn:
        (run,) = await runs.every(conn)
    assert (run.state, run.audience) == ("running", 3)
    assert await audited(town) == [
        "broadcasts.schedule",
        "approval.send_back",
        "approval.submit",
        "approval.approve",
    ]


async def test_every_message_names_the_unit_that_approved_it_and_no_person(town: Village) -> None:
    await fill(town, "minh", *COMPOSE, "[Gửi ngay]", "[✅ Gửi]")
    await town.say("ha", "/duyet")
    shown = await town.tap("ha", "⏳ 1.")
    line = "Duyệt: Tỉnh Đắk Lắk"
    assert line in shown[0].text  # as it will look
    await town.tap("ha", "✅ Duyệt")
    async with town.database.write() as conn:
        ha = await members.at(conn, ACCOUNT, "ha")
        assert ha is not None
        await erasing.leave(conn, ha.id)  # whoever approved is gone by then
    await plan(town)
    async with town.database.read() as conn:
        texts = (await conn.execute(select(edition.c.text))).scalars()
        said = [plain_text(Message.model_validate_json(text).text) for text in texts]
    assert said
    assert all(line in one and "Hà" not in one for one in said)
    async with town.database.read() as conn:
        sent = (await conn.execute(select(edition.c.briefing_id))).scalars().first()
        where = await links.page_address(conn, int(sent or 0), "vi")
        page = await links.opened(house(), conn, where.removeprefix("/f/"), town.now)
        got = select(delivery.c.id, delivery.c.chat_id).where(delivery.c.run_id.is_not(None)).limit(1)
        number, chat = (await conn.execute(got)).one()
    assert isinstance(page, links.Page)
    assert line in plain_text(page.attribution)
    async with town.database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.id == number).values(state="sent"))
    assert line in words(await town.press(chat, f"full:{number}"))
    await town.say(chat, "/moinhat")
    assert line in words(await town.tap(chat, "Những kết quả quan trọng"))


async def test_the_author_cannot_approve_though_they_hold_the_role(town: Village) -> None:
    await fill(town, "ha", *COMPOSE, "[Gửi ngay]", "[✅ Gửi]")
    assert "chưa có người duyệt" in words(town.screens["ha"])
    assert "giao vai trò người duyệt" in words(town.screens["admin"])
    await town.say("ha", "/duyet")
    shown = await town.tap("ha", "⏳ 1.")
    assert "không tự duyệt được" in words(shown)
    assert "✅ Duyệt" not in shown[-1].labels
    assert "không tự duyệt được" in words(await town.press("ha", "plan:approve:1:0:3"))
    assert await state(town) == "submitted"


async def test_what_was_changed_since_it_was_looked_at_is_not_approved_unseen(town: Village) -> None:
    await fill(town, "minh", *COMPOSE, "[Gửi ngay]", "[✅ Gửi]")
    await town.say("ha", "/duyet")
    await town.tap("ha", "⏳ 1.")
    async with town.database.write() as conn:
        row = await briefings.latest(conn, SLUG)
        assert row is not None
        await briefings.keep(conn, row.briefing.model_copy(update={"source": "khác"}), [], town.now)
    await town.press("admin", "run:new_text:1")
    assert "vừa được sửa" in words(await town.tap("ha", "✅ Duyệt"))
    assert await state(town) == "submitted"
    await town.tap("ha", "✅ Duyệt")
    assert await state(town) == "scheduled"
    async with town.database.write() as conn:
        await briefings.keep(conn, row.briefing.model_copy(update={"source": "nữa"}), [], town.now)
    await town.press("minh", "run:new_text:1")  # an edit after approval voids it
    assert await state(town) == "submitted"
    (one,) = await scheduled(town)
    assert (one.approved_by, one.approved_at) == (None, None)
    assert "không còn chờ duyệt" not in words(await town.press("ha", "plan:look:1:9:0"))


async def test_an_audience_that_grew_is_asked_about_again(town: Village) -> None:
    await fill(town, "minh", *COMPOSE, "[Gửi ngay]", "[✅ Gửi]")
    await town.say("ha", "/duyet")
    await town.tap("ha", "⏳ 1.")
    await crowd(town, EA_KAO, 5, "mới")
    assert "từ 3 thành 8" in words(await town.tap("ha", "✅ Duyệt"))
    assert await state(town) == "submitted"
    await town.tap("ha", "✅ Duyệt")
    await plan(town)
    async with town.database.read() as conn:
        (run,) = await runs.every(conn)
    assert (run.state, run.promised, run.audience) == ("running", 8, 8)


async def test_what_is_approved_after_its_time_goes_at_once_and_says_so_before(town: Village) -> None:
    await fill(town, "minh", *COMPOSE, "[Hẹn giờ]", "sau 2 phút", "[✅ Gửi]")
    town.now += 48 * HOUR_MS
    await town.say("ha", "/duyet")
    assert "chờ 2 ngày" in words(town.screens["ha"])
    assert "Giờ hẹn đã qua" in words(await town.tap("ha", "⏳ 1."))
    await fill(town, "minh", *COMPOSE, "[Gửi ngay]", "[✅ Gửi]")
    town.now += HOUR_MS
    await town.say("ha", "/duyet")
    assert "Giờ hẹn đã qua" not in words(await town.tap("ha", "⏳ 2.")), "none was named"
    assert "gửi ngay tới 3" in words(await town.tap("ha", "✅ Duyệt"))
    await plan(town)
    async with town.database.read() as conn:
        (run,) = await runs.every(conn)
    assert run.state == "running"


async def test_the_receipts_button_shows_the_run_once_it_went_out(town: Village) -> None:
    await fill(town, "minh", *COMPOSE, "[Gửi ngay]", "[✅ Gửi]")
    assert "Chờ duyệt" in words(await town.press("minh", "run:next:1"))
    await town.say("ha", "/duyet")
    await town.tap("ha", "⏳ 1.")
    await town.tap("ha", "✅ Duyệt")
    await plan(town)
    shown = await town.press("minh", "run:next:1")
    assert "đã đọc (0/3)" in words(shown)
    assert "📊 Lấy ảnh và bảng Excel" in [label for one in shown for label in one.labels]


async def test_demoted_in_between_or_forged_nothing_is_approved(town: Village) -> None:
    await fill(town, "minh", *COMPOSE, "[Gửi ngay]", "[✅ Gửi]")
    await town.say("ha", "/duyet")
    await town.tap("ha", "⏳ 1.")
    await town.tap("ha", "↩️ Trả lại")  # in mid-form
    async with town.database.read() as conn:
        (ha,) = await members.with_role_over(conn, Role.APPROVER, f"/TW/{PROVINCE}/")
    await demote(town, ha.id)
    for data in ("plan:approve:1:0:3", "plan:return:1:0:0", "plan:look:1:0:0", "plan:approve:999:0:3"):
        await town.press("ha", data)
    await fill(town, "ha", "Vì sao", "✅ Gửi")
    await town.member("la", "Duyệt xã", EA_KAO, Role.APPROVER)  # stands below: the province's is not theirs
    for data in ("plan:approve:1:0:3", "plan:explode:1:0:0", "plan:approve:1:x"):
        await town.press("la", data)
    assert await state(town) == "submitted"


async def test_it_falls_due_unapproved_and_waits_whichever_way_it_was_made(town: Village) -> None:
    async with town.database.write() as conn:
        await rules.choose_approval(conn, PROVINCE, None)  # not needed when it was scheduled
    await fill(town, "minh", *COMPOSE, "[Hẹn giờ]", "sau 2 phút", "[✅ Gửi]")
    assert await state(town) == "scheduled"
    replies = await town.say("admin", "/duyet")
    assert "Bật duyệt cho đơn vị mình" in replies[-1].labels
    await town.tap("admin", "Bật duyệt cho đơn vị mình")
    assert "cần được duyệt" in words(await town.tap("admin", "Bật duyệt cho đơn vị mình"))
    town.now += 3 * 60_000
    await plan(town)
    await town.read("nobody")
    assert await state(town) == "submitted"
    assert "chưa được duyệt nên chưa gửi" in words(town.screens["minh"])
    async with town.database.read() as conn:
        assert await runs.every(conn) == []
    await town.tap("ha", "Xem và duyệt")
    await town.tap("ha", "✅ Duyệt")
    await plan(town)
    async with town.database.read() as conn:
        assert [run.state for run in await runs.every(conn)] == ["running"]


async def test_a_unit_that_goes_without_says_so(town: Village) -> None:
    town.house.approval = True
    assert "đợt phát của Tỉnh Đắk Lắk cần được duyệt" in words(await town.say("admin", "/duyet")).replace(
        "Đợt", "đợt"
    )
    await town.tap("admin", "Tắt duyệt")
    await town.tap("admin", "Tắt duyệt")
    assert "approval.rule" in await audited(town)
    assert "không qua duyệt" in await told(town, "ha") + words(town.screens["ha"])
    await fill(town, "minh", *COMPOSE, "[Hẹn giờ]", "mai 7h", "[✅ Gửi]")
    assert await state(town) == "scheduled"
    assert "không qua duyệt" in words(await town.say("minh", "/tiendo"))
    town.now += 24 * HOUR_MS
    await plan(town)
    assert "không qua duyệt" in words(await town.say("minh", "/tiendo"))


async def test_the_shell_approves_what_others_wrote_and_not_its_own(town: Village) -> None:
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        wish = Order(SLUG, PROVINCE, Once(at=town.now + HOUR_MS))
        made = await broadcasts.schedule(ctx, wish, 3, draft_only=True)
        assert isinstance(made, broadcasts.Scheduled)
        assert made.state == "draft"
        assert await approval.approve(ctx, made.id, 0, 3) == Refusal("approve.over")
        done = await approval.submit(ctx, made.id)
        assert isinstance(done, approval.Submitted)
        assert (done.state, done.told) == ("submitted", 1)
        assert await approval.approve(ctx, made.id, 1, 3) == Refusal("approve.own")
        ha = (await members.with_role_over(conn, Role.APPROVER, f"/TW/{PROVINCE}/"))[0]
        hers = replace(ctx, actor=ha)
        assert await approval.approve(hers, made.id, 0, 3) == Refusal("approve.edited")
        assert isinstance(await approval.approve(hers, made.id, 1, 3), Approved)
        assert await approval.approve(hers, made.id, 1, 3) == Refusal("approve.over")  # pressed twice
    await fill(town, "minh", *COMPOSE, "[Gửi ngay]", "[✅ Gửi]")
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        waiting = await approval.waiting(ctx)
        assert not isinstance(waiting, Refusal)
        assert [one.row.id for one in waiting] == [2]
        assert await approval.send_back(ctx, 2, 0, "  ") == Refusal("approve.no_reason")
        assert isinstance(await approval.send_back(ctx, 2, 0, "x" * 5000), Pending)
    (_, one) = await scheduled(town)
    assert one.returned_for is not None
    assert len(one.returned_for) == approval.LONGEST


async def test_who_had_a_hand_in_it_does_not_approve_it_after_another_submitted(town: Village) -> None:
    await fill(town, "minh", *COMPOSE, "[Hẹn giờ]", "mai 7h", "[✅ Gửi]")
    await town.member("tu", "Tư", PROVINCE, Role.APPROVER)
    async with town.database.write() as conn:
        row = await briefings.latest(conn, SLUG)
        assert row is not None
        await briefings.keep(conn, row.briefing.model_copy(update={"source": "khác"}), [], town.now)
    await town.press("ha", "run:new_text:1")  # her text now
    await town.press("tu", "plan:return:1:1:0")
    await fill(town, "tu", "Xem lại", "[✅ Gửi]")
    told = town.screens["minh"][-1]
    assert "bấm Sửa, rồi gửi duyệt lại" in told.text
    assert told.labels == ["✏️ Sửa", "⏳ Gửi duyệt", "🗓 Xem đợt phát"]
    await town.press("minh", "run:submit:1")
    assert await state(town) == "submitted"
    assert "không tự duyệt được" in words(await town.press("ha", "plan:approve:1:2:3"))
    assert await state(town) == "submitted"
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        made = await broadcasts.schedule(
            ctx, Order(SLUG, PROVINCE, Once(at=town.now + HOUR_MS)), 3, draft_only=True
        )
    assert isinstance(made, broadcasts.Scheduled)
    await town.press("minh", f"run:submit:{made.id}")
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        assert await approval.approve(ctx, made.id, 1, 3) == Refusal("approve.own")
    assert "✅ Đã duyệt" in words(await town.press("tu", f"plan:approve:{made.id}:1:3"))


async def test_who_approves_sees_where_quiet_hours_defer_it_to_and_a_lunar_day_that_passed_goes_now(
    town: Village,
) -> None:
    await fill(town, "minh", *COMPOSE, "[Hẹn giờ]", "8h thứ bảy", "[✅ Gửi]")
    await town.say("ha", "/duyet")
    shown = words(await town.tap("ha", "⏳ 1."))
    assert "ngày cuối tuần, nên sẽ gửi lúc 08:00 thứ Hai 09/11/2026" in shown
    await fill(town, "minh", *COMPOSE, "[Hẹn giờ]", "rằm 8h", "[✅ Gửi]")  # 23/11
    (row,) = [row for row in await scheduled(town) if row.schedule.kind == "lunar"]
    town.now = int(datetime(2026, 11, 25, 9, tzinfo=ZONE).timestamp() * 1000)
    await town.say("ha", "/duyet")
    await town.tap("ha", "⏳ 2.")
    assert "không còn" not in words(await town.tap("ha", "✅ Duyệt"))
    fresh = next(one for one in await scheduled(town) if one.id == row.id)
    assert (fresh.state, fresh.next_at) == ("scheduled", town.now)


async def test_who_approves_sees_the_questions_of_understanding(town: Village) -> None:
    question = "1. Họp lúc nào?\na) 8 giờ\nb) 14 giờ (đúng)\nCăn cứ: Họp lúc 14 giờ."
    asked = f"Họp lúc 14 giờ.\n\nCâu hỏi nhanh\n{question}"
    steps = ("/phat", "[Tự soạn]", "Họp thôn", asked, "[Bỏ qua]", "[Quốc hội]", *COMPOSE[3:])
    await fill(town, "minh", *steps, "[Hẹn giờ]", "mai 7h", "[✅ Gửi]")
    await town.say("ha", "/duyet")
    shown = words(await town.tap("ha", "⏳ 1."))
    assert "Câu hỏi nhanh 1: Họp lúc nào?\nLựa chọn: 8 giờ · 14 giờ. Đúng: 14 giờ." in shown
