"""The local chat begins with a tour in every language, which goes for good when it is closed."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.web.rehearsal import LONG, Rehearsal
from tests.web.test_chat_browser import visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_tour_comes_first_and_goes_for_good(phone: Page, rehearsal: Rehearsal) -> None:
    await visit(phone, rehearsal)
    tour = phone.locator(".tour")
    for language, third in (("vi", "/tiendo xem ai đã đọc"), ("en", "/tiendo shows who read")):
        lines = tour.locator(f"ol[lang={language}] li")
        await expect(lines).to_have_count(3)
        await expect(lines.last).to_contain_text(third)
        for line in await lines.all():
            await expect(line).to_be_in_viewport(ratio=1)
    await expect(phone.get_by_role("button", name="Bắt đầu")).to_be_in_viewport(ratio=1)
    await tour.get_by_text("Ẩn", exact=True).click()
    await expect(tour).to_be_hidden()
    await expect(phone.locator("#text")).to_be_focused()
    await visit(phone, rehearsal, LONG.chat_id)
    await expect(tour).to_be_hidden()


async def test_the_tour_is_read_without_a_script(browser: Browser, rehearsal: Rehearsal) -> None:
    page = await browser.new_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    await page.goto(rehearsal.url)
    last = page.locator(".tour ol[lang=en] li").last
    await expect(last).to_be_in_viewport(ratio=1)
    await page.get_by_text("Ẩn", exact=True).click()
    await expect(last).to_be_hidden()
    await page.close()
