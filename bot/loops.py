"""The loops that run once, whatever accounts there are; what runs for each account is in `bot.fleet`."""

import asyncio
from functools import partial

from bot.acts import (
    closing,
    corrected,
    documents,
    first_screen,
    notices,
    photos,
    quotas,
    reminders,
    withholding,
)
from bot.engine.arrivals import Arrivals
from bot.engine.clockword import ClockWord
from bot.engine.contents import Contents
from bot.engine.dispatcher import Dispatcher
from bot.engine.escalation import Escalation
from bot.engine.live import LiveScreens
from bot.engine.loop import Loop
from bot.engine.planner import Planner
from bot.engine.retention import Retention
from bot.engine.throttle import Throttle
from bot.engine.watch import Watch
from bot.publishing import read_content
from bot.running import Running, due, refuse_content, take_up
from bot.storage import leases
from bot.storage.leases import Keep
from handlers import live, routes
from handlers.guidance import fromword
from handlers.opinion import photo

PLANNER_IDLE_S = 60.0  # how soon work is seen for which neither a loop nor the watch rings


def every(running: Running, keep: Keep) -> tuple[Loop, ...]:
    """All of them. What anybody commits wakes those that may have work by it; `keep` holds the database."""
    house, clock, database = running.house, running.clock, running.database
    contents = _contents(running)
    planner = _planner(running, contents)
    parts = database, running.channels, house, running.ring, clock
    arrivals = (
        Arrivals(documents.arriving(fromword.told), *parts),
        Arrivals(photos.arriving(photo.told), *parts),
    )
    screens = LiveScreens(database, partial(live.redraw, house), running.ring, clock)

    def ring_all() -> None:
        running.arrived.ring()
        for one in (planner, screens, *arrivals):
            one.wake()

    watch = Watch(database, ring_all, clock, running.ring)
    running.look = watch.look
    return (
        _dispatcher(running).loop(),
        planner.loop(),
        contents.loop(),
        screens.loop(),
        _retention(running).loop(),
        *(one.loop() for one in arrivals),
        Escalation(database, house, running.ring, clock).loop(),
        watch.loop(),
        ClockWord(database, clock, ring_all).loop(),
        Loop("hold on the database", keep, lambda: leases.LOOK_S, clock),
    )


async def _give_way(running: Running) -> None:
    """Let others run between two groups of updates: what was delivered meanwhile is kept and answered."""
    if any(one.hooked for one in running.channels.values()):
        await running.intake.caught_up()
    else:
        await asyncio.sleep(0)


def _dispatcher(running: Running) -> Dispatcher:
    return Dispatcher(
        running.database,
        running.channels,
        partial(routes.handle, running.house),
        partial(routes.apologise, running.house),
        partial(routes.slow_down, running.house),
        running.arrived,
        running.ring,
        running.clock,
        Throttle(running.clock, words=running.house.words),
        give_way=partial(_give_way, running),
    )


def _contents(running: Running) -> Contents:
    return Contents(
        running.settings.app.content,
        running.content.stamp,
        read_content,
        partial(take_up, running),
        partial(refuse_content, running),
        running.clock,
        partial(due, running),
    )


def _planner(running: Running, contents: Contents) -> Planner:
    house = running.house
    return Planner(
        running.database,
        running.topics,
        partial(notices.of_run, house),
        partial(first_screen.screen_of, house),
        running.ring,
        running.clock,
        PLANNER_IDLE_S,
        contents.step,
        partial(withholding.withhold, house),
        partial(reminders.fall_due, house),
        lambda: house.rest,
        lambda: tuple(house.quotas),
        partial(quotas.reach, house),
        partial(first_screen.with_added, house),
        partial(corrected.compose, house),
    )


def _retention(running: Running) -> Retention:
    return Retention(
        running.database,
        running.house.zone,
        running.clock,
        running.settings.privacy.request_days,
        running.settings.delivery.fetch_days,
        partial(closing.close_over, running.database, running.house),
        running.house.works,
    )
