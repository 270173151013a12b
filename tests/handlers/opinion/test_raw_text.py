"""What the mask takes out of a report is in none of the store's files once the report is sent."""

from pathlib import Path

from bot.core.people.members import Role
from bot.core.ports import Incoming, RawUpdate, Said
from bot.storage.database import Database
from bot.storage.talk import inbox
from handlers import routes
from tests import files
from tests.handlers.reporting import to_text
from tests.handlers.village import ACCOUNT, EA_KAO, Village, settled
from tests.stores import store

PHONE = "0912 345 678"


def holding(folder: Path) -> list[str]:
    """The store's files in which the phone number stands."""
    return [file.name for file in folder.glob("store.db*") if PHONE.encode() in file.read_bytes()]


def folder_of(database: Database) -> Path:
    assert database.path is not None
    return database.path.parent


async def test_a_planted_number_is_gone_from_all_files(home: Village) -> None:
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await to_text(home)
    said, folder = f"Gọi anh ấy số {PHONE}", folder_of(home.database)
    async with home.database.write() as conn:
        await inbox.keep(conn, ACCOUNT, [RawUpdate("9", "rep", said)], home.now)
    assert holding(folder)
    async with home.database.write() as conn:
        (row,) = await inbox.waiting(conn, 1)
        assert await inbox.close(conn, row.id, home.now)
        await routes.handle(home.house, conn, ACCOUNT, Incoming("rep", Said(said)), home.now)
    assert holding(folder) == []
    (screen,) = await home.read("rep")
    assert "đã che thông tin cá nhân" in screen.text
    await home.tap("rep", "Bỏ qua")
    await home.tap("rep", "Bình thường")
    await home.tap("rep", "✅ Gửi")
    assert holding(folder) == []


async def test_a_servers_files_never_hold_what_the_mask_takes_out(tmp_path: Path) -> None:
    async with store("postgres", tmp_path) as database:
        home = await settled(database)
        await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
        await to_text(home)
        said = f"Gọi anh ấy số {PHONE} ở xã nhà"
        async with database.write() as conn:
            await inbox.keep(conn, ACCOUNT, [RawUpdate("9", "rep", said)], home.now)
        assert await files.holding(database, [PHONE]) == []
        async with database.write() as conn:
            (row,) = await inbox.waiting(conn, 1)
            assert row.payload == said
            assert await inbox.close(conn, row.id, home.now)
            await routes.handle(home.house, conn, ACCOUNT, Incoming("rep", Said(row.payload)), home.now)
        assert await files.holding(database, [PHONE]) == []
        assert await files.holding(database, ["ở xã nhà"])  # what is kept of it is found where one looks


async def test_an_answer_is_in_no_file_as_it_was_before_a_name_was_taken_out(home: Village) -> None:
    answer = '"value":"ông Nguyễn Văn Xuyến'  # as a form keeps it; what a screen said goes once it is sent
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await to_text(home)
    await home.say("rep", "ông Nguyễn Văn Xuyến lo đường hỏng")
    await home.tap("rep", "Bỏ qua")
    await home.tap("rep", "Bình thường")
    assert await files.holding(home.database, [answer])
    await home.tap("rep", "Bỏ tên: ông Nguyễn Văn Xuyến")
    if home.database._later is not None:  # on the heels of another its log is emptied a moment later
        await home.database._later
    assert await files.holding(home.database, [answer]) == []
