"""What somebody gives to a form: a button pressed, words, a file, or what can be no answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: `command` is pick, done, page, skip, keep, back, cancel, drop, stay, send, mend, line, go_on
    or start_over."""

    command: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that are no button of the screen."""

    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """A file, already stored: its `file` row and kind as the value ("photo:12").

    `what`: words for its kind, for who must be told that it is no answer.
    """

    value: str
    name: str
    caption: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """What can be no answer (a sticker, a place on the map); `what`: words for its kind."""

    what: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A message of theirs that was changed after it was sent."""


Input = Pressed | Typed | Given | Other | Edited
