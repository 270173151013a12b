"""Every sentence of a page is the catalogues': no code, no script and no template has one of its own."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.web.words import Refused, Words, shipped

ROOT = Path(__file__).parents[2]
WEB = ROOT / "bot/web"
NAME = "Nhịp Cầu"
# English for those who run the program: Prometheus' help, and the terminal's line for a taken port.
FOR_OPERATORS = {"condition.py", "server.py"}
VIETNAMESE = re.compile(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
WORDS = re.compile(r"[A-Za-zÀ-ỹ]{2,}(?:[ ,]+[A-Za-zÀ-ỹ']+)+[.!?…:]?")
SPOKEN = ("title", "alt", "placeholder", "aria-label")
ASKED = re.compile(r"""(?:\bsay\(|\bRefused\([0-9]+, |self\.line\(language, )"(\w+)\"""")


def is_sentence(text: str) -> bool:
    """Whether a person would read it: Vietnamese letters, or English words with a capital or a full stop."""
    text = text.strip()
    if VIETNAMESE.search(text):
        return text != NAME
    return any(one[0][0].isupper() or one[0][-1] in ".!?…" for one in WORDS.finditer(text))


class _Visible(HTMLParser):
    """What of a template is seen or read aloud, with Jinja's expressions left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within.append(tag)
        self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def in_template(text: str) -> Iterator[str]:
    seen = _Visible()
    seen.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL))
    for one in seen.texts:
        # In a template a single word is one that is read.
        if is_sentence(one) or re.fullmatch(r"\s*[A-Za-z]{3,}[A-Za-z ]*[.!?]?\s*", one):
            yield one.strip()


def in_script(text: str) -> Iterator[str]:
    bare = re.sub(r"^\s*(?://|/?\*).*$|\s//\s.*$|/\*.*?\*/", "", text, flags=re.MULTILINE)
    for match in re.finditer(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`', bare):
        words = re.sub(r"\$\{[^}]*\}", "", match[1] or match[2] or "")
        if is_sentence(words):
            yield words


def in_code(text: str) -> Iterator[str]:
    tree: Any = ast.parse(text)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        spoken = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
        if spoken and is_sentence(node.value):
            yield node.value


FINDERS = {".html": in_template, ".js": in_script, ".py": in_code}
FILES = sorted(path for path in WEB.rglob("*") if path.suffix in FINDERS and path.name not in FOR_OPERATORS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_no_page_has_a_sentence_of_its_own(path: Path) -> None:
    assert list(FINDERS[path.suffix](path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".html", "<p>Không có trang này.</p>"),
        (".html", "<button>Send</button>"),
        (".html", '<button aria-label="Send it again"></button>'),
        (".js", 'toast("Chưa gửi được.");'),
        (".js", 'toast("The connection is lost.");'),
        (".js", "toast(`Tệp ${name} rỗng.`);"),
        (".py", 'raise HTTPException(404, "Không có trang này.")'),
        (".py", 'raise HTTPException(404, "There is no such page.")'),
        (".py", 'raise HTTPException(400, f"Longer than {limit} characters.")'),
    ],
)
def test_a_sentence_would_be_found(suffix: str, text: str) -> None:
    assert list(FINDERS[suffix](text))


def test_every_text_that_a_page_asks_for_is_there_and_none_is_idle() -> None:
    files = [
        path.read_text("utf-8")
        for path in (*FILES, ROOT / "bot/acts/rehearsing.py", ROOT / "bot/acts/links.py")
    ]
    names = {key.removeprefix("page.") for key in shipped().keys("vi") if key.startswith("page.")}
    asked = {name for text in files for name in ASKED.findall(text)}
    assert len(asked) > len(names) / 2
    assert asked <= names
    written = {name for text in files for name in re.findall(r'"(?:page\.)?(\w+)"', text)}
    assert names <= written


@pytest.mark.parametrize("language", shipped().languages)
def test_scripts_get_every_text_with_its_places(language: str) -> None:
    for name, text in Words().all(language).items():
        for place in shipped().placeholders(language, f"page.{name}"):
            assert f"{{{place}}}" in text


def test_a_bold_part_is_bold_and_a_value_is_no_markup() -> None:
    shown = Words().html("vi", "with", name="<script>")
    assert shown == "với <b>&lt;script&gt;</b>"


def test_a_refusal_names_a_text() -> None:
    assert Refused(404, "nobody").name in Words().all("vi")
