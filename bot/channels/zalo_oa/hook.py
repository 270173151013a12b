"""Events that an Official Account delivers. Pure.

Whatever is not answered with 200 may never come again; so what is Zalo's is stored before it is answered, and
what is not known to be Zalo's is refused loudly (docs/zalo.md).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.channels.zalo_oa.read import raw_update
from bot.channels.zalo_oa.signature import HEADER, Variant, fits, others
from bot.core.ports import HookRefusal, Received


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Zalo delivers, and how a delivery is known to be Zalo's."""

    url: str
    variant: Variant
    oa_secret: str = field(repr=False)
    app_secret: str = field(repr=False)

    def received(self, headers: Mapping[str, str], body: bytes, oa_id: str) -> Received | HookRefusal:
        """The event of one delivery; an unsigned {} is the console's probe. `oa_id` "": not known yet."""
        if body.strip() in (b"", b"{}"):
            return Received()
        if not fits(self.variant, headers, body, self.oa_secret, self.app_secret):
            return HookRefusal(403, self._why(headers, body))
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            return HookRefusal(400, "the body is not JSON")
        update = raw_update(event, oa_id)
        return Received((update,) if update else ())

    def _why(self, headers: Mapping[str, str], body: bytes) -> str:
        if HEADER not in headers:
            return "the signature is missing"
        fitting = others(self.variant, headers, body, self.oa_secret, self.app_secret)
        if fitting:
            return f'the signature does not fit; it would with signature = "{fitting[0]}"'
        return "the signature does not fit, in no way that is known: see oa_secret and secret"
