"""python-telegram-bot's `Bot`, as a channel asks it."""

import logging
from typing import Any

from telegram import Bot, InputFile

from bot.channels.telegram.transport import plain

_log = logging.getLogger(__name__)
_log.setLevel(logging.INFO)


class TokenlessBot(Bot):
    """Asked by method name; it never learns the token, which the transport puts in.

    `Bot.do_api_request` asks so too, but warns of each method that has a Python name.
    """

    # At DEBUG it would write every text it sends.
    _LOGGER = _log

    __slots__ = ()

    def __repr__(self) -> str:
        return "TokenlessBot()"

    async def call(self, method: str, parameters: dict[str, Any], read_timeout: float | None = None) -> Any:
        """The `result` of one call. Raises TelegramError, or KeyError where there is no result."""
        if not any(isinstance(value, InputFile) for value in parameters.values()):
            # `_post` would look at every value again, and convert none.
            url, data = f"{self.base_url}/{method}", plain(parameters)
            request = self._request[0 if method == "getUpdates" else 1]
            if read_timeout is None:
                return await request.post(url, data)
            return await request.post(url, data, read_timeout=read_timeout)
        if read_timeout is None:
            return await self._post(method, parameters)
        return await self._post(method, parameters, read_timeout=read_timeout)
