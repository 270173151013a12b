"""Authority taken back: by whom, from whom, and what falls with it."""

import json
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.acts import invitations, me, members, replies, roster
from bot.acts.context import Context, Operator, Refusal
from bot.acts.invitations import Created
from bot.acts.members import Changed
from bot.core.kernel.richtext import paragraph
from bot.core.people.members import Role
from bot.core.talk.message import Message
from bot.storage.people import members as stored
from bot.storage.people import refusals
from bot.storage.tables import audit, delivery, endpoint, invite, member, offer, submission
from tests.acts.matrix import OTHER
from tests.handlers.reporting import to_summary
from tests.handlers.sending import a_run, fill, put, words
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village

INVITING = ("/moi", "ea kao", "[Biên tập]", "[7 ngày]", "[1 người]")
Act = Callable[[Context, int], Awaitable[Changed | Refusal]]


@pytest.fixture
async def ids(home: Village) -> dict[str, int]:
    """An administrator of the province and two of a commune; a reader and a reporter there."""
    return {
        "tinh": await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR),
        "xa": await home.member("xa", "Quản trị xã", EA_KAO, Role.ADMINISTRATOR, Role.REPORTER),
        "xa2": await home.member("xa2", "Quản trị xã hai", EA_KAO, Role.ADMINISTRATOR),
        "hoa": await home.member("hoa", "Hoa", EA_KAO, Role.COMMUNICATOR, Role.REPORTER),
    }


async def do(home: Village, who: str, act: Act, number: int) -> Changed | Refusal:
    """Somebody does it, or (no name) the operator."""
    home.now += 1000
    async with home.database.write() as conn:
        actor = await stored.at(conn, ACCOUNT, who) if who else Operator()
        return await act(Context(conn, home.house, actor, home.now, ACCOUNT, who), number)


async def noted(home: Village) -> list[tuple[str, ...]]:
    async with home.database.read() as conn:
        query = select(audit.c.actor, audit.c.act, audit.c.subject, audit.c.detail).order_by(audit.c.id)
        return [tuple(row) for row in await conn.execute(query)]


def roles(*wanted: Role) -> Act:
    return lambda ctx, number: members.change_roles(ctx, number, wanted)


def to(unit: str) -> Act:
    return lambda ctx, number: members.move(ctx, number, unit)


async def test_a_suspended_member_hears_one_sentence_and_does_nothing(
    home: Village, ids: dict[str, int]
) -> None:
    await home.say("hoa", "/baocao")
    tap = next(one for one in home.screens["hoa"][-1].buttons).data
    done = await do(home, "xa", members.suspend, ids["hoa"])
    assert isinstance(done, Changed)
    (told,) = await home.read("hoa")
    assert told.text == "Quyền sử dụng của đồng chí đang tạm dừng; đồng chí liên hệ quản trị Phường Ea Kao."
    for said in ("chào", "/start", "/moinhat", "/toi", "/baocao", "7"):
        (reply,) = await home.say("hoa", said)
        assert (reply.kind, reply.text, reply.labels) == ("send", told.text, ["Rời khỏi", "Xóa dữ liệu"])
    for data in (tap, "me:name", "go:toi", "me:lang:en", "me:back"):
        (reply,) = await home.press("hoa", data)
        assert (reply.kind, reply.toast) == ("answer", told.text)
    async with home.database.read() as conn:
        assert (await conn.execute(select(member.c.state).where(member.c.id == ids["hoa"]))).scalar() == (
            "suspended"
        )
        offered = (await conn.execute(select(offer.c.choices).where(offer.c.chat_id == "hoa"))).scalar_one()
        assert [data for _, data in json.loads(offered)] == ["me:leave", "me:erase"]
    assert isinstance(await do(home, "xa", members.reinstate, ids["hoa"]), Changed)
    assert "như trước" in (await home.read("hoa"))[0].text
    assert "Tên" in words(await home.say("hoa", "/toi"))
    assert [row[1:] for row in await noted(home)] == [
        ("members.suspend", f"member:{ids['hoa']}", f"unit:{EA_KAO}"),
        ("members.reinstate", f"member:{ids['hoa']}", f"unit:{EA_KAO}"),
    ]


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (("chào", "[Rời khỏi]", "[Đồng ý rời khỏi]"), "left"),
        (("chào", "1", "1"), "left"),
        (("rời khỏi", "1"), "left"),
        (("/dung", "1"), "left"),
        (("/rutdongy", "1"), "left"),
        (("/XOA", "1"), None),
        (("chào", "2", "đồng ý xóa hết"), None),
        (("xóa dữ liệu", "[Xóa dữ liệu]", "[Đồng ý xóa hết]"), None),
    ],
)
async def test_who_is_suspended_may_leave_and_be_erased_all_the_same(
    home: Village, ids: dict[str, int], words: tuple[str, ...], state: str | None
) -> None:
    await do(home, "xa", members.suspend, ids["hoa"])
    await home.read("hoa")
    farewell = await fill(home, "hoa", *words)
    assert any(reply.kind == "send" and reply.text for reply in farewell)
    async with home.database.read() as conn:
        assert (await conn.execute(select(member.c.state).where(member.c.id == ids["hoa"]))).scalar() == state
        assert (await conn.execute(select(endpoint).where(endpoint.c.chat_id == "hoa"))).first() is None
        assert await refusals.left_at(conn, ACCOUNT, "hoa") == home.now
    assert isinstance(await do(home, "xa", members.reinstate, ids["hoa"]), Refusal)


async def test_who_is_suspended_has_their_data_all_the_same(home: Village, ids: dict[str, int]) -> None:
    await do(home, "xa", members.suspend, ids["hoa"])
    await home.read("hoa")
    (reply,) = await home.say("hoa", "/dulieucuatoi")
    assert reply.message.attachment is not None


async def test_the_contact_is_an_administrator_who_is_in_force(home: Village, ids: dict[str, int]) -> None:
    for name in ("xa", "xa2"):
        await do(home, "tinh", members.suspend, ids[name])
    assert "quản trị Tỉnh Đắk Lắk" in (await home.say("xa", "chào"))[-1].text


async def test_who_was_demoted_in_mid_form_is_refused_in_words(home: Village, ids: dict[str, int]) -> None:
    await fill(home, "xa", *INVITING)
    await do(home, "xa2", roles(Role.REPORTER), ids["xa"])
    replies = await home.tap("xa", "✅ Gửi")
    assert "không còn vai trò để làm việc này" in words(replies)
    async with home.database.read() as conn:
        assert (await conn.execute(select(invite))).first() is None
    assert "Vai trò của đồng chí tại Phường Ea Kao nay là: cộng tác viên" in words(replies)


@pytest.mark.parametrize(
    ("takes", "gives"),
    [
        (roles(Role.REPORTER), roles(Role.ADMINISTRATOR)),
        (members.suspend, members.reinstate),
        (to(BUON_MA_THUOT), to(EA_KAO)),
    ],
)
async def test_a_code_falls_with_its_makers_right_for_good(
    home: Village, ids: dict[str, int], takes: Act, gives: Act
) -> None:
    made = await do(home, "xa", _invite, 0)  # type: ignore[arg-type]
    kept = await do(home, "xa2", _invite, 0)  # type: ignore[arg-type]
    assert isinstance(made, Created)
    assert isinstance(kept, Created)
    for act in (takes, gives):
        assert isinstance(await do(home, "tinh", act, ids["xa"]), Changed)
        async with home.database.write() as conn:
            stranger = Context(conn, home.house, None, home.now, ACCOUNT, "moi")
            assert await invitations.look(stranger, made.code) == Refusal("start.void_code")
            assert not isinstance(await invitations.look(stranger, kept.code), Refusal)
            held = await invitations.holding(Context(conn, home.house, Operator(), home.now))
            assert not isinstance(held, Refusal)
            assert len(held) == 1


async def _invite(ctx: Context, _number: int) -> object:
    return await invitations.create(ctx, EA_KAO, [Role.EDITOR], days=1, uses=1)


async def test_nobody_acts_on_who_stands_higher_or_beside(home: Village, ids: dict[str, int]) -> None:
    beside = await home.member("khac", "Người khác", BUON_MA_THUOT, Role.COMMUNICATOR)
    for act in (members.suspend, members.reinstate, members.remove, roles(Role.EDITOR), to(EA_KAO)):
        for number in (ids["tinh"], beside, 999):
            assert await do(home, "xa", act, number) == Refusal("tap.stale")
    for unit in (BUON_MA_THUOT, PROVINCE, OTHER):  # nor sends anybody where they have no right
        assert await do(home, "xa", to(unit), ids["hoa"]) == Refusal("invite.no_unit", {"unit": unit})
    assert await noted(home) == []


async def test_nobody_suspends_or_removes_themself(home: Village, ids: dict[str, int]) -> None:
    for act in (members.suspend, members.reinstate, members.remove):
        assert await do(home, "xa", act, ids["xa"]) == Refusal("member.yourself")
    assert isinstance(await do(home, "xa", roles(Role.ADMINISTRATOR), ids["xa"]), Changed)


async def test_a_unit_is_not_left_without_an_administrator(home: Village, ids: dict[str, int]) -> None:
    last = ids["tinh"]
    why = Refusal("member.last_administrator", {"name": "Quản trị tỉnh", "unit": "Tỉnh Đắk Lắk"})
    for act in (roles(Role.EDITOR), to(EA_KAO)):
        assert await do(home, "tinh", act, last) == why
        assert await do(home, "", act, last) == why
    for act in (members.suspend, members.remove):
        assert await do(home, "", act, last) == why
    # The communes' last one is not the last over it.
    await do(home, "tinh", members.suspend, ids["xa2"])
    assert isinstance(await do(home, "tinh", roles(Role.REPORTER), ids["xa"]), Changed)

    async def surely(ctx: Context, number: int) -> Changed | Refusal:
        return await members.suspend(ctx, number, sure=True)

    assert isinstance(await do(home, "", surely, last), Changed)


async def test_what_changes_nothing_says_so(home: Village, ids: dict[str, int]) -> None:
    unchanged, hoa = Refusal("member.unchanged"), ids["hoa"]
    assert await do(home, "xa", roles(Role.COMMUNICATOR, Role.REPORTER), hoa) == unchanged
    assert await do(home, "xa", roles(), hoa) == Refusal("member.no_roles")
    assert await do(home, "xa", to(EA_KAO), hoa) == unchanged
    assert await do(home, "xa", members.reinstate, hoa) == unchanged
    await do(home, "xa", members.suspend, hoa)
    assert await do(home, "xa", members.suspend, hoa) == unchanged


async def test_moving_somebody_changes_no_figure_and_no_opinion_of_the_past(
    home: Village, ids: dict[str, int]
) -> None:
    reporter = await home.member("rep", "Bình", EA_KAO, Role.COMMUNICATOR, Role.REPORTER)
    await to_summary(home)
    await home.tap("rep", "✅ Gửi")
    run = await a_run(home, EA_KAO)
    await put(home, run, "sent", 1, read=True)
    await put(home, run, "sent", 3)

    async def past() -> tuple[list[object], ...]:
        figures = select(delivery.c.run_id, delivery.c.place, delivery.c.state, delivery.c.acknowledged_at)
        async with home.database.read() as conn:
            rows = await conn.execute(figures.where(delivery.c.run_id.is_not(None)).order_by(delivery.c.id))
            return list(rows), list(await conn.execute(select(submission)))

    before, screen = await past(), words(await home.say("tinh", "/tiendo"))
    assert all(before)
    assert isinstance(await do(home, "tinh", to(BUON_MA_THUOT), reporter), Changed)
    assert "Phường Buôn Ma Thuột" in (await home.read("rep"))[-1].text
    assert await past() == before
    assert words(await home.say("tinh", "/tiendo")) == screen
    async with home.database.read() as conn:
        moved = await stored.get(conn, reporter)
    assert moved is not None
    assert (moved.unit, moved.roles) == (BUON_MA_THUOT, {Role.COMMUNICATOR, Role.REPORTER})


async def test_who_is_removed_is_gone_and_no_old_list_brings_them_back(
    home: Village, ids: dict[str, int]
) -> None:
    done = await do(home, "xa", members.remove, ids["hoa"])
    assert isinstance(done, Changed)
    assert done.told
    (told,) = await home.read("hoa")
    assert "đưa đồng chí ra khỏi hệ thống" in told.text
    async with home.database.read() as conn:
        assert (await conn.execute(select(member.c.name).where(member.c.id == ids["hoa"]))).scalar() == ""
        for table in (endpoint, offer):
            assert (await conn.execute(select(table).where(table.c.chat_id == "hoa"))).first() is None
        assert await refusals.left_at(conn, ACCOUNT, "hoa") == home.now
    assert "Tham gia" in (await home.say("hoa", "chào"))[0].labels
    assert (await noted(home))[0][1:] == ("members.remove", f"member:{ids['hoa']}", f"unit:{EA_KAO}")


async def test_what_waits_for_who_is_removed_is_not_said(home: Village, ids: dict[str, int]) -> None:
    mine = delivery.c.chat_id == "hoa", delivery.c.run_id.is_(None)
    async with home.database.write() as conn:
        await replies.say(conn, ACCOUNT, "hoa", Message(text=(paragraph("góp ý của dân"),)), home.now)
    assert isinstance(await do(home, "xa", members.remove, ids["hoa"]), Changed)
    async with home.database.read() as conn:
        waits = [str(row[0]) for row in await conn.execute(select(delivery.c.act).where(*mine))]
    assert len(waits) == 1
    assert "đưa đồng chí ra khỏi hệ thống" in waits[0]


async def test_who_stands_in_a_unit_is_listed_with_what_keeps_them_from_hearing(
    home: Village, ids: dict[str, int]
) -> None:
    await do(home, "xa", members.suspend, ids["xa2"])
    async with home.database.write() as conn:
        blocked = endpoint.update().where(endpoint.c.chat_id == "hoa")
        await conn.execute(blocked.values(state="closed", reason="blocked", changed_at=home.now))
        ctx = Context(conn, home.house, await stored.at(conn, ACCOUNT, "tinh"), home.now)
        found, above = await roster.members_of(ctx, EA_KAO), await roster.members_of(ctx, PROVINCE)
        assert not isinstance(found, Refusal)
        assert not isinstance(above, Refusal)
    states = {one.member.name: (one.state, [at.why for at in one.reached]) for one in found.people}
    assert states == {
        "Hoa": ("active", ["blocked"]),
        "Quản trị xã": ("active", [None]),
        "Quản trị xã hai": ("suspended", [None]),
    }
    assert (found.count, above.count, [(one.code, count) for one, count in above.below]) == (
        3,
        1,
        [(EA_KAO, 3)],
    )


async def test_without_catalogues_it_is_done_and_says_that_nobody_was_told(
    home: Village, ids: dict[str, int]
) -> None:
    home.house.texts = type(home.house.texts)({})
    for act in (members.suspend, members.reinstate, roles(Role.EDITOR), to(PROVINCE), members.remove):
        done = await do(home, "", act, ids["hoa"])
        assert isinstance(done, Changed)
        assert not done.told


async def test_leaving_takes_ones_codes_along(home: Village, ids: dict[str, int]) -> None:
    await do(home, "xa", _invite, 0)  # type: ignore[arg-type]
    await do(home, "xa", lambda ctx, _number: me.leave(ctx), ids["xa"])  # type: ignore[arg-type,return-value]
    async with home.database.read() as conn:
        assert (await conn.execute(select(invite.c.withdrawn_at))).scalar() == home.now
