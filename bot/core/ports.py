"""The one seam with several implementations: a channel to a platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from bot.core.delivery.outcome import Outcome
from bot.core.kernel.capabilities import Capabilities, Rates
from bot.core.kernel.richtext import FileKind
from bot.core.kernel.values import ChatId
from bot.core.talk.message import Button, MenuEntry


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a channel sends it: by `handle` where the account has one, else its bytes."""

    name: str
    media_type: str
    kind: FileKind
    handle: str | None = None
    data: bytes | None = field(default=None, repr=False)


class Template(NamedTuple):
    """Words that the platform holds, by their number there, and what stands in their fields."""

    number: str
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One physical message, already fitted to the channel. `text` is in the channel's own markup.

    `picture`: the address of a picture to show with the text, `sound`: of a recording to play in its place;
    the text names the address as well. `template`: said in place of a text.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    upload: Upload | None = None
    picture: str = ""
    sound: str = ""
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class SendPart:
    """Send one part to a chat. `paid`: above the platform's free rate it may cost something."""

    chat_id: ChatId
    part: Part
    paid: bool = False


@dataclass(frozen=True, slots=True)
class EditPart:
    """Replace a message's text and buttons; `part.text` empty: the buttons alone."""

    chat_id: ChatId
    message_id: str
    part: Part


@dataclass(frozen=True, slots=True)
class DeletePart:
    """Take a message out of a chat; one that is gone already is what was wanted."""

    chat_id: ChatId
    message_id: str


@dataclass(frozen=True, slots=True)
class AnswerTap:
    """Answer a button's press (a short notice, at most 200 characters; may be empty)."""

    callback_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SetMenu:
    """Show these commands in one chat, or (chat_id None) to everybody, for an interface language or all."""

    chat_id: ChatId | None
    language: str | None
    menu: tuple[MenuEntry, ...]


Request = SendPart | EditPart | DeletePart | AnswerTap | SetMenu


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """One update as the platform gave it, stored before it is understood: a text that names it and no other
    of its account, and its JSON."""

    key: str
    chat_id: ChatId
    payload: str


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote text (a command is text that begins with "/")."""

    text: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """Somebody pressed a button below message `message_id`."""

    data: str
    message_id: str
    callback_id: str


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody sent a file. `handle` fetches or re-sends it on the same account; size in bytes."""

    handle: str
    name: str
    media_type: str
    kind: FileKind
    size: int
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """The person blocked (`open` False) or unblocked the account.

    `contact`: they did what lets it write to them as a message of theirs would.
    """

    open: bool
    contact: bool = False


NAMED = frozenset(
    {"sticker", "animation", "video", "video_note", "location", "venue", "contact", "poll", "dice", "story"}
    | {"voice", "file", "link"}
)


@dataclass(frozen=True, slots=True)
class Unusable:
    """Nothing we act on: an edit, a group, a kind we do not know, or a malformed update.

    `answer` says whether a person waits for a plain reply. `why` is "an edited message", or names what came:
    "a sticker".
    """

    why: str
    answer: bool = False

    @property
    def kind(self) -> str:
        """What came, in one word: "edited", "sticker"…; "other" for what has no name of its own."""
        if self.why == "an edited message":
            return "edited"
        name = self.why.removeprefix("a ")
        return name if name in NAMED else "other"


Event = Said | Tapped | Shared | Reach | Unusable


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update, understood. `name` is as the person's own profile shows it; `language` BCP-47 or None.

    `album`: by which the platform marks what was sent at once; `before`: so many of it came before this one.
    `message_id`: of words that somebody wrote, where the platform lets us take them out of the chat.
    """

    chat_id: ChatId
    event: Event
    name: str = ""
    language: str | None = None
    album: str = ""
    before: int = 0
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the account is on its platform. `link` is a template with `{code}` for invitations, or None.

    `unreached`: what the platform says of a hook that it was told, and did not reach; "" where it did.
    """

    name: str
    link: str | None = None
    unreached: str = ""


@dataclass(frozen=True, slots=True)
class Followers:
    """Who follows an account, by ids. `whole`: nobody is left out; `problem`: why none could be asked."""

    ids: frozenset[str] = frozenset()
    whole: bool = True
    problem: str = ""


@runtime_checkable
class Followed(Protocol):
    """A channel whose platform tells who follows the account."""

    async def followers(self) -> Followers:
        """Ask page after page, changing nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Examined:
    """What looking at an account told: its name ("" where it is not known), in words what is to be mended,
    and what is good to know. No secrets.
    """

    name: str
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """Updates in the platform's order, perhaps none; `problem` says why a poll failed (no secrets).

    `cursor`: from where the next poll goes on, once these are kept; None: from where this one did.
    """

    updates: Sequence[RawUpdate] = ()
    cursor: str | None = None
    problem: str | None = None
    retry_after: float | None = None
    denied: bool = False


@dataclass(frozen=True, slots=True)
class HookRefusal:
    """A delivery to the hook that is not taken: the HTTP status to answer, and why, for the log.

    `sure`: the platform itself sent it, not somebody who knows no more than the address.
    """

    status: int
    why: str
    sure: bool = False


class Channel(Protocol):
    """One account on one platform. No method raises for what a platform answers: it is in the value.

    `perform` is bounded in time by `deadline` seconds and answers `Uncertain` past it. `hooked`: the
    platform delivers updates to us, and nobody polls it.
    """

    account: str
    kind: str
    capabilities: Capabilities
    rates: Rates

    @property
    def hooked(self) -> bool:
        """Whether the platform delivers updates to us."""
        ...

    async def open(self) -> Identity:
        """Connect and ask who we are. Raises AccountDenied on 401/404, OSError when out of reach."""
        ...

    async def examine(self) -> Examined:
        """Ask who we are and how updates come, and change nothing at the platform."""
        ...

    async def close(self) -> None:
        """Let go of connections. Safe to call twice and before `open`."""
        ...

    async def receive(self, cursor: str | None) -> Received:
        """Wait for updates from `cursor` on (long poll). Confirms to the platform all before it."""
        ...

    def receive_hook(self, headers: Mapping[str, str], body: bytes) -> Received | HookRefusal:
        """Updates that the platform delivered, if it was the platform. Header names are in lower case."""
        ...

    def read(self, payload: str) -> Incoming:
        """Understand a stored update. Pure; never raises: what is malformed is `Unusable`."""
        ...

    async def perform(self, request: Request, deadline: float) -> Outcome:
        """Make one request, once. Never retries."""
        ...

    async def probe(self) -> Outcome:
        """Ask the platform something harmless (`getMe`) to see whether it answers."""
        ...

    async def fetch(self, handle: str, limit: int) -> bytes | None:
        """Download a file somebody sent; None if it is gone or longer than `limit` bytes."""
        ...
