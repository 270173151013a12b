"""A report that asks of which unit people speak: picked below and around one's own, told at the desk."""

from pathlib import Path

import pytest

from bot.core.people.members import Role
from bot.houses import make_house
from bot.publishing import read_content
from bot.settings_file import load
from bot.storage.accounts import accounts
from bot.storage.database import Database
from bot.storage.people import units
from tests.contents import folder
from tests.handlers.reporting import CODE, TAPS, TEXT, kept
from tests.handlers.sending import words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Reply, Village

TOLD = """
[[fields]]
key = "where"
kind = "unit"
optional = true
label = { vi = "Nơi có việc", en = "Where" }
question = { vi = "Việc này ở đơn vị nào?", en = "Which unit is it about?" }
"""
HAMLETS = """
24169-1,24169,Buôn Cư Mblim,CO_SO,2025-07-01,test
24169-2,24169,Thôn 1,CO_SO,2025-07-01,test
24169-3,24169,Tổ dân phố Đoàn Kết,CO_SO,2025-07-01,test
24133-1,24133,Thôn 1,CO_SO,2025-07-01,test
"""


@pytest.fixture
async def town(tmp_path: Path, database: Database) -> Village:
    """A deployment with hamlets, whose report asks for a unit, on each kind of database."""
    content = folder(tmp_path / "content")
    for name, more in (("forms/opinion.toml", TOLD), ("units/dak-lak.csv", HAMLETS.lstrip())):
        with (content / name).open("a", encoding="utf-8") as file:
            file.write(more)
    config = tmp_path / "config.toml"
    account = f'[[accounts]]\nname = "{ACCOUNT}"\nkind = "webchat"\n'
    config.write_text(f'[app]\ndatabase = "sqlite:///town.db"\ncontent = "content"\n{account}')
    settings = load(config)
    found = read_content(settings.app.content)
    async with database.write() as conn:
        await accounts.register(conn, ACCOUNT, "webchat")
        await units.synchronise(conn, found.units)
    return Village(database, make_house(settings, found))


async def to_unit(town: Village, chat: str) -> Reply:
    """Every question but the last, which asks for the unit."""
    await town.say(chat, "/baocao")
    for label in TAPS:
        await town.tap(chat, label)
    await town.say(chat, TEXT)
    await town.tap(chat, "Bỏ qua")
    return (await town.tap(chat, "Bình thường"))[0]


async def test_units_below_ones_own_come_first_and_then_those_around_it(town: Village) -> None:
    await town.member("rep", "rep", "24169-2", Role.REPORTER)
    await town.member("head", "head", EA_KAO, Role.REPORTER)
    screen = await to_unit(town, "rep")
    assert "Việc này ở đơn vị nào?" in screen.text
    around = ["Thôn 1", "Phường Ea Kao", "Buôn Cư Mblim", "Tổ dân phố Đoàn Kết", "Tỉnh Đắk Lắk"]
    assert screen.labels[:5] == around
    assert screen.labels[5].startswith("Phường ")
    screen = await to_unit(town, "head")
    assert screen.labels[:4] == ["Phường Ea Kao", "Buôn Cư Mblim", "Thôn 1", "Tổ dân phố Đoàn Kết"]


async def test_a_unit_is_found_by_letters_and_pages_and_never_holds_anybody_fast(town: Village) -> None:
    await town.member("rep", "rep", "24169-2", Role.REPORTER)
    await to_unit(town, "rep")
    (screen,) = await town.say("rep", "khong co noi nay dau")
    assert "Chưa rõ đồng chí chọn mục nào" in screen.text
    seen = set(screen.labels)
    for _ in range(20):
        screen, *_ = await town.tap("rep", "Xem thêm")
        seen |= set(screen.labels)
    assert len([one for one in seen if one.startswith(("Xã", "Phường"))]) == 102
    (screen,) = await town.say("rep", "krong")
    assert "Tìm thấy" in screen.text
    assert {"Xã Krông Ana", "Xã Krông Búk"} <= set(screen.labels)
    (screen,) = await town.say("rep", "to doan ket")
    assert "Nơi có việc: Tổ dân phố Đoàn Kết" in screen.text
    await town.tap("rep", "✏️ Sửa")
    await town.tap("rep", "Nơi có việc")
    (screen,) = await town.say("rep", "hoa xuan")
    assert "Nơi có việc: Xã Hoà Xuân" in screen.text
    await town.tap("rep", "✏️ Sửa")
    await town.tap("rep", "Nơi có việc")
    (screen, *_) = await town.tap("rep", "Bỏ qua")
    assert "Nơi có việc: (bỏ trống)" in screen.text


async def test_like_names_are_told_apart_by_where_they_are(town: Village) -> None:
    await town.member("rep", "rep", PROVINCE, Role.REPORTER)
    await to_unit(town, "rep")
    (screen,) = await town.say("rep", "thon 1")
    assert "Tìm thấy 2 mục" in screen.text
    wanted = ["Thôn 1 (Phường Ea Kao)", "Thôn 1 (Phường Buôn Ma Thuột)"]
    assert sorted(screen.labels[:2]) == sorted(wanted)
    (screen,) = await town.say("rep", "thôn 1 (phường buôn ma thuột)")
    assert "Nơi có việc: Thôn 1" in screen.text


async def test_desk_and_author_read_its_name_and_no_digest_tells_of_it(town: Village) -> None:
    for chat in ("rep", "per"):
        await town.member(chat, chat, "24169-2", Role.REPORTER)
    await town.member("editor", "Biên", EA_KAO, Role.EDITOR)
    codes = []
    for chat in ("rep", "per", "rep", "per", "rep"):
        await to_unit(town, chat)
        await town.say(chat, "buon cu mblim")
        (receipt, *_) = await town.tap(chat, "✅ Gửi")
        codes.append(CODE.findall(receipt.text)[0])
    assert {one["where"] for one in await kept(town)} == {"24169-1"}
    (opened,) = await town.say("editor", codes[0])
    assert "Nơi có việc: Buôn Cư Mblim" in opened.text
    (own,) = await town.say("rep", codes[0])
    assert "Nơi có việc: Buôn Cư Mblim" in own.text
    (summary, *_) = await town.tap("rep", "✏️ Sửa")
    assert "Nơi có việc: Buôn Cư Mblim" in summary.text
    await town.tap("rep", "✅ Gửi")
    assert {one["where"] for one in await kept(town)} == {"24169-1"}
    town.now += 30 * 86_400_000  # the month is over: its tables are told
    text = words(await town.press("editor", "dig:last_month"))
    assert "Số phản ánh: 5" in text
    assert "Mblim" not in text
    assert "Nơi có việc" not in text
