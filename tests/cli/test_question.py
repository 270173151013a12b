"""`question …` and `briefing kit …` from a shell: the acts of the chat, and nobody's name."""

from pathlib import Path

import pytest

from bot.core.kernel.richtext import plain_text
from bot.core.talk.reply import SendReply
from tests.cli.test_member import Shell

SLUG = "tet-giap-thin-2024"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A deployment with two questions of the commune's reporter."""
    made = Shell(tmp_path)
    with made.connect() as db:
        for number, slug in enumerate((SLUG, ""), 1):
            db.execute(
                "INSERT INTO question (id, slug, unit, words, day, desk) "
                "VALUES (?, ?, '24169', 'Nghỉ mấy ngày?', '2026-11-02', '24169')",
                (number, slug),
            )
            db.execute("INSERT INTO question_asker VALUES (?, 3, '2099-01-01')", (number,))
    return made


def test_questions_are_listed_answered_and_kept(shell: Shell) -> None:
    code, listed = shell.run("question", "list", "--unit", "24169")
    assert code == 0
    assert [(one["number"], one["briefing"], one["state"]) for one in listed["questions"]] == [
        (1, SLUG, "waiting"),
        (2, None, "waiting"),
    ]
    assert shell.run("question", "keep", "1")[0] == 1  # not answered
    done = shell.run("question", "answer", "1", "--text", "Bảy ngày, gọi 0912 345 678")[1]
    assert (done["state"], done["answer"]) == ("answered", "Bảy ngày, gọi [số điện thoại]")
    assert done["masked"] == ["số điện thoại"]
    (heard,) = (plain_text(one.message.text) for one in shell.said("chat-3") if isinstance(one, SendReply))
    assert "đã trả lời câu hỏi số 1" in heard
    kept = shell.run("question", "keep", "1")[1]
    entries = shell.run("briefing", "kit", "list", SLUG)[1]
    assert [one["asked"] for one in entries if one["id"] == kept["entry"]] == [1]
    assert [one["prepared"] for one in entries] == [True, True, True, False]


def test_questions_are_passed_on_and_closed(shell: Shell) -> None:
    assert shell.run("question", "forward", "2")[1]["desk"] == "66"
    assert shell.run("question", "list", "--unit", "66")[1]["total"] == 1
    assert shell.run("question", "close", "2")[1]["state"] == "closed"
    assert shell.run("question", "answer", "2", "--text", "Muộn")[0] == 1
    assert shell.run("question", "list", "--unit", "66", "--show", "over")[1]["total"] == 1
    assert shell.run("question", "show", "9")[0] == 1


def test_a_kit_is_written_by_hand_and_what_stands_in_the_content_stays(shell: Shell) -> None:
    entry = ("--question", "Ai chủ trì?", "--answer", "Xã.", "--source", "Kế hoạch")
    made = shell.run("briefing", "kit", "add", SLUG, *entry, "--valid-until", "31/12/2099")[1]
    assert made["valid_until"] == "2099-12-31"
    assert shell.run("briefing", "kit", "add", SLUG, *entry, "--valid-until", "31/12/2020")[0] == 1
    assert shell.run("briefing", "kit", "add", "khong-co", *entry)[0] == 1
    ede = ("--question", "Hlei?", "--answer", "Să.")
    translate = ("briefing", "kit", "translate")
    for words in (ede, ("--question", "Hlei?", "--answer", "Să ti wăl.")):
        said = shell.run(*translate, str(made["id"]), "--language", "rad", *words)[1]
    assert said["others"] == {"rad": ["Hlei?", "Să ti wăl."]}
    assert shell.run("briefing", "kit", "list", SLUG)[1][-1] == said
    assert (
        shell.run(*translate, str(made["id"]), "--language", "vi", *ede)[1]["error"]["key"] == "kit.language"
    )
    first = str(shell.run("briefing", "kit", "list", SLUG)[1][0]["id"])
    assert shell.run(*translate, first, "--language", "rad", *ede)[1]["error"]["key"] == "kit.prepared_words"
    assert shell.run("briefing", "kit", "remove", str(made["id"]))[0] == 0
    left = shell.run("briefing", "kit", "list", SLUG)[1]
    assert len(left) == 3
    assert shell.run("briefing", "kit", "remove", str(left[0]["id"]))[0] == 1
