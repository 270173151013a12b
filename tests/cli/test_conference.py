"""`conference` from a shell: announced, confirmed, reminded, its table and proposals; errors are JSON."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

from bot.core.kernel.richtext import plain_text
from bot.core.talk.reply import SendReply
from tests.cli.test_member import Shell

AT = (datetime.now(UTC) + timedelta(days=20)).date()
CREATE = (
    *("conference", "create", "--unit", "66", "--title", "Hội nghị tháng 12", "--place", "Hội trường tỉnh"),
    *("--agenda", "1. Tết", "--at"),
)
TIME = f"14h ngày {AT.day}/{AT.month}/{AT.year}"
POINT = ("--place", "Hội trường", "--heads", "20-49", "--contact", "Văn phòng, 0912 345 678")


def said(shell: Shell, chat: str) -> list[str]:
    return [plain_text(one.message.text) for one in shell.said(chat) if isinstance(one, SendReply)]


def test_the_table_of_points_fills_and_is_a_sheet_and_proposals_are_listed(
    tmp_path: Path,
) -> None:
    shell = Shell(tmp_path)
    code, made = shell.run(*CREATE, TIME)
    assert (code, made["id"], made["points"]) == (0, 1, 102)
    assert shell.run("conference", "remind", "1")[0] == 0
    confirmed = shell.run("conference", "confirm", "1", "--unit", "24169", *POINT)[1]
    assert (confirmed["state"], confirmed["contact"]) == ("confirmed", "Văn phòng, [số điện thoại]")
    declined = shell.run("conference", "decline", "1", "--unit", "24133", "--reason", "Trùng việc")[1]
    assert (declined["state"], declined["reason"]) == ("declined", "Trùng việc")
    shown = shell.run("conference", "show", "1")[1]
    assert (shown["points"], shown["confirmed"], shown["declined"]) == (102, 1, 1)
    listed = shell.run("conference", "points", "1")[1]
    assert [one["state"] for one in listed[-2:]] == ["declined", "confirmed"]
    assert listed[0]["state"] == "asked"
    assert shell.run("conference", "list", "--unit", "24169")[1][0]["own"] == "confirmed"
    shell.run("conference", "propose", "1", "--unit", "24169", "--kind", "DE_XUAT", "--text", "Thêm tài liệu")
    (one,) = shell.run("conference", "proposals", "1")[1]
    assert (one["name"], one["answers"]["words"]) == ("Phường Ea Kao", "Thêm tài liệu")
    out = tmp_path / "diem-cau.xlsx"
    assert shell.run("conference", "points", "1", "--out", str(out))[1]["file"] == str(out)
    with ZipFile(out) as book:
        assert "Thêm tài liệu" in book.read("xl/sharedStrings.xml").decode()
    assert shell.run("conference", "points", "1", "--out", str(out))[0] == 2  # nothing is written over
    assert shell.run("conference", "take-back", one["code"])[1]["conference"] == 1
    assert shell.run("conference", "proposals", "1")[1] == []
    code, refused = shell.run("conference", "remind", "1")  # in those that are silent nobody would hear it
    assert (code != 0, refused["error"]["key"]) == (True, "conference.nobody_hears")
    assert shell.run("conference", "cancel", "1")[1]["state"] == "cancelled"


def test_what_is_wrong_is_refused_and_tells_nobody(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    for words, key in (
        ((*CREATE, "hôm qua 8h"), "time"),
        ((*CREATE, "lúc nào đó"), "time"),
        ((*CREATE, TIME, "--how", "BAY"), "form.no_choice"),
        ((*CREATE[:5], "Tài liệu MẬT", *CREATE[6:], TIME), "form.secret"),
        ((*CREATE[:3], "24169", *CREATE[4:], TIME), "conference.no_units"),
        (("conference", "remind", "1"), "tap.stale"),
        (("conference", "confirm", "1", "--unit", "24169", *POINT), "tap.stale"),
    ):
        code, refused = shell.run(*words)
        assert (code in (1, 2), refused["error"]["key"]) == (True, key), words
    assert [said(shell, f"chat-{number}") for number in (1, 2, 3)] == [[], [], []]
    shell.run(*CREATE, TIME)
    assert len(said(shell, "chat-2")) == 1  # the commune's administrator, and nobody else
    for words, key in (
        (("confirm", "1", "--unit", "66", *POINT), "tap.stale"),  # the host has no point
        (("confirm", "1", "--unit", "24169", *POINT[:3], "7", *POINT[4:]), "form.no_choice"),
        (("decline", "1", "--unit", "24169", "--reason", " "), "form.lacks"),
        (("close", "1"), "conference.not_held"),
        (("hang", "1", "--broadcast", "9"), "tap.stale"),
    ):
        assert shell.run("conference", *words)[1]["error"]["key"] == key, words
