"""The one root of refusals: input that is wrong, told to the person who can mend it."""

from collections.abc import Sequence


class Refused(Exception):
    """Input that is refused; the message says what was found and what is allowed.

    Carries words for a person, never a secret. Bugs are not `Refused`. `kind` names it for programs.
    """

    kind = "refused"


LONGEST = 200  # characters of what was found that an error shows
MOST = 20  # mistakes that one refusal lists


def shortened(words: str) -> str:
    """The beginning of what may be of any length."""
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 3]}..."


def writable(words: str) -> str:
    """Words that any file, store or platform takes: a file's name may hold bytes that are no text."""
    return words.encode("utf-8", "backslashreplace").decode()


class ContentError(Refused):
    """A content or settings file is wrong: names file, key, what was found and what is allowed."""

    kind = "content"

    def __init__(self, file: str, key: str, found: object, allowed: str) -> None:
        file, key, allowed = writable(file), shortened(writable(key)), writable(allowed)
        super().__init__(f"{file}: {key}: found {shortened(repr(found))}; allowed: {allowed}")
        self.file = file
        self.key = key
        self.found = found
        self.allowed = allowed


class Misplaced(ValueError):
    """What is wrong in the parts of a model together: its place, what was found there, what is allowed."""

    def __init__(self, key: str, found: object, allowed: str) -> None:
        super().__init__(allowed)
        self.key = key
        self.found = found


class SettingsError(ContentError):
    """A settings file is wrong; a line for each mistake, up to `MOST`. `mistakes`: all, as ContentErrors."""

    def __init__(self, mistakes: Sequence[ContentError]) -> None:
        super().__init__(mistakes[0].file, mistakes[0].key, "", "")
        more = [f"and {len(mistakes) - MOST} more like these"] if len(mistakes) > MOST else []
        self.args = ("\n".join([*(str(one) for one in mistakes[:MOST]), *more]),)
        self.mistakes = tuple(mistakes)


class StorageError(Refused):
    """The database cannot be used as it stands: says why and what to do."""

    kind = "storage"


class AccountDenied(Refused):
    """The platform does not accept the account; `reason`: of `core.delivery.reasons`. The account stops."""

    def __init__(self, message: str, reason: str = "token") -> None:
        super().__init__(message)
        self.reason = reason
