"""What somebody typed is in no file of the store once they took it back and went, wherever they typed it."""

from pathlib import Path
from typing import Any

import pytest

from bot.acts import meetings, opinions, reporting
from bot.acts.context import Context
from bot.core.people.members import Role
from bot.core.talk.taps.reports import OnMine, OnReport
from bot.engine.retention import REPLIES_KEPT_MS, tidy
from bot.storage.people import members
from tests.files import holding
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, ZONE, Village, settled
from tests.storage.test_residue import cleared
from tests.stores import store

NAME = "Hờ Linh Sơn"
PLANTED = [f"chuyện trồng {one}-473" for one in ("mục", "bưởi", "cau", "dứa", "ổi", "quýt", "sấu", "táo")]
(UNFINISHED, MENDED, TAKEN, ADDED, PLACE, SOUGHT, QUESTION, LOOSE) = PLANTED


async def do(home: Village, who: str, act: Any, *given: Any) -> Any:
    """One act of somebody's, in a transaction of its own."""
    home.now += 1000
    async with home.database.write() as conn:
        member = await members.at(conn, ACCOUNT, who)
        return await act(Context(conn, home.house, member, home.now, ACCOUNT, who), *given)


async def typed(home: Village) -> None:
    """A reporter types something everywhere, and others look at it."""
    said = {"topic": "tet", "tendency": "BAN_KHOAN", "urgency": "KHAN"}
    mended = str(await do(home, "rep", opinions.submit, {**said, "content": MENDED}))
    taken = str(await do(home, "rep", opinions.submit, {**said, "content": TAKEN}))
    for code in (mended, taken):
        await home.press("xa", OnReport("open", code).encode())
    await home.say("xa", f"/banxuly {TAKEN}")
    await home.press("xa", OnReport("merge", taken, mended).encode())
    await home.press("xa", OnReport("forward!", mended).encode())
    await home.press("tinh", OnReport("open", mended).encode())
    await do(home, "rep", reporting.supplement, taken, {"content": ADDED})
    await home.press("xa", OnReport("return", taken).encode())
    await home.say("xa", "Chưa rõ ở đâu")
    await home.tap("xa", "✅ Gửi")
    await do(home, "rep", reporting.mend, mended, {**said, "content": "Điều khác"})
    day = home.house.local(home.now).date().isoformat()
    held = {
        "day": day,
        "place": "KHAC",
        "place_words": PLACE,
        "topics": "tet",
        "how": "LOA",
        "heads": "20-49",
    }
    recorded = await do(home, "rep", meetings.record, held)
    for words in (LOOSE, f"/timkiem {SOUGHT}", f"/tim {SOUGHT}", "/dulieucuatoi"):
        await home.say("rep", words)
    await home.say("rep", "/hoi")
    await home.say("rep", QUESTION)
    await home.press("rep", OnMine("open", taken).encode())
    await home.press("rep", OnMine("mend", taken).encode())
    for label in ("✏️ Sửa", "Nội dung"):
        await home.tap("rep", label)
    await home.say("rep", UNFINISHED)
    await home.press("rep", OnMine("drop!", taken).encode())
    await do(home, "rep", meetings.take_back, recorded.row.code)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("way", ["/xoa", "/rutdongy"])
async def test_what_was_typed_anywhere_is_gone_with_who_typed_it(kind: str, way: str, tmp_path: Path) -> None:
    async with store(kind, tmp_path) as database:
        home = await settled(database)
        await home.member("rep", NAME, EA_KAO, Role.REPORTER, Role.COMMUNICATOR)
        await home.member("xa", "Quản trị xã", EA_KAO, Role.ADMINISTRATOR)
        await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
        await typed(home)
        there = {one.partition(": ")[2] for one in await holding(database, [*PLANTED, NAME])}
        assert there >= {NAME, *PLANTED} - {PLACE}  # SQLite has overwritten it by now
        await home.say("rep", way)
        await home.tap("rep", "Đồng ý")
        home.now += REPLIES_KEPT_MS + 1
        await tidy(database, ZONE, home.now, 14, 14)
        if kind == "postgres":
            await cleared(database)
        assert await holding(database, [*PLANTED, NAME]) == []
