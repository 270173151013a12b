"""Words for groups of a run's recipients: composed while nobody waits, then kept."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.core.talk.message import Message
from bot.storage.delivery import grouping
from bot.storage.guidance import editions
from bot.storage.guidance.editions import Group

AT_ONCE = 500  # groups that one transaction keeps


@dataclass(frozen=True, slots=True)
class Composed:
    """What is said to some groups of the recipients of a run, of a version of a briefing.

    `given`: which words somebody gets, by whose they are and their language.
    """

    run: int
    briefing: int
    said: Mapping[Group, Message]
    given: Mapping[tuple[str, str], Group]


async def aside(compose: Callable[[], Mapping[Group, Message]]) -> Mapping[Group, Message]:
    """Compose in a thread: some hundred messages keep nobody's reply waiting."""
    return await asyncio.to_thread(compose)


async def keep(conn: AsyncConnection, made: Composed, now: Ms) -> None:
    """Keep what was composed; what is kept already stays as it is."""
    kept = await editions.keep_all(conn, made.briefing, made.said, now)
    await grouping.give(conn, made.run, {whose: kept[group] for whose, group in made.given.items()})
