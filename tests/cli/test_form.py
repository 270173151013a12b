"""`form`: checked, looked at, taken out and brought in."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.config import CONTENT
from bot.reports.workbook import Sheet, workbook
from tests.contents import folder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder(tmp_path / "content")
    path = tmp_path / "config.toml"
    account = '[[accounts]]\nname = "local"\nkind = "webchat"\n'
    path.write_text(f'[app]\ndatabase = "sqlite:///a.db"\ncontent = "content"\n{account}')
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["form", *words])


def test_all_forms_of_the_content_are_checked(config: Path) -> None:
    result = run("check", "--config", str(config), "--json")
    found = {one["slug"]: one for one in json.loads(result.stdout)}
    assert result.exit_code == 0
    assert found["opinion"]["used"]
    assert "content" in found["opinion"]["fields"]
    plain = run("check", "--config", str(config))
    assert f"opinion: {len(found['opinion']['fields'])} questions" in plain.stdout


def test_a_file_that_is_wrong_is_refused_by_place(tmp_path: Path) -> None:
    file = tmp_path / "opinion.toml"
    file.write_text(
        'slug = "opinion"\ntitle = { vi = "A" }\n[[fields]]\nkey = "a"\nkind = "choice"\n'
        'label = { vi = "A" }\nquestion = { vi = "A?" }\nwhen = { b = ["x"] }\nsource = "topics"\n'
    )
    result = run("check", str(file))
    assert result.exit_code == 2
    assert f"{file}: fields.0.when.b: found 'b'" in result.stderr
    assert run("check", str(tmp_path / "none.toml")).exit_code == 2


def test_a_file_without_what_its_conversation_needs_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "invite.toml"
    file.write_text(
        'slug = "invite"\ntitle = { vi = "A" }\n[[fields]]\nkey = "a"\nkind = "text"\n'
        'label = { vi = "A" }\nquestion = { vi = "A?" }\n'
    )
    result = run("check", str(file))
    assert result.exit_code == 2
    assert str(file) in result.stderr
    assert "among them" in result.stderr


def test_it_knows_the_conversations_also_in_a_process_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "answer.toml"
    words = (CONTENT / "forms" / "answer.toml").read_text(encoding="utf-8")
    file.write_text(words.replace('key = "words"', 'key = "other"'), encoding="utf-8")
    alone = [sys.executable, "-m", "bot", "form", "check"]
    done = subprocess.run([*alone, str(file)], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "with a field 'words' of kind 'text'" in done.stderr


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("\\u202eA", "title"),
        ("\\u200b\\ufeff", "fields.0.question"),
        (" ", "fields.0.label"),
        ("\\u2066A", "fields.0.help"),
    ],
)
def test_words_that_nobody_can_read_are_refused_by_place(tmp_path: Path, words: str, place: str) -> None:
    said = {"title": "A", "label": "A", "question": "A?", "help": "A"}
    said[place.rpartition(".")[2]] = words
    file = tmp_path / "seen.toml"
    file.write_text(
        f'slug = "seen"\ntitle = {{ vi = "{said["title"]}" }}\n[[fields]]\nkey = "a"\nkind = "text"\n'
        + "".join(f'{key} = {{ vi = "{said[key]}" }}\n' for key in ("label", "question", "help"))
    )
    result = run("check", str(file))
    assert result.exit_code == 2
    assert f"{file}: {place}: found" in result.stderr


def test_a_control_character_written_as_an_escape_is_refused_by_place(tmp_path: Path) -> None:
    file = tmp_path / "seen.toml"
    file.write_text('slug = "seen"\ntitle = { vi = "\\u0000A" }\n')
    result = run("check", str(file))
    assert result.exit_code == 2
    assert "a control character in title.vi" in result.stderr


def test_a_form_is_looked_at_as_the_chat_shows_it(config: Path) -> None:
    result = run("preview", "opinion", "--config", str(config), "--json")
    first, *_, last = json.loads(result.stdout)
    assert first["text"].startswith("Đồng chí chỉ phản ánh theo nhóm người.")
    assert "Bước 1/" in first["text"]
    assert first["buttons"][-2:] == ["↩️ Quay lại", "❌ Hủy"]
    assert last["buttons"][:3] == ["Bình thường", "Cần xem sớm", "Khẩn"]
    plain = run("preview", "compose", "--config", str(config))
    assert "(asked where source is own)" in plain.stdout
    assert "  1. " in plain.stdout
    english = run("preview", "opinion", "--language", "en", "--config", str(config))
    assert "What do people say?" in english.stdout
    assert run("preview", "nothing", "--config", str(config)).exit_code == 2
    assert run("preview", "opinion", "--language", "tlh", "--config", str(config)).exit_code == 2


def test_a_form_goes_out_and_comes_back_as_a_file(config: Path, tmp_path: Path) -> None:
    book, back = tmp_path / "opinion.xlsx", tmp_path / "opinion.toml"
    assert run("export-xlsform", "opinion", "--out", str(book), "--config", str(config)).exit_code == 0
    result = run("import-xlsform", str(book), "--out", str(back), "--json")
    made = json.loads(result.stdout)
    assert (made["slug"], made["lost"], made["file"]) == ("opinion", [], str(back))
    (checked,) = json.loads(run("check", str(back), "--json").stdout)
    assert checked["version"] == made["version"]
    (tmp_path / "content/forms/opinion.toml").write_text(back.read_text(encoding="utf-8"), encoding="utf-8")
    assert run("check", "--config", str(config)).exit_code == 0
    again = run("import-xlsform", str(book), "--out", str(back))
    assert again.exit_code == 2
    assert "is there already; nothing is written over" in again.stderr
    assert back.read_text(encoding="utf-8") == run("import-xlsform", str(book)).stdout


UNIT = """
[[fields]]
key = "where"
kind = "unit"
label = { vi = "Nơi có việc", en = "Where" }
question = { vi = "Việc này ở đơn vị nào?", en = "Which unit is it about?" }
"""


def test_a_report_may_ask_for_a_unit_that_no_digest_tells_of(config: Path, tmp_path: Path) -> None:
    form = tmp_path / "content/forms/opinion.toml"
    plain = form.read_text(encoding="utf-8")
    form.write_text(plain + UNIT, encoding="utf-8")
    assert run("check", "--config", str(config)).exit_code == 0
    *_, last = json.loads(run("preview", "opinion", "--config", str(config), "--json").stdout)
    assert last["text"].endswith("Việc này ở đơn vị nào?")
    assert "Tỉnh Đắk Lắk" in last["buttons"]
    book = tmp_path / "opinion.xlsx"
    assert run("export-xlsform", "opinion", "--out", str(book), "--config", str(config)).exit_code == 0
    made = json.loads(run("import-xlsform", str(book), "--json").stdout)
    assert (made["lost"], made["fields"][-1]) == ([], "where")
    form.write_text(plain + UNIT + "counted = true\n", encoding="utf-8")
    refused = run("check", "--config", str(config))
    assert refused.exit_code == 2
    assert "few people stand behind a unit" in refused.stderr


def test_sheets_that_are_not_read_are_named_and_are_no_mistake(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    sheets = [
        Sheet("survey", (), ["type", "name", "label"], [["text", "a", "A"]]),
        Sheet("entities", (), ["list_name"], [["trees"]]),
    ]
    book.write_bytes(workbook(sheets))
    plain = run("import-xlsform", str(book))
    assert plain.exit_code == 0
    assert "not carried: sheet entities: the whole sheet" in plain.stderr
    (lost,) = json.loads(run("import-xlsform", str(book), "--json").stdout)["lost"]
    assert lost == {"sheet": "entities", "row": None, "what": "the whole sheet"}


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("no")
    result = run("import-xlsform", str(tmp_path / "a.xlsx"), "--json")
    assert result.exit_code == 2
    assert "no workbook" in json.loads(result.stdout)["error"]["message"]
