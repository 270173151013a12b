"""/hoi and /cauhoi: what has no answer yet is asked, and answered; nobody learns who asked."""

import pytest
from sqlalchemy import select, update

from bot.core.guidance.kit import Entry, Said
from bot.core.kernel.values import DAY_MS
from bot.core.people.members import Role
from bot.core.talk.taps.kits import AskOn
from bot.core.talk.taps.questions import MyQuestion, OnQuestion
from bot.engine.retention import tidy
from bot.storage.database import Database
from bot.storage.guidance import kits
from bot.storage.people import erasing, members
from bot.storage.tables import audit, conversation, delivery, kit_entry, offer, question, question_asker
from tests.handlers.issuing import delivery_of, issue
from tests.handlers.reporting import PRIVATE
from tests.handlers.sending import SLUG, words
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, ZONE, Reply, Village, settled

ASKS = "Luật Căn cước có hiệu lực khi nào?"
SAYS = "Từ ngày 01/7/2024."


@pytest.fixture
async def town(database: Database) -> Village:
    home = await settled(database)
    await home.member("an", "Trần Thị An", EA_KAO, Role.COMMUNICATOR)
    await home.member("chi", "Chi", BUON_MA_THUOT, Role.COMMUNICATOR)
    await home.member("bt", "Biên tập tỉnh", PROVINCE, Role.EDITOR)
    await home.member("qt", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    await home.member("xa", "Biên tập xã", EA_KAO, Role.EDITOR)
    await home.member("tw", "Biên tập trung ương", "TW", Role.EDITOR)
    return home


async def asked(town: Village, text: str = ASKS, chat: str = "an") -> int:
    """A question about a briefing of the province, asked as people do; its number."""
    _, run = await issue(town, SLUG)
    row = await delivery_of(town, run, chat)
    await town.press(chat, AskOn(row).encode())
    await town.tap(chat, "Đặt câu hỏi")
    await town.say(chat, text)
    receipt = (await town.tap(chat, "✅ Gửi"))[0]
    assert receipt.text.startswith("✅ Đã gửi câu hỏi số ")
    async with town.database.read() as conn:
        return int(
            (await conn.execute(select(question.c.id).order_by(question.c.id.desc()))).scalars().first() or 0
        )


async def stands(town: Village, number: int) -> tuple[str, str]:
    async with town.database.read() as conn:
        row = (
            await conn.execute(select(question.c.state, question.c.desk).where(question.c.id == number))
        ).one()
    return row.state, row.desk


def heard(town: Village, who: str) -> str:
    return words(town.screens.get(who, []))


async def test_a_question_reaches_the_editors_of_who_issued_it_and_the_answer_comes_back(
    town: Village,
) -> None:
    number = await asked(town, f"{ASKS} {PRIVATE}")
    assert "Có câu hỏi mới, số 1, từ Phường Ea Kao:" in heard(town, "bt")
    assert ASKS in heard(town, "bt")
    assert "0912" not in heard(town, "bt")
    assert not {"qt", "xa", "tw"} & town.screens.keys()  # editors first; nobody below, nobody above
    await town.tap("bt", "Trả lời")
    await town.say("bt", SAYS)
    done = (await town.tap("bt", "✅ Gửi"))[0]
    assert done.labels == ["Thêm vào bộ hỏi đáp", "↩️ Câu hỏi chờ trả lời"]
    assert f"Tỉnh Đắk Lắk đã trả lời câu hỏi số {number} của đồng chí: “{ASKS}" in heard(town, "an")
    assert SAYS in heard(town, "an")
    assert await stands(town, number) == ("answered", PROVINCE)
    for who in ("bt", "qt"):
        assert "Trần Thị An" not in heard(town, who)
    async with town.database.read() as conn:
        notes = (
            await conn.execute(select(audit.c.actor, audit.c.act, audit.c.subject).order_by(audit.c.id))
        ).all()
        kept = (await conn.execute(select(question.c.words))).scalar_one()
    assert [tuple(one)[1:] for one in notes] == [("question_desk.answer", f"question:{number}")]
    assert "0912" not in kept


async def test_an_answer_joins_the_kit_with_one_tap_and_without_who_asked(town: Village) -> None:
    number = await asked(town)
    await town.press("bt", OnQuestion("answer", number).encode())
    await town.say("bt", SAYS)
    await town.tap("bt", "✅ Gửi")
    await town.tap("bt", "Thêm vào bộ hỏi đáp")
    assert "đã có trong bộ hỏi đáp" in words(await town.press("bt", OnQuestion("keep", number).encode()))
    (found,) = await town.say("chi", "/hoi luat can cuoc hieu luc")
    assert found.labels[0] == ASKS
    shown = (await town.tap("chi", ASKS))[0]
    assert SAYS in shown.text
    assert "Nguồn: Tỉnh Đắk Lắk, 02/11/2026" in shown.text
    async with town.database.read() as conn:
        row = (await conn.execute(select(kit_entry))).one()
    assert "An" not in str(row.question + row.answer + row.source).split()


async def test_what_is_found_is_bounded_by_what_may_be_read(town: Village) -> None:
    await issue(town, SLUG, EA_KAO)
    async with town.database.write() as conn:
        entry = kits.Entry(question=ASKS, answer=SAYS, source="Báo")
        await kits.add(conn, SLUG, entry)
        number = await kits.add(conn, "tet-giap-thin-2024", entry)
    assert len((await town.say("an", "/hoi căn cước"))[0].buttons) == 2  # of its own one, not the other
    assert "Chưa có câu trả lời sẵn" in words(await town.say("chi", "/hoi căn cước"))
    await town.say("chi", "/huy")
    for who in ("an", "chi", "stranger"):
        assert SAYS not in words(await town.press(who, f"kite:open:{number}")), who
        assert not any(one.text for one in await town.press(who, f"kite:drop!:{number}")), who


async def test_words_after_the_command_become_the_question_where_nothing_is_found(town: Village) -> None:
    await issue(town, SLUG)
    replies = await town.say("an", f"/hoi Ông Nguyễn Văn Bình hỏi: {ASKS} {PRIVATE}")
    assert "Câu hỏi này về bản tin nào?" in words(replies)
    summary = (await town.tap("an", "Những kết quả"))[0]
    assert ASKS in summary.text
    assert "0912" not in summary.text
    assert "Bỏ tên: Ông Nguyễn Văn Bình" in summary.labels
    clean = (await town.tap("an", "Bỏ tên: Ông Nguyễn Văn Bình"))[0]
    assert "Bình" not in clean.text
    await town.tap("an", "✅ Gửi")
    async with town.database.read() as conn:
        row = (await conn.execute(select(question))).one()
        left = (await conn.execute(select(conversation))).all()
    assert (row.slug, row.desk, row.unit) == (SLUG, PROVINCE, EA_KAO)
    assert "Bình" not in row.words
    assert left == []


async def test_it_works_with_typed_numbers_and_words(town: Village) -> None:
    await issue(town, SLUG)
    kit = (await town.say("an", "hỏi"))[0]  # the button's own word, below what came last
    assert kit.text.startswith("Hỏi về: ")
    assert "Đồng chí muốn hỏi điều gì?" in words(await town.say("an", "1"))
    await town.say("an", ASKS)
    assert "Đã gửi câu hỏi" in words(await town.say("an", "1"))
    mine = (await town.say("an", "1"))[0]
    assert f"đang chờ: {ASKS}" in mine.text
    one = (await town.say("an", "2"))[0]
    assert "⏳ Tỉnh Đắk Lắk chưa trả lời." in one.text


async def test_a_question_about_nothing_in_particular_goes_to_ones_own_unit(town: Village) -> None:
    await town.say("an", "/hoi")
    await town.tap("an", "Đặt câu hỏi")
    await town.tap("an", "Việc khác")
    await town.say("an", "Bao giờ họp?")
    await town.tap("an", "✅ Gửi")
    assert "Có câu hỏi mới" in heard(town, "xa")
    assert not {"bt", "tw"} & town.screens.keys()


async def test_only_the_unit_that_has_it_reads_and_moves_it(town: Village) -> None:
    number = await asked(town)
    for who in ("xa", "tw", "chi", "an", "stranger"):
        for step in ("open", "answer", "forward!", "close!", "keep"):
            replies = await town.press(who, OnQuestion(step, number).encode())
            assert not [one for one in replies if ASKS in one.text], (who, step)
        assert (
            "chưa trả lời" not in words(await town.press(who, MyQuestion("open", number).encode()))
            or who == "an"
        )
    assert await stands(town, number) == ("waiting", PROVINCE)
    await town.press("qt", OnQuestion("forward!", number).encode())
    assert await stands(town, number) == ("waiting", "TW")
    assert "được chuyển lên để đồng chí trả lời" in heard(town, "tw")
    await town.press("tw", OnQuestion("close!", number).encode())
    assert await stands(town, number) == ("closed", "TW")
    assert f"đã đóng câu hỏi số {number}" in heard(town, "an")


async def test_the_list_shows_the_age_and_pages(town: Village) -> None:
    for place in range(7):
        await asked(town, f"Câu thứ {place}?")
    async with town.database.write() as conn:
        await conn.execute(update(question).where(question.c.id == 7).values(day="2026-10-30"))
    listed = (await town.say("bt", "/cauhoi"))[0]
    assert "7 câu, câu chờ lâu nhất đứng đầu." in listed.text
    lines = [line for line in listed.text.split("\n") if line.startswith("• ")]
    assert lines[0] == "• Số 7 · Phường Ea Kao · chờ 3 ngày: Câu thứ 6?"
    assert len(lines) == 5
    assert "• Số 6" in (await town.tap("bt", "Trang sau"))[0].text


async def test_too_much_is_refused_with_what_to_do(town: Village) -> None:
    await issue(town, SLUG)
    for place in range(10):
        await asked(town, f"Câu thứ {place}?")
    await town.say("an", "/hoi")
    await town.tap("an", "Đặt câu hỏi")
    await town.tap("an", "Việc khác")
    await town.say("an", "Một câu nữa?")
    assert "đang có 10 câu hỏi chờ trả lời" in words(await town.tap("an", "✅ Gửi"))


async def test_who_leaves_takes_the_link_along_and_sees_what_is_kept_before(town: Village) -> None:
    number = await asked(town)
    assert f"Câu hỏi còn gắn với đồng chí: {number}" in words(await town.say("an", "/dulieucuatoi"))
    async with town.database.write() as conn:
        person = await members.at(conn, "test", "an")
        assert person is not None
        await erasing.leave(conn, person.id)
    async with town.database.read() as conn:
        assert (await conn.execute(select(question_asker))).first() is None
        assert (await conn.execute(select(question.c.words))).scalar_one() == ASKS
    await town.press("bt", OnQuestion("answer", number).encode())
    await town.say("bt", SAYS)
    assert "Đã trả lời câu hỏi" in words(await town.tap("bt", "✅ Gửi"))
    async with town.database.read() as conn:
        said = select(delivery.c.id).where(delivery.c.chat_id == "an", delivery.c.state == "pending")
        assert (await conn.execute(said)).first() is None


def texts(replies: list[Reply]) -> list[str]:
    return [one.text for one in replies]


async def test_a_kit_is_read_and_searched_in_the_readers_language(town: Village) -> None:
    await town.member("lan", "Lan", EA_KAO, Role.COMMUNICATOR, language="en")
    await town.member("bru", "Y Bru", EA_KAO, Role.COMMUNICATOR, language="rad")
    _, run = await issue(town, SLUG)
    in_english = Said(language="en", question="When does it take effect?", answer="On 1 July 2024.")
    entry = Entry(question=ASKS, answer=SAYS, source="Báo", others=(in_english,))
    async with town.database.write() as conn:
        await kits.synchronise(conn, {SLUG: (entry,)})
        number = (await kits.of(conn, SLUG))[0].id
        await kits.synchronise(conn, {SLUG: (entry,)})
        assert [one.id for one in await kits.of(conn, SLUG)] == [number]  # the same one still
    await town.press("lan", AskOn(await delivery_of(town, run, "lan")).encode())
    assert "On 1 July 2024." in (await town.tap("lan", "When does it take effect?"))[0].text
    assert "When does it take effect?" in str((await town.say("lan", "/hoi effect"))[0].labels)
    await town.press("bru", AskOn(await delivery_of(town, run, "bru")).encode())
    assert SAYS in (await town.tap("bru", ASKS))[0].text


async def test_an_editor_writes_the_kit_of_what_their_unit_issued(town: Village) -> None:
    _, run = await issue(town, SLUG)
    await town.press("bt", f"run:kit:{run}")
    await town.tap("bt", "Thêm câu hỏi, trả lời")
    for step in (ASKS, SAYS, "Luật Căn cước", "32/13/2026"):
        await town.say("bt", step)
    assert "chưa phải là một ngày" in words(await town.tap("bt", "✅ Gửi"))
    await town.tap("bt", "✏️ Sửa")
    await town.tap("bt", "Có giá trị đến")
    await town.say("bt", "31/12/2026")
    assert "✅ Đã thêm vào bộ hỏi đáp" in words(await town.tap("bt", "✅ Gửi"))
    await town.press("an", AskOn(await delivery_of(town, run, "an")).encode())
    shown = (await town.tap("an", ASKS))[0]
    assert "Nguồn: Luật Căn cước · Có giá trị đến 31/12/2026" in shown.text
    assert "Gỡ khỏi bộ hỏi đáp" not in shown.labels
    for step in ("drop", "drop!", "add"):
        await town.press("an", f"kite:{step}:1")
    town.now += 60 * 86_400_000
    assert "đã hết hạn" in words(await town.press("an", "kite:open:1"))
    assert SAYS in words(await town.press("bt", "kite:open:1"))
    await town.tap("bt", "Gỡ khỏi bộ hỏi đáp")
    assert "Đã gỡ" in words(await town.tap("bt", "Có, gỡ câu này"))


async def test_with_the_link_goes_what_the_askers_chat_keeps_of_the_question(town: Village) -> None:
    number = await asked(town)
    town.now += (town.house.link_days - 1) * DAY_MS
    await town.press("bt", OnQuestion("answer", number).encode())
    await town.say("bt", SAYS)
    await town.tap("bt", "✅ Gửi")
    async with town.database.write() as conn:  # the answer waits: their account rests
        waits = update(delivery).where(delivery.c.chat_id == "an", delivery.c.act.contains("đã trả lời"))
        assert (await conn.execute(waits.values(state="pending"))).rowcount == 1
    names = f"myq:open:{number}"
    for days, stays in ((1, True), (1, False)):
        town.now += days * DAY_MS
        await tidy(town.database, ZONE, town.now, 14, 14)
        async with town.database.read() as conn:
            offered = select(offer.c.at).where(offer.c.chat_id == "an", offer.c.choices.contains(names))
            waiting = select(delivery.c.id).where(
                delivery.c.state == "pending", delivery.c.act.contains(names)
            )
            found = [(await conn.execute(query)).first() is not None for query in (offered, waiting)]
            linked = (await conn.execute(select(question_asker.c.member_id))).first() is not None
        assert (found, linked) == ([stays, stays], stays)
