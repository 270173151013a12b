"""The pictures of the guides, taken in the demo at a phone's width: python -m tests.pictures [NAME…]

NAME: one of the stories below; without any, all of them are told, and docs/vi/pictures/ is written anew.
Needs Chromium, and a font with coloured signs.
"""

import asyncio
import io
import sys
import tempfile
from pathlib import Path

import docx
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from tests.acceptance.test_demo import Demo, _open, _say, _sees, demo
from tests.browser import ARGUMENTS, chromium

FOLDER = Path(__file__).parents[1] / "docs" / "vi" / "pictures"
COLOURS = 128
HIDDEN = ".tour, .composer, .latest, .toast"
SHOW = "([which, how]) => document.querySelectorAll(which).forEach(one => { one.style.display = how; })"
ROOM = {"width": 360, "height": 7000}
MARGIN = 8
TALLEST = 900  # what is longer ends there
FROM_TO = """([first, last]) => {
    const found = [...document.querySelectorAll(".messages > li")].reverse();
    const holds = words => one => one.innerText.includes(words);
    const top = found.find(holds(first)).getBoundingClientRect();
    const end = (last ? found.find(holds(last)) : found[0]).getBoundingClientRect();
    return [top.top, end.bottom];
}"""


class Studio:
    """The demo's people, each with a page of their own."""

    def __init__(self, browser: Browser, at: Demo) -> None:
        self._browser, self._at = browser, at
        self._pages: dict[str, Page] = {}

    async def page(self, person: str) -> Page:
        """Somebody's chat, opened once."""
        if person not in self._pages:
            self._pages[person] = await _open(self._browser, self._at, person)
        return self._pages[person]

    async def does(self, person: str, *steps: str) -> None:
        """Each step: "/command" or words to write, "[label]" a button to press, "? words" to wait for."""
        page = await self.page(person)
        for step in steps:
            if step.startswith("?"):
                await _sees(page, step[1:].strip())
            elif step.startswith("["):
                await page.get_by_role("button", name=step[1:-1]).last.click(timeout=10_000)
            else:
                await _say(page, step)

    async def takes(self, name: str, person: str, first: str, last: str = "") -> None:
        """A picture of the messages from the newest with these words to the one with those, or to the end."""
        page = await self.page(person)
        await _sees(page, last or first)
        await page.set_viewport_size(ROOM)  # type: ignore[arg-type]
        await page.evaluate(SHOW, [HIDDEN, "none"])
        top, end = await page.evaluate(FROM_TO, [first, last])
        clip = {
            "x": 0,
            "y": top - MARGIN,
            "width": ROOM["width"],
            "height": min(end - top + 2 * MARGIN, TALLEST),
        }
        taken = await page.screenshot(clip=clip)  # type: ignore[arg-type]
        await page.evaluate(SHOW, [HIDDEN, ""])
        await page.set_viewport_size({"width": 360, "height": 740})
        with Image.open(io.BytesIO(taken)) as drawn:
            small = drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(FOLDER / f"{name}.png", optimize=True)


def _word_file(folder: Path) -> Path:
    made = docx.Document()
    made.add_heading("Phòng cháy, chữa cháy rừng mùa khô", 0)
    made.add_paragraph("Không đốt nương khi trời có gió.", style="List Bullet")
    made.add_paragraph("Thấy cháy thì báo ngay cho Ủy ban nhân dân xã.", style="List Bullet")
    path = folder / "phong-chay-rung.docx"
    made.save(str(path))
    return path


async def writing(studio: Studio) -> None:
    """The editor writes; it is approved, returned, changed."""
    await studio.takes(
        "bi-tra-lai", "tam", "Lịch trực tuyên truyền cuối năm", "Lịch trực tuyên truyền cuối năm"
    )
    await studio.does("tam", "/phat", "? phát nội dung nào", "[Tự soạn]", "? Tiêu đề là gì?")
    await studio.does("tam", "Nghỉ Tết Dương lịch", "? viết nội dung")
    await studio.does("tam", "- Nghỉ ngày 1/1.\n- Các xã cử người trực.", "? gửi kèm ảnh", "[Bỏ qua]")
    await studio.does(
        "tam", "? thuộc chuyên đề nào", "[Dư luận]", "? tới đơn vị nào", "[Cả ]", "[Bình thường]"
    )
    await studio.does("tam", "? Đồng chí gửi khi nào", "[Hẹn giờ]", "? Gửi lúc mấy giờ", "8h sáng mai")
    await studio.does("tam", "? Đồng chí xem lại")
    await studio.takes("xem-lai", "tam", "Chuyên đề: Dư luận", "Đồng chí xem lại")
    await studio.does("tam", "[✅ Gửi]", "? Đã gửi duyệt đợt phát số")
    await studio.does("ha", "/duyet", "? Chờ duyệt")
    await studio.takes("cho-duyet", "ha", "Chờ duyệt:")
    await studio.does("ha", "[⏳ 1. Giữ gìn]", "? Tâm gửi duyệt · ")
    await studio.takes("duyet", "ha", "Đã uống rượu")
    await studio.does("ha", "[✅ Duyệt]", "? Đã duyệt")
    await studio.does("tam", "/tiendo", "? Giữ gìn an toàn", "[Giữ gìn an toàn]", "? Hủy đợt phát")
    await studio.takes("sua-dot-phat", "tam", "Giữ gìn an toàn giao thông")


async def from_word(studio: Studio) -> None:
    """The editor sends a Word file; below, a commune adds to what the province will send."""
    await studio.does("tam", "/phat", "? phát nội dung nào")
    page = await studio.page("tam")
    with tempfile.TemporaryDirectory() as folder:
        await page.locator("input.file").set_input_files(_word_file(Path(folder)))
        await page.get_by_role("button", name="Gửi").last.click()
        await studio.does("tam", "? Đã đọc văn bản")  # the file is read as it is sent
    await studio.takes("doc-word", "tam", "Đã đọc văn bản")
    await studio.does("tam", "[❌ Hủy]", "? bỏ", "[❌ Hủy]")
    await studio.does("duc", "? được bổ sung đến", "[✏️ Viết bổ sung]", "? Phần bổ sung đứng dưới")
    await studio.does("duc", "[✏️ Viết bổ sung]", "? Đơn vị bổ sung điều gì?")
    await studio.does("duc", "Xã cấm xe tải qua cầu treo buôn Krông từ 5/1.", "? Cơ quan nào đứng tên?")
    await studio.does("duc", "UBND xã Krông Pắc", "? Đồng chí xem lại")
    await studio.takes("bo-sung", "duc", "————", "————")


async def reading(studio: Studio) -> None:
    """Communicators read; who has not is seen by name; a mistake is corrected."""
    await studio.does("hoa", "? Kỳ họp thứ 6")
    await studio.takes("ban-tin", "hoa", "Những kết quả quan trọng", "Những kết quả quan trọng")
    await studio.does("duc", "/tiendo", "? Tiến độ", "[Những kết quả]", "? Chưa đọc:")
    await studio.takes("chua-doc", "duc", "Chưa đọc:")
    await studio.does("tam", "/tiendo", "? Tiến độ", "[Những kết quả]", "? Thu hồi")
    await studio.takes("tien-do", "tam", "Những kết quả")


async def answering(studio: Studio) -> None:
    """Questions are answered at their desk, reports at theirs."""
    await studio.does("tam", "/cauhoi", "? Câu hỏi chờ trả lời", "[Câu hỏi số 1]", "? Đóng, không trả lời")
    await studio.takes("cau-hoi", "tam", "nhận quà Tết")
    await studio.does("duc", "[Mở phản ánh]", "? Trả lại để bổ sung")
    await studio.takes("phan-anh", "duc", "Tình trạng: đang xem", "Tình trạng: đang xem")


async def asking(studio: Studio) -> None:
    """After confirming, a briefing asks whether it came across."""
    title = "Đẩy mạnh chuyển đổi số"
    await studio.does("hoa", "/tim chuyển đổi số", "? Kết quả tìm", f"[{title}]", "? Đề cương để nói")
    await studio.does("hoa", "[✅ Đã đọc]", "? Hỏi nhanh")
    await studio.takes("hoi-nhanh", "hoa", "Hỏi nhanh")


async def summing(studio: Studio) -> None:
    """What people say, added up; drawn up, worded, presented."""
    await studio.does("tam", "/tonghop", "? Tháng trước", "[Tháng trước]", "? Theo khuynh hướng")
    await studio.takes("tong-hop", "tam", "Theo khuynh hướng")
    await studio.does("tam", "[Lập báo cáo kỳ này]", "? Trạng thái: dự thảo")
    await studio.takes("bao-cao", "tam", "Trạng thái")


async def people(studio: Studio) -> None:
    """Who is let in, who is here, who is invited."""
    await studio.takes("xin-vao", "duc", "Nam xin tham gia", "Nam xin tham gia")
    await studio.does("duc", "/thanhvien", "? tuyên truyền viên", "[Hoa]", "? Chuyển đơn vị")
    await studio.takes("thanh-vien", "duc", "Tham gia từ")
    await studio.does("duc", "/moi", "? đơn vị nào", "[Xã Krông Pắc]", "[Cả hai vai trò]", "[7 ngày]")
    await studio.does("duc", "[10 người]", "? Thời hạn: 7 ngày", "[✅ Gửi]", "? Người được mời quét")
    await studio.takes("ma-moi", "duc", "Người được mời mở", "Người được mời quét")


async def gathering(studio: Studio) -> None:
    """The conference, its table, what was held in the hamlets, the year."""
    await studio.takes("moi-hoi-nghi", "duc", "mời dự hội nghị", "mời dự hội nghị")
    await studio.does("minh", "/hoinghi", "? Hội nghị", "[Hội nghị báo cáo viên]", "? đã trả lời")
    await studio.takes("diem-cau", "minh", "đã trả lời")
    await studio.does("hoa", "/buoi", "[Ghi buổi mới]", "[Hôm nay]", "[Xã Krông Pắc]", "[Tết Nguyên đán]")
    await studio.does("hoa", "[Xong]", "[Lồng ghép]", "[20–49 người]", "? xem lại trước khi gửi")
    await studio.takes("buoi", "hoa", "xem lại trước khi gửi")
    await studio.does("minh", "/tongket", "? Tổng kết năm")
    await studio.takes("tong-ket", "minh", "Tổng kết năm")


STORIES = (writing, from_word, reading, answering, asking, summing, people, gathering)


async def main(names: list[str]) -> None:
    """Tell the stories, in the order in which they come about."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder) / "data") as at, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            studio = Studio(browser, at)
            for story in STORIES:
                if not names or story.__name__ in names:
                    await story(studio)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
