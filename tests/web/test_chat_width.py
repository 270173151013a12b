"""The page is never wider than the screen: small phones, enlarged pages, enlarged letters, long names."""

import pytest
from playwright.async_api import Page, expect

from bot.core.talk.message import Button
from bot.web.chat import Person
from tests.web.rehearsal import FULL, READ, RINA, Rehearsal, picture
from tests.web.test_chat_browser import visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = (
    "Nguyễn Thị Hoàng Phương Thảo Nguyên của Tổ công tác thôn Ea Kao",
    "H'" + "Niê" * 40,
    "Y",
    "王" * 80,
)
CROWD = [
    RINA,
    *(
        Person(f"web-{number}", f"{NAMES[number % 4]} {number}", "Báo cáo viên · " + "Buôn" * (number % 30))
        for number in range(58)
    ),
    Person("web-moi", "Người mới", "chưa tham gia"),
]
# What stands out of the window to the right, without what a box of its own scrolls or cuts.
WIDER = """() => {
  const wide = document.documentElement.clientWidth;
  const cut = (node) => node && (getComputedStyle(node).overflowX !== "visible" || cut(node.parentElement));
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.checkVisibility() && !cut(node.parentElement))
    .filter((node) => node.getBoundingClientRect().right > wide + 1)
    .map((node) => node.outerHTML.slice(0, 120));
}"""


async def measure(page: Page) -> None:
    """No part of the page is wider than the window, nor is the list of messages wider than itself."""
    assert await page.evaluate(WIDER) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("document.body.scrollWidth <= innerWidth")
    assert await page.locator(".log").evaluate("(log) => log.scrollWidth <= log.clientWidth")
    box = await page.locator("#text").bounding_box()
    assert box
    assert box["width"] >= 100


# A phone of 360 px at 100 % and at 200 %, the smallest phones, tablets, desks at 100 % and at 200 %.
@pytest.mark.parametrize(
    ("width", "letters"), [(180, 16), (320, 16), (360, 16), (360, 32), (640, 16), (860, 32), (1280, 32)]
)
async def test_sixty_people_with_long_names_fit(
    phone: Page, rehearsal: Rehearsal, width: int, letters: int
) -> None:
    rehearsal.people = CROWD
    long = CROWD[2]
    await rehearsal.send(long, "khôngcódấucách" * 40, (READ, FULL), (Button(label="Dài " * 20, data="x"),))
    upload = {"name": "x" * 110 + ".png", "mimeType": "image/png", "buffer": picture()}
    await phone.set_viewport_size({"width": width, "height": 740})
    if letters != 16:
        await phone.add_init_script(
            "addEventListener('DOMContentLoaded', () => {"
            f"document.documentElement.style.fontSize = '{letters}px' }})"
        )
    await visit(phone, rehearsal, long.chat_id, "&join=MOI-7K3M9Q")
    await measure(phone)
    await phone.get_by_role("button", name="Bắt đầu").click()
    await expect(phone.locator(".user:not(.sending)")).to_have_count(1)
    await phone.locator("input[type=file]").set_input_files(upload)
    await measure(phone)
    await phone.route("**/share", lambda route: route.abort())
    await phone.get_by_role("button", name="Gửi", exact=True).click()
    await expect(phone.locator(".failed")).to_have_count(1)
    await measure(phone)
    await phone.get_by_role("button", name="Các lệnh").click()
    await measure(phone)


async def test_a_refusal_fits_a_small_window(phone: Page, rehearsal: Rehearsal) -> None:
    await phone.set_viewport_size({"width": 180, "height": 370})
    answer = await phone.goto(f"{rehearsal.url}/?as=nobody")
    assert answer is not None
    assert answer.status == 404
    await expect(phone.get_by_role("heading")).to_have_text("Không có nhân vật này trong chat thử.")
    assert await phone.evaluate(WIDER) == []
    assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await phone.get_by_role("link", name="Về chat thử").click()
    await expect(phone).to_have_url(f"{rehearsal.url}/")
