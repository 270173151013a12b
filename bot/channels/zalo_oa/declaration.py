"""What a Zalo Official Account is to the house. What is assumed of it: `docs/zalo.md`."""

import re
from dataclasses import replace
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.channels import secrets, urls
from bot.channels.platform import AccountSettings, Platform, Supplies
from bot.channels.zalo_oa.signature import Variant
from bot.core.delivery.knock import VALUES, Knock, unknown
from bot.core.delivery.quota import Quota
from bot.core.kernel.capabilities import Capabilities, Limits, Photos
from bot.core.kernel.values import DAY_MS, HOUR_MS
from bot.core.ports import Channel

API_URL = "https://openapi.zalo.me"
OAUTH_URL = "https://oauth.zaloapp.com"
RATE = 20.0
"""Messages a second: an app has 4,000 requests a minute over all its accounts."""

BUTTONS = 5
CAPABILITIES = Capabilities(
    text_limit=2000,
    caption_limit=0,
    markup="none",
    buttons=False,
    edit=False,
    documents=True,
    links=False,
)
MEBIBYTE = 1024 * 1024
LIMITS = Limits(
    photos=Photos(bytes=MEBIBYTE, sides=10_000, ratio=20),
    document_bytes=5 * MEBIBYTE,
    buttons=BUTTONS,
    row=1,
    data_bytes=64,
)
_TOKEN = re.compile(r"[\x21-\x7e]{8,4096}")


_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,40}$")]


class Settings(AccountSettings):
    """An Official Account. `token`, `refresh_token`: the first pair, as the console's API Explorer gives it.

    `app_id`, `secret`: the app's, by which the pair is changed for the next. `oa_secret`: by which a delivery
    to {web.public_url}/hook/{name} is known to be Zalo's, in the way of `signature`. With `fresh_hours`, one
    signed longer ago is refused: a clock that is wrong would refuse all of them. `buttons`: they go along
    with the numbered lines. `template`: the number of an approved message, by which who wrote too long ago
    hears, for a fee and at most once in `template_days`, that a briefing waits; `template_data` its fields.
    `quota_messages` a month: what the package allows; 0: any number. `window_days`:
    for so long after they wrote somebody is written to, for `free_hours` at no cost; 0: for ever.
    `base_url`: another server for API and OAuth; over http:// only on this machine.
    """

    token: SecretStr
    refresh_token: SecretStr = SecretStr("")
    app_id: str = ""
    secret: SecretStr = SecretStr("")
    oa_secret: SecretStr = SecretStr("")
    base_url: str = ""
    buttons: bool = False
    signature: Variant = Variant.OA_SECRET
    fresh_hours: int = Field(0, ge=0, le=24 * 30)
    quota_messages: int = Field(0, ge=0, le=10**9)
    window_days: int = Field(7, ge=0, le=3650)
    free_hours: int = Field(48, ge=0, le=24 * 365)
    template: Annotated[str, Field(pattern=r"^[0-9]{0,20}$")] = ""
    template_data: dict[_Name, Annotated[str, Field(max_length=200)]] = Field({}, max_length=20)
    template_days: int = Field(7, ge=1, le=365)

    @field_validator("token", "refresh_token", "secret", "oa_secret")
    @classmethod
    def _one_word(cls, secret: SecretStr) -> SecretStr:
        allowed = "as the console gives it: one word of at least 8 letters, digits and signs"
        return secrets.written(secret, _TOKEN, allowed) if secret.get_secret_value() else secret

    @field_validator("app_id")
    @classmethod
    def _a_number(cls, app_id: str) -> str:
        if not re.fullmatch(r"[0-9]{1,25}|", app_id):
            raise ValueError("the app's number, in quotation marks")
        return app_id

    @field_validator("base_url")
    @classmethod
    def _reached_safely(cls, url: str) -> str:
        return urls.safe(url, API_URL) if url else url

    @field_validator("template_data")
    @classmethod
    def _known_places(cls, data: dict[str, str]) -> dict[str, str]:
        if any(unknown(text) for text in data.values()):
            raise ValueError(f"texts with {', '.join(f'{{{one}}}' for one in sorted(VALUES))}, and no others")
        return data

    @model_validator(mode="after")
    def _can_be_renewed(self) -> "Settings":
        if self.refresh_token.get_secret_value() and not (self.app_id and self.secret.get_secret_value()):
            raise ValueError("app_id and secret beside refresh_token: with them it is changed for the next")
        if not (self.oa_secret.get_secret_value() or self.secret.get_secret_value()):
            raise ValueError("oa_secret, from the console: by it a delivery is known to be Zalo's")
        if self.template_data and not self.template:
            raise ValueError("template beside template_data: the number of the approved message")
        if self.template and not self.window_days:
            raise ValueError("window_days above 0 beside template: at 0 everybody may be written to")
        return self


def address(text: str) -> str:
    """A person's id for this account. Raises ValueError for anything else: phones, links, names."""
    if re.fullmatch(r"[1-9][0-9]{12,19}", text):  # longer than any phone number
        return text
    raise ValueError("an id that Zalo gave this account, of 13 to 20 digits: no phone, no link")


def _make(settings: Settings, supplies: Supplies) -> Channel:
    from bot.channels.http.client import Client
    from bot.channels.zalo_oa.channel import ZaloOaChannel
    from bot.channels.zalo_oa.hook import Hook
    from bot.channels.zalo_oa.renewal import Renewal
    from bot.core.kernel.tokens import Pair

    client = Client(connections=supplies.connections)
    first = Pair(settings.token.get_secret_value(), settings.refresh_token.get_secret_value())
    secret, oa_secret = settings.secret.get_secret_value(), settings.oa_secret.get_secret_value()
    where, fresh = f"{supplies.public_url}/hook/{settings.name}", settings.fresh_hours * HOUR_MS
    oauth = f"{settings.base_url or OAUTH_URL}/v4/oa/access_token"
    return ZaloOaChannel(
        settings.name,
        base_url=settings.base_url or API_URL,
        client=client,
        tokens=Renewal(settings.name, supplies.tokens, first, client, oauth, settings.app_id, secret),
        hook=Hook(where, settings.signature, oa_secret, secret, fresh),
        rate=settings.rate or RATE,
        capabilities=replace(CAPABILITIES, buttons_beside=BUTTONS) if settings.buttons else CAPABILITIES,
    )


def _always(_settings: Settings) -> bool:
    return True


def _account(settings: Settings) -> dict[str, str]:
    tokens = {"token": settings.token, "refresh_token": settings.refresh_token}
    return {key: token.get_secret_value() for key, token in tokens.items()}


def _quota(settings: Settings) -> Quota:
    window, free = settings.window_days * DAY_MS, settings.free_hours * HOUR_MS
    messages = settings.quota_messages or None
    return Quota(messages, both=False, window_ms=window or None, free_ms=free or None)


def _knock(settings: Settings) -> Knock | None:
    if not settings.template:
        return None
    return Knock(settings.template, settings.template_data, settings.template_days * DAY_MS)


PLATFORM = Platform(
    kind="zalo_oa",
    settings=Settings,
    capabilities=CAPABILITIES,
    limits=LIMITS,
    address=address,
    make=_make,
    identity=_account,
    ways=frozenset({"hook"}),
    needs_public_url=_always,
    hooked=_always,
    quota=_quota,
    knock=_knock,
)
