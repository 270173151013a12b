"""Accounts in files of their own: read, written and refused one by one."""

import os
from pathlib import Path

import pytest

from bot import accounts
from bot.accounts import Site
from bot.settings_file import load

NOWHERE, PUBLIC = Site(served=False, public=False), Site(served=True, public=True)
SETTINGS = """
[[accounts]]
name = "tinh"
kind = "telegram"
token = "4242:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
"""
BOT = {"kind": "zalo_bot", "token": "12345:abcdef"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    found = tmp_path / "config.toml"
    found.write_text(SETTINGS, encoding="utf-8")
    return found


def test_accounts_of_the_folder_stand_beside_those_of_the_file(config: Path) -> None:
    folder = config.parent / "accounts.d"
    file = accounts.write(folder, "xa", {**BOT, "serves": ["24490"], "quota_users": 40})
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    settings = load(config)
    assert [one.name for one in settings.accounts] == ["tinh", "xa"]
    assert [one.name for one in settings.fixed] == ["tinh"]
    assert settings.accounts[1].serves == ("24490",)
    assert "abcdef" not in repr(settings)

    accounts.pause(file, True)
    accounts.pause(file, True)
    assert file.read_text().count("paused") == 1
    settings = load(config)
    assert [one.name for one in settings.accounts] == ["tinh"]
    assert [one.name for one in settings.every] == ["tinh", "xa"]
    accounts.pause(file, False)
    assert [one.name for one in load(config).accounts] == ["tinh", "xa"]
    assert [one.name for one in folder.iterdir()] == ["xa.toml"]


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("b", 'kind = "zalo_bot"\ntoken = "12345:other"', "the bot of account a too"),
        ("tinh", 'kind = "zalo_bot"\ntoken = "777:abc"', "the name of account tinh too"),
        ("b", 'kind = "zalo_bot"\ntoken = "777:abc"\nintake = "hook"', "web.public_url"),
        ("b", 'kind = "webchat"', "in the settings file alone"),
        ("b", 'kind = "carrier"', "allowed: 'telegram'"),
        ("b", 'name = "c"\nkind = "zalo_bot"\ntoken = "777:abc"', "the file's own name"),
        ("b", "kind = ", "TOML in UTF-8"),
        ("b", 'kind = "zalo_bot"\ntoken = "12:secret-word-of-mine"\nrate = "nine"', "rate"),
        ("x y", 'kind = "zalo_bot"\ntoken = "777:abc"', "1 to 40 letters"),
        ("b", "x" * (accounts.LARGEST + 1), "a file that can be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_alone(config: Path, name: str, words: str, told: str) -> None:
    folder = config.parent / "accounts.d"
    accounts.write(folder, "a", BOT)
    (folder / f"{name}.toml").write_text(words, encoding="utf-8")
    settings = load(config)
    assert [one.name for one in settings.accounts] == ["tinh", "a"]
    assert settings.folder.wrong == {name}
    assert told in str(settings.folder.mistakes[0])
    assert "secret-word" not in str(settings.folder.mistakes)


def test_a_secret_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.write(tmp_path, "xa-2", {"kind": "zalo_bot"})
    assert accounts.read(tmp_path, (), NOWHERE).wrong == {"xa-2"}
    monkeypatch.setenv("NHIPCAU_TOKEN_XA_2", "12345:abcdef")
    assert [one.name for one in accounts.read(tmp_path, (), PUBLIC).accounts] == ["xa-2"]


def test_files_that_others_may_read_are_told(tmp_path: Path) -> None:
    file = accounts.write(tmp_path, "xa", BOT)
    assert accounts.open_to_others(tmp_path) == []
    file.chmod(0o644)
    assert accounts.open_to_others(tmp_path) == [f"{tmp_path.name}/xa.toml"]


def test_what_is_no_file_is_refused_alone_and_at_once(config: Path) -> None:
    folder = config.parent / "accounts.d"
    accounts.write(folder, "xa", {**BOT, "serves": ["24490"]})
    os.mkfifo(folder / "ong.toml")
    (folder / "thumuc.toml").mkdir()
    (folder / "vong.toml").symlink_to("vong.toml")
    settings = load(config)
    assert [one.name for one in settings.accounts] == ["tinh", "xa"]
    assert sorted(settings.folder.wrong) == ["ong", "thumuc", "vong"]


def test_there_may_be_no_folder(tmp_path: Path) -> None:
    assert accounts.read(tmp_path / "none", (), NOWHERE) == accounts.Found()


def test_of_two_with_one_bot_the_newcomer_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "accounts.d"
    accounts.write(folder, "b", dict(BOT))
    accounts.write(folder, "a", dict(BOT))
    found = accounts.read(folder, (), NOWHERE, ["b"])
    assert ([one.name for one in found.accounts], found.wrong) == (["b"], {"a"})
    assert accounts.read(folder, (), NOWHERE).wrong == {"b"}, "neither is known: the later by name"
