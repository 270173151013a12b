"""Settings: what is wrong is named by file, key, what was found and what is allowed; tokens never show."""

from pathlib import Path

import pytest

from bot import config
from bot.core.kernel.errors import ContentError

TOKEN = "4242:very-secret-token"
EXAMPLE = Path(__file__).parents[1] / "config.example.toml"


def _file(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _account(more: str = "", token: str = TOKEN) -> str:
    return f'[[accounts]]\nname = "tinh"\nkind = "telegram"\ntoken = "{token}"\n{more}\n'


def test_the_example_is_valid_and_shows_every_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NHIPCAU_TOKEN_TINH", TOKEN)
    settings = config.load(EXAMPLE)
    assert settings.privacy == config.Privacy()
    assert settings.delivery == config.Delivery()
    assert settings.app.timezone == config.App().timezone
    assert settings.app.owner == config.App().owner


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        ("[app]\nzone = 'x'\n", "app.zone", "database, data, content, timezone, owner"),
        ("[app]\ntimezone = 'Asia/Dak_Lak'\n", "app.timezone", "Asia/Ho_Chi_Minh"),
        ("[privacy]\nthreshold = 0\n", "privacy.threshold", "greater than or equal to 1"),
        ("[delivery]\nwindow = 'many'\n", "delivery.window", "integer"),
        (_account("rate = -1"), "accounts.0.rate", "greater than 0"),
        (_account("paid_rate = 30"), "accounts.0.paid_rate", "greater than 30"),
        (_account("paid_rate = 1001"), "accounts.0.paid_rate", "less than or equal to 1000"),
        ('[[accounts]]\nname = "a"\nkind = "webchat"\npaid_rate = 100\n', "accounts.0", "kind telegram"),
        (_account("base_url = 'https://x.example/'"), "accounts.0.base_url", "ends in /bot"),
        ('[[accounts]]\nname = "a b"\nkind = "telegram"\n', "accounts.0.name", "pattern"),
        ('[[accounts]]\nname = "a"\nkind = "fax"\n', "accounts.0.kind", "'telegram'"),
        (_account() + _account(), "toml", "each account's name once"),
        ("[app\n", "(file)", "TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, key: str, allowed: str) -> None:
    path = _file(tmp_path, text)
    with pytest.raises(ContentError) as refusal:
        config.load(path)
    assert refusal.value.key == key
    assert str(path) in str(refusal.value)
    assert allowed in str(refusal.value)
    assert TOKEN not in str(refusal.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"none\.toml"):
        config.load(tmp_path / "none.toml")


@pytest.mark.parametrize("how", ["value", "variable", "named variable", "file"])
def test_a_token_comes_from_the_file_the_environment_or_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{TOKEN}\n")
    text = '[[accounts]]\nname = "tinh-1"\nkind = "telegram"\n'
    match how:
        case "value":
            text += f'token = "{TOKEN}"\n'
        case "variable":
            text += 'token = "${SOME_TOKEN}"\n'
            monkeypatch.setenv("SOME_TOKEN", TOKEN)
        case "named variable":
            monkeypatch.setenv("NHIPCAU_TOKEN_TINH_1", TOKEN)
        case "file":
            monkeypatch.setenv("NHIPCAU_TOKEN_TINH_1_FILE", str(secret))
    settings = config.load(_file(tmp_path, text))
    assert settings.accounts[0].token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)


def test_a_missing_or_odd_token_is_refused_without_being_shown(tmp_path: Path) -> None:
    for token in ("${NO_SUCH_VARIABLE}", "not-a-token-but-secret"):
        with pytest.raises(ContentError) as refusal:
            config.load(_file(tmp_path, _account(token=token)))
        assert refusal.value.key == "accounts.0.token"
        assert "but-secret" not in str(refusal.value)
    with pytest.raises(ContentError) as refusal:
        config.load(_file(tmp_path, '[[accounts]]\nname = "a"\nkind = "telegram"\ntoken = 12345678\n'))
    assert "12345678" not in str(refusal.value)


def test_paths_are_meant_from_the_settings_files_folder(tmp_path: Path) -> None:
    settings = config.load(_file(tmp_path, '[app]\ndatabase = "sqlite:///data/x.db"\ncontent = "words"\n'))
    assert settings.app.database == f"sqlite:///{tmp_path}/data/x.db"
    assert settings.app.content == tmp_path / "words"
