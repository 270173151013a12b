"""`nhipcau demo` as a newcomer meets it: in a real browser, from the unasked briefing to the summary."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.config import CONTENT
from bot.content import load
from bot.core.talk.form import Field
from tests.acceptance.service import ROOT
from tests.browser import browser  # noqa: F401 - a fixture
from tests.patience import PATIENCE_S, SLOW

pytestmark = pytest.mark.asyncio(loop_scope="session")
STOPS_WITHIN_S = SLOW * 1.0
ARRIVES_WITHIN_S = SLOW * 5.0
OPINION = "Bà con hỏi giá phân bón có giảm không."


class Demo:
    """The demo as a process."""

    def __init__(self, process: asyncio.subprocess.Process, page: str, started: float) -> None:
        self.process = process
        self.page = page
        self.started = started

    async def stop(self) -> float:
        """Ctrl-C; the seconds until it was gone."""
        before = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert await self.process.wait() == 0
        return time.monotonic() - before


@asynccontextmanager
async def demo(data: Path) -> AsyncIterator[Demo]:
    """A demo on a free port, up and listening."""
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", "--port", "0", "--data", str(data)),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            line = (await process.stdout.readline()).decode()
            while (found := re.search(r"http://127\.0\.0\.1:\d+", line)) is None:
                line = (await process.stdout.readline()).decode()
        yield Demo(process, found[0], started)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _open(chromium: Browser, at: Demo, person: str) -> Page:
    page = await chromium.new_page(viewport={"width": 360, "height": 740})
    page.set_default_timeout(PATIENCE_S * 1000)
    await page.goto(f"{at.page}/?as={person}")
    return page


async def _say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox").first
    await box.fill(text)
    await box.press("Enter")


async def _sees(page: Page, words: str) -> None:
    chat = page.get_by_role("log", name="Tin nhắn")
    await expect(chat.get_by_text(words).last).to_be_visible()


async def _tap(page: Page, label: str) -> None:
    await page.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).last.click()


async def _answer(page: Page, asked: Field) -> None:
    """Answer what the deployed report asks, as a person does: by a button, else in words."""
    if asked.offered:
        return  # behind a button of the summary
    await _sees(page, asked.question["vi"])
    picks = {"topic": "Kinh tế", "people": "Nông dân", "tendency": "Băn khoăn", "scale": "Nhiều ý kiến"}
    if asked.optional:
        await _tap(page, "Bỏ qua")
    elif asked.kind == "choice":
        await _tap(page, picks.get(asked.key) or asked.choices[0].label["vi"])
    else:
        await _say(page, OPINION if asked.kind == "text" else str(asked.minimum))


async def test_a_newcomer_sees_the_whole_loop(tmp_path: Path, browser: Browser) -> None:  # noqa: F811
    async with demo(tmp_path) as at:
        minh = await _open(browser, at, "minh")
        for person in ("hoa", "y-binh"):
            page = await _open(browser, at, person)
            await page.get_by_role("button", name="✅ Đã đọc").wait_for()
            assert time.monotonic() - at.started < ARRIVES_WITHIN_S
            if person == "hoa":
                await _tap(page, "✅ Đã đọc")
                await page.get_by_role("button", name="✅ Đồng chí đã xác nhận").wait_for()
        await _say(minh, "/tiendo")
        await _sees(minh, "50 % đã đọc (1/2)")
        await _tap(page, "✅ Đã đọc")
        # Nobody touches the administrator's page: the figures move by themselves.
        await _sees(minh, "100 % đã đọc (2/2)")

        lan = await _open(browser, at, "lan")
        await _say(lan, "/baocao")
        for asked in load(CONTENT).forms["opinion"].fields:
            await _answer(lan, asked)
        await _tap(lan, "✅ Gửi")
        await _sees(lan, "Đã ghi nhận phản ánh")
        await _say(minh, "/tonghop")
        await _tap(minh, "Tháng trước")
        await _sees(minh, "Bà con mong chợ Tết có hàng bình ổn giá")
        # A sample report opens at the desk as a real one does.
        await _say(minh, "/banxuly")
        await _tap(minh, "DL-MAU")
        await _sees(minh, "Tình trạng: đang xem")
        assert await at.stop() < STOPS_WITHIN_S


async def test_the_library_can_be_searched_before_anything_was_sent(
    tmp_path: Path,
    browser: Browser,  # noqa: F811
) -> None:
    async with demo(tmp_path) as at:
        for person in ("hoa", "lan"):
            page = await _open(browser, at, person)
            await _say(page, "/tim Tết")
            await _sees(page, "Tổ chức Tết Giáp Thìn 2024")
            await _tap(page, "Tổ chức Tết Giáp Thìn 2024")
            await _sees(page, "Chăm lo người có công")


async def test_the_next_start_goes_on_where_it_stopped(tmp_path: Path, browser: Browser) -> None:  # noqa: F811
    async with demo(tmp_path) as at:
        lan = await _open(browser, at, "lan")
        await _say(lan, "/baocao")
        await _tap(lan, "Quốc hội")
        await _sees(lan, "Ý kiến của nhóm nào")
        assert await at.stop() < STOPS_WITHIN_S
    async with demo(tmp_path) as at:
        lan = await _open(browser, at, "lan")
        await _tap(lan, "Nông dân")
        await _sees(lan, "nghiêng về hướng nào")


async def test_the_administrator_composes_another_approves_and_it_arrives(
    tmp_path: Path,
    browser: Browser,  # noqa: F811
) -> None:
    async with demo(tmp_path) as at:
        minh = await _open(browser, at, "minh")
        await _say(minh, "/phat")
        await _tap(minh, "Tự soạn")
        await _sees(minh, "Tiêu đề là gì?")
        await _say(minh, "Lịch họp tháng 12")
        await _sees(minh, "viết nội dung")
        await _say(minh, "Mời các đồng chí dự họp lúc 8 giờ ngày 5/12.")
        await _tap(minh, "Bỏ qua")
        await _tap(minh, "Dư luận")
        await _tap(minh, "Cả ")
        await _tap(minh, "Bình thường")
        await _tap(minh, "Gửi ngay")
        await _sees(minh, "Không nhận:")
        await _tap(minh, "✅ Gửi")
        ha = await _open(browser, at, "ha")
        await _sees(ha, "Minh gửi duyệt: Lịch họp tháng 12")
        await _tap(ha, "Xem và duyệt")
        await _tap(ha, "✅ Duyệt")
        hoa = await _open(browser, at, "hoa")
        await _sees(hoa, "Mời các đồng chí dự họp lúc 8 giờ")


async def test_an_editor_writes_it_is_returned_and_approved_and_arrives(
    tmp_path: Path,
    browser: Browser,  # noqa: F811
) -> None:
    async with demo(tmp_path) as at:
        tam = await _open(browser, at, "tam")
        await _say(tam, "/phat")
        await _tap(tam, "Tự soạn")
        await _sees(tam, "Tiêu đề là gì?")
        await _say(tam, "Lịch trực Tết")
        await _sees(tam, "viết nội dung")
        await _say(tam, "Các đồng chí trực từ ngày 28 tháng Chạp.")
        await _tap(tam, "Bỏ qua")
        await _tap(tam, "Dư luận")
        await _tap(tam, "Cả ")
        await _tap(tam, "Bình thường")
        await _tap(tam, "Gửi ngay")
        await _sees(tam, "Không nhận:")
        await _tap(tam, "✅ Gửi")
        await _sees(tam, "Đã gửi duyệt đợt phát số")
        ha = await _open(browser, at, "ha")
        for answer in ("↩️ Trả lại", "✅ Duyệt"):
            await _say(ha, "/duyet")  # the sample of the start waits there too
            await ha.get_by_role("button", name=re.compile(r"^⏳ \d\. Lịch trực Tết$")).last.click()
            await _tap(ha, answer)
            if answer == "✅ Duyệt":
                break
            await _say(ha, "Ghi rõ ai trực")
            await _tap(ha, "✅ Gửi")
            await _sees(tam, "Lý do: Ghi rõ ai trực")
            await _tap(tam, "⏳ Gửi duyệt")
            await _sees(tam, "Khi có kết quả")
        await _sees(tam, "Hà đã duyệt")
        hoa = await _open(browser, at, "hoa")
        await _sees(hoa, "trực từ ngày 28 tháng Chạp")


async def test_each_of_the_cast_has_something_to_do(tmp_path: Path, browser: Browser) -> None:  # noqa: F811
    async with demo(tmp_path) as at:
        duc = await _open(browser, at, "duc")
        await _sees(duc, "Có phản ánh khẩn cần đọc ngay")
        await _tap(duc, "✅ Xác nhận điểm cầu")
        for label in ("Nhà văn hóa", "Dưới 20", "Văn phòng Đảng ủy", "✅ Gửi"):
            await _tap(duc, label)
        await _sees(duc, "Đã xác nhận điểm cầu")
        minh = await _open(browser, at, "minh")
        await _say(minh, "/hoinghi")
        await minh.get_by_role("button", name="Hội nghị báo cáo viên tháng này").last.click()
        await _sees(minh, "đã trả lời (98/102)")
        tam = await _open(browser, at, "tam")
        await _sees(tam, "Ghi rõ trực từ ngày nào.")
        await _sees(tam, "Bà con hỏi cán bộ thôn có được nhận quà Tết")
        ha = await _open(browser, at, "ha")
        await _sees(ha, "Tâm gửi duyệt: Giữ gìn an toàn giao thông dịp cuối năm")
        lan = await _open(browser, at, "lan")
        await _tap(lan, "✏️ Sửa và gửi lại")
        await _sees(lan, "Sửa")
        await _say(minh, "/tonghop")
        await _tap(minh, "Tháng trước")
        await _sees(minh, "Nông dân: 8")
        await _tap(minh, "📎 Lấy tệp")
        await minh.get_by_role("button", name="Word").last.click()
        await _sees(minh, ".docx")
