"""Corrections and recalls as people make and get them."""

from dataclasses import replace

import pytest
from sqlalchemy import String, cast, func, select, update

from bot.acts import corrections, links, reminders
from bot.acts.context import Context, Operator, Refusal
from bot.core.guidance.correcting import change, replaced
from bot.core.kernel.richtext import paragraph, plain_text
from bot.core.people.members import Role
from bot.core.talk.message import Message
from bot.core.talk.taps.reading import Confirm, Full, Noted, Open, Reread
from bot.storage.guidance import briefings
from bot.storage.people import members, rules
from bot.storage.tables import broadcast, correction, delivery, edition, run
from tests.handlers.issuing import delivery_of
from tests.handlers.sending import SLUG, audited, create, fill, people, plan, put, words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village

TITLE, TEXT = "Họp thôn", "Chiều 29/11 thôn họp tại nhà văn hoá."


@pytest.fixture
async def town(home: Village) -> Village:
    """A text of the province's own came to An, Bình and Chi; An has confirmed it."""
    return await sent(home, "12")


async def sent(home: Village, number: str) -> Village:
    await people(home)
    await home.member("ea", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    home.house = replace(home.house, edits=frozenset({ACCOUNT}))
    one = home.house.briefings[SLUG]
    body = one.body("vi").model_copy(update={"title": TITLE, "brief": (paragraph(TEXT),), "full": ()})
    own = one.model_copy(update={"slug": "soan-1-1", "number": number, "bodies": {"vi": body}})
    home.house.briefings["soan-1-1"] = own
    await create(home, PROVINCE, slug="soan-1-1")
    home.house = replace(
        home.house, briefings={key: value for key, value in home.house.briefings.items() if key == SLUG}
    )
    await plan(home)
    await put(home, 1, "sent", 1000)
    async with home.database.write() as conn:
        await conn.execute(update(delivery).values(message_id=cast(delivery.c.id, String)))
    await home.press("an", Confirm(await delivery_of(home, 1, "an")).encode())
    return home


async def _rows(home: Village, kind: str) -> list[tuple[str, str]]:
    """(chat, state) of what follows the run so."""
    query = select(delivery.c.chat_id, delivery.c.state).join(run, run.c.id == delivery.c.run_id)
    async with home.database.read() as conn:
        rows = await conn.execute(query.where(run.c.kind == kind).order_by(delivery.c.id))
        return [(row[0], row[1]) for row in rows]


async def _said(home: Village, kind: str) -> Message:
    query = select(edition.c.text).join(delivery, delivery.c.edition_id == edition.c.id)
    query = query.join(run, run.c.id == delivery.c.run_id).where(run.c.kind == kind)
    async with home.database.read() as conn:
        return Message.model_validate_json((await conn.execute(query.limit(1))).scalar_one())


async def _first(home: Village) -> int:
    """The number of the version that went out first."""
    query = select(edition.c.briefing_id).join(delivery, delivery.c.edition_id == edition.c.id)
    async with home.database.read() as conn:
        return int((await conn.execute(query.where(delivery.c.run_id == 1).limit(1))).scalar_one())


async def _correct(home: Village) -> None:
    await home.press("admin", "run:show:1")
    await home.tap("admin", "✏️ Đính chính")
    await fill(home, "admin", "29/11", "28/11", "[✅ Gửi")
    await plan(home)


async def test_a_mistake_is_mended_in_place_and_who_had_confirmed_is_asked(town: Village) -> None:
    old = await _first(town)
    await _correct(town)
    assert await _rows(town, "edit") == [("an", "pending"), ("binh", "pending"), ("chi", "pending")]
    assert await _rows(town, "correction") == [("an", "pending")]
    said = await _said(town, "correction")
    day = "08/12/2023"
    assert f"✏️ Đính chính bản tin số 12 ({day}): “29/11” sửa thành “28/11”." in plain_text(said.text)
    assert [button.label for row in said.buttons for button in row] == ["Đã nắm", "Đọc bản mới"]
    in_place = plain_text((await _said(town, "edit")).text)
    assert in_place.startswith("✏️ Đã đính chính: “29/11” sửa thành “28/11”.")
    assert "Chiều 28/11 thôn họp" in in_place
    assert await audited(town) == ["corrections.correct"]
    # Opened anew, wherever it was found, it is the new one with that line on top.
    for data in (Open(old).encode(), Full(await delivery_of(town, 1, "binh")).encode()):
        shown = words(await town.press("binh", data))
        assert "29/11 thôn" not in shown
    (opened, *_) = await town.press("binh", Open(old).encode())
    assert opened.text.startswith("✏️ Đã đính chính")
    async with town.database.read() as conn:
        told = (await conn.execute(select(run.c.id).where(run.c.kind == "correction"))).scalar_one()
    row = await delivery_of(town, told, "an")
    await put(town, told, "sent", 1)
    (noted, *_) = await town.press("an", Noted(row).encode())
    assert noted.labels == ["✅ Đồng chí đã nắm lúc 08:00 ngày 02/11", "Đọc bản mới"]
    assert "28/11 thôn họp" in words(await town.press("an", Reread(row).encode()))
    assert "không còn hiệu lực" in words(await town.press("binh", Noted(row).encode()))
    screen = words(await town.press("admin", "run:show:1"))
    assert "“29/11” sửa thành “28/11”" in screen
    assert "Sửa tại chỗ 0 · báo riêng 1 · đã nắm 1." in screen


async def test_the_form_names_the_briefing_and_its_buttons_are_gone_once_it_is_sent(town: Village) -> None:
    await town.press("admin", "run:show:1")
    question = await town.tap("admin", "✏️ Đính chính")
    assert question[0].text.startswith(f"Đính chính bản tin {TITLE}.")
    await town.say("admin", "29/11")
    (summary,) = await town.say("admin", "28/11")
    assert f"Đính chính bản tin {TITLE}." in summary.text
    receipt = await town.tap("admin", "✅ Gửi")
    assert receipt[0].kind == "edit", "the summary would keep its buttons"


async def test_what_has_not_gone_says_the_new_words(town: Village) -> None:
    async with town.database.write() as conn:
        mine = update(delivery).where(delivery.c.chat_id.in_(("binh", "chi")))
        await conn.execute(mine.values(state="pending", message_id=None))
        await conn.execute(update(run).values(state="running"))
    await _correct(town)
    assert [chat for chat, _ in await _rows(town, "edit")] == ["an"]
    query = select(edition.c.text).join(delivery, delivery.c.edition_id == edition.c.id)
    async with town.database.read() as conn:
        chi = query.where(delivery.c.run_id == 1, delivery.c.chat_id == "chi")
        found = (await conn.execute(chi)).scalar_one()
        later = (await conn.execute(select(broadcast.c.briefing_id))).scalar_one()
        new = (await conn.execute(select(correction.c.new_id))).scalar_one()
    assert "28/11 thôn" in found
    assert later == new


async def test_who_cannot_be_edited_is_told_in_doubt_or_on_a_channel_without_edits(town: Village) -> None:
    town.house = replace(town.house, edits=frozenset())
    await put(town, 1, "uncertain", 0)
    async with town.database.write() as conn:
        mine = update(delivery).where(delivery.c.chat_id == "chi")
        await conn.execute(mine.values(state="uncertain", message_id=None))
        lost = update(delivery).where(delivery.c.chat_id == "binh")
        await conn.execute(lost.values(state="failed", message_id=None))
    await _correct(town)
    assert await _rows(town, "edit") == []
    assert await _rows(town, "correction") == [("an", "pending"), ("chi", "pending")]  # not who never got it


async def test_an_edit_that_fails_is_told_by_a_message_once(town: Village) -> None:
    await _correct(town)
    async with town.database.write() as conn:
        edits = select(run.c.id).where(run.c.kind == "edit")
        for chat, state in (("an", "failed"), ("binh", "failed"), ("chi", "sent")):
            mine = update(delivery).where(delivery.c.run_id.in_(edits), delivery.c.chat_id == chat)
            await conn.execute(mine.values(state=state))
    await plan(town)
    assert await _rows(town, "correction") == [("an", "pending"), ("binh", "pending")]


async def test_wrong_words_and_other_peoples_runs_are_refused_with_what_was_typed_kept(town: Village) -> None:
    await town.press("admin", "run:show:1")
    await town.tap("admin", "✏️ Đính chính")
    refused = await fill(town, "admin", "30/11", "28/11", "[✅ Gửi")
    assert "Không tìm thấy “30/11”" in words(refused)
    assert "30/11" in words(refused)
    for step in ("mend", "mend!", "recall", "recall!"):
        assert "không còn hiệu lực" in words(await town.press("ea", f"run:{step}:1"))
    async with town.database.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(correction))).scalar_one() == 0


async def test_a_prepared_briefing_is_mended_in_the_content_first(home: Village) -> None:
    await people(home)
    await create(home, PROVINCE)
    await plan(home)
    await put(home, 1, "sent", 1000)
    old = await _first(home)
    assert "chưa có bản mới" in words(await home.press("admin", "run:mend:1"))  # before any question
    one = home.house.briefings[SLUG]
    body = one.body("vi").model_copy(update={"title": "Kỳ họp thứ 7"})
    async with home.database.write() as conn:
        new = one.model_copy(update={"bodies": {**one.bodies, "vi": body}})
        await briefings.keep(conn, new, [], home.now)
    await home.press("admin", "run:mend:1")
    await home.tap("admin", "✅ Đính chính")
    await plan(home)
    assert len(await _rows(home, "correction")) == 3
    assert "Kỳ họp thứ 7" in words(await home.press("chi", Open(old).encode()))


async def test_a_recall_replaces_what_stands_tells_the_rest_and_shows_what_is_left(town: Village) -> None:
    async with town.database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.chat_id == "chi").values(message_id=None))
        mine = update(delivery).where(delivery.c.chat_id == "binh")
        await conn.execute(mine.values(state="pending", message_id=None))
        await conn.execute(update(run).values(state="running"))
    old = await _first(town)
    await town.press("admin", "run:recall:1")
    under_way = words(await town.tap("admin", "❌ Thu hồi"))
    assert "Đang thu hồi" in under_way
    assert "Chưa gỡ" not in under_way
    await plan(town)
    assert await _rows(town, "edit") == [("an", "pending")]
    assert await _rows(town, "correction") == [("an", "pending"), ("chi", "pending")]
    async with town.database.read() as conn:
        query = select(delivery.c.state).where(delivery.c.run_id == 1, delivery.c.chat_id == "binh")
        assert (await conn.execute(query)).scalar_one() == "cancelled"
    assert "❌ Đã thu hồi bản tin số 12" in plain_text((await _said(town, "edit")).text)
    assert not (await _said(town, "edit")).buttons
    screen = words(await town.press("admin", "run:show:1"))
    assert "❌ Đã thu hồi lúc 08:00." in screen
    assert "Chưa gỡ, chưa thay được tại chỗ" in screen
    assert "• Các nhóm nhỏ: 1" in screen  # An's is being replaced
    async with town.database.write() as conn:
        edits = select(run.c.id).where(run.c.kind == "edit")
        await conn.execute(update(delivery).where(delivery.c.run_id.in_(edits)).values(state="failed"))
    assert "• Các nhóm nhỏ: 2" in words(await town.press("admin", "run:show:1"))
    for data in (Open(old).encode(), Full(await delivery_of(town, 1, "an")).encode()):
        assert "đã được thu hồi" in words(await town.press("an", data))
    assert TITLE not in words(await town.say("an", "/moinhat"))
    assert "đã được thu hồi" in words(await town.press("admin", "run:recall!:1"))
    async with town.database.write() as conn:  # it had come to everybody by then
        await conn.execute(update(run).where(run.c.id == 1).values(state="finished"))
    town.now += 6 * 3_600_000
    assert "đã được thu hồi" in words(await town.press("admin", "run:remind:1"))
    async with town.database.write() as conn:
        due = update(run).where(run.c.id == 1).values(remind_at=town.now, deadline_at=town.now)
        await conn.execute(due)
        await reminders.fall_due(town.house, conn, 1, town.now)
    assert not await _rows(town, "reminder")
    async with town.database.read() as conn:
        followed = select(func.count()).select_from(run).where(run.c.kind.in_(("reminder", "overdue")))
        assert (await conn.execute(followed)).scalar_one() == 0
    assert await audited(town) == ["corrections.recall"]


async def test_what_an_earlier_correction_changed_is_not_told_as_taken_back(town: Village) -> None:
    await _correct(town)
    edits = select(run.c.id).where(run.c.kind == "edit")
    async with town.database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.run_id.in_(edits)).values(state="sent"))
    assert "Sửa tại chỗ 3 ·" in words(await town.press("admin", "run:show:1"))
    town.now += 60_000
    await town.press("admin", "run:recall!:1")
    await plan(town)
    async with town.database.write() as conn:
        newest = select(func.max(run.c.id)).where(run.c.kind == "edit").scalar_subquery()
        await conn.execute(update(delivery).where(delivery.c.run_id == newest).values(state="failed"))
    screen = words(await town.press("admin", "run:show:1"))
    assert "thay tại chỗ 0 ·" in screen
    assert "• Các nhóm nhỏ: 3" in screen


async def test_of_what_was_taken_back_nobody_is_asked_to_read_anything(town: Village) -> None:
    (before, *_) = await town.press("admin", "run:show:1")
    assert [label for label in before.labels if label.startswith("🔔")]
    await town.press("admin", "run:recall:1")
    (after, *_) = await town.tap("admin", "❌ Thu hồi")
    assert not [label for label in after.labels if "nhắc" in label.lower()]
    await plan(town)
    async with town.database.read() as conn:
        told = (await conn.execute(select(run.c.id).where(run.c.kind == "correction"))).scalar_one()
    row = await delivery_of(town, told, "an")
    await put(town, told, "sent", 1)
    (noted, *_) = await town.press("an", Noted(row).encode())
    assert noted.labels == ["✅ Đồng chí đã nắm lúc 08:00 ngày 02/11"]


async def test_what_has_no_number_is_called_by_its_title_once(home: Village) -> None:
    await sent(home, "–")
    await home.press("admin", "run:recall:1")
    await home.tap("admin", "❌ Thu hồi")
    await plan(home)
    said = plain_text((await _said(home, "correction")).text)
    assert said.startswith(f"❌ Đã thu hồi bản tin “{TITLE}” (")
    assert said.count(TITLE) == 1


def test_words_are_replaced_in_every_place_and_said_in_one_line(home: Village) -> None:
    one = home.house.briefings[SLUG]
    body = one.body("vi").model_copy(
        update={"title": "Ngày 29/11", "brief": (paragraph("Họp 29/11."),), "full": ()}
    )
    one = one.model_copy(update={"bodies": {"vi": body}})
    new = replaced(one, "29/11", "28/11")
    assert new is not None
    assert (new.body("vi").title, plain_text(new.body("vi").brief)) == ("Ngày 28/11", "Họp 28/11.")
    assert change(one, new) is None  # in two places
    assert replaced(one, "30/11", "x") is None
    assert replaced(one, "", "x") is None
    other = one.model_copy(update={"bodies": {"vi": body.model_copy(update={"brief": (paragraph("a"),)})}})
    assert change(other, replaced(other, "29/11", "28/11") or other) == ("29/11", "28/11")
    added = replaced(other, "Ngày 29/11", "Ngày 29/11 tới")
    assert change(other, added or other) == ("Ngày 29/11", "Ngày 29/11 tới")


async def test_a_text_from_above_is_not_rewritten_where_it_went(town: Village) -> None:
    async with town.database.write() as conn:
        await conn.execute(update(broadcast).values(unit=EA_KAO, issuer=PROVINCE))
    shown = await town.press("ea", "run:show:1")
    assert TITLE in words(shown)
    assert not {"✏️ Đính chính", "❌ Thu hồi"} & {label for one in shown for label in one.labels}
    for step in ("mend!", "recall!"):
        assert "do Tỉnh Đắk Lắk phát" in words(await town.press("ea", f"run:{step}:1"))
    # Said before anything is typed.
    assert "do Tỉnh Đắk Lắk phát" in words(await town.press("ea", "run:mend:1"))
    async with town.database.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(correction))).scalar_one() == 0


async def test_where_two_people_stand_behind_a_text_the_content_is_taken_by_who_did_not_write(
    town: Village,
) -> None:
    await town.member("ha", "Hà", PROVINCE, Role.APPROVER, Role.EDITOR)
    async with town.database.write() as conn:
        await rules.choose_approval(conn, PROVINCE, True)
        ha = await members.at(conn, ACCOUNT, "ha")
        assert ha is not None
        await conn.execute(update(broadcast).values(written_by=f"member:{ha.id}"))
        hers = Context(conn, town.house, ha, town.now)
        assert await corrections.correct(hers, 1) == Refusal("correct.approver")  # she wrote it
        await conn.execute(update(broadcast).values(written_by="cli"))
        assert await corrections.correct(hers, 1) == Refusal("correct.nothing_new")
        assert await corrections.hindered(hers, 1) is None, "a text of one's own: words are asked for"
    assert "Đang thu hồi" in words(await town.press("ha", "run:recall!:1"))


async def test_what_one_unit_takes_back_stands_where_another_sent_the_same(home: Village) -> None:
    await people(home)
    await create(home, PROVINCE)
    await create(home, EA_KAO)
    await plan(home)
    for one in (1, 2):
        await put(home, one, "sent", 1000)
    async with home.database.write() as conn:
        done = await corrections.recall(Context(conn, home.house, Operator(), home.now), 2)
        sent = await briefings.latest(conn, SLUG)
    assert not isinstance(done, Refusal)
    assert sent is not None
    for chat in ("an", "chi"):
        assert "📌 Những kết quả" in words(await home.press(chat, Open(sent.id).encode()))
    async with home.database.write() as conn:
        address = await links.page_address(conn, sent.id, "vi")
        assert isinstance(await _at(home, address), links.Page)
        await corrections.recall(Context(conn, home.house, Operator(), home.now), 1)
    assert await _at(home, address) == links.RECALLED
    await create(home, PROVINCE)  # sent anew, as who took it back by mistake is told to
    await plan(home)
    assert isinstance(await _at(home, address), links.Page)
    assert "📌 Những kết quả" in words(await home.press("chi", Open(sent.id).encode()))


async def test_what_one_unit_corrects_is_opened_as_it_was_where_another_sent_it(home: Village) -> None:
    await people(home)
    await create(home, PROVINCE)
    await create(home, EA_KAO)
    await plan(home)
    for one in (1, 2):
        await put(home, one, "sent", 1000)
    async with home.database.write() as conn:
        sent = await briefings.latest(conn, SLUG)
        assert sent is not None
        await briefings.keep(conn, sent.briefing.model_copy(update={"source": "Cổng"}), [], home.now)
    async with home.database.write() as conn:
        done = await corrections.correct(Context(conn, home.house, Operator(), home.now), 2)
    assert not isinstance(done, Refusal)
    assert "Nguồn: Cổng" in words(await home.press("an", Open(sent.id).encode()))
    shown = words(await home.press("chi", Open(sent.id).encode()))
    assert "📌 Những kết quả" in shown
    assert "Nguồn: Cổng" not in shown


async def _at(home: Village, address: str) -> object:
    async with home.database.read() as conn:
        return await links.opened(home.house, conn, address.removeprefix("/f/"), home.now)
