"""The local chat in a real browser when the line breaks: nothing is lost, nothing is doubled."""

import pytest
from playwright.async_api import Page, Route, expect

from tests.web.rehearsal import LONG, RINA, Rehearsal
from tests.web.test_chat_browser import visit, write

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_failed_text_is_kept_and_sent_again_once(phone: Page, rehearsal: Rehearsal) -> None:
    await visit(phone, rehearsal)
    await phone.route("**/say", lambda route: route.abort())
    await write(phone, "Bà con hỏi về thuế")
    await expect(phone.locator(".failed")).to_contain_text("Chưa gửi được")
    await visit(phone, rehearsal)
    await expect(phone.locator(".failed .text")).to_have_text("Bà con hỏi về thuế")
    await phone.unroute("**/say")
    await phone.get_by_role("button", name="Gửi lại").click()
    await expect(phone.locator(".user:not(.failed):not(.sending) .text")).to_have_text("Bà con hỏi về thuế")
    await visit(phone, rehearsal)
    await expect(phone.locator(".user")).to_have_count(1)
    assert len(await rehearsal.updates()) == 1


async def test_an_answer_that_was_lost_does_not_double_the_text(phone: Page, rehearsal: Rehearsal) -> None:
    async def lose_the_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await visit(phone, rehearsal)
    await phone.route("**/say", lose_the_answer)
    await write(phone, "Chào")
    await expect(phone.locator(".user:not(.sending)")).to_have_count(1)
    await visit(phone, rehearsal)
    await expect(phone.locator(".user")).to_have_count(1)
    await expect(phone.locator(".failed")).to_have_count(0)
    assert len(await rehearsal.updates()) == 1


async def test_a_refused_text_goes_back_into_the_box(phone: Page, rehearsal: Rehearsal) -> None:
    await visit(phone, rehearsal)
    refusal = {"status": 429, "json": {"error": "Đồng chí gửi nhanh quá. Xin chờ vài giây."}}
    await phone.route("**/say", lambda route: route.fulfill(**refusal))
    await write(phone, "Chào")
    await expect(phone.locator(".failed")).to_contain_text("gửi nhanh quá")
    await phone.get_by_role("button", name="Sửa").click()
    await expect(phone.locator("#text")).to_have_value("Chào")
    await expect(phone.locator(".user")).to_have_count(0)


async def test_a_failed_text_can_be_dismissed_for_good(phone: Page, rehearsal: Rehearsal) -> None:
    await visit(phone, rehearsal)
    await phone.route("**/say", lambda route: route.abort())
    await write(phone, "Gửi nhầm")
    await phone.get_by_role("button", name="Bỏ", exact=True).click()
    await expect(phone.locator(".user")).to_have_count(0)
    await expect(phone.locator("#text")).to_have_value("")
    await expect(phone.locator("#text")).to_be_focused()
    await expect(phone.get_by_text("Chưa có tin nhắn nào.")).to_be_visible()
    await visit(phone, rehearsal)
    await expect(phone.locator(".user")).to_have_count(0)


async def test_the_page_finds_its_way_back_after_a_restart(phone: Page, rehearsal: Rehearsal) -> None:
    message_id = await rehearsal.send(RINA, "Trước")
    await visit(phone, rehearsal)
    await rehearsal.stop()
    await expect(phone.get_by_text("Mất kết nối.")).to_be_visible()
    await phone.locator("#text").fill("đang soạn")
    await rehearsal.restart()
    await rehearsal.edit(RINA, message_id, "Đã sửa khi mất kết nối")
    await rehearsal.send(LONG, "Cho người khác")
    await rehearsal.send(RINA, "Sau")
    await expect(phone.get_by_text("Mất kết nối.")).to_be_hidden()
    await expect(phone.locator(".bot .text")).to_have_text(["Đã sửa khi mất kết nối", "Sau"])
    await expect(phone.get_by_role("link", name=LONG.name).locator(".badge")).to_have_text("1")
    await expect(phone.locator("#text")).to_have_value("đang soạn")


async def test_a_rehearsal_that_began_anew_is_shown_anew(phone: Page, rehearsal: Rehearsal) -> None:
    for number in range(5):
        await rehearsal.send(RINA, f"Cũ {number}")
    await visit(phone, rehearsal)
    await expect(phone.locator(".bot")).to_have_count(5)
    await rehearsal.stop()
    await expect(phone.get_by_text("Mất kết nối.")).to_be_visible()
    await rehearsal.forget()
    await rehearsal.restart()
    await rehearsal.send(LONG, "Mới")
    await expect(phone.locator(".bot")).to_have_count(0)
    await expect(phone.get_by_role("button", name="Bắt đầu")).to_be_visible()
    await expect(phone.get_by_role("link", name=LONG.name).locator(".badge")).to_have_text("1")
