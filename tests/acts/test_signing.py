"""Digests on their way up: drawn up, edited, endorsed by another, forwarded, counted above."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest

from bot.acts import closing, digest_papers, digests, places, signing, signing_files, succession
from bot.acts.context import Context, Operator, Refusal
from bot.acts.digest_files import Format
from bot.acts.digest_papers import Opened
from bot.acts.handouts import Made
from bot.core.opinion.signing import Part
from bot.core.people.members import Role
from bot.core.people.unit_changes import Change, Kind
from bot.core.people.units import Level
from bot.storage.opinion import authors, desk
from bot.storage.people import members, rules, units
from tests.contents import known
from tests.handlers.opinion.test_digest import OVER, heard
from tests.handlers.sending import people
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village

MONTH = date(2026, 10, 1), date(2026, 10, 31)
DISSENT = {"topic": "kinh-te-xa-hoi", "tendency": "KHONG_DONG_TINH"}
VIEW = "kinh-te-xa-hoi=KHONG_DONG_TINH"


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await home.member("head-a", "Lãnh đạo Ea Kao", EA_KAO, Role.APPROVER)
    await home.member("head", "Lãnh đạo tỉnh", PROVINCE, Role.APPROVER, Role.EDITOR)
    for unit in (EA_KAO, BUON_MA_THUOT):
        await heard(home, unit, 25, "Đồng tình", day=OVER)
        await heard(home, unit, 6, "Không đồng tình", day=OVER, **DISSENT)
    return home


@asynccontextmanager
async def acting(town: Village, chat: str = "") -> AsyncIterator[Context]:
    await closing.close_over(town.database, town.house, town.now)
    async with town.database.write() as conn:
        actor = await members.at(conn, ACCOUNT, chat) if chat else Operator()
        yield Context(conn, town.house, actor, town.now, ACCOUNT, chat)


async def drawn(town: Village, unit: str = EA_KAO, chat: str = "editor-a") -> Opened:
    async with acting(town, chat) as ctx:
        return opened(await signing.draw(ctx, unit, *MONTH))


def opened(found: Opened | Refusal) -> Opened:
    assert isinstance(found, Opened), found
    return found


def refused(found: Opened | Refusal) -> str:
    assert isinstance(found, Refusal)
    return found.key


async def sent_up(town: Village, unit: str, editor: str) -> Opened:
    """A commune's digest, endorsed and forwarded by people of its own."""
    draft = await drawn(town, unit, editor)
    async with acting(town) as ctx:
        opened(await signing.endorse(ctx, draft.row.id, 0))
        return opened(await signing.forward(ctx, draft.row.id, 0))


async def test_a_draft_is_drawn_up_once_and_its_numbers_stay(town: Village) -> None:
    first = await drawn(town)
    assert (first.row.state, first.summed.digest.total) == ("draft", 31)
    assert first.suggested == ("quoc-hoi", "kinh-te-xa-hoi")
    assert first.signing.words.themes == ()  # a suggestion is in nothing before a person confirms it
    assert first.signing.views == (VIEW,)
    assert (await drawn(town)).row.id == first.row.id
    async with acting(town, "editor-a") as ctx:
        edited = opened(
            await signing.edit(ctx, first.row.id, 0, {Part.OPENING: "Gọi bác Tư 0905123456"}, ["quoc-hoi"])
        )
        assert edited.masked
        assert "0905123456" not in edited.row.words
        assert (edited.row.revision, edited.row.figures) == (1, first.row.figures)
        assert refused(await signing.edit(ctx, first.row.id, 0, {Part.OPENING: "x"})) == "signing.edited"
        assert refused(await signing.edit(ctx, first.row.id, 1, None, ["bia-dat"])) == "signing.no_theme"
        long = "x" * 3001
        assert refused(await signing.edit(ctx, first.row.id, 1, {Part.ASSESSMENT: long})) == "desk.too_long"


async def test_only_a_closed_period_of_a_unit_is_drawn_up(town: Village) -> None:
    async with acting(town, "editor-a") as ctx:
        today = ctx.moment.date()
        assert refused(await signing.draw(ctx, EA_KAO, today.replace(day=1), today)) == "signing.not_over"
        assert refused(await signing.draw(ctx, PROVINCE, *MONTH)) == "tap.stale"
        assert refused(await signing.draw(ctx, BUON_MA_THUOT, *MONTH)) == "tap.stale"


async def test_its_author_does_not_endorse_it_where_approval_is_on(town: Village) -> None:
    async with acting(town) as ctx:
        await rules.choose_approval(ctx.conn, PROVINCE, True)
    draft = await drawn(town, PROVINCE, "head")
    async with acting(town, "head") as ctx:
        assert refused(await signing.endorse(ctx, draft.row.id, 0)) == "signing.own"
        assert refused(await signing.forward(ctx, draft.row.id, 0)) == "signing.not_endorsed"
    async with acting(town, "admin") as ctx:
        assert refused(await signing.endorse(ctx, draft.row.id, 7)) == "signing.edited"
        assert opened(await signing.endorse(ctx, draft.row.id, 0)).row.state == "endorsed"
        assert refused(await signing.endorse(ctx, draft.row.id, 0)) == "signing.over"
        assert refused(await signing.forward(ctx, draft.row.id, 0)) == "signing.nobody_above"
        again = opened(await signing.edit(ctx, draft.row.id, 0, {Part.PROPOSALS: "Sửa đường"}))
        assert (again.row.state, again.row.endorsed_on) == ("draft", "")  # an edit voids it


async def test_those_concerned_are_told_in_their_chats(town: Village) -> None:
    draft = await drawn(town)
    async with acting(town, "editor-a") as ctx:
        opened(await signing.present(ctx, draft.row.id, 0))
    assert "chờ đồng chí duyệt" in (await town.read("head-a"))[-1].text
    async with acting(town, "head-a") as ctx:
        opened(await signing.endorse(ctx, draft.row.id, 0))
    assert "đã được duyệt" in (await town.read("editor-a"))[-1].text
    async with acting(town, "editor-a") as ctx:
        opened(await signing.forward(ctx, draft.row.id, 0))
        assert refused(await signing.edit(ctx, draft.row.id, 0, {Part.OPENING: "x"})) == "signing.forwarded"
    assert "Phường Ea Kao đã gửi báo cáo tổng hợp" in (await town.read("admin"))[-1].text
    async with acting(town, "admin") as ctx:
        back = opened(await signing.send_back(ctx, draft.row.id, 0, "Thiếu kiến nghị"))
        assert (back.row.state, back.row.returned_for) == ("draft", "Thiếu kiến nghị")
    assert "Thiếu kiến nghị" in (await town.read("editor-a"))[-1].text


async def test_a_draft_is_presented_once_and_returned_by_who_endorses_it_alone(town: Village) -> None:
    draft = await drawn(town)
    async with acting(town, "head-a") as ctx:
        assert refused(await signing.send_back(ctx, draft.row.id, 0, "Chưa rõ")) == "tap.stale"
    async with acting(town, "editor-a") as ctx:
        assert opened(await signing.present(ctx, draft.row.id, 0)).row.waits
        assert refused(await signing.present(ctx, draft.row.id, 0)) == "signing.waits"
        assert refused(await signing.send_back(ctx, draft.row.id, 0, "Chưa rõ")) == "tap.stale"
    async with acting(town, "head-a") as ctx:
        assert refused(await signing.send_back(ctx, draft.row.id, 7, "Chưa rõ")) == "signing.edited"
        back = opened(await signing.send_back(ctx, draft.row.id, 0, "Chưa rõ"))
        assert (back.row.state, back.row.waits, back.row.returned_for) == ("draft", False, "Chưa rõ")
        assert refused(await signing.endorse(ctx, draft.row.id, 0)) == "signing.edited"
    async with acting(town, "editor-a") as ctx:
        opened(await signing.present(ctx, draft.row.id, 1))
        assert not opened(await signing.edit(ctx, draft.row.id, 1, {Part.OPENING: "Trong tháng"})).row.waits


async def test_the_level_above_sees_who_is_silent_and_counts_what_came(town: Village) -> None:
    await sent_up(town, EA_KAO, "editor-a")
    above = await drawn(town, PROVINCE, "admin")
    sources = above.signing.sources
    assert (sources.due, sources.endorsed, sources.forwarded, sources.reports) == (2, 1, 1, 31)
    async with acting(town, "admin") as ctx:
        found = await digest_papers.listed(ctx, "", MONTH)
        assert isinstance(found, digest_papers.Listed)
        assert {one.place.code: one.row.state if one.row else None for one in found.below} == {
            EA_KAO: "forwarded",
            BUON_MA_THUOT: None,
        }
    await sent_up(town, BUON_MA_THUOT, "editor-b")
    async with acting(town, "admin") as ctx:
        done = opened(await signing.endorse(ctx, above.row.id, 0))
    assert (done.signing.sources.forwarded, done.signing.sources.reports) == (2, 62)
    async with acting(town) as ctx:  # what comes later does not change what was endorsed
        opened(await signing.send_back(ctx, (await drawn_id(ctx, EA_KAO)), 0, "Thiếu"))
        assert opened(await digest_papers.look(ctx, above.row.id)).signing.sources == done.signing.sources


async def drawn_id(ctx: Context, unit: str) -> int:
    return opened(await signing.draw(ctx, unit, *MONTH)).row.id


async def test_a_view_of_few_is_left_out_only_with_a_mark_that_travels(town: Village) -> None:
    below = await drawn(town)
    async with acting(town) as ctx:
        number = below.row.id
        assert refused(await signing.edit(ctx, number, 0, left_out={"tet=CHUA_RO": "x"})) == "signing.no_view"
        opened(await signing.edit(ctx, number, 0, left_out={VIEW: "Đã giải quyết ở xã"}))
        made = await signing_files.make(ctx, number, Format.CSV)
        assert isinstance(made, Made)
        text = made.data.decode()
        assert "Lược 1 ý kiến khác: Đã giải quyết ở xã" in text
        assert "Không đồng tình 0" not in text
        opened(await signing.endorse(ctx, number, 1))
        opened(await signing.forward(ctx, number, 1))
    above = await drawn(town, PROVINCE, "admin")
    assert above.signing.sources.left_out == 1
    async with acting(town) as ctx:
        made = await signing_files.make(ctx, above.row.id, Format.CSV)
        assert isinstance(made, Made)
        assert "Cấp dưới đã lược 1 ý kiến khác" in made.data.decode()
        back = opened(await signing.edit(ctx, above.row.id, 0, left_out={VIEW: "Trùng"}))
        assert back.signing.words.left_out == {VIEW: "Trùng"}
        back = opened(await signing.edit(ctx, above.row.id, 1, left_out={VIEW: ""}))
        assert back.signing.words.left_out == {}


@pytest.mark.parametrize("form", Format)
async def test_files_have_what_was_written_and_are_drafts_that_nobody_issued(
    town: Village, form: Format
) -> None:
    draft = await drawn(town)
    async with acting(town) as ctx:
        number = draft.row.id
        opened(await signing.edit(ctx, number, 0, {Part.ASSESSMENT: "=Bà con yên tâm"}, ["quoc-hoi"]))
        for state in ("draft", "endorsed"):
            made = await signing_files.make(ctx, number, form, "STATE_ND30")
            assert isinstance(made, Made)
            words = text_of(form, made.data)
            assert ("Bà con yên tâm" in words) == (form is not Format.PNG)
            if form in (Format.DOCX, Format.XLSX):
                assert "DỰ THẢO" in words
                assert ("đơn vị đã duyệt ngày" in words) == (state == "endorsed")
            if form is Format.CSV:
                assert "'=Bà con" in words
            if state == "draft":
                opened(await signing.endorse(ctx, number, 1))


def text_of(form: Format, data: bytes) -> str:
    from io import BytesIO
    from zipfile import ZipFile

    if form in (Format.DOCX, Format.XLSX):
        with ZipFile(BytesIO(data)) as file:
            return "".join(file.read(name).decode() for name in file.namelist() if name.endswith(".xml"))
    return data.decode(errors="replace")


async def test_a_text_that_is_taken_back_is_in_no_digest_any_more(town: Village) -> None:
    draft = await drawn(town)
    async with acting(town) as ctx:
        opened(await signing.endorse(ctx, draft.row.id, 0))
        assert "Đồng tình 0" in said(opened(await digest_papers.look(ctx, draft.row.id)))
        report = await desk.get(ctx.conn, f"DL-{EA_KAO}-quoc-hoi-{OVER}-Đồng tìn-0")
        assert report is not None
        await authors.take_back(ctx.conn, report)
        after = opened(await digest_papers.look(ctx, draft.row.id))
        assert "Đồng tình 0" not in said(after)
        assert after.summed.digest.total == 31


def said(found: Opened) -> str:
    return "\n".join(
        words for group in found.summed.digest.texts for text in group.texts for words in text.words.values()
    )


async def test_words_are_clean_whatever_door_they_come_in_by(town: Village) -> None:
    draft = await sent_up(town, EA_KAO, "editor-a")
    async with acting(town) as ctx:
        back = opened(await signing.send_back(ctx, draft.row.id, 0, "Ghi\x0brõ\u202e \ud800nguồn"))
        assert back.row.returned_for == "Ghi rõ nguồn"
        typed = {Part.OPENING: "Hai\x0bdòng\u202e\nvà \ud800một"}
        edited = opened(await signing.edit(ctx, draft.row.id, back.row.revision, typed))
    assert edited.row.said.parts == {Part.OPENING: "Hai dòng\nvà một"}


async def test_a_unit_that_moved_keeps_its_own_past(town: Village) -> None:
    draft = await sent_up(town, EA_KAO, "editor-a")
    day = town.house.today(town.now)
    new = Change(day=day, kind=Kind.NEW, units=("99",), into=("TW",), name="Tỉnh Mới", level=Level.PROVINCE)
    merge = Change(day=day, kind=Kind.MERGE, units=(PROVINCE,), into=("99",))
    tree = known().tree.model_copy(update={"changes": (new, merge)})
    async with town.database.write() as conn:
        await units.synchronise(conn, tree.on(day), day.isoformat())
        await succession.follow(conn, town.house.texts, day, town.now)
    async with acting(town, "editor-a") as ctx:
        after = opened(await digest_papers.look(ctx, draft.row.id))
        assert after.place.path == "/TW/99/24169/"
        fresh = await digests.read(ctx, after.place.path, *MONTH)
        assert isinstance(fresh, digests.Summed)
        other = opened(await signing.draw(ctx, EA_KAO, MONTH[0].replace(month=9, day=1), date(2026, 9, 30)))
    assert other.summed.digest.total == 0
    assert fresh.digest == after.summed.digest
    assert (fresh.digest.total, fresh.digest.texts) == (31, draft.summed.digest.texts)
    assert fresh.digest.coverage.reported == (after.place.path,)
    async with acting(town) as ctx:
        above = await digests.read(ctx, "/TW/", *MONTH)
        assert isinstance(above, digests.Summed)
    assert above.digest.total == 62


async def test_a_unit_in_training_forwards_to_nobody_who_is_not(town: Village) -> None:
    draft = await drawn(town)
    async with acting(town) as ctx:
        opened(await signing.endorse(ctx, draft.row.id, 0))
        await rules.train(ctx.conn, EA_KAO, True, ())
        assert refused(await signing.forward(ctx, draft.row.id, 0)) == "signing.training"
        await rules.train(ctx.conn, PROVINCE, True, ())  # the level above practises too
        assert opened(await signing.forward(ctx, draft.row.id, 0)).row.state == "forwarded"


@pytest.mark.parametrize("closed", [False, True])
async def test_the_month_of_a_move_has_what_was_reported_before_it_too(town: Village, closed: bool) -> None:
    today = town.house.today(town.now)
    await heard(town, EA_KAO, 6, "Trước khi chuyển", day=today.replace(day=1).isoformat())
    new = Change(day=today, kind=Kind.NEW, units=("99",), into=("TW",), name="Tỉnh Mới", level=Level.PROVINCE)
    merge = Change(day=today, kind=Kind.MERGE, units=(PROVINCE,), into=("99",))
    tree = known().tree.model_copy(update={"changes": (new, merge)})
    async with town.database.write() as conn:
        await units.synchronise(conn, tree.on(today), today.isoformat())
        await succession.follow(conn, town.house.texts, today, town.now)
    await heard(town, EA_KAO, 9, "Sau khi chuyển", day=today.isoformat())
    first = today.replace(day=1)
    if closed:
        town.now += 40 * 86_400_000
    async with acting(town) as ctx:
        place = await places.find(ctx.conn, EA_KAO)
        assert place is not None
        found = await digests.read(ctx, place.path, first, today)
        assert isinstance(found, digests.Summed)
        whole = await digests.read(ctx, "/TW/", first, today)
        assert isinstance(whole, digests.Summed)
    assert found.digest.total == whole.digest.total == 15
    assert found.digest.coverage.reported == (place.path,)


async def test_a_digest_of_a_unit_that_ended_is_finished_by_what_it_became(town: Village) -> None:
    number = (await drawn(town)).row.id
    day = town.house.today(town.now)
    merge = Change(day=day, kind=Kind.MERGE, units=(EA_KAO,), into=(BUON_MA_THUOT,))
    tree = known().tree.model_copy(update={"changes": (merge,)})
    async with town.database.write() as conn:
        await units.synchronise(conn, tree.on(day), day.isoformat())
        await succession.follow(conn, town.house.texts, day, town.now)
    async with acting(town, "editor-a") as ctx:
        listed = await digest_papers.listed(ctx)
        assert isinstance(listed, digest_papers.Listed)
        assert (listed.rows[0].id, listed.inherited) == (number, {EA_KAO: "Phường Ea Kao"})
        opened(await signing.edit(ctx, number, 0, {Part.OPENING: "Viết nốt"}))
        opened(await signing.present(ctx, number, 1))
    async with acting(town, "head-a") as ctx:
        opened(await signing.endorse(ctx, number, 1))
    async with acting(town, "editor-a") as ctx:
        sent = opened(await signing.forward(ctx, number, 1))
        assert (sent.row.state, sent.place.code) == ("forwarded", EA_KAO)
        assert isinstance(await signing_files.make(ctx, number, Format.JSON), Made)
        listed = await digest_papers.listed(ctx)
        assert isinstance(listed, digest_papers.Listed)
        assert listed.inherited == {}
