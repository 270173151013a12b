"""Takes secrets out of words before they are written, shown or kept."""

import re

HIDDEN = "***"

# `://user:password@`; `password=…` and its kin; `Bearer …`; `123456:AAH…`, as many platforms' tokens look.
_COMMON = (
    r"(?<=://)[^\s/@]*:[^\s/@]*(?=@)",
    r"(?<=password=)[^\s&\"']+",
    r"(?<=passwd=)[^\s&\"']+",
    r"(?<=secret=)[^\s&\"']+",
    r"(?<=token=)[^\s&\"']+",
    r"(?<=bearer )[^\s\"']+",
    r"(?<![\w.])\d{5,20}(?::|%3a)[a-z0-9_-]{20,100}",
)
_SHORTEST = 6  # an exact secret shorter than this would blank out ordinary words

_patterns: list[re.Pattern[str]] = [re.compile(one, re.IGNORECASE) for one in _COMMON]
_known: set[str] = set()


def declare(pattern: str) -> None:
    """A platform's tokens look like this regular expression, whatever their case."""
    compiled = re.compile(pattern, re.IGNORECASE)
    if compiled not in _patterns:
        _patterns.append(compiled)


def remember(secret: str) -> None:
    """This very text is a secret of this process, whatever its case."""
    if len(secret) >= _SHORTEST:
        _known.add(secret)


def masked(text: str) -> str:
    """The text with everything that is or looks like a secret replaced by `***`."""
    for secret in _known:
        if secret.lower() in text.lower():
            text = re.sub(re.escape(secret), HIDDEN, text, flags=re.IGNORECASE)
    for pattern in _patterns:
        text = pattern.sub(HIDDEN, text)
    return text
