"""What the local chat is to the house: a messenger of our own, for rehearsals and the demo."""

import re
from dataclasses import replace

from pydantic import Field, field_validator

from bot.channels.platform import AccountSettings, Platform, Supplies
from bot.core.kernel.capabilities import Capabilities, Limits, Photos
from bot.core.ports import Channel

# A telephone number, and what programs write for nothing.
_NOBODY = re.compile(r"(?:0|84)[0-9]{9}|0+|none|null|nan|true|false|undefined", re.IGNORECASE)

CAPABILITIES = Capabilities(
    text_limit=4096, caption_limit=1024, markup="html", buttons=True, edit=True, documents=True
)
LIMITS = Limits(
    photos=Photos(bytes=10 * 1024 * 1024, sides=10_000, ratio=20),
    document_bytes=50 * 1024 * 1024,
    buttons=100,
    row=8,
    data_bytes=64,
)


class Settings(AccountSettings):
    """The local chat. `port`: where its page is served on this machine.

    `like`: another platform's kind, whose limits it imitates: what is seen here is what is seen there.
    """

    port: int = Field(8080, ge=0, le=65535)
    like: str = ""

    @field_validator("like")
    @classmethod
    def _of_a_platform(cls, like: str) -> str:
        from bot.channels.registry import platforms

        others = [kind for kind, one in platforms().items() if not one.local]
        if like and like not in others:
            raise ValueError(f"nothing, or one of {', '.join(others)}")
        return like


def address(text: str) -> str:
    """A name in the local chat. Raises ValueError for anything else."""
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}", text) and not _NOBODY.fullmatch(text):
        return text
    raise ValueError("a name in the local chat: letters, digits, - and _; no phone number")


def _make(settings: Settings, supplies: Supplies) -> Channel:
    from bot.channels.webchat.channel import WebChannel

    url = f"http://127.0.0.1:{settings.port}"
    return WebChannel(settings.name, supplies.transcript, url, capabilities=_shown(settings))


def _shown(settings: Settings) -> Capabilities:
    from bot.channels.registry import platforms

    other = platforms().get(settings.like)
    # The page shows its own markup, whatever the other platform writes.
    return CAPABILITIES if other is None else replace(other.capabilities, markup=CAPABILITIES.markup)


PLATFORM = Platform(
    kind="webchat",
    settings=Settings,
    capabilities=CAPABILITIES,
    limits=LIMITS,
    address=address,
    make=_make,
    keeps_menus=False,
    shown=_shown,
    local=True,
)
