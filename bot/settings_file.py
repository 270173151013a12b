"""A settings file, read and checked: every mistake at once, none with a value that may be a secret."""

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot import accounts as more
from bot.accounts import Found, Site
from bot.channels.platform import AccountSettings
from bot.channels.registry import platform
from bot.channels.settings import Reading, read_accounts, resolved
from bot.config import App, Settings, Web
from bot.content.checks import bounded, toml
from bot.core.kernel.errors import ContentError, SettingsError

LARGEST = 1024 * 1024
EXAMPLE = "config.example.toml"


def load(path: Path, *, accounts: bool = False, secrets: bool = True) -> Settings:
    """Read a settings file; `accounts`: at least one must be set, as for `run`. What is wrong in a file of
    the folder of accounts is in `Settings.folder`, and harms nothing else.

    Without `secrets` the tables that hold some, accounts and web, are left out: for the database alone.

    Raises SettingsError: every mistake with file, key and what is allowed. No value of a text is shown, for
    any may be a secret in the wrong place.
    """
    data = _tables(path)
    if not secrets:
        data = {table: keys for table, keys in data.items() if table not in ("accounts", "web")}
    reading = Reading(str(path))
    found = read_accounts(reading, data.pop("accounts", []))
    web = data.get("web")
    served = isinstance(web, dict) or any(platform(one.kind).local for one in found.values())
    site = Site(served, public=isinstance(web, dict) and bool(web.get("public_url")))
    if isinstance(web, dict) and not resolved(reading, web, "token", "web", Web):
        web.pop("token", None)
    settings = reading.model(Settings, data, "")
    _reached(reading, found, site)
    _one_port(reading, found, isinstance(web, dict))
    if reading.mistakes or settings is None:
        raise SettingsError(reading.mistakes)
    moved, own = _moved(path, settings.app), list(found.values())
    there = more.read(moved.account_files, own, site) if secrets else Found()
    if accounts and not own and not there.accounts and not there.mistakes:
        reading.mistake("accounts", "nothing", "at least one account in a table [[accounts]]")
        raise SettingsError(reading.mistakes)
    return settings.model_copy(update={"app": moved}).with_accounts(own, there)


def _tables(path: Path) -> dict[str, Any]:
    """What stands in the file. Raises SettingsError where it cannot be read."""
    file = str(path)
    try:
        return toml(bounded(path, LARGEST).decode())
    except FileNotFoundError:
        allowed = f"a settings file: copy {EXAMPLE} to {path.name} and fill it in"
        raise SettingsError([ContentError(file, "(file)", "nothing", allowed)]) from None
    except OSError as error:
        found = ContentError(file, "(file)", error.strerror, "a settings file that can be read")
        raise SettingsError([found]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        # The rest may quote what stands there.
        where = re.search(r"line \d+, column \d+|control character in [a-z_.]+", str(error))
        place = where[0] if where else type(error).__name__
        raise SettingsError([ContentError(file, "(file)", place, "TOML in UTF-8")]) from None


def _reached(reading: Reading, accounts: Mapping[str, AccountSettings], site: Site) -> None:
    """Accounts that platforms deliver to need a site, and its address from outside where they have none."""
    for key, one in accounts.items():
        if platform(one.kind).needs_public_url(one) and not site.public:
            named = f"{key}.intake" if "intake" in type(one).model_fields else key
            reading.mistake(named, "hook", "web.public_url, where the platform delivers")
        if platform(one.kind).hooked(one) and not site.served:
            reading.mistake(key, "deliveries awaited", "a table [web]: the site takes them in")


def _moved(path: Path, app: App) -> App:
    """Relative paths are meant from the file's folder."""
    folder = path.resolve().parent
    paths = {
        "content": folder / app.content,
        "data": folder / app.data,
        "account_files": folder / app.account_files,
    }
    return app.model_copy(update={"database": _from(folder, app.database), **paths})


def for_database(path: Path) -> tuple[Settings, ContentError | None]:
    """Settings for what needs the database alone, and what is wrong in the file: the brake works in spite.

    Of a file with mistakes only the database and its folder are gone by, and the time zone where it is one.
    Raises SettingsError where the file does not say which database, for another would be braked.
    """
    try:
        return load(path, secrets=False), None
    except SettingsError as error:
        app = _app_of(path)
        if app is None:
            raise
        return Settings(app=_moved(path, app)), error


def _app_of(path: Path) -> App | None:
    """The database that a file with mistakes names; None where it names none, or that is a mistake itself."""
    try:
        text = bounded(path, LARGEST).decode()
    except (OSError, UnicodeDecodeError):
        return None
    found: dict[str, Any] = {}
    try:
        tables = toml(text).get("app")
        found = tables if isinstance(tables, dict) else {}
    except (tomllib.TOMLDecodeError, RecursionError):
        for line in _lines_of_app(text):
            with suppress(tomllib.TOMLDecodeError):
                found |= toml(line)
    if "database" not in found:
        return None
    for keys in (("database", "data", "timezone"), ("database", "data")):
        with suppress(ValidationError):
            return App.model_validate({key: found[key] for key in keys if key in found})
    return None


def _lines_of_app(text: str) -> list[str]:
    """The lines of the table [app] that give one key a text."""
    table, lines = "", []
    for line in text.splitlines():
        if head := re.fullmatch(r"\s*\[\s*(\w+)\s*\]\s*(#.*)?", line):
            table = head[1]
        elif line.lstrip().startswith("["):
            table = ""
        elif table == "app" and re.match(r"\s*(database|data|timezone)\s*=\s*[\"']", line):
            lines.append(line)
    return lines


def _one_port(reading: Reading, accounts: Mapping[str, AccountSettings], served: bool) -> None:
    """One site serves every local chat: a port that it would not go by is refused, not passed over."""
    ports: set[int] = set()
    for key, one in accounts.items():
        port = getattr(one, "port", None)
        if platform(one.kind).local and isinstance(port, int):
            ports.add(port)
            if served and "port" in one.model_fields_set:
                allowed = "no port here beside the table [web]: one site"
                reading.mistake(f"{key}.port", port, allowed)
            elif not served and len(ports) > 1:
                reading.mistake(f"{key}.port", port, "one port for all local chats: one site")
                return


def _from(folder: Path, database: str) -> str:
    prefix, _, file = database.partition("sqlite:///")
    return database if prefix or not file else f"sqlite:///{folder / file}"
