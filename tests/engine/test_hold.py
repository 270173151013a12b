"""On hold nothing leaves, nothing is planned and nothing is dropped; afterwards all goes on."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.acts import store as acts
from bot.config import Reporting
from bot.core.delivery.outcome import Sent
from bot.engine.retention import AGREEMENTS_KEPT, tidy
from bot.engine.times import Clock
from bot.storage import epoch
from bot.storage.opinion import agreements
from bot.storage.opinion.agreements import Agreeing
from bot.storage.tables import agreement, unit, wrong_code
from bot.storage.talk import conversations
from tests.engine.desk import always, desk, running, until
from tests.engine.test_dispatcher import front
from tests.handlers.village import ZONE
from tests.storage.scene import ACCOUNT, NOW


async def test_a_sender_claims_nothing_on_hold_and_goes_on_afterwards(tmp_path: Path) -> None:
    async with desk(tmp_path, Clock(), people=3) as at:
        await at.home.run()
        await at.home.say("m0@alpha", "xin chào")
        at.channel.at_once = always(Sent("1"))
        async with at.database.write() as conn:
            await acts.hold(conn, NOW)
        async with running(at.sender()):
            await at.home.say("m1@alpha", "còn đó không")
            async with at.database.write() as conn:
                await acts.release(conn, NOW)
            assert at.channel.asked == []
            await until(lambda: len(at.channel.asked) == 5)


async def test_a_count_beside_the_store_is_never_behind_what_was_sent(tmp_path: Path) -> None:
    async with desk(tmp_path, Clock(), people=30) as at:
        await at.home.run()
        at.channel.at_once = always(Sent("1"))
        async with running(at.sender(window=8)):
            await until(lambda: len(at.channel.asked) == 30)
        async with at.database.write() as conn:
            assert not await epoch.is_older(conn, at.database, ACCOUNT)
        assert int(at.database.beside(f"epoch-{ACCOUNT}").read_text()) >= 3


async def test_a_count_that_was_rolled_back_is_kept_with_the_next(tmp_path: Path) -> None:
    async with desk(tmp_path, people=1) as at:
        count = epoch.Epoch(at.database, ACCOUNT)
        try:
            async with at.database.write() as conn:
                await count.advance(conn)
                raise KeyError
        except KeyError:
            pass
        async with at.database.write() as conn:
            await count.advance(conn)
        count.mark()
        count.close()
        async with at.database.write() as conn:
            assert not await epoch.is_older(conn, at.database, ACCOUNT)


async def test_nothing_is_dropped_on_hold(tmp_path: Path) -> None:
    async with desk(tmp_path, people=1) as at:
        year = 366 * 86_400_000
        async with at.database.write() as conn:
            await acts.hold(conn, NOW)
        await tidy(at.database, ZONE, NOW + year, 14, 30)
        async with at.database.write() as conn:
            assert await conversations.forget(conn, 0) == 0
            await acts.release(conn, NOW)


async def test_what_retention_removed_is_counted_by_kind(tmp_path: Path) -> None:
    async with desk(tmp_path, people=1) as at:
        async with at.database.write() as conn:
            assert await acts.removed(conn) is None
            for number in range(3):
                values = {"account": ACCOUNT, "chat_id": "x", "at": NOW + number}
                await conn.execute(wrong_code.insert().values(**values))
        later = NOW + 2 * 86_400_000
        for _ in range(2):
            await tidy(at.database, ZONE, later, 14, 30)
        async with at.database.write() as conn:
            await conn.execute(wrong_code.insert().values(account=ACCOUNT, chat_id="x", at=NOW))
        await tidy(at.database, ZONE, later + 1, 14, 30)
        async with at.database.read() as conn:
            found = await acts.removed(conn)
        assert found is not None
        assert (found.since, found.last, found.counts["wrong codes"]) == (later, later + 1, 4)
        assert sum(found.counts.values()) == 4


async def test_what_comes_in_waits_on_hold_and_is_handled_afterwards(tmp_path: Path) -> None:
    async with front(tmp_path) as at:
        async with at.database.write() as conn:
            await acts.hold(conn, NOW)
        assert not await at.dispatcher.step()
        await at.comes("an", "một", "hai")
        assert not await at.dispatcher.step()
        assert at.begun == []
        async with at.database.write() as conn:
            await acts.release(conn, NOW)
        at.bell.ring()
        await until(lambda: at.done == ["một", "hai"])


async def test_an_alarm_is_forgotten_once_no_window_reaches_it(tmp_path: Path) -> None:
    longest = next(one.le for one in Reporting.model_fields["alert_days"].metadata if hasattr(one, "le"))
    assert AGREEMENTS_KEPT.days >= longest
    async with desk(tmp_path, people=1) as at:
        today = datetime.fromtimestamp(NOW / 1000, ZONE).date()
        days = {"old": today - AGREEMENTS_KEPT - timedelta(days=1), "new": today - AGREEMENTS_KEPT}
        async with at.database.write() as conn:
            place = (await conn.execute(select(unit.c.code).limit(1))).scalar_one()
            for topic, day in days.items():
                await agreements.told(conn, Agreeing(place, topic, "LO_LANG"), day.isoformat())
        await tidy(at.database, ZONE, NOW, 14, 30)
        async with at.database.read() as conn:
            assert (await conn.execute(select(agreement.c.topic))).scalars().all() == ["new"]
