"""The platforms there are: every package here with a module `declaration` that holds its `PLATFORM`."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import bot.channels
from bot.channels.platform import Platform
from bot.core.kernel import secrets


@cache
def platforms() -> dict[str, Platform]:
    """Every platform by its kind; what their tokens look like is masked from now on."""
    found: dict[str, Platform] = {}
    for package in iter_modules(bot.channels.__path__, f"{bot.channels.__name__}."):
        name = f"{package.name}.declaration"
        if package.ispkg and find_spec(name) is not None:
            platform: Platform = import_module(name).PLATFORM
            found[platform.kind] = platform
            for pattern in platform.secrets:
                secrets.declare(pattern)
    return found


def platform(kind: str) -> Platform:
    """The platform of a kind. Raises KeyError where there is none."""
    return platforms()[kind]


def local() -> Platform:
    """The messenger of our own, for rehearsals and the demo."""
    return next(one for one in platforms().values() if one.local)
