"""The commands before the first `run`: there is no store yet, and each says so or makes it whole."""

import json
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config import CONTENT
from bot.web.listening import bound
from tests.stores import postgres_server


@pytest.fixture(params=["sqlite", "postgres"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """The settings of a deployment that was never started, its PostgreSQL database made and empty."""
    file = tmp_path / "config.toml"

    def write(url: str) -> Path:
        account = '[[accounts]]\nname = "tinh"\nkind = "webchat"\n'
        file.write_text(f'[app]\ndatabase = "{url}"\ncontent = "{CONTENT}"\n{account}', encoding="utf-8")
        return file

    if request.param == "sqlite":
        yield write("sqlite:///data/x.db")
    else:
        with postgres_server() as url:
            yield write(url)


def told(config: Path, *words: str) -> tuple[int, Any]:
    """The exit code of a command, and its JSON value."""
    # In a context of its own, as a process has: --json is remembered in it.
    done = copy_context().run(CliRunner().invoke, app, [*words, "--json", "--config", str(config)])
    return done.exit_code, json.loads(done.stdout)


def test_what_looks_before_there_is_a_store_says_so_and_makes_none(config: Path) -> None:
    for words in (("store", "status"), ("store", "hold"), ("member", "list"), ("broadcast", "list")):
        code, said = told(config, *words)
        assert (code, said["error"]["message"]) == (1, "there is no store yet: the first `run` makes it")
    assert not (config.parent / "data/x.db").exists()


def test_check_before_there_is_a_store_finds_all_well(config: Path) -> None:
    code, said = told(config, "check")
    assert (code, said["problems"]) == (0, [])
    assert [note for note in said["notes"] if "the first run makes it" in note]


def test_an_empty_file_in_the_stores_place_is_no_store(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    account = '[[accounts]]\nname = "tinh"\nkind = "webchat"\n'
    file.write_text(f'[app]\ndatabase = "sqlite:///x.db"\n{account}', encoding="utf-8")
    (tmp_path / "x.db").touch(mode=0o600)
    assert told(file, "check")[0] == 0


@pytest.mark.parametrize("host", ["192.0.2.1", "nobody.invalid"])  # RFC 5737, RFC 2606: nobody's
def test_a_host_that_is_not_this_machines_is_told_before_anything_starts(tmp_path: Path, host: str) -> None:
    file = tmp_path / "config.toml"
    account = '[[accounts]]\nname = "tinh"\nkind = "webchat"\n'
    file.write_text(
        f'[app]\ndatabase = "sqlite:///x.db"\n{account}[web]\nhost = "{host}"\n', encoding="utf-8"
    )
    code, found = told(file, "check")
    assert (code, found["problems"]) == (1, ["web.host is no address and no name of this machine"])
    with pytest.raises(OSError, match=r"web\.host is no address") as refusal:
        bound(host, 0)
    assert host not in str(refusal.value)
