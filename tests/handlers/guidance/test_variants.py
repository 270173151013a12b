"""Who speaks another language: a recording with title and attribution; what is missing is shown before."""

import pytest

from bot.acts.first_screen import screen_of, theirs
from bot.core.guidance.briefing import BriefingFile
from bot.core.kernel.richtext import plain_text
from bot.core.people.members import Role
from bot.storage.accounts import files
from bot.storage.guidance import briefings
from tests.handlers.issuing import delivery_of, issue
from tests.handlers.sending import SLUG, fill, people, words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village

TET = "tet-giap-thin-2024"


@pytest.fixture
async def town(home: Village) -> Village:
    """A briefing recorded in Ê Đê, with a picture; somebody who speaks it."""
    await people(home)
    spoken = BriefingFile(path="rad.mp3", name="Bản ghi âm tiếng Ê Đê", media_type="audio/mpeg", kind="audio")
    one = home.house.briefings[SLUG].model_copy(update={"recordings": {"rad": spoken}})
    home.house.briefings = {**home.house.briefings, SLUG: one}
    await home.member("h'hoa", "H'Hoa", EA_KAO, Role.COMMUNICATOR, language="rad")
    return home


async def test_the_recording_goes_with_the_first_screen_of_who_speaks_its_language(town: Village) -> None:
    row, run = await issue(town, SLUG, PROVINCE, ("photo", True), ("audio", False))
    async with town.database.read() as conn:
        found, attached = await briefings.get(conn, row), await briefings.files(conn, row)
    assert found is not None
    said = screen_of(town.house, found.briefing, attached, "rad")
    assert said.attachment is not None
    assert said.attachment.kind == "audio"
    text = plain_text(said.text)
    assert "🔊 Có bản ghi âm tiếng Ê Đê." in text
    assert "Ban Tuyên giáo Trung ương" in text
    other = screen_of(town.house, found.briefing, attached, "vi")
    assert other.attachment is not None
    assert other.attachment.kind == "photo"
    assert [one.kind for one in theirs(found.briefing, attached, "en")] == ["photo"]
    number = await delivery_of(town, run, "h'hoa")
    shown = await town.press("h'hoa", f"files:{number}")
    assert [reply.message.attachment.kind for reply in shown if reply.message.attachment] == ["photo"]
    assert await town.press("an", f"files:{await delivery_of(town, run, 'an')}") != []


async def test_what_is_missing_is_shown_before_it_goes(town: Village) -> None:
    await town.member("y-bih", "Y Bih", EA_KAO, Role.COMMUNICATOR, language="cmo")
    async with town.database.write() as conn:
        audio = await files.keep(conn, "rad.mp3", "audio/mpeg", b"ID3")
        await briefings.keep(conn, town.house.briefings[SLUG], [(audio, "audio", False)], town.now)
    await town.say("admin", "/phat")
    title = town.house.briefings[SLUG].body("vi").title[:20]
    last = await fill(
        town, "admin", "[Bản tin có sẵn]", f"[{title}", "[Cả tỉnh Đắk Lắk]", "[Bình thường]", "[Gửi ngay]"
    )
    told = words(last)
    assert "1 người dùng tiếng M'nông (trung tâm)" in told
    assert "tiếng Ê Đê" in told
    assert "nhận bản tiếng Việt" in told


async def test_whose_channel_carries_no_recording_is_counted_before_it_goes(town: Village) -> None:
    town.house.fileless = frozenset({ACCOUNT})
    async with town.database.write() as conn:
        audio = await files.keep(conn, "rad.mp3", "audio/mpeg", b"ID3")
        await briefings.keep(conn, town.house.briefings[SLUG], [(audio, "audio", False)], town.now)
    await town.say("admin", "/phat")
    title = town.house.briefings[SLUG].body("vi").title[:20]
    told = words(
        await fill(
            town, "admin", "[Bản tin có sẵn]", f"[{title}", "[Cả tỉnh Đắk Lắk]", "[Bình thường]", "[Gửi ngay]"
        )
    )
    assert "❗ Có 1 người nhận qua kênh không gửi được bản ghi âm." in told


async def test_somebody_chooses_a_language_that_briefings_are_in(town: Village) -> None:
    await town.say("an", "/toi")
    replies = await town.tap("an", "Nhận bản tin bằng tiếng Ê Đê")
    assert "Bản tin có tiếng Ê Đê sẽ đến bằng tiếng Ê Đê." in words(replies)
    assert "Ngôn ngữ: Tiếng Ê Đê" in words(replies)
    assert any("Dùng tiếng Việt" in reply.labels for reply in replies)
    (refused,) = await town.press("an", "me:lang:xyz")
    assert "không còn hiệu lực" in refused.toast


async def test_the_loudspeakers_words_stand_below_the_whole_text(town: Village) -> None:
    _, run = await issue(town, TET, PROVINCE)
    row = await delivery_of(town, run, "an")
    (text, *_) = await town.press("an", f"full:{row}")
    assert "🔊 Bài phát thanh" in text.labels
    said = await town.tap("an", "🔊 Bài phát thanh")
    assert "đọc khoảng 1 phút" in words(said)
    assert "Kính thưa bà con!" in words(said)
    assert "Mã xác minh: " in words(said)
    assert "📌" in words(await town.tap("an", "↩️ Quay lại"))
    (stale,) = await town.press("chi-khong-co", f"page:to:{row}:loa")
    assert "không còn hiệu lực" in stale.toast
    _, other = await issue(town, SLUG, PROVINCE)
    (none,) = await town.press("an", f"page:to:{await delivery_of(town, other, 'an')}:loa")
    assert "chưa có bài phát thanh" in none.toast
