"""A Word document in /phat: it becomes the draft, what is lost is named, what harms is refused in words."""

import io
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any, cast

import docx
import pytest
from docx.oxml import OxmlElement
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import changing, documents, me
from bot.acts.changing import Change
from bot.acts.context import Context, Refusal
from bot.config import CONTENT
from bot.core.kernel.filetypes import MEDIA_TYPES
from bot.core.people.members import Role
from bot.core.ports import Channel, Shared
from bot.engine.arrivals import TRIES, Arrivals
from bot.engine.retention import tidy
from bot.storage.accounts import files
from bot.storage.guidance import briefings
from bot.storage.people import erasing, members
from bot.storage.tables import document, file
from handlers.guidance import fromword
from tests.handlers.sending import VillageClock, fill, scheduled, words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, ZONE, Village

PICTURE = CONTENT / "briefings/kinh-te-xa-hoi-2023/so-lieu-2023.png"
TITLE = "Phòng chống cháy rừng mùa khô"


class Shelf:
    """A platform's files, by handle; an OSError stands for a platform out of reach."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | OSError] = {}

    async def fetch(self, handle: str, limit: int) -> bytes | None:
        found = self.files.get(handle)
        if isinstance(found, OSError):
            raise found
        return found if found is None or len(found) <= limit else None


Goes = Callable[[AsyncConnection, int], Awaitable[None]]


async def leave_when_fetched(shelf: Shelf, home: Village, goes: Goes) -> None:
    """The first member goes once their file has been fetched, and before anything is made of it."""
    fetch = shelf.fetch

    async def fetched(handle: str, limit: int) -> bytes | None:
        found = await fetch(handle, limit)
        async with home.database.write() as conn:
            await goes(conn, 1)
        return found

    shelf.fetch = fetched  # type: ignore[method-assign]


class Office:
    """An editor who sends documents, and the loop that reads them."""

    def __init__(self, home: Village) -> None:
        self.home, self.shelf, self.rung = home, Shelf(), list[str]()
        channels = {ACCOUNT: cast(Channel, self.shelf)}
        clock = VillageClock(home)
        kind = documents.arriving(fromword.told)
        self.loop = Arrivals(kind, home.database, channels, home.house, self.rung.append, clock)

    async def send(self, data: bytes | OSError, name: str = "Đề cương.docx") -> str:
        """Send a file from the editor's chat; what is said at once."""
        handle = f"h{len(self.shelf.files)}"
        self.shelf.files[handle] = data
        size = len(data) if isinstance(data, bytes) else 9
        media_type = MEDIA_TYPES[".docx"] if name.endswith(".docx") else "application/octet-stream"
        return words(await self.home.share("editor", Shared(handle, name, media_type, "document", size)))

    async def read(self) -> str:
        """Let the loop read what waits; what the editor is told."""
        while await self.loop.step():
            pass
        return words(await self.home.read("editor"))


@pytest.fixture
async def office(home: Village) -> Office:
    await home.member("editor", "Biên tập", PROVINCE, Role.EDITOR)
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    return Office(home)


def saved(made: Any) -> bytes:
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def a_document() -> bytes:
    made = docx.Document()
    made.add_heading(TITLE, 0)
    made.add_paragraph("Mùa khô đã đến. Bà con không đốt nương khi có gió.")
    for one in ("Dọn thực bì quanh nhà.", "Báo kiểm lâm khi thấy khói."):
        made.add_paragraph(one, style="List Bullet")
    made.add_heading("Số điện thoại cần nhớ", 1)
    made.add_paragraph("Gọi ông Tư 0905 123 456. " * 40)
    made.add_paragraph()._p.append(OxmlElement("m:oMath"))
    made.add_picture(str(PICTURE))
    return saved(made)


async def begin(office: Office) -> None:
    await office.home.say("editor", "/phat")


async def test_a_document_becomes_the_draft_with_its_pictures_and_itself(office: Office) -> None:
    await begin(office)
    said = await office.send(a_document())
    assert "⏳ Đã nhận tệp." in said
    assert "Nội dung thuộc chuyên đề nào?" in said  # nobody waits for it
    told = await office.read()
    assert office.rung == [ACCOUNT]
    assert f"✅ Đã đọc văn bản “Đề cương.docx”.\n{TITLE}" in told
    assert "Mùa khô đã đến." in told
    assert "1 hình" in told
    assert "Không đưa được vào tin: công thức." in told
    assert "0905 123 456" in told
    assert told.endswith("Nội dung thuộc chuyên đề nào?")
    await fill(office.home, "editor", "[Quốc hội", "[Cả tỉnh Đắk Lắk]", "[Bình thường]", "[Gửi ngay]")
    shown = office.home.screens["editor"]
    assert any(TITLE in reply.text and "📎 Tài liệu (2)" in reply.labels for reply in shown)
    await office.home.tap("editor", "✅ Gửi")
    (row,) = await scheduled(office.home)
    async with office.home.database.read() as conn:
        kept = await briefings.get(conn, row.briefing_id)
        attached = await briefings.files(conn, row.briefing_id)
        rows = [await files.get(conn, one.file_id) for one in attached]
    assert kept is not None
    assert kept.briefing.body("vi").title == TITLE
    assert [one.kind for one in kept.briefing.body("vi").full if one.kind == "heading"] == ["heading"]
    assert [(one.name, one.kind) for one in attached] == [("Hình 1", "photo"), ("Đề cương.docx", "document")]
    assert [one.owner for one in rows if one] == [None, None]


def _zipped(parts: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return data.getvalue()


def _with_macros() -> bytes:
    with zipfile.ZipFile(io.BytesIO(a_document())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return _zipped({**parts, "word/vbaProject.bin": b"x"})


def _of_500_pages() -> bytes:
    made = docx.Document()
    made.add_heading(TITLE, 0)
    for _ in range(500):
        made.add_paragraph("Một trang rất dài. " * 40)
    return saved(made)


def _secret() -> bytes:
    made = docx.Document()
    made.add_heading("Tin thường", 1)
    made.add_paragraph("Độ mật: TUYỆT MẬT")
    return saved(made)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (_with_macros, "Tệp có macro"),
        (_of_500_pages, "Văn bản quá dài"),
        (lambda: a_document()[:4000], "Không mở được tệp này"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "có mật khẩu"),
        (lambda: saved(docx.Document()), "Tệp không có chữ nào"),
        (_secret, "mang dấu “TUYỆT MẬT”"),
    ],
)
async def test_what_harms_is_refused_in_words_and_asked_for_anew(office: Office, made: Any, why: str) -> None:
    await begin(office)
    await office.send(made())
    await fill(office.home, "editor", "[Quốc hội")
    told = await office.read()
    assert why in told
    assert told.endswith("Tệp cũng được gửi kèm.")  # the question for the document
    await office.send(a_document())
    assert f"\n{TITLE}" in await office.read()
    async with office.home.database.read() as conn:
        stored = (await conn.execute(select(document.c.said).where(document.c.refused.is_not(None)))).all()
    assert [tuple(row) for row in stored] == [(None,)]


async def test_its_number_and_day_are_those_at_its_head(office: Office) -> None:
    made = docx.Document()
    head = made.add_table(2, 2)
    for at, said in enumerate(
        ("TỈNH ỦY", "ĐẢNG CỘNG SẢN", "Số 12-HD/BTG", "Đắk Lắk, ngày 30 tháng 10 năm 2026")
    ):
        head.cell(at // 2, at % 2).text = said
    made.add_heading(TITLE, 1)
    made.add_paragraph("Kỷ niệm ngày 02 tháng 9 năm 1945.")
    await begin(office)
    await office.send(saved(made))
    await office.read()
    await fill(office.home, "editor", "[Quốc hội", "[Cả tỉnh Đắk Lắk]", "[Bình thường]", "[Gửi ngay]")
    assert any("· Số 12-HD/BTG · 30/10/2026 ·" in reply.text for reply in office.home.screens["editor"])


@pytest.mark.parametrize(
    ("name", "why"),
    [("cũ.doc", "Word đời cũ"), ("a.docm", "Tệp có macro"), ("MẬT.docx", "mang dấu"), ("a.pdf", ".docx")],
)
async def test_what_its_name_tells_is_refused_at_once_and_what_was_typed_is_kept(
    office: Office, name: str, why: str
) -> None:
    await begin(office)
    await office.home.tap("editor", "Văn bản Word")
    said = await office.send(b"x", name)
    assert why in said
    assert "Đồng chí gửi tệp Word (.docx)." in said
    assert await office.read() == ""


async def test_a_file_that_cannot_be_fetched_is_tried_again_and_then_given_up(office: Office) -> None:
    await begin(office)
    await office.send(OSError("away"))
    for _ in range(TRIES - 1):
        assert await office.loop.step() is False
        assert await office.home.read("editor") == []
    assert "Không tải được tệp." in await office.read()
    assert await office.loop.step() is False


async def test_one_that_kills_the_program_is_tried_so_often_and_no_more(office: Office) -> None:
    await begin(office)
    await office.send(a_document())
    async with office.home.database.write() as conn:
        await conn.execute(document.update().values(tries=TRIES))
    assert "Không mở được tệp này" in await office.read()


async def test_the_summary_waits_for_a_document_that_is_not_read_yet(office: Office) -> None:
    await begin(office)
    await office.send(a_document())
    last = await fill(office.home, "editor", "[Quốc hội", "[Cả tỉnh Đắk Lắk]", "[Bình thường]", "[Gửi ngay]")
    assert "đang đọc tệp Word" in words(last)
    sent = await office.home.tap("editor", "✅ Gửi")
    assert "đang đọc tệp Word" in words(sent)
    assert await scheduled(office.home) == []
    assert f"\n{TITLE}" in await office.read()
    await office.home.tap("editor", "✅ Gửi")
    assert len(await scheduled(office.home)) == 1


async def test_it_is_nobody_elses_and_goes_with_who_sent_it(office: Office) -> None:
    await begin(office)
    await office.send(a_document())
    await office.read()
    home = office.home
    async with home.database.write() as conn:
        member = await members.at(conn, ACCOUNT, "editor")
        ctx = Context(conn, home.house, member, home.now, ACCOUNT, "editor")
        number = await me.export(ctx)
        assert isinstance(number, int)
        mine = await files.data(conn, number)
        assert mine is not None
        assert "cháy rừng" in mine.decode()
        await me.erase(ctx)
        for table in (document, file):
            assert (await conn.execute(select(func.count()).select_from(table))).scalar_one() == 0


@pytest.mark.parametrize("goes", [erasing.leave, erasing.erase])
async def test_a_document_of_whoever_leaves_while_it_is_read_is_kept_nowhere(
    office: Office, goes: Goes
) -> None:
    await begin(office)
    await office.send(a_document())
    await leave_when_fetched(office.shelf, office.home, goes)
    assert await office.read() == ""
    async with office.home.database.read() as conn:
        for table in (document, file):
            assert (await conn.execute(select(func.count()).select_from(table))).scalar_one() == 0


async def test_what_was_never_sent_is_forgotten_with_its_form(office: Office) -> None:
    await begin(office)
    await office.send(a_document())
    await office.read()
    await tidy(office.home.database, ZONE, office.home.now + 61 * 86_400_000, 30, 30)
    async with office.home.database.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(document))).scalar_one() == 0
        left = (await conn.execute(select(file.c.name))).all()
    assert left == []


async def test_a_document_beside_another_conversation_is_told_and_disturbs_nothing(office: Office) -> None:
    await begin(office)
    await office.send(a_document())
    await office.home.tap("editor", "❌ Hủy")
    await office.home.tap("editor", "Có, bỏ")
    told = await office.read()
    assert TITLE in told
    assert "chuyên đề nào" not in told


async def test_what_word_says_is_not_changed_into_less(office: Office) -> None:
    await begin(office)
    await office.send(a_document())
    told = await office.read()
    assert told.count("0905 123 456") == 1  # named once, however often it stands there
    await fill(
        office.home, "editor", "[Quốc hội", "[Cả tỉnh Đắk Lắk]", "[Bình thường]", "[Hẹn giờ", "8h 20/12/2026"
    )
    await office.home.tap("editor", "✅ Gửi")
    (row,) = await scheduled(office.home)
    async with office.home.database.write() as conn:
        member = await members.at(conn, ACCOUNT, "editor")
        ctx = Context(conn, office.home.house, member, office.home.now, ACCOUNT, "editor")
        refused = await changing.change(ctx, row.id, Change(text="Ngắn hơn."))
    assert isinstance(refused, Refusal)
    assert refused.key == "change.from_word"


async def test_a_short_document_that_says_other_words_goes_along_no_more(office: Office) -> None:
    await begin(office)
    made = docx.Document()
    made.add_heading(TITLE, 0)
    made.add_paragraph("Không đốt nương.")
    await office.send(saved(made))
    await office.read()
    where = ("[Quốc hội", "[Cả tỉnh Đắk Lắk]", "[Bình thường]", "[Hẹn giờ", "8h 20/12/2026")
    await fill(office.home, "editor", *where)
    await office.home.tap("editor", "✅ Gửi")
    await office.home.press("editor", "run:change:1")
    await office.home.tap("editor", "Lời văn")
    seen = await fill(office.home, "editor", "Không đốt nương đến 29/3.")
    assert "📎 Tệp Đề cương.docx nói lời cũ" in "\n".join(reply.text for reply in seen)
    assert "📎 Tài liệu" not in str([reply.labels for reply in seen])
    await office.home.tap("editor", "✅ Gửi")
    (row,) = await scheduled(office.home)
    async with office.home.database.read() as conn:
        assert await briefings.files(conn, row.briefing_id) == []


def _asking(right: str) -> bytes:
    made = docx.Document()
    made.add_heading(TITLE, 0)
    made.add_paragraph("Mùa khô đã đến. Bà con không đốt nương khi có gió.")
    made.add_heading("Câu hỏi nhanh", 1)
    for line in ("1. Khi có gió thì sao?", "a) Được đốt nương", f"b) Không đốt nương{right}"):
        made.add_paragraph(line)
    made.add_paragraph("Căn cứ: Bà con không đốt nương khi có gió.")
    return saved(made)


async def test_its_questions_of_understanding_are_asked_of_who_confirms(office: Office) -> None:
    await begin(office)
    await office.send(_asking(""))
    assert "Câu hỏi nhanh trong tệp chưa đủ" in await office.read()
    await office.send(_asking(" (đúng)"))
    told = await office.read()
    assert "Mùa khô đã đến." in told
    assert "Khi có gió" not in told  # it is no part of the text
    await fill(office.home, "editor", "[Quốc hội", "[Cả tỉnh Đắk Lắk]", "[Bình thường]")
    assert "Câu hỏi nhanh: 1" in words(await office.home.tap("editor", "Gửi ngay"))
    await office.home.tap("editor", "✅ Gửi")
    (row,) = await scheduled(office.home)
    async with office.home.database.read() as conn:
        kept = await briefings.get(conn, row.briefing_id)
    assert kept is not None
    (check,) = kept.briefing.checks
    assert (check.question["vi"], check.right) == ("Khi có gió thì sao?", 1)
    assert check.sentence["vi"] == "Bà con không đốt nương khi có gió."
