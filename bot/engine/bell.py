"""How loops wake one another inside a process; a ring that nobody waits for is kept."""

import asyncio


class Bell:
    """Rung by whoever made work, waited for by whoever does it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """There is work."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Until the next ring, or for so long: other processes make work too, and ring no bell here."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()
