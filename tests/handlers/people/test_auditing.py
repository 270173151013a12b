"""/nhatky: who did what, to those who answer for the unit; nobody is named whom they may not see."""

import ast

import pytest
from sqlalchemy import insert

from bot.acts import auditing, me, members
from bot.acts.auditing import Listed
from bot.acts.context import Context, Operator, Refusal
from bot.core.people.members import Role
from bot.core.people.permissions import Act, OperatorAct
from bot.storage.people import audit
from bot.storage.people import members as stored
from bot.storage.tables import audit as table
from tests.handlers.sending import create, people
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village
from tests.test_texts import known, trees


@pytest.fixture
async def ids(home: Village) -> dict[str, int]:
    return {
        "tinh": await home.member("tinh", "Thanh", PROVINCE, Role.ADMINISTRATOR),
        "xa": await home.member("xa", "Xuân", EA_KAO, Role.ADMINISTRATOR),
        "hoa": await home.member("hoa", "Hoa", EA_KAO, Role.COMMUNICATOR),
        "lan": await home.member("lan", "Lan", BUON_MA_THUOT, Role.COMMUNICATOR),
    }


async def log(home: Village, chat: str, words: str = "/nhatky") -> str:
    return "\n".join(reply.text for reply in await home.say(chat, words))


async def suspend(home: Village, chat: str, number: int) -> None:
    home.now += 60_000
    async with home.database.write() as conn:
        ctx = Context(conn, home.house, await stored.at(conn, ACCOUNT, chat), home.now, ACCOUNT, chat)
        assert not isinstance(await members.suspend(ctx, number), Refusal)


async def test_acts_are_told_in_words_with_who_about_whom_and_when(
    home: Village, ids: dict[str, int]
) -> None:
    await suspend(home, "xa", ids["hoa"])
    said = await log(home, "xa")
    assert "Nhật ký · Phường Ea Kao" in said
    assert "Tạm đình chỉ thành viên: Hoa" in said
    assert "Xuân · 08:01 ngày 02/11/2026" in said


async def test_who_stands_above_is_told_of_by_their_office_and_sees_all_below(
    home: Village, ids: dict[str, int]
) -> None:
    await suspend(home, "tinh", ids["hoa"])
    await suspend(home, "tinh", ids["lan"])
    commune, province = await log(home, "xa"), await log(home, "tinh")
    assert "cán bộ Tỉnh Đắk Lắk" in commune
    assert "Thanh" not in commune
    assert "Lan" not in commune, "of another unit"
    assert "Thanh · " in province
    assert "Hoa, Phường Ea Kao" in province
    assert "Lan, Phường Buôn Ma Thuột" in province
    assert province.index("Lan") < province.index("Hoa"), "the newest first"
    assert "Lan" not in await log(home, "tinh", "/nhatky xã ea kao")


async def test_who_has_left_has_no_name(home: Village, ids: dict[str, int]) -> None:
    await suspend(home, "xa", ids["hoa"])
    async with home.database.write() as conn:
        ctx = Context(conn, home.house, await stored.at(conn, ACCOUNT, "xa"), home.now, ACCOUNT, "xa")
        await me.erase(ctx)
    said = await log(home, "tinh")
    assert "Xuân" not in said
    assert "Xóa dữ liệu của mình" in said
    assert "(đã rời) · " in said


async def test_pages_go_on_where_the_last_one_ended(home: Village, ids: dict[str, int]) -> None:
    async with home.database.write() as conn:
        for number in range(15):
            await audit.note(conn, "cli", Act.INVITE, f"unit:{EA_KAO}", "", home.now + number * 60_000)
    assert "08:14" in await log(home, "xa")
    (second, *_) = await home.tap("xa", "Cũ hơn")
    assert "08:08" in second.text
    assert second.labels[0] == "Mới nhất"
    (last, *_) = await home.tap("xa", "Cũ hơn")
    assert "08:00" in last.text
    assert "Cũ hơn" not in last.labels
    (first, *_) = await home.tap("xa", "Mới nhất")
    assert "08:14" in first.text
    assert "người vận hành" in first.text


async def test_what_was_done_with_a_report_is_told_at_its_desk_alone(
    home: Village, ids: dict[str, int]
) -> None:
    async with home.database.write() as conn:
        await audit.note(conn, "member:2", Act.OPEN_REPORT, "report:DL-7K3M9Q", f"unit:{EA_KAO}", home.now)
    assert "DL-7K3M9Q" in await log(home, "xa")
    assert "DL-7K3M9Q" not in await log(home, "tinh")
    assert "DL-7K3M9Q" not in await log(home, "tinh", "/nhatky ea kao")
    async with home.database.read() as conn:
        found = await auditing.listed(Context(conn, home.house, Operator(), home.now), "")
    assert isinstance(found, Listed)
    assert [one.line.subject for one in found.entries] == ["report:DL-7K3M9Q"]


async def test_an_act_stands_where_its_subject_does(home: Village) -> None:
    await people(home)
    number = await create(home, EA_KAO)
    async with home.database.write() as conn:
        await audit.note(conn, "cli", Act.PAUSE, f"broadcast:{number}", "", home.now)
        await audit.note(conn, "member:1", Act.MERGE, "report:X", "into report:Y", home.now)
        await audit.note(conn, "cli", "store.hold", "store", "", home.now)
        await audit.note(conn, "cli", Act.PAUSE, "broadcast:99", "", home.now)
        await conn.execute(insert(table).values(at=0, actor="x", act="y", subject="z:1", detail=""))
        found = await audit.page(conn, "", None, 0, 0, 10)
    assert [one.unit for one in reversed(found)] == [EA_KAO, PROVINCE, "", "", ""]
    said = await log(home, "admin")
    assert f"Tạm dừng đợt phát: đợt phát {number} “" in said


async def test_nobody_reads_the_log_of_another_unit(home: Village, ids: dict[str, int]) -> None:
    await suspend(home, "tinh", ids["lan"])
    for data in (f"log:{BUON_MA_THUOT}:0", f"log:{PROVINCE}:0", "log:nowhere:0"):
        replies = await home.press("xa", data)
        assert not any("Lan" in reply.text for reply in replies)
    assert "Chưa tìm thấy đơn vị" in await log(home, "xa", "/nhatky buôn ma thuột")
    assert "Lan" not in await log(home, "lan")


def test_every_act_that_is_noted_has_its_words() -> None:
    """`/nhatky` says it: "did." and the act's name with "_" in it, in every catalogue."""
    acts = {f"{kind.__name__}.{one.name}": one.value for kind in (Act, OperatorAct) for one in kind}
    noted = {
        acts[name]
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "note"
        for one in node.args
        if (name := ast.unparse(one)) in acts
    }
    assert len(noted) > 25
    assert sorted(one for one in noted if f"did.{one.replace('.', '_')}" not in known()) == []
