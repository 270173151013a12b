"""How secrets of accounts are written: checked as the settings are read, and never shown."""

import re

from pydantic import SecretStr


def written(secret: SecretStr, pattern: str | re.Pattern[str], allowed: str) -> SecretStr:
    """The secret, where it is as its platform writes it. Raises ValueError with what is allowed."""
    if not re.fullmatch(pattern, secret.get_secret_value()):
        raise ValueError(allowed)
    return secret


def for_header(secret: SecretStr, least: int) -> SecretStr:
    """A secret in a header of deliveries, of `least` to 256 characters; or none. Raises ValueError."""
    allowed = f"{least} to 256 letters, digits, - and _; left out, one is made"
    return written(secret, rf"[A-Za-z0-9_-]{{{least},256}}|", allowed)
