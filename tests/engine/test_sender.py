"""The sender's promises: what goes first, what stops it, and what it never does twice."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bot.core.delivery.breaker import ENOUGH
from bot.core.delivery.outcome import Denied, HandleLost, Outcome, Sent, Throttled, Uncertain
from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import Priority
from bot.core.guidance.briefing import Briefing
from bot.core.kernel.capabilities import Rates
from bot.core.ports import SendPart, SetMenu
from bot.core.talk.message import Attachment, Message
from bot.core.talk.reply import MenuReply, SendReply
from bot.engine import sender as sender_module
from bot.engine.outgoing import Outgoing
from bot.engine.times import Clock
from bot.storage.accounts import accounts, files
from bot.storage.delivery import replies
from bot.storage.guidance import broadcasts
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.tables import delivery, run
from tests.engine.desk import always, desk, running, until
from tests.engine.script import Asked, said
from tests.patience import PATIENCE_S
from tests.storage.scene import ACCOUNT, OTHER


async def test_a_run_goes_out_to_everybody_once(tmp_path: Path) -> None:
    async with desk(tmp_path, Clock(), people=30) as at:
        await at.home.run()
        at.channel.at_once = always(Sent("1"))
        async with running(at.sender(window=8)):
            await until(lambda: len(at.channel.asked) == 30)
        assert await at.states() == ["sent"] * 30
        assert len({asked.chat for asked in at.channel.asked}) == 30


async def test_replies_go_before_urgent_before_ordinary_before_reminders(tmp_path: Path) -> None:
    async with desk(tmp_path, people=1) as at:
        reminder = await at.home.run("b0")
        await at.home.run("b1")
        await at.home.run("b2", urgent=True)
        async with at.database.write() as conn:
            lowest = {"priority": int(Priority.REMINDER)}
            await conn.execute(update(run).where(run.c.id == reminder.id).values(**lowest))
            mine = update(delivery).where(delivery.c.run_id == reminder.id)
            await conn.execute(mine.values(**lowest))
        await at.home.say("m0@alpha", "r1")
        sender, order = at.sender(window=1), []
        for _ in range(4):
            order += await at.step(sender)
            await at.answer()
        assert [words[-2:] for words in order] == ["r1", "b2", "b1", "b0"]


async def test_an_urgent_run_overtakes_one_under_way(tmp_path: Path) -> None:
    async with desk(tmp_path, people=6) as at:
        await at.home.run("b0")
        sender = at.sender(window=2)
        await at.step(sender)
        await at.home.run("b1", urgent=True)
        await at.answer()
        assert {words[-2:] for words in await at.step(sender)} == {"b1"}


async def test_two_runs_share_the_account_fairly(tmp_path: Path) -> None:
    async with desk(tmp_path, people=12) as at:
        await at.home.run("b0")
        await at.home.run("b1")
        sender, counts = at.sender(window=3), {"b0": 0, "b1": 0}
        for _ in range(4):
            for words in await at.step(sender):
                counts[words[-2:]] += 1
            await at.answer()
        assert abs(counts["b0"] - counts["b1"]) <= 2


async def test_pausing_takes_effect_at_the_next_claim(tmp_path: Path) -> None:
    async with desk(tmp_path, people=4) as at:
        planned = await at.home.run("b0")
        sender = at.sender(window=2)
        assert len(await at.step(sender)) == 2
        for act, expected in (("paused", 0), ("scheduled", 2), ("cancelled", 0)):
            async with at.database.write() as conn:
                await broadcasts.set_state(conn, planned.broadcast_id, act)
            await at.answer()
            assert len(await at.step(sender)) == expected
        assert await at.states() == ["sent"] * 4


async def test_never_more_in_flight_than_the_window(tmp_path: Path) -> None:
    async with desk(tmp_path, people=8) as at:
        await at.home.run()
        sender = at.sender(window=3)
        for _ in range(2):
            assert len(await at.step(sender)) == 2
            assert (await at.states()).count("inflight") == 3
        await at.answer(most=1)
        assert len(await at.step(sender)) == 2
        assert (await at.states()).count("inflight") == 3


async def test_a_fast_account_has_rows_ready_to_follow_an_answer(tmp_path: Path) -> None:
    async with desk(tmp_path, people=12) as at:
        await at.home.run()
        sender = at.sender(window=9)
        assert len(await at.step(sender)) == 6
        assert (await at.states()).count("inflight") == 9
        at.channel.waiting[0].answer.set_result(Sent("1"))
        at.channel.waiting[1].answer.set_result(Sent("2"))
        await until(lambda: len(at.channel.asked) == 8)
        assert len(at.channel.waiting) == 6
        assert (await at.states()).count("inflight") == 9


async def test_a_slow_account_claims_no_more_than_its_slots(tmp_path: Path) -> None:
    async with desk(tmp_path, rates=Rates(account=30), people=12) as at:
        await at.home.run()
        sender = at.sender(window=10)
        assert len(await at.step(sender)) <= 2
        assert (await at.states()).count("inflight") == len(at.channel.waiting)


async def test_a_look_between_two_slots_does_not_put_the_queue_out_of_mind(tmp_path: Path) -> None:
    async with desk(tmp_path, rates=Rates(account=30), people=4) as at:
        await at.home.run()
        sender = at.sender(window=9)
        sent = len(await at.step(sender))
        sender.claiming.look_again()  # somebody rings while no slot is open
        assert not await sender.step()
        at.time.advance(1 / 30)
        assert await sender.step()  # at the slot it needs no ring
        await until(lambda: len(at.channel.waiting) == sent + 1)


async def test_an_outage_leaves_no_more_in_doubt_than_the_window_and_five(tmp_path: Path) -> None:
    async with desk(tmp_path, people=40) as at:
        await at.home.run()
        at.channel.probed = lambda: Uncertain("timeout")
        window = 2
        sender = at.sender(window)
        for _ in range(40):
            await at.step(sender)
            await at.answer(Uncertain("timeout"))
        doubtful = (await at.states()).count("uncertain")
        assert ENOUGH <= doubtful <= window + ENOUGH
        at.channel.probed = Sent
        at.time.advance(60)
        assert len(await at.step(sender)) == 1  # a trial
        await at.answer()
        assert len(await at.step(sender)) == window
        await at.answer()
        await at.step(sender)
        assert (await at.states()).count("sent") == 1 + window


async def test_a_platform_that_answers_probes_alone_costs_one_message_a_probe(tmp_path: Path) -> None:
    async with desk(tmp_path, people=40) as at:
        await at.home.run()
        sender = at.sender(window=4)
        for _ in range(40):
            await at.step(sender)
            await at.answer(Uncertain("timeout"))
        before = (await at.states()).count("uncertain")
        for _ in range(3):
            at.time.advance(60)
            assert len(await at.step(sender)) == 1
            await at.answer(Uncertain("timeout"))
            await at.step(sender)
        assert (await at.states()).count("uncertain") == before + 3


async def test_an_account_refused_at_a_probe_stops(tmp_path: Path) -> None:
    async with desk(tmp_path, people=20) as at:
        await at.home.run()
        at.channel.probed = lambda: Denied(Reason.TOKEN)
        sender = at.sender(window=4)
        for _ in range(10):
            await at.step(sender)
            await at.answer(Uncertain("timeout"))
        at.time.advance(60)
        assert await at.step(sender) == []
        assert at.stopped == [f"{ACCOUNT}: token"]
        async with asyncio.timeout(PATIENCE_S):
            await sender.run()


async def test_a_refused_account_stops_keeps_every_row_and_tells_once(tmp_path: Path) -> None:
    async with desk(tmp_path, Clock(), people=5) as at:
        await at.home.run()
        at.channel.at_once = always(Denied(Reason.TOKEN))
        async with asyncio.timeout(PATIENCE_S):
            await at.sender(window=3).run()
        assert await at.states() == ["pending"] * 5
        async with at.database.read() as conn:
            row = next(one for one in await accounts.every(conn) if one.name == ACCOUNT)
        assert (row.state, row.reason) == ("stopped", "token")
        assert at.stopped == [f"{ACCOUNT}: token"]


async def test_what_a_refused_account_had_in_hand_goes_another_way(tmp_path: Path) -> None:
    async with desk(tmp_path, Clock()) as at:
        for number in range(5):
            await at.home.member(str(number), at=((ACCOUNT, f"a{number}"), (OTHER, f"b{number}")))
        run = await at.home.run()
        at.channel.at_once = always(Denied(Reason.TOKEN))
        async with asyncio.timeout(PATIENCE_S):
            await at.sender(window=3).run()
        assert [row.chat_id for row in await at.home.queue(run.id, OTHER)] == [f"b{n}" for n in range(5)]


async def test_a_refusal_that_is_recorded_in_passing_ends_the_sender_too(tmp_path: Path) -> None:
    async with desk(tmp_path, people=2) as at:
        await at.home.run()
        sender = at.sender(window=1)
        await at.step(sender)
        await at.answer(Denied(Reason.TOKEN))
        await at.step(sender)
        async with asyncio.timeout(PATIENCE_S):
            await sender.run()
        assert await at.states() == ["pending"] * 2
        assert at.channel.waiting == []
        assert at.stopped == [f"{ACCOUNT}: token"]


async def test_a_lone_429_holds_back_its_chat_and_no_other(tmp_path: Path) -> None:
    async with desk(tmp_path, people=3) as at:
        await at.home.run("b0")
        sender = at.sender(window=1)
        await at.step(sender)
        throttled = at.channel.waiting[0].chat
        await at.answer(Throttled(100.0))
        await at.home.run("b1")
        chats = set()
        for _ in range(8):
            await at.step(sender)
            chats |= {asked.chat for asked in at.channel.waiting}
            await at.answer()
        assert throttled not in chats
        assert len(chats) == 2
        at.time.advance(100)
        await at.step(sender)
        assert [asked.chat for asked in at.channel.waiting] == [throttled]


async def test_a_retry_waits_and_then_goes(tmp_path: Path) -> None:
    async with desk(tmp_path, people=1) as at:
        await at.home.run()
        sender = at.sender()
        await at.step(sender)
        await at.answer(Throttled(None))
        assert await at.step(sender) == []
        at.time.advance(29)
        assert await at.step(sender) == []
        at.time.advance(1)
        assert len(await at.step(sender)) == 1


async def test_a_file_is_uploaded_once_and_again_when_its_handle_is_lost(tmp_path: Path) -> None:
    async with desk(tmp_path, people=4) as at:
        async with at.database.write() as conn:
            file_id = await files.keep(conn, "a.pdf", "application/pdf", b"content")

        def screen_of(
            one: Briefing, attached: list[BriefingFileRow], language: str, urgent: bool = False, _: str = ""
        ) -> Message:
            return Message(attachment=Attachment(file_id=file_id))

        at.home.screen_of = screen_of
        await at.home.run()
        sender = at.sender(window=1)
        answers: list[Outcome] = [Sent("1", "H1"), Sent("2"), HandleLost("wrong file"), Sent("3", "H2")]
        seen = []
        for outcome in answers:
            await at.step(sender)
            (asked,) = at.channel.waiting
            upload = asked.part.upload
            assert upload is not None
            seen.append((upload.handle, upload.data))
            await at.answer(outcome)
        await at.step(sender)
        assert seen == [(None, b"content"), ("H1", None), ("H1", None), (None, b"content")]
        async with at.database.read() as conn:
            assert await files.handles(conn, file_id) == {ACCOUNT: "H2"}


async def test_a_stop_leaves_nothing_in_flight_that_was_never_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "LAST_WORDS_S", 0.05)
    async with desk(tmp_path, Clock(), people=6) as at:
        await at.home.run()
        at.channel.at_once = lambda asked: Sent("1") if asked.chat == "m0@alpha" else None
        async with running(at.sender(window=4)):
            await until(lambda: len(at.channel.waiting) == 3)
        states = await at.states()
        assert sorted(set(states)) == ["pending", "sent", "uncertain"]
        assert states.count("uncertain") == 3


async def test_a_store_that_fails_at_the_very_end_leaves_rows_in_flight_and_nothing_worse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    async with desk(tmp_path, people=2) as at:
        await at.home.run()
        sender = at.sender(window=2)
        await at.step(sender)
        await at.answer()
        monkeypatch.setattr(sender_module.recovery, "unclaim", locked)
        await sender.stop()
        assert await at.states() == ["inflight"] * 2


async def test_a_store_that_does_not_answer_costs_no_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, failures = Outgoing.prepare, iter(range(2))

    async def prepare(self: Outgoing, row: object) -> object:
        if next(failures, None) is not None:
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        return await right(self, row)  # type: ignore[arg-type]

    monkeypatch.setattr(Outgoing, "prepare", prepare)
    async with desk(tmp_path, people=2) as at:
        await at.home.run()
        sender = at.sender()
        await at.step(sender)
        await at.step(sender)
        assert await at.states() == ["retry"] * 2
        at.time.advance(30)
        assert len(await at.step(sender)) == 2


async def test_what_waits_for_a_chat_holds_up_no_other_chat(tmp_path: Path) -> None:
    async with desk(tmp_path, rates=Rates(account=1e7, chat=0.1, chat_burst=1), people=1) as at:
        for text in ("r1", "r2", "r3"):
            await at.home.say("m0@alpha", text)
        await at.home.say("m9@alpha", "r9")
        sender = at.sender()
        assert await at.step(sender) == ["r1", "r9"]
        await at.answer()
        assert await at.step(sender) == []
        at.time.advance(10)
        assert await at.step(sender) == ["r2"]


async def test_requests_name_the_delivery_in_their_buttons(tmp_path: Path) -> None:
    async with desk(tmp_path, people=2) as at:
        planned = await at.home.run()
        rows = {row.chat_id: row.id for row in await at.home.queue(planned.id)}
        await at.step(at.sender())

        def button(asked: Asked) -> str:
            assert isinstance(asked.request, SendPart)
            return asked.request.part.buttons[0][0].data

        assert {asked.chat: button(asked) for asked in at.channel.waiting} == {
            chat: f"ack:{row_id}" for chat, row_id in rows.items()
        }


async def test_menus_that_fail_stop_no_message(tmp_path: Path) -> None:
    async with desk(tmp_path, people=4) as at:
        async with at.home.database.write() as conn:
            for n in range(2 * ENOUGH):
                await replies.say(conn, ACCOUNT, f"m{n}", MenuReply(menu=()), at.time.now_ms())
        sender = at.sender(window=50)

        def menus_fail(asked: Asked) -> Outcome:
            return Uncertain(Reason.OUT_OF_ORDER) if isinstance(asked.request, SetMenu) else Sent("1")

        at.channel.at_once = menus_fail
        for _ in range(3 * ENOUGH):
            sender.claiming.look_again()
            await at.step(sender)
        assert len(at.channel.asked) > ENOUGH
        assert sender.wire.breakers.messages.state == "closed"
        await at.home.run()
        sender.claiming.look_again()
        await sender.step()
        await until(lambda: any(isinstance(one.request, SendPart) for one in at.channel.asked))


async def test_what_waits_for_a_strangers_turn_goes_when_it_comes_and_nobody_rings(tmp_path: Path) -> None:
    async with desk(tmp_path, Clock(), people=1) as at:
        at.channel.at_once = always(Sent("1"))
        async with at.database.write() as conn:
            for number in range(3):
                reply = SendReply(message=said(f"lời {number}"))
                await replies.put(conn, ACCOUNT, "khach", reply, at.home.now, stranger=True)
        async with running(at.sender()):
            await until(lambda: len(at.channel.asked) == 3)
