"""What the local chat is to the house: a messenger of our own, for rehearsals and the demo."""

import re

from pydantic import Field

from bot.channels.platform import AccountSettings, Platform, Supplies
from bot.core.kernel.capabilities import Capabilities, Limits, Photos
from bot.core.ports import Channel

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
    """The local chat. `port`: where its page is served on this machine."""

    port: int = Field(8080, ge=0, le=65535)


def address(text: str) -> str:
    """A name in the local chat. Raises ValueError for anything else."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text):
        return text
    raise ValueError("a name in the local chat: letters, digits, - and _")


def _make(settings: Settings, supplies: Supplies) -> Channel:
    from bot.channels.webchat.channel import WebChannel

    return WebChannel(settings.name, supplies.transcript, f"http://127.0.0.1:{settings.port}")


PLATFORM = Platform(
    kind="webchat",
    settings=Settings,
    capabilities=CAPABILITIES,
    limits=LIMITS,
    address=address,
    make=_make,
    keeps_menus=False,
    local=True,
)
