"""Content that changes while the program runs is taken up whole or refused whole."""

import os
import shutil
from dataclasses import dataclass, field
from datetime import date
from errno import ENOENT
from os import strerror
from pathlib import Path

import pytest

import bot.content
from bot.config import CONTENT
from bot.content import Content
from bot.content.files import stamp
from bot.core.kernel.errors import ContentError
from bot.engine.contents import AGAIN_S, Contents
from bot.engine.times import Clock


class Ticking(Clock):
    """A clock that a test moves."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@dataclass
class Watched:
    """A content folder of its own, and what became of its changes."""

    folder: Path
    taken: list[Content] = field(default_factory=list)
    refused: list[ContentError] = field(default_factory=list)

    async def take_up(self, content: Content) -> None:
        self.taken.append(content)

    async def refuse(self, error: ContentError) -> None:
        self.refused.append(error)

    def contents(self, clock: Clock | None = None) -> Contents:
        known = stamp(self.folder)
        return Contents(self.folder, known, bot.content.load, self.take_up, self.refuse, clock or Clock())

    def write(self, file: str, text: str) -> None:
        """Change a file as an editor does."""
        (self.folder / file).write_text(text, encoding="utf-8")

    def text(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(Path(shutil.copytree(CONTENT, tmp_path / "content")))


async def test_what_did_not_change_is_not_read_again(watched: Watched) -> None:
    contents = watched.contents()
    assert not await contents.step()
    assert watched.taken == []


async def test_a_new_topic_is_taken_up_once(watched: Watched) -> None:
    contents, before = watched.contents(), bot.content.load(watched.folder).fingerprint
    topics = watched.text("topics.toml")
    watched.write("topics.toml", topics + '\n[moi]\nname = { vi = "Mới", en = "New" }\n')
    assert await contents.step()
    assert not await contents.step()
    (content,) = watched.taken
    assert "moi" in content.topics
    assert content.fingerprint not in ("", before)


async def test_a_mistake_is_told_once_and_what_is_mended_is_taken_up(watched: Watched) -> None:
    contents, topics = watched.contents(), watched.text("topics.toml")
    watched.write("topics.toml", "[[topics")
    for _ in range(3):
        assert not await contents.step()
    assert [error.file for error in watched.refused] == ["topics.toml"]
    assert watched.taken == []
    watched.write("topics.toml", topics + "\n# mended\n")
    assert await contents.step()
    assert len(watched.taken) == 1


async def test_what_cannot_be_taken_up_is_refused_whole(watched: Watched) -> None:
    async def hangs(content: Content) -> None:
        raise ContentError("units", "24490", "taken out", "put it back")

    watched.take_up = hangs  # type: ignore[method-assign]
    contents = watched.contents()
    watched.write("topics.toml", watched.text("topics.toml") + '\n[moi]\nname = { vi = "Mới", en = "New" }\n')
    assert not await contents.step()
    assert not await contents.step()
    assert [error.key for error in watched.refused] == ["24490"]


async def test_what_hung_on_it_has_gone_since_and_the_content_is_taken_up_unchanged(watched: Watched) -> None:
    hanging = [True]

    async def hangs(content: Content) -> None:
        if hanging:
            raise ContentError("units", "24490", "taken out", "put it back")
        watched.taken.append(content)

    watched.take_up, time = hangs, Ticking()  # type: ignore[method-assign]
    contents = watched.contents(time)
    watched.write("topics.toml", watched.text("topics.toml") + '\n[moi]\nname = { vi = "Mới", en = "New" }\n')
    for _ in range(3):
        time.now += AGAIN_S
        assert not await contents.step()
    hanging.clear()
    assert not await contents.step()
    time.now += AGAIN_S
    assert await contents.step()
    time.now += AGAIN_S
    assert not await contents.step()
    assert (len(watched.taken), len(watched.refused)) == (1, 1)


@pytest.mark.parametrize("act", ["take_up", "refuse"])
async def test_where_the_store_does_not_answer_the_change_is_looked_at_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    answers, done = iter((False, True)), getattr(watched, act)

    async def sometimes(what: object) -> None:
        if not next(answers):
            raise TimeoutError
        await done(what)

    monkeypatch.setattr(watched, act, sometimes)
    contents = watched.contents()
    good = watched.text("topics.toml") + '\n[moi]\nname = { vi = "Mới", en = "New" }\n'
    watched.write("topics.toml", good if act == "take_up" else "[[topics")
    with pytest.raises(TimeoutError):
        await contents.step()
    for _ in range(2):
        await contents.step()
    assert (len(watched.taken), len(watched.refused)) == ((1, 0) if act == "take_up" else (0, 1))


async def test_units_that_change_on_a_day_are_taken_up_when_it_has_come(watched: Watched) -> None:
    day = date(2099, 7, 1)
    file = watched.folder / "units/changes/x.csv"
    file.parent.mkdir()
    file.write_text("day,kind,unit,into,name,level,decree\n2099-07-01,rename,24169,,Phường Mới,,1/NQ\n")
    content, today = bot.content.load(watched.folder, date(2026, 11, 1)), [date(2099, 6, 30)]

    def read(folder: Path) -> Content:
        return bot.content.load(folder, today[0])

    async def take_up(taken: Content) -> None:
        nonlocal content
        content = taken
        watched.taken.append(taken)

    contents = Contents(
        *(watched.folder, stamp(watched.folder), read, take_up, watched.refuse, Clock()),
        lambda: content.due(today[0]),
    )
    assert not await contents.step()
    today[0] = day
    assert await contents.step()
    (taken,) = watched.taken
    assert next(one for one in taken.units if one.code == "24169").name == "Phường Mới"
    assert taken.former["24169"][0] == "Phường Ea Kao"
    assert not await contents.step(), "once"


async def test_a_file_whose_name_is_no_text_is_refused_in_words_that_can_be_kept(watched: Watched) -> None:
    contents = watched.contents()
    odd = os.fsencode(watched.folder / "briefings") + b"/c\xf4ng v\xe1\xfcn"
    os.mkdir(odd)  # noqa: PTH102 - a name as an old archive leaves it
    shutil.copy(watched.folder / "topics.toml", odd + b"/vi.md")
    assert not await contents.step()
    (error,) = watched.refused
    assert error.file == "briefings/c\\udcf4ng v\\udce1\\udcfcn"
    assert str(error).encode()
    shutil.rmtree(odd)
    assert await contents.step()


async def test_whatever_goes_wrong_in_reading_is_a_refusal(watched: Watched) -> None:
    def broken(_folder: Path) -> Content:
        raise ZeroDivisionError

    known = stamp(watched.folder)
    contents = Contents(watched.folder, known, broken, watched.take_up, watched.refuse, Clock())
    watched.write("topics.toml", watched.text("topics.toml") + "\n")
    assert not await contents.step()
    assert [(error.key, watched.taken) for error in watched.refused] == [("(reading)", [])]
    assert not await contents.step()
    assert len(watched.refused) == 1


async def test_a_file_that_goes_while_it_is_read_is_a_refusal(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def goes(_file: object, _digest: str) -> None:
        raise FileNotFoundError(ENOENT, strerror(ENOENT))

    monkeypatch.setattr("bot.content.files.file_digest", goes)
    contents = watched.contents()
    watched.write("topics.toml", watched.text("topics.toml") + "\n")
    assert not await contents.step()
    assert [error.key for error in watched.refused] == ["file"]
