"""Raw updates as the platform might give them, and as it never should."""

import json
import random
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.core.kernel.filetypes import LARGEST_FILE
from tests.acceptance.fuzz.corpus import PURPOSES, bars
from tests.acceptance.fuzz.malformed import bend, unusable
from tests.acceptance.fuzz.words import Vocabulary

KINDS = bars("photo|document|audio|voice|video|sticker|contact|location")
MIME = (*bars("image/jpeg|application/pdf|text/html|a/b; c=d||../x|audio/ogg"), "\r\nX: y", "x" * 300)
NAMES = (
    *bars(r"tờ tin.pdf|../../etc/passwd|a\b.exe|=cmd'/c'!A1.csv||."),
    "x" * 500 + ".pdf",
    "\u202efdp.exe",
)
SIZES = (0, 1, 1000, LARGEST_FILE, LARGEST_FILE + 1, 2**31, 2**40, 2**63 - 1, -1)


@dataclass
class Person:
    """Somebody with a chat. `screen`: the buttons of the last message, `taps`: all they were shown lately.

    `phones`: writes numbers of people where words are asked for.
    """

    chat_id: int
    name: str
    language: str | None
    keen: bool = False
    phones: bool = False
    screen: list[tuple[str, int]] = field(default_factory=list)
    taps: deque[tuple[str, int]] = field(default_factory=lambda: deque(maxlen=24))

    def as_sender(self) -> dict[str, Any]:
        """The person as `from`."""
        who = {"id": self.chat_id, "is_bot": False, "first_name": self.name}
        return who if self.language is None else {**who, "language_code": self.language}


class Source:
    """Makes batches. Each update takes the next number; a repeated one keeps its own."""

    def __init__(
        self, rng: random.Random, people: list[Person], words: Vocabulary, files: dict[str, list[str]]
    ) -> None:
        self.rng = rng
        self.people = people
        self.words = words
        self.files = files
        self.number = 730_000_000
        self.held: list[dict[str, Any]] = []  # made, and to come later than its turn
        self.sent: deque[Any] = deque(maxlen=500)
        self.numbers: set[int] = set()  # all that were given out with a number that can be read
        self.repeated = 0
        self.bent: set[str] = set()  # the ids of taps that were bent
        self._kinds: tuple[tuple[int, Callable[[Person], Any]], ...] = (
            (300, self._said),
            (300, self._tap),
            (100, self._onward),
            (70, self._file),
            (70, self._mutated),
            (30, self._edited),
            (15, self._standing),
            (15, self._group),
            (15, self._unknown),
            (12, self._malformed),
        )

    def batch(self, count: int) -> str:
        """The `result` of one poll, as JSON: numbered in order, some repeated, late or out of order."""
        made: list[Any] = []
        last = 0
        for _ in range(count):
            if self.sent and self.rng.random() < 0.02:
                self.repeated += 1
                made.append(self.rng.choice(self.sent))
                last = 0
                continue
            update = self._one()
            if _number(update) is None and last != self.number - 1:
                continue  # what has no number goes by its turn, so it needs a neighbour
            if _number(update) is not None and self.rng.random() < 0.01:
                self.held.append(update)
                continue
            last = self.number
            made.append(update)
            self.numbers.add(self.number)
            if _number(update) is not None:
                self.sent.append(update)
        return json.dumps(self._disordered(made))

    def _disordered(self, made: list[Any]) -> list[Any]:
        if self.held and self.rng.random() < 0.5:
            late = self.held.pop(0)
            self.numbers.add(late["update_id"])
            made = [late, *made]
        if self.rng.random() < 0.1 and all(_number(one) is not None for one in made):
            self.rng.shuffle(made)
        return made

    def _one(self) -> Any:
        self.number += 1
        kinds, makers = [weight for weight, _ in self._kinds], [make for _, make in self._kinds]
        who = self.rng.choice(self.people)
        # Some mean it, most of the time: somebody has to come to the end of a form.
        if who.keen and self.rng.random() < 0.8:
            return self._onward(who)
        return self.rng.choices(makers, kinds)[0](who)

    def _update(self, **content: Any) -> dict[str, Any]:
        return {"update_id": self.number, **content}

    def _message(self, who: Person, **content: Any) -> dict[str, Any]:
        chat = {"id": who.chat_id, "type": "private", "first_name": who.name}
        dated = {"message_id": self.rng.randrange(1, 5000), "date": 1_800_000_000}
        return {**dated, "from": who.as_sender(), "chat": chat, **content}

    def _said(self, who: Person) -> Any:
        return self._update(message=self._message(who, text=self.words.text(who.phones)))

    def _onward(self, who: Person) -> Any:
        """Somebody who means it: a sensible button of the last screen, or words where words are asked for."""
        commands = {data.split(":")[3] for data, _ in who.screen if data.startswith("f:")}
        if not who.screen or (not commands and self.rng.random() < 0.3):
            return self._update(message=self._message(who, text=f"/{self.rng.choice(PURPOSES)}"))
        if commands and not commands & {"pick", "send", "line", "go_on"} and self.rng.random() < 0.8:
            return self._update(message=self._message(who, text=self.words.answer(who.phones)))
        forward = [
            one for one in who.screen if not re.search(r":(back|cancel|mend|start_over)(:|$)|!", one[0])
        ]
        return self._pressed(who, *self.rng.choice(forward or who.screen))

    def _tap(self, who: Person) -> Any:
        roll, message_id = self.rng.random(), self.rng.randrange(1, 5000)
        if roll < 0.5 and who.taps:
            data, message_id = self.rng.choice(who.taps)
        elif roll < 0.65 and (other := self.rng.choice(self.people)).taps:
            data, message_id = self.rng.choice(other.taps)
        else:
            data = self.words.noise() if roll > 0.95 else self.words.forged()
        return self._pressed(who, data, message_id)

    def _pressed(self, who: Person, data: str, message_id: int) -> Any:
        query = {
            "id": str(self.rng.randrange(10**18)),
            "from": who.as_sender(),
            "message": {**self._message(who, text="…"), "message_id": message_id},
            "chat_instance": "1",
            "data": data,
        }
        return self._update(callback_query=query)

    def _file(self, who: Person) -> Any:
        kind = self.rng.choice(KINDS)
        known = self.files.get(kind, ["?"])
        file = {
            "file_id": self.rng.choice((*known, *known, *known, "AgAC-lost", "x y", "", "x" * 600)),
            "file_size": self.rng.choice(SIZES),
            "file_name": self.rng.choice(NAMES),
            "mime_type": self.rng.choice(MIME),
        }
        content: Any = file
        if kind == "photo":
            content = [
                {**file, "width": self.rng.choice((90, 900, -1, 2**62)), "height": 60} for _ in range(3)
            ]
        caption = {"caption": self.words.text(who.phones)} if self.rng.random() < 0.4 else {}
        return self._update(message=self._message(who, **{kind: content}, **caption))

    def _edited(self, who: Person) -> Any:
        text = self.words.text(who.phones)
        return self._update(edited_message={**self._message(who, text=text), "edit_date": 1_800_000_001})

    def _standing(self, who: Person) -> Any:
        chat = {"id": who.chat_id, "type": "private"}
        status = self.rng.choice(("kicked", "member", "left", "restricted", "", None))
        change = {"chat": chat, "from": who.as_sender(), "new_chat_member": {"status": status}}
        return self._update(my_chat_member=change)

    def _group(self, who: Person) -> Any:
        chat = {
            "id": -100_000 - who.chat_id,
            "type": self.rng.choice(("group", "supergroup", "channel", "x")),
        }
        return self._update(message={**self._message(who, text=self.words.text(False)), "chat": chat})

    def _unknown(self, who: Person) -> Any:
        kind = self.rng.choice(
            ("poll_answer", "inline_query", "business_message", "message_reaction", "x", "")
        )
        return self._update(**{kind: self._message(who, text="?")})

    def _mutated(self, who: Person) -> Any:
        update = self.rng.choice((self._said, self._tap, self._file, self._standing))(who)
        bend(self.rng, update)
        query = update.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            if query["id"] in self.bent:  # no platform gives two taps one id
                query["id"] = str(self.number)
            self.bent.add(query["id"])
        return update

    def _malformed(self, who: Person) -> Any:
        return unusable(self.rng, self.number, self._message(who, text="chào"))


def _number(update: Any) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    usable = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**53
    return number if usable else None
