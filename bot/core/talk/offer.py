"""What the last screen of a chat offers, and what somebody's words mean by it: a number, or a label."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from unicodedata import normalize

from bot.core.kernel.formats import fold
from bot.core.talk.message import Button
from bot.core.talk.tap import Tap, decode
from bot.core.talk.taps.kits import AskOn, KitOf
from bot.core.talk.taps.reading import Confirm, ConfirmFull, Files, FilesOf, Full, FullOf, Quiz, Seek
from bot.core.talk.taps.screens import Press
from bot.core.talk.words import Words, bare, remark, unkeyed

LONGEST = 48  # characters of a search that a button holds
WORDS = 8
FEWEST = 3  # letters that name a label by its beginning
# A number as people type it below a list: "2", "2.", "(2)", "số 2 ạ", "chọn 2", "②", and a key as a picture.
_NUMBER = re.compile(
    r"\W*(?:(?:da|so|em|toi|chon|muc|y|phuong an|dap an)\s+)*"
    r"([1-9][0-9]?)[\s.)\]!/]*(?:a|nhe|nha)?[\s.!]*"
)
_SPELLED = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_KEYCAP: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\ufe0f\u20e3\u200b\ufeff")),
    **{ord(wide): str(digit) for digit, wide in enumerate("０１２３４５６７８９")},
    **{ord(ring): str(digit) for digit, ring in enumerate("①②③④⑤⑥⑦⑧⑨", start=1)},
    **{ord(ring): str(digit) for digit, ring in enumerate("❶❷❸❹❺❻❼❽❾", start=1)},
    **{ord(ring): str(digit) for digit, ring in enumerate("⑴⑵⑶⑷⑸⑹⑺⑻⑼", start=1)},
    ord("．"): ".",
}
# A choice's line as it stands where there are no buttons: "2. ✅ Gửi", "2) gửi".
_LINE = re.compile(r"\W*([1-9][0-9]?)\s*[.)\]:/-]\s*(.+)", re.DOTALL)
# What people say around a label, without diacritics: "dạ bấm gửi nhé".
_BEFORE = frozenset(["da", "vang", "ok", "em", "toi", "chon", "bam", "nhan", "nut"])
_AFTER = frozenset(["di", "nhe", "nha", "a", "luon"])


class Choice(NamedTuple):
    """A button as it was shown: what it says, and its data ("" for a link).

    `words`: what was typed above it, as it may be kept, and is handed on where it is pressed; `typed`: the
    number of that message, where it has one.
    """

    label: str
    data: str
    words: str = ""
    typed: str = ""


def choices(rows: Sequence[Sequence[Button]]) -> tuple[Choice, ...]:
    """The buttons of a screen, in the order in which they are numbered."""
    return tuple(Choice(button.label, button.data) for row in rows for button in row)


def is_number(words: str) -> bool:
    """Whether words are nothing but the number of a choice: "2", "2."."""
    return _number(words) is not None


def numbers(words: str) -> bool:
    """Whether words are the number of a choice, in digits or spelled: "2", "hai"."""
    return is_number(words) or _spelled(words) is not None


def _spelled(words: str) -> int | None:
    """A number from one to ten in a word, with its marks or without any: "bà" is no "ba"."""
    said = normalize("NFC", words).strip(" .!)").lower().removeprefix("số ").removeprefix("so ")
    said = "bảy" if said in ("bẩy", "bay") else said
    return next((n for n, one in enumerate(_SPELLED, start=1) if said in (one, fold(one))), None)


def _number(words: str) -> int | None:
    if len(words) > LONGEST:
        return None
    found = _NUMBER.fullmatch(fold(words.translate(_KEYCAP)))
    return None if found is None or found[0].lstrip().startswith("-") else int(found[1])


def meant(offered: Sequence[Choice], words: str, known: Words, *, spelled: bool = True) -> Tap | None:
    """The tap that words stand for: a choice's number, its label with or without sign and diacritics, or
    other words that are known for what it does. None where they stand for none, or for more than one.

    `spelled`: a number in a word counts too, where no label says otherwise.
    """
    place = _number(words)
    if place is not None:
        return decode(offered[place - 1].data) if place <= len(offered) else None
    said = _unlisted(offered, bare(words), words)
    for way in dict.fromkeys((said, " ".join(map(unkeyed, said.split())), *_within(said))):
        data = {one.data for one in offered if way and bare(one.label) == way}
        data = data or {one.data for one in offered if known.means(_does(decode(one.data)), way)}
        data = data or {one.data for one in offered if way and _headed(one.label) == way}
        if data:
            return decode(data.pop()) if len(data) == 1 else None
    place = _spelled(words) if spelled and not _with(offered, said) else None
    if place is not None:
        return decode(offered[place - 1].data) if place <= len(offered) else None
    return _of_a_test(offered, said) or (_begun(offered, words, said, known) if spelled else None)


def _headed(label: str) -> str:
    """What stands before the comma of a label, as in "Có, gộp lại"; "" where there is none."""
    head, comma, _ = label.partition(",")
    return bare(head) if comma else ""


def _begun(offered: Sequence[Choice], words: str, said: str, known: Words) -> Tap | None:
    """The one choice whose label begins with these words, "rút" with "Rút phản ánh này". A nod is none.

    Words with marks count with them: "rồi" is no "Rời khỏi".
    """
    heard = remark(said, known)
    if len(said) < FEWEST or known.means("stay", said) or (heard is not None and heard.kind == "nod"):
        return None
    data = {
        one.data
        for one in offered
        if bare(one.label).startswith(f"{said} ") and (words.isascii() or _marked(one.label, words))
    }
    return decode(data.pop()) if len(data) == 1 else None


def _marked(label: str, words: str) -> bool:
    """Whether a label begins with words as they are written, but for capitals and signs."""
    letters = ["".join(c for c in normalize("NFC", one).lower() if c.isalnum()) for one in (label, words)]
    return letters[0].startswith(letters[1])


def sure(offered: Sequence[Choice]) -> str:
    """The label of what is asked for twice on a screen; "" where nothing is."""
    return next((one.label for one in offered if any(part.endswith("!") for part in one.data.split(":"))), "")


def open_numbers(offered: Sequence[Choice]) -> list[int]:
    """The numbers that may be typed: of what is no link."""
    return [number for number, one in enumerate(offered, start=1) if one.data]


def _with(offered: Sequence[Choice], said: str) -> list[Choice]:
    """The choices whose labels hold these words, one after the other."""
    return [one for one in offered if said and f" {said} " in f" {bare(one.label)} "]


def _of_a_test(offered: Sequence[Choice], said: str) -> Tap | None:
    """An answer to a question of understanding: by its letter, or by two words or more that it alone has."""
    taps = [(one, tap) for one in offered if isinstance(tap := decode(one.data), Quiz) and tap.choice]
    letter = said.removeprefix("dap an ").removeprefix("chon ")
    found = [tap for _, tap in taps if letter == "abcdefghi"[tap.choice - 1]]
    if not found and " " in said:
        found = [tap for one, tap in taps if _with([one], said)]
    return found[0] if len(found) == 1 else None


def _within(said: str) -> Iterator[str]:
    """What is left of it without the words that people say around a label, one after the other."""
    left = said.split() if len(said) <= 2 * LONGEST else []
    while len(left) > 1 and left[-1] in _AFTER:
        left.pop()
        yield " ".join(left)
    for at, word in enumerate(left[:-1]):
        if word not in _BEFORE:
            return
        yield " ".join(left[at + 1 :])


def _unlisted(offered: Sequence[Choice], said: str, words: str) -> str:
    """What was said without the number before it, where that is the number of the choice that it names."""
    found = _LINE.fullmatch(words[: 4 * LONGEST])
    place = int(found[1]) if found else 0
    label = bare(found[2]) if found else ""
    return label if 0 < place <= len(offered) and bare(offered[place - 1].label) == label else said


def asks(offered: Sequence[Choice], nonce: str, step: int) -> bool:
    """Whether these are the choices of this screen of a form."""
    taps = (decode(one.data) for one in offered)
    return any(isinstance(tap, Press) and (tap.nonce, tap.step) == (nonce, step) for tap in taps)


def sought(words: str) -> Seek | None:
    """The search for what somebody wrote, as much as a button holds; None where no letter is left of it."""
    tokens = [one[:LONGEST] for one in bare(words).split() if one.isascii()][:WORDS]
    while len("_".join(tokens)) > LONGEST:
        tokens.pop()
    return Seek("_".join(tokens)) if any(c.isalpha() for one in tokens for c in one) else None


def _does(tap: Tap | None) -> str:
    """What a button does, by its name among the known words; "" for what is called by its label alone."""
    match tap:
        case Press(command=command):
            return command
        case Confirm() | ConfirmFull():
            return "read"
        case Full() | FullOf():
            return "full"
        case Files() | FilesOf():
            return "files"
        case AskOn() | KitOf():
            return "ask"
    return ""
