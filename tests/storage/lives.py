"""One row in each state of each lifecycle, and every statement of the program that moves any of them."""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count

from sqlalchemy import delete, insert, select, text, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.accounts import ACCOUNT, ENDPOINT
from bot.core.delivery.quota import ANY_WAY, Ways
from bot.core.delivery.states import DELIVERY, Priority, State, Transition
from bot.core.guidance.addenda import ADDENDUM
from bot.core.guidance.audience import LISTENERS, Audience
from bot.core.guidance.broadcast import BROADCAST, RUN
from bot.core.kernel.lifecycle import Lifecycle, Loop
from bot.core.meetings.conference import CONFERENCE, POINT
from bot.core.opinion.desk import SUBMISSION
from bot.core.opinion.questions import QUESTION
from bot.core.opinion.signing import DIGEST, Sources, Words
from bot.core.people.joining import JOIN_REQUEST, MEMBER
from bot.core.people.members import Role
from bot.core.people.permissions import Act, OperatorAct
from bot.core.talk.message import Message
from bot.core.talk.reply import EditReply
from bot.core.talk.updates import INBOX
from bot.storage import tables
from bot.storage.accounts import accounts, endpoints
from bot.storage.delivery import (
    claims,
    deliveries,
    distrust,
    fetching,
    followed,
    planning,
    recovery,
    replies,
    rerouting,
    runs,
    settling,
)
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.delivery.settling import Settled
from bot.storage.guidance import addenda, approvals, broadcasts, falling_due, newer
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.meetings import conferences, points
from bot.storage.opinion import authors, cutting, desk, digests, opinions, questions
from bot.storage.opinion.opinions import Kept
from bot.storage.people import departures, erasing, members, requests, suspension
from bot.storage.talk import inbox

KEPT = (
    ACCOUNT,
    ENDPOINT,
    RUN,
    DELIVERY,
    BROADCAST,
    ADDENDUM,
    MEMBER,
    JOIN_REQUEST,
    INBOX,
    SUBMISSION,
    DIGEST,
    QUESTION,
    CONFERENCE,
    POINT,
)
LIVES = {one.name: one for one in KEPT}
KEYS = {name: "name" if name == "account" else "id" for name in LIVES}
NOW, LATER, TOKEN = 1_000, 9_000, 7
FINISHED, REMINDS = RUN.states.index("finished") + 1, 5_000  # numbers of runs
EDIT = EditReply(message_id="5", message=Message())
Stood = dict[tuple[str, object], str]  # (table, row) → its state
Work = Callable[[AsyncConnection], Awaitable[object]]


def lifecycle(name: str) -> Lifecycle:
    """The one that a table keeps."""
    return LIVES[name]


async def stand(conn: AsyncConnection) -> Stood:
    """Where every row stands."""
    found: Stood = {}
    for name, key in KEYS.items():
        table = tables.metadata.tables[name]
        for row in await conn.execute(select(table.c[key], table.c.state)):
            found[name, row[0]] = row[1]
    return found


async def rows_in_every_state(conn: AsyncConnection) -> None:
    """Each broadcast has a run in each state; each account stands for its state, and so does each address."""
    for name in ("alpha", "beta", "gone"):
        state = "stopped" if name == "gone" else "open"
        await _add(conn, "account", name=name, kind="telegram", state=state)
    await _add(conn, "unit", code="66", name="Đắk Lắk", level="TINH", path="/66/")
    await _add(
        conn, "briefing", slug="x", version=1, digest="", topic="t", body="{}", search="", created_at=0
    )
    for number, state in enumerate(("active", "suspended", "left"), 900):
        await _member(conn, number, state)
    await members.grant(conn, 900, LISTENERS)
    await _broadcasts_and_runs(conn)
    await _deliveries(conn)
    await _reminders(conn)
    await _add(conn, "endpoint", member_id=900, account="beta", chat_id="shut", state="closed", changed_at=0)
    for number, state in enumerate(INBOX.states):
        await _add(
            conn,
            "inbox",
            account="alpha",
            update_key=str(number),
            chat_id="c",
            state=state,
            attempts=0,
            received_at=0,
        )
    for state in JOIN_REQUEST.states:
        await _add(
            conn,
            "join_request",
            account="alpha",
            chat_id="asks",
            name="An",
            language="vi",
            unit="66",
            consent_version="1",
            state=state,
            created_at=0,
        )
    said = {"unit_name": "Đắk Lắk", "signed": "x", "words": "x", "written_by": "cli", "created_at": 0}
    for number, state in enumerate(ADDENDUM.states, 1):
        await _add(conn, "addendum", id=number, broadcast_id=number, unit="66", state=state, **said)
    await _conferences(conn)
    where = {"unit": "66", "unit_path": "/66/", "desk": "66", "form": "opinion", "form_version": "1"}
    for state in SUBMISSION.states:
        await _add(
            conn, "submission", code=f"DL-{state}", state=state, day="2026-11-02", sample=False, **where
        )
    for state in QUESTION.states:
        said = {"slug": "x", "unit": "66", "desk": "66", "words": "?", "day": "2026-11-02"}
        await _add(conn, "question", state=state, **said)

    for state in DIGEST.states:
        days = {"first": state, "last": "2026-10-31"}
        said = {"figures": "{}", "words": "{}", "written_by": "cli"}
        await _add(conn, "digest", unit="66", state=state, revision=0, **days, **said)


async def _conferences(conn: AsyncConnection) -> None:
    """One in each state; the first has a point in each state, each of a unit of its own."""
    said = {"title": "t", "how": "x", "place": "x", "agenda": "x", "at": NOW, "answer_by": NOW}
    for number, state in enumerate(CONFERENCE.states, 1):
        where = {"unit": "66", "unit_path": "/66/", "created_at": 0}
        await _add(conn, "conference", id=number, state=state, **where, **said)
    for state in POINT.states:
        await _add(conn, "unit", code=state, name=state, level="XA", path=f"/66/{state}/")
        empty = dict.fromkeys(("place", "heads", "contact", "reason"), "")
        place = {"unit": state, "path": f"/66/{state}/", "told": 0}
        await _add(conn, "conference_point", conference_id=1, state=state, **place, **empty)


async def _add(conn: AsyncConnection, table: str, /, **values: object) -> None:
    await conn.execute(insert(tables.metadata.tables[table]).values(**values))


async def _member(conn: AsyncConnection, number: int, state: str = "active") -> None:
    agreed = {"consent_version": "1", "consent_at": 0, "consent_method": "test"}
    await _add(
        conn, "member", id=number, name="An", unit="66", language="vi", state=state, created_at=0, **agreed
    )


async def _broadcasts_and_runs(conn: AsyncConnection) -> None:
    ids = count(1)
    for number, state in enumerate(BROADCAST.states, 1):
        await _add(
            conn,
            "broadcast",
            id=number,
            briefing_id=1,
            unit="66",
            topic="t",
            roles="communicator",
            schedule=f'{{"kind": "once", "at": {NOW}}}',
            urgent=False,
            late_limit_ms=0,
            expiry_ms=0,
            state=state,
            planned_to=0,
            next_at=NOW,
            created_at=0,
        )
        for at, of_run in enumerate(RUN.states):
            await _add(
                conn,
                "run",
                id=next(ids),
                broadcast_id=number,
                at=at,
                state=of_run,
                audience=0,
                planned_from=0,
                expires_at=LATER,
                priority=2,
                created_at=0,
            )


async def _deliveries(conn: AsyncConnection) -> None:
    """Of a run that is finished, and replies: each kind in every state. In part: to who is suspended."""
    run_id = FINISHED
    kinds: tuple[dict[str, object], ...] = (
        {"run_id": run_id},
        {"run_id": run_id, "resent": True},
        {"run_id": run_id, "acknowledged_at": 5},
        {"run_id": run_id, "chat_id": None},
        {"run_id": run_id, "priority": 1},
        {"run_id": run_id, "part": 1},
        {},
        {"act": replies._row("alpha", "c", EDIT, 0)["new_act"], "chat_id": "c"},
    )
    for number, (values, state) in enumerate(
        ((kind, state) for kind in kinds for state in DELIVERY.states), 1
    ):
        member: dict[str, object] = {}
        if "run_id" in values:
            await _member(conn, number, "suspended" if "part" in values else "active")
            for account in ("alpha", "beta"):
                await endpoints.attach(conn, number, account, f"c{number}", 0)
            member = {"member_id": number}
        common = {"account": "alpha", "chat_id": f"c{number}", "priority": 2, "not_before": 0, "attempts": 0}
        rest = {"part": 0, "resent": False, "token": TOKEN, "created_at": 0}
        await _add(conn, "delivery", state=state, **{**common, **rest, **member, **values})


async def _reminders(conn: AsyncConnection) -> None:
    """Of a run that follows the finished one, to somebody who has a row of it: one in each state."""
    common = {"account": "alpha", "chat_id": "r", "priority": 3, "not_before": 0, "attempts": 0, "part": 0}
    for number, state in enumerate(DELIVERY.states, 1):
        await _add(
            conn,
            "run",
            id=REMINDS + number,
            broadcast_id=1,
            at=1_000 + number,
            state="running",
            audience=0,
            planned_from=0,
            expires_at=LATER,
            priority=3,
            created_at=0,
            about=FINISHED,
            kind="reminder",
        )
        rest = {"resent": False, "token": TOKEN, "created_at": 0, "state": state, "member_id": 1}
        await _add(conn, "delivery", run_id=REMINDS + number, **common, **rest)


async def _read(conn: AsyncConnection) -> None:
    query = select(tables.delivery.c.id).where(tables.delivery.c.run_id == FINISHED)
    query = query.where(tables.delivery.c.member_id == 1)
    await followed.drop(conn, (await conn.execute(query)).scalar_one(), 1)


async def _rows(conn: AsyncConnection, *states: str) -> list[ClaimedRow]:
    query = select(*claims._ROW).where(tables.delivery.c.state.in_(states))
    return [ClaimedRow(*row) for row in await conn.execute(query)]


def settled(to: State) -> Work:
    """What is in flight comes to an end."""

    async def work(conn: AsyncConnection) -> None:
        every = await _rows(conn, *State)
        ends = [Settled(row, Transition(to, 1, row.part), "m") for row in every]
        await settling.settle(conn, ends, TOKEN, NOW)

    return work


async def _claim(conn: AsyncConnection) -> None:
    await claims.claim(conn, await _rows(conn, State.PENDING), TOKEN)


async def _release(conn: AsyncConnection) -> None:
    await recovery.release(conn, [row.id for row in await _rows(conn, *State)], TOKEN)


async def _fetch(conn: AsyncConnection) -> None:
    ids = [row.id for row in await _rows(conn, *State)]
    await fetching.fetch(conn, ids, Priority.FETCHED, "alpha", "c", NOW)


async def _reroute(conn: AsyncConnection) -> None:
    for row in await _rows(conn, *State):
        await rerouting.reroute(conn, row, TOKEN)


async def _tap(conn: AsyncConnection) -> None:
    for row in await _rows(conn, *State):
        if row.member_id is not None:
            await deliveries.acknowledge(conn, row.id, row.member_id, NOW)


async def _leave(conn: AsyncConnection) -> None:
    for number in (await conn.execute(select(tables.member.c.id))).scalars().all():
        await erasing.leave(conn, number)


async def _suspend(conn: AsyncConnection) -> None:
    for number in (await conn.execute(select(tables.member.c.id))).scalars().all():
        await suspension.suspend(conn, number)


async def _cut(conn: AsyncConnection) -> None:
    """The link of a report that is named in all that is said in the chat of the replies."""
    report = Kept("DL-7K3M9Q", "1", "66", "2026-11-02", {})
    await opinions.add(conn, report, 900, "2026-11-02")
    await endpoints.attach(conn, 900, "alpha", "c", NOW)
    replies_there = update(tables.delivery).where(tables.delivery.c.chat_id == "c")
    await conn.execute(replies_there.values(act='{"kind":"send","message":"DL-7K3M9Q"}'))
    await cutting.drop_links(conn, "2026-11-03")


async def _reinstate(conn: AsyncConnection) -> None:
    for number in (await conn.execute(select(tables.member.c.id))).scalars().all():
        await suspension.reinstate(conn, number)


async def _gone_since(conn: AsyncConnection) -> None:
    chats = union(*(select(one.c.account, one.c.chat_id) for one in departures.HOLDING))
    for account, chat_id in (await conn.execute(chats)).all():
        if chat_id:
            await departures._take_away(conn, (account, chat_id))


def plan(roles: frozenset[Role], ways: Ways = ANY_WAY) -> Work:
    """Runs are planned: for those who have one of these roles."""

    async def no_editions(_languages: object) -> dict[str, int]:
        return {}

    async def work(conn: AsyncConnection) -> None:
        meant = Audience(unit="66", topic="t", roles=roles)
        for run in await runs.every(conn):
            await planning.plan_some(conn, run, meant, "/66/", 10, NOW, no_editions, None, ways)

    return work


async def _fall_due(conn: AsyncConnection) -> None:
    for number in range(1, len(BROADCAST.states) + 1):
        row = await broadcasts.get(conn, number)
        assert row is not None
        await falling_due.planned(conn, row, LATER)


def ending(to: str, reason: str, *fetched: str) -> Work:
    """A run's open rows end."""

    async def work(conn: AsyncConnection) -> None:
        for run in await runs.every(conn):
            await deliveries.end_open(conn, run.id, to, reason, 100, fetched)

    return work


async def _take_text(conn: AsyncConnection, by: Act = Act.TAKE_TEXT) -> None:
    """Newer texts are taken; a broadcast with a run that is being planned would keep its own."""
    busy = tables.run.c.state.in_(("planning", "held"))
    theirs = select(tables.run.c.id).where(busy)
    await conn.execute(delete(tables.delivery).where(tables.delivery.c.run_id.in_(theirs)))
    await conn.execute(delete(tables.run).where(busy))
    if conn.dialect.name == "postgresql":  # rows with numbers of the test's own have taken none from it
        await conn.execute(text("SELECT setval(pg_get_serial_sequence('broadcast', 'id'), 1000)"))
    for number in range(1, len(BROADCAST.states) + 1):
        row = await broadcasts.get(conn, number)
        assert row is not None
        await newer.take(conn, row, row.briefing_id, row.schedule, by=by)


async def _take_text_unapproved(conn: AsyncConnection, by: Act = Act.TAKE_TEXT) -> None:
    """Newer texts are taken by broadcasts that sent nothing yet, where texts need approval."""
    await conn.execute(delete(tables.delivery).where(tables.delivery.c.run_id.is_not(None)))
    await conn.execute(delete(tables.run))
    await each_broadcast(
        lambda c, row: newer.take(c, row, row.briefing_id, row.schedule, approval=True, by=by)
    )(conn)


def each_broadcast(act: Callable[[AsyncConnection, BroadcastRow], Awaitable[object]]) -> Work:
    """Something is tried on every broadcast, whatever its state."""

    async def work(conn: AsyncConnection) -> None:
        for number in range(1, len(BROADCAST.states) + 1):
            row = await broadcasts.get(conn, number)
            assert row is not None
            await act(conn, row)

    return work


def run_to(to: str, *come_from: str) -> Work:
    """The planner moves runs on."""

    async def work(conn: AsyncConnection) -> None:
        for run in await runs.every(conn):
            await runs.set_state(conn, run.id, come_from, to, NOW)

    return work


async def _add_anew(conn: AsyncConnection) -> None:
    """Each unit writes something else in place of what it added, which is taken away again."""
    values = {"unit_name": "x", "signed": "x", "words": "y", "written_by": "cli", "created_at": 0}
    if conn.dialect.name == "postgresql":
        await conn.execute(text("SELECT setval(pg_get_serial_sequence('addendum', 'id'), 1000)"))
    for number in range(1, len(ADDENDUM.states) + 1):
        new = await addenda.add(conn, number, "66", state="standing", **values)
        await conn.execute(delete(tables.addendum).where(tables.addendum.c.id == new))


def each_addendum(act: Callable[[AsyncConnection, int], Awaitable[object]]) -> Work:
    """Something is tried on every addendum."""

    async def work(conn: AsyncConnection) -> None:
        for number in range(1, len(ADDENDUM.states) + 1):
            await act(conn, number)

    return work


def order(to: str) -> Work:
    """Broadcasts are paused, resumed, cancelled."""

    async def work(conn: AsyncConnection) -> None:
        for number in range(1, len(BROADCAST.states) + 1):
            await broadcasts.set_state(conn, number, to)

    return work


def word(to: str) -> Work:
    """An operator's word on what is in doubt."""

    async def work(conn: AsyncConnection) -> None:
        for run in await runs.every(conn):
            await deliveries.resolve(conn, run.id, to, NOW)

    return work


def decision(to: str) -> Work:
    """Requests are decided."""

    async def work(conn: AsyncConnection) -> None:
        for number in (await conn.execute(select(tables.join_request.c.id))).scalars().all():
            await requests.decide(conn, number, to, None, NOW)

    return work


def each_address(act: Callable[[AsyncConnection, str, str], Awaitable[None]]) -> Work:
    """Something happens to each address."""

    async def work(conn: AsyncConnection) -> None:
        found = await conn.execute(select(tables.endpoint.c.account, tables.endpoint.c.chat_id))
        for account, chat_id in found.all():
            await act(conn, account, chat_id)

    return work


async def _take_back(conn: AsyncConnection) -> None:
    """Every report was merged, by what it says, into one that nobody has answered; that one goes."""
    found = await desk.get(conn, "DL-received")
    assert found is not None
    others = update(tables.submission).where(tables.submission.c.id != found.id)
    await conn.execute(others.values(merged_into=found.id))
    await authors.take_back(conn, found)


def at_desk(act: Callable[[AsyncConnection, desk.Report], Awaitable[object]]) -> Work:
    """A desk, or whoever wrote them, does something with each report."""

    async def work(conn: AsyncConnection) -> None:
        for code in (await conn.execute(select(tables.submission.c.code))).scalars().all():
            report = await desk.get(conn, code)
            assert report is not None
            await act(conn, report)

    return work


def each_digest(act: Callable[[AsyncConnection, digests.DigestRow], Awaitable[object]]) -> Work:
    """Something is tried on every digest, whatever its state."""

    async def work(conn: AsyncConnection) -> None:
        for row in await digests.of_unit(conn, "66", 0, 10):
            await act(conn, row)

    return work


def desk_to(to: str, by: Act) -> tuple[str, Work]:
    """A desk brings reports to a state."""
    return by, at_desk(lambda conn, report: desk.move(conn, report, to, by))


def each_question(act: Callable[[AsyncConnection, questions.QuestionRow], Awaitable[object]]) -> Work:
    """A unit does something with each question."""

    async def work(conn: AsyncConnection) -> None:
        for number in (await conn.execute(select(tables.question.c.id))).scalars().all():
            one = await questions.get(conn, number)
            assert one is not None
            await act(conn, one)

    return work


def each_conference(act: Callable[[AsyncConnection, int], Awaitable[object]]) -> Work:
    """Something happens to each conference."""

    async def work(conn: AsyncConnection) -> None:
        for number in range(1, len(CONFERENCE.states) + 1):
            await act(conn, number)

    return work


def each_point(act: Callable[[AsyncConnection, str], Awaitable[object]]) -> Work:
    """A unit says something of its point."""

    async def work(conn: AsyncConnection) -> None:
        for unit in POINT.states:
            await act(conn, unit)

    return work


async def _stop(conn: AsyncConnection) -> None:
    for name in ("alpha", "gone"):
        await accounts.stop(conn, name, "denied")


async def _start(conn: AsyncConnection) -> None:
    for name in ("alpha", "gone"):
        await accounts.register(conn, name, "telegram")
        await accounts.known(conn, name, "telegram")


async def _fail(conn: AsyncConnection) -> None:
    for number in range(1, 4):
        await inbox.failed(conn, number, "x", 1, NOW)


# Who moves, and by what.
WORKS: dict[str, tuple[str, Work]] = {
    "claim": (Loop.SENDER, _claim),
    **{
        f"settle as {to}": (Loop.SENDER, settled(to)) for to in sorted(DELIVERY.targets("inflight", "sender"))
    },
    "release": (Loop.SENDER, _release),
    "unclaim": (Loop.SENDER, lambda conn: recovery.unclaim(conn, "alpha", TOKEN, ())),
    "recover": (Loop.SENDER, lambda conn: recovery.recover(conn, "alpha", NOW)),
    "reroute": (Loop.SENDER, _reroute),
    "promote": (Loop.SENDER, lambda conn: claims.promote(conn, "alpha", NOW)),
    "stop": (Loop.SENDER, _stop),
    "start": (Loop.START, _start),
    "tap": (Act.ACKNOWLEDGE, _tap),
    "read before it was reminded of": (Act.ACKNOWLEDGE, _read),
    "leave": (Act.LEAVE, _leave),
    "suspend": (Act.SUSPEND, _suspend),
    "reinstate": (Act.REINSTATE, _reinstate),
    "replace": (Loop.DISPATCHER, lambda conn: replies.say(conn, "alpha", "c", EDIT, NOW)),
    "expire": (Loop.PLANNER, ending("skipped", "late")),
    "expire, to be fetched": (Loop.PLANNER, ending("skipped", "late", "alpha")),
    "fetch": (Loop.DISPATCHER, _fetch),
    "cut a link": (Loop.RETENTION, _cut),
    "nobody fetched it": (Loop.RETENTION, lambda conn: fetching.expire(conn, NOW, 1000)),
    "plan, to be fetched": (Loop.PLANNER, plan(LISTENERS, Ways({"alpha": 1, "beta": 1}))),
    "end": (Loop.PLANNER, ending("cancelled", "cancelled")),
    "plan": (Loop.PLANNER, plan(LISTENERS)),
    "plan for nobody": (Loop.PLANNER, plan(frozenset())),
    "finish": (Loop.PLANNER, run_to("finished", "running", "paused")),
    "take text": (Act.TAKE_TEXT, _take_text),
    "change": (Act.CHANGE, partial(_take_text, by=Act.CHANGE)),
    "change, to be approved": (Act.CHANGE, partial(_take_text_unapproved, by=Act.CHANGE)),
    "take text, to be approved": (Act.TAKE_TEXT, _take_text_unapproved),
    "submit": (Act.SUBMIT, each_broadcast(lambda c, row: approvals.submit(c, row, "cli", 1, NOW))),
    "go without approval": (
        Act.SUBMIT,
        each_broadcast(lambda c, row: approvals.release(c, row, row.schedule, NOW, waived=True)),
    ),
    "approve": (
        Act.APPROVE,
        each_broadcast(lambda c, row: approvals.approve(c, row, "cli", row.schedule, 1, NOW)),
    ),
    "send back": (Act.SEND_BACK, each_broadcast(lambda c, row: approvals.send_back(c, row, "x"))),
    "keep back": (Loop.PLANNER, each_broadcast(lambda c, row: approvals.keep_back(c, row, "x"))),
    "withhold": (Loop.PLANNER, each_broadcast(lambda c, row: approvals.withhold(c, row, NOW))),
    "add anew": (Act.WRITE_ADDENDUM, _add_anew),
    "take an addendum back": (Act.WITHDRAW_ADDENDUM, each_addendum(addenda.withdraw)),
    "approve an addendum": (
        Act.DECIDE_ADDENDUM,
        each_addendum(lambda c, one: addenda.decide(c, one, "standing", "cli", None)),
    ),
    "return an addendum": (
        Act.DECIDE_ADDENDUM,
        each_addendum(lambda c, one: addenda.decide(c, one, "returned", "cli", "x")),
    ),
    "an addendum's unit ends": (OperatorAct.FOLLOW, lambda conn: addenda.end(conn, "66", "x")),
    "not decided": (Loop.PLANNER, run_to("missed", "differs")),
    "cancelled": (Loop.PLANNER, run_to("cancelled", "cancelling")),
    "fall due": (Loop.PLANNER, _fall_due),
    "pause": (Act.PAUSE, order("paused")),
    "resume": (Act.RESUME, order("scheduled")),
    "cancel": (Act.CANCEL, order("cancelled")),
    "again": (Act.RESOLVE, word("pending")),
    "accept": (Act.RESOLVE, word("accepted")),
    "abandon": (Act.RESOLVE, word("abandoned")),
    "restore": (Loop.RESTORE, lambda conn: distrust.distrust(conn, NOW)),
    "gone since": (Loop.RESTORE, _gone_since),
    "handle": (Loop.DISPATCHER, lambda conn: inbox.close_all(conn, (1, 2, 3), NOW)),
    "fail": (Loop.DISPATCHER, _fail),
    "admit": (Act.ADMIT, decision("accepted")),
    "decline": (Act.DECLINE, decision("declined")),
    "ask again": (Act.ASK, lambda conn: requests.add(conn, "alpha", "asks", "B", "vi", "66", "1", NOW)),
    "forget": (Loop.RETENTION, lambda conn: requests.forget(conn, NOW)),
    "blocked": (Loop.SENDER, each_address(lambda c, a, i: endpoints.close(c, a, i, "blocked", NOW))),
    "writes": (Loop.DISPATCHER, each_address(lambda c, a, i: endpoints.reopen(c, a, i, NOW))),
    "open a report": desk_to("opened", Act.OPEN_REPORT),
    "verify": desk_to("verified", Act.VERIFY),
    "give back": desk_to("returned", Act.GIVE_BACK),
    "answer": desk_to("answered", Act.ANSWER),
    "close a report": desk_to("closed", Act.CLOSE),
    "forward": (Act.FORWARD, at_desk(lambda conn, one: desk.pass_on(conn, one, "66", Act.FORWARD))),
    "merge": (Act.MERGE, at_desk(lambda conn, one: desk.merge(conn, one, one.id))),
    "take_back": (Act.TAKE_BACK, _take_back),
    "cancel a conference": (Act.CANCEL_CONFERENCE, each_conference(conferences.cancel)),
    "close a conference": (Act.CLOSE_CONFERENCE, each_conference(conferences.close)),
    "begin a conference": (Loop.ESCALATION, each_conference(conferences.begin)),
    "confirm": (Act.CONFIRM_POINT, each_point(lambda c, unit: points.confirm(c, 1, unit, "", "", ""))),
    "decline a point": (Act.DECLINE_POINT, each_point(lambda c, unit: points.decline(c, 1, unit, ""))),
    "mend": (Act.MEND_REPORT, at_desk(lambda conn, one: authors.mend(conn, one, "2", {}))),
    "edit a digest": (Act.EDIT_DIGEST, each_digest(lambda c, row: digests.edit(c, row, Words(), "cli"))),
    "endorse a digest": (
        Act.ENDORSE_DIGEST,
        each_digest(lambda c, row: digests.endorse(c, row, Sources(), (), "2026-11-02")),
    ),
    "forward a digest": (
        Act.FORWARD_DIGEST,
        each_digest(lambda c, row: digests.forward(c, row, "2026-11-02")),
    ),
    "return a digest": (Act.RETURN_DIGEST, each_digest(lambda c, row: digests.send_back(c, row, "x"))),
    "answer a question": (
        Act.ANSWER_QUESTION,
        each_question(lambda conn, one: questions.answer(conn, one, "!", "66", "2026-11-02")),
    ),
    "close a question": (Act.CLOSE_QUESTION, each_question(questions.close)),
    "joins": (Act.JOIN, each_address(lambda c, a, i: endpoints.attach(c, 900, a, i, NOW))),
}
