"""Accounts in files of their own, one a file, beside the settings file: read while the program runs.

`NAME.toml` holds what a table [[accounts]] would, without its name. A file that is wrong harms no other.
"""

import json
import os
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.channels.platform import AccountSettings
from bot.channels.registry import platform
from bot.channels.settings import ONCE, ONE_A_BOT, Reading, bots_of, described, read_account, spelled
from bot.content.checks import bounded, toml
from bot.core.kernel.errors import ContentError

LARGEST = 64 * 1024  # bytes of a file
MOST = 2_000  # files
NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PAUSED = re.compile(r"^[ \t]*paused[ \t]*=.*\n?", re.MULTILINE)
Value = str | bool | int | float | Sequence[str]


@dataclass(frozen=True, slots=True)
class Site:
    """What accounts need to know of the site. `served`: there is one; `public`: reached from outside."""

    served: bool
    public: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Accounts of the folder, paused ones too. `wrong`: names whose files are refused, for `mistakes`."""

    accounts: tuple[AccountSettings, ...] = ()
    wrong: frozenset[str] = frozenset()
    mistakes: tuple[ContentError, ...] = ()


def read(folder: Path, others: Sequence[AccountSettings], site: Site, known: Collection[str] = ()) -> Found:
    """Every account of a folder; there may be no folder. `others`: those of the settings file.

    Two with one name or one bot are refused: the one that is not `known` by name, as those are that serve
    already; of two alike in that, the one whose file comes later by name.
    """
    accounts, wrong, mistakes = list[AccountSettings](), set[str](), list[ContentError]()
    names = {spelled(one.name): one.name for one in others}
    bots = {bot: one.name for one in others for bot in bots_of(one)}
    files = sorted(folder.glob("[!.]*.toml"))[:MOST]
    for file in sorted(files, key=lambda one: one.stem not in known):
        reading = Reading(f"{folder.name}/{file.name}")
        one = _one(reading, file)
        if one is not None:
            _judge(reading, one, names, bots, site)
        if one is None or reading.mistakes:
            wrong.add(file.stem)
            mistakes += reading.mistakes
            continue
        accounts.append(one)
        names[spelled(one.name)] = one.name
        bots |= dict.fromkeys(bots_of(one), one.name)
    return Found(tuple(accounts), frozenset(wrong), tuple(mistakes))


def _one(reading: Reading, file: Path) -> AccountSettings | None:
    if not NAME.fullmatch(file.stem):
        reading.mistake("(file)", "a name that is none", "1 to 40 letters, digits, - and _, then .toml")
        return None
    if not file.is_file():  # opening a pipe would wait for whoever writes into it
        reading.mistake("(file)", "what is no file", "a settings file that can be read")
        return None
    try:
        table: dict[str, object] = toml(bounded(file, LARGEST).decode())
    except OSError as error:
        reading.mistake("(file)", error.strerror, "a file that can be read")
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        reading.mistake("(file)", type(error).__name__, "TOML in UTF-8")
        return None
    if table.setdefault("name", file.stem) != file.stem:
        reading.mistake("name", described(table["name"]), "the file's own name, or nothing")
        return None
    return read_account(reading, table, "account")


def _judge(
    reading: Reading,
    one: AccountSettings,
    names: dict[str, str],
    bots: dict[tuple[str, str], str],
    site: Site,
) -> None:
    kind = platform(one.kind)
    if spelled(one.name) in names:
        reading.mistake("name", f"the name of account {names[spelled(one.name)]} too", ONCE)
    for bot, setting in bots_of(one).items():
        if bot in bots:
            reading.mistake(setting, f"the bot of account {bots[bot]} too", ONE_A_BOT)
    if kind.local:
        reading.mistake(
            "kind", one.kind, "a local chat in the settings file alone: its page stands from the start"
        )
    if kind.needs_public_url(one) and not site.public:
        reading.mistake("intake", "hook", "web.public_url, where the platform delivers")
    if kind.hooked(one) and not site.served:
        reading.mistake("kind", "deliveries awaited", "a table [web]: the site takes them in")


def write(folder: Path, name: str, table: Mapping[str, Value]) -> Path:
    """Keep an account in a file that nobody else may read; whole, or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]
    return _put(folder / f"{name}.toml", "\n".join(lines) + "\n")


def pause(file: Path, paused: bool) -> None:
    """Let an account rest, or work again. Raises OSError, ValueError where its file cannot be changed."""
    words = _PAUSED.sub("", bounded(file, LARGEST).decode())
    _put(file, f"paused = true\n{words}" if paused else words)


def open_to_others(folder: Path) -> list[str]:
    """Files of accounts that others may read."""
    return [
        f"{folder.name}/{file.name}"
        for file in sorted(folder.glob("[!.]*.toml"))
        if file.stat().st_mode & 0o077
    ]


def _put(file: Path, words: str) -> Path:
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as made:
        made.write(words)
        made.flush()
        os.fsync(made.fileno())
    beside.replace(file)
    return file
