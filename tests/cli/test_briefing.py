"""`briefing outline`: a page for a prepared briefing, and a clear word where there is none."""

import json
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app
from bot.config import CONTENT
from tests.handlers.sending import SLUG


def run(folder: Path, *words: str) -> tuple[int, dict[str, object]]:
    """A command in a new deployment; its exit code and its value."""
    config = folder / "config.toml"
    config.write_text(
        f'[app]\ndatabase = "sqlite:///{folder / "x.db"}"\ncontent = "{CONTENT}"\n', encoding="utf-8"
    )
    done = CliRunner().invoke(app, ["briefing", *words, "--json", "--config", str(config)])
    value: dict[str, object] = json.loads(done.stdout)
    return done.exit_code, value


def test_a_prepared_briefing_is_written_as_a_page_in_each_format(tmp_path: Path) -> None:
    for form, begins in (("pdf", b"%PDF"), ("docx", b"PK")):
        out = tmp_path / f"trang.{form}"
        code, made = run(tmp_path, "outline", SLUG, "--format", form, "--out", str(out))
        assert code == 0
        data = out.read_bytes()
        assert made == {"slug": SLUG, "format": form, "file": str(out), "bytes": len(data)}
        assert data.startswith(begins)


def test_one_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    out = tmp_path / "trang.pdf"
    code, said = run(tmp_path, "outline", "khong-co", "--format", "pdf", "--out", str(out))
    assert code == 1
    assert "compose.gone" in str(said)
    assert not out.exists()


def test_they_are_listed_found_and_read(tmp_path: Path) -> None:
    code, found = run(tmp_path, "list", "--find", "giap thin")
    assert code == 0
    assert [one["slug"] for one in found] == ["tet-giap-thin-2024"]  # type: ignore[index]
    code, one = run(tmp_path, "show", "tet-giap-thin-2024")
    assert (code, one["title"]) == (0, "Tổ chức Tết Giáp Thìn 2024 lành mạnh, an toàn, tiết kiệm")
    assert "Mùng 1 Tết là thứ Bảy" in str(one["brief"])
    assert len(one["questions"]) == 2  # type: ignore[arg-type]
    code, said = run(tmp_path, "show", "khong-co")
    assert code == 2
    assert "is not in content/briefings" in str(said)
