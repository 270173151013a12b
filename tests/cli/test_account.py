"""`account add` and its sisters: what is refused, and what was there stays as it was."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app

CONTENT = Path(__file__).parents[2] / "content"
SETTINGS = '[app]\ndatabase = "sqlite:///{db}"\ncontent = "{content}"\n[web]\n'
OA = 'token = "first-token-of-oa"\nrefresh_token = "its-refresh-token"\nsecret = "secret-of-app"\n'
TOKEN = "12345:abcdef"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    config, secrets = tmp_path / "config.toml", tmp_path / "secrets.toml"
    web = 'public_url = "https://nhipcau.example"\nlisten = "127.0.0.1:8090"\n'
    settings = SETTINGS.format(db=tmp_path / "x.db", content=CONTENT)
    config.write_text(settings + web, encoding="utf-8")

    def command(*words: str, secret: str = "") -> tuple[int, Any]:
        secrets.write_text(secret, encoding="utf-8")
        more = ["--secrets", str(secrets)] if secret else []
        done = CliRunner().invoke(app, ["account", *words, *more, "--json", "--config", str(config)])
        assert not any(word in done.output for word in ("abcdef", "first-token", "secret-of-app"))
        return done.exit_code, json.loads(done.stdout)

    command.folder = tmp_path / "accounts.d"  # type: ignore[attr-defined]
    return command


def test_an_official_account_is_added_as_the_readme_says(run: Any) -> None:
    code, told = run("add", "oa", "--kind", "zalo_oa", "--set", "app_id=4123456789012345678", secret=OA)
    assert (code, told["account"]) == (0, "oa"), told
    assert [one["account"] for one in run("list")[1]] == ["oa"]


def test_a_token_that_serves_already_is_refused_whatever_the_name(run: Any) -> None:
    bot = f'token = "{TOKEN}"\n'
    assert run("add", "xb", "--kind", "zalo_bot", secret=bot)[0] == 0
    code, told = run("add", "xa", "--kind", "zalo_bot", secret=bot)
    assert code != 0
    assert "the bot of account xb too" in told["error"]["message"]
    assert [one["account"] for one in run("list")[1]] == ["xb"]
    assert [one.name for one in run.folder.iterdir()] == ["xb.toml"]


def test_a_file_with_a_mistake_is_not_written_over(run: Any) -> None:
    run.folder.mkdir()
    broken = run.folder / "xa.toml"
    broken.write_text(f'kind = "zalo_bot"\ntoken = "{TOKEN}"\nrate = "nine"\n', encoding="utf-8")
    before = broken.read_text()
    code, told = run("add", "xa", "--kind", "zalo_bot", secret='token = "777:other"\n')
    assert (code != 0, told["error"]["key"]) == (True, "account.there")
    assert broken.read_text() == before

    broken.write_bytes('kind = "zalo_bot" # tỉnh'.encode("utf-16"))
    code, told = run("pause", "xa")
    assert (code != 0, told["error"]["key"]) == (True, "account.wrong")


@pytest.mark.parametrize("given", ["/dev/zero", "/nowhere/at-all", "", "a = " + "[" * 30_000, b"\xff\xfe"])
def test_a_file_that_holds_no_secrets_is_refused_in_words(
    run: Any, tmp_path: Path, given: str | bytes
) -> None:
    file = Path(given) if isinstance(given, str) and given.startswith("/") else tmp_path / "given"
    if file == tmp_path / "given" and given:
        file.write_bytes(given if isinstance(given, bytes) else given.encode())
    elif not given:
        file.mkdir()
    code, told = run("add", "xa", "--kind", "zalo_bot", "--secrets", str(file))
    assert (code, told["error"]["key"]) == (2, "account.secrets")
    assert "Error" not in told["error"]["message"]


def test_a_setting_of_thousands_of_digits_is_refused_in_words(run: Any) -> None:
    code, told = run(
        "add", "xa", "--kind", "zalo_bot", "--set", f"rate={'7' * 5000}", secret=f'token = "{TOKEN}"'
    )
    assert (code, told["error"]["key"]) == (2, "account.wrong")
    assert not list(run.folder.iterdir())
