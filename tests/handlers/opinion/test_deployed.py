"""The deployed report, whatever it asks: filled in by somebody who reads the screens, and not too long."""

from dataclasses import replace

from bot.acts import opinions
from bot.acts.context import Context
from bot.config import CONTENT
from bot.content import load
from bot.core.opinion.gathering import counted, grouping
from bot.core.people.members import Role
from bot.core.talk.words import bare
from bot.storage.people import members
from tests.handlers.reporting import CODE, TEXT, kept
from tests.handlers.sending import words
from tests.handlers.village import ACCOUNT, EA_KAO, Village


async def test_it_is_filled_in_with_at_most_eight_taps(home: Village) -> None:
    form = load(CONTENT).forms["opinion"]
    town = replace(home, house=replace(home.house, forms={**home.house.forms, form.slug: form}))
    await town.member("rep", "Rép", EA_KAO, Role.REPORTER)
    (screen,) = await town.say("rep", "/baocao")
    taps, asked = 0, dict[str, str]()
    while "✅ Gửi" not in screen.labels:
        item = next(one for one in form.fields if one.question["vi"] in screen.text)
        assert item.key not in asked, "asked twice"
        if item.kind == "choice" or item.optional:
            if "Xem thêm" in screen.labels:
                screen, *_ = await town.tap("rep", "Xem thêm")
                taps += 1
            asked[item.key] = "Bỏ qua" if item.optional else screen.labels[0]
            screen, *_ = await town.tap("rep", asked[item.key])
            taps += 1
        else:
            asked[item.key] = TEXT if item.kind == "text" else str(item.minimum)
            screen, *_ = await town.say("rep", asked[item.key])
    assert list(asked) == [one.key for one in form.fields if not (one.when or one.offered)]
    receipt, _ = await town.tap("rep", "✅ Gửi")
    assert CODE.search(receipt.text)
    assert taps + 1 <= 8
    (row,) = await kept(town)
    assert all(row.get(one.key) for one in form.fields if not (one.optional or one.when))


async def test_what_people_type_in_place_of_a_choice_is_understood(home: Village) -> None:
    form = load(CONTENT).forms["opinion"]
    town = replace(home, house=replace(home.house, forms={**home.house.forms, form.slug: form}))
    await town.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await town.say("rep", "bao cao")
    for said in ("tet", "nguoi gia", "họ không đồng ý", "nhieu nguoi noi", TEXT, "khong co", "gap"):
        (screen,) = await town.say("rep", said)
        assert "Chưa rõ" not in screen.text, said
    assert "Người cao tuổi, hưu trí" in screen.text
    assert "Không đồng tình" in screen.text
    assert "Quy mô: Nhiều ý kiến" in screen.text
    assert "Mức khẩn: Khẩn" in screen.text


async def test_no_word_for_a_choice_is_one_for_another(home: Village) -> None:
    for field in load(CONTENT).forms["opinion"].fields:
        said = [word for one in field.choices for word in {bare(each) for each in one.words}]
        assert len(said) == len(set(said)), field.key


async def test_a_digest_has_a_table_of_each_answer_that_is_chosen(home: Village) -> None:
    """By topic, group, tendency, spread and urgency; texts stand under their topic, with the tendency."""
    form = load(CONTENT).forms["opinion"]
    chosen = [one.key for one in form.fields if one.kind == "choice"]
    assert counted(form) == chosen == ["topic", "people", "tendency", "scale", "urgency"]
    assert [counted(form)[place] for place in grouping(form) if place is not None] == ["topic", "tendency"]
    town = replace(home, house=replace(home.house, forms={**home.house.forms, form.slug: form}))
    for name in ("a", "b"):
        await town.member(name, name, EA_KAO, Role.REPORTER)
    await town.member("adm", "An", EA_KAO, Role.ADMINISTRATOR)
    said = {"topic": "tet", "people": "NONG_DAN", "tendency": "DONG_TINH", "scale": "DA_SO", "urgency": "SOM"}
    async with town.database.write() as conn:
        for place in range(6):
            actor = await members.at(conn, ACCOUNT, "ab"[place % 2])
            ctx = Context(conn, town.house, actor, town.now, ACCOUNT, "ab"[place % 2])
            await opinions.submit(ctx, {**said, "content": f"Ý {place}"})
    town.now += 31 * 24 * 3600 * 1000
    screen = words(await town.press("adm", "dig:last_month"))
    for line in (
        "Theo chuyên đề\n• Tết Nguyên đán: 6",
        "Theo quy mô\n• Đa số: 6",
        "Theo mức khẩn\n• Cần xem sớm: 6",
    ):
        assert line in screen
