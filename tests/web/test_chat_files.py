"""Files over real HTTP: taken in with bounds, given out without danger."""

import httpx
import pytest

from bot.core.kernel.filetypes import LARGEST_FILE
from bot.core.ports import Shared, Upload
from tests.web.rehearsal import RINA, Rehearsal, picture

pytestmark = pytest.mark.asyncio(loop_scope="session")

API = f"/api/chats/{RINA.chat_id}"


async def share(http: httpx.AsyncClient, name: str, data: bytes, media_type: str) -> httpx.Response:
    form = {"client_id": "client-0001", "caption": "đây"}
    return await http.post(f"{API}/share", data=form, files={"file": (name, data, media_type)})


async def test_a_document_comes_back_as_it_was(rehearsal: Rehearsal, http: httpx.AsyncClient) -> None:
    file = (await share(http, "../../Đề cương.pdf", b"%PDF-1", "application/pdf")).json()["file"]
    assert (file["name"], file["kind"], file["size"]) == ("Đề cương.pdf", "document", 6)
    [incoming] = await rehearsal.updates()
    assert isinstance(incoming.event, Shared)
    assert incoming.event.caption == "đây"
    answer = await http.get(f"/files/{file['handle']}")
    assert answer.content == b"%PDF-1"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''%C4%90%E1%BB%81%20c%C6%B0%C6%A1ng.pdf" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_picture_is_shown_in_place_by_its_bytes(http: httpx.AsyncClient) -> None:
    file = (await share(http, "anh.txt", picture(), "text/plain")).json()["file"]
    answer = await http.get(f"/files/{file['handle']}")
    assert (file["kind"], answer.headers["content-type"]) == ("photo", "image/png")
    assert answer.headers["content-disposition"].startswith("inline;")
    saved = await http.get(f"/files/{file['handle']}?save=1")
    assert saved.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("name", "media_type"), [("a.svg", "image/svg+xml"), ("a.html", "text/html"), ("a", "x")]
)
async def test_what_could_run_is_only_saved(http: httpx.AsyncClient, name: str, media_type: str) -> None:
    file = (await share(http, name, b"<svg onload=alert(1)>", media_type)).json()["file"]
    answer = await http.get(f"/files/{file['handle']}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")


async def test_files_are_bounded(http: httpx.AsyncClient) -> None:
    assert (await share(http, "a.bin", b"", "application/pdf")).status_code == 400
    assert (await http.post(f"{API}/share", data={"client_id": "client-0001"})).status_code == 400
    assert (await share(http, "a.bin", bytes(LARGEST_FILE), "application/pdf")).status_code == 200
    assert (await share(http, "a.bin", bytes(LARGEST_FILE + 1), "application/pdf")).status_code == 413
    assert (
        await share(http, "a.bin", bytes(LARGEST_FILE + 1024 * 1024), "application/pdf")
    ).status_code == 413
    assert (await http.get("/files/khong-co")).status_code == 404


async def test_a_photo_of_the_bot_is_served(rehearsal: Rehearsal, http: httpx.AsyncClient) -> None:
    await rehearsal.send(RINA, "", file=Upload("qr.png", "image/png", "photo", None, picture()))
    [message] = (await http.get(f"{API}/messages")).json()["messages"]
    assert (await http.get(f"/files/{message['file']['handle']}")).content == picture()
