"""`meeting` from a shell: what was held is kept, mended, withdrawn and counted; errors are JSON."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.test_member import Shell

TODAY = datetime.now(UTC).date()
DAYS = ("--from", f"{TODAY.year - 1}-01-01", "--to", TODAY.isoformat())
SAYS = {
    "--day": (TODAY - timedelta(days=3)).isoformat(),
    "--place": "Nhà văn hóa, gọi 0912 345 678",
    "--topic": "tet",
    "--how": "LOA",
    "--heads": "50-99",
}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def words(**changes: str) -> list[str]:
    return [
        part
        for pair in {**SAYS, **{f"--{key}": one for key, one in changes.items()}}.items()
        for part in pair
    ]


def test_one_is_added_mended_listed_counted_and_withdrawn(shell: Shell) -> None:
    code, made = shell.run("meeting", "add", "--unit", "24169", *words())
    assert (code, made["masked"]) == (0, ["số điện thoại"])
    assert made["answers"]["place_words"] == "Nhà văn hóa, gọi [số điện thoại]"
    mended = shell.run("meeting", "mend", made["code"].lower(), *words(place="24169", heads="500-"))[1]
    assert (mended["id"], mended["answers"]["place"]) == (made["id"], "24169")
    shell.run("meeting", "add", "--unit", "24133", *words(heads="20-49"))
    assert len(shell.run("meeting", "list", "--unit", "66", *DAYS)[1]) == 2
    (listed,) = shell.run("meeting", "list", "--unit", "24169", *DAYS)[1]
    assert (listed["code"], listed["day"]) == (made["code"], SAYS["--day"])
    totals = shell.run("meeting", "totals", "--unit", "66", *DAYS)[1]
    assert (totals["count"], totals["listeners"]) == (2, {"least": 520, "most": None})
    assert [one["unit"] for one in totals["units"]] == ["24133", "24169"]
    assert (totals["topics"], totals["forms"]) == ({"tet": 2}, {"LOA": 2})
    assert shell.run("meeting", "withdraw", made["code"])[1] == {"code": made["code"], "withdrawn": True}
    assert shell.run("meeting", "totals", "--unit", "24169", *DAYS)[1]["count"] == 0
    assert shell.run("meeting", "withdraw", made["code"])[1]["error"]["key"] == "tap.stale"


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"day": (TODAY + timedelta(days=2)).isoformat()}, "form.day_outside"),
    ({"day": "2001-01-01"}, "form.day_outside"),
    ({"day": "hôm qua"}, "day"),
    ({"place": " "}, "form.lacks"),
    ({"place": "x" * 81}, "form.lengthy"),
    ({"place": "24133"}, "meeting.no_place"),  # another commune
    ({"topic": "no-such"}, "form.no_choice"),
    ({"how": "HAT"}, "form.no_choice"),
    ({"heads": "7"}, "form.no_choice"),
    ({"conference": "9"}, "meeting.no_conference"),
)


def test_what_is_wrong_is_refused_and_nothing_is_kept(shell: Shell) -> None:
    for changes, key in WRONG:
        code, refused = shell.run("meeting", "add", "--unit", "24169", *words(**changes))
        assert (code in (1, 2), refused["error"]["key"]) == (True, key)
    assert shell.run("meeting", "add", "--unit", "nowhere", *words())[1]["error"]["key"] == "tap.stale"
    assert shell.run("meeting", "list", "--unit", "TW", *DAYS)[1] == []
    for said in ("totals", "list"):
        days = ("--from", "2026-02-01", "--to", "2026-01-01")
        code, refused = shell.run("meeting", said, "--unit", "TW", *days)
        assert (code, refused["error"]["key"]) == (1, "digest.turned_round")
