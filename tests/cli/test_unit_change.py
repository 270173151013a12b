"""`unit change`: a decree as a sheet becomes part of the content, people follow, and the past stays."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.content import load
from tests.cli.test_member import CONTENT, Shell

EA_KAO, BUON_MA_THUOT, TAN_LAP = "24169", "24133", "24163"
HEAD = "Ngày hiệu lực;Việc;Đơn vị;Thành;Tên mới;Cấp;Căn cứ;Mã thành viên\n"
MERGE = "01/07/2026;Sáp nhập;phường Ea Kao;Buôn Ma Thuột;;;9/NQ-UBTVQH;\n"


class Town(Shell):
    """The deployment with a content folder of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = Path(shutil.copytree(CONTENT, folder / "content"))
        self.content(self.folder)

    def change(self, lines: str, *options: str, head: str = HEAD) -> tuple[int, Any]:
        """The command on a sheet as Excel in Vietnam writes it."""
        file = self.folder.parent / "thay-doi.csv"
        file.write_text(head + lines, encoding="utf-8")
        return self.run("unit", "change", str(file), *options)

    def decided(self) -> list[str]:
        """The files of changes in the content."""
        return sorted(path.name for path in (self.folder / "units/changes").glob("*"))

    def units(self) -> dict[str, str]:
        """Where the members stand."""
        with self.connect() as db:
            return dict(db.execute("SELECT name, unit FROM member ORDER BY id"))


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_a_dry_run_counts_and_changes_nothing(town: Town) -> None:
    code, plan = town.change(MERGE, "--dry-run")
    assert code == 0, plan
    assert (plan["dry_run"], plan["file"], plan["later"]) == (True, "", 0)
    (ending,) = plan["ending"]
    assert (ending["unit"], ending["into"], ending["day"]) == (EA_KAO, [BUON_MA_THUOT], "2026-07-01")
    assert (ending["members"], ending["broadcasts"]) == (2, 0)
    assert town.decided() == []
    assert set(town.units().values()) == {"66", EA_KAO}


def test_a_merger_takes_people_along_tells_who_administers_and_is_noted(town: Town) -> None:
    code, done = town.change(MERGE, "--yes")
    assert code == 0, done
    assert done["file"] == "units/changes/2026-07-01-9-nq-ubtvqh.csv"
    assert town.decided() == ["2026-07-01-9-nq-ubtvqh.csv"]
    assert list(town.units().values()) == ["66", BUON_MA_THUOT, BUON_MA_THUOT]
    with town.connect() as db:
        noted = list(db.execute("SELECT act, subject, detail FROM audit ORDER BY id"))
        told = [row[0] for row in db.execute("SELECT act FROM delivery WHERE chat_id = 'chat-2'")]
    assert [row[0] for row in noted] == ["succession.follow", "unit_changes.take_up"]
    assert noted[0][1:] == (
        f"unit:{BUON_MA_THUOT}",
        f"from {EA_KAO}: 2 members, 0 invitations, 0 requests, 0 reports, 0 questions, "
        "0 conferences, 0 broadcasts",
    )
    assert len(told) == 1
    assert "Phường Ea Kao" in told[0]
    assert "Thành viên: 2" in told[0]
    code, again = town.change(MERGE, "--yes")
    assert code == 1, "what has ended does not merge twice"
    assert "nothing was changed" in again["error"]["message"].lower()
    assert town.decided() == ["2026-07-01-9-nq-ubtvqh.csv"]
    assert town.run("unit", "list", "--find", "xã ea kao")[1][0]["code"] in (EA_KAO, BUON_MA_THUOT)


def test_what_is_decided_for_a_later_day_waits_for_it(town: Town) -> None:
    code, done = town.change("2099-07-01;đổi tên;24169;;Phường Ea Kao Mới;;10/NQ;\n", "--yes")
    assert (code, done["later"]) == (0, 1)
    then = load(town.folder, date(2099, 7, 1))
    assert next(one.name for one in then.units if one.code == EA_KAO) == "Phường Ea Kao Mới"
    assert then.former[EA_KAO][0] == "Phường Ea Kao"
    (now,) = town.run("unit", "list", "--find", EA_KAO)[1]
    assert now["name"] == "Phường Ea Kao"


def test_a_split_sends_those_elsewhere_whom_the_list_names(town: Town) -> None:
    lines = (
        "1/7/2026;thành lập;D1;66;Phường Ea Kao Đông;phường;11/NQ;\n"
        "1/7/2026;thành lập;D2;66;Phường Ea Kao Tây;phường;11/NQ;\n"
        '1/7/2026;chia;Ea Kao;"Phường Ea Kao Đông; D2";;;11/NQ;\n'
    )
    code, done = town.change(lines + "1/7/2026;thành viên;Ea Kao;D2;;;;3\n", "--yes")
    assert code == 0, done
    assert done["people"] == [{"member": 3, "into": "D2"}]
    assert list(town.units().values()) == ["66", "D1", "D2"]
    with town.connect() as db:
        told = [row[0] for row in db.execute("SELECT act FROM delivery WHERE chat_id = 'chat-3'")]
    assert any("Phường Ea Kao Tây" in one for one in told)


def test_a_unit_that_simply_ends_must_be_empty(town: Town) -> None:
    code, said = town.change("1/7/2026;giải thể;24169;;;;;\n", "--yes")
    assert code == 1
    assert "ends, and on it hang members: 2" in said["error"]["message"]
    assert said["error"]["message"].endswith("Nothing was changed.")
    assert town.decided() == []
    assert set(town.units().values()) == {"66", EA_KAO}


def test_somebody_of_another_unit_is_not_sent_by_its_split(town: Town) -> None:
    new = "".join(f"1/7/2026;lập mới;{one};66;Xã {one};XA;;\n" for one in ("D1", "D2"))
    split = '1/7/2026;chia;24169;"D1;D2";;;;\n1/7/2026;người;24169;D2;;;;1\n'
    code, said = town.change(new + split, "--yes")
    assert code == 1
    assert "line 5, member: found '1'" in said["error"]["message"]
    assert town.decided() == []


def test_it_is_asked_before_anything_is_changed(town: Town) -> None:
    file = town.folder.parent / "x.csv"
    file.write_text(HEAD + MERGE, encoding="utf-8")
    words = ["unit", "change", str(file), "--config", str(town.config)]
    no = CliRunner().invoke(app, words, input="n\n")
    assert no.exit_code == 2
    assert "24169 Phường Ea Kao: ends on 2026-07-01 and becomes 24133" in no.stdout
    assert "on it hang 2 members; they follow to 24133" in no.stdout
    assert town.decided() == []
    assert town.run("unit", "change", str(file))[0] == 2, "--json cannot ask"
    yes = CliRunner().invoke(app, words, input="y\n")
    assert yes.exit_code == 0
    assert "1 unit changed" in yes.stdout
    assert "Kept in the content as units/changes/" in yes.stdout


def test_changes_in_the_content_that_are_wrong_are_refused_by_file_and_line(town: Town) -> None:
    file = town.folder / "units/changes/x.csv"
    file.parent.mkdir()
    file.write_text("day,kind,unit,into,name,level,decree\n2026-07-01,merge,24169,99999,,,\n")
    code, said = town.run("unit", "list")
    assert code == 2
    assert "units/changes/x.csv: rows.2.into" in json.dumps(said)
