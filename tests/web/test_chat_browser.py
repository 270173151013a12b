"""The local chat in a real browser: as a phone messenger, at 360 px and with the keyboard."""

from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, expect

from bot.core.ports import SetMenu, Tapped
from bot.core.talk.message import Button
from tests.web.rehearsal import FULL, LONG, MENU, NEW, READ, RINA, Rehearsal, picture

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# What is on the screen, may be pressed, and is smaller than a finger; links inside a text are exempt.
SMALL = """() => [...document.querySelectorAll("button, a, textarea, audio")]
  .filter((node) => node.checkVisibility() && !node.closest(".text, .skip"))
  .filter((node) => { const box = node.getBoundingClientRect(); return box.width < 44 || box.height < 44; })
  .map((node) => node.outerHTML)"""
TINY = """() => [...document.querySelectorAll("body *")]
  .filter((node) => node.checkVisibility() && parseFloat(getComputedStyle(node).fontSize) < 16)
  .map((node) => node.outerHTML)"""


async def visit(page: Page, rehearsal: Rehearsal, person: str = RINA.chat_id, more: str = "") -> None:
    """Open the page and wait until its live connection stands."""
    async with page.expect_response("**/api/people"):
        await page.goto(f"{rehearsal.url}/?as={person}{more}")


async def write(page: Page, text: str) -> None:
    await page.get_by_label("Tin nhắn gửi Nhịp Cầu").fill(text)
    await page.keyboard.press("Enter")


async def test_a_text_is_answered_and_still_there_after_a_reload(phone: Page, rehearsal: Rehearsal) -> None:
    rehearsal.listen()
    await visit(phone, rehearsal)
    await phone.locator("#text").fill("Dòng một")
    await phone.keyboard.press("Shift+Enter")
    await phone.keyboard.type("<b>dòng hai</b>")
    await phone.keyboard.press("Enter")
    for _ in range(2):
        await expect(phone.locator(".user .text")).to_have_text("Dòng một\n<b>dòng hai</b>")
        await expect(phone.locator(".bot .text")).to_have_text("Đã nhận: Dòng một\n<b>dòng hai</b>")
        await expect(phone.locator(".day")).to_have_text("Hôm nay")
        await expect(phone.locator(".head")).not_to_contain_text("đang trả lời")
        await expect(phone.locator("#text")).to_have_value("")
        await visit(phone, rehearsal)


async def test_waiting_for_an_answer_is_shown(phone: Page, rehearsal: Rehearsal) -> None:
    await visit(phone, rehearsal)
    await write(phone, "Chào")
    await expect(phone.locator(".head")).to_contain_text("đang trả lời")
    await rehearsal.send(RINA, "Chào đồng chí")
    await expect(phone.locator(".head")).not_to_contain_text("đang trả lời")


async def test_a_message_arrives_unasked_without_moving_anything(phone: Page, rehearsal: Rehearsal) -> None:
    await rehearsal.send(RINA, "Chào đồng chí")
    await phone.add_init_script(SHIFTS)
    await visit(phone, rehearsal)
    await phone.evaluate("window.shifted = 0")
    await rehearsal.send(RINA, "📌 <b>Bản tin</b>\n\n" + "Nội dung dài. " * 90, (READ, FULL))
    await rehearsal.send(RINA, "Tin nữa")
    await expect(phone.locator(".bot")).to_have_count(3)
    await expect(phone.locator(".announcer")).to_contain_text("Nhịp Cầu: Tin nữa")
    assert (
        await phone.evaluate("new Promise((done) => requestAnimationFrame(() => done(window.shifted)))") == 0
    )
    await expect(phone.locator(".bot").last).to_be_in_viewport()
    await expect(phone.locator(".text b").first).to_have_text("Bản tin")


async def test_a_tap_mends_the_message_in_place(phone: Page, rehearsal: Rehearsal) -> None:
    rehearsal.listen()
    await rehearsal.send(RINA, "📌 Bản tin", (READ, FULL))
    await visit(phone, rehearsal)
    await phone.get_by_role("button", name="Đã đọc").focus()
    await phone.keyboard.press("Enter")
    confirmed = phone.get_by_role("button", name="Đồng chí đã xác nhận lúc 08:15")
    await expect(confirmed).to_be_focused()
    await expect(phone.locator(".bot")).to_have_count(1)
    await expect(phone.locator(".toast")).to_have_text("Đã ghi nhận")
    await expect(phone.get_by_role("button", name="Đọc toàn văn")).to_be_enabled()
    await write(phone, "tiếp")
    await expect(phone.locator(".toast")).to_have_text("", timeout=2000)  # before it would go by itself


async def test_a_button_waits_and_is_not_pressed_twice(phone: Page, rehearsal: Rehearsal) -> None:
    await rehearsal.send(RINA, "📌 Bản tin", (READ, FULL))
    await visit(phone, rehearsal)
    async with phone.expect_response("**/tap"):
        await phone.get_by_role("button", name="Đã đọc").click()
    await expect(phone.locator(".choice.pressed[aria-disabled]")).to_have_text("✅ Đã đọc")
    await expect(phone.get_by_role("button", name="Đọc toàn văn")).to_have_attribute("aria-disabled", "true")
    await phone.get_by_role("button", name="Đã đọc").dispatch_event("click")
    await write(phone, "xong")
    await expect(phone.locator(".user:not(.sending)")).to_have_count(1)
    taps = [incoming for incoming in await rehearsal.updates() if isinstance(incoming.event, Tapped)]
    assert len(taps) == 1


async def test_whoever_joins_is_called_by_their_name_at_once(phone: Page, rehearsal: Rehearsal) -> None:
    await visit(phone, rehearsal, NEW.chat_id)
    await expect(phone.locator(".talking")).to_have_text("Chưa tham gia")
    joined = replace(NEW, name="Y Blŏ", caption="Báo cáo viên, xã Ea Kao")
    rehearsal.people = [one for one in rehearsal.people if one is not NEW] + [joined]
    await rehearsal.channel.perform(SetMenu(NEW.chat_id, None, MENU), 5)
    await expect(phone.locator(".talking")).to_have_text("Báo cáo viên, xã Ea Kao")
    await expect(phone.locator(".with")).to_contain_text("Y Blŏ")
    await expect(phone.locator(".person[aria-current] .caption")).to_have_text("Báo cáo viên, xã Ea Kao")


async def test_a_stale_button_is_told(phone: Page, rehearsal: Rehearsal) -> None:
    message_id = await rehearsal.send(RINA, "📌 Bản tin", (READ,))
    await visit(phone, rehearsal)
    body = {"html": "📌 Bản tin", "buttons": []}
    await rehearsal.transcript.edit("thu", RINA.chat_id, int(message_id), body)
    await phone.get_by_role("button", name="Đã đọc").click()
    await expect(phone.locator(".toast")).to_contain_text("Nút này không còn dùng được")


async def test_earlier_messages_load_above_what_one_reads(phone: Page, rehearsal: Rehearsal) -> None:
    for number in range(60):
        await rehearsal.send(RINA, f"Tin số {number} của hệ thống")
    await visit(phone, rehearsal)
    await expect(phone.get_by_text("Tin số 59 ")).to_be_in_viewport()
    await phone.locator(".log").evaluate("(log) => { log.scrollTop = 0; }")
    first = phone.get_by_text("Tin số 20 ")
    before = await first.bounding_box()
    await phone.get_by_role("button", name="Xem tin cũ hơn").dispatch_event("click")
    await expect(phone.locator(".bot")).to_have_count(60)
    after = await first.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) <= 1
    await expect(phone.locator(".earlier")).to_be_hidden()
    await rehearsal.send(RINA, "Tin mới nhất")
    await expect(phone.get_by_role("button", name="Tin mới")).to_be_visible()
    assert await first.bounding_box() == after
    await phone.get_by_role("button", name="Tin mới").click()
    await expect(phone.locator(".bot").last).to_be_in_viewport()


async def test_the_answer_to_an_old_button_is_seen_and_what_comes_unasked_moves_nobody(
    phone: Page, rehearsal: Rehearsal
) -> None:
    await rehearsal.send(RINA, "📌 Bản tin", (FULL,))
    for number in range(20):
        await rehearsal.send(RINA, f"Tin số {number} của hệ thống")
    await visit(phone, rehearsal)
    button = phone.get_by_role("button", name="Đọc toàn văn")
    await button.scroll_into_view_if_needed()
    async with phone.expect_response("**/tap"):
        await button.click()
    await rehearsal.send(RINA, "Nội dung đầy đủ")
    await expect(phone.locator(".bot")).to_have_count(22)
    await expect(phone.locator(".bot").last).to_be_in_viewport(timeout=5000)
    await expect(phone.get_by_role("button", name="Tin mới")).to_be_hidden()
    await button.scroll_into_view_if_needed()
    await expect(button).to_be_in_viewport()  # a frame later: the page knows where it stands
    await rehearsal.send(RINA, "Tin khác")
    await expect(phone.get_by_role("button", name="Tin mới")).to_be_visible()
    await expect(button).to_be_in_viewport()


async def test_a_question_is_seen_where_its_choices_are_taller_than_the_screen(
    phone: Page, rehearsal: Rehearsal
) -> None:
    await visit(phone, rehearsal)
    choices = [(Button(label=f"Chọn {number}", data=str(number)),) for number in range(20)]
    for text, rows in (("Câu một?", choices), ("Câu hai?", choices), ("Cảm ơn đồng chí", [])):
        await rehearsal.send(RINA, text, *rows)
        await expect(phone.locator(".bot .text", has_text=text)).to_be_in_viewport(ratio=1)


async def test_another_person_has_a_count_of_what_came(phone: Page, rehearsal: Rehearsal) -> None:
    await rehearsal.send(LONG, "một")
    await visit(phone, rehearsal)
    badge = phone.get_by_role("link", name=LONG.name).locator(".badge")
    await expect(badge).to_have_text("1")
    await rehearsal.send(LONG, "hai")
    await expect(badge).to_have_text("2")
    await expect(phone).to_have_title(f"(2) {RINA.name} – Nhịp Cầu, chat thử")
    async with phone.expect_response("**/api/people"):
        await phone.get_by_role("link", name=LONG.name).click()
    await expect(phone.locator(".bot")).to_have_count(2)
    await expect(phone.locator(".badge:visible")).to_have_count(0)
    await expect(phone.locator("[aria-current=page]")).to_contain_text(LONG.name)


async def test_what_is_half_written_waits_for_its_person(phone: Page, rehearsal: Rehearsal) -> None:
    await visit(phone, rehearsal)
    await phone.locator("#text").fill("Bà con hỏi")
    await visit(phone, rehearsal, LONG.chat_id)
    await expect(phone.locator("#text")).to_have_value("")
    await visit(phone, rehearsal)
    await expect(phone.locator("#text")).to_have_value("Bà con hỏi")


async def test_the_menu_of_commands_works_with_the_keyboard(phone: Page, rehearsal: Rehearsal) -> None:
    await visit(phone, rehearsal)
    opener = phone.get_by_role("button", name="Các lệnh")
    await opener.focus()
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("menuitem", name="Bản tin mới nhất")).to_be_focused()
    await phone.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await expect(opener).to_have_attribute("aria-expanded", "false")
    await phone.keyboard.press("ArrowUp")
    await expect(phone.get_by_role("menuitem", name="Trợ giúp")).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(phone.locator(".user .text")).to_have_text("/trogiup")


async def test_an_invitation_joins_with_one_press(phone: Page, rehearsal: Rehearsal) -> None:
    rehearsal.listen()
    await visit(phone, rehearsal, NEW.chat_id, "&join=MOI-7K3M9Q")
    await phone.get_by_role("button", name="Bắt đầu").click()
    await expect(phone.locator(".bot .text")).to_have_text("Đã nhận: /start MOI-7K3M9Q")
    await expect(phone).to_have_url(f"{rehearsal.url}/?as={NEW.chat_id}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_a_small_phone(phone: Page, rehearsal: Rehearsal, scheme: str) -> None:
    await phone.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    long = Button(label="Một lựa chọn có tên rất dài " * 3, data="x")
    await rehearsal.send(RINA, "khôngcódấucách" * 40 + "<pre>" + "x" * 200 + "</pre>", (READ, FULL), (long,))
    await phone.set_viewport_size({"width": 360, "height": 740})
    await visit(phone, rehearsal)
    await phone.get_by_role("button", name="Các lệnh").click()
    assert await phone.evaluate("document.documentElement.scrollWidth") == 360
    assert await phone.locator(".log").evaluate("(log) => log.scrollWidth <= log.clientWidth")
    assert await phone.evaluate(SMALL) == []
    assert await phone.evaluate(TINY) == []


async def test_only_harmless_markup_reaches_the_page(browser: Browser, rehearsal: Rehearsal) -> None:
    page = await browser.new_page()
    await visit(page, rehearsal)
    made = await page.evaluate(
        """async () => {
          const { richText } = await import("/static/richtext.js");
          const box = document.createElement("div");
          box.append(richText('<b onclick="x()">đậm</b><img src=x onerror="x()"><script>x()</script>'
            + '<a href="javascript:x()">một</a><a href="https://a.vn">hai</a><svg><text>ba</text></svg>'));
          return box.innerHTML;
        }"""
    )
    assert made == '<b>đậm</b>một<a href="https://a.vn/" target="_blank" rel="noopener noreferrer">hai</a>'


async def test_pictures_and_files_are_shown_and_saved(phone: Page, rehearsal: Rehearsal) -> None:
    rehearsal.listen()
    await visit(phone, rehearsal)
    choose = phone.locator("input[type=file]")
    await choose.set_input_files({"name": "anh.png", "mimeType": "image/png", "buffer": picture()})
    await write(phone, "Ảnh cổng chào")
    await expect(phone.locator(".bot img")).to_be_visible()
    assert await phone.locator(".bot img").evaluate(
        "async (image) => { await image.decode(); return image.naturalWidth }"
    )
    await expect(phone.locator(".user .text")).to_have_text("Ảnh cổng chào")
    await choose.set_input_files(
        {"name": "Biên bản.docx", "mimeType": "application/x", "buffer": b"x" * 45_678}
    )
    await phone.get_by_role("button", name="Gửi", exact=True).click()
    card = phone.locator(".bot .file-card")
    await expect(card).to_contain_text("45 KB")
    async with phone.expect_download() as download:
        await card.click()
    assert (await download.value).suggested_filename == "Biên bản.docx"
