"""Events that an Official Account delivers. Pure.

Whatever is not answered with 200 may never come again; so what is Zalo's is stored before it is answered, and
what is not known to be Zalo's is refused loudly (docs/zalo.md).
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.channels.text import says_nothing
from bot.channels.zalo_oa.read import raw_update
from bot.channels.zalo_oa.signature import HEADER, TIME_HEADER, Variant, fits, others
from bot.core.kernel.values import Ms
from bot.core.ports import HookRefusal, Received

STALE = "it was signed too long ago, or by another clock: a copy, or the clock of this machine is wrong"


def wall_ms() -> Ms:
    """The machine's clock, ms UTC."""
    return Ms(int(time.time() * 1000))


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Zalo delivers, and how a delivery is known to be Zalo's.

    `fresh_ms`: a delivery that was signed longer ago, or is to be signed so much later, is refused; 0: none.
    """

    url: str
    variant: Variant
    oa_secret: str = field(repr=False)
    app_secret: str = field(repr=False)
    fresh_ms: int = 0
    now_ms: Callable[[], Ms] = wall_ms

    def received(self, headers: Mapping[str, str], body: bytes, oa_id: str) -> Received | HookRefusal:
        """The event of one delivery; an unsigned {} is the console's probe. `oa_id` "": not known yet."""
        if says_nothing(body):
            return Received()
        if not fits(self.variant, headers, body, self.oa_secret, self.app_secret):
            return self._refusal(headers, body)
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            return HookRefusal(400, "the body is not JSON")
        if self.fresh_ms and not self._is_fresh(event, headers):
            return HookRefusal(403, STALE, sure=True)
        update = raw_update(event, oa_id)
        return Received((update,) if update else ())

    def _is_fresh(self, event: object, headers: Mapping[str, str]) -> bool:
        """Whether the time that was signed is near; of an event without one nobody knows."""
        told = event.get("timestamp") if isinstance(event, dict) else None
        told = headers.get(TIME_HEADER) if told is None else told
        if not isinstance(told, str | int) or not re.fullmatch(r"[0-9]{10,16}", str(told)):
            return True
        return abs(self.now_ms() - int(told)) <= self.fresh_ms

    def _refusal(self, headers: Mapping[str, str], body: bytes) -> HookRefusal:
        if HEADER not in headers:
            return HookRefusal(403, "the signature is missing")
        fitting = others(self.variant, headers, body, self.oa_secret, self.app_secret)
        if fitting:
            why = f'the signature does not fit; it would with signature = "{fitting[0]}"'
            return HookRefusal(403, why, sure=True)
        why = "the signature does not fit, in no way that is known: see oa_secret and secret"
        return HookRefusal(403, why)
