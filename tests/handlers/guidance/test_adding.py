"""Addenda: a commune adds to a province's briefing; each reads those of the units above them, in one go."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import String, cast, select, update

from bot.acts import addenda, broadcasts, changing, corrections, links, succession
from bot.acts.addenda import Added
from bot.acts.changing import Change
from bot.acts.context import Context, Operator, Refusal
from bot.acts.orders import Order
from bot.core.guidance.audience import Scope
from bot.core.kernel.richtext import plain_text
from bot.core.people import unit_changes
from bot.core.people.members import Role
from bot.core.people.unit_changes import Kind
from bot.core.people.units import Level, Unit
from bot.core.schedule.occurrences import Once
from bot.core.talk.message import Message
from bot.core.talk.taps.reading import Full, Open, Reread
from bot.storage.guidance import briefings, editions
from bot.storage.people import members, rules, units
from bot.storage.tables import addendum, broadcast, delivery, edition, member, run, run_edition
from tests.contents import known
from tests.handlers.issuing import delivery_of
from tests.handlers.sending import SLUG, audited, create, fill, people, plan, publish, put, words
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, ZONE, Village

HOUR_MS = 3_600_000
HAMLET = "24169-1"
MEETING = "Bà con họp lúc 14 giờ thứ Sáu tại nhà văn hóa."
BY_COMMUNE, BY_HAMLET = "Phường Ea Kao bổ sung:", "Buôn Kao bổ sung:"


@pytest.fixture
async def town(home: Village) -> Village:
    """A province, two communes with an editor each, and a hamlet of one of them."""
    await people(home)
    hamlet = Unit(code=HAMLET, name="Buôn Kao", level=Level.GRASSROOTS, parent=EA_KAO)
    async with home.database.write() as conn:
        tree = [one for one in (await units.below(conn, "/TW/")) if one.code in ("TW", PROVINCE, EA_KAO)]
        above = [
            Unit(code=one.code, name=one.name, level=Level(one.level), parent=one.parent) for one in tree
        ]
        await units.synchronise(conn, [*above, hamlet])
    await home.member("hoa", "Hoa", HAMLET, Role.COMMUNICATOR)
    await home.member("y-binh", "Y Bình", HAMLET, Role.EDITOR, Role.COMMUNICATOR)
    await publish(home)
    return home


def ms(day: int, hour: int) -> int:
    return int(datetime(2026, 11, day, hour, tzinfo=ZONE).timestamp() * 1000)


async def planned(town: Village, unit: str = PROVINCE, **order: object) -> int:
    """The province's broadcast for Tuesday at eight, as the shell makes it."""
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        wish = replace(Order(SLUG, unit, Once(at=ms(3, 8))), **order)  # type: ignore[arg-type]
        shown = await broadcasts.preview(ctx, wish)
        assert not isinstance(shown, Refusal)
        done = await broadcasts.schedule(ctx, wish, shown.draft.count)
    assert not isinstance(done, Refusal)
    await town.read("nobody")
    return done.id


async def adds(town: Village, chat: str, number: int, text: str, signed: str = "") -> Added | Refusal:
    async with town.database.write() as conn:
        who = await members.at(conn, ACCOUNT, chat)
        return await addenda.write(Context(conn, town.house, who, town.now), number, text, signed)


async def goes_out(town: Village) -> None:
    town.now = ms(3, 8) + 1000
    await plan(town)


async def got(town: Village, chat: str) -> str:
    """What the last run says to somebody."""
    query = select(edition.c.text).join(delivery, delivery.c.edition_id == edition.c.id)
    async with town.database.read() as conn:
        found = await conn.execute(query.where(delivery.c.chat_id == chat).order_by(delivery.c.id.desc()))
        return plain_text(Message.model_validate_json(found.scalars().first() or "").text)


async def test_a_commune_is_told_adds_and_its_people_read_it_below_the_briefing(town: Village) -> None:
    await planned(town)
    invited = words(town.screens["editor-a"])
    assert "sẽ gửi" in invited
    assert "được bổ sung đến 06:00 ngày 03/11/2026" in invited
    assert "y-binh" in town.screens  # the hamlet stands between, too
    assert not any(chat in town.screens for chat in ("admin", "an", "hoa"))
    shown = await town.tap("editor-a", "✏️ Viết bổ sung")
    assert shown[0].text.startswith("📌")
    assert "Đơn vị được bổ sung đến 06:00" in words(shown)
    await town.tap("editor-a", "✏️ Viết bổ sung")
    summary = await fill(town, "editor-a", MEETING, "UBND phường Ea Kao")
    text = words(summary)
    assert f"{BY_COMMUNE} {MEETING}" in text
    assert text.index("Mã xác minh") > text.index("UBND phường Ea Kao, 02/11/2026")
    assert "✅ Đã nhận phần bổ sung" in words(await town.tap("editor-a", "✅ Gửi"))
    assert "sẽ gửi cùng bản tin" in words(await town.tap("editor-a", "✏️ Bổ sung của đơn vị"))
    assert f"(sẽ gửi): {MEETING}" in words(await town.press("admin", "run:next:1"))
    await goes_out(town)
    for chat in ("an", "binh", "hoa"):
        assert f"————\n{BY_COMMUNE} {MEETING}\nUBND phường Ea Kao, 02/11/2026" in await got(town, chat)
    assert BY_COMMUNE not in await got(town, "chi")
    assert await audited(town) == ["broadcasts.schedule", "addenda.write"]


async def test_who_stands_under_two_units_reads_both_the_higher_first(town: Village) -> None:
    number = await planned(town)
    await adds(town, "editor-a", number, MEETING)
    await adds(town, "y-binh", number, "Già làng mời dự lễ cúng bến nước.")
    await goes_out(town)
    both = await got(town, "hoa")
    assert both.index(BY_COMMUNE) < both.index(BY_HAMLET)
    assert BY_HAMLET not in await got(town, "an")
    async with town.database.read() as conn:
        rows = (await conn.execute(select(delivery.c.edition_id).where(delivery.c.run_id == 1))).scalars()
        assert len(set(rows)) == 3  # none, the commune's, both: an edition for each set of addenda
        assert (await conn.execute(select(run_edition))).first() is None
        assert (await conn.execute(select(run.c.audience))).scalar_one() == 5


async def test_what_was_got_is_read_again_verified_and_found_at_its_address(town: Village) -> None:
    number = await planned(town)
    await adds(town, "editor-a", number, MEETING)
    await goes_out(town)
    await put(town, 1, "sent", 1000)
    text = await got(town, "an")
    assert "là của bản tin đã phát" in words(await town.say("an", text))
    assert "khác bản đã phát" in words(await town.say("an", text.replace("14 giờ", "15 giờ")))
    delivered = await delivery_of(town, 1, "an")
    assert MEETING in words(await town.press("an", Full(delivered).encode()))
    assert MEETING in words(await town.press("an", Reread(delivered).encode()))
    async with town.database.read() as conn:
        sent = await briefings.latest(conn, SLUG)
        assert sent is not None
        query = select(delivery.c.edition_id).where(delivery.c.id == delivered)
        number = (await conn.execute(query)).scalar_one()
        whole = await links.page_address(conn, sent.id, "vi")
        own = await links.page_address(conn, sent.id, "vi", number)
        pages = [
            await links.opened(town.house, conn, at.removeprefix("/f/"), town.now) for at in (whole, own)
        ]
    assert [MEETING in plain_text(page.added) for page in pages if isinstance(page, links.Page)] == [
        False,
        True,
    ]
    assert MEETING in words(await town.press("an", Open(sent.id).encode()))
    assert MEETING not in words(await town.press("chi", Open(sent.id).encode()))
    await town.member("moi", "Mới", EA_KAO, Role.COMMUNICATOR)  # reads it as the others there
    assert MEETING in words(await town.press("moi", Open(sent.id).encode()))


async def test_before_the_cut_off_and_by_ones_own_unit_alone(town: Village) -> None:
    number = await planned(town)
    await adds(town, "editor-a", number, "Nhầm.")
    await adds(town, "editor-a", number, MEETING)
    for chat in ("an", "admin", "minh"):
        assert await adds(town, chat, number, MEETING) == Refusal("tap.stale")
    town.now = ms(3, 6)
    late = await adds(town, "editor-a", number, "Muộn.")
    assert isinstance(late, Refusal)
    assert late.key == "addendum.too_late"
    assert "Đã hết hạn bổ sung lúc 06:00" in words(await town.press("editor-a", f"add:look:{number}"))
    await goes_out(town)
    assert MEETING in await got(town, "an")
    assert "Nhầm." not in await got(town, "an")


async def test_a_run_that_was_opened_keeps_its_addenda(town: Village) -> None:
    number = await planned(town)
    made = await adds(town, "editor-a", number, MEETING)
    assert isinstance(made, Added)
    await goes_out(town)
    async with town.database.write() as conn:  # it went out: nobody is told that it does not
        done = await addenda.withdraw(Context(conn, town.house, Operator(), town.now), made.id)
    assert done == Refusal("addendum.gone")
    assert "đã gửi hoặc đã hủy" in words(await town.press("editor-a", f"add:drop!:{made.id}"))
    await put(town, 1, "sent", 1000)
    delivered = await delivery_of(town, 1, "an")
    assert MEETING in words(await town.press("an", Full(delivered).encode()))


async def test_one_taken_back_does_not_go_and_its_author_hears_of_it(town: Village) -> None:
    number = await planned(town)
    made = await adds(town, "editor-a", number, MEETING)
    assert isinstance(made, Added)
    await town.press("admin", f"add:drop:{made.id}")
    assert "Đã rút" in (await town.tap("admin", "❌ Rút"))[-1].toast
    assert "Quản trị tỉnh đã rút phần bổ sung" in words(town.screens["editor-a"])
    await goes_out(town)
    assert BY_COMMUNE not in await got(town, "an")


async def test_where_the_unit_needs_approval_nothing_goes_without(town: Village) -> None:
    await town.member("duyet", "Tư", EA_KAO, Role.APPROVER)
    async with town.database.write() as conn:
        await rules.choose_approval(conn, EA_KAO, True)
    number = await planned(town)
    await adds(town, "editor-a", number, MEETING)
    await town.read("duyet")
    assert "gửi duyệt phần bổ sung" in words(town.screens["duyet"])
    assert "Bổ sung chờ duyệt (1)" in words(await town.say("duyet", "/duyet"))
    await town.tap("duyet", "⏳")
    assert "Đồng chí trả lại vì sao?" in words(await town.tap("duyet", "↩️ Trả lại"))
    assert "Đã trả lại" in words(await fill(town, "duyet", "Ghi rõ địa điểm.", "[✅ Gửi]"))
    assert "trả lại phần bổ sung" in words(town.screens["editor-a"])
    assert "Ghi rõ địa điểm." in words(town.screens["editor-a"])
    await adds(town, "editor-a", number, MEETING)
    await town.say("duyet", "/duyet")
    shown = await town.tap("duyet", "⏳")
    assert MEETING in shown[0].text
    assert "Đã duyệt phần bổ sung của" in words(await town.tap("duyet", "✅ Duyệt"))
    assert "Phần bổ sung này không còn chờ duyệt" in words(await town.press("duyet", "add:yes:2"))
    await goes_out(town)
    assert MEETING in await got(town, "an")


async def approver_above(town: Village) -> int:
    """A commune without an approver of its own, whose addendum waits; its number."""
    await town.member("duyet", "Tư", PROVINCE, Role.APPROVER)
    async with town.database.write() as conn:
        await rules.choose_approval(conn, EA_KAO, True)
    made = await adds(town, "editor-a", await planned(town), MEETING)
    assert isinstance(made, Added)
    assert (made.state, made.told) == ("submitted", 1)
    await town.read("duyet")
    return made.id


async def test_who_approves_above_decides_where_the_unit_has_nobody(town: Village) -> None:
    await approver_above(town)
    assert MEETING in words(await town.tap("duyet", "Xem"))
    assert "Bổ sung chờ duyệt (1)" in words(await town.say("duyet", "/duyet"))
    await town.tap("duyet", "⏳")
    assert "Đã duyệt phần bổ sung của" in words(await town.tap("duyet", "✅ Duyệt"))
    await goes_out(town)
    assert MEETING in await got(town, "an")


async def test_what_waits_for_a_briefing_that_is_gone_is_decided_by_nobody(town: Village) -> None:
    number = await approver_above(town)
    await goes_out(town)
    await town.read("nobody")
    assert "gửi đi mà chưa có phần bổ sung" in words(town.screens["editor-a"])  # its author hears of it
    assert "Bổ sung chờ duyệt" not in words(await town.say("duyet", "/duyet"))
    for step in ("see", "yes", "no"):
        assert "không còn chờ duyệt" in words(await town.press("duyet", f"add:{step}:{number}"))
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        assert await addenda.decide(ctx, number, True) == Refusal("addendum.over")


async def test_when_a_plan_is_changed_they_hear_until_when_they_may_add(town: Village) -> None:
    number = await planned(town)
    await adds(town, "editor-a", number, MEETING)
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        await changing.change(ctx, number, Change(schedule=Once(at=ms(4, 8))))
    await town.read("nobody")
    told = words(town.screens["editor-a"])
    assert "đã sửa" in told
    assert "nay gửi lúc 08:00 ngày 04/11/2026" in told
    assert "đến 06:00 ngày 04/11/2026" in told
    async with town.database.write() as conn:
        await changing.change(Context(conn, town.house, Operator(), town.now), number, Change(newcomers=True))
    before = len(town.screens["editor-b"])
    await town.read("nobody")
    assert len(town.screens["editor-b"]) == before


async def test_when_the_plan_is_called_off_whoever_added_to_it_hears_so(town: Village) -> None:
    number = await planned(town)
    await adds(town, "editor-a", number, MEETING)
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        assert await broadcasts.pause(ctx, number)
    await town.read("nobody")
    assert "đã hủy đợt phát" not in words(town.screens["editor-a"])
    async with town.database.write() as conn:
        assert await broadcasts.cancel(Context(conn, town.house, Operator(), town.now), number)
    await town.read("nobody")
    assert "đã hủy đợt phát" in words(town.screens["editor-a"])
    assert "“Bà con họp lúc 14 giờ" in words(town.screens["editor-a"])
    assert "đã hủy đợt phát" not in words(town.screens["editor-b"])


async def test_what_a_unit_that_has_ended_added_is_returned_and_its_author_hears_so(town: Village) -> None:
    number = await planned(town)
    await adds(town, "editor-a", number, MEETING)
    await adds(town, "editor-b", number, "Họp sáng thứ Bảy.")
    day = town.house.today(town.now)
    merge = unit_changes.Change(day=day, kind=Kind.MERGE, units=(EA_KAO,), into=(BUON_MA_THUOT,))
    tree = known().tree.model_copy(update={"changes": (merge,)})
    async with town.database.write() as conn:
        await units.synchronise(conn, tree.on(day), day.isoformat())
        for _ in range(2):  # twice is as once
            await succession.follow(conn, town.house.texts, day, town.now)
    await town.read("nobody")
    told = words(town.screens["editor-a"])
    assert told.count("nay là Phường Buôn Ma Thuột") == 1
    assert "đồng chí viết lại dưới tên mới: /lich" in told
    async with town.database.read() as conn:
        rows = (await conn.execute(select(addendum.c.state).order_by(addendum.c.id))).scalars().all()
    assert rows == ["returned", "standing"]
    (week,) = [reply for reply in await town.say("editor-a", "/lich") if reply.text]
    assert any("bổ sung" in label.casefold() for label in week.labels)
    await goes_out(town)
    assert "Bà con họp lúc 14 giờ" not in await got(town, "an")
    assert "Họp sáng thứ Bảy." in await got(town, "an")


async def test_none_is_returned_without_a_reason(town: Village) -> None:
    number = await approver_above(town)
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        assert await addenda.decide(ctx, number, False, " \n") == Refusal("approve.no_reason")


async def test_another_broadcast_of_the_same_text_takes_no_addendum_from_a_reader(town: Village) -> None:
    await adds(town, "editor-a", await planned(town), MEETING)
    await goes_out(town)
    await create(town, BUON_MA_THUOT)  # another commune sends the same to its own
    await plan(town)
    async with town.database.read() as conn:
        sent = await briefings.latest(conn, SLUG)
    assert sent is not None
    await town.member("moi", "Mới", EA_KAO, Role.COMMUNICATOR)
    assert MEETING in words(await town.press("moi", Open(sent.id).encode()))


async def test_marked_empty_and_long_words_are_refused_and_names_pointed_out(town: Village) -> None:
    number = await planned(town)
    for text, key in (
        ("MẬT", "compose.secret"),
        (" \n ", "addendum.empty"),
        ("dài " * 300, "addendum.too_long"),
    ):
        found = await adds(town, "editor-a", number, text)
        assert isinstance(found, Refusal)
        assert found.key == key
    made = await adds(town, "editor-a", number, "Hỏi bà Nguyễn Thị Lan, số 0905123456.")
    assert isinstance(made, Added)
    assert "0905123456" in made.personal
    await town.press("editor-a", f"add:write:{number}")
    summary = await fill(town, "editor-a", "Hỏi số 0905123456.", "[Bỏ qua]")
    assert "có thể là thông tin cá nhân: 0905123456" in words(summary)


async def test_a_plan_that_does_not_concern_a_unit_is_not_shown_to_it(town: Village) -> None:
    only = await planned(town, EA_KAO)
    others = await planned(town, scope=Scope(without_units=(BUON_MA_THUOT,)))
    assert "editor-b" not in town.screens
    for number in (only, others):
        assert await adds(town, "editor-b", number, MEETING) == Refusal("tap.stale")
        assert words(await town.press("editor-b", f"add:look:{number}")).startswith("Nút này không")
    assert "Bổ sung của đơn vị" not in " ".join((await town.say("editor-b", "/lich"))[-1].labels)
    await planned(town, addenda_ms=-1)
    assert "✏️ Bổ sung của đơn vị (1)" in (await town.say("editor-a", "/lich"))[-1].labels
    listed = await town.tap("editor-a", "✏️ Bổ sung của đơn vị (1)")
    assert words(listed).count("Bổ sung đến 06:00") == 1


async def test_it_goes_on_with_the_broadcast_that_takes_the_newer_text(town: Village) -> None:
    number = await planned(town)
    await adds(town, "editor-a", number, MEETING)
    async with town.database.write() as conn:
        row = await briefings.latest(conn, SLUG)
        assert row is not None
        await briefings.keep(conn, row.briefing.model_copy(update={"source": "khác"}), [], town.now)
    await town.press("admin", f"run:new_text:{number}")
    await goes_out(town)
    assert MEETING in await got(town, "an")


async def test_an_edition_of_another_language_has_them_too(town: Village) -> None:
    number = await planned(town)
    await adds(town, "editor-a", number, MEETING)
    async with town.database.write() as conn:
        an = await members.at(conn, ACCOUNT, "an")
        assert an is not None
        await members.set_language(conn, an.id, "en")
        await conn.execute(update(broadcast).values(urgent=True))
    await goes_out(town)
    assert f"Phường Ea Kao adds: {MEETING}" in await got(town, "an")
    async with town.database.read() as conn:
        codes = (await conn.execute(select(edition.c.code).where(edition.c.addenda != ""))).scalars().all()
        found = [await editions.of_code(conn, code) for code in codes if code]
    assert len({one.language for one in found if one is not None}) == 2


async def test_a_correction_keeps_the_addenda_of_each(town: Village) -> None:
    town.house = replace(town.house, edits=frozenset({ACCOUNT}))
    number = await planned(town)
    await adds(town, "editor-a", number, MEETING)
    await goes_out(town)
    await put(town, 1, "sent", 3)  # to the others it has yet to go
    async with town.database.write() as conn:
        await conn.execute(update(delivery).values(message_id=cast(delivery.c.id, String)))
        row = await briefings.latest(conn, SLUG)
        assert row is not None
        await briefings.keep(conn, row.briefing.model_copy(update={"source": "Cổng Quốc hội"}), [], town.now)
    async with town.database.write() as conn:
        done = await corrections.correct(Context(conn, town.house, Operator(), town.now), 1)
    assert not isinstance(done, Refusal)
    await plan(town)
    query = select(member.c.unit, run.c.kind, edition.c.text, delivery.c.state)
    query = query.join(delivery, delivery.c.member_id == member.c.id).join(run, run.c.id == delivery.c.run_id)
    async with town.database.read() as conn:
        rows = (await conn.execute(query.join(edition, edition.c.id == delivery.c.edition_id))).all()
    now = [row for row in rows if row.kind == "edit" or (row.kind is None and row.state == "pending")]
    assert sorted(row.kind or "" for row in now) == ["", "", "edit", "edit", "edit"]
    for row in now:
        text = plain_text(Message.model_validate_json(row.text).text)
        assert text.startswith("✏️ Đã đính chính")
        assert "Cổng Quốc hội" in text
        assert (MEETING in text) == (row.unit in (EA_KAO, HAMLET))
    assert not [row for row in rows if row.kind == "correction"]  # the new words are told to nobody twice
