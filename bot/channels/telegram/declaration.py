"""What Telegram is to the house: <https://core.telegram.org/bots/api>."""

import re

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.channels import secrets, urls
from bot.channels.platform import AccountSettings, Platform, Supplies
from bot.core.kernel.capabilities import Capabilities, Limits, Photos, Rates
from bot.core.ports import Channel

FREE_RATE = 30.0
"""Messages a second over the account, as Telegram publishes it."""

CAPABILITIES = Capabilities(
    text_limit=4096,
    caption_limit=1024,
    markup="html",
    buttons=True,
    edit=True,
    documents=True,
    delete_s=48 * 3600,  # platforms.md: later it is refused
)
LIMITS = Limits(
    photos=Photos(bytes=10 * 1024 * 1024, sides=10_000, ratio=20),
    document_bytes=50 * 1024 * 1024,
    buttons=100,
    row=8,
    data_bytes=64,
)
_MOST = 2**52  # ids have at most 52 significant bits: core.telegram.org/bots/api#user
_PHONE = re.compile(r"84[35789][0-9]{8}")  # a mobile's with the country's: no id is so high yet
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{3,100}")


class Settings(AccountSettings):
    """A Telegram bot. `paid_rate`: messages a second in place of `rate`, those above 30 being paid for.

    `base_url` ends in /bot: a self-hosted Bot API server; over http:// only on this machine, or with
    `insecure_base_url`. `webhook_url`: where Telegram delivers updates, in place of being polled.
    """

    token: SecretStr
    paid_rate: float | None = Field(None, gt=30, le=1000)
    base_url: str | None = None
    insecure_base_url: bool = False
    proxy: str | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr = SecretStr("")

    @field_validator("token")
    @classmethod
    def _from_botfather(cls, token: SecretStr) -> SecretStr:
        return secrets.written(token, _TOKEN, "the token as BotFather gives it: digits, a colon, letters")

    @field_validator("base_url")
    @classmethod
    def _ends_in_bot(cls, url: str | None) -> str | None:
        if url is not None and (
            not re.fullmatch(r"https?://[^\s?#@/]+(/[^\s?#@:]+)*/bot", url) or not urls.host(url)
        ):
            raise ValueError("a URL that ends in /bot, such as http://127.0.0.1:8081/bot")
        return url

    @field_validator("proxy")
    @classmethod
    def _over_http(cls, url: str | None) -> str | None:
        if url is not None and (not re.fullmatch(r"https?://[^\s/?#]+/?", url) or not urls.host(url)):
            raise ValueError("an http:// or https:// URL, such as http://127.0.0.1:3128")
        return url

    @field_validator("webhook_url")
    @classmethod
    def _over_https(cls, url: str | None) -> str | None:
        if url is not None and (not re.fullmatch(r"https://[^\s?#@]+", url) or not urls.host(url)):
            raise ValueError("an https:// URL that Telegram can reach and that leads to /hook/<account>")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _as_a_header(cls, secret: SecretStr) -> SecretStr:
        return secrets.for_header(secret, 16)

    @model_validator(mode="after")
    def _leads_to_itself(self) -> "Settings":
        _, found, name = (self.webhook_url or "").rpartition("/hook/")
        if found and name != self.name:
            raise ValueError(f"webhook_url of account {self.name} ends in /hook/{self.name}, no other's")
        return self

    @model_validator(mode="after")
    def _token_not_in_the_clear(self) -> "Settings":
        if not (self.base_url or "").startswith("http://") or self.insecure_base_url:
            return self
        if urls.host(self.base_url or "") not in urls.LOOPBACK:
            raise ValueError(
                "base_url over http:// on another machine sends the token in the clear: https://, or "
                "insecure_base_url = true"
            )
        if self.proxy and urls.host(self.proxy) not in urls.LOOPBACK:  # it is asked with the whole address
            raise ValueError(
                "base_url over http:// through a proxy on another machine shows it the token: without "
                "proxy, or insecure_base_url = true"
            )
        return self


def address(text: str) -> str:
    """A person's number. Raises ValueError for anything else: phones, @names, groups, channels."""
    if re.fullmatch(r"[1-9][0-9]{0,15}", text) and int(text) < _MOST and not _PHONE.fullmatch(text):
        return text
    raise ValueError("a person's number on Telegram, such as 123456789: no phone, no @name, no group")


def rates(settings: Settings) -> Rates:
    """How fast an account with these settings writes."""
    return Rates(settings.paid_rate or settings.rate or FREE_RATE, paid=settings.paid_rate is not None)


def _make(settings: Settings, supplies: Supplies) -> Channel:
    # Its library is loaded where it is used.
    from bot.channels.telegram.channel import TelegramChannel
    from bot.channels.telegram.hook import Hook, made_secret

    token = settings.token.get_secret_value()
    secret = settings.webhook_secret.get_secret_value() or made_secret(token)
    return TelegramChannel(
        settings.name,
        token,
        rate=settings.rate,
        paid_rate=settings.paid_rate,
        base_url=settings.base_url,
        proxy=settings.proxy,
        connections=supplies.connections,
        hook=Hook(settings.webhook_url, secret) if settings.webhook_url else None,
    )


def _is_paid(settings: Settings) -> bool:
    return settings.paid_rate is not None


def _hooked(settings: Settings) -> bool:
    return settings.webhook_url is not None


def _number(settings: Settings) -> str:
    return settings.token.get_secret_value().partition(":")[0]


def _bot(settings: Settings) -> dict[str, str]:
    return {"token": _number(settings)}


PLATFORM = Platform(
    kind="telegram",
    settings=Settings,
    capabilities=CAPABILITIES,
    limits=LIMITS,
    address=address,
    make=_make,
    paid=_is_paid,
    identity=_bot,
    bot=_number,
    hooked=_hooked,
    ways=frozenset({"poll", "hook"}),
    secrets=(r"(?<=/bot)\d+(?::|%3a)[^/\s'\"]+", r"(?<![\w.:])\d{3,20}:[a-z0-9_-]{16,100}"),
    loggers=("telegram", "httpx", "httpcore"),
)
