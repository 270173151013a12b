"""A photo in a report: nothing of its camera is kept, who sent it looks at it, the desk alone sees it."""

import io
from dataclasses import replace
from typing import cast

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import photos
from bot.content.photos import Unusable, cleaned
from bot.core.people.members import Role
from bot.core.ports import Channel, Shared
from bot.core.ports import Unusable as Unread
from bot.core.talk.form import HALF_FILLED_MS, Field
from bot.core.talk.taps.reports import OnMine
from bot.engine.arrivals import TRIES, Arrivals
from bot.engine.retention import tidy
from bot.storage.accounts import files
from bot.storage.opinion import photos as stored
from bot.storage.people import erasing, members
from bot.storage.tables import file, photo
from bot.storage.talk import conversations
from handlers.opinion import photo as conversation
from tests.handlers.guidance.test_fromword import Goes, Shelf, leave_when_fetched
from tests.handlers.reporting import TAPS, TEXT
from tests.handlers.sending import VillageClock
from tests.handlers.village import ACCOUNT, EA_KAO, ZONE, Reply, Village

MAKER = b"Nokia-Krong-Pac"
WORDS = {"vi": "Ảnh"}


def taken(width: int = 64, height: int = 32) -> bytes:
    """A photo as a telephone makes it, lying on its side, with all that it knows."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, MAKER.decode()
    exif.get_ifd(0x8825)[1] = "N"
    made = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(made, "JPEG", exif=exif, comment=MAKER)
    return made.getvalue()


class Reporter:
    """Somebody who reports, and the loop that looks into what they send."""

    def __init__(self, home: Village) -> None:
        self.home, self.shelf = home, Shelf()
        channels = {ACCOUNT: cast(Channel, self.shelf)}
        kind = photos.arriving(conversation.told)
        self.loop = Arrivals(kind, home.database, channels, home.house, lambda _: None, VillageClock(home))

    async def to_photo(self) -> Reply:
        await self.home.say("rep", "/baocao")
        for label in TAPS:
            await self.home.tap("rep", label)
        await self.home.say("rep", TEXT)
        await self.home.tap("rep", "Bỏ qua")
        screen, *_ = await self.home.tap("rep", "Bình thường")
        return screen

    async def send(
        self, data: bytes | OSError, media_type: str = "image/jpeg", before: int = 0
    ) -> list[Reply]:
        handle = f"h{len(self.shelf.files)}"
        self.shelf.files[handle] = data
        size = len(data) if isinstance(data, bytes) else 9
        kind = "photo" if media_type.startswith("image/") else "document"
        return await self.home.share("rep", Shared(handle, "a.jpg", media_type, kind, size), before)

    async def looked(self) -> list[Reply]:
        while await self.loop.step():
            pass
        return await self.home.read("rep")

    async def bytes_of(self, reply: Reply) -> bytes:
        assert reply.message.attachment is not None
        async with self.home.database.read() as conn:
            return await files.data(conn, reply.message.attachment.file_id) or b""


@pytest.fixture
async def rep(home: Village) -> Reporter:
    ask = Field(key="photo", kind="photo", label=WORDS, question={"vi": "Có ảnh không?"}, optional=True)
    form = home.house.forms["opinion"]
    forms = {**home.house.forms, "opinion": form.model_copy(update={"fields": (*form.fields, ask)})}
    home.house = replace(home.house, forms=forms)
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await home.member("desk", "Biên", EA_KAO, Role.EDITOR)
    return Reporter(home)


async def test_a_photo_goes_its_way_to_the_desk(rep: Reporter) -> None:
    home = rep.home
    assert "Có ảnh không?" in (await rep.to_photo()).text
    (summary,) = await rep.send(taken())
    assert "⏳ Đã nhận ảnh" in summary.text
    assert "Ảnh: 📎 có ảnh kèm theo" in summary.text
    early, *_ = await home.tap("rep", "✅ Gửi")
    assert "đợi vài giây" in early.text
    shown, again = await rep.looked()
    assert "giữ đúng như thế này" in shown.text
    assert "✅ Gửi" in again.labels
    kept = await rep.bytes_of(shown)
    assert MAKER not in kept
    assert Image.open(io.BytesIO(kept)).size == (32, 64)  # upright
    receipt, *_ = await home.tap("rep", "✅ Gửi")
    code = next(word for word in receipt.text.split() if word.startswith("DL-"))
    async with home.database.read() as conn:
        row = (await conn.execute(select(photo))).one()
        assert (row.owner, row.account, row.chat_id, row.file_id, row.until) == (None, "", "", None, None)
    (opened,) = await home.say("desk", code)
    assert "Ảnh: 📎 có ảnh kèm theo" in opened.text
    (seen, *_) = await home.tap("desk", "📎 Xem ảnh")
    assert await rep.bytes_of(seen) == kept
    (mine,) = await home.say("rep", code)
    assert "có ảnh kèm theo" in mine.text
    await home.press("rep", OnMine("drop!", code).encode())
    async with home.database.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(photo))).scalar_one() == 0


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no photo at all", "Không mở được ảnh này"),
        (taken()[:300], "Không mở được ảnh này"),
        (OSError("away"), "Chưa tải được ảnh này"),
    ],
)
async def test_what_is_no_photo_costs_no_answer(rep: Reporter, data: bytes | OSError, why: str) -> None:
    await rep.to_photo()
    await rep.send(data)
    replies = await rep.looked()
    for _ in range(TRIES):
        replies = replies or await rep.looked()
    refused, question = replies
    assert why in refused.text
    assert "Có ảnh không?" in question.text
    (summary, *_) = await rep.home.tap("rep", "Bỏ qua")
    assert "Nhóm người: Nông dân" in summary.text
    async with rep.home.database.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(file))).scalar_one() == 0


async def test_anything_else_is_told_by_kind(rep: Reporter) -> None:
    await rep.to_photo()
    (reply,) = await rep.send(b"%PDF", "application/pdf")
    assert "cần một ảnh, chưa nhận được tệp" in reply.text
    (reply,) = await rep.home.say("rep", "ảnh đây")
    assert "gửi một ảnh chụp" in reply.text
    (reply,) = await rep.home.share("rep", Shared("h", "a.jpg", "image/jpeg", "photo", 99_000_000))
    assert "quá lớn" in reply.text


async def held(rep: Reporter) -> int:
    await rep.to_photo()
    await rep.send(taken())
    await rep.looked()
    async with rep.home.database.read() as conn:
        return await stored.held_by(conn, 1)


async def test_a_photo_that_waits_goes_with_who_sent_it(rep: Reporter) -> None:
    assert await held(rep) == 1
    async with rep.home.database.write() as conn:
        await erasing.erase(conn, 1)
    async with rep.home.database.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(photo))).scalar_one() == 0


async def test_a_photo_that_no_report_takes_goes_in_time(rep: Reporter) -> None:
    assert await held(rep) == 1
    await tidy(rep.home.database, ZONE, rep.home.now + HALF_FILLED_MS + 1, 30, 7)
    async with rep.home.database.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(photo))).scalar_one() == 0


async def test_an_account_that_is_taken_away_meanwhile_ends_nothing(rep: Reporter) -> None:
    await rep.to_photo()
    await rep.send(taken())
    channels = {ACCOUNT: cast(Channel, rep.shelf)}

    async def gone(conn: AsyncConnection, number: int) -> None:
        channels.clear()

    kind = replace(photos.arriving(conversation.told), tried=gone)
    home = rep.home
    loop = Arrivals(kind, home.database, channels, home.house, lambda _: None, VillageClock(home))
    assert await loop.step() is False
    assert "giữ đúng như thế này" in (await rep.looked())[0].text


@pytest.mark.parametrize("goes", [erasing.leave, erasing.erase])
async def test_a_photo_of_whoever_leaves_while_it_is_looked_into_is_kept_nowhere(
    rep: Reporter, goes: Goes
) -> None:
    await rep.to_photo()
    await rep.send(taken())
    await leave_when_fetched(rep.shelf, rep.home, goes)
    assert await rep.looked() == []
    async with rep.home.database.read() as conn:
        for table in (photo, file):
            assert (await conn.execute(select(func.count()).select_from(table))).scalar_one() == 0


def test_a_picture_with_too_many_points_is_refused_before_it_fills_memory() -> None:
    made = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(made, "PNG")
    with pytest.raises(Unusable, match="large"):
        cleaned(made.getvalue())
    assert Image.open(io.BytesIO(cleaned(taken(5000, 300)))).size == (154, 2560)


@pytest.mark.parametrize("goes", [erasing.leave, erasing.erase])
@pytest.mark.parametrize("seen", [True, False])
async def test_a_photo_that_waits_goes_with_whoever_leaves(rep: Reporter, goes: Goes, seen: bool) -> None:
    await rep.to_photo()
    await rep.send(taken())
    if seen:
        await rep.looked()
    async with rep.home.database.write() as conn:
        member = await members.at(conn, ACCOUNT, "rep")
        assert member is not None
        assert await stored.held_by(conn, member.id) == 1
        await goes(conn, member.id)
        for table in (photo, file):
            assert (await conn.execute(select(func.count()).select_from(table))).scalar_one() == 0


async def test_a_photo_that_waits_goes_with_its_chat(rep: Reporter) -> None:
    await rep.to_photo()
    await rep.send(taken())
    async with rep.home.database.write() as conn:
        await erasing.forget_chat(conn, ACCOUNT, "elsewhere")
        assert (await conn.execute(select(func.count()).select_from(photo))).scalar_one() == 1
        await erasing.forget_chat(conn, ACCOUNT, "rep")
        assert (await conn.execute(select(func.count()).select_from(photo))).scalar_one() == 0


@pytest.fixture
def offering(rep: Reporter) -> Reporter:
    """The form offers a photo and never asks for one."""
    form = rep.home.house.forms["opinion"]
    fields = (*form.fields[:-1], form.fields[-1].model_copy(update={"offered": True}))
    changed = {**rep.home.house.forms, "opinion": form.model_copy(update={"fields": fields})}
    rep.home.house = replace(rep.home.house, forms=changed)
    return Reporter(rep.home)


async def sent_with_photo(rep: Reporter) -> bool:
    receipt, *_ = await rep.home.tap("rep", "✅ Gửi")
    code = next(word for word in receipt.text.split() if word.startswith("DL-"))
    (opened,) = await rep.home.say("desk", code)
    return "📎 Xem ảnh" in opened.labels


async def test_an_offered_photo_is_a_button_of_the_summary(offering: Reporter) -> None:
    summary = await offering.to_photo()
    assert "✅ Gửi" in summary.labels, "it is not asked for"
    question, *_ = await offering.home.tap("rep", "📎 Kèm ảnh")
    assert "Có ảnh không?" in question.text
    summary, *_ = await offering.send(taken())
    assert "📎 Kèm ảnh" not in summary.labels
    assert "Ảnh: 📎 có ảnh kèm theo" in summary.text
    await offering.looked()
    assert await sent_with_photo(offering)


async def test_whoever_presses_it_by_mistake_goes_on_without(offering: Reporter) -> None:
    await offering.to_photo()
    await offering.home.tap("rep", "📎 Kèm ảnh")
    summary, *_ = await offering.home.tap("rep", "Bỏ qua")
    assert "✅ Gửi" in summary.labels
    assert not await sent_with_photo(offering)


async def test_a_photo_sent_at_any_question_goes_along_and_its_words_are_the_answer(
    offering: Reporter,
) -> None:
    home = offering.home
    await home.say("rep", "/baocao")
    screen, *_ = await offering.send(taken())
    assert "Đã nhận ảnh" in screen.text
    assert TAPS[0] in screen.labels, "the same question stands"
    for label in TAPS:
        await home.tap("rep", label)
    offering.shelf.files["again"] = taken()
    words = Shared("again", "a.jpg", "image/jpeg", "photo", 9, caption=f"{TEXT}, gọi 0905123456")
    home.numbered = True
    screen, *_ = await home.share("rep", words)
    home.numbered, numbered = False, str(home.now // 1000)
    async with home.database.read() as conn:  # it may be taken out of the chat, as typed words may
        begun = await conversations.current(conn, ACCOUNT, "rep")
    assert begun is not None
    assert begun.typed == (numbered,)
    async with home.database.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(photo))).scalar_one() == 1, "one stands"
    assert "[số điện thoại]" in screen.text or "Bỏ qua" in screen.labels
    await home.tap("rep", "Bỏ qua")
    (summary, *_) = await home.tap("rep", "Bình thường")
    assert TEXT in summary.text
    assert "0905123456" not in summary.text
    await offering.looked()
    assert await sent_with_photo(offering)


async def test_words_with_a_photo_wait_for_their_question_and_those_that_do_not_fit_are_named(
    offering: Reporter,
) -> None:
    home = offering.home
    await home.say("rep", "/baocao")
    offering.shelf.files["first"] = taken()

    async def shares(words: str, before: int = 0) -> str:
        screen, *_ = await home.share(
            "rep", Shared("first", "a.jpg", "image/jpeg", "photo", 9, words), before
        )
        return screen.text

    assert "Lời kèm ảnh được giữ cho câu" in await shares(f"{TEXT}, gọi 0905123456")
    for label in TAPS:
        (asked,) = [one for one in await home.tap("rep", label) if one.text]
    assert f"Đã trả lời: {TEXT}, gọi [số điện thoại]" in asked.text
    assert "Lời" not in (await home.tap("rep", "Giữ nguyên"))[0].text
    await home.tap("rep", "Bỏ qua")
    await home.tap("rep", "Bình thường")
    assert "Lời kèm ảnh chưa được ghi vào phiếu" in await shares("Thêm một câu nữa")


async def test_of_an_album_the_words_of_any_photo_are_the_answer(offering: Reporter) -> None:
    home = offering.home
    await home.say("rep", "/baocao")
    for label in TAPS:
        await home.tap("rep", label)
    await offering.send(taken())
    words = Shared("sent", "a.jpg", "image/jpeg", "photo", 9, caption=TEXT)
    (screen,) = await home.share("rep", words, before=2)
    assert "Bỏ qua" in screen.labels, "the next question"
    too_long = Shared("sent", "a.jpg", "image/jpeg", "photo", 9, caption="đường xấu " * 102)
    (screen,) = await home.share("rep", too_long, before=3)
    assert "dài 1.019 ký tự" in screen.text


async def test_an_offered_photo_that_is_no_photo_leaves_the_question_where_it_is(offering: Reporter) -> None:
    home = offering.home
    await home.say("rep", "/baocao")
    await offering.send(b"no photo at all")
    replies = await offering.looked()
    refused, question = replies
    assert "Không mở được ảnh này" in refused.text
    assert TAPS[0] in question.labels


async def test_of_an_album_the_first_photo_is_taken_and_it_is_said_once(rep: Reporter) -> None:
    await rep.to_photo()
    replies = [await rep.send(taken(width), before=width - 64) for width in range(64, 69)]
    assert [len(one) for one in replies] == [1, 1, 0, 0, 0]
    assert "⏳ Đã nhận ảnh" in replies[0][0].text
    assert "không nhận ảnh" in replies[1][0].text
    (shown, _) = await rep.looked()
    assert Image.open(io.BytesIO(await rep.bytes_of(shown))).size == (32, 64)


async def test_an_album_that_nobody_waits_for_is_answered_at_most_twice(rep: Reporter) -> None:
    for words in ("/huy", "/baocao"):
        await rep.home.say("rep", words)
        replies = [await rep.send(taken(), before=before) for before in range(6)]
        assert [len(one) for one in replies] == [1, 1, 0, 0, 0, 0], words
        video = Unread("a video", answer=True)
        replies = [await rep.home.update("rep", video, before=before) for before in range(4)]
        assert [len(one) for one in replies] == [1, 1, 0, 0], words
