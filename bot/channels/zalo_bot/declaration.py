"""What the Zalo Bot Platform is to the house. What is assumed of it: `docs/zalo.md`."""

import re
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from bot.channels import secrets, urls
from bot.channels.platform import AccountSettings, Platform, Supplies
from bot.core.delivery.quota import Quota
from bot.core.kernel.capabilities import Capabilities, Limits, Photos
from bot.core.ports import Channel

BASE_URL = "https://bot-api.zaloplatforms.com"
RATE = 5.0
"""Messages a second. Zalo publishes no rate; a refusal teaches the limiter."""

POLLED = (
    "its events are polled, which is for trying out: one a second at most, and what people write while `run` "
    'is not up may be lost; with web.public_url and intake = "hook" Zalo delivers them'
)
CAPABILITIES = Capabilities(
    text_limit=2000,
    caption_limit=2000,
    markup="html",
    buttons=False,
    edit=False,
    documents=False,
    links=False,
    pictures_by_address=True,
    sounds_by_address=frozenset({"audio/aac"}),
)
LIMITS = Limits(
    photos=Photos(bytes=5 * 1024 * 1024, sides=10_000, ratio=20),
    document_bytes=0,
    buttons=0,
    row=0,
    data_bytes=64,
)
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{3,200}")


class Settings(AccountSettings):
    """A bot made with Zalo Bot Manager.

    `intake`: "hook", where Zalo delivers to {web.public_url}/hook/{name}, or "poll", for trying out; left
    out: hook where there is a public address. `hook_secret`: by which a delivery is known to be Zalo's.
    `base_url`: another server with the same interface; over http:// only on this machine. `quota_messages` a
    month, in the directions of `quota_counts`, and `quota_users`: what the plan allows; 0: any number.
    """

    token: SecretStr
    base_url: str = BASE_URL
    intake: Literal["hook", "poll"] | None = None
    hook_secret: SecretStr = SecretStr("")
    quota_messages: int = Field(3000, ge=0, le=10**9)
    quota_users: int = Field(50, ge=0, le=10**9)
    quota_counts: Literal["both", "sent"] = "both"

    @field_validator("token")
    @classmethod
    def _from_the_manager(cls, token: SecretStr) -> SecretStr:
        allowed = "the token as Zalo Bot Manager gives it: digits, a colon, letters"
        return secrets.written(token, _TOKEN, allowed)

    @field_validator("base_url")
    @classmethod
    def _reached_safely(cls, url: str) -> str:
        return urls.safe(url, BASE_URL)

    @field_validator("hook_secret")
    @classmethod
    def _as_a_header(cls, secret: SecretStr) -> SecretStr:
        return secrets.for_header(secret, 8)


def address(text: str) -> str:
    """A person's id for this bot. Raises ValueError for anything else: phones, links, names."""
    if re.fullmatch(r"[0-9a-f]{16,64}", text):  # longer than any phone number
        return text
    raise ValueError("an id that Zalo gave this bot, such as 2f7a4c…: no phone, no link")


def hooked(settings: Settings, public_url: str) -> bool:
    """Whether Zalo delivers to us."""
    return (settings.intake or ("hook" if public_url else "poll")) == "hook"


def _make(settings: Settings, supplies: Supplies) -> Channel:
    from bot.channels.zalo_bot.channel import ZaloBotChannel
    from bot.channels.zalo_bot.hook import Hook, made_secret

    token = settings.token.get_secret_value()
    secret = settings.hook_secret.get_secret_value() or made_secret(token)
    hook = Hook(f"{supplies.public_url}/hook/{settings.name}", secret)
    return ZaloBotChannel(
        settings.name,
        token,
        rate=settings.rate or RATE,
        base_url=settings.base_url,
        connections=supplies.connections,
        hook=hook if hooked(settings, supplies.public_url) else None,
    )


def _polled(settings: Settings, public_url: str) -> str:
    return "" if hooked(settings, public_url) else POLLED


def _needs_public_url(settings: Settings) -> bool:
    return settings.intake == "hook"


def _number(settings: Settings) -> str:
    return settings.token.get_secret_value().partition(":")[0]


def _bot(settings: Settings) -> dict[str, str]:
    return {"token": _number(settings)}


def _quota(settings: Settings) -> Quota:
    both = settings.quota_counts == "both"
    return Quota(settings.quota_messages or None, both, settings.quota_users or None)


PLATFORM = Platform(
    kind="zalo_bot",
    settings=Settings,
    capabilities=CAPABILITIES,
    limits=LIMITS,
    address=address,
    make=_make,
    identity=_bot,
    bot=_number,
    ways=frozenset({"poll", "hook"}),
    needs_public_url=_needs_public_url,
    quota=_quota,
    remark=_polled,
    secrets=(r"(?<=/bot)\d+(?::|%3a)[^/\s'\"]+",),
)
