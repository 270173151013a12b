"""Settings: one TOML file, secrets from the environment or files. The only home of defaults."""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from bot.content.checks import validated
from bot.core.kernel.errors import ContentError

CONTENT = Path(__file__).resolve().parent.parent / "content"
LARGEST = 1024 * 1024
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Section(BaseModel):
    """A table of the settings file: no key we do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class App(Section):
    """The deployment. Relative paths are meant from the settings file's folder.

    `data`: where a PostgreSQL store keeps what must stay outside it; SQLite keeps it beside its own file.
    """

    database: str = "sqlite:///data/nhipcau.db"
    data: Path = Path("data")
    content: Path = CONTENT
    timezone: str = "Asia/Ho_Chi_Minh"
    owner: str = Field("Ban Tuyên giáo và Dân vận", min_length=1, max_length=200)

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("an IANA time zone such as Asia/Ho_Chi_Minh") from None
        return name


class Privacy(Section):
    """`threshold`: the smallest group a total shows. `link_days`: how long a report keeps its author."""

    threshold: int = Field(5, ge=1, le=1000)
    link_days: int = Field(90, ge=0, le=3650)


class Delivery(Section):
    """`late_limit_hours`: how late an occurrence may still go out. `expiry_hours`: when a run gives up.

    `confirm_above`: above so many recipients the count is typed back. `window`: deliveries claimed at once,
    two thirds of them with the platform.
    """

    late_limit_hours: float = Field(6, ge=0, le=24 * 365)
    expiry_hours: float = Field(72, gt=0, le=24 * 365)
    confirm_above: int = Field(50, ge=0)
    window: int = Field(384, ge=1, le=4096)


class AccountSettings(Section):
    """One bot on one platform. `rate` in messages a second; `base_url` ends in /bot (Telegram only).

    `paid_rate`: messages a second in place of `rate`, where those above 30 are paid for (Telegram only).
    `token`: the value itself or "${VARIABLE}"; where it is left out, NHIPCAU_TOKEN_<NAME> or the file that
    NHIPCAU_TOKEN_<NAME>_FILE names is read.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    kind: Literal["telegram", "webchat"]
    token: SecretStr = SecretStr("")
    rate: float | None = Field(None, gt=0, le=100_000)
    paid_rate: float | None = Field(None, gt=30, le=1000)
    base_url: str | None = None
    proxy: str | None = None
    port: int = Field(8080, ge=0, le=65535)

    @field_validator("base_url")
    @classmethod
    def _ends_in_bot(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"https?://[^\s?#]+/bot", url):
            raise ValueError("a URL that ends in /bot, such as http://127.0.0.1:8081/bot")
        return url

    @model_validator(mode="after")
    def _own_keys(self) -> "AccountSettings":
        for key in ("base_url", "paid_rate"):
            if self.kind != "telegram" and getattr(self, key) is not None:
                raise ValueError(f"{key} is for accounts of kind telegram")
        return self


class Settings(Section):
    """Everything that is set."""

    app: App = App()
    privacy: Privacy = Privacy()
    delivery: Delivery = Delivery()
    accounts: tuple[AccountSettings, ...] = ()

    @model_validator(mode="after")
    def _names_once(self) -> "Settings":
        names = [account.name for account in self.accounts]
        if len(set(names)) < len(names):
            raise ValueError("each account's name once")
        return self


def load(path: Path) -> Settings:
    """Read a settings file. Raises ContentError that names file, key, what was found and what is allowed."""
    try:
        raw = path.read_bytes()
        data = tomllib.loads(raw[: LARGEST + 1].decode())
    except OSError as error:
        raise ContentError(str(path), "(file)", error.strerror, "a settings file that can be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ContentError(str(path), "(file)", str(error)[:200], "TOML in UTF-8") from None
    settings = validated(Settings, _hidden(data), str(path))
    folder = path.resolve().parent
    app = settings.app
    paths = {"content": folder / app.content, "data": folder / app.data}
    moved = app.model_copy(update={"database": _from(folder, app.database), **paths})
    accounts = tuple(
        _with_token(account, place, str(path)) for place, account in enumerate(settings.accounts)
    )
    return settings.model_copy(update={"app": moved, "accounts": accounts})


def _hidden(data: dict[str, Any]) -> dict[str, Any]:
    """The same data with tokens out of sight: an error shows what it found."""
    accounts = data.get("accounts")
    for account in accounts if isinstance(accounts, list) else ():
        if isinstance(account, dict) and "token" in account:
            found = account["token"]
            account["token"] = SecretStr(found if isinstance(found, str) else "(not text)")
    return data


def _from(folder: Path, database: str) -> str:
    prefix, _, file = database.partition("sqlite:///")
    return database if prefix or not file else f"sqlite:///{folder / file}"


def _with_token(account: AccountSettings, place: int, file: str) -> AccountSettings:
    if account.kind != "telegram":
        return account
    key = f"accounts.{place}.token"
    written = account.token.get_secret_value().strip()
    variable = _VARIABLE.fullmatch(written)
    if written and variable is None:
        return _checked(account, written, file, key)
    name = variable[1] if variable else f"NHIPCAU_TOKEN_{account.name.upper().replace('-', '_')}"
    value = os.environ.get(name, "").strip()
    if not value and os.environ.get(f"{name}_FILE"):
        secret = Path(os.environ[f"{name}_FILE"])
        try:
            value = secret.read_text().strip()
        except (OSError, UnicodeDecodeError):
            raise ContentError(file, key, f"{name}_FILE={secret}", "a file that can be read") from None
    if not value:
        raise ContentError(file, key, "nothing", f"a token, or {name} or {name}_FILE in the environment")
    return _checked(account, value, file, key)


def _checked(account: AccountSettings, token: str, file: str, key: str) -> AccountSettings:
    # The token itself is never shown, not even a wrong one.
    if not re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]{3,100}", token):
        raise ContentError(file, key, "(hidden)", "the token as BotFather gives it: digits, a colon, letters")
    return account.model_copy(update={"token": SecretStr(token)})
