"""People from a list: every line is judged before the first is written, and nobody is added twice."""

from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.acts import import_rows, imports
from bot.acts.import_rows import Understood
from bot.channels.registry import platform
from bot.content.sheets import Row
from bot.core.people.members import Role
from bot.storage.accounts import endpoints
from bot.storage.people import members, refusals
from tests.storage.scene import ACCOUNT, NOW, OTHER, UNITS, Scene, scene
from tests.stores import store

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
GOOD = {"name": "Hoa", "unit": "66", "roles": "communicator", "chat_id": "123", "consent": "1/11/2026"}


@pytest.fixture(params=["sqlite", "postgres"])
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with store(request.param, tmp_path) as database:
        yield await scene(database)


KINDS = {ACCOUNT: "telegram"}


def understood(*people: dict[str, str], accounts: tuple[str, ...] = (ACCOUNT,)) -> Understood:
    rows = [Row(line, {**GOOD, **cells}) for line, cells in enumerate(people, start=2)]
    addresses = dict.fromkeys(accounts, platform("telegram").address)
    return import_rows.understand(rows, UNITS, ("vi", "en"), addresses, ZONE, NOW)


def test_a_good_line_needs_neither_language_nor_account() -> None:
    (one,) = understood({"unit": "xã Ea Kao", "roles": "Cộng tác viên; tuyên truyền viên"}).people
    assert (one.member.unit, one.member.language, one.account) == ("24169", "vi", ACCOUNT)
    assert one.member.roles == {Role.REPORTER, Role.COMMUNICATOR}


def test_a_surname_in_a_column_of_its_own_is_of_the_name() -> None:
    (one,) = understood({"surname": "Nguyễn Thị", "name": "Hoa"}).people
    assert one.member.name == "Nguyễn Thị Hoa"


@pytest.mark.parametrize("name", ["NguyÔn V¨n An", "Nguyeãn Vaên An", "TrÇn ThÞ ¸nh"])
def test_a_name_in_the_letters_of_an_old_font_is_refused(name: str) -> None:
    (problem,) = understood({"name": name}).problems
    assert "old font" in problem.allowed


@pytest.mark.parametrize(
    "name", ["Nguyễn Văn Ẩn", "H'Hoa Êban", "Y Blŏ Niê", "Trần Thị Huệ", "Khuê", "Ama Kông"]
)
def test_a_name_as_it_is_written_today_is_taken(name: str) -> None:
    assert [one.member.name for one in understood({"name": name}).people] == [name]


@pytest.mark.parametrize(
    "chat_id",
    [
        *("0905123456", "+84905123456", "@hoanguyen", "-1001234567890", "1.23457E+09", "123456789.0", "0"),
        *("１２３４５", "12 34", "9999999999999999", "4503599627370496", "1e5", "0x12", "٣٤٥"),
        *("84905123456", "84385123456"),
    ],
)
def test_what_is_no_private_person_is_refused_by_line(chat_id: str) -> None:
    found = understood({}, {"chat_id": chat_id})
    assert [(one.line, one.column) for one in found.problems] == [(3, "chat_id")]
    assert "no phone, no @name, no group" in found.problems[0].allowed


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"consent": "không đồng ý"}, "consent"),
        ({"consent": ""}, "consent"),
        ({"unit": "Sài Gòn"}, "unit"),
        ({"roles": "boss"}, "roles"),
        ({"roles": ""}, "roles"),
        ({"language": "fr"}, "language"),
        ({"account": "gamma"}, "account"),
        ({"name": ""}, "name"),
        ({"name": "0905 123 456"}, "name"),
        ({"name": "x" * 100}, "name"),
    ],
)
def test_every_mistake_is_named_by_line_and_column(cells: dict[str, str], column: str) -> None:
    found = understood(cells)
    assert [(one.line, one.column) for one in found.problems] == [(2, column)]
    assert found.people == []


@pytest.mark.parametrize("consent", ["", "không đồng ý", "46352", "31/12/2099", "???"])
def test_what_is_allowed_as_consent_never_names_what_was_found(consent: str) -> None:
    (problem,) = understood({"consent": consent}).problems
    assert problem.found == consent
    assert "day" in problem.allowed
    assert "nothing" not in problem.allowed
    assert f"{consent!r}" not in problem.allowed


def test_two_lines_with_one_chat_are_refused_not_settled_silently() -> None:
    found = understood({}, {"name": "Lan"}, {"name": "Mai", "chat_id": "124"})
    assert [(one.line, one.column) for one in found.problems] == [(3, "chat_id")]
    assert "line 2" in found.problems[0].allowed


def test_with_several_accounts_the_account_is_asked_for() -> None:
    assert [one.column for one in understood({}, accounts=(ACCOUNT, OTHER)).problems] == ["account"]
    assert understood({"account": OTHER}, accounts=(ACCOUNT, OTHER)).people[0].account == OTHER


async def test_people_are_registered_and_known_ones_left_as_they_are(home: Scene) -> None:
    await home.member("123")
    people = understood({}, {"name": "Lan", "chat_id": "124"}, {"name": "Mai", "chat_id": ""}).people
    done = await imports.register(home.database, people, KINDS, NOW, dry_run=False)
    assert (done.added, done.known, [one.member.name for one in done.uninvited]) == (1, 1, ["Mai"])
    async with home.database.read() as conn:
        lan = await members.at(conn, ACCOUNT, "124")
        assert lan is not None
        assert (lan.name, lan.unit, lan.roles) == ("Lan", "66", {Role.COMMUNICATOR})
        consent = await members.consent(conn, lan.id)
        assert (consent.version, consent.method) == ("paper", "1/11/2026")
        assert (await members.at(conn, ACCOUNT, "123")) is not None
    again = await imports.register(home.database, people, KINDS, NOW, dry_run=False)
    assert (again.added, again.known) == (0, 2)


async def test_a_dry_run_counts_and_writes_nothing(home: Scene) -> None:
    done = await imports.register(home.database, understood({}).people, KINDS, NOW, dry_run=True)
    assert done.added == 1
    async with home.database.read() as conn:
        assert await members.count(conn) == 0


async def test_each_of_many_gets_their_own_chat(home: Scene) -> None:
    people = understood(*({"name": f"Người {n}", "chat_id": str(1000 + n)} for n in range(2500))).people
    done = await imports.register(home.database, people, KINDS, NOW, dry_run=False)
    assert done.added == 2500
    async with home.database.read() as conn:
        for n in (0, 999, 1000, 2499):
            one = await members.at(conn, ACCOUNT, str(1000 + n))
            assert one is not None
            assert one.name == f"Người {n}"
            assert [row.account for row in await endpoints.of(conn, one.id)] == [ACCOUNT]


async def test_who_left_is_not_brought_back_by_an_old_list(home: Scene) -> None:
    people = understood({}, {"name": "Lan", "chat_id": "124"}).people
    async with home.database.write() as conn:
        await refusals.remember(conn, ACCOUNT, "123", people[0].member.consent_at + 1)
        await refusals.remember(conn, ACCOUNT, "124", people[1].member.consent_at - 1)
    done = await imports.register(home.database, people, KINDS, NOW, dry_run=False)
    assert (done.added, [one.chat_id for one in done.declined]) == (1, ["123"])
    async with home.database.read() as conn:
        assert await members.at(conn, ACCOUNT, "123") is None


async def test_an_undated_consent_does_not_outweigh_a_no(home: Scene) -> None:
    """Undated consents count from today, so that an old list would be newer each day it is read."""
    people = understood({"consent": "phiếu giấy"}, {"consent": "đã ký", "chat_id": "124"}).people
    async with home.database.write() as conn:
        await refusals.remember(conn, ACCOUNT, "123", people[0].member.consent_at - 1)
    done = await imports.register(home.database, people, KINDS, NOW, dry_run=False)
    assert (done.added, [one.chat_id for one in done.declined]) == (1, ["123"])
