"""Reports that nobody opens ring again and go up the tree; who owes the week's report is asked once."""

import asyncio
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import func, select, update

from bot.acts import conferences, escalating, opinions, prompting, question_desk, questions, reporting, store
from bot.acts import desk as acts
from bot.acts import members as people
from bot.acts.context import Context, Operator, Refusal
from bot.core.delivery.knock import Knock
from bot.core.delivery.quota import Quota
from bot.core.people.members import Role
from bot.engine.escalation import SWEEP_S, Escalation
from bot.engine.times import CONFIRM_S, SteadyClock
from bot.storage import succession
from bot.storage.database import Database
from bot.storage.opinion import questions as stored
from bot.storage.people import members
from bot.storage.tables import audit, conference, delivery, endpoint, report_clock, submission
from tests.engine.script import CAPABILITIES, ScriptedClock
from tests.handlers.issuing import issue
from tests.handlers.opinion.test_agreeing import until_it_waits
from tests.handlers.sending import SLUG
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, START, Village, settled
from tests.patience import PATIENCE_S
from tests.storage.conftest import database

__all__ = ["database"]

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
YEAR_MS = 365 * 86_400_000
SAYS = {"topic": "tet", "content": "Giá cả dịp Tết", "urgency": "KHAN"}


@dataclass
class Bench:
    """The village with its escalation, and a clock that is moved by hand."""

    home: Village
    machine: ScriptedClock
    loop: Escalation

    async def report(self, urgency: str = "KHAN", chat: str = "rep") -> str:
        """A report sent now."""
        async with self.home.database.write() as conn:
            member = await members.at(conn, ACCOUNT, chat)
            ctx = Context(conn, self.home.house, member, self.machine.wall)
            code = await opinions.submit(ctx, {**SAYS, "urgency": urgency})
        assert isinstance(code, str)
        return code

    async def after(self, seconds: float) -> None:
        """Time passes, then the loop looks until it has nothing to do."""
        self.machine.advance(seconds)
        self.home.now = self.machine.wall
        while await self.loop.step():
            pass

    async def heard(self, chat: str) -> list[str]:
        """What a chat was told since the last look."""
        self.home.screens.pop(chat, None)
        await self.home.read("nobody")
        return [reply.text for reply in self.home.screens.get(chat, [])]

    async def stands(self, code: str) -> tuple[str, str]:
        """State and desk of a report."""
        async with self.home.database.read() as conn:
            query = select(submission.c.state, submission.c.desk).where(submission.c.code == code)
            row = (await conn.execute(query)).one()
        return row.state, row.desk

    async def count(self, table: object) -> int:
        """How many rows there are."""
        async with self.home.database.read() as conn:
            return int((await conn.execute(select(func.count()).select_from(table))).scalar_one())  # type: ignore[arg-type]


@pytest.fixture
async def bench(database: Database) -> Bench:
    home = await settled(database)
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await home.member("xa", "Quản trị xã", EA_KAO, Role.ADMINISTRATOR)
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    machine = ScriptedClock()
    machine.wall = START
    return Bench(home, machine, Escalation(database, home.house, lambda: None, SteadyClock(machine)))


async def test_an_urgent_report_rings_rings_again_and_goes_up_if_nobody_opens_it(bench: Bench) -> None:
    code = await bench.report()
    (first,) = await bench.heard("xa")
    assert "Có phản ánh khẩn" in first
    await bench.after(29 * MINUTE)
    assert await bench.heard("xa") == []
    for _ in range(2):
        await bench.after(30 * MINUTE)
        (again,) = await bench.heard("xa")
        assert "vẫn chưa có người mở" in again
        assert code in again
        assert SAYS["content"] not in again
    assert await bench.stands(code) == ("received", EA_KAO)
    await bench.after(30 * MINUTE)
    (came,) = await bench.heard("tinh")
    assert "chuyển lên vì đơn vị dưới chưa mở" in came
    assert "chờ 1 giờ" in came
    assert await bench.stands(code) == ("received", PROVINCE)
    async with bench.home.database.read() as conn:
        noted = [
            tuple(row)
            for row in await conn.execute(select(audit.c.actor, audit.c.subject).order_by(audit.c.id))
        ]
    assert noted == [("escalation", f"report:{code}")]
    for _ in range(4):  # twice more at the top, where there is nobody above; then it rests
        await bench.after(30 * MINUTE)
    assert await bench.count(report_clock) == 0
    assert await bench.stands(code) == ("received", PROVINCE)
    assert await bench.heard("rep") == []


async def test_what_is_opened_rings_no_more(bench: Bench) -> None:
    code = await bench.report()
    async with bench.home.database.write() as conn:
        head = await members.at(conn, ACCOUNT, "xa")
        assert await acts.look(Context(conn, bench.home.house, head, bench.machine.wall), code)
    await bench.heard("xa")
    await bench.after(30 * DAY)
    assert (await bench.heard("xa"), await bench.stands(code)) == ([], ("opened", EA_KAO))
    assert await bench.count(report_clock) == 0


async def unreached(bench: Bench, *chats: str, state: str = "closed") -> None:
    """These people have blocked us, or come back."""
    async with bench.home.database.write() as conn:
        of = update(endpoint).where(endpoint.c.chat_id.in_(chats))
        await conn.execute(of.values(state=state))


async def test_where_no_head_can_be_told_an_editor_is_else_it_goes_up_at_once(bench: Bench) -> None:
    await bench.home.member("bt", "Biên tập xã", EA_KAO, Role.EDITOR)
    await unreached(bench, "xa")
    code = await bench.report()
    (told,) = await bench.heard("bt")
    assert "Có phản ánh khẩn" in told
    await unreached(bench, "bt")
    second = await bench.report()
    await bench.after(15)
    (came,) = await bench.heard("tinh")
    assert second in came
    assert await bench.stands(second) == ("received", PROVINCE)
    assert await bench.stands(code) == ("received", EA_KAO)
    await bench.after(30 * MINUTE)  # of the first, too, nobody can be told any more
    assert await bench.stands(code) == ("received", PROVINCE)


async def test_a_head_who_reports_is_not_the_one_to_be_told_where_there_is_another(bench: Bench) -> None:
    await bench.home.member("both", "Hai vai", EA_KAO, Role.ADMINISTRATOR, Role.REPORTER)
    await unreached(bench, "xa")
    await bench.report(chat="both")
    assert len(await bench.heard("both")) == 1  # alone within call: they can pass it on
    await bench.home.member("bt", "Biên tập xã", EA_KAO, Role.EDITOR)
    code = await bench.report(chat="both")
    (told,) = await bench.heard("bt")
    assert code in told
    assert await bench.heard("both") == []


async def test_what_nobody_could_be_told_of_rings_for_whoever_comes_back(bench: Bench) -> None:
    await unreached(bench, "xa", "tinh")
    code = await bench.report()
    for _ in range(5):
        await bench.after(30 * MINUTE)
    assert await bench.heard("tinh") == []
    await unreached(bench, "tinh", state="open")
    await bench.after(30 * MINUTE)
    (told,) = await bench.heard("tinh")
    assert code in told


async def test_an_ordinary_report_waits_for_days_and_its_hour_is_nowhere(bench: Bench) -> None:
    bench.machine.advance(37 * MINUTE)
    code = await bench.report("THUONG")
    assert await bench.heard("xa") == []
    async with bench.home.database.read() as conn:
        clock = (await conn.execute(select(report_clock))).one()
    assert clock.since is None
    assert (clock.ring_at - START) % 86_400_000 == 0  # eight o'clock, whenever it came
    await bench.after(7 * DAY)
    (told,) = await bench.heard("xa")
    assert f"{code} · Tết Nguyên đán" in told
    assert "chờ 7 ngày" in told


async def test_nothing_goes_up_while_the_clock_is_doubted(bench: Bench) -> None:
    code = await bench.report()
    await bench.heard("xa")
    bench.machine.wall += YEAR_MS
    await bench.after(MINUTE)
    assert await bench.heard("xa") == []
    bench.machine.wall -= YEAR_MS
    await bench.after(CONFIRM_S)
    assert (await bench.heard("xa"), await bench.stands(code)) == ([], ("received", EA_KAO))


async def test_a_desk_that_has_nobody_left_goes_to_the_next_one_above(bench: Bench) -> None:
    code = await bench.report("THUONG")
    async with bench.home.database.write() as conn:
        ctx = Context(conn, bench.home.house, Operator(), bench.machine.wall)
        await acts.verify(ctx, code)
        await people.suspend(ctx, 2)
    await bench.after(SWEEP_S + 1)
    assert await bench.stands(code) == ("verified", PROVINCE)
    (told,) = await bench.heard("tinh")
    assert told.startswith("Phường Ea Kao không còn người xử lý phản ánh.")
    assert await bench.report("THUONG") != code
    await bench.after(SWEEP_S + 1)
    assert await bench.count(submission) == 2


async def test_what_a_deserted_desk_had_not_opened_waits_anew_at_the_next_one(bench: Bench) -> None:
    await bench.home.member("tw", "Trung ương", "TW", Role.ADMINISTRATOR)
    code = await bench.report()
    for _ in range(2):  # its desk is rung for as often as any
        await bench.after(30 * MINUTE)
    async with bench.home.database.write() as conn:
        await people.suspend(Context(conn, bench.home.house, Operator(), bench.machine.wall), 2)
    await bench.after(SWEEP_S + 1)
    heard = await bench.heard("tinh")
    assert [code in told for told in heard] == [True, False]  # urgent: it rings; and why it came
    await bench.after(30 * MINUTE)
    (again,) = await bench.heard("tinh")
    assert "vẫn chưa có người mở" in again
    assert await bench.stands(code) == ("received", PROVINCE)
    assert await bench.heard("tw") == []


async def test_what_a_unit_that_ended_had_not_read_rings_at_its_heir_before_it_goes_up(bench: Bench) -> None:
    await bench.home.member("bmt", "Quản trị phường", BUON_MA_THUOT, Role.ADMINISTRATOR)
    code, number = await bench.report("SOM"), await asked(bench)
    for _ in range(2):  # the desk that was is rung for as often as any
        await bench.after(DAY)
    async with bench.home.database.write() as conn:
        await succession.follow(conn, EA_KAO, BUON_MA_THUOT, bench.machine.wall)
        await people.suspend(Context(conn, bench.home.house, Operator(), bench.machine.wall), 2)
    await bench.heard("bmt")
    await bench.after(DAY)
    heard = await bench.heard("bmt")
    assert [any(mark in told for told in heard) for mark in (code, f"Câu hỏi số {number}")] == [True, True]
    assert await bench.stands(code) == ("received", BUON_MA_THUOT)
    assert await bench.heard("tinh") == []


async def test_many_of_a_deserted_desk_are_told_of_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalating, "LITTLE", 2)
    for _ in range(4):
        await bench.report("THUONG")
    async with bench.home.database.write() as conn:
        await people.suspend(Context(conn, bench.home.house, Operator(), bench.machine.wall), 2)
    await bench.after(SWEEP_S + 1)
    assert len(await bench.heard("tinh")) == 1
    assert await bench.count(report_clock) == 4


async def test_what_somebody_passes_on_at_that_moment_goes_on_ringing_where_it_went(bench: Bench) -> None:
    code = await bench.report()
    for _ in range(2):
        await bench.after(30 * MINUTE)
    bench.machine.advance(30 * MINUTE)
    passed, commits = asyncio.Event(), asyncio.Event()

    async def passes_on() -> None:
        async with bench.home.database.write() as conn:
            ctx = Context(conn, bench.home.house, Operator(), bench.machine.wall)
            assert isinstance(await acts.forward(ctx, code), acts.Done)
            passed.set()
            await commits.wait()

    async with asyncio.TaskGroup() as both:
        both.create_task(passes_on())
        await passed.wait()
        rings = both.create_task(bench.loop.step())
        async with asyncio.timeout(PATIENCE_S):
            await until_it_waits(bench.home, rings)
        commits.set()
    assert await bench.stands(code) == ("received", PROVINCE)
    await bench.heard("tinh")
    await bench.after(31 * MINUTE)
    (again,) = await bench.heard("tinh")
    assert code in again


async def test_who_owes_the_weeks_report_is_asked_once_and_who_sent_something_is_not(bench: Bench) -> None:
    home = bench.home
    for name in ("khong", "im", "im-hai", "nghi"):
        await home.member(name, name, EA_KAO, Role.REPORTER)
    await bench.report("THUONG")
    (done,) = await home.say("khong", "/khongphatsinh")
    assert done.text == "✅ Đã ghi nhận: Phường Ea Kao không có vấn đề phát sinh trong tuần 02–08/11."
    assert done.labels == ["Gửi phản ánh", "Phản ánh của tôi"]
    async with home.database.write() as conn:
        await people.suspend(Context(conn, home.house, Operator(), bench.machine.wall), 7)
    await bench.after(4 * DAY + 7 * HOUR - 1)
    assert await bench.heard("im") == []
    await bench.after(2)
    for name in ("im", "im-hai"):
        (asked,) = await bench.heard(name) if name == "im" else [r.text for r in home.screens[name]]
        assert "Báo cáo tuần 02–08/11" in asked
    for name in ("rep", "khong", "nghi"):
        assert not [r for r in home.screens.get(name, []) if "Báo cáo tuần" in r.text]
    await bench.after(HOUR)
    assert await bench.heard("im") == []
    (noted, _) = await home.press("im", "go:khongphatsinh")
    assert "không có vấn đề phát sinh trong tuần 02–08/11" in noted.text
    (again, _) = await home.press("im", "go:khongphatsinh")
    assert again.text == noted.text
    assert await bench.count(submission) == 3


async def test_each_is_asked_once_however_often_the_loop_is_stopped_between_two_of_them(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompting, "LITTLE", 2)
    names = [f"r{number}" for number in range(5)]
    for name in names:
        await bench.home.member(name, name, EA_KAO, Role.REPORTER)
    bench.machine.advance(4 * DAY + 7 * HOUR + 1)
    for _ in range(6):  # a program that starts anew each time
        await Escalation(
            bench.home.database, bench.home.house, lambda: None, SteadyClock(bench.machine)
        ).step()
    await bench.home.read("nobody")
    assert [len(bench.home.screens[name]) for name in (*names, "rep")] == [1] * 6


async def test_who_is_writing_a_report_is_not_asked_for_one_in_the_middle_of_it(bench: Bench) -> None:
    await bench.home.member("dang", "dang", EA_KAO, Role.REPORTER)
    bench.machine.advance(4 * DAY + 7 * HOUR - 60)
    bench.home.now = bench.machine.wall
    (screen,) = await bench.home.say("dang", "/baocao")
    assert "Bước 1/" in screen.text
    await bench.after(120)
    assert await bench.heard("dang") == []
    assert ["Báo cáo tuần" in reply.text for reply in bench.home.screens["rep"]] == [True]


async def test_a_week_that_was_missed_is_let_be_and_none_is_asked_where_none_is_set(bench: Bench) -> None:
    await bench.after(5 * DAY)  # down on Friday afternoon
    assert await bench.heard("rep") == []
    bench.home.house.desk = bench.home.house.desk.model_copy(update={"prompt": None})
    await bench.after(6 * DAY + 7 * HOUR)
    assert await bench.heard("rep") == []


async def test_a_zero_report_falls_with_a_report_of_its_week_and_comes_after_none(
    bench: Bench,
) -> None:
    await bench.home.say("rep", "/khongphatsinh")
    async with bench.home.database.read() as conn:
        zero = (await conn.execute(select(submission))).one()
    assert (zero.form, zero.state, zero.desk, zero.unit) == ("zero", "closed", "", EA_KAO)
    code = await bench.report("THUONG")
    assert await bench.count(submission) == 1
    (refused,) = await bench.home.say("rep", "/khongphatsinh")
    assert "đã gửi phản ánh" in refused.text
    async with bench.home.database.write() as conn:
        author = await members.at(conn, ACCOUNT, "rep")
        ctx = Context(conn, bench.home.house, author, bench.machine.wall)
        assert await reporting.take_back(replace(ctx), code) == code
    assert "Đã ghi nhận" in (await bench.home.say("rep", "/khongphatsinh"))[0].text


@pytest.mark.parametrize(
    "words",
    [
        *("không có gì phát sinh", "Tuần này không phát sinh", "thôn 3 ko ps gì ạ"),
        "Báo cáo: tuần này xã không có vấn đề gì phát sinh",
    ],
)
async def test_it_can_be_typed(bench: Bench, words: str) -> None:
    (reply,) = await bench.home.say("rep", words)
    assert reply.labels[0] == "Mở: Không có vấn đề phát sinh"
    assert "Đã ghi nhận" in (await bench.home.tap("rep", "Mở:"))[0].text
    for exactly in ("không có vấn đề phát sinh", "không phát sinh", "Khong phat sinh."):
        assert "Đã ghi nhận" in (await bench.home.say("rep", exactly))[0].text


async def prompted(bench: Bench) -> str:
    """The week's report is asked for, in these words."""
    await bench.after(4 * DAY + 7 * HOUR)
    (told,) = await bench.heard("rep")
    assert "Báo cáo tuần" in told
    return told


async def test_the_weeks_question_names_the_topics_to_be_listened_for_this_month(bench: Bench) -> None:
    house = bench.home.house
    months = {"tet": {"2026-11", "2027-01"}, "kinh-te-xa-hoi": {"2026-11"}, "quoc-hoi": {"2026-12"}}
    house.topics = {
        code: one.model_copy(update={"observed": frozenset(months.get(code, ()))})
        for code, one in house.topics.items()
    }
    told = await prompted(bench)
    assert "Tháng này cần chú ý nắm bắt: Kinh tế - xã hội; Tết Nguyên đán." in told


@pytest.mark.parametrize("words", ["ok", "vâng ạ", "có"])
async def test_an_ok_is_no_zero_report_and_says_so(bench: Bench, words: str) -> None:
    await prompted(bench)
    (told,) = await bench.home.say("rep", words)
    assert "Chưa có gì được ghi nhận." in told.text
    assert await bench.count(submission) == 0
    await bench.home.say("rep", "1")  # its number stands
    assert await bench.count(submission) == 1


@pytest.mark.parametrize("words", ["không", "ko có gì đâu", "bình thường ạ"])
async def test_a_no_to_the_weeks_report_offers_the_zero_report(bench: Bench, words: str) -> None:
    await prompted(bench)
    (reply,) = await bench.home.say("rep", words)
    assert reply.labels[0] == "Mở: Không có vấn đề phát sinh"
    assert await bench.count(submission) == 0


async def asked(bench: Bench) -> int:
    """A question of the reporter's, about no briefing: their own unit answers it."""
    async with bench.home.database.write() as conn:
        member = await members.at(conn, ACCOUNT, "rep")
        done = await questions.ask(
            Context(conn, bench.home.house, member, bench.machine.wall), "Bao giờ họp?"
        )
    assert isinstance(done, questions.Asked)
    return done.question.id


async def test_a_question_that_nobody_answers_rings_again_and_goes_up_the_tree(bench: Bench) -> None:
    number = await asked(bench)
    assert "Có câu hỏi mới, số 1" in (await bench.heard("xa"))[0]
    await bench.after(23 * HOUR)  # asked at eight, it rings at eight
    assert await bench.heard("xa") == []
    for wait in (2 * HOUR, DAY):
        await bench.after(wait)
        (again,) = await bench.heard("xa")
        assert again.startswith("⏳ Câu hỏi số 1 từ Phường Ea Kao vẫn chờ trả lời:")
    assert await bench.heard("tinh") == []
    await bench.after(DAY)
    (came,) = await bench.heard("tinh")
    assert "được chuyển lên vì đơn vị dưới chưa trả lời" in came
    async with bench.home.database.read() as conn:
        noted = [
            tuple(row)
            for row in await conn.execute(
                select(audit.c.actor, audit.c.act, audit.c.subject).order_by(audit.c.id)
            )
        ]
        one = await stored.get(conn, number)
    assert noted == [("escalation", "question_desk.forward", f"question:{number}")]
    assert one is not None
    assert (one.desk, one.state) == (PROVINCE, "waiting")
    for _ in range(5):  # twice more at the top, where there is nobody above; then it rests
        await bench.after(DAY)
    assert len(await bench.heard("tinh")) == 2
    async with bench.home.database.read() as conn:
        assert not await stored.any_due(conn, bench.machine.wall + YEAR_MS)


async def test_a_question_that_is_answered_rings_no_more(bench: Bench) -> None:
    number = await asked(bench)
    async with bench.home.database.write() as conn:
        ctx = Context(conn, bench.home.house, Operator(), bench.machine.wall)
        assert not isinstance(await question_desk.answer(ctx, number, "Thứ Hai."), Refusal)
    await bench.heard("xa")
    await bench.after(30 * DAY)
    assert await bench.heard("xa") == []


async def test_a_conference_is_told_reminded_of_and_begins_by_itself(bench: Bench) -> None:
    async with bench.home.database.write() as conn:
        ctx = Context(conn, bench.home.house, Operator(), bench.machine.wall)
        said = {"title": "Hội nghị", "how": "TRUC_TUYEN", "place": "x", "agenda": "x", "days": "1"}
        at = {"at": str(bench.machine.wall + 3 * 86_400_000), "whom": "TRUC_THUOC"}
        assert isinstance(await conferences.announce(ctx, {**said, **at}, PROVINCE), conferences.Announced)
    await bench.after(0)
    (asked,) = await bench.heard("xa")  # more units than one transaction tells, and each of them once
    assert "mời dự hội nghị" in asked
    heard = {}
    for days in (1, 2, 3, 4):
        await bench.after(DAY)
        heard[days] = [words.split("\n")[0] for words in await bench.heard("xa")]
    assert heard[1][0].startswith("⏳ Đơn vị mình chưa trả lời")
    assert heard[3][0].startswith("🗓 Hôm nay có hội nghị")
    assert heard[4][0].startswith("Hội nghị Hội nghị đã diễn ra")
    assert [len(lines) for lines in heard.values()] == [1, 0, 1, 1]
    async with bench.home.database.read() as conn:
        assert (await conn.execute(select(conference.c.state))).scalar_one() == "held"
    assert await bench.heard("tinh") == []


async def _knocks(bench: Bench) -> list[str]:
    query = select(delivery.c.act).where(delivery.c.act.like('{"kind":"knock"%'))
    async with bench.home.database.read() as conn:
        return [row[0] for row in await conn.execute(query)]


async def test_who_may_not_be_written_to_hears_that_something_waits_once_nothing_is_held(
    bench: Bench,
) -> None:
    quota = Quota(100, both=False, window_ms=7 * 86_400_000)
    bench.home.house.quotas = {ACCOUNT: (quota, CAPABILITIES)}
    bench.home.house.knocks = {ACCOUNT: Knock("355330", {"so": "{count}"}, 86_400_000)}
    await issue(bench.home, SLUG)
    async with bench.home.database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.run_id.is_not(None)).values(state="unfetched"))
        await conn.execute(update(endpoint).values(heard_at=0))
        await store.hold(conn, bench.machine.wall)
    await bench.after(MINUTE)
    assert await _knocks(bench) == []
    async with bench.home.database.write() as conn:
        await store.release(conn, bench.machine.wall)
    await bench.after(MINUTE)
    acts = await _knocks(bench)
    assert acts
    assert set(acts) == {'{"kind":"knock","template":"355330","data":{"so":"1"}}'}
