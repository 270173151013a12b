"""What a platform declares of itself: settings, limits, addresses, and how an account of it is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.channels.tokens import TokenStore
from bot.channels.transcript import Transcript
from bot.core.delivery.knock import Knock
from bot.core.delivery.quota import Quota
from bot.core.kernel.capabilities import Capabilities, Limits
from bot.core.ports import Channel


class AccountSettings(BaseModel):
    """One bot on one platform. `rate`: messages a second, the platform's own where it is left out.

    `paused`: it neither receives nor sends. `serves`: codes of units; invitations into them, and below, lead
    to it. `link`: where people open it, where its platform has no links that carry a code.

    A platform's own model adds its keys; a key of type SecretStr may be written "${VARIABLE}", or left out
    and given as NHIPCAU_<KEY>_<NAME> or in the file that NHIPCAU_<KEY>_<NAME>_FILE names.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    kind: str
    rate: float | None = Field(None, ge=0.1, le=100_000)
    paused: bool = False
    serves: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")], ...] = Field((), max_length=500)
    link: str = Field("", max_length=300, pattern=r"^(https://[^\s]+)?$")


@dataclass(frozen=True, slots=True)
class Supplies:
    """What an account gets from the house. `connections`: for sending, at most.

    `public_url`: where the site is reached from outside, without a slash at its end; empty: nowhere.
    """

    transcript: Transcript
    tokens: TokenStore
    connections: int = 256
    public_url: str = ""


def _no(_settings: Any) -> bool:
    return False


def _none(_settings: Any) -> None:
    return None


def _nobody(_settings: Any) -> str:
    return ""


def _unremarked(_settings: Any, _public_url: str) -> str:
    return ""


def _nothing(_settings: Any) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform. What the house knows of it, it knows from here.

    `address` gives a private person's address as it is kept, and raises ValueError with what is allowed.
    `shown`: what an account with these settings can show, where that is not `capabilities`.
    `make` makes a channel of an account's settings. `paid` says whether the account's broadcasts cost
    something, `identity` the settings that name the bot itself, by their keys (no two accounts may share
    one), `bot` what stays the bot's own whatever its token; "": nothing does. `ways`: how messages come in.
    `keeps_menus`: the platform remembers what menu a chat shows. `local`: a messenger of our own on this
    machine, which needs no account anywhere. `needs_public_url`: an account with these settings cannot work
    where the site is reached from nowhere; `hooked`: nor where there is no site. `quota`: how many messages
    and people it lets an account have. `knock`: by what template somebody who may not be written to hears
    that something waits. `remark`: what is good to know of an account with these settings, in words, where
    the site's public address is this; "": nothing. `secrets`: regular expressions of its tokens. `loggers`:
    libraries' loggers that would write tokens or texts.
    """

    kind: str
    settings: type[AccountSettings]
    capabilities: Capabilities
    limits: Limits
    address: Callable[[str], str]
    make: Callable[[Any, Supplies], Channel]
    ways: frozenset[Literal["poll", "hook"]] = frozenset({"poll"})
    paid: Callable[[Any], bool] = _no
    shown: Callable[[Any], Capabilities] | None = None
    identity: Callable[[Any], Mapping[str, str]] = _nothing
    bot: Callable[[Any], str] = _nobody
    keeps_menus: bool = True
    local: bool = False
    needs_public_url: Callable[[Any], bool] = _no
    hooked: Callable[[Any], bool] = _no
    quota: Callable[[Any], Quota | None] = _none
    knock: Callable[[Any], Knock | None] = _none
    remark: Callable[[Any, str], str] = _unremarked
    secrets: tuple[str, ...] = ()
    loggers: tuple[str, ...] = ()

    def shows(self, settings: Any) -> Capabilities:
        """What an account with these settings can show."""
        return self.capabilities if self.shown is None else self.shown(settings)
