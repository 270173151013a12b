"""Briefings found again: the latest, by search, and opened from a list."""

import pytest

from bot.core.people.members import Role
from tests.handlers.issuing import BARE, delivery_of, issue, read_at
from tests.handlers.sending import SLUG
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    await home.member("chi", "Chi", BUON_MA_THUOT, Role.COMMUNICATOR)
    return home


async def test_latest_lists_what_the_member_follows_the_newest_first(town: Village) -> None:
    await issue(town, SLUG)
    await issue(town, "tet-giap-thin-2024")
    await issue(town, "doi-ngoai-trung-quoc-12-2023", BUON_MA_THUOT)
    (reply,) = await town.say("an", "/moinhat")
    titles = [town.house.briefings[slug].bodies["vi"].title for slug in ("tet-giap-thin-2024", SLUG)]
    assert [button.label for button in reply.buttons] == [_label(title) for title in titles]
    assert reply.text.index(titles[0]) < reply.text.index(titles[1])
    assert "Quốc hội · 08/12/2023" in reply.text
    await town.press("an", "topic:tet")
    (reply,) = await town.say("an", "/moinhat")
    assert [button.label for button in reply.buttons] == [_label(titles[1])]


def _label(title: str) -> str:
    return title if len(title) <= 60 else f"{title[:59].rstrip()}…"


async def test_latest_stops_at_five_and_says_how_to_find_the_rest(town: Village) -> None:
    for slug in sorted(town.house.briefings.keys() - {BARE}):
        await issue(town, slug)
    (reply,) = await town.say("an", "/moinhat")
    assert len(reply.buttons) == 5
    assert "/tim" in reply.text


async def test_nothing_yet_is_answered_with_two_next_steps(town: Village) -> None:
    (reply,) = await town.say("an", "/moinhat")
    assert reply.labels == ["Chuyên đề", "Trợ giúp"]
    (reply,) = await town.say("an", "/tim quốc hội")
    assert "Không tìm thấy" in reply.text
    assert len(reply.buttons) == 2


@pytest.mark.parametrize("words", ["Quốc hội", "quoc hoi", "QUOC  HOI", "luat can cuoc", "kỳ họp"])
async def test_search_needs_no_diacritics_and_looks_into_the_text(town: Village, words: str) -> None:
    await issue(town, SLUG)
    (reply,) = await town.say("an", f"/tim {words}")
    assert [button.label for button in reply.buttons] == [
        _label(town.house.briefings[SLUG].bodies["vi"].title)
    ]


async def test_search_finds_topics_not_followed_but_nothing_of_other_units(town: Village) -> None:
    await town.press("an", "topic:tet")
    await issue(town, "tet-giap-thin-2024", PROVINCE)
    await issue(town, "doi-ngoai-trung-quoc-12-2023", BUON_MA_THUOT)
    (reply,) = await town.say("an", "/tim tết")
    assert len(reply.buttons) == 1
    (reply,) = await town.say("an", "/tim trung quốc")
    assert "Không tìm thấy" in reply.text


async def test_search_without_words_explains_itself(town: Village) -> None:
    (reply,) = await town.say("an", "/tim")
    assert "Ví dụ: /tim" in reply.text
    assert len(reply.buttons) == 2
    (reply,) = await town.say("an", "/tim %_ \\")
    assert "Không tìm thấy" in reply.text


async def test_an_old_briefing_is_opened_and_confirmed_from_the_list(town: Village) -> None:
    row_id, run = await issue(town, SLUG, PROVINCE, ("photo", False))
    row = await delivery_of(town, run, "an")
    (screen, _) = await town.press("an", f"open:{row_id}")
    assert [button.data for button in screen.buttons] == [
        f"ack:{row}",
        f"bfull:{row_id}",
        f"bfiles:{row_id}",
        f"kit:{row_id}:0",
        f"page:to:{row}:ask",
    ]
    assert "Luật Căn cước" in (await town.press("an", f"bfull:{row_id}"))[0].text
    assert (await town.press("an", f"bfiles:{row_id}"))[0].message.attachment is not None
    await town.tap("an", "✅ Đã đọc")
    (screen, _) = await town.press("an", f"open:{row_id}")
    assert screen.labels[0] == "✅ Đồng chí đã xác nhận lúc 08:00 ngày 02/11"
    assert len(await read_at(town)) == 1


async def test_somebody_who_came_later_reads_without_confirming(town: Village) -> None:
    row_id, _ = await issue(town, SLUG)
    await town.member("dung", "Dũng", EA_KAO, Role.COMMUNICATOR)
    (screen, _) = await town.press("dung", f"open:{row_id}")
    assert [button.data for button in screen.buttons] == [
        f"bfull:{row_id}",
        f"kit:{row_id}:0",
        f"page:of:{row_id}:ask",
    ]


@pytest.mark.parametrize("name", ["open", "bfull", "bfiles"])
async def test_briefings_of_other_units_stay_closed(town: Village, name: str) -> None:
    row_id, _ = await issue(town, SLUG, BUON_MA_THUOT, ("photo", False))
    for who in ("an", "stranger"):
        for number in (row_id, 999, "9" * 40, "x"):
            (answer,) = await town.press(who, f"{name}:{number}")
            assert "không còn hiệu lực" in answer.toast
    assert (await town.press("chi", f"{name}:{row_id}"))[0].kind == "send"
