"""The content folder while the program runs: a change is taken up whole, or refused whole and told."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import structlog

from bot.content import Content
from bot.content.files import Stamp, stamp
from bot.core.kernel.errors import ContentError
from bot.engine.loop import Loop
from bot.engine.times import Clock

log = structlog.get_logger()
LOOK_S = 2.0
AGAIN_S = 30.0


class Contents:
    """Looks at the folder now and then.

    `take_up` puts checked content in force, or raises ContentError; `refuse` tells why not. `due`: a day that
    has come, on which units change that the content in force does not know changed yet.

    `seen`: the stamp of the content that is in force. Content that does not fit what is in the store is tried
    again now and then: members may have been moved since, and broadcasts have ended.
    """

    def __init__(
        self,
        folder: Path,
        seen: Stamp,
        read: Callable[[Path], Content],
        take_up: Callable[[Content], Awaitable[None]],
        refuse: Callable[[ContentError], Awaitable[None]],
        clock: Clock,
        due: Callable[[], date | None] = lambda: None,
    ) -> None:
        self._folder = folder
        self._read = read
        self._take_up = take_up
        self._refuse = refuse
        self._clock = clock
        self._seen = seen
        self._due = due
        self._met: date | None = None  # the last day that was due
        self._unfit: Content | None = None  # sound in itself, refused for what is in the store
        self._tried = 0.0
        self._looking = asyncio.Lock()

    def loop(self) -> Loop:
        """Its life in the program."""
        return Loop("content", self.step, lambda: LOOK_S, self._clock)

    async def step(self) -> bool:
        """Take up what changed since the last look. True where it did."""
        async with self._looking:
            now = await asyncio.to_thread(stamp, self._folder)
            due = self._due()
            if now == self._seen and due in (None, self._met):
                return await self._again()
            self._unfit = None
            try:
                content = await asyncio.to_thread(self._whole)
                if await asyncio.to_thread(stamp, self._folder) != now:
                    return False  # somebody is still writing: half of a change is never taken up
                self._unfit, self._tried = content, self._clock.monotonic()
                await self._put_in_force(content)
            except ContentError as error:
                log.error("changed content refused, the old one stays in force", reason=str(error))
                await self._refuse(error)
                self._seen, self._met = now, due
                return False
            # Not before: the store may not have answered, and the change still waits.
            self._seen, self._met = now, due
            return True

    def _whole(self) -> Content:
        """The folder's content. Whatever goes wrong in reading it is a refusal: it never ends the program."""
        try:
            return self._read(self._folder)
        except ContentError:
            raise
        except Exception as error:
            log.exception("content could not be read")
            allowed = "content that can be read: `nhipcau check` shows more"
            raise ContentError(self._folder.name, "(reading)", type(error).__name__, allowed) from error

    async def _again(self) -> bool:
        if self._unfit is None or self._clock.monotonic() < self._tried + AGAIN_S:
            return False
        self._tried = self._clock.monotonic()
        try:
            await self._put_in_force(self._unfit)
        except ContentError:
            return False  # it was told when it was refused
        return True

    async def _put_in_force(self, content: Content) -> None:
        await self._take_up(content)
        self._unfit = None
        log.info("changed content is in force", content=content.fingerprint[:12])
