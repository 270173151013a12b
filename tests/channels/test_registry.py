"""Platforms are found by themselves, and nothing outside their packages names one."""

import re
from pathlib import Path

import pytest

from bot.channels.registry import local, platforms

ROOT = Path(__file__).parents[2]
# The local chat's own page, tables and history; numbered migrations stay as they were written.
OWN = ("bot/channels", "bot/web", "bot/site.py", "bot/storage/transcripts", "bot/storage/migrations")
# Tables by their names; links to take out.
DATA = {"bot/storage/tables.py", "bot/core/opinion/patterns.py", "bot/core/opinion/name_patterns.py"}


def _sources() -> list[Path]:
    files = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("handlers/**/*.py")]
    return [one for one in files if not str(one.relative_to(ROOT)).startswith(OWN)]


def test_every_package_that_declares_a_platform_is_found() -> None:
    declared = {one.parent.name for one in ROOT.glob("bot/channels/*/declaration.py")}
    assert declared == set(platforms())
    assert local().kind in declared


def test_nothing_outside_its_package_names_a_platform() -> None:
    names = re.compile("|".join(platforms()), re.IGNORECASE)
    for path in _sources():
        if str(path.relative_to(ROOT)) in DATA:
            continue
        found = [line for line in path.read_text(encoding="utf-8").splitlines() if names.search(line)]
        assert not found, f"{path}: {found}"


@pytest.mark.parametrize(
    "text",
    [
        *("0905123456", "+84905123456", "@hoanguyen", "-1001234567890", "1.23457E+09", "123456789.0", "0"),
        *("\uff11\uff12\uff13\uff14\uff15", "\u0661\u0662", "", " 12", "12\n", "1_000", "-5"),
        *(str(2**52), "9" * 30),
    ],
)
def test_what_is_no_private_person_on_telegram_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="such as 123456789"):
        platforms()["telegram"].address(text)


@pytest.mark.parametrize("text", ["1", "123456789", "7123456789", str(2**52 - 1)])
def test_a_persons_number_on_telegram_is_an_address(text: str) -> None:
    assert platforms()["telegram"].address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("0905123456", "+84905123456", "84905123456", "@hoa", "-1001234567890", "1.23E+18", "4.1E+15", "0"),
        *(
            "zalo.me/0905123456",
            "https://zalo.me/4105110871530513",
            "4105110871530513.0",
            "\uff11" * 16,
            "null",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["zalo_bot", "zalo_oa"])
def test_what_is_no_private_person_on_zalo_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match="no phone, no link"):
        platforms()[kind].address(text)


def test_an_address_in_the_local_chat_is_a_name() -> None:
    address = platforms()["webchat"].address
    assert address("khach-2") == "khach-2"
    for text in (
        "",
        "a b",
        "../x",
        "á",
        "a" * 65,
        "0905123456",
        "84905123456",
        "-1001234567890",
        "0",
        "None",
    ):
        with pytest.raises(ValueError, match="letters"):
            address(text)
