"""Settings: what is wrong is named by file, key, what was found and what is allowed; tokens never show."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import config, settings_file
from bot.acts.imports import HEADINGS, NEEDED
from bot.cli import app
from bot.content import sheets
from bot.core.kernel.errors import ContentError, SettingsError
from bot.houses import bare

TOKEN = "4242:very-secret-token"
EXAMPLE = Path(__file__).parents[1] / "config.example.toml"


def _file(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _account(more: str = "", token: str = TOKEN) -> str:
    return f'[[accounts]]\nname = "tinh"\nkind = "telegram"\ntoken = "{token}"\n{more}\n'


def _chat(name: str, port: int | None = None) -> str:
    return f'[[accounts]]\nname = "{name}"\nkind = "webchat"\n' + (f"port = {port}\n" if port else "")


def test_local_chats_of_one_port_and_those_without_one_are_taken(tmp_path: Path) -> None:
    for text in (_chat("a", 8081) + _chat("b", 8081), "[web]\nport = 1\n" + _chat("a") + _chat("b")):
        assert len(settings_file.load(_file(tmp_path, text)).accounts) == 2


def test_of_many_mistakes_the_first_are_told_and_how_many_more_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings_file.load(_file(tmp_path, '[[accounts]]\nname = "a"\n' * 1000))
    assert len(refusal.value.mistakes) == 1000
    assert str(refusal.value).count("\n") == 20
    assert str(refusal.value).endswith("and 980 more like these")


def test_a_file_without_an_end_is_refused_and_fills_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = Path("/dev/zero")
    with pytest.raises(ContentError, match="too large"):
        settings_file.load(endless)
    with pytest.raises(ContentError, match="too large"):
        sheets.read(endless, HEADINGS, NEEDED)
    monkeypatch.setenv("NHIPCAU_TOKEN_TINH_FILE", str(endless))
    with pytest.raises(SettingsError):
        settings_file.load(_file(tmp_path, '[[accounts]]\nname = "tinh"\nkind = "telegram"\n'))


def test_the_example_is_valid_and_shows_every_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NHIPCAU_TOKEN_TINH", TOKEN)
    settings = settings_file.load(EXAMPLE)
    for table in ("privacy", "delivery", "reporting", "quiet", "reminders", "web"):
        shown = getattr(settings, table)
        assert shown == type(shown)()
    assert settings.app.timezone == config.App().timezone
    assert settings.app.owner == config.App().owner


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        (
            "[app]\nzone = 'x'\n",
            "app.zone",
            "database, data, content, account_files, timezone, owner, contact",
        ),
        ("[app]\ntimezone = 'Asia/Dak_Lak'\n", "app.timezone", "Asia/Ho_Chi_Minh"),
        ("[privacy]\nthreshold = 0\n", "privacy.threshold", "greater than or equal to 3"),
        ("[delivery]\nwindow = 'many'\n", "delivery.window", "integer"),
        (_account("rate = -1"), "accounts.0.rate", "greater than or equal to 0.1"),
        (_account("rate = 1e-9"), "accounts.0.rate", "greater than or equal to 0.1"),
        ("[delivery]\nlate_limit_hours = 0\n", "delivery.late_limit_hours", "greater than or equal to 0.25"),
        (
            "[delivery]\nlate_limit_hours = 1e-7\n",
            "delivery.late_limit_hours",
            "greater than or equal to 0.25",
        ),
        ("[delivery]\nlate_limit_hours = nan\n", "delivery.late_limit_hours", "less than or equal to"),
        ("[delivery]\nexpiry_hours = 1e-7\n", "delivery.expiry_hours", "greater than or equal to 1"),
        ("[delivery]\nlate_limit_hours = true\n", "delivery.late_limit_hours", "a number"),
        ("[privacy]\nlink_days = false\n", "privacy.link_days", "a number"),
        ("[app]\nowner = '   '\n", "app.owner", "words that can be seen"),
        ('[app]\ncontact = "\\u202e"\n', "app.contact", "words that can be seen"),
        ("[quiet]\nstart = '06:01'\nend = '06:00'\n", "quiet", "at most 16 hours"),
        ("[delivery]\nexpiry_hours = 5.5\n", "delivery", "late_limit_hours at most expiry_hours"),
        (
            f"[delivery]\nlate_limit_hours = {config.Delivery().expiry_hours + 0.5}\n",
            "delivery",
            "late_limit_hours at most expiry_hours",
        ),
        (_chat("a", 8081) + _chat("b", 8082), "accounts.1.port", "one port for all local chats"),
        (_chat("a", 8081) + _chat("b"), "accounts.1.port", "one port for all local chats"),
        ("[web]\n" + _chat("a", 8081), "accounts.0.port", "no port here beside the table [web]"),
        ("[web]\ntoken = '${A-B}'\n", "web.token", "${VARIABLE}"),
        ("[web]\nhost = '999.1.1.1'\n", "web.host", "such as 127.0.0.1"),
        ("[web]\nlisten = '127.0.0.1:٨٠٨٠'\n", "web", "HOST:PORT"),
        ("# " + "x" * 1024 * 1024, "(file)", "a settings file that can be read"),
        (_account("paid_rate = 30"), "accounts.0.paid_rate", "greater than 30"),
        (_account("paid_rate = 1001"), "accounts.0.paid_rate", "less than or equal to 1000"),
        (
            '[[accounts]]\nname = "a"\nkind = "webchat"\npaid_rate = 100\n',
            "accounts.0.paid_rate",
            "only name, kind, rate, paused, serves, link, port, like",
        ),
        (_account("base_url = 'https://x.example/'"), "accounts.0.base_url", "ends in /bot"),
        ('[[accounts]]\nname = "a b"\nkind = "telegram"\n', "accounts.0.name", "pattern"),
        ('[[accounts]]\nname = "a"\nkind = "fax"\n', "accounts.0.kind", "'telegram'"),
        (_account() + _account(), "accounts.1.name", "each name once"),
        ("[app\n", "(file)", "TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, key: str, allowed: str) -> None:
    path = _file(tmp_path, text)
    with pytest.raises(ContentError) as refusal:
        settings_file.load(path)
    assert refusal.value.key == key
    assert str(path) in str(refusal.value)
    assert allowed in str(refusal.value)
    assert TOKEN not in str(refusal.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"none\.toml"):
        settings_file.load(tmp_path / "none.toml")


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
    settings = settings_file.load(_file(tmp_path, text))
    assert settings.accounts[0].token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)


def test_a_missing_or_odd_token_is_refused_without_being_shown(tmp_path: Path) -> None:
    for token in ("${NO_SUCH_VARIABLE}", "not-a-token-but-secret"):
        with pytest.raises(ContentError) as refusal:
            settings_file.load(_file(tmp_path, _account(token=token)))
        assert refusal.value.key == "accounts.0.token"
        assert "but-secret" not in str(refusal.value)
    with pytest.raises(ContentError) as refusal:
        settings_file.load(_file(tmp_path, '[[accounts]]\nname = "a"\nkind = "telegram"\ntoken = 12345678\n'))
    assert "12345678" not in str(refusal.value)


def test_paths_are_meant_from_the_settings_files_folder(tmp_path: Path) -> None:
    settings = settings_file.load(
        _file(tmp_path, '[app]\ndatabase = "sqlite:///data/x.db"\ncontent = "words"\n')
    )
    assert settings.app.database == f"sqlite:///{tmp_path}/data/x.db"
    assert settings.app.content == tmp_path / "words"


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = "[privacy]\nthreshold = 0\n[app]\nzone = 1\n" + _account("rate = -1\nprox = 1") + _account()
    with pytest.raises(SettingsError) as refusal:
        settings_file.load(_file(tmp_path, text))
    keys = {one.key for one in refusal.value.mistakes}
    assert keys == {"privacy.threshold", "app.zone", "accounts.0.rate", "accounts.0.prox"}
    assert str(refusal.value).count("allowed:") == 4


def test_what_platforms_that_deliver_lack_is_told_with_the_rest_and_by_its_own_table(tmp_path: Path) -> None:
    oa = f'[[accounts]]\nname = "oa"\nkind = "zalo_bot"\ntoken = "{TOKEN}"\nintake = "hook"\n'
    text = "[privacy]\nthreshold = 0\n" + _account("rate = -1") + oa
    with pytest.raises(SettingsError) as refusal:
        settings_file.load(_file(tmp_path, text))
    keys = {one.key for one in refusal.value.mistakes}
    assert keys == {"privacy.threshold", "accounts.0.rate", "accounts.1.intake"}


def test_no_account_is_a_mistake_for_what_needs_one(tmp_path: Path) -> None:
    path = _file(tmp_path, "[app]\n")
    assert settings_file.load(path).accounts == ()
    for command in ("run", "check"):
        result = CliRunner().invoke(app, [command, "--config", str(path)])
        assert result.exit_code == 2
        assert "[[accounts]]" in result.stderr


def test_a_command_answers_in_words_whatever_the_last_one_was_asked_for(tmp_path: Path) -> None:
    path = str(_file(tmp_path, "[app]\n"))
    assert CliRunner().invoke(app, ["check", "--config", path, "--json"]).stdout.startswith("{")
    result = CliRunner().invoke(app, ["run", "--config", path])
    assert (result.stdout, "[[accounts]]" in result.stderr) == ("", True)


def test_a_missing_file_points_to_the_example(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"config\.example\.toml"):
        settings_file.load(tmp_path / "config.toml")


@pytest.mark.parametrize(("one", "other"), [("tinh", "Tinh"), ("xa-1", "xa_1")])
def test_two_names_that_one_variable_would_serve_are_refused(tmp_path: Path, one: str, other: str) -> None:
    text = _chat(one, 8081) + _chat(other, 8081)
    with pytest.raises(SettingsError) as refusal:
        settings_file.load(_file(tmp_path, text))
    assert refusal.value.key == "accounts.1.name"


def test_one_bot_in_two_accounts_is_refused(tmp_path: Path) -> None:
    text = _account() + _account().replace('"tinh"', '"xa"').replace(":very", ":renewed-very")
    with pytest.raises(SettingsError) as refusal:
        settings_file.load(_file(tmp_path, text))
    assert refusal.value.key == "accounts.1.token"
    assert "one account a bot" in str(refusal.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('webhook_url = "https://a.vn/hook/xa"\n[web]', "ends in /hook/tinh, no other's"),
        ('webhook_url = "https://a.vn/hook/tinh"', "a table [web]"),
    ],
)
def test_deliveries_that_nobody_would_take_in_are_refused(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings_file.load(_file(tmp_path, _account(more)))
    assert refusal.value.key == "accounts.0"
    assert said in str(refusal.value)
    good = 'webhook_url = "https://a.vn/hook/tinh"\n[web]'
    assert settings_file.load(_file(tmp_path, _account(good))).accounts[0].name == "tinh"


@pytest.mark.parametrize(
    "line",
    [
        'proxy = "socks5://127.0.0.1:1080"',
        'proxy = "127.0.0.1:3128"',
        'proxy = "http://"',
        'proxy = "http://127.0.0.1:99999"',
        'proxy = ""',
        'base_url = "http://10.0.0.5:8081/bot"',
        'base_url = "http://bots.example/bot"',
        'base_url = "http://127.0.0.1.evil.example/bot"',
        'base_url = "ftp://127.0.0.1/bot"',
        'base_url = "http://127.0.0.1:8081/bot"\nproxy = "http://10.0.0.5:3128"',
        'base_url = "http://127.0.0.1:8081/bot"\nproxy = "https://127.0.0.1.evil.example:8443"',
    ],
)
def test_a_way_out_that_cannot_work_or_is_not_safe_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings_file.load(_file(tmp_path, _account(line)))
    assert refusal.value.key in ("accounts.0", f"accounts.0.{line.partition(' ')[0]}")


@pytest.mark.parametrize(
    "lines",
    [
        'proxy = "http://127.0.0.1:3128"',
        'proxy = "https://user:word@proxy.example:8443"',
        'base_url = "http://127.0.0.1:8081/bot"',
        'base_url = "http://localhost:8081/bot"',
        'base_url = "http://[::1]:8081/bot"',
        'base_url = "https://bots.example/bot"',
        'base_url = "http://10.0.0.5:8081/bot"\ninsecure_base_url = true',
        'base_url = "http://127.0.0.1:8081/bot"\nproxy = "http://127.0.0.1:3128"',
        'base_url = "https://bots.example/bot"\nproxy = "http://10.0.0.5:3128"',
    ],
)
def test_a_way_out_that_is_safe_or_said_to_be_wanted_is_taken(tmp_path: Path, lines: str) -> None:
    assert len(settings_file.load(_file(tmp_path, _account(lines))).accounts) == 1


SECRET = "918273645:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PASSWORD = "Hoa-Sen-2026"
HEAD = '[[accounts]]\nname = "a"\nkind = "telegram"\n'
ZALO_HEAD = '[[accounts]]\nname = "a"\nkind = "zalo_bot"\n'
WEB = '[web]\npublic_url = "https://x.vn"\n'
OA_HEAD = f'{WEB}[[accounts]]\nname = "a"\nkind = "zalo_oa"\ntoken = "{SECRET}"\n'
GOOD = f'{HEAD}token = "{SECRET}"\n'
ORDINARY_MISTAKES = [
    f'[accounts]\nname = "a"\nkind = "telegram"\ntoken = "{SECRET}"\n',
    f'[accounts.tinh]\nkind = "telegram"\ntoken = "{SECRET}"\n',
    f'[account]\nname = "a"\ntoken = "{SECRET}"\n',
    f'[[account]]\nname = "a"\ntoken = "{SECRET}"\n',
    f'accounts = "{SECRET}"\n',
    f'accounts = ["{SECRET}"]\n',
    f'token = "{SECRET}"\n',
    f'"{SECRET}" = 1\n',
    f'[app]\n"{SECRET}" = 1\n',
    f'["{SECRET}"]\nname = "a"\n',
    f'[app]\ntimezone = "{SECRET}"\n',
    f'[app]\nowner = ["{SECRET}"]\n',
    f'[app]\ncontent = {{ x = "{SECRET}" }}\n',
    f'[app]\ntoken = "{SECRET}"\n',
    f'[delivery]\nwindow = "{SECRET}"\n',
    f'[privacy]\nthreshold = "{SECRET}"\n',
    f'privacy = "{SECRET}"\n',
    f'[app]\ndatabase = "mysql://an:{PASSWORD}@db/x"\n',
    f'[app]\ndatabase = "{PASSWORD}"\n',
    f'[app]\ndatabase = ["postgresql://an:{PASSWORD}@db/x"]\n',
    f'[app]\ndatabase = "postgresql+psycopg2://an@db/x?password={PASSWORD}"\n',
    f'[app]\ndatabase_url = "postgresql://an:{PASSWORD}@db/x"\n',
    f'[app]\ndatabase = "postgresql://an:{PASSWORD}/x"\n{GOOD}',
    f'[app]\ndatabase = "postgresql://an@db:{PASSWORD}/x"\n{GOOD}',
    f'[app]\ndatabase = "postgresql://an:A@b:{PASSWORD}@db/x"\n{GOOD}',
    f'[app]\ndatabase = "postgresql://an:{PASSWORD}@db/x?sslmode=require"\n{GOOD}',
    f'[app]\ndatabase = "postgresql://an@db:99999/x"\n{GOOD}',
    f'[app]\ndatabase = "postgresql://an@db/x?host=a&host=b&port=1"\n{GOOD}',
    f'[app]\ndatabase = "postgresql://an@db/x?target_session_attrs={PASSWORD}"\n{GOOD}',
    f'[app]\ndatabase = "postgresql://an@db/x?PASSWORD={PASSWORD}"\n{GOOD}',
    f'[app]\ndatabase = "postgresql://an@db/x?ssl={PASSWORD}"\n{GOOD}',
    f'[app]\ndatabase = "postgresql://an@db/x?port={PASSWORD}"\n{GOOD}',
    f'[app]\ndatabase = "postgresql://an:{PASSWORD}@db/\\u0000"\n{GOOD}',
    f'[app]\ndatabase = "sqlite:///x.db?password={PASSWORD}"\n{GOOD}',
    f'[app]\ndatabase = "sqlite:///{PASSWORD}\\u0000.db"\n{GOOD}',
    f'[web]\ntoken = ["{SECRET}"]\n{GOOD}',
    f'[web]\ntoken = "${{{PASSWORD}}}"\n{GOOD}',
    f'[web.token]\nvalue = "{SECRET}"\n{GOOD}',
    f'[web]\npublic_url = "https://an:{PASSWORD}@x.vn"\n{GOOD}',
    f'[web]\nlisten = "{PASSWORD}"\n{GOOD}',
    f'[web]\n"{PASSWORD}" = 1\n{GOOD}',
    f'{ZALO_HEAD}token = "{SECRET}"\nhook_secret = "{PASSWORD}!"\n',
    f'{ZALO_HEAD}token = "{SECRET}"\nbase_url = "https://x.vn/bot{SECRET}"\n',
    f'{OA_HEAD}oa_secret = "{PASSWORD} {PASSWORD}"\n',
    f'{OA_HEAD}oa_secret = "{PASSWORD}"\nbase_url = "https://x.vn/{PASSWORD}?a={SECRET}"\n',
    f'{OA_HEAD}oa_secret = "{PASSWORD}"\napp_id = "{SECRET}"\n',
    f'{OA_HEAD}oa_secret = "{PASSWORD}"\nsignature = "{SECRET}"\n',
    f'{OA_HEAD}refresh_token = "{PASSWORD}"\n',
    f'{HEAD}base_url = "https://x.vn/bot{SECRET}/bot"\ntoken = "{SECRET}"\n',
    f'{HEAD}webhook_url = "http://an:{PASSWORD}@x.vn/hook/a"\ntoken = "{SECRET}"\n',
    f'{HEAD}webhook_secret = "{PASSWORD} {PASSWORD}"\ntoken = "{SECRET}"\n',
    f'[[accounts]]\nname = "{SECRET}"\nkind = "telegram"\n',
    f'[[accounts]]\nname = "a"\nkind = "{SECRET}"\n',
    f'{HEAD}base_url = "https://api.telegram.org/bot{SECRET}"\n',
    f'{HEAD}base_url = "{SECRET}"\ntoken = "{SECRET}"\n',
    f'{HEAD}proxy = "socks5://an:{PASSWORD}@p:1"\ntoken = "{SECRET}"\n',
    f'{HEAD}proxy = "{SECRET}"\ntoken = "{SECRET}"\n',
    f'{HEAD}rate = "{SECRET}"\ntoken = "{SECRET}"\n',
    f'{HEAD}TOKEN = "{SECRET}"\n',
    f'{HEAD}token = ["{SECRET}"]\n',
    f'{HEAD}token = "{SECRET} "\ntoken_file = "{SECRET}"\n',
    f'{HEAD}token = "bot{SECRET}"\n',
    f'{HEAD}token = "${{{SECRET}}}"\n',
    f"{HEAD}token = {SECRET}\n",
    f'{HEAD}token = "{SECRET}\n',
    f'[[accounts]]\nname = "a"\nkind = "webchat"\ntoken = "{SECRET}"\n',
    f'[[accounts]]\nname = "a"\nkind = "webchat"\nport = "{SECRET}"\n',
    f'[[accounts]]\nkind = "telegram"\ntoken = "{SECRET}"\n',
]


@pytest.mark.parametrize("text", ORDINARY_MISTAKES)
@pytest.mark.parametrize("command", ["check", "run"])
def test_an_ordinary_mistake_shows_no_secret_and_no_traceback(
    tmp_path: Path, command: str, text: str
) -> None:
    path = _file(tmp_path, text)
    result = CliRunner().invoke(app, [command, "--config", str(path)])
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert str(path) in result.stderr
    assert "allowed:" in result.stderr
    for secret in (SECRET, SECRET.partition(":")[2], PASSWORD):
        assert secret.lower() not in result.output.lower()


def test_a_password_in_the_databases_url_is_not_shown_when_it_is_out_of_reach(tmp_path: Path) -> None:
    url = f"postgresql://an@127.0.0.1:1/x?password={PASSWORD}"
    path = _file(tmp_path, f'[app]\ndatabase = "{url}"\n' + '[[accounts]]\nname = "a"\nkind = "webchat"\n')
    result = CliRunner().invoke(app, ["check", "--config", str(path)])
    assert result.exit_code == 1
    assert "('127.0.0.1', 1)" in result.stderr
    assert PASSWORD not in result.output


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"postgresql://an@127.0.0.1:1/x?host={PASSWORD}", "app.database"),
        (f"postgresql://an@127.0.0.1:1/x?host=/{PASSWORD}/geheim", "app.database"),
        (f"postgresql://an:geheim-{PASSWORD}@{PASSWORD}/x", "app.database"),
        ("postgresql://an@127.0.0.1:1/x?ssl=verify-full", "root.crt"),
        ("postgresql://an@127.0.0.1:1/x?ssl=verify-ca", "root.crt"),
    ],
)
def test_a_database_out_of_reach_is_told_of_in_a_line_without_what_stands_in_its_url(
    tmp_path: Path, url: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # where the driver looks for a certificate
    path = _file(tmp_path, f'[app]\ndatabase = "{url}"\n[[accounts]]\nname = "a"\nkind = "webchat"\n')
    for command in (["check"], ["run"], ["store", "status"], ["store", "backup", str(tmp_path / "x")]):
        result = CliRunner().invoke(app, [*command, "--config", str(path)])
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit)
        assert told in result.stderr
        assert "Traceback" not in result.output
        assert PASSWORD not in result.output
        assert "geheim" not in result.output


def test_check_shows_no_secret_that_stands_in_a_path(tmp_path: Path) -> None:
    text = f'[app]\ndatabase = "sqlite:///{SECRET}/x.db"\n[[accounts]]\nname = "a"\nkind = "webchat"\n'
    for how in ([], ["--json"]):
        result = CliRunner().invoke(app, ["check", "--config", str(_file(tmp_path, text)), *how])
        assert result.exit_code == 0, result.output
        assert "does not exist yet" in result.output
        assert SECRET not in result.output


def test_a_copy_of_the_example_is_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NHIPCAU_TOKEN_TINH", "123456789:" + "A" * 35)
    path = _file(tmp_path, EXAMPLE.read_text(encoding="utf-8").replace('"content"', f'"{config.CONTENT}"'))
    path.chmod(0o644)
    result = CliRunner().invoke(app, ["check", "--config", str(path)])
    assert result.exit_code == 0, result.output
    assert "holds a secret" not in result.output


def test_check_tells_of_a_secret_that_others_may_read(tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD)
    for mode, told in ((0o644, 1), (0o640, 1), (0o600, 0)):
        path.chmod(mode)
        result = CliRunner().invoke(app, ["check", "--config", str(path)])
        assert result.output.count("holds a secret and is open to others") == told
    path.chmod(0o644)
    path.write_text('[[accounts]]\nname = "a"\nkind = "webchat"\n', encoding="utf-8")
    assert "open to others" not in CliRunner().invoke(app, ["check", "--config", str(path)]).output


ZALO = '[[accounts]]\nname = "xa"\nkind = "zalo_bot"\ntoken = "12345:abcdef"\n'


OA_PAIR = f'{OA_HEAD}refresh_token = "a-refresh-token"\napp_id = "12"\nsecret = "{PASSWORD}"\n'
OTHER_OA = OA_PAIR.removeprefix(WEB).replace('name = "a"', 'name = "b"').replace(SECRET, "another-access")
CROSSED_OA = OTHER_OA.replace("another-access", "a-refresh-token").replace(
    'refresh_token = "a-refresh-token"', 'refresh_token = "another-refresh"'
)
OA = f'{OA_HEAD}oa_secret = "{PASSWORD}"\n'


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (OA.replace('public_url = "https://x.vn"', ""), "accounts.0"),
        (OA_HEAD, "accounts.0"),
        (OA + 'refresh_token = "a-refresh-token"\n', "accounts.0"),
        (OA + 'base_url = "http://api.example.vn"\n', "accounts.0.base_url"),
        (OA + 'signature = "sha1"\n', "accounts.0.signature"),
        (ZALO + 'intake = "hook"\n', "accounts.0.intake"),
        (ZALO + 'base_url = "http://bot.example.vn"\n', "accounts.0.base_url"),
        (ZALO + 'hook_secret = "short"\n', "accounts.0.hook_secret"),
        ('[web]\nlisten = "8080"\n', "web"),
        ('[web]\nlisten = "127.0.0.1:8080"\nport = 1\n', "web"),
        (OA_PAIR + OTHER_OA, "accounts.1.refresh_token"),
        (OA_PAIR + CROSSED_OA, "accounts.1.token"),
        ('[web]\npublic_url = "http://example.vn"\n', "web.public_url"),
        ('[web]\npublic_url = "https://example.vn:abc"\n', "web.public_url"),
        ('[web]\npublic_url = "https://example.vn:99999"\n', "web.public_url"),
        ('[web]\npublic_url = "https://:443"\n', "web.public_url"),
        ('[web]\npublic_url = "https://a..vn"\n', "web.public_url"),
        ('[web]\npublic_url = "https://-"\n', "web.public_url"),
        ('[web]\npublic_url = "https://%41"\n', "web.public_url"),
        ('[web]\npublic_url = "https://1.2.3.400"\n', "web.public_url"),
        ('[web]\nhost = "a b"\n', "web.host"),
        ('[web]\nlisten = "-a:8080"\n', "web.host"),
    ],
)
def test_what_zalo_needs_is_refused_by_key(tmp_path: Path, text: str, key: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as told:
        settings_file.load(file)
    assert [one.key for one in told.value.mistakes] == [key]


def test_listen_is_host_and_port_in_one(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[web]\nlisten = "[::1]:8081"\npublic_url = "https://a.vn/"\n' + ZALO + 'intake = "hook"\n'
    )
    web = settings_file.load(file).web
    assert (web.host, web.port, web.public_url) == ("::1", 8081, "https://a.vn")


def test_what_is_set_holds_for_acts_without_content_too() -> None:
    delivery = config.Delivery(late_limit_hours=1, expiry_hours=2, confirm_above=3)
    privacy = config.Privacy(threshold=7, link_days=8)
    house = bare(config.Settings(delivery=delivery, privacy=privacy))
    assert (house.late_limit_ms, house.expiry_ms, house.ask_above) == (3_600_000, 7_200_000, 3)
    assert (house.threshold, house.link_days) == (7, 8)


@pytest.mark.parametrize(
    "mistake",
    [
        '[privacy]\nthreshold = "five"\n',
        "[quite]\nstart = 1\n",
        "[quiet\n",
        '[app.more]\nowner = ""\n',
        "[delivery]\nlate_limit_hours = 0\n",
        'x = "\\u0000"\n',
    ],
)
def test_a_file_with_mistakes_says_which_database_is_meant(tmp_path: Path, mistake: str) -> None:
    text = f'[app]\ndatabase = "sqlite:///a/b.db" # here\ntimezone = "UTC"\ncontent = "c"\n\n{mistake}'
    settings, wrong = settings_file.for_database(_file(tmp_path, text))
    assert (settings.app.database, settings.app.timezone) == (f"sqlite:///{tmp_path}/a/b.db", "UTC")
    assert wrong is not None


@pytest.mark.parametrize(
    "text",
    [
        '[app]\ndatabse = "sqlite:///a.db"\n',
        '[app]\n# database = "sqlite:///a.db"\n[quiet\n',
        '[app]\ndatabase = "sqlight:///a.db"\n',
        '[web]\ndatabase = "sqlite:///a.db"\n[quiet\n',
        "[quiet\n",
    ],
)
def test_no_other_database_is_meant_where_a_file_with_mistakes_does_not_say(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(SettingsError):
        settings_file.for_database(_file(tmp_path, text))
    assert settings_file.for_database(_file(tmp_path, ""))[1] is None
