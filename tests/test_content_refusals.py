"""What is wrong in a content folder is refused by file and key."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import CONTENT
from bot.content import load
from bot.core.kernel.errors import ContentError
from bot.core.kernel.filetypes import LARGEST_FILE

SAMPLE = "briefings/mau"
TOPICS = '[tet]\nname = { vi = "Tết" }\n'
UNITS = "code,parent,name,level,effective_from,source\nTW,,Trung ương,TW,,\n"
SHEET = 'topic = "tet"\nissuer = "Ban"\nnumber = "Mẫu"\nissued_on = 2023-12-08\nsource = "Báo"\n'
FILES = '[[files]]\npath = "{}"\nname = "Tệp"\n'
FORM = """slug = "mau"
title = { vi = "Mẫu" }
[[fields]]
key = "a"
kind = "text"
label = { vi = "A" }
question = { vi = "A?" }
"""
TEXT = "# Tên\n\n- ý một\n\n---\n\nToàn văn.\n"


def layout(label: str) -> str:
    """The deployed layout with this label."""
    text = (CONTENT / "layouts" / "STATE_ND30.toml").read_text(encoding="utf-8")
    return re.sub("^label = .*$", lambda _: f"label = {label}", text, flags=re.MULTILINE)


def po(**strings: str) -> str:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    return head + "".join(f'\nmsgid "{key}"\nmsgstr "{text}"\n' for key, text in strings.items())


def plural(by: str, *forms: str) -> str:
    shown = "\n".join(f'msgstr[{place}] "{form}"' for place, form in enumerate(forms))
    return po(a="x") + f'\nmsgid "b"\nmsgid_plural "{by}"\n{shown}\n'


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The smallest folder that loads."""
    root = tmp_path / "content"
    for file, text in {
        "topics.toml": TOPICS,
        "units/tw.csv": UNITS,
        "texts/vi.po": po(a="Chào {name}"),
        f"{SAMPLE}/briefing.toml": SHEET,
        f"{SAMPLE}/vi.md": TEXT,
    }.items():
        write(root, file, text)
    return root


def write(root: Path, file: str, text: str | bytes) -> None:
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def refused(root: Path) -> tuple[str, str, str]:
    with pytest.raises(ContentError) as refusal:
        load(root)
    error = refusal.value
    assert len(str(error)) < 1000
    return error.file, error.key, str(error)


def test_the_smallest_folder_loads(small: Path) -> None:
    write(small, f"{SAMPLE}/tep.png", b"png")
    write(small, f"{SAMPLE}/briefing.toml", "\ufeff" + SHEET.replace("\n", "\r\n") + FILES.format("tep.png"))
    content = load(small)
    assert content.briefings["mau"].files[0].kind == "photo"
    assert content.briefings["mau"].body("en").title == "Tên"
    assert content.path(content.briefings["mau"], content.briefings["mau"].files[0]).read_bytes() == b"png"
    assert content.forms == {}


def test_no_folder_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none")[1] == "folder"


@pytest.mark.parametrize(
    ("file", "text", "key", "says"),
    [
        ("topics.toml", TOPICS + 'colour = "red"\n', "tet.colour", "only code, name"),
        ("topics.toml", '[Tết]\nname = { vi = "a" }\n', "toml", "valid TOML"),
        ("topics.toml", '[TET]\nname = { vi = "a" }\n', "TET", "small letters"),
        ("topics.toml", "tet = 1\n", "tet", "a table"),
        ("topics.toml", '[tet]\nname = { en = "a" }\n', "tet.name.vi", "Vietnamese"),
        ("topics.toml", '[tet]\nname = { vi = "a", "?" = "b" }\n', "tet.name.?", "language tag"),
        ("topics.toml", TOPICS + 'compulsory_for = ["king"]\n', "tet.compulsory_for.0", "communicator"),
        ("topics.toml", TOPICS + 'observed = ["tháng 12"]\n', "tet.observed", "2026-12"),
        ("topics.toml", TOPICS + 'field = { en = "Culture" }\n', "tet.field.vi", "Vietnamese"),
        ("topics.toml", "x = " + "[" * 20000, "toml", "few levels"),
        ("topics.toml", "x = " + "9" * 5000, "toml", "valid TOML"),
        ("topics.toml", b'x = "\xff"', "file", "UTF-8"),
        ("topics.toml", "# \x07", "file", "control characters (line 1)"),
        ("topics.toml", "#" * (1024 * 1024 + 1), "file", "at most 1048576 bytes"),
        ("topics.toml", TOPICS + 'x = ["\\u0000"]\n', "toml", "valid TOML"),
        ("layouts/GIAY_CUA_TINH_DAK_LAK.toml", "", "file", "1 to 18 letters"),
        ("layouts/MAU 1.toml", "", "file", "1 to 18 letters"),
        ("layouts/MAU.toml", layout("{}"), "label", "can be seen"),
        ("layouts/MAU.toml", layout('{ en = "Plain" }'), "label.vi", "in Vietnamese"),
        ("layouts/MAU.toml", layout('{ vi = "a\\u0001" }'), "toml", "valid TOML"),
        (f"{SAMPLE}/briefing.toml", SHEET + 'author = "x"\n', "author", "only topic, issuer"),
        (f"{SAMPLE}/briefing.toml", SHEET.replace('"tet"', '"khac"'), "topic", "topics.toml: tet"),
        (f"{SAMPLE}/briefing.toml", SHEET.replace('issuer = "Ban"\n', ""), "issuer", "(missing)"),
        (f"{SAMPLE}/briefing.toml", SHEET.replace('"Ban"', '""'), "issuer", "at least 1"),
        (f"{SAMPLE}/briefing.toml", SHEET.replace("2023-12-08", "20231208"), "issued_on", "date"),
        (f"{SAMPLE}/briefing.toml", SHEET.replace("2023-", "0001-"), "issued_on", "of our time"),
        (f"{SAMPLE}/briefing.toml", SHEET.replace("2023-", "2099-"), "issued_on", "of our time"),
        (f"{SAMPLE}/briefing.toml", SHEET + "sample = 1\n", "sample", "boolean"),
        (f"{SAMPLE}/briefing.toml", SHEET + "valid_until = 2023-12-07\n", "valid_until", "2023-12-08"),
        (
            f"{SAMPLE}/briefing.toml",
            SHEET + "valid_until = 2023-12-09\nnot_before = 2023-12-10\n",
            "valid_until",
            "2023-12-10",
        ),
        (f"{SAMPLE}/briefing.toml", SHEET.replace('"Báo"', '"Tài liệu TỐI MẬT"'), "source", "TỐI MẬT"),
        (f"{SAMPLE}/briefing.toml", SHEET + '[[files]]\nname = "a"\n', "files.0.path", "(missing)"),
        (
            f"{SAMPLE}/briefing.toml",
            SHEET + FILES.format("a.png") + "x = 1\n",
            "files.0.x",
            "only path, name",
        ),
        (f"{SAMPLE}/briefing.toml", SHEET + FILES.format("a.png"), "files.0.path", "(missing)"),
        (f"{SAMPLE}/briefing.toml", SHEET + FILES.format("a.exe"), "files.0.path", ".pdf"),
        (f"{SAMPLE}/briefing.toml", SHEET + FILES.format("../a.png"), "files.0.path", "below"),
        (f"{SAMPLE}/briefing.toml", SHEET + FILES.format("/etc/a.png"), "files.0.path", "below"),
        (f"{SAMPLE}/briefing.toml", SHEET + FILES.format("x\\\\a.png"), "files.0.path", "below"),
        (f"{SAMPLE}/briefing.toml", SHEET + 'files = "a.png"\n', "files", "list"),
        (f"{SAMPLE}/vi.md", "không có tên\n", "title", "# Title"),
        (f"{SAMPLE}/vi.md", "#\n\ný\n", "title", "200"),
        (f"{SAMPLE}/vi.md", "# Tên\n\n---\n\nToàn văn\n", "brief", "main points"),
        (f"{SAMPLE}/vi.md", "# Tên\n\n![ảnh](a.png)\n", "line 3", "image"),
        (f"{SAMPLE}/vi.md", "# Tên\n\n| a | b |\n|---|---|\n| c | d |\n", "line 3", "table"),
        (f"{SAMPLE}/vi.md", "# Tên\n\n[a](javascript:alert)\n", "line 3", "http"),
        (f"{SAMPLE}/vi.md", "# Tên\n\n[a](../x.md)\n", "line 3", "http"),
        (f"{SAMPLE}/vi.md", "# Tên\n\n" + ">" * 60 + " sâu\n", "line 3", "10 levels"),
        (f"{SAMPLE}/vi.md", TEXT + "\nM**ẬT**\n", "text", "secrecy"),
        (f"{SAMPLE}/vi.md", "# TUYỆT MẬT\n\ný\n", "title", "TUYỆT MẬT"),
        (f"{SAMPLE}/vi.md", b"# T\xe9n\n", "file", "UTF-8"),
        (f"{SAMPLE}/EN.md", TEXT, "language", "en.md"),
        ("units/tw.csv", UNITS + "66,XX,Tỉnh,TINH,,\n", "rows.3.parent", "XX"),
        ("units/tw.csv", UNITS + "TW,,Hai,TW,,\n", "rows.3.code", "once"),
        ("units/tw.csv", UNITS + "a/b,TW,Tỉnh,TINH,,\n", "rows.3.code", "letters"),
        ("units/tw.csv", UNITS + "66,TW,,TINH,,\n", "rows.3.name", "100 characters"),
        ("units/tw.csv", UNITS + "66,TW,Tỉnh,QUAN,,\n", "rows.3.level", "TINH"),
        ("units/tw.csv", UNITS + "1,TW,Xã,XA,,\n66,1,Tỉnh,TINH,,\n", "rows.4.level", "XA or below"),
        ("units/tw.csv", UNITS + "66,TW,Tỉnh,TINH,2025-W27-2,\n", "rows.3.effective_from", "2025-07-01"),
        ("units/tw.csv", UNITS + "66,TW,Tỉnh,TINH,31/6/2025,\n", "rows.3.effective_from", "2025-07-01"),
        ("units/tw.csv", UNITS + "66,TW,Tỉnh,TINH,1/7/0001,\n", "rows.3.effective_from", "2025-07-01"),
        ("units/tw.csv", UNITS + "66,TW,Tỉnh,TINH,có,\n", "rows.3.effective_from", "2025-07-01"),
        ("units/tw.csv", "sep=;\n" + UNITS.replace(",", ";") + "TW;;Hai;TW;;\n", "rows.4.code", "once"),
        ("units/tw.csv", UNITS + "66,TW,Tỉnh,TINH,,,thừa\n", "rows.3", "6 cells"),
        ("units/tw.csv", b"code,parent\n66,T\xe9n\n", "file", "CSV UTF-8"),
        ("units/xa.xlsx", b"PK", "file", "CSV UTF-8"),
        ("units/changes/2026.XLSX", b"PK", "file", "CSV UTF-8"),
        ("units/tw.csv", UNITS + "1,2,Xã,XA,,\n2,1,Xã,XA,,\n", "parent", "below itself"),
        ("units/tw.csv", UNITS + "66,TW\n", "rows.3", "6 cells"),
        ("units/tw.csv", "code,name\n", "rows.1", "effective_from"),
        ("units/tw.csv", UNITS + '66,TW,"Tỉnh\n', "rows.3", "comma"),
        ("texts/vi.po", po(a="**mở"), "a", "closed"),
        ("texts/vi.po", po(a="{Name}"), "a", "placeholder"),
        ("texts/vi.po", po(a=""), "a", "empty"),
        ("texts/vi.po", po(**{"Một câu": "x"}), "Một câu", "small letters"),
        ("texts/vi.po", po(a="x") + po(a="y")[60:], "a", "once"),
        ("texts/vi.po", po(a="x") + '\n#, fuzzy\nmsgid "b"\nmsgstr "y"\n', "b", "fuzzy"),
        ("texts/vi.po", po(a="x") + '\nmsgctxt "c"\nmsgid "b"\nmsgstr "y"\n', "b", "alone"),
        ("texts/vi.po", po(a="x") + "\nmsgid b\n", "po", "gettext"),
        ("texts/vi.po", plural("{n}", "{n} a", "{n} b", "{n} c"), "po", "gettext"),
        ("texts/vi.po", plural("{n}", "{n} tin"), "b", "a text"),
        ("texts/vi.po", plural("{n}", "{n} tin", "tin"), "b", "same placeholders"),
        ("texts/vi.po", plural("{m}", "{n} tin", "{n} tin"), "b", "value that is counted"),
        ("texts/vi.po", plural("{n}", "{n} tin", ""), "b", "a text"),
        (
            "texts/vi.po",
            po(a="x").replace("\\n", "\\nPlural-Forms: nplurals=2; plural=n;\\n"),
            "Plural-Forms",
            "gettext",
        ),
        ("words/vi.toml", 'greetings = "chào"', "greetings", "tuple"),
        ("words/vi.toml", "[buttons]\nsend = [1]", "buttons.send.0", "string"),
        ("words/vi.toml", "hello = []", "hello", "greetings"),
        ("words/xx yy.toml", "", "language", "en.toml"),
        ("texts/en.po", po(b="Hello"), "a", "every key"),
        ("texts/en.po", po(a="Hello {name}", b="x"), "b", "only keys"),
        ("texts/en.po", po(a="Hello {nom}"), "a", "name"),
        ("texts/english!.po", po(a="Hello {name}"), "language", "en.po"),
    ],
)
def test_what_is_wrong_is_named(small: Path, file: str, text: str | bytes, key: str, says: str) -> None:
    write(small, file, text)
    named, where, message = refused(small)
    assert (named if key != "parent" else file, where) == (file, key)
    assert says in message


@pytest.mark.parametrize("file", ["topics.toml", "texts/vi.po", f"{SAMPLE}/briefing.toml", f"{SAMPLE}/vi.md"])
def test_a_missing_file_is_named(small: Path, file: str) -> None:
    (small / file).unlink()
    assert refused(small)[:2] == (file, "file")


def test_a_folder_name_is_a_slug(small: Path) -> None:
    shutil.copytree(small / SAMPLE, small / "briefings/Bản tin")
    assert refused(small)[:2] == ("briefings/Bản tin", "slug")


@pytest.mark.parametrize("target", ["outside.png", "content/texts/vi.png"])
def test_a_link_out_of_the_folder_is_refused(small: Path, target: str) -> None:
    write(small.parent, target, b"x")
    (small / SAMPLE / "a.png").symlink_to(small.parent / target)
    write(small, f"{SAMPLE}/briefing.toml", SHEET + FILES.format("a.png"))
    assert refused(small)[:2] == (f"{SAMPLE}/briefing.toml", "files.0.path")


def test_a_text_that_links_out_of_the_folder_is_refused(small: Path) -> None:
    write(small.parent, "outside.md", TEXT)
    (small / SAMPLE / "vi.md").unlink()
    (small / SAMPLE / "vi.md").symlink_to(small.parent / "outside.md")
    file, key, message = refused(small)
    assert (file, key) == (f"{SAMPLE}/vi.md", "file")
    assert "inside the content folder" in message


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.mkdir(), "not a folder"),
        (lambda path: path.symlink_to(path.name), "missing"),
        (lambda path: sparse(path, LARGEST_FILE + 1), f"at most {LARGEST_FILE} bytes"),
    ],
    ids=["a folder", "a link to itself", "too large"],
)
def test_a_file_that_cannot_be_sent_is_refused(
    small: Path, make: Callable[[Path], object], says: str
) -> None:
    make(small / SAMPLE / "a.pdf")
    write(small, f"{SAMPLE}/briefing.toml", SHEET + FILES.format("a.pdf"))
    file, key, message = refused(small)
    assert (file, key) == (f"{SAMPLE}/briefing.toml", "files.0.path")
    assert says in message


def test_a_secret_text_file_is_refused(small: Path) -> None:
    write(small, f"{SAMPLE}/a.txt", "Độ mật: MẬT")
    write(small, f"{SAMPLE}/briefing.toml", SHEET + FILES.format("a.txt"))
    assert refused(small)[:2] == (f"{SAMPLE}/briefing.toml", "files.0.path")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("slug", "colour = 1\nslug", "colour"),
        ('slug = "mau"', "slug = 1", "slug"),
        ('slug = "mau"', 'slug = "khac"', "slug"),
        ('kind = "text"', 'kind = "colour"', "fields.0.kind"),
        ('key = "a"\n', "", "fields.0.key"),
        ('key = "a"\n', 'key = "a"\ncolour = 1\n', "fields.0.colour"),
        ('kind = "text"', 'kind = "choice"', "fields.0.choices"),
    ],
)
def test_a_wrong_form_is_named(small: Path, old: str, new: str, key: str) -> None:
    write(small, "forms/mau.toml", FORM)
    assert load(small).forms["mau"].slug == "mau"
    write(small, "forms/mau.toml", FORM.replace(old, new, 1))
    assert refused(small)[:2] == ("forms/mau.toml", key)


def test_obsolete_entries_are_ignored(small: Path) -> None:
    write(small, "texts/en.po", po(a="Hello {name}") + '\n#~ msgid "old"\n#~ msgstr "Old {x}"\n')
    assert load(small).texts.keys("en") == {"a"}


def test_a_language_babel_does_not_know_is_welcome(small: Path) -> None:
    write(
        small,
        "texts/rad.po",
        po(a="Hơĭt {name}").replace("charset=UTF-8\\n", "charset=UTF-8\\nLanguage: rad\\n"),
    )
    assert load(small).texts.line("rad", "a", name="H'Loan") == "Hơĭt H'Loan"


ENTRY = '[[entry]]\nquestion = "Khi nào?"\nanswer = "Mai."\nsource = "Báo"\n'
SPOKEN = ENTRY.replace('"Khi nào?"', '{ vi = "Khi nào?", en = "When?" }').replace(
    '"Mai."', '{ vi = "Mai.", en = "Tomorrow." }'
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "entry"),
        ("[[entry]\n", "toml"),
        ("[[entry]]\n" * 51, "entry"),
        (ENTRY + ENTRY, "entry.1.question (line 6)"),
        (ENTRY + '\n[[entry]]\nquestion = "Gì?"\n', "entry.1.answer (line 6)"),
        (ENTRY.replace('"Mai."', f'"{"a" * 1001}"'), "entry.0.answer (line 3)"),
        (ENTRY.replace('"Mai."', '"Văn bản MẬT"'), "entry.0.answer (line 3)"),
        (ENTRY + "valid_until = 2024\n", "entry.0.valid_until (line 5)"),
        (ENTRY + 'by = "An"\n', "entry.0.by (line 5)"),
        (ENTRY.replace('"Khi nào?"', '{ vi = "Khi nào?" }'), "entry.0.answer (line 3)"),
        (SPOKEN.replace('vi = "Mai.", ', ""), "entry.0.answer (line 3)"),
        (SPOKEN.replace(', en = "Tomorrow."', ""), "entry.0.answer (line 3)"),
        (SPOKEN.replace("Tomorrow.", "Văn bản MẬT"), "entry.0.answer (line 3)"),
    ],
)
def test_a_broken_kit_is_refused_with_its_line(small: Path, text: str, key: str) -> None:
    write(small, f"{SAMPLE}/hoi-dap.toml", text)
    assert refused(small)[:2] == (f"{SAMPLE}/hoi-dap.toml", key)


def test_a_kit_is_read_in_the_nearest_language(small: Path) -> None:
    write(small, f"{SAMPLE}/hoi-dap.toml", SPOKEN)
    (entry,) = load(small).kits["mau"]
    assert entry.spoken("en-GB") == ("When?", "Tomorrow.")
    assert entry.spoken("rad") == entry.spoken("vi") == ("Khi nào?", "Mai.")
    assert "tomorrow" in entry.search


def test_a_kit_is_read(small: Path) -> None:
    write(small, f"{SAMPLE}/hoi-dap.toml", ENTRY)
    (entry,) = load(small).kits["mau"]
    assert (entry.question, entry.answer, entry.source, entry.valid_until) == (
        "Khi nào?",
        "Mai.",
        "Báo",
        None,
    )


CHECK = """[[check]]
question = { vi = "Mấy ý?" }
choices = [{ vi = "Một" }, { vi = "Hai" }]
right = 1
sentence = { vi = "ý một" }
"""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "check"),
        (CHECK * 6, "check"),
        (CHECK.replace("right = 1", "right = 3"), "check.0.right (line 4)"),
        (CHECK.replace("right = 1", "right = 0"), "check.0.right (line 4)"),
        (CHECK.replace("ý một", "ý hai"), "check.0.sentence (line 5)"),
        (CHECK + CHECK.replace('"Hai"', '"một"'), "check.1.choices (line 8)"),
        (CHECK.replace(', { vi = "Hai" }', ""), "check.0.choices (line 3)"),
        (CHECK.replace('"Hai"', f'"{"a" * 61}"'), "check.0.choices.1.vi (line 3)"),
        (CHECK.replace('{ vi = "Mấy ý?" }', '{ en = "How many?" }'), "check.0.question (line 2)"),
        (CHECK.replace('vi = "ý một"', 'vi = "ý một", en = "one"'), "check.0.sentence (line 5)"),
    ],
)
def test_a_broken_question_of_understanding_is_refused_with_its_line(
    small: Path, text: str, key: str
) -> None:
    write(small, f"{SAMPLE}/hieu-bai.toml", text)
    assert refused(small)[:2] == (f"{SAMPLE}/hieu-bai.toml", key)


def test_questions_of_understanding_are_part_of_the_briefing_and_leave_others_as_they_were(
    small: Path,
) -> None:
    assert '"checks"' not in load(small).briefings["mau"].model_dump_json()
    write(small, f"{SAMPLE}/hieu-bai.toml", CHECK)
    (check,) = load(small).briefings["mau"].checks
    assert (check.right, check.choices[check.right]["vi"]) == (0, "Một")
