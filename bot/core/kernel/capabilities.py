"""What a channel declares of its platform: what it can show, and how fast it may be written to."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can show. Lengths in UTF-16 units, after entities are taken out.

    `markup` is what `rich` text is written in: "html" for the subset that render.py writes, or "none".
    `links`: words can lead somewhere; else an address is written out beside them. `caption_limit` 0: a file
    goes alone. `buttons_beside`: so many buttons go along with numbered lines, where nobody can rely on them.
    `pictures_by_address`: a picture is shown from where it lies, which the platform reads itself;
    `sounds_by_address`: so are recordings of these media types.
    `delete_s`: so many seconds after it was sent a message can be taken out of its chat; 0: it cannot.
    """

    text_limit: int
    caption_limit: int
    markup: Literal["html", "none"]
    buttons: bool
    edit: bool
    documents: bool
    links: bool = True
    buttons_beside: int = 0
    delete_s: int = 0
    pictures_by_address: bool = False
    sounds_by_address: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Photos:
    """Pictures shown as such: at most so many bytes, width + height in pixels, long side to short side."""

    bytes: int
    sides: int
    ratio: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes: files by size, buttons below a message and in a row, bytes of a tap's data."""

    photos: Photos
    document_bytes: int
    buttons: int
    row: int
    data_bytes: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages a second that a platform bears: over the account, to one private chat, to one group.

    `chat_burst` messages may follow one another at once in a private chat. `paid`: the account's rate is
    above the free one, and a run's messages say that they are paid for.
    """

    account: float
    chat: float = 1.0
    chat_burst: int = 5
    group: float = 20 / 60
    paid: bool = False
