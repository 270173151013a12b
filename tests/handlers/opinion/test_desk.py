"""/banxuly and /cuatoi: a report is read where it was received, answered, and nobody learns who wrote it."""

import pytest
from sqlalchemy import delete, select

from bot.core.people.members import Role
from bot.core.talk.taps.reports import OnMine, OnReport
from bot.storage.database import Database
from bot.storage.opinion import cutting
from bot.storage.people import members
from bot.storage.tables import (
    answer,
    audit,
    delivery,
    report_clock,
    response,
    submission,
    submission_author,
    submission_desk,
)
from tests.handlers.reporting import CODE, PRIVATE, TEXT, to_summary, to_text
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, Reply, Village, settled


@pytest.fixture
async def town(database: Database) -> Village:
    home = await settled(database)
    await home.member("rep", "Trần Thị Rép", EA_KAO, Role.REPORTER)
    await home.member("xa", "Quản trị xã", EA_KAO, Role.ADMINISTRATOR)
    await home.member("bt", "Biên tập xã", EA_KAO, Role.EDITOR)
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    await home.member("khac", "Xã khác", BUON_MA_THUOT, Role.ADMINISTRATOR)
    return home


async def sent(town: Village, text: str = TEXT, urgency: str = "Bình thường") -> str:
    """A report, sent as people do; its code."""
    await to_summary(town, text)
    if urgency != "Bình thường":
        await town.tap("rep", "✏️ Sửa")
        await town.tap("rep", "Mức khẩn")
        await town.tap("rep", urgency)
    receipt = (await town.tap("rep", "✅ Gửi"))[0]
    return str(CODE.findall(receipt.text)[0])


async def opened(town: Village, who: str, code: str) -> Reply:
    return (await town.press(who, OnReport("open", code).encode()))[0]


async def state(town: Village, code: str) -> tuple[str, str]:
    async with town.database.read() as conn:
        query = select(submission.c.state, submission.c.desk).where(submission.c.code == code)
        row = (await conn.execute(query)).one()
    return row.state, row.desk


async def test_a_report_is_listed_opened_and_answered_and_nobody_learns_whose_it_is(town: Village) -> None:
    code = await sent(town)
    (listed,) = await town.say("xa", "/banxuly")
    assert "Bàn xử lý · Phường Ea Kao" in listed.text
    assert f"{code} · Kinh tế - xã hội · Phường Ea Kao · 02/11 · mới" in listed.text
    assert TEXT not in listed.text
    screen = (await town.tap("xa", code))[0]
    assert TEXT in screen.text
    assert screen.labels[:4] == ["Trả lời", "Trả lại để bổ sung", "Chuyển cấp trên", "Gộp"]
    await town.tap("xa", "Trả lời")
    summary = (await town.say("xa", f"Xã sẽ sửa trong tháng. {PRIVATE}"))[0]
    assert "0912" not in summary.text
    done = (await town.tap("xa", "✅ Gửi"))[0]
    assert "Đã trả lời phản ánh" in done.text
    heard = town.screens["rep"][-1]
    assert heard.text.startswith(f"✅ Phường Ea Kao đã trả lời phản ánh {code}.")
    assert "Xã sẽ sửa trong tháng. Gọi anh ấy số [số điện thoại]" in heard.text
    mine = (await town.tap("rep", "Xem phản ánh"))[0]
    assert "đã trả lời" in mine.text
    assert "Xã sẽ sửa" in mine.text
    for who in ("xa", "tinh"):
        seen = "".join(reply.text for reply in town.screens.get(who, []))
        assert "Rép" not in seen
    async with town.database.read() as conn:
        notes = [
            tuple(row)
            for row in await conn.execute(select(audit.c.act, audit.c.subject).order_by(audit.c.id))
        ]
        words = (await conn.execute(select(response.c.words))).scalar_one()
    assert notes == [("desk.look", f"report:{code}"), ("desk.answer", f"report:{code}")]
    assert "0912" not in words


async def test_only_the_desk_that_has_it_reads_it_and_each_opening_is_in_the_log(town: Village) -> None:
    code = await sent(town)
    for who in ("tinh", "khac", "rep", "stranger"):
        answers = await town.press(who, OnReport("open", code).encode())
        assert [one.toast for one in answers if one.toast], who
        assert not [one for one in answers if TEXT in one.text], who
        for step in ("verify", "forward!", "close!", "merge", "merge!"):
            await town.press(who, OnReport(step, code).encode())
    assert await state(town, code) == ("received", EA_KAO)
    for _ in range(2):
        await opened(town, "bt", code)
    async with town.database.read() as conn:
        acts = (await conn.execute(select(audit.c.act).where(audit.c.subject == f"report:{code}"))).scalars()
    assert list(acts) == ["desk.look", "desk.look"]


async def test_an_urgent_report_rings_at_the_head_of_the_desk_in_the_same_transaction(town: Village) -> None:
    code = await sent(town, urgency="Khẩn")
    (rung,) = town.screens["xa"]
    assert "Có phản ánh khẩn" in rung.text
    assert f"{code} · Kinh tế - xã hội · Phường Ea Kao · 02/11 · ❗ khẩn" in rung.text
    assert TEXT not in rung.text
    assert not {"tinh", "khac", "bt"} & town.screens.keys()  # the head hears; others see it at the desk
    town.now += 2 * 3_600_000
    (listed,) = await town.say("bt", "/banxuly")
    assert "❗ khẩn · quá hạn, chờ 2 giờ · mới" in listed.text
    await town.tap("xa", "Mở phản ánh")
    async with town.database.read() as conn:  # opened: when it came is nowhere any more
        assert (await conn.execute(select(report_clock))).first() is None
    assert "chờ" not in (await town.say("xa", "/banxuly"))[0].text.split("Muốn tìm")[0]


async def test_what_is_returned_is_mended_and_sent_again(town: Village) -> None:
    code = await sent(town)
    await opened(town, "xa", code)
    await town.tap("xa", "Trả lại để bổ sung")
    await town.tap("xa", "Chưa rõ xảy ra ở thôn, buôn nào.")
    await town.tap("xa", "✅ Gửi")
    asked = town.screens["rep"][-1]
    assert "trả lại phản ánh" in asked.text
    assert "Chưa rõ xảy ra ở thôn, buôn nào." in asked.text
    summary = (await town.tap("rep", "✏️ Sửa và gửi lại"))[0]
    assert f"Nội dung: {TEXT}" in summary.text
    await town.tap("rep", "✏️ Sửa")
    await town.tap("rep", "Nội dung")
    await town.say("rep", "Đường thôn 3 hỏng từ mùa mưa")
    again = (await town.tap("rep", "✅ Gửi"))[0]
    assert f"Đã gửi lại phản ánh {code}" in again.text
    assert await state(town, code) == ("received", EA_KAO)
    screen = await opened(town, "xa", code)
    assert "Đường thôn 3" in screen.text
    assert TEXT not in screen.text


async def test_words_below_a_returned_report_are_shown_the_way_to_mend_it(town: Village) -> None:
    code = await sent(town)
    await opened(town, "xa", code)
    await town.tap("xa", "Trả lại để bổ sung")
    await town.tap("xa", "Chưa rõ xảy ra ở thôn, buôn nào.")
    await town.tap("xa", "✅ Gửi")
    for words in ("o buon Ea Kla, khoang 20 ho", "dạ ở buôn Puăn, chừng hai chục hộ"):
        reply = (await town.say("rep", words))[0]
        assert f"Muốn bổ sung phản ánh {code}" in reply.text
        assert reply.labels[0] == "✏️ Sửa và gửi lại"
    assert f"Đây là phản ánh {code}" in (await town.tap("rep", "✏️ Sửa và gửi lại"))[0].text


async def test_what_is_half_filled_in_is_lost_neither_by_mending_nor_by_a_new_report(town: Village) -> None:
    code = await sent(town)
    await town.say("rep", "/baocao")
    await town.tap("rep", "Tết Nguyên đán")
    await town.say("rep", code)
    offered = (await town.tap("rep", "✏️ Sửa và gửi lại"))[0]
    assert "đang điền dở" in offered.text
    assert "Bước 2/7" in (await town.tap("rep", "Điền tiếp"))[0].text
    await town.tap("rep", "❌ Hủy")
    await town.tap("rep", "Có, bỏ")
    await town.say("rep", code)
    assert f"Nội dung: {TEXT}" in (await town.tap("rep", "✏️ Sửa và gửi lại"))[0].text
    assert "đang điền dở" in (await town.say("rep", "/baocao"))[0].text
    mended = (await town.tap("rep", "Điền tiếp"))[0]
    assert f"Đây là phản ánh {code}" in mended.text


async def test_a_report_goes_up_and_the_desk_that_had_it_still_sees_it(town: Village) -> None:
    code = await sent(town)
    await opened(town, "xa", code)
    await town.tap("xa", "Chuyển cấp trên")
    done = (await town.tap("xa", "Có, chuyển lên"))[0]
    assert f"Đã chuyển phản ánh {code} tới Tỉnh Đắk Lắk." in done.text
    assert await state(town, code) == ("received", PROVINCE)
    assert code not in (await town.say("xa", "/banxuly"))[0].text
    assert code in (await town.tap("xa", "Đã chuyển cấp trên"))[0].text
    screen = await opened(town, "xa", code)
    assert TEXT in screen.text
    assert screen.labels == ["↩️ Bàn xử lý"]
    assert TEXT in (await opened(town, "tinh", code)).text
    assert "Chuyển cấp trên" not in (await opened(town, "tinh", code)).labels
    refused = (await town.press("tinh", OnReport("forward!", code).encode()))[0]
    assert "Cấp trên chưa có người xử lý" in refused.text
    assert not [one for one in await town.press("khac", OnReport("open", code).encode()) if TEXT in one.text]


async def test_what_is_merged_is_answered_along(town: Village) -> None:
    first, second = await sent(town), await sent(town, "Giá phân bón tăng cao quá")
    await opened(town, "xa", second)
    listed = (await town.tap("xa", "Gộp"))[0]
    assert f"{first} · " in listed.text  # a code alone tells nobody what it is about
    asked = (await town.tap("xa", first))[0]
    assert TEXT in asked.text
    assert "Giá phân bón tăng cao quá" in asked.text
    assert (await state(town, second))[0] == "opened"  # nothing is merged before both were read
    done = (await town.say("xa", "có"))[0]
    assert f"Đã gộp phản ánh {second}" in done.text
    assert second in (await opened(town, "xa", first)).text
    await town.tap("xa", "Trả lời")
    await town.say("xa", "Đã làm")
    await town.tap("xa", "✅ Gửi")
    told = [reply.text for reply in town.screens["rep"] if "đã trả lời phản ánh" in reply.text]
    assert {code for code in (first, second) for text in told if code in text} == {first, second}
    assert (await state(town, second))[0] == "merged"


async def test_a_desk_below_hears_nothing_of_other_reports_merged_above(town: Village) -> None:
    first, second = await sent(town), await sent(town, "Giá phân bón tăng cao quá")
    for code in (first, second):
        await opened(town, "xa", code)
        await town.tap("xa", "Chuyển cấp trên")
        await town.tap("xa", "Có, chuyển lên")
    await opened(town, "tinh", second)
    await town.tap("tinh", "Gộp")
    await town.tap("tinh", first)
    await town.tap("tinh", "Có, gộp lại")
    for who in ("tinh", "xa"):
        assert second in (await opened(town, who, first)).text
    async with town.database.write() as conn:  # as one that came from another commune
        theirs = select(submission.c.id).where(submission.c.code == second).scalar_subquery()
        await conn.execute(delete(submission_desk).where(submission_desk.c.submission_id == theirs))
    assert second in (await opened(town, "tinh", first)).text
    assert second not in (await opened(town, "xa", first)).text


async def test_a_report_of_ones_own_is_taken_back_and_gone(town: Village) -> None:
    first, second = await sent(town), await sent(town, "Giá phân bón tăng cao quá")
    (listed,) = await town.say("rep", "/cuatoi")
    assert "Phản ánh của đồng chí: 2" in listed.text
    assert first in listed.text
    (button,) = [label for label in listed.labels if second in label]
    assert button.endswith(f" · mới · {second}"), "which it is, and not its code alone"
    await town.tap("rep", button)
    await town.tap("rep", "Rút phản ánh này")
    assert second in (await town.tap("rep", "Có, rút lại"))[0].text
    async with town.database.read() as conn:
        kept = (await conn.execute(select(submission.c.code))).scalars().all()
        left = (await conn.execute(select(answer.c.value))).scalars().all()
        notes = (await conn.execute(select(audit.c.subject).order_by(audit.c.id))).scalars().all()
    assert (kept, [one for one in left if "phân bón" in one], notes) == ([first], [], [])


@pytest.mark.parametrize("words", ["{}", "{} .", "mã {}"])
async def test_a_code_typed_anywhere_opens_its_report_to_who_may_see_it(town: Village, words: str) -> None:
    code = await sent(town)
    typed = words.format(code.lower().replace("-", " "))
    await town.say("rep", "/baocao")  # in the middle of another form too
    assert TEXT in (await town.say("rep", typed))[0].text
    assert TEXT in (await town.say("xa", typed))[0].text
    for who in ("tinh", "khac"):
        (reply,) = await town.say(who, typed)
        assert f"Không có phản ánh {code}" in reply.text
        assert 1 <= len(reply.buttons) <= 2
    (reply,) = await town.say("khac", "DL-ZZZZZZ")
    assert reply.text == (await town.say("tinh", "DL-ZZZZZZ"))[0].text


async def test_a_code_in_a_sentence_opens_its_report_where_no_question_waits_for_words(town: Village) -> None:
    code = await sent(town)
    asked = f"Phản ánh {code} thế nào rồi, bao giờ có trả lời vậy?"
    assert TEXT in (await town.say("rep", asked))[0].text
    assert TEXT in (await town.say("xa", f"xem giúp {code.lower()}"))[0].text
    assert TEXT not in (await town.say("rep", f"{code} và DL-ZZZZZZ"))[0].text
    assert "DL-5WBN5J" in (await town.say("rep", "phan anh dl 5wbn5j den dau roi"))[0].text
    await to_text(town)
    assert "Bước 6/7" in (await town.say("rep", f"Như {code} đã nêu, đường vẫn hỏng"))[0].text


async def test_a_report_like_the_first_is_noticed_and_can_be_added_to_it(town: Village) -> None:
    first = await sent(town)
    summary = await to_summary(town, f"{TEXT}, xe không đi được")
    assert f"Giống phản ánh {first}" in summary.text
    assert summary.labels[:2] == [f"Bổ sung vào {first}", "✅ Gửi"]
    adding = (await town.tap("rep", "Bổ sung vào"))[0]
    assert f"sẽ bổ sung vào phản ánh {first}" in adding.text
    done = (await town.tap("rep", "✅ Gửi"))[0]
    assert f"Đã bổ sung vào phản ánh {first}" in done.text
    async with town.database.read() as conn:
        said = (await conn.execute(select(answer.c.value).where(answer.c.field == "content"))).scalars().all()
    assert said == [f"{TEXT}\n{TEXT}, xe không đi được"]
    unlike = await to_summary(town, "Giá cà phê tăng, ai cũng mừng")
    assert "Giống phản ánh" not in unlike.text


async def test_once_the_link_is_cut_nobody_is_told_and_the_desk_learns_nothing(town: Village) -> None:
    code = await sent(town)
    linked = (await opened(town, "xa", code)).text
    async with town.database.write() as conn:
        await cutting.drop_links(conn, "2027-02-01")
        assert (await conn.execute(select(submission_author))).first() is None
    assert (await opened(town, "xa", code)).text == linked
    before = len(town.screens["rep"])
    await town.tap("xa", "Trả lời")
    await town.say("xa", "Đã ghi nhận")
    done = (await town.tap("xa", "✅ Gửi"))[0]
    assert "nếu còn liên hệ được" in done.text
    assert len(town.screens["rep"]) == before
    assert "Không có phản ánh" in (await town.say("rep", code))[0].text
    (empty,) = await town.say("rep", "/cuatoi")
    assert "chưa có phản ánh nào" in empty.text
    assert empty.labels == ["Gửi phản ánh dư luận", "Không có vấn đề phát sinh"]


async def test_a_list_says_how_each_report_begins_and_no_more(town: Village) -> None:
    """Which it is, is seen without opening each; the rest is opened, and that is in the log."""
    rest = "đã ba năm mà xã chưa bố trí được kinh phí, học sinh đi lại rất khổ"
    code = await sent(town, f"Bà con lo đường liên thôn xuống cấp nặng, {rest}")
    (listed,) = await town.say("xa", "/banxuly")
    row = listed.text.split("\n")[2]
    assert row.startswith(f"• {code} · Kinh tế - xã hội")
    assert row.endswith(": “Bà con lo đường liên thôn xuống cấp nặng, đã ba…”")
    assert rest not in listed.text
    assert listed.labels[0] == f"{code} · Kinh tế - xã hội"
    assert all(len(label) <= 34 for label in listed.labels), "a line of a narrow phone"
    for other in ("tinh", "khac", "rep"):
        assert "đường liên thôn" not in (await town.say(other, "/banxuly"))[0].text
    assert (await state(town, code))[0] == "received", "a list opens nothing"
    await town.say("xa", "/banxuly")
    await town.tap("xa", code)
    second = await sent(town, "Chợ xa nhà, người già đi lại vất vả lắm")
    await town.press("xa", OnReport("open", second).encode())
    merging = (await town.tap("xa", "Gộp"))[0]
    assert "“Bà con lo đường liên thôn" in merging.text
    await sent(town, "Đường hỏng")
    assert "“Đường hỏng" not in (await town.say("xa", "/banxuly"))[0].text, "never all of it"


async def test_the_receipt_of_an_urgent_report_says_who_was_told_and_what_comes_next(town: Village) -> None:
    await to_summary(town)
    await town.tap("rep", "✏️ Sửa")
    await town.tap("rep", "Mức khẩn")
    await town.tap("rep", "Khẩn")
    receipt = (await town.tap("rep", "✅ Gửi"))[0]
    assert "❗ Phản ánh khẩn. Hệ thống báo ngay cho 1 người xử lý của Phường Ea Kao." in receipt.text
    assert "Sau 30 phút chưa ai mở, hệ thống báo lại, rồi chuyển cấp trên." in receipt.text
    assert "Quản trị xã" not in receipt.text, "an office, and nobody's name"
    assert any("Có phản ánh khẩn" in one.text for one in town.screens["xa"])
    await to_summary(town, "Chợ xa nhà")
    assert "khẩn" not in (await town.tap("rep", "✅ Gửi"))[0].text


async def test_where_nobody_can_be_told_the_receipt_says_so(database: Database) -> None:
    town = await settled(database)
    await town.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await to_summary(town)
    await town.tap("rep", "✏️ Sửa")
    await town.tap("rep", "Mức khẩn")
    await town.tap("rep", "Khẩn")
    receipt = (await town.tap("rep", "✅ Gửi"))[0]
    assert "Chưa báo được cho ai ở Phường Ea Kao" in receipt.text
    assert "gọi điện thoại" in receipt.text


async def test_a_desk_is_searched_sorted_and_paged(town: Village) -> None:
    codes = [await sent(town, text) for text in ("Giá cà phê tăng", "Đường hỏng nặng", "Nước sạch thiếu")]
    codes += [await sent(town, text) for text in ("Điện yếu vào tối", "Trường học xa nhà")]
    codes.append(await sent(town, "Chợ mới vắng khách", "Khẩn"))
    (listed,) = await town.say("xa", "/banxuly")
    assert listed.labels[0] == f"{codes[-1]} · Kinh tế - xã hội"  # urgent first
    onward = (await town.tap("xa", "Trang sau"))[0]
    assert {label.partition(" ")[0] for label in (*listed.labels[:5], onward.labels[0])} == set(codes)
    found = (await town.say("xa", "/banxuly ca phe"))[0]
    assert found.labels == [f"{codes[0]} · Kinh tế - xã hội", "↩️ Bàn xử lý"]
    await town.say("xa", "/banxuly")
    await town.tap("xa", "Theo chuyên đề")
    assert "Kinh tế - xã hội (6)" in town.screens["xa"][-2].labels
    only = (await town.tap("xa", "Kinh tế - xã hội"))[0]
    assert "Chỉ xem: Kinh tế - xã hội" in only.text
    assert all(len(b.data.encode()) <= 64 for reply in town.screens["xa"] for b in reply.buttons)


async def test_a_demoted_editor_is_stopped_in_mid_answer_and_a_double_press_answers_once(
    town: Village,
) -> None:
    code = await sent(town)
    await opened(town, "bt", code)
    await town.tap("bt", "Trả lời")
    await town.say("bt", "Đã ghi nhận")
    send = next(b.data for b in town.screens["bt"][-1].buttons if b.label == "✅ Gửi")
    async with town.database.write() as conn:
        await members.set_roles(conn, 3, [Role.COMMUNICATOR])
    await town.press("bt", send)
    assert await state(town, code) == ("opened", EA_KAO)
    await opened(town, "xa", code)
    await town.tap("xa", "Kết thúc")
    yes = town.screens["xa"][-2].buttons[0].data
    for _ in range(2):
        await town.press("xa", yes)
    told = [reply for reply in town.screens["rep"] if "kết thúc phản ánh" in reply.text]
    assert len(told) == 1
    async with town.database.read() as conn:
        pending = select(delivery.c.id).where(delivery.c.state == "pending")
        assert (await conn.execute(pending)).first() is None


async def test_what_is_merged_into_an_answered_report_hears_the_answer_at_once(town: Village) -> None:
    first, second, third = [await sent(town, words) for words in (TEXT, "Giá phân bón cao", "Giá vật tư cao")]
    await opened(town, "xa", third)
    await town.tap("xa", "Gộp")
    await town.tap("xa", second)  # goes along with what it was merged into
    await town.tap("xa", "Có, gộp lại")
    await opened(town, "xa", first)
    await town.tap("xa", "Trả lời")
    await town.say("xa", "Đã làm xong đường")
    await town.tap("xa", "✅ Gửi")
    before = len(town.screens["rep"])
    await town.press("xa", OnReport("merge", second, first).encode())
    done = (await town.tap("xa", "Có, gộp lại"))[0]
    assert f"Đã gộp phản ánh {second}" in done.text
    told = [reply.text for reply in town.screens["rep"][before:]]
    assert {code for code in (second, third) for text in told if code in text} == {second, third}
    assert all("Đã làm xong đường" in text for text in told)
    assert "Đã làm xong đường" in (await town.say("rep", second))[0].text


async def test_what_was_merged_into_a_report_that_is_taken_back_is_read_by_itself(town: Village) -> None:
    first, second = await sent(town), await sent(town, "Giá phân bón tăng cao quá", "Khẩn")
    await opened(town, "xa", second)
    await town.tap("xa", "Gộp")
    await town.tap("xa", first)
    await town.tap("xa", "Có, gộp lại")
    rung = len(town.screens["xa"])
    await town.press("rep", OnMine("drop!", first).encode())
    assert await state(town, second) == ("received", EA_KAO)
    assert any(second in reply.text for reply in town.screens["xa"][rung:])  # an urgent one rings again
    assert second in (await town.say("xa", "/banxuly"))[0].text
    assert "Giá phân bón" in (await opened(town, "xa", second)).text


async def test_what_was_answered_along_stays_so_when_the_other_is_taken_back(town: Village) -> None:
    first, second = await sent(town), await sent(town, "Giá phân bón tăng cao quá")
    await opened(town, "xa", second)
    await town.tap("xa", "Gộp")
    await town.tap("xa", first)
    await town.tap("xa", "Có, gộp lại")
    await opened(town, "xa", first)
    await town.tap("xa", "Trả lời")
    await town.say("xa", "Đã làm")
    await town.tap("xa", "✅ Gửi")
    await town.press("rep", OnMine("drop!", first).encode())
    assert await state(town, second) == ("merged", EA_KAO)


async def test_an_answer_that_the_mask_makes_too_long_is_refused_with_the_limit(town: Village) -> None:
    code = await sent(town)
    await opened(town, "xa", code)
    await town.tap("xa", "Trả lời")
    words = "Đã làm xong đường thôn, gọi 0912 345 678. "
    await town.say("xa", words + "a" * (1000 - len(words)))
    refused = (await town.tap("xa", "✅ Gửi"))[0]
    assert "dài quá 1.000 ký tự" in refused.text
    assert (await state(town, code))[0] == "opened"


async def test_a_label_below_another_report_is_no_answer_to_the_one_before(town: Village) -> None:
    first, second = await sent(town), await sent(town, "Bà con hỏi giá điện")
    await opened(town, "xa", first)
    (question,) = await town.say("xa", "Trả lời")
    assert f"Về phản ánh {first}" in question.text
    await town.say("xa", second)
    (asked,) = await town.say("xa", "ket thuc")
    assert second in asked.text
    assert "Về phản ánh" not in asked.text
    await town.say("xa", "quay lại")
    (summary,) = await town.say("xa", "Xã sẽ sửa trong tháng.")
    assert f"Về phản ánh {first}" in summary.text
    assert "Xã sẽ sửa trong tháng." in summary.text
    await town.say("xa", "gửi")
    assert await state(town, first) == ("answered", EA_KAO)


async def test_an_ok_to_what_is_asked_twice_does_nothing_and_says_what_would(town: Village) -> None:
    code = await sent(town)
    await opened(town, "xa", code)
    await town.tap("xa", "Kết thúc")
    for words in ("ok", "vâng ạ", "👍"):
        (told,) = await town.say("xa", words)
        assert "Chưa có gì thay đổi. Nếu đồng ý, đồng chí chọn “Có, kết thúc”." in told.text
        assert (await state(town, code))[0] == "opened"
    await town.say("xa", "1")  # its number stands
    assert (await state(town, code))[0] == "closed"


async def test_a_short_word_is_the_button_below_which_it_is_typed(town: Village) -> None:
    code = await sent(town)
    await town.say("rep", code)
    assert f"Rút phản ánh {code}?" in (await town.say("rep", "Rút"))[0].text  # and no leaving


async def test_what_waits_unread_for_too_long_is_said_to_be_overdue(town: Village) -> None:
    await sent(town)
    for days, words in ((3, "· chờ 3 ngày · mới"), (4, "· quá hạn, chờ 7 ngày · mới")):
        town.now += days * 86_400_000
        assert words in (await town.say("xa", "/banxuly"))[0].text


async def test_what_is_added_to_a_report_makes_it_urgent_and_rings(town: Village) -> None:
    code = await sent(town)
    await opened(town, "xa", code)
    await to_text(town)
    await town.say("rep", TEXT)
    await town.tap("rep", "Bỏ qua")
    await town.tap("rep", "Khẩn")
    await town.tap("rep", "Bổ sung vào")
    rung = len(town.screens["xa"])
    assert f"Đã bổ sung vào phản ánh {code}" in (await town.tap("rep", "✅ Gửi"))[0].text
    assert any("Có phản ánh khẩn" in reply.text for reply in town.screens["xa"][rung:])
    assert "❗ khẩn" in (await town.say("xa", "/banxuly"))[0].text


@pytest.mark.parametrize("words", ["trả lại", "Tra lai", "chuyển", "gộp"])
async def test_a_desks_button_is_named_by_how_it_begins(town: Village, words: str) -> None:
    code = await sent(town)
    await opened(town, "xa", code)
    assert "chưa hiểu" not in (await town.say("xa", words))[0].text


async def test_a_desk_is_searched_for_numbers_too(town: Village) -> None:
    code = await sent(town, "Đường hỏng 200 mét ở thôn 3")
    await sent(town, "Giá phân bón tăng cao quá")
    for words in ("200", "thon 3", "200 mét"):
        assert (await town.say("xa", f"/banxuly {words}"))[0].labels == [
            f"{code} · Kinh tế - xã hội",
            "↩️ Bàn xử lý",
        ]
    assert len((await town.say("xa", "/banxuly ???"))[0].labels) == 4  # nothing to look for: all of it
