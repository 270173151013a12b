"""The site as the program puts it together."""

import socket
from pathlib import Path

import httpx

from bot.config import Settings, Web
from bot.engine.bell import Bell
from bot.engine.intake import Intake
from bot.engine.loop import Count, Loop
from bot.engine.times import Clock
from bot.houses import bare
from bot.site import Parts, served
from bot.storage.talk import inbox
from tests.engine.script import ScriptedChannel
from tests.patience import PATIENCE_S
from tests.storage.scene import ACCOUNT, scene
from tests.stores import store


async def test_the_running_site_takes_in_deliveries_and_tells_how_the_program_is(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        await scene(database)
        channel, arrived, clock = ScriptedChannel(ACCOUNT), Bell(), Clock()
        channel.hooked = True
        house = bare(Settings())
        loops, intake = [_counting(clock)], Intake(database, clock)
        parts = Parts(database, house, clock, {ACCOUNT: channel}, loops, {}, arrived, intake)
        settings = Settings(web=Web(port=free_port()))
        async with (
            served(settings, parts) as page,
            httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http,
        ):
            assert page is None  # no local chat stands on it
            site = f"http://127.0.0.1:{settings.web.port}"
            right = {"secret": "right"}
            assert (
                await http.post(f"{site}/hook/{ACCOUNT}", content=b"one", headers=right)
            ).status_code == 200
            assert (await http.post(f"{site}/hook/{ACCOUNT}", content=b"one")).status_code == 403
            ready = (await http.get(f"{site}/health")).json()
            assert ready["store"]
            assert ACCOUNT in ready["accounts"]
            metrics = (await http.get(f"{site}/metrics")).text
            assert "nhipcau_inbox_age_seconds" in metrics
            assert 'nhipcau_things_done_total{loop="doer"} 5.0' in metrics
            assert "# HELP nhipcau_things_done_total Things that were done." in metrics
        async with database.read() as conn:
            assert [row.payload for row in await inbox.waiting(conn, 10)] == ["one"]


def _counting(clock: Clock) -> Loop:
    async def nothing() -> bool:
        return False

    counts = (Count("things_done", "Things that were done.", 5),)
    return Loop("doer", nothing, lambda: None, clock, counts=counts)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
