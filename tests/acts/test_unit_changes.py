"""A list of changes, understood line by line; what follows a unit that has ended, and what stays."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.acts import closing, digests, invitations, members, succession, unit_changes
from bot.acts.context import Context, Operator, Refusal
from bot.acts.unit_changes import HEADINGS, NEEDED, Understood
from bot.content import sheets
from bot.core.people.members import Role
from bot.core.people.unit_changes import Change, Kind, Tree
from bot.storage.people import units
from bot.storage.tables import invite, join_request, member, submission, submission_author
from tests.contents import known
from tests.handlers.reporting import to_summary
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, Village

HEAD = "Ngày hiệu lực;Việc;Đơn vị;Thành;Tên mới;Cấp;Căn cứ;Mã thành viên\n"
MERGE = "01/07/2026;Sáp nhập;phường Ea Kao;Buôn Ma Thuột;;;9/NQ-UBTVQH;\n"
NEW = "".join(f"1/7/2026;lập mới;{one};66;Xã {one};xã;;\n" for one in ("D1", "D2"))
TODAY = date(2026, 11, 2)


def understood(folder: Path, lines: str, tree: Tree | None = None) -> Understood:
    """A sheet as Excel in Vietnam writes it."""
    file = folder / "thay-doi.csv"
    file.write_text(HEAD + lines, encoding="utf-8")
    return unit_changes.understand(sheets.read(file, HEADINGS, NEEDED), tree or known().tree, TODAY)


@pytest.mark.parametrize(
    ("lines", "line", "column"),
    [
        ("1/7/2026;sáp nhập;Ea Cao;24133;;;;\n", 2, "unit"),
        ("1/7/2026;bay;24169;24133;;;;\n", 2, "kind"),
        ("hôm qua;nhập;24169;24133;;;;\n", 2, "day"),
        ("1/7/2026;thành lập;a/b;66;X;XA;;\n", 2, "unit"),
        ("1/7/2026;thành lập;D;66;X;làng;;\n", 2, "level"),
        ("1/7/2026;đổi tên;24169;;;;;\n", 2, "name"),
        (f"1/7/2026;đổi tên;24169;;{'x' * 101};;;\n", 2, "name"),
        ("1/7/2026;chuyển;66;24169;;;;\n", 2, "level"),
        ("1/7/2026;thành viên;24169;24133;;;;3\n", 2, "unit"),
        (NEW + '1/7/2026;chia;24169;"D1;D2";;;;\n1/7/2026;người;24169;66;;;;1\n', 5, "into"),
        (NEW + '1/7/2026;chia;24169;"D1;D2";;;;\n1/7/2026;người;24169;D2;;;;Hoa\n', 5, "member"),
        ("1/7/2099;người;24169;D2;;;;1\n", 2, "day"),
        (MERGE + "1/8/2026;đổi tên;Ea Kao;;X;;;\n", 3, "unit"),
        ("1/1/2025;sáp nhập;24169;24133;;;;\n", 2, "into"),
        ("1/7/2026;đổi tên;Hoà;;X;;;\n", 2, "unit"),
    ],
)
def test_what_is_wrong_is_told_by_its_line_and_column(
    tmp_path: Path, lines: str, line: int, column: str
) -> None:
    (problem,) = understood(tmp_path, lines).problems
    assert (problem.line, problem.column) == (line, column)
    assert problem.allowed


def test_what_contradicts_something_that_was_decided_for_later_is_refused(tmp_path: Path) -> None:
    later = Change(day=date(2099, 1, 1), kind=Kind.RENAME, units=(EA_KAO,), name="X", decree="1")
    tree = known().tree.model_copy(update={"changes": (later,)})
    (problem,) = understood(tmp_path, MERGE, tree).problems
    assert "decided for 2099-01-01 before" in problem.allowed
    assert understood(tmp_path, MERGE).problems == []


def test_lines_are_taken_by_their_days_whatever_their_order(tmp_path: Path) -> None:
    lines = "1/9/2026;nhập;D1;D2;;;;\n" + NEW
    found = understood(tmp_path, lines)
    assert found.problems == []
    assert [change.kind for change in found.changes] == [Kind.NEW, Kind.NEW, Kind.MERGE]
    assert found.changes[-1].units == ("D1",)


def test_what_a_list_renames_is_known_in_it_by_both_names(tmp_path: Path) -> None:
    renamed = "1/7/2026;đổi tên;24133;;Phường Mới;;;\n"
    for name in ("Phường Buôn Ma Thuột", "phường mới"):
        found = understood(tmp_path, f"1/7/2026;sáp nhập;Ea Kao;{name};;;;\n{renamed}")
        assert (found.problems, found.changes[-1].into) == ([], ("24133",))


async def merged(home: Village) -> None:
    """Ea Kao becomes part of Buôn Ma Thuột today."""
    day = home.house.today(home.now)
    change = Change(day=day, kind=Kind.MERGE, units=(EA_KAO,), into=(BUON_MA_THUOT,), decree="9/NQ")
    tree = known().tree.model_copy(update={"changes": (change,)})
    async with home.database.write() as conn:
        await units.synchronise(conn, tree.on(day), day.isoformat())
        await succession.follow(conn, home.house.texts, day, home.now)
    home.house.former = tree.former(day)


async def october(home: Village, path: str) -> digests.Summed:
    """The digest of the month before."""
    await closing.close_over(home.database, home.house, home.now)
    async with home.database.write() as conn:
        ctx = Context(conn, home.house, Operator(), home.now)
        found = await digests.read(ctx, path, date(2026, 10, 1), date(2026, 10, 31))
    assert isinstance(found, digests.Summed)
    return found


async def test_people_of_a_unit_that_ended_go_on_and_its_reports_are_counted_where_they_came(
    home: Village,
) -> None:
    now, home.now = home.now, home.now - 7 * 86_400_000
    await home.member("rep", "Hoa", EA_KAO, Role.REPORTER, Role.ADMINISTRATOR, Role.EDITOR)
    other = await home.member("khac", "Lan", EA_KAO, Role.REPORTER)
    for _ in range(12):
        await to_summary(home)
        await home.tap("rep", "✅")
    async with home.database.write() as conn:  # half of them are hers
        hers = submission_author.c.submission_id % 2 == 0
        await conn.execute(update(submission_author).where(hers).values(member_id=other))
    home.now = now
    path = "/TW/66/24169/"
    before = await october(home, path)
    assert before.digest.total == 12
    await merged(home)
    await home.read("rep")
    (told,) = (one for one in home.screens["rep"] if "nhập vào" in one.text)
    assert "Phường Ea Kao nhập vào Phường Buôn Ma Thuột" in told.text
    assert "Thành viên: 2" in told.text
    assert "Phản ánh đang xử lý: 12" in told.text
    assert await october(home, path) == before
    assert (await october(home, "/TW/66/24133/")).digest.total in (None, 0)
    (desk, *_) = await home.say("rep", "/banxuly")
    assert "Buôn Ma Thuột" in desk.text
    assert "12" in desk.text
    async with home.database.read() as conn:
        assert set((await conn.execute(select(member.c.unit))).scalars()) == {BUON_MA_THUOT}
        assert set((await conn.execute(select(submission.c.unit_path))).scalars()) == {path}


async def test_what_is_put_down_for_a_unit_that_has_ended_is_refused_with_what_it_is_now(
    home: Village,
) -> None:
    number = await home.member("an", "An", PROVINCE, Role.ADMINISTRATOR)
    await home.say("an", "/moi")
    await home.say("an", "ea kao")
    await merged(home)
    for word in ("[Biên tập]", "[7 ngày]", "[1 người]", "✅"):
        replies = await home.tap("an", word.strip("[]"))
    assert "Phường Ea Kao đã kết thúc từ ngày 02/11/2026. Nay là: Phường Buôn Ma Thuột." in replies[0].text
    found = await home.say("an", "xã Ea Kao")
    assert any("Buôn Ma Thuột" in reply.text for reply in found)
    async with home.database.write() as conn:
        ctx = Context(conn, home.house, Operator(), home.now)
        for answer in (
            await members.move(ctx, number, EA_KAO),
            await invitations.create(ctx, EA_KAO, [Role.EDITOR], days=1, uses=1),
        ):
            assert isinstance(answer, Refusal)
            assert answer.key == "unit.became"
        assert not (await conn.execute(select(invite.c.id))).all()


async def test_who_asks_to_join_by_an_old_name_is_led_to_what_it_is_now(home: Village) -> None:
    home.house.former = {BUON_MA_THUOT: ("Phường Thắng Lợi",)}
    await home.say("moi", "/start")
    await home.tap("moi", "Tôi đồng ý")
    (reply, *_) = await home.say("moi", "phường thắng lợi")
    assert "hiển thị" in reply.text
    await home.say("moi", "Nguyễn Văn An")
    await home.tap("moi", "✅")
    async with home.database.read() as conn:
        assert list((await conn.execute(select(join_request.c.unit))).scalars()) == [BUON_MA_THUOT]


@pytest.mark.parametrize("words", ["xã Ea Kao", "ea kao", "P. Ea Kao", "24169", "phuong ea kao", "eakao"])
async def test_an_administrator_finds_a_unit_however_it_is_written(home: Village, words: str) -> None:
    await home.member("an", "An", PROVINCE, Role.ADMINISTRATOR)
    await home.member("hoa", "Hoa", EA_KAO, Role.COMMUNICATOR)
    (reply, *_) = await home.say("an", f"/thanhvien {words}")
    assert "Thành viên của Phường Ea Kao" in reply.text
    assert "Hoa" in reply.text
    await home.say("an", "/moi")
    (reply, *_) = await home.say("an", words)
    assert "Vai trò" in reply.text or "vai trò" in reply.text
