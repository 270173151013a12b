"""What an address may be on each platform: one private person, written as the platform writes them."""

import re
from collections.abc import Callable

# Telegram: user ids are positive and have at most 52 bits (https://core.telegram.org/bots/api#user).
_TELEGRAM_MOST = 2**52
_LOCAL = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _telegram(text: str) -> str:
    if re.fullmatch(r"[1-9][0-9]{0,15}", text, re.ASCII) and int(text) < _TELEGRAM_MOST:
        return text
    raise ValueError("a person's number on Telegram, such as 123456789: no phone, no @name, no group")


def _webchat(text: str) -> str:
    if _LOCAL.fullmatch(text):
        return text
    raise ValueError("a name in the local chat: letters, digits, - and _")


RULES: dict[str, Callable[[str], str]] = {"telegram": _telegram, "webchat": _webchat}
