"""The deployed report, whatever it asks: filled in by somebody who reads the screens, and not too long."""

from dataclasses import replace

from bot.config import CONTENT
from bot.content import load
from bot.core.people.members import Role
from tests.handlers.reporting import CODE, TEXT, kept
from tests.handlers.village import EA_KAO, Village


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
