"""`account`: the bots and Official Accounts, one by one: added, paused and removed while `run` goes on."""

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from bot import accounts as files
from bot.accounts import NAME, Site, Value
from bot.acts import fleet
from bot.channels.platform import AccountSettings
from bot.channels.registry import platform, platforms
from bot.cli.account_asked import Name, doctor, sync
from bot.cli.common import (
    CONFIG,
    FAILED,
    ConfigOption,
    JsonOption,
    ended,
    refuse,
    settings_of,
    show,
    show_table,
)
from bot.config import Settings
from bot.content.checks import bounded, toml
from bot.core.kernel.errors import SettingsError
from bot.core.people.permissions import OperatorAct
from bot.engine.times import Clock
from bot.stores import as_it_stands

app = typer.Typer(help="Accounts on the platforms: add, pause and remove them; what is wrong with one.")
SOON = "`run` takes it up within seconds"


@app.command()
def add(
    name: Name,
    kind: Annotated[str, typer.Option("--kind", help="Its platform, as `kind` has it in the settings.")],
    secrets: Annotated[
        Path | None,
        typer.Option("--secrets", help="A TOML file with its token and other secrets; - for standard input."),
    ] = None,
    serves: Annotated[
        list[str] | None, typer.Option("--serves", help="A unit whose invitations lead to it; repeat it.")
    ] = None,
    link: Annotated[str, typer.Option("--link", help="Where people open it, for invitations.")] = "",
    options: Annotated[
        list[str] | None, typer.Option("--set", help="Another setting of its platform, KEY=VALUE; repeat it.")
    ] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Add an account in a file of its own beside the settings. Secrets left out come from the environment."""
    settings = settings_of(config)
    if not NAME.fullmatch(name):
        refuse(f"no name for an account: {name!r}; allowed: letters, digits, - and _", kind="account.name")
    if kind not in platforms() or platform(kind).local:
        known = ", ".join(one for one in platforms() if not platform(one).local)
        refuse(f"no platform {kind!r} to add an account of; allowed: {known}", kind="account.kind")
    folder = settings.app.account_files
    if name in {one.name for one in settings.every} or (folder / f"{name}.toml").exists():
        refuse(f"account {name} is there already; allowed: a new name", kind="account.there")
    table: dict[str, Value] = {"kind": kind, **_secrets(secrets), **_options(kind, options or [])}
    table |= {"serves": serves} if serves else {}
    table |= {"link": link} if link else {}
    file = files.write(folder, name, table)
    site = Site(settings.served, bool(settings.web.public_url))
    found = files.read(folder, settings.fixed, site, [one.name for one in settings.every])
    if name in found.wrong:
        file.unlink()
        why = [one for one in found.mistakes if one.file.endswith(f"/{name}.toml")]
        refuse(str(SettingsError(why)), kind="account.wrong")
    ended(_note(settings, OperatorAct.ACCOUNT_ADD, name))
    one = next(one for one in found.accounts if one.name == name)
    show({"account": name, "kind": kind, "file": str(file), "serves": list(one.serves)}, json, _added)


def _secrets(file: Path | None) -> dict[str, Value]:
    """What a file says, or what is piped in; never from a command's words, which others may see."""
    if file is None:
        return {}
    try:
        words = sys.stdin.read(files.LARGEST) if str(file) == "-" else bounded(file, files.LARGEST).decode()
        return {key: value for key, value in toml(words).items() if isinstance(value, str)}
    except (OSError, ValueError, RecursionError) as error:
        # What another error shows could be the secret.
        why = error.strerror if isinstance(error, OSError) else "not as it should be written"
        refuse(f'--secrets: {why}; allowed: lines such as token = "…"', kind="account.secrets")


def _options(kind: str, given: list[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or key not in platform(kind).settings.model_fields:
            refuse("--set: allowed: KEY=VALUE with a setting of its platform", kind="account.setting")
        annotation = platform(kind).settings.model_fields[key].annotation
        if annotation is SecretStr:
            refuse(f"--set {key}: a secret; allowed: in the file of --secrets", kind="account.setting")
        found[key] = value if annotation is str else _valued(value)
    return found


def _valued(text: str) -> Value:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text


def _added(result: dict[str, Any]) -> None:
    typer.echo(f"{result['account']} ({result['kind']}) added in {result['file']}: {SOON}")


@app.command("list")
def listed(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the accounts: whether they work, whom they serve, how many people and messages they have."""
    settings = settings_of(config, accounts=True)
    show(ended(_listed(settings)), json, _print)


async def _listed(settings: Settings) -> list[dict[str, Any]]:
    async with as_it_stands(settings) as database:
        standing = await fleet.standing(database, settings.app.timezone, Clock().now_ms())
    return [_values(settings, one, standing.get(one.name)) for one in settings.every]


def _values(settings: Settings, one: AccountSettings, now: fleet.Standing | None) -> dict[str, Any]:
    quota = platform(one.kind).quota(one)
    state = "paused" if one.paused else "not started" if now is None else now.state
    return {
        "account": one.name,
        "kind": one.kind,
        "state": state,
        "reason": None if now is None or now.state == "open" or one.paused else now.reason,
        "file": None if one in settings.fixed else f"{settings.app.account_files.name}/{one.name}.toml",
        "serves": list(one.serves),
        "people": 0 if now is None else now.people,
        "most_people": None if quota is None else quota.users,
        "messages": 0 if now is None else now.messages,
        "most_messages": None if quota is None else quota.messages,
    }


def _print(rows: list[dict[str, Any]]) -> None:
    shown = [
        (
            one["account"],
            one["kind"],
            one["state"] if not one["reason"] else f"{one['state']}: {one['reason']}",
            ", ".join(one["serves"]),
            f"{one['people']}" if one["most_people"] is None else f"{one['people']} of {one['most_people']}",
            f"{one['messages']}"
            if one["most_messages"] is None
            else f"{one['messages']} of {one['most_messages']}",
        )
        for one in rows
    ]
    show_table(("account", "kind", "state", "serves", "people", "messages this month"), shown)


@app.command()
def pause(name: Name, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Let an account rest: it neither receives nor sends, nothing that waits on it is lost."""
    _rest(name, config, json, paused=True)


@app.command()
def resume(name: Name, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Let a paused account work again."""
    _rest(name, config, json, paused=False)


def _rest(name: str, config: Path, json: bool, *, paused: bool) -> None:
    settings = settings_of(config)
    file = _file(settings, name)
    try:
        files.pause(file, paused)
    except UnicodeDecodeError:
        refuse(f"{file.name} cannot be read; allowed: TOML in UTF-8", kind="account.wrong")
    except OSError as error:
        refuse(f"{file.name}: {error.strerror}", FAILED, "system")
    act = OperatorAct.ACCOUNT_PAUSE if paused else OperatorAct.ACCOUNT_RESUME
    ended(_note(settings, act, name))
    words = "rests" if paused else "works again"
    show({"account": name, "paused": paused}, json, lambda _: typer.echo(f"{name} {words}: {SOON}"))


@app.command()
def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Remove an account and its token. Its members stay, and are reached over their other accounts."""
    settings = settings_of(config)
    file = _file(settings, name)
    if not yes and not (sys.stdin.isatty() and typer.confirm(f"Remove {name}, and its token with it?")):
        refuse(f"{name} stays; allowed: --yes", kind="account.unsure")
    file.unlink()
    ended(_note(settings, OperatorAct.ACCOUNT_REMOVE, name))
    show({"account": name, "removed": True}, json, lambda _: typer.echo(f"{name} is removed: {SOON}"))


def _file(settings: Settings, name: str) -> Path:
    """Where an account stands by itself; else an end that says where it stands."""
    file = settings.app.account_files / f"{name}.toml"
    if not NAME.fullmatch(name) or not file.is_file():
        if name in {one.name for one in settings.fixed}:
            words = f"{name} stands in the settings file: change it there, and start `run` anew"
            refuse(words, kind="account.fixed")
        names = ", ".join(one.name for one in settings.every)
        refuse(f"no account {name}: there are {names or 'none'}", kind="account.unknown")
    return file


async def _note(settings: Settings, act: OperatorAct, name: str) -> None:
    async with as_it_stands(settings) as database:
        await fleet.note(database, act, name, Clock().now_ms())


app.command()(sync)
app.command()(doctor)
