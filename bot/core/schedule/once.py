"""One occurrence, at an instant."""

from typing import Literal

from pydantic import Field

from bot.core.kernel.values import Frozen, Ms
from bot.core.schedule.instants import LAST_MS


class Once(Frozen):
    """One occurrence, at an instant (ms UTC)."""

    kind: Literal["once"] = "once"
    at: Ms = Field(ge=0, le=LAST_MS)

    @property
    def repeats(self) -> bool:
        """Never."""
        return False
