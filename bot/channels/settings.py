"""Reads tables of the settings file into models, tells every mistake at once, and shows no value in any."""

import os
import re
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from bot.channels.platform import AccountSettings
from bot.channels.registry import platforms
from bot.core.kernel import secrets
from bot.core.kernel.errors import ContentError

M = TypeVar("M", bound=BaseModel)
LONGEST_SECRET = 64 * 1024  # bytes of a file that holds one
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ENVIRONMENT = re.compile(r"[A-Za-z0-9_-]{1,40}")
_NAME_OF_A_KEY = re.compile(r"[A-Za-z_]{1,24}|[0-9]{1,3}")  # no token is written so


class Reading:
    """One file being read: its mistakes so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[ContentError] = []

    def mistake(self, key: str, found: object, allowed: str) -> None:
        """Note what is wrong; `found` must be fit to be shown."""
        self.mistakes.append(ContentError(self.file, key, found, allowed))

    def model(self, model: type[M], data: object, prefix: str) -> M | None:
        """The model made from a table that stands under `prefix`; None, with mistakes noted."""
        try:
            return model.model_validate(data)
        except RecursionError:
            self.mistake(prefix or "(file)", "tables nested too deeply", "a few levels")
        except ValidationError as refusal:
            for error in refusal.errors(include_url=False, include_context=False):
                self._noted(model, error, prefix)
        return None

    def _noted(self, model: type[BaseModel], error: Any, prefix: str) -> None:
        place = [str(part) for part in error["loc"]]
        shown = [part if _NAME_OF_A_KEY.fullmatch(part) else "(hidden)" for part in place]
        key = ".".join([prefix, *shown] if prefix else shown)
        found, allowed = described(error["input"]), error["msg"].removeprefix("Value error, ")
        if error["type"] == "missing":
            found = "nothing"
        elif error["type"] == "extra_forbidden":
            found, allowed = "a key we do not know", f"only {', '.join(_keys(model, place[:-1]))}"
        elif not place:
            found = "keys that do not go together"
        self.mistake(key or "(file)", found, allowed)


def described(value: object) -> object:
    """What was found, without showing what could be a secret: only small numbers and truth values."""
    match value:
        case bool():
            return value
        case int() | float() if abs(value) < 100_000:
            return value
        case int() | float():
            return "a number too large to show"
        case str():
            return f"a text of {len(value)} characters"
        case dict():
            return "a table"
        case list() | tuple():
            return "a list"
        case _:
            return f"a value of kind {type(value).__name__}"


ONE_A_BOT = "one account a bot: each would take the other's messages"
ONCE = "each name once, also without regard to capitals, - and _"


def read_accounts(reading: Reading, tables: object) -> dict[str, AccountSettings]:
    """The accounts by the keys of their tables ("accounts.0"), each read by its platform's own model.

    Mistakes are noted in `reading`; an account that has any is left out.
    """
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        reading.mistake("accounts", described(tables), "tables [[accounts]], in double brackets")
        return {}
    read = {f"accounts.{place}": table for place, table in enumerate(tables)}
    accounts = {key: one for key, table in read.items() if (one := read_account(reading, table, key))}
    names: dict[str, str] = {}
    bots: dict[tuple[str, str], str] = {}
    for key, account in accounts.items():
        other = names.setdefault(spelled(account.name), key)
        if other != key:
            reading.mistake(f"{key}.name", f"the name of {other} again", ONCE)
        for bot, setting in bots_of(account).items():
            other = bots.setdefault(bot, key)
            if other != key:
                reading.mistake(f"{key}.{setting}", f"the bot of {other} again", ONE_A_BOT)
    return accounts


def bots_of(account: AccountSettings) -> dict[tuple[str, str], str]:
    """What names the bot behind an account, its platform and a secret's text, and the setting that says it.

    The text alone counts: one account's token is no other's refresh_token either.
    """
    named = platforms()[account.kind].identity(account)
    return {(account.kind, said): key for key, said in named.items() if said}


def read_account(reading: Reading, table: dict[str, Any], key: str) -> AccountSettings | None:
    """The account of one table, read by its platform's own model; None, with mistakes noted."""
    kind = table.get("kind")
    declared = platforms().get(kind) if isinstance(kind, str) else None
    if declared is None:
        found = described(kind) if "kind" in table else "nothing"
        reading.mistake(f"{key}.kind", found, " or ".join(f"'{one}'" for one in platforms()))
        return None
    table = dict(table)
    hidden = [field for field, info in declared.settings.model_fields.items() if info.annotation is SecretStr]
    missing, other = Reading(reading.file), Reading(reading.file)
    wrong = [field for field in hidden if not resolved(missing, table, field, key, declared.settings)]
    account = other.model(declared.settings, table, key)
    judged = [f"{key}.{field}" for field in wrong]  # why there is no secret is told by `missing`
    reading.mistakes += [one for one in other.mistakes if one.key not in judged] + missing.mistakes
    return None if wrong else account


def resolved(reading: Reading, table: dict[str, Any], field: str, key: str, model: type[BaseModel]) -> bool:
    """Put a secret in its place, from the file, the environment or a file that the environment names."""
    place = f"{key}.{field}"
    written = table.get(field, "")
    if not isinstance(written, str):
        reading.mistake(place, "(hidden)", "a text in quotation marks")
        return False
    value = written.strip()
    variable = _VARIABLE.fullmatch(value)
    if variable is None and value.startswith(
        "${"
    ):  # taken as it stands it would be a secret that all can guess
        reading.mistake(place, "(hidden)", "${VARIABLE}, its name of letters, digits and _ alone")
        return False
    if variable is not None or not value:
        looked_for = variable[1] if variable else f"NHIPCAU_{field.upper()}_{_own(table)}"
        value = os.environ.get(looked_for, "").strip()
        file = os.environ.get(f"{looked_for}_FILE")
        try:
            value = value or (_written(Path(file)) if file else "")
        except (OSError, UnicodeDecodeError):
            reading.mistake(place, f"{looked_for}_FILE", "the name of a file that can be read")
            return False
        if not value and (variable is not None or model.model_fields[field].is_required()):
            shown = secrets.masked(looked_for)
            allowed = f"the secret itself, or {shown} or {shown}_FILE in the environment"
            reading.mistake(place, "nothing", allowed)
            return False
    table.pop(field, None)
    if value:
        secrets.remember(value)
        table[field] = SecretStr(value)
    return True


def _written(path: Path) -> str:
    with path.open("rb") as file:  # were it a device without an end
        return file.read(LONGEST_SECRET).decode().strip()


def spelled(name: str) -> str:
    """A name as variables have it, and disks that know no capitals: "xa-1" and "XA_1" are one."""
    return name.upper().replace("-", "_")


def _own(table: dict[str, Any]) -> str:
    """The account's name as names of environment variables have it."""
    name = table.get("name")
    fit = isinstance(name, str) and _ENVIRONMENT.fullmatch(name)
    return spelled(name) if isinstance(name, str) and fit else "<NAME>"


def _keys(model: type[BaseModel], place: list[str]) -> list[str]:
    """The keys that the table at a place may have."""
    for part in place:
        field = model.model_fields.get(part)
        kinds = [field.annotation, *get_args(field.annotation)] if field else []
        model = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), model)
    return list(model.model_fields)
