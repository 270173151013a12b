"""/tiendo: figures that add up, small groups kept apart, and acts that only the right people can do."""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from bot.acts import notices, run_counts
from bot.core.guidance.figures import UnitCount, gather
from bot.core.kernel.richtext import paragraph
from bot.core.people.members import Role
from bot.core.people.permissions import SENDERS, Act
from bot.core.ports import Incoming, Said
from bot.core.talk.reply import ReplyAdapter
from bot.engine.live import ANYHOW_S, EVERY_S, LiveScreens
from bot.storage.accounts import files
from bot.storage.delivery import deliveries, offers, runs
from bot.storage.guidance import broadcasts, falling_due
from bot.storage.people import erasing, units
from bot.storage.tables import delivery, run, unit
from bot.storage.talk import watches
from handlers import live, routes
from handlers.access import opened
from handlers.guidance.figures import bar, why
from tests.handlers.sending import (
    VillageClock,
    a_run,
    audited,
    create,
    crowd,
    demote,
    people,
    plan,
    put,
    run_state,
    scheduled,
    states,
    words,
)
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    return home


async def test_nothing_yet_offers_to_compose(town: Village) -> None:
    replies = await town.say("admin", "/tiendo")
    assert "Chưa có đợt phát nào" in words(replies)
    assert "Soạn đợt phát" in replies[0].labels


async def test_the_list_shows_bar_and_counts(town: Village) -> None:
    await crowd(town, EA_KAO, 47, "đông")  # 50 with the three of the fixture
    one = await a_run(town, PROVINCE)
    await put(town, one, "sent", 31, read=True)
    await put(town, one, "uncertain", 3, reason="timeout")
    await put(town, one, "failed", 1, reason="blocked")
    text = words(await town.say("admin", "/tiendo"))
    assert "▓▓▓▓▓▓░░░░ 62 % đã đọc (31/50) · 3 chưa rõ đã đến · 1 lỗi" in text
    assert "Đã gửi 31 · đã đọc 31 · chưa đọc 0 · chưa gửi 15 · lỗi 1" in text
    assert "Hệ thống không tự gửi lại" in text


async def test_a_run_shows_reasons_and_units_and_is_refreshed_in_place(town: Village) -> None:
    await crowd(town, EA_KAO, 8, "ea")
    await crowd(town, BUON_MA_THUOT, 9, "bmt")
    one = await a_run(town, PROVINCE)
    await put(town, one, "sent", 4, read=True)
    await put(town, one, "failed", 1, reason="blocked")
    await town.say("admin", "/tiendo")
    replies = await town.tap("admin", "📊 1.")
    assert replies[0].kind == "edit"
    text = replies[0].text
    assert "Đã chặn kênh: 1" in text
    behind, ahead = text.index("Phường Buôn Ma Thuột"), text.index("Phường Ea Kao")
    assert behind < ahead
    await put(town, one, "sent", 14, read=True)
    assert "(18/20)" in words(await town.tap("admin", "Cập nhật"))


async def test_a_small_group_is_not_shown_by_itself(town: Village) -> None:
    await crowd(town, EA_KAO, 8, "ea")
    await crowd(town, BUON_MA_THUOT, 9, "bmt")
    await town.member("lẻ", "Lẻ", PROVINCE, Role.COMMUNICATOR)
    one = await a_run(town, PROVINCE)
    text = words(await town.press("admin", f"run:show:{one}"))
    assert "Trực tiếp tại đơn vị" not in text
    assert "Các nhóm nhỏ" in text
    assert ("Phường Ea Kao:" in text) != ("Phường Buôn Ma Thuột:" in text)


async def test_pause_resume_and_cancel(town: Village) -> None:
    one = await a_run(town, PROVINCE)
    await town.press("admin", f"run:show:{one}")
    assert "Tạm dừng" in words(await town.tap("admin", "Tạm dừng"))
    assert await run_state(town, one) == "paused"
    await town.tap("admin", "Tiếp tục gửi")
    assert await run_state(town, one) == "running"
    asked = await town.tap("admin", "❌ Hủy đợt phát")
    assert "Tin chưa gửi sẽ không gửi nữa" in words(asked)
    assert await run_state(town, one) == "running"
    await town.tap("admin", "❌ Hủy đợt phát")
    await plan(town)
    assert await run_state(town, one) == "cancelled"
    assert await states(town, one) == {"cancelled": 3}
    assert await audited(town) == ["broadcasts.pause", "broadcasts.resume", "broadcasts.cancel"]
    assert "Không có gì thay đổi" in words(await town.press("admin", f"run:resume:{one}"))


async def test_an_upcoming_broadcast_can_be_held_and_dropped(town: Village) -> None:
    number = await create(town, PROVINCE, at=town.now + 3_600_000)
    text = words(await town.say("admin", "/tiendo"))
    assert "Chờ đến giờ" in text
    assert "09:00 ngày 02/11/2026" in text
    await town.tap("admin", "🗓")
    await town.tap("admin", "Tạm dừng")
    assert (await scheduled(town))[0].state == "paused"
    await town.tap("admin", "Tiếp tục gửi")
    await town.tap("admin", "❌ Hủy đợt phát")
    assert (await scheduled(town))[0].state == "scheduled"
    await town.press("admin", f"run:drop!:{number}")
    assert (await scheduled(town))[0].state == "cancelled"


@pytest.fixture
def lookers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Approvers may look at runs. What roles open is remembered, and looked up anew before and after."""
    for act in (Act.PROGRESS, Act.STATUS):
        monkeypatch.setattr(act, "roles", SENDERS | {Role.APPROVER})
    opened.cache_clear()
    yield
    opened.cache_clear()


@pytest.mark.usefixtures("lookers")
async def test_who_may_only_look_is_shown_no_button_that_does_something(town: Village) -> None:
    await town.member("xem", "Xem", PROVINCE, Role.APPROVER)
    run = await a_run(town, PROVINCE)
    number = await create(town, PROVINCE, at=town.now + 3_600_000)
    acting = {"go:tiendo": "phat", f"run:show:{run}": f"run:pause:{run}", f"run:next:{number}": "run:drop"}
    for data, begins in acting.items():
        (offered, *_), (seen, *_) = await town.press("admin", data), await town.press("xem", data)
        assert any(begins in button.data for button in offered.buttons)
        shown = {button.data.split(":")[1] for button in seen.buttons}
        assert shown <= {"show", "next", "tiendo"}
        assert "tiendo" in shown  # the way on or back


async def test_a_cancelled_plan_says_so_and_stays_in_the_list(town: Village) -> None:
    number = await create(town, PROVINCE, at=town.now + 3_600_000)
    (shown, *_) = await town.press("admin", f"run:drop!:{number}")
    assert "Đã hủy · 09:00 ngày 02/11/2026" in shown.text
    assert shown.labels == ["↩️ Quay lại"]
    listed = await town.say("admin", "/tiendo")
    assert "Chờ đến giờ" not in words(listed)
    assert "Đã hủy · 09:00" in words(listed)
    assert any(label.startswith("🗓") for label in listed[0].labels)
    town.now += 8 * 86_400_000
    assert "Đã hủy" not in words(await town.say("admin", "/tiendo"))


@pytest.mark.parametrize(
    ("act", "to", "said"),
    [
        ("resend", "pending", "Đang gửi lại cho 2 người"),
        ("accept", "accepted", "2 người là đã nhận"),
        ("abandon", "abandoned", "bỏ qua 2 người"),
    ],
)
async def test_uncertain_rows_are_resolved_after_a_question(
    town: Village, act: str, to: str, said: str
) -> None:
    one = await a_run(town, PROVINCE)
    await put(town, one, "uncertain", 2, reason="timeout")
    await put(town, one, "sent", 1)
    await plan(town)
    assert await run_state(town, one) == "finished"
    await town.press("admin", f"run:show:{one}")
    replies = await town.tap("admin", "⏳ Xử lý 2 người chưa rõ")
    assert "Kênh không trả lời kịp: 2" in words(replies)
    await town.press("admin", f"run:{act}:{one}")
    assert await states(town, one) == {"uncertain": 2, "sent": 1}
    assert said in words(await town.press("admin", f"run:{act}!:{one}"))
    assert await states(town, one) == {to: 2, "sent": 1}
    assert await run_state(town, one) == ("running" if act == "resend" else "finished")
    assert await audited(town) == ["runs.resolve"]


async def test_resending_goes_on_with_the_part_in_doubt(town: Village) -> None:
    one = await a_run(town, EA_KAO)
    await put(town, one, "uncertain", 2)
    async with town.database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.run_id == one).values(part=1, attempts=3))
        assert await deliveries.resolve(conn, one, "pending", town.now) == 2
        rows = await conn.execute(
            select(delivery.c.part, delivery.c.resent, delivery.c.attempts).where(delivery.c.run_id == one)
        )
        assert [tuple(row) for row in rows] == [(1, True, 0), (1, True, 0)]


async def test_nobody_gone_and_nothing_cancelled_or_expired_is_resent(town: Village) -> None:
    one = await a_run(town, EA_KAO)
    await put(town, one, "uncertain", 2)
    async with town.database.write() as conn:
        first = (
            await conn.execute(select(delivery.c.member_id).where(delivery.c.run_id == one).limit(1))
        ).scalar_one()
        await erasing.leave(conn, first)
        assert await deliveries.resolve(conn, one, "pending", town.now) == 1
    await put(town, one, "uncertain", 1)
    for values in ({"state": "cancelled"}, {"state": "finished", "expires_at": town.now - 1}):
        async with town.database.write() as conn:
            await conn.execute(update(run).where(run.c.id == one).values(**values))
            assert await deliveries.resolve(conn, one, "pending", town.now) == 0
    assert "Chưa gửi lại cho ai" in words(await town.press("admin", f"run:resend!:{one}"))
    async with town.database.write() as conn:
        with pytest.raises(ValueError, match="allowed"):
            await deliveries.resolve(conn, one, "sent", town.now)


async def test_two_administrators_resolving_at_once_move_each_row_once(town: Village) -> None:
    await town.member("admin2", "Quản trị hai", PROVINCE, Role.ADMINISTRATOR)
    one = await a_run(town, PROVINCE)
    await put(town, one, "uncertain", 3)
    await asyncio.gather(
        town.press("admin", f"run:accept!:{one}"), town.press("admin2", f"run:abandon!:{one}")
    )
    assert list((await states(town, one)).values()) == [3]
    assert len(await audited(town)) == 1


ACTS = ("show", "pause", "resume", "cancel", "cancel!", "doubt", "resend!", "accept!", "abandon!")


@pytest.mark.parametrize("act", ACTS)
async def test_unit_a_neither_sees_nor_changes_unit_b(town: Village, act: str) -> None:
    one = await a_run(town, BUON_MA_THUOT)
    await put(town, one, "uncertain", 1)
    title = town.house.briefings["ky-hop-thu-6-quoc-hoi-khoa-xv"].body("vi").title
    before = (await states(town, one), await run_state(town, one))
    for stranger in ("editor-a", "an", "ai-đó"):
        replies = await town.press(stranger, f"run:{act}:{one}")
        assert title not in words(replies)
        assert [reply.kind for reply in replies] == ["answer"]
    assert (await states(town, one), await run_state(town, one)) == before
    assert title not in words(await town.say("editor-a", "/tiendo"))
    assert title in words(await town.say("editor-b", "/tiendo"))
    assert not await audited(town)


@pytest.mark.parametrize("act", ["next", "hold", "go", "drop", "drop!"])
async def test_unit_a_does_not_touch_what_waits_for_unit_b(town: Village, act: str) -> None:
    number = await create(town, BUON_MA_THUOT, at=town.now + 3_600_000)
    await town.press("editor-a", f"run:{act}:{number}")
    assert (await scheduled(town))[0].state == "scheduled"
    # What waits for the whole province is not the commune's either.
    number = await create(town, PROVINCE, at=town.now + 3_600_000)
    await town.press("editor-a", f"run:{act}:{number}")
    assert (await scheduled(town))[1].state == "scheduled"


@pytest.mark.parametrize(
    "data",
    [
        "run:show:999",
        "run:show:",
        "run:show:-1",
        "run:show:x",
        "run:boom:1",
        "run:show:" + "9" * 40,
        "run:show:²",
    ],
)
async def test_forged_data_has_no_effect(town: Village, data: str) -> None:
    await a_run(town, PROVINCE)
    replies = await town.press("admin", data)
    assert [reply.kind for reply in replies] == ["answer"]
    assert replies[0].toast


async def test_a_role_lost_in_between_is_noticed(town: Village) -> None:
    boss = await town.member("boss", "Biên tập tỉnh", PROVINCE, Role.EDITOR)
    one = await a_run(town, PROVINCE)
    await town.press("boss", f"run:cancel:{one}")
    await demote(town, boss)
    await town.press("boss", f"run:cancel!:{one}")
    assert await run_state(town, one) == "running"


async def test_a_missed_run_says_so_without_figures(town: Village) -> None:
    number = await create(town, PROVINCE, at=town.now + 1000)
    async with town.database.write() as conn:
        row = await broadcasts.get(conn, number)
        assert row is not None
        await runs.open_for(conn, row, town.now + 1000, "missed", town.now)
        await falling_due.planned(conn, row, town.now + 1000)
    text = words(await town.say("admin", "/tiendo"))
    assert "Lỡ giờ, chưa gửi" in text
    assert "▓" not in text


COUNTS = st.lists(
    st.tuples(
        st.sampled_from(["/T/", "/T/a/", "/T/a/x/", "/T/b/", "/T/c/", None]),
        st.integers(1, 30),
        st.integers(0, 30),
    ),
    max_size=8,
)


@given(COUNTS, st.integers(1, 8))
def test_gathered_groups_sum_to_all_and_none_shown_is_small(
    rows: list[tuple[str | None, int, int]], threshold: int
) -> None:
    counts = [UnitCount(path, size, min(size, read), 0, 0) for path, size, read in rows]
    shown, merged = gather(counts, "/T/", threshold)
    parts = [*shown, *([merged] if merged else [])]
    assert sum(one.audience for one in parts) == sum(one.audience for one in counts)
    assert sum(one.read for one in parts) == sum(one.read for one in counts)
    assert all(one.audience >= threshold and one.path for one in shown)
    if merged and shown:
        assert merged.audience >= threshold
    shares = [one.read / one.audience for one in shown]
    assert shares == sorted(shares)


async def test_a_bar_is_full_only_when_everybody_has_read(home: Village) -> None:
    texts = home.house.texts
    assert bar(texts, "vi", UnitCount(None, 1000, 999, 0, 0)).startswith("▓▓▓▓▓▓▓▓▓░ 99 % đã đọc (999/1.000)")
    assert bar(texts, "vi", UnitCount(None, 3, 3, 0, 0)).startswith("▓▓▓▓▓▓▓▓▓▓ 100 %")
    assert bar(texts, "vi", UnitCount(None, 0, 0, 0, 0)) == "chưa có ai nhận"


async def test_reasons_are_plain_words_whatever_the_platform_said(home: Village) -> None:
    rows = [
        ("failed", "deactivated", 2),
        ("failed", "Bad Request: something new", 1),
        ("skipped", "no endpoint", 4),
        ("skipped", "expired", 1),
        ("uncertain", "cut off", 1),
        ("abandoned", "timeout", 1),
    ]
    said = [block.plain() for block in why(home.house.texts, "vi", rows)]
    assert said[0] == "• Chưa có kênh nhận tin: 4"
    assert said[1] == "• Tài khoản không còn dùng: 2"
    assert not any("Bad Request" in line or "Error" in line for line in said)


async def moved_on(town: Village) -> None:
    """One look of what keeps live screens up to date."""
    screens = LiveScreens(town.database, partial(live.redraw, town.house), lambda _: None, VillageClock(town))
    await screens.step()


async def test_screens_are_looked_at_every_two_seconds_while_one_is_live_and_else_when_rung_for(
    town: Village,
) -> None:
    screens = LiveScreens(town.database, partial(live.redraw, town.house), lambda _: None, VillageClock(town))
    loop = screens.loop()
    await loop.step()
    assert loop.rest_s() == ANYHOW_S
    await a_run(town, EA_KAO)
    await town.press("admin", "go:tiendo")
    await loop.step()
    assert loop.rest_s() is not None
    assert EVERY_S <= (loop.rest_s() or 0.0) < ANYHOW_S
    town.now += watches.LIVE_MS
    await loop.step()
    assert loop.rest_s() == ANYHOW_S


async def test_a_live_list_renews_what_its_numbers_mean(town: Village) -> None:
    await a_run(town, EA_KAO)
    await town.press("admin", "go:tiendo")
    town.now += 1000
    newest = await a_run(town, BUON_MA_THUOT)
    await moved_on(town)
    await town.read("admin")
    (shown, *_) = await town.say("admin", "1")
    assert f"run:show:{newest}" in [button.data for button in shown.buttons]


async def test_a_live_list_leaves_what_was_offered_after_it(town: Village) -> None:
    async def offered() -> object:
        async with town.database.read() as conn:
            return await offers.at(conn, ACCOUNT, "admin")

    await a_run(town, EA_KAO)
    await town.press("admin", "go:tiendo")
    town.now += 1000
    await town.say("admin", "/toi")
    await a_run(town, BUON_MA_THUOT)
    before = await offered()
    await moved_on(town)
    assert await offered() == before


async def waiting(town: Village, chat_id: str) -> list[str]:
    """The kinds of what waits for a chat, and why what does not wait any more was left out."""
    query = select(delivery.c.chat_id, delivery.c.act, delivery.c.reason).where(delivery.c.run_id.is_(None))
    async with town.database.read() as conn:
        rows = list(await conn.execute(query.order_by(delivery.c.id)))
    mine = [row for row in rows if row.chat_id == chat_id or row.reason]
    return [row.reason or ReplyAdapter.validate_json(row.act).kind for row in mine if row.act or row.reason]


@pytest.mark.parametrize("then", ["/toi", "/tiendo"])
async def test_a_screen_stands_still_once_its_person_asks_for_something_else(
    town: Village, then: str
) -> None:
    await a_run(town, EA_KAO)
    await town.press("admin", "go:tiendo")
    await a_run(town, BUON_MA_THUOT)
    async with town.database.write() as conn:
        await conn.execute(delete(delivery).where(delivery.c.run_id.is_(None)))
    await moved_on(town)
    assert await waiting(town, "admin") == ["edit"]
    async with town.database.write() as conn:
        await routes.handle(town.house, conn, ACCOUNT, Incoming("admin", Said(then), language="vi"), town.now)
    assert await waiting(town, "admin") == ["replaced", "send"]
    await a_run(town, EA_KAO)
    await moved_on(town)
    assert await waiting(town, "admin") == ["replaced", "send"]


async def test_a_screen_moves_on_beside_what_its_person_did_not_ask_for(town: Village) -> None:
    await a_run(town, EA_KAO)
    await town.press("admin", "go:tiendo")
    async with town.database.write() as conn:
        await conn.execute(delete(delivery).where(delivery.c.run_id.is_(None)))
        await notices.tell(conn, ACCOUNT, "admin", (paragraph("Có người xin vào"),), town.now)
    await a_run(town, BUON_MA_THUOT)
    await moved_on(town)
    assert await waiting(town, "admin") == ["send", "edit"]


async def test_a_past_run_is_told_with_the_name_its_unit_had(town: Village) -> None:
    before = await a_run(town, EA_KAO)
    async with town.database.write() as conn:
        now = await units.get(conn, EA_KAO)
        assert now is not None
        await conn.execute(update(unit).where(unit.c.code == EA_KAO).values(name="Phường Tên Mới"))
    after = await a_run(town, EA_KAO)
    old, new = [words(await town.press("admin", f"run:show:{one}")) for one in (before, after)]
    assert now.name in old
    assert "Phường Tên Mới" not in old
    assert "Phường Tên Mới" in new


async def test_figures_come_as_a_picture_and_a_sheet_to_who_asked_alone(town: Village) -> None:
    await crowd(town, EA_KAO, 8, "ea")
    await crowd(town, BUON_MA_THUOT, 9, "bmt")
    one = await a_run(town, PROVINCE)
    await put(town, one, "sent", 4, read=True)
    await town.say("admin", "/tiendo")
    await town.tap("admin", "📊 1.")
    picture, sheet, _ = await town.tap("admin", "📊 Lấy ảnh và bảng Excel")
    assert "Nhóm nhỏ được gộp lại" in picture.text
    for reply, kind, begins in ((picture, "photo", b"\x89PNG"), (sheet, "document", b"PK")):
        attached = reply.message.attachment
        assert attached is not None
        assert attached.kind == kind
        async with town.database.read() as conn:
            row, data = await files.get(conn, attached.file_id), await files.data(conn, attached.file_id)
        assert row is not None
        assert row.owner is not None
        assert data is not None
        assert data.startswith(begins)
    replies = await town.press("an", f"run:figures:{one}")
    assert [reply.kind for reply in replies] == ["answer"]


async def test_figures_of_a_large_run_are_counted_apart(
    town: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await a_run(town, PROVINCE)
    monkeypatch.setattr(run_counts, "LITTLE", 0)
    replies = await town.press("admin", f"run:figures:{one}")
    assert [reply.kind for reply in replies] == ["send", "send", "answer"]
