"""Written in Word, delivered in the chat: nothing vanishes, and what harms is refused by name at once."""

import io
import json
import shutil
import time
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from typer.testing import CliRunner

from bot.cli import app
from bot.config import CONTENT
from bot.content.briefings import read_briefings, read_topics
from bot.content.files import Folder
from bot.content.importing import About, import_word, slug_of
from bot.content.markdown import read_document
from bot.content.markdown_out import as_markdown
from bot.content.word import LOST, read_word
from bot.core.kernel.errors import ContentError
from bot.core.kernel.richtext import Text

PICTURE = CONTENT / "briefings/kinh-te-xa-hoi-2023/so-lieu-2023.png"
TODAY = date(2026, 11, 26)
ABOUT = About(topic="tet", issuer="Ban Tuyên giáo")


def lines(text: Text) -> list[str]:
    """Blocks as they are read."""
    return [block.plain() for block in text]


def document(folder: Path) -> Path:
    """A document as offices write them."""
    made = docx.Document()
    made.add_heading("Kết quả Kỳ họp thứ 6 & những điểm mới", 0)
    made.add_paragraph("Số: 12-HD/BTGDVTU, ngày 08 tháng 12 năm 2023")
    words = made.add_paragraph("Quốc hội đã ")
    words.add_run("thông qua 7 luật").bold = True
    words.add_run(" trong kỳ họp. *Sao* và _gạch_ <b>")
    made.add_heading("Về đất đai", 1)
    for text in ("Một", "Hai"):
        made.add_paragraph(text, style="List Number")
    made.add_paragraph("Xen giữa.")
    made.add_paragraph("Ba", style="List Number")
    made.add_paragraph("Gạch đầu dòng", style="List Bullet")
    made.add_paragraph("– Gạch tự gõ")
    table = made.add_table(rows=3, cols=3)
    rows = (("Xã", "Người nghe", "Tỷ lệ"), ("Ea Kao", "120", "5%"), ("Krông Pắc", "300", "7%"))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            table.cell(at, column).text = cell
    made.add_picture(str(PICTURE))
    made.add_paragraph("Phần sau dài hơn. " * 80)
    path = folder / "Đề cương.docx"
    made.save(str(path))
    return path


def test_a_document_comes_as_it_was_written(tmp_path: Path) -> None:
    word = read_word(document(tmp_path), tmp_path)
    assert word.title == "Kết quả Kỳ họp thứ 6 & những điểm mới"
    assert (word.pictures, word.lost) == (("hinh-1.png",), ())
    assert (tmp_path / "hinh-1.png").read_bytes() == PICTURE.read_bytes()
    read = read_document(as_markdown(word), "vi.md")
    assert read.title == word.title
    whole = lines(read.full)
    wanted = [
        "Quốc hội đã thông qua 7 luật trong kỳ họp. *Sao* và _gạch_ <b>",
        *("Về đất đai", "1. Một", "2. Hai", "Xen giữa.", "3. Ba", "• Gạch đầu dòng", "• Gạch tự gõ"),
        "• Xã: Ea Kao · Người nghe: 120 · Tỷ lệ: 5%",
    ]
    places = [whole.index(one) for one in wanted]
    assert places == sorted(places)
    bold = [span.text for block in read.full for span in block.spans if span.bold]
    assert "thông qua 7 luật" in bold
    assert lines(read.brief)[0].startswith("Số: 12-HD")
    assert len("".join(lines(read.brief))) < 700


def test_what_cannot_be_carried_is_named(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Tiêu đề", 1)
    made.sections[0].header.paragraphs[0].text = "Lưu hành nội bộ"
    paragraph = made.add_paragraph("Có công thức.")
    formula = OxmlElement("m:oMath")
    paragraph._p.append(formula)
    inserted = OxmlElement("w:ins")
    paragraph._p.append(inserted)
    made.save(str(tmp_path / "a.docx"))
    lost = read_word(tmp_path / "a.docx", tmp_path).lost
    assert set(lost) == {"formula", "margins", "changes"}
    assert set(lost) <= set(LOST)


def _zip(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def _with(folder: Path, name: str, data: bytes) -> Path:
    good = document(folder)
    with zipfile.ZipFile(good) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    return _zip(folder / "b.docx", {**parts, name: data})


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"c" * 1000 + b'">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("empty", "cannot be read"),
        ("text", "cannot be read"),
        ("cut", "cannot be read"),
        ("old", "password"),
        ("macros", "macros"),
        ("entities", "cannot be read"),
        ("swollen", "too l"),
        ("pages", "too long"),
        ("other", "cannot be read"),
        ("blank", "without words"),
    ],
)
def test_what_harms_is_refused_by_name_in_a_moment(tmp_path: Path, case: str, why: str) -> None:
    path = tmp_path / "a.docx"
    match case:
        case "empty":
            path.write_bytes(b"")
        case "text":
            path.write_text("Không phải Word")
        case "cut":
            path.write_bytes(document(tmp_path).read_bytes()[:5000])
        case "old":
            path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
        case "macros":
            path = _with(tmp_path, "word/vbaProject.bin", b"x")
        case "entities":
            path = _with(tmp_path, "word/document.xml", BOMB)
        case "swollen":
            path = _with(tmp_path, "word/document.xml", b" " * (100 * 1024 * 1024))
        case "pages":
            made = docx.Document()
            for _ in range(500):
                made.add_paragraph("Một trang rất dài. " * 40)
            made.save(str(path))
        case "other":
            _zip(path, {"word/other.xml": b"<a/>"})
        case _:
            docx.Document().save(str(path))
    began = time.monotonic()
    with pytest.raises(ContentError, match=why) as told:
        read_word(path, tmp_path)
    assert path.name in str(told.value)
    assert time.monotonic() - began < 30


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def test_it_becomes_a_briefing_that_is_checked_as_any_other(tmp_path: Path, content: Path) -> None:
    made = import_word(content, document(tmp_path), ABOUT, TODAY, keep=True)
    assert (made.number, made.issued_on) == ("12-HD/BTGDVTU", date(2023, 12, 8))
    assert made.slug == slug_of(made.title) == "ket-qua-ky-hop-thu-6-nhung-diem-moi"
    home = content / "briefings" / made.slug
    assert {one.name for one in home.iterdir()} >= {
        "briefing.toml",
        "vi.md",
        "hinh-1.png",
        f"{made.slug}.docx",
    }
    with pytest.raises(ContentError, match="there is such a briefing already"):
        import_word(content, document(tmp_path), ABOUT, TODAY, keep=True)


def test_its_questions_of_understanding_stand_beside_the_text(tmp_path: Path, content: Path) -> None:
    made = docx.Document()
    made.add_heading("Phòng cháy rừng", 0)
    made.add_paragraph("Không đốt nương khi có gió.")
    for line in ("Câu hỏi nhanh:", "1. Khi có gió?", "a) Đốt", 'b) "Không" (đúng)'):
        made.add_paragraph(line)
    made.add_paragraph("Căn cứ: Không đốt nương khi có gió.")
    path = tmp_path / "rung.docx"
    made.save(str(path))
    import_word(content, path, ABOUT, TODAY, keep=True)
    copy = Folder(content)
    (check,) = read_briefings(copy, read_topics(copy))["phong-chay-rung"].checks
    assert [one["vi"] for one in check.choices] == ["Đốt", '"Không"']
    assert "Câu hỏi" not in (content / "briefings/phong-chay-rung/vi.md").read_text("utf-8")


def test_what_is_refused_leaves_no_folder(tmp_path: Path, content: Path) -> None:
    before = sorted(one.name for one in (content / "briefings").iterdir())
    with pytest.raises(ContentError, match="topic"):
        import_word(content, document(tmp_path), About("khong-co", "Ban"), TODAY, keep=True)
    made = docx.Document()
    made.add_heading("Tin thường", 1)
    made.add_paragraph("Độ mật: TUYỆT MẬT")
    made.save(str(tmp_path / "mat.docx"))
    with pytest.raises(ContentError, match="TUYỆT MẬT"):
        import_word(content, tmp_path / "mat.docx", ABOUT, TODAY, keep=True)
    made = docx.Document()
    made.add_heading("Tin thường", 1)
    for words in ("T", "ỐI MẬT"):
        made.sections[0].header.paragraphs[0].add_run(words)
    made.save(str(tmp_path / "dau-trang.docx"))
    with pytest.raises(ContentError, match="TỐI MẬT"):
        import_word(content, tmp_path / "dau-trang.docx", ABOUT, TODAY, keep=True)
    import_word(content, document(tmp_path), ABOUT, TODAY, keep=False)
    assert sorted(one.name for one in (content / "briefings").iterdir()) == before


def test_the_command_says_what_it_made_and_what_to_look_at_again(tmp_path: Path, content: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[app]\ncontent = "{content}"\ndatabase = "sqlite:///{tmp_path}/x.db"\n')
    made = docx.Document()
    made.add_heading("Lịch tiếp dân", 1)
    made.add_paragraph("Bà con gọi số 0905 123 456 để hỏi.")
    buffer = io.BytesIO()
    made.save(buffer)
    (tmp_path / "lich.docx").write_bytes(buffer.getvalue())
    words = ["briefing", "import", str(tmp_path / "lich.docx"), "--topic", "tet", "--json"]
    done = CliRunner().invoke(app, [*words, "--issued-on", "1/11/2026", "--config", str(config)])
    found = json.loads(done.stdout)
    assert (done.exit_code, found["slug"], found["issued_on"]) == (0, "lich-tiep-dan", "2026-11-01")
    assert "0905 123 456" in found["personal"][0]["value"]
    again = CliRunner().invoke(app, [*words, "--config", str(config)])
    assert (again.exit_code, "already" in json.loads(again.stdout)["error"]["message"]) == (2, True)
