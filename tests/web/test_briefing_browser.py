"""A briefing's page in a real browser: on a phone, enlarged, at a desk, by night; without a script."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.config import CONTENT
from bot.content.files import Folder
from bot.content.markdown import read_document
from bot.web.briefing import as_html
from bot.web.words import TEMPLATES
from tests.browser import browser as browser
from tests.web.test_chat_width import WIDER

pytestmark = pytest.mark.asyncio(loop_scope="session")
FILE = "briefings/ky-hop-thu-6-quoc-hoi-khoa-xv/vi.md"


def page() -> str:
    """The deployed content's longest briefing."""
    read = read_document(Folder(CONTENT).text(FILE), FILE)
    names = ["Đề cương tuyên truyền.pdf", "Số_liệu_" * 20 + ".pdf"]
    return TEMPLATES.get_template("briefing.html").render(
        language="vi",
        title=read.title,
        newer="✏️ Bản tin đã được thay. Đồng chí đang đọc bản mới nhất.",
        points="Ý chính",
        brief=as_html(read.brief),
        whole="Toàn văn",
        full=as_html(read.full),
        attached="📎 Tài liệu",
        files=[(name, "/f/d1.00") for name in names],
        attribution="Ban Tuyên giáo Trung ương · Số 12 · 08/12/2023",
    )


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (360, 1), (360, 2), (1280, 1)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_is_read_at_every_width_and_by_night(
    browser: Browser, width: int, zoom: int, scheme: str, tmp_path: Path
) -> None:
    context = await browser.new_context(
        viewport={"width": width // zoom, "height": 740},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=True,
    )
    shown = await context.new_page()
    await shown.set_content(page())
    await shown.screenshot(path=str(tmp_path / f"{width}-{zoom}-{scheme}.png"), full_page=True)
    assert await shown.evaluate(WIDER) == []
    size = await shown.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert size >= 16
    for link in await shown.locator(".files a").all():
        box = await link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    await context.close()
