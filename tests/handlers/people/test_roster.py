"""/thanhvien: a unit's people by pages, one of them, and each act asked before it is done."""

import pytest
from sqlalchemy import select, update

from bot.core.people.members import Role
from bot.storage.tables import endpoint, member
from tests.handlers.incomers import at
from tests.handlers.sending import words
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, Reply, Village


@pytest.fixture
async def town(home: Village) -> Village:
    """A province's administrator, a commune's, and eight readers there."""
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    await home.member("xa", "An quản trị", EA_KAO, Role.ADMINISTRATOR)
    for number in range(1, 9):
        await home.member(f"c{number}", f"Bạn {number}", EA_KAO, Role.COMMUNICATOR)
    return home


async def look(town: Village, who: str, *labels: str) -> Reply:
    """/thanhvien and then these buttons; the last screen."""
    replies = await town.say(who, "/thanhvien")
    for label in labels:
        replies = await town.tap(who, label)
    return next(reply for reply in replies if reply.kind in ("send", "edit"))


async def state(town: Village, name: str) -> str | None:
    async with town.database.read() as conn:
        return (await conn.execute(select(member.c.state).where(member.c.name == name))).scalar_one_or_none()


async def test_people_are_listed_page_by_page_with_what_keeps_them_from_hearing(town: Village) -> None:
    async with town.database.write() as conn:
        mine = update(endpoint).where(endpoint.c.chat_id == "c1")
        await conn.execute(mine.values(state="closed", reason="blocked"))
    first = await look(town, "xa")
    assert "Thành viên của Phường Ea Kao · 9 người" in first.text
    assert "An quản trị · quản trị đơn vị" in first.text
    (line,) = [line for line in first.text.splitlines() if "Bạn 1" in line]
    assert line == "• Bạn 1 · tuyên truyền viên · chưa nhận được tin: đã chặn kênh"
    assert first.labels == [
        "An quản trị",
        *(f"Bạn {number}" for number in range(1, 6)),
        "Trang sau",
        "Tạo mã mời",
    ]
    second = (await town.tap("xa", "Trang sau"))[0]
    assert second.labels == ["Bạn 6", "Bạn 7", "Bạn 8", "Trang trước", "Tạo mã mời"]
    assert (await town.tap("xa", "Trang trước"))[0].labels == first.labels
    assert "Tình trạng: đang hoạt động" in (await town.say("xa", "2"))[0].text  # a number is its button
    assert "Thành viên của Phường Ea Kao" in (await town.say("xa", "Quay lại"))[0].text


async def test_who_stands_above_goes_down_by_unit_or_by_name(town: Village) -> None:
    await town.member("d", "Dung", BUON_MA_THUOT, Role.COMMUNICATOR)
    first = await look(town, "tinh")
    assert first.labels == ["Quản trị tỉnh", "Đơn vị bên dưới (10 người)", "Tạo mã mời"]
    units = (await town.tap("tinh", "Đơn vị bên dưới"))[0]
    assert units.labels[:2] == ["Phường Ea Kao (9)", "Phường Buôn Ma Thuột (1)"]
    there = (await town.tap("tinh", "Phường Buôn Ma Thuột"))[0]
    assert there.labels == ["Dung", "Về đơn vị của đồng chí"]
    (named,) = await town.say("tinh", "/thanhvien ea kao")
    assert "Phường Ea Kao · 9 người" in named.text
    (several,) = await town.say("tinh", "/thanhvien phuong buon")
    assert "Đồng chí muốn xem đơn vị nào?" in several.text
    (none,) = await town.say("xa", "/thanhvien buon ma thuot")
    assert "Chưa tìm thấy đơn vị" in none.text


async def test_somebody_is_found_by_name_whatever_the_diacritics(town: Village) -> None:
    for place, name in enumerate(("Nguyễn Thị Hoà", "Y Hoa Niê", "Hoàng Mai", "H'Mai Êban", "Lê Hồng"), 1):
        await town.member(f"d{place}", name, BUON_MA_THUOT, Role.COMMUNICATOR)
    assert "gõ /thanhvien và tên" in (await look(town, "tinh")).text
    (found,) = await town.say("tinh", "/thanhvien hoa")
    assert "Người có tên “hoa” · 2 người" in found.text
    assert "• Y Hoa Niê · Phường Buôn Ma Thuột · tuyên truyền viên" in found.text
    assert found.labels[:2] == ["Y Hoa Niê", "Nguyễn Thị Hoà"]
    assert "Hoà" in found.labels[2], "units that are called so are below"
    assert "Tình trạng: đang hoạt động" in (await town.say("tinh", "2"))[0].text
    for said, label in (("Hòa", "Nguyễn Thị Hoà"), ("hmai", "H'Mai Êban"), ("hong le", "Lê Hồng")):
        (found,) = await town.say("tinh", f"/thanhvien {said}")
        assert found.labels[0] == label, said
    (many,) = await town.say("tinh", "/thanhvien bạn")
    assert (len(many.labels), "Còn 2 người nữa" in many.text) == (7, True)
    (below,) = await town.say("xa", "/thanhvien hoa nie")
    assert "Chưa tìm thấy đơn vị hay người nào tên “hoa nie”" in below.text, "nobody outside one's own"


async def test_one_person_is_suspended_and_reinstated_after_a_question(town: Village) -> None:
    person = await look(town, "xa", "Bạn 2")
    assert "Tình trạng: đang hoạt động" in person.text
    assert person.labels == ["Đổi vai trò", "Chuyển đơn vị", "Tạm dừng", "Đưa ra khỏi hệ thống", "↩️ Quay lại"]
    asked = (await town.tap("xa", "Tạm dừng"))[0]
    assert "Tạm dừng Bạn 2 (Phường Ea Kao)?" in asked.text
    assert "không nhận tin" in asked.text
    assert await state(town, "Bạn 2") == "active"
    done = await town.tap("xa", "Đồng ý tạm dừng")
    assert "Đã tạm dừng Bạn 2." in words(done)
    assert "Tình trạng: đang tạm dừng" in words(done)
    assert await state(town, "Bạn 2") == "suspended"
    assert "đang tạm dừng" in town.screens["c2"][0].text
    assert "Bạn 2 · tuyên truyền viên · đang tạm dừng" in (await look(town, "xa")).text
    await look(town, "xa", "Bạn 2", "Cho hoạt động lại", "Đồng ý cho hoạt động lại")
    assert await state(town, "Bạn 2") == "active"


async def test_roles_are_put_together_and_changed_once(town: Village) -> None:
    screen = await look(town, "xa", "Bạn 3", "Đổi vai trò")
    assert "Sẽ có: tuyên truyền viên" in screen.text
    assert "Tiếp tục" not in screen.labels
    screen = (await town.tap("xa", "Bỏ: tuyên truyền viên"))[0]
    assert "Sẽ có: chưa có" in screen.text
    assert "Tiếp tục" not in screen.labels
    await town.tap("xa", "Thêm: biên tập")
    screen = (await town.tap("xa", "Thêm: cộng tác viên dư luận xã hội"))[0]
    asked = (await town.tap("xa", "Tiếp tục"))[0]
    assert "Hiện nay: tuyên truyền viên" in asked.text
    assert "Sẽ là: cộng tác viên dư luận xã hội, biên tập" in asked.text
    assert town.screens.get("c3") is None
    await town.tap("xa", "Đổi vai trò")
    found = await at(town, "c3")
    assert found is not None
    assert found.roles == {Role.REPORTER, Role.EDITOR}
    assert [reply.kind for reply in town.screens["c3"]] == ["send", "menu"]


async def test_somebody_moves_by_a_form_that_says_what_follows(town: Village) -> None:
    question = await look(town, "tinh", "Đơn vị bên dưới", "Phường Ea Kao", "Bạn 4", "Chuyển đơn vị")
    assert "đến đơn vị nào" in question.text
    found = (await town.say("tinh", "buon ma thuot"))[0]
    if "khỏi Phường Ea Kao" not in found.text:
        found = (await town.tap("tinh", "Phường Buôn Ma Thuột"))[0]
    assert "Chuyển Bạn 4 khỏi Phường Ea Kao" in found.text
    done = await town.tap("tinh", "✅ Gửi")
    assert "Bạn 4 nay thuộc Phường Buôn Ma Thuột." in words(done)
    moved = await at(town, "c4")
    assert moved is not None
    assert moved.unit == BUON_MA_THUOT
    assert "nay thuộc Phường Buôn Ma Thuột" in town.screens["c4"][0].text


async def test_somebody_is_removed_and_the_list_goes_on(town: Village) -> None:
    asked = await look(town, "xa", "Bạn 5", "Đưa ra khỏi hệ thống")
    assert "không lấy lại được" in asked.text
    done = (await town.tap("xa", "Đồng ý đưa ra"))[0]
    assert "Đã đưa Bạn 5 ra khỏi Phường Ea Kao." in done.text
    assert await at(town, "c5") is None
    listed = (await town.tap("xa", "↩️ Quay lại"))[0]
    assert "8 người" in listed.text
    assert "Bạn 5" not in listed.text


async def test_oneself_is_neither_suspended_nor_left_alone_without_an_administrator(town: Village) -> None:
    own = await look(town, "tinh", "Quản trị tỉnh")
    assert own.labels == ["Đổi vai trò", "Chuyển đơn vị", "↩️ Quay lại"]
    await town.tap("tinh", "Đổi vai trò")
    await town.tap("tinh", "Bỏ: quản trị đơn vị")
    await town.tap("tinh", "Thêm: biên tập")
    asked = (await town.tap("tinh", "Tiếp tục"))[0]
    assert "Quản trị tỉnh là quản trị duy nhất" in asked.text
    refused = (await town.tap("tinh", "Đổi vai trò"))[0]
    assert "mời hoặc chọn một quản trị khác trước" in refused.text
    found = await at(town, "tinh")
    assert found is not None
    assert found.roles == {Role.ADMINISTRATOR}


@pytest.mark.parametrize("who", ["c1", "khac", "bien-tap", "la"])
async def test_nobody_else_sees_or_does_anything(town: Village, who: str) -> None:
    await town.member("khac", "Quản trị khác", BUON_MA_THUOT, Role.ADMINISTRATOR)
    await town.member("bien-tap", "Biên tập", EA_KAO, Role.EDITOR)
    steps = ("show", "suspend", "suspend!", "remove!", "roles", "give", "move", "nonsense")
    taps = [f"who:{step}:3" for step in steps]
    for data in (*taps, "who:give!:3:q", f"people:{EA_KAO}:0", f"below:{PROVINCE}:0", "who:show:999"):
        (answer,) = await town.press(who, data)
        assert "không còn hiệu lực" in answer.toast
    found = await at(town, "c1")
    assert found is not None
    assert found.roles == {Role.COMMUNICATOR}


async def test_what_was_asked_long_ago_is_judged_again(town: Village) -> None:
    await look(town, "xa", "Bạn 1", "Tạm dừng")
    await look(town, "tinh", "Đơn vị bên dưới", "Phường Ea Kao", "An quản trị", "Đổi vai trò")
    await town.tap("tinh", "Thêm: biên tập")
    await town.tap("tinh", "Bỏ: quản trị đơn vị")
    await town.tap("tinh", "Tiếp tục")
    await town.tap("tinh", "Đổi vai trò")
    (answer,) = await town.tap("xa", "Đồng ý tạm dừng")
    assert "không còn hiệu lực" in answer.toast
    assert await state(town, "Bạn 1") == "active"
