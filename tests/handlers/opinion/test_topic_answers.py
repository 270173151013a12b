"""/giaidap: what people said is answered back; reports that agree raise an alarm; nobody is exposed."""

import pytest
from sqlalchemy import select

from bot.acts import opinions
from bot.acts.context import Context
from bot.core.people.members import Role
from bot.storage.database import Database
from bot.storage.people import members
from bot.storage.tables import topic_answer, topic_answer_unit
from tests.handlers.reporting import PRIVATE
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village, settled

HEARD = "Bà con nói – cấp trên trả lời"


@pytest.fixture
async def town(database: Database) -> Village:
    """Two communes: five reports on one topic come from the first, one from the second."""
    home = await settled(database)
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    await home.member("xa", "Quản trị xã", EA_KAO, Role.ADMINISTRATOR)
    for name, unit in (("a", EA_KAO), ("b", EA_KAO), ("c", BUON_MA_THUOT), ("d", BUON_MA_THUOT)):
        await home.member(name, name, unit, Role.REPORTER)
    return home


async def report(town: Village, chat: str, times: int = 1, tendency: str = "BAN_KHOAN") -> None:
    async with town.database.write() as conn:
        author = await members.at(conn, ACCOUNT, chat)
        ctx = Context(conn, town.house, author, town.now)
        for number in range(times):
            says = {"topic": "tet", "tendency": tendency, "content": f"Giá cả {number}"}
            assert isinstance(await opinions.submit(ctx, says), str)


async def answered(town: Village, words: str) -> str:
    await town.say("tinh", "/giaidap")
    await town.tap("tinh", "Trả lời một chuyên đề")
    await town.tap("tinh", "Tết Nguyên đán")
    await town.tap("tinh", "Tháng này")
    await town.say("tinh", words)
    return (await town.tap("tinh", "✅ Gửi"))[0].text


def heard(town: Village, chat: str) -> list[str]:
    return [reply.text for reply in town.screens.get(chat, []) if HEARD in reply.text]


async def test_the_desk_that_had_what_was_said_hears_the_answer_and_says_for_its_unit(town: Village) -> None:
    await town.member("bt", "Biên tập xã", EA_KAO, Role.EDITOR)
    await report(town, "a", 4)  # too few for all of the unit, and the desk has read them
    await report(town, "c", 5)  # where nobody works at a desk: they went to the province
    await answered(town, "Tỉnh đã kiểm tra giá.")
    assert [len(heard(town, name)) for name in ("xa", "bt", "b")] == [1, 0, 0]
    assert not [one for one in heard(town, "tinh") if "Bàn xử lý" in one]  # nobody tells themselves
    (text,) = heard(town, "xa")
    assert "Bàn xử lý của đơn vị đồng chí có phản ánh về chuyên đề này." in text
    assert "Tỉnh Đắk Lắk trả lời:" in text
    (done, toast) = await town.tap("xa", "Chưa giải quyết")
    assert done.labels == ["✅ Đã ghi nhận: chưa giải quyết", "Đổi lại: đã giải quyết"]
    assert "chưa giải quyết" in toast.toast
    async with town.database.read() as conn:
        marks = select(topic_answer_unit.c.unit, topic_answer_unit.c.settled)
        assert dict(list(await conn.execute(marks))) == {EA_KAO: False, BUON_MA_THUOT: None}


async def test_a_desk_to_which_no_report_came_hears_only_what_its_whole_unit_may(town: Village) -> None:
    await report(town, "c", 2)  # nobody works at their desk yet
    await report(town, "a", 5)
    await town.member("xa-khac", "Quản trị phường", BUON_MA_THUOT, Role.ADMINISTRATOR)
    await answered(town, "Tỉnh đã kiểm tra giá.")
    assert [len(heard(town, name)) for name in ("xa", "xa-khac")] == [1, 0]
    await report(town, "c", 1)
    await answered(town, "Tỉnh đã kiểm tra giá, lần hai.")
    assert [len(heard(town, name)) for name in ("xa", "xa-khac")] == [2, 1]
    assert "lần hai" in heard(town, "xa-khac")[0]


async def test_who_reports_and_works_at_the_desk_hears_it_once(town: Village) -> None:
    await town.member("ca-hai", "Cả hai việc", EA_KAO, Role.ADMINISTRATOR, Role.REPORTER)
    await report(town, "a", 5)
    await answered(town, "Tỉnh đã kiểm tra giá.")
    assert [len(heard(town, name)) for name in ("ca-hai", "xa", "b")] == [1, 1, 1]


async def test_an_answer_goes_back_to_those_who_may_know_that_their_unit_raised_it(town: Village) -> None:
    await report(town, "a", 5)
    await report(town, "c")
    await town.member(
        "xa-khac", "Quản trị phường", BUON_MA_THUOT, Role.ADMINISTRATOR
    )  # c's went to the province
    assert "được chuyển tới các đơn vị" in await answered(town, f"Tỉnh đã kiểm tra giá. {PRIVATE}")
    assert [len(heard(town, name)) for name in "abcd"] == [1, 1, 1, 0]  # d would learn that c reported
    (text,) = heard(town, "b")
    assert "Tết Nguyên đán · từ 01/11/2026 đến 02/11/2026" in text
    assert "Tỉnh Đắk Lắk trả lời:" in text
    assert "Tỉnh đã kiểm tra giá. Gọi anh ấy số [số điện thoại]" in text
    async with town.database.read() as conn:
        kept = (await conn.execute(select(topic_answer))).one()
    assert "0912" not in kept.words
    (done, toast) = await town.tap("b", "Chưa giải quyết")
    assert done.labels == ["✅ Đã ghi nhận: chưa giải quyết", "Đổi lại: đã giải quyết"]
    assert "chưa giải quyết" in toast.toast
    await town.tap("c", "✅ Đã giải quyết")
    for stranger in ("d", "stranger", "xa-khac"):
        replies = await town.press(stranger, f"said:settled:{kept.id}")
        assert "không còn hiệu lực" in replies[-1].toast
    async with town.database.read() as conn:
        marks = select(topic_answer_unit.c.unit, topic_answer_unit.c.settled)
        assert {row.unit: row.settled for row in await conn.execute(marks)} == {
            EA_KAO: False,
            BUON_MA_THUOT: True,
        }
    listed = (await town.say("tinh", "/giaidap"))[0].text
    assert "Tỉnh đã kiểm tra giá." in listed
    assert "đã giải quyết" not in listed  # one unit is no figure
    assert "chưa nêu số, để không lộ đơn vị nào" in listed


@pytest.mark.parametrize("reports", [0, 4])
async def test_too_few_reports_are_not_answered_as_one_and_nobody_learns_how_few(
    town: Village, reports: int
) -> None:
    await report(town, "a", reports)
    refused = await answered(town, "Đã rõ")
    assert refused.startswith("Kỳ này có dưới 5 phản ánh về chuyên đề này. Vì vậy chưa trả lời chung được.")
    assert "Trả lời: Đã rõ" in refused  # what was written is kept
    assert [heard(town, name) for name in "abcd"] == [[], [], [], []]


async def test_reports_that_agree_raise_an_alarm_once_at_the_desk_and_the_one_above(town: Village) -> None:
    def alarms(chat: str) -> list[str]:
        return [reply.text for reply in town.screens.get(chat, []) if "cùng một hướng" in reply.text]

    await report(town, "a", 9)
    await report(town, "a", 5, "DONG_TINH")  # leans the other way
    await report(town, "c", 5)  # another unit
    await town.read("nobody")
    assert alarms("xa") == alarms("tinh") == []
    await report(town, "b")
    await town.read("nobody")
    for chat in ("xa", "tinh"):
        (text,) = alarms(chat)
        assert "Trong 7 ngày, Phường Ea Kao có từ 10 phản ánh trở lên về Tết Nguyên đán." in text
        assert ("Hướng chung: Băn khoăn." in text) is (chat == "xa")  # above, it could be taken from digests
    await report(town, "b", 3)
    await town.read("nobody")
    assert (len(alarms("xa")), len(alarms("tinh"))) == (1, 1)
    town.now += 8 * 86_400_000
    await report(town, "a", 9)
    await town.read("nobody")
    assert len(alarms("xa")) == 1
    await report(town, "b")
    await town.read("nobody")
    assert len(alarms("xa")) == 2


async def test_what_one_person_writes_many_times_is_no_agreement(town: Village) -> None:
    await report(town, "a", 12)
    await town.read("nobody")
    assert not [reply for reply in town.screens.get("xa", []) if "cùng một hướng" in reply.text]
