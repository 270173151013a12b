"""Alarms reach those who can act, over what still works, with what was kept and what to do."""

from sqlalchemy import select, update

from bot.acts import awaiting, notices
from bot.acts.context import Context, Operator
from bot.core.delivery.quota import next_period
from bot.core.delivery.reasons import Reason
from bot.core.people.members import Role
from bot.core.schedule.instants import milliseconds
from bot.storage.accounts import accounts, endpoints, usage
from bot.storage.tables import delivery, endpoint
from tests.handlers.sending import a_run, create, demote, people, plan, run_state, states, words
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village

OTHER = "zalo-1"


async def second_account(home: Village) -> None:
    """Another account is there."""
    async with home.database.write() as conn:
        await accounts.register(conn, OTHER, "webchat")


async def stop(home: Village, account: str, reason: Reason = Reason.TOKEN) -> None:
    """An account stops."""
    async with home.database.write() as conn:
        await accounts.stop(conn, account, reason)
        await notices.account_stopped(home.house, conn, account, reason, home.now)


async def told(home: Village) -> list[tuple[str, str]]:
    """Account and chat of what was said, in order."""
    query = select(delivery.c.account, delivery.c.chat_id).where(delivery.c.run_id.is_(None))
    async with home.database.read() as conn:
        return [(row[0], row[1]) for row in await conn.execute(query.order_by(delivery.c.id))]


async def test_administrators_are_told_over_another_account_the_top_first(home: Village) -> None:
    await second_account(home)
    low = await home.member("low", "Quản trị xã", EA_KAO, Role.ADMINISTRATOR)
    top = await home.member("top", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    here = await home.member("here", "Chỉ ở kênh cũ", PROVINCE, Role.ADMINISTRATOR)
    other = await home.member("editor", "Biên tập", PROVINCE, Role.EDITOR)
    async with home.database.write() as conn:
        for member, chat in ((low, "low-2"), (top, "top-2"), (other, "editor-2")):
            await endpoints.attach(conn, member, OTHER, chat, home.now)
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    await a_run(home, PROVINCE)
    await stop(home, ACCOUNT)
    assert await told(home) == [(OTHER, "top-2"), (OTHER, "low-2")]
    text = words(await home.read("top-2"))
    assert "Kênh test đã dừng lúc 08:00 ngày 02/11/2026" in text
    assert "Nền tảng không nhận mã truy cập" in text
    assert "Đã giữ: 1 tin chờ gửi" in text
    assert f"Kênh khác vẫn chạy: {OTHER}" in text
    assert here


async def test_nobody_is_told_over_what_has_stopped_or_was_closed(home: Village) -> None:
    await second_account(home)
    admin = await home.member("admin", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    async with home.database.write() as conn:
        await endpoints.attach(conn, admin, OTHER, "admin-2", home.now)
        await conn.execute(update(endpoint).where(endpoint.c.account == OTHER).values(state="closed"))
    await stop(home, ACCOUNT)
    await stop(home, OTHER, Reason.OTHER)
    assert await told(home) == []


async def test_an_alarm_is_bounded(home: Village) -> None:
    await second_account(home)
    for number in range(25):
        await home.member(f"a{number}", f"Quản trị {number}", PROVINCE, Role.ADMINISTRATOR)
    await stop(home, OTHER)
    assert len(await told(home)) == notices.MOST


async def miss(home: Village, unit: str, by: int | None) -> None:
    """A broadcast falls due while nothing runs, for longer than it may be late."""
    await create(home, unit, at=home.now + 1000, by=by)
    home.now += home.house.late_limit_ms + 2000
    await plan(home)
    assert await run_state(home, 1) == "missed"


async def test_a_missed_broadcast_is_told_to_who_scheduled_it(home: Village) -> None:
    await people(home)
    editor = await home.member("boss", "Biên tập tỉnh", PROVINCE, Role.EDITOR)
    await miss(home, PROVINCE, editor)
    assert await told(home) == [(ACCOUNT, "boss")]
    replies = await home.read("boss")
    title = home.house.briefings["ky-hop-thu-6-quoc-hoi-khoa-xv"].body("vi").title
    assert title in replies[0].text
    assert "Giờ hẹn: 08:00 ngày 02/11/2026" in replies[0].text
    assert [button.data for button in replies[0].buttons] == ["go:phat", "go:tiendo"]


async def test_without_its_creator_the_administrators_over_the_unit_are_told(home: Village) -> None:
    await people(home)
    await home.member("xã-a", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    await home.member("xã-b", "Quản trị Buôn Ma Thuột", BUON_MA_THUOT, Role.ADMINISTRATOR)
    gone = await home.member("gone", "Đã thôi việc", EA_KAO, Role.EDITOR)
    await demote(home, gone)
    await miss(home, EA_KAO, gone)
    assert await told(home) == [(ACCOUNT, "xã-a"), (ACCOUNT, "admin")]


async def differ(home: Village, unit: str, by: int | None = None, promised: int = 9) -> None:
    """Nine were promised, fewer are planned."""
    await create(home, unit, by=by, promised=promised)
    await plan(home)
    assert await run_state(home, 1) == "differs"


async def test_who_scheduled_what_differs_is_asked_and_sends_it(home: Village) -> None:
    await people(home)
    editor = await home.member("boss", "Biên tập tỉnh", PROVINCE, Role.EDITOR)
    await differ(home, PROVINCE, editor)
    await plan(home)
    assert await told(home) == [(ACCOUNT, "boss")]
    (asked,) = await home.read("boss")
    assert "Lúc đặt lịch: 9 người nhận" in asked.text
    assert "Bây giờ: 3 người nhận" in asked.text
    assert asked.labels == ["✅ Gửi", "❌ Không gửi", "📊 Xem tiến độ"]
    assert await states(home, 1) == {"pending": 3}
    replies = await home.tap("boss", "✅ Gửi")
    assert await run_state(home, 1) == "running"
    assert "Lúc đặt lịch: 9 người nhận. Bây giờ: 3 người." in words(replies)
    assert "Không có gì thay đổi" in words(await home.press("boss", "run:resume:1"))


async def test_without_its_creator_the_administrators_are_asked_and_refuse(home: Village) -> None:
    await people(home)
    await differ(home, PROVINCE)
    assert await told(home) == [(ACCOUNT, "admin")]
    await home.read("admin")
    listed = words(await home.say("admin", "/tiendo"))
    assert "Chờ quyết định, chưa gửi" in listed
    assert "Lúc đặt lịch: 9 người nhận. Bây giờ: 3 người." in listed
    (shown, *_) = await home.press("admin", "run:show:1")
    assert shown.labels == ["Cập nhật", "✅ Gửi", "❌ Không gửi", "Bộ hỏi đáp", "↩️ Quay lại"]
    await home.tap("admin", "❌ Không gửi")
    assert await run_state(home, 1) == "differs"
    await home.tap("admin", "❌ Hủy đợt phát")
    await plan(home)
    assert (await run_state(home, 1), await states(home, 1)) == ("cancelled", {"cancelled": 3})


async def test_an_audience_of_nobody_offers_no_sending(home: Village) -> None:
    await home.member("admin", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    await differ(home, EA_KAO, promised=2)
    (asked,) = await home.read("admin")
    assert "không có ai nhận" in asked.text
    assert asked.labels == ["❌ Không gửi", "📊 Xem tiến độ"]


async def test_what_nobody_decided_about_is_told_when_its_time_is_over(home: Village) -> None:
    await people(home)
    await differ(home, PROVINCE)
    await home.read("admin")
    home.now += home.house.expiry_ms
    await plan(home)
    assert (await run_state(home, 1), await states(home, 1)) == ("missed", {"skipped": 3})
    assert "đã hết hạn mà chưa ai quyết định" in words(await home.read("admin"))


async def test_who_is_reached_over_no_other_account_hears_of_its_quota_over_the_account_itself(
    home: Village,
) -> None:
    await home.member("admin", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    run = await a_run(home, PROVINCE)
    async with home.database.write() as conn:
        assert await awaiting.of_runs(Context(conn, home.house, Operator(), home.now), [run]) == []
        assert await usage.tell(conn, ACCOUNT, "2026-11")
        assert not await usage.tell(conn, ACCOUNT, "2026-11")
        until = next_period(home.house.local(home.now))
        await notices.quota_over(home.house, conn, ACCOUNT, 1, until, home.now)
        (one,) = await awaiting.of_runs(Context(conn, home.house, Operator(), home.now), [run])
        assert (one.account, one.count, one.why, one.until) == (ACCOUNT, 1, Reason.QUOTA, milliseconds(until))
        await accounts.stop(conn, ACCOUNT, Reason.LINK)
        (one,) = await awaiting.of_runs(Context(conn, home.house, Operator(), home.now), [run])
        assert (one.why, one.until) == (Reason.LINK, None)
    assert "Kênh test đã dùng hết số tin của tháng. 1 tin đang chờ" in words(await home.read("admin"))
