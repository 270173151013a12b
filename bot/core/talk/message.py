"""One thing to say: its text, its buttons, its file; and the entries of a menu."""

from dataclasses import dataclass
from hashlib import sha256

from bot.core.kernel.richtext import FileKind, Text
from bot.core.kernel.values import Frozen
from bot.core.talk.tap import Tap


class Button(Frozen):
    """A choice under a message. `data` comes back when it is pressed (at most 64 bytes of UTF-8)."""

    label: str
    data: str = ""
    url: str | None = None

    @classmethod
    def of(cls, label: str, tap: Tap) -> "Button":
        """A button that asks for what the tap says."""
        return cls(label=label, data=tap.encode())


class Attachment(Frozen):
    """A file to go with a message: the row of table `file`, and how it is shown."""

    file_id: int
    kind: FileKind = "document"


class Message(Frozen):
    """One thing to say. Rows of buttons stand below the last part; an attachment goes first."""

    text: Text = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachment: Attachment | None = None

    def fingerprint(self) -> str:
        """What it says, in 64 hexadecimal digits (SHA-256)."""
        return sha256(self.model_dump_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One command of the platform's menu: without slash, and what it does."""

    command: str
    description: str
