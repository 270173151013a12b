"""/chude: following is a choice, except where a role makes it compulsory."""

import pytest

from bot.core.people.members import Role
from bot.storage.people import members
from tests.handlers.village import EA_KAO, Village


async def test_topics_are_listed_with_their_standing(home: Village) -> None:
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    (reply,) = await home.say("an", "/chude")
    assert "Quốc hội: bắt buộc với tuyên truyền viên" in reply.text
    assert "Kinh tế - xã hội: đang theo dõi" in reply.text
    assert "Thi đua, khen thưởng: chưa theo dõi" in reply.text
    data = [button.data for button in reply.buttons]
    assert "topic:kinh-te-xa-hoi" in data
    assert "topic:quoc-hoi" not in data
    assert "Theo dõi: Thi đua, khen thưởng" in reply.labels
    assert all(len(one.encode()) <= 64 for one in data)


async def test_a_topic_is_left_and_followed_again_on_the_same_screen(home: Village) -> None:
    person = await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    await home.say("an", "/chude")
    screen, answer = await home.tap("an", "Thôi theo dõi: Tết Nguyên đán")
    assert screen.kind == "edit"
    assert "Tết Nguyên đán: chưa theo dõi" in screen.text
    assert answer.toast == "Đồng chí đã thôi theo dõi Tết Nguyên đán."
    async with home.database.read() as conn:
        assert await members.follows(conn, person) == {"tet": False}
    screen, answer = await home.tap("an", "Theo dõi: Tết Nguyên đán")
    assert "Tết Nguyên đán: đang theo dõi" in screen.text
    assert answer.toast == "Đồng chí đã theo dõi Tết Nguyên đán."


@pytest.mark.parametrize("data", ["topic:quoc-hoi", "topic:x", "topic:", "topic", "topic:tet:1"])
async def test_forged_taps_change_nothing(home: Village, data: str) -> None:
    person = await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    for who in ("an", "stranger"):
        (answer,) = await home.press(who, data)
        assert "không còn hiệu lực" in answer.toast
    (answer,) = await home.press("stranger", "topic:tet")
    assert "không còn hiệu lực" in answer.toast
    async with home.database.read() as conn:
        assert await members.follows(conn, person) == {}


async def test_english_speakers_read_english(home: Village) -> None:
    await home.member("an", "An", EA_KAO, Role.REPORTER, language="en")
    (reply,) = await home.say("an", "/chude")
    assert "Public opinion: compulsory for opinion reporter" in reply.text
    assert "Stop following: Foreign affairs" in reply.labels
