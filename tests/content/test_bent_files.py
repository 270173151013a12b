"""Files that people write, bent: each is read, or refused by file and place, soon and without a secret."""

import random
import resource
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot import settings_file
from bot.acts import import_rows, imports
from bot.content import read_document, sheets
from bot.content.unit_changes import CHANGES, FORMER
from bot.core.kernel.errors import ContentError
from bot.stores import read_content
from tests.chance import SEED, SOAK
from tests.content.bending import bent, bent_bytes
from tests.content.books import workbook
from tests.patience import SLOW

ROOT = Path(__file__).parents[2]
COUNT = 10_000 if SOAK else 150
TOKEN = "987654321:Tajny-Zeton-Bi-Mat-Khong-Ai-Biet-99"
SHOWN = 8  # letters of it that would be too many
LONGEST = 4_000  # characters of a refusal
CPU_S, MEMORY_KIB = 5.0, 512 * 1024
LIST = "name,unit,roles,language,account,chat_id,consent\n" + "".join(
    f"Người {n},{'66' if n % 2 else 'Phường Tuy Hoà'},communicator;reporter,vi,tinh,{1000 + n},1/11/2026\n"
    for n in range(12)
)
SETTINGS = f"""
[[accounts]]
name = "tinh"
kind = "telegram"
token = "{TOKEN}"
base_url = "http://127.0.0.1:1"
"""
DECREES = """day,kind,unit,into,name,level,decree
2026-07-01,rename,22015,,Phường Tuy Hòa mới,,1700/NQ-UBTVQH15
1/8/2026,new,99901,66,Xã Thử,XA,1701/NQ-UBTVQH15
2026-09-01,merge,99901,22015,,,1702/NQ-UBTVQH15
"""
NAMES = "name,became,source\nHuyện Cũ,22015,1660/NQ-UBTVQH15\nThị xã Xưa,22015,1660/NQ-UBTVQH15\n"
BRIEFING = "tet-giap-thin-2024"
NOW = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000)


@dataclass
class Desk:
    """A small content folder, settings and a list: one file of them is bent at a time."""

    folder: Path
    rng: random.Random

    def __post_init__(self) -> None:
        content, real = self.folder / "content", ROOT / "content"
        for name in ("topics.toml", "holidays.toml", "texts", "forms", "words", "layouts"):
            if (real / name).is_dir():
                shutil.copytree(real / name, content / name)
            else:
                content.mkdir(exist_ok=True)
                shutil.copy(real / name, content / name)
        shutil.copytree(real / "briefings" / BRIEFING, content / "briefings" / BRIEFING)
        units = (real / "units").glob("*.csv")
        (content / "units").mkdir()
        for one in units:
            lines = one.read_text(encoding="utf-8").splitlines(keepends=True)[:25]
            (content / "units" / one.name).write_text("".join(lines), encoding="utf-8")
        (content / CHANGES).mkdir()
        (content / CHANGES / "2026.csv").write_text(DECREES, encoding="utf-8")
        (content / FORMER).mkdir()
        (content / FORMER / "2025.csv").write_text(NAMES, encoding="utf-8")
        self.units = read_content(content).units
        self.content = content
        settings = (ROOT / "config.example.toml").read_text(encoding="utf-8").partition("[[accounts]]")[0]
        self.plain = {path: path.read_bytes() for path in sorted(content.rglob("*")) if _is_text(path)}
        self.plain[self.folder / "config.toml"] = (settings + SETTINGS).encode()
        self.plain[self.folder / "people.csv"] = LIST.encode()
        self.book = workbook(
            self.folder / "people.xlsx", [list(line.split(",")) for line in LIST.splitlines()]
        ).read_bytes()

    def bend(self) -> tuple[Path, Callable[[], object]]:
        """Bend a file; it, and what reads it."""
        names = sorted({path.suffix + path.parent.name[:5]: path for path in self.plain})
        kind = self.rng.choice([*names, "xlsx"])
        if kind == "xlsx":
            path = self.folder / "people.xlsx"
            _bent_book(path, self.book, self.rng)
            return path, partial(self.understood, path)
        path = self.rng.choice([one for one in self.plain if one.suffix + one.parent.name[:5] == kind])
        path.write_bytes(bent(self.plain[path], self.rng))
        if path.name == "config.toml":
            return path, partial(settings_file.load, path)
        if path.name == "people.csv":
            return path, partial(self.understood, path)
        return path, partial(read_content, self.content)

    def mend(self, path: Path) -> None:
        """As it was."""
        path.write_bytes(self.plain.get(path, self.book))

    def understood(self, path: Path) -> None:
        """A list, as `member import` takes it; what is wrong in its lines is told as a refusal is."""
        rows = sheets.read(path, imports.HEADINGS, imports.NEEDED)
        zone = datetime.now(UTC).tzinfo
        found = import_rows.understand(rows, self.units, ("vi", "en"), {"tinh": str}, zone, NOW)  # type: ignore[arg-type]
        if found.problems:
            one = found.problems[0]
            raise ContentError(str(path), f"line {one.line}", one.found, one.allowed)


def _is_text(path: Path) -> bool:
    return path.is_file() and path.suffix in (".toml", ".md", ".po", ".csv", ".txt")


def _bent_book(path: Path, plain: bytes, rng: random.Random) -> None:
    path.write_bytes(plain)
    if rng.random() < 0.4:
        path.write_bytes(bent_bytes(plain, rng))
        return
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = rng.choice(sorted(parts))
    parts[name] = bent(parts[name], rng)
    if rng.random() < 0.2:
        far = rng.choice((b'"XFD1048576"', b'"A1048577"', b'"ZZZZZZ1"', b'"A99999999999999"', b'""'))
        sheet = "xl/worksheets/sheet1.xml"
        parts[sheet] = parts[sheet].replace(b'"A2"', far)
    with ZipFile(path, "w", compression=8) as book:
        for part, data in parts.items():
            book.writestr(part, data)


def _refusal(read: Callable[[], object]) -> ContentError | None:
    try:
        read()
    except ContentError as error:
        return error
    return None


def _told(error: ContentError, path: Path) -> str | None:
    """What is wrong with a refusal."""
    said = str(error)
    if len(said) > LONGEST:
        return f"{len(said)} characters"
    if any(TOKEN[at : at + SHOWN] in said for at in range(len(TOKEN) - SHOWN)):
        return "a secret is told"
    if not (path.name in said or path.parent.name in said or str(error.file) in said) or not error.key:
        return "neither file nor place"
    return None


@pytest.mark.timeout(5400 if SOAK else 600)
def test_a_bent_file_is_read_or_refused_by_file_and_place(tmp_path: Path) -> None:
    desk = Desk(tmp_path, random.Random(SEED))
    grown = 0
    refused: dict[str, int] = {}
    for number in range(COUNT):
        path, read = desk.bend()
        began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        error = _refusal(read)
        grown += resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        if error is not None:
            refused[path.suffix] = refused.get(path.suffix, 0) + 1
            wrong = _told(error, path)
            assert wrong is None, f"{SEED}/{number}: {path.name}: {wrong}: {str(error)[:500]}"
        took = time.process_time() - began
        assert took < CPU_S, f"{SEED}/{number}: {path.name} took {took:.1f} s"
        desk.mend(path)
    assert grown < MEMORY_KIB, f"{grown} KiB"
    assert {".toml", ".csv"} <= set(refused)


@pytest.mark.parametrize("part", ["a", "'a b'", '"a!"', r'"\\"', r'"\""'])
def test_a_key_of_many_parts_is_refused_at_once(tmp_path: Path, part: str) -> None:
    deep = f"{part}." * 50_000 + "b = 1\n"
    (tmp_path / "config.toml").write_text("\n" + deep, encoding="utf-8")
    (tmp_path / "topics.toml").write_text("x = {" + deep.strip() + "}\n", encoding="utf-8")
    began = time.process_time()
    with pytest.raises(ContentError, match="line 2"):
        settings_file.load(tmp_path / "config.toml")
    with pytest.raises(ContentError, match="too many parts"):
        read_content(tmp_path)
    assert time.process_time() - began < SLOW * 0.5


def test_a_text_that_nobody_could_send_is_refused_at_once(tmp_path: Path) -> None:
    began = time.process_time()
    with pytest.raises(ContentError, match=r"vi\.md: length"):
        read_document("# A\n\nB\n\n---\n" + "a\n" * 500_000, "vi.md")
    assert time.process_time() - began < SLOW * 0.5


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576"])
def test_one_cell_in_the_last_corner_of_a_workbook_fills_no_memory(tmp_path: Path, place: str) -> None:
    path = workbook(tmp_path / "a.xlsx", [["name", "unit"], ["Hoa", "66"]])
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with ZipFile(path, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part.replace(b'"A2"', f'"{place}"'.encode()))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ContentError, match=r"a\.xlsx"):
        sheets.read(path, imports.HEADINGS, ("name", "unit"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY_KIB


def test_a_workbook_that_swells_fills_no_memory(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["name", "unit"], ["Hoa", "66"]])
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with ZipFile(path, "w", compression=8) as book:
        for name, part in parts.items():
            book.writestr(name, part.replace(b"Hoa", b"x" * 300_000_000 if "sheet1" in name else b"Hoa"))
    assert path.stat().st_size < 1024 * 1024
    with pytest.raises(ContentError, match=r"a\.xlsx"):
        sheets.read(path, imports.HEADINGS, ("name", "unit"))
