"""Settings, the only home of their defaults. `bot.settings_file` reads them."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    SerializeAsAny,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.accounts import Found
from bot.channels.platform import AccountSettings
from bot.channels.registry import platform
from bot.channels.urls import can_be, host
from bot.core.kernel.characters import sanitise
from bot.core.kernel.errors import StorageError
from bot.core.schedule.quiet import LONGEST_NIGHT, leaves_a_day
from bot.storage.addresses import parse_url

CONTENT = Path(__file__).resolve().parent.parent / "content"
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Section(BaseModel):
    """A table of the settings file: no key we do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _no_number(cls, value: Any, info: ValidationInfo) -> Any:
        wanted = cls.model_fields[info.field_name].annotation if info.field_name else None
        if isinstance(value, bool) and wanted in (int, float):
            raise ValueError("a number: true and false are none")
        return value


class App(Section):
    """The deployment. Relative paths are meant from the settings file's folder.

    `data`: where a PostgreSQL store keeps what must stay outside it; SQLite keeps it beside its own file.
    `account_files`: a folder of accounts in files of their own, which `run` takes up while it runs.
    `contact`: whom the consent text names for questions about data; left out: the unit's administrator.
    """

    database: str = "sqlite:///data/nhipcau.db"
    data: Path = Path("data")
    content: Path = CONTENT
    account_files: Path = Path("accounts.d")
    timezone: str = "Asia/Ho_Chi_Minh"
    owner: str = Field("Ban Tuyên giáo và Dân vận", min_length=1, max_length=200)
    contact: str = Field("", max_length=200)

    @field_validator("database")
    @classmethod
    def _of_a_kind(cls, url: str) -> str:
        try:
            parse_url(url)
        except StorageError as error:
            raise ValueError(str(error)) from None
        return url

    @field_validator("owner", "contact")
    @classmethod
    def _in_a_line(cls, text: str, info: ValidationInfo) -> str:
        line = " ".join(sanitise(text).split())
        if not line and (text or info.field_name == "owner"):
            raise ValueError("words that can be seen")
        return line

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("an IANA time zone such as Asia/Ho_Chi_Minh") from None
        return name


class Privacy(Section):
    """`threshold`: the smallest group a total shows. `link_days`: how long a report keeps its author.

    `request_days`: how long a request to join keeps name and chat of who is not in, and an update that could
    not be handled its words.
    """

    threshold: int = Field(5, ge=3, le=1000)
    link_days: int = Field(90, ge=0, le=3650)
    request_days: int = Field(14, ge=1, le=365)


class Reporting(Section):
    """How long a report may wait unread, by urgency: then its desk is rung for, `rings` times, then the next.

    `alert_reports`: so many that agree within `alert_days` are an alarm, and never fewer than the threshold.
    `prompt_day`: when reporters are asked for the week's report ("" never), at `prompt_time`.
    `question_hours`: how long a question may wait unanswered; then as with reports.
    """

    urgent_minutes: int = Field(30, ge=1, le=24 * 60)
    soon_hours: int = Field(24, ge=1, le=24 * 30)
    ordinary_days: int = Field(7, ge=1, le=90)
    question_hours: int = Field(24, ge=1, le=24 * 30)
    rings: int = Field(2, ge=1, le=10)
    alert_reports: int = Field(10, ge=3, le=10_000)
    alert_days: int = Field(7, ge=1, le=90)
    prompt_day: str = Field("friday", pattern=f"^({'|'.join(('', *WEEKDAYS))})$")
    prompt_time: str = Field("15:00", pattern=CLOCK)


class Delivery(Section):
    """`late_limit_hours`: how late an occurrence may still go out. `expiry_hours`: when a run gives up.
    `fetch_days`: for so long who could not be written to gets it when they write.

    `confirm_above`: above so many recipients the count is typed back. `window`: deliveries claimed at once,
    two thirds of them with the platform. `approval`: broadcasts need another person's approval, where their
    unit did not choose otherwise. `addenda_hours`: until so long before a broadcast goes out units below its
    issuer may add to it.
    """

    late_limit_hours: float = Field(6, ge=0.25, le=24 * 365)  # a clock that jumped is doubted for ten minutes
    expiry_hours: float = Field(72, ge=1, le=24 * 365)
    fetch_days: int = Field(30, ge=1, le=365)
    confirm_above: int = Field(50, ge=0)
    approval: bool = False
    addenda_hours: float = Field(2, ge=0, le=24 * 30)
    window: int = Field(384, ge=1, le=4096)

    @model_validator(mode="after")
    def _in_time(self) -> "Delivery":
        if self.late_limit_hours > self.expiry_hours:
            raise ValueError("late_limit_hours at most expiry_hours: what began later would end at once")
        return self


class Reminders(Section):
    """Who has not read is reminded at most `most` times, between two hours, `apart_hours` apart.

    By themselves, where a broadcast says so: the first `after_hours` after it went out; `deadline_hours`
    after it the administrators of a unit hear of who has not read it.
    """

    most: int = Field(3, ge=0, le=20)
    from_hour: int = Field(8, ge=0, le=23)
    until_hour: int = Field(20, ge=1, le=24)
    apart_hours: float = Field(12, ge=1, le=24 * 30)
    after_hours: float = Field(24, ge=1, le=24 * 90)
    deadline_hours: float = Field(48, ge=1, le=24 * 90)

    @model_validator(mode="after")
    def _in_order(self) -> "Reminders":
        if self.from_hour >= self.until_hour:
            raise ValueError("from_hour is before until_hour")
        return self


class Quiet(Section):
    """When nothing but urgent news and what is sent at once goes out: what falls there is deferred.

    `start`, `end`: the night, from one to the other, "HH:MM"; equal, there is none.
    """

    start: str = Field("21:00", pattern=CLOCK)
    end: str = Field("06:00", pattern=CLOCK)
    weekends: bool = True
    holidays: bool = True

    @model_validator(mode="after")
    def _leaves_a_day(self) -> "Quiet":
        start, end = (int(one[:2]) * 60 + int(one[3:]) for one in (self.start, self.end))
        if not leaves_a_day(start, end):
            raise ValueError(f"a night of at most {LONGEST_NIGHT // 60} hours: nothing would find its time")
        return self


class Web(Section):
    """The site: chats, hooks, health and metrics. Without this table it is served for a local chat alone.

    `host`: the address to listen at; `listen`: both in one, "HOST:PORT". `public_url`: where the site is
    reached from outside, over https://. `token` (may be "${VARIABLE}"): the bearer token for /metrics and
    /health/ready; without one they are answered on this machine alone.
    """

    listen: str = ""
    host: str = Field("127.0.0.1", min_length=1, max_length=45)
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    token: SecretStr = SecretStr("")

    @model_validator(mode="before")
    @classmethod
    def _listening(cls, data: Any) -> Any:
        listen = data.get("listen") if isinstance(data, dict) else None
        if not isinstance(listen, str) or not listen:
            return data
        host, _, port = listen.rpartition(":")
        if not host or not re.fullmatch(r"[0-9]{1,5}", port) or {"host", "port"} & data.keys():
            raise ValueError("listen as HOST:PORT, and neither host nor port beside it")
        return {**data, "host": host.strip("[]"), "port": int(port)}

    @field_validator("host")
    @classmethod
    def _can_be(cls, host: str) -> str:
        if not can_be(host):
            raise ValueError("an address or a name of this machine, such as 127.0.0.1, ::1 or localhost")
        return host

    @field_validator("public_url")
    @classmethod
    def _from_outside(cls, url: str) -> str:
        here = r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?"
        if url and (host(url) is None or not re.fullmatch(rf"(https://[^\s/?#@]+|{here})(/[^\s?#]*)?", url)):
            raise ValueError("an https:// URL that leads to this site")
        return url.rstrip("/")


class Settings(Section):
    """Everything that is set. `accounts`: each in the model that its platform declares."""

    app: App = App()
    privacy: Privacy = Privacy()
    delivery: Delivery = Delivery()
    reporting: Reporting = Reporting()
    reminders: Reminders = Reminders()
    quiet: Quiet = Quiet()
    web: Web = Web()
    accounts: tuple[SerializeAsAny[AccountSettings], ...] = ()
    _every: tuple[AccountSettings, ...] = PrivateAttr(())
    _folder: Found = PrivateAttr(Found())

    @property
    def every(self) -> tuple[AccountSettings, ...]:
        """The accounts, paused ones too."""
        return self._every or self.accounts

    @property
    def folder(self) -> Found:
        """What the folder of accounts holds."""
        return self._folder

    @property
    def fixed(self) -> tuple[AccountSettings, ...]:
        """The accounts of this file, paused ones too: a restart alone changes them."""
        return tuple(one for one in self.every if one not in self._folder.accounts)

    @property
    def served(self) -> bool:
        """Whether there is a site."""
        local = any(platform(one.kind).local for one in self.accounts)
        return local or "web" in self.model_fields_set

    def with_accounts(self, fixed: Sequence[AccountSettings], found: Found) -> "Settings":
        """The same with these accounts: those of the file, and of the folder."""
        every = (*fixed, *found.accounts)
        made = self.model_copy(update={"accounts": tuple(one for one in every if not one.paused)})
        made._every, made._folder = every, found
        return made
