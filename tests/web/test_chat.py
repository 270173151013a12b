"""The local chat over real HTTP: what its interface accepts, refuses and tells live."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.core.ports import Said, Tapped
from bot.web.chat import Person
from tests.web.rehearsal import FULL, LONG, NEW, PEOPLE, READ, RINA, Rehearsal

pytestmark = pytest.mark.asyncio(loop_scope="session")

API = f"/api/chats/{RINA.chat_id}"


def said(text: str, client_id: str = "client-0001") -> dict[str, str]:
    return {"text": text, "client_id": client_id}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.2", "", "localhost:x"])
async def test_a_name_that_only_points_here_is_refused(http: httpx.AsyncClient, host: str) -> None:
    answer = await http.get("/", headers={"Host": host})
    assert answer.status_code in (400, 421)
    assert "Nhịp Cầu" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "LOCALHOST", "[::1]:8080"])
async def test_loopback_names_are_served(http: httpx.AsyncClient, host: str) -> None:
    assert (await http.get("/", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Nhipcau": "0"},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
async def test_another_page_cannot_post(
    rehearsal: Rehearsal, http: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await http.post(f"{API}/say", json=said("x"), headers=headers)
    assert answer.status_code == 403
    assert await rehearsal.channel.platform.history(RINA.chat_id) == []


async def test_our_own_page_can_post(rehearsal: Rehearsal, http: httpx.AsyncClient) -> None:
    answer = await http.post(f"{API}/say", json=said("Chào"), headers={"Origin": rehearsal.url})
    assert answer.status_code == 200
    [incoming] = await rehearsal.updates()
    assert (incoming.chat_id, incoming.name, incoming.event) == (RINA.chat_id, RINA.name, Said("Chào"))


async def test_a_post_that_is_repeated_counts_once(rehearsal: Rehearsal, http: httpx.AsyncClient) -> None:
    first = await http.post(f"{API}/say", json=said("Chào"))
    again = await http.post(f"{API}/say", json=said("Chào"))
    assert first.json() == again.json()
    assert len(await rehearsal.updates()) == 1
    assert len(await rehearsal.channel.platform.history(RINA.chat_id)) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 50_000,
        b"{}",
        json.dumps(said("")).encode(),
        json.dumps(said(" \0 ")).encode(),
        json.dumps(said("x" * 4097)).encode(),
        json.dumps(said("😀" * 2049)).encode(),
        json.dumps(said("\ud800")).encode(),
        json.dumps(said("x", "short")).encode(),
        json.dumps({"text": 1, "client_id": "client-0001"}).encode(),
    ],
)
async def test_a_malformed_text_is_told_plainly(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post(f"{API}/say", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


async def test_the_longest_text_fits(http: httpx.AsyncClient) -> None:
    assert (await http.post(f"{API}/say", json=said("😀" * 2048))).status_code == 200


async def test_a_body_is_bounded(http: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 10_000

    assert (await http.post(f"{API}/say", content=b"x" * 100_000)).status_code == 413
    assert (await http.post(f"{API}/say", content=endless())).status_code == 413


@pytest.mark.parametrize("path", ["messages", "events", "say", "tap", "share"])
async def test_an_unknown_chat_is_not_found(http: httpx.AsyncClient, path: str) -> None:
    method = "GET" if path in ("messages", "events") else "POST"
    answer = await http.request(method, f"/api/chats/nobody/{path}")
    assert answer.status_code == 404
    assert answer.json()["error"] == "Không có nhân vật này trong chat thử."


async def test_a_tap_needs_a_button_of_that_message_in_that_chat(
    rehearsal: Rehearsal, http: httpx.AsyncClient
) -> None:
    message_id = await rehearsal.send(RINA, "x", (READ, FULL))
    others = await rehearsal.send(LONG, "x", (READ,))
    own = (await http.post(f"{API}/say", json=said("x"))).json()["id"]
    for number, data in [
        (message_id, "bịa"),
        (others, "read:1"),
        (own, "read:1"),
        ("99", "read:1"),
        (message_id, ""),
    ]:
        answer = await http.post(f"{API}/tap", json={"message_id": number, "data": data})
        assert answer.status_code == 409
    assert (await http.post(f"{API}/tap", json={"message_id": "x", "data": "read:1"})).status_code == 400
    assert (await http.post(f"{API}/tap", json={"message_id": 1, "data": None})).status_code == 400
    assert (
        await http.post(f"{API}/tap", json={"message_id": message_id, "data": "read:1"})
    ).status_code == 200
    [_, tap] = await rehearsal.updates()
    assert isinstance(tap.event, Tapped)
    assert (tap.event.data, tap.event.message_id) == ("read:1", message_id)


async def test_a_button_that_was_edited_away_is_stale(rehearsal: Rehearsal, http: httpx.AsyncClient) -> None:
    message_id = await rehearsal.send(RINA, "x", (READ,))
    await rehearsal.edit(RINA, message_id, "")
    answer = await http.post(f"{API}/tap", json={"message_id": message_id, "data": "read:1"})
    assert (answer.status_code, "Nút này" in answer.json()["error"]) == (409, True)


async def test_history_comes_in_pages(rehearsal: Rehearsal, http: httpx.AsyncClient) -> None:
    for number in range(50):
        await rehearsal.send(RINA, f"tin {number}")
    newest = (await http.get(f"{API}/messages")).json()
    assert ([m["html"] for m in newest["messages"]], newest["more"]) == (
        [f"tin {n}" for n in range(10, 50)],
        True,
    )
    before = newest["messages"][0]["id"]
    rest = (await http.get(f"{API}/messages?before={before}")).json()
    assert ([m["html"] for m in rest["messages"]], rest["more"]) == ([f"tin {n}" for n in range(10)], False)
    assert (await http.get(f"{API}/messages?before=x")).status_code == 400


async def test_the_page_carries_its_protections_and_its_notice(
    rehearsal: Rehearsal, http: httpx.AsyncClient
) -> None:
    await http.post(f"{API}/say", json=said("</script><script>alert(1)</script>"))
    answer = await http.get(f"/?as={RINA.chat_id}")
    assert "Chat thử trên máy này · nhân vật và nội dung mẫu" in answer.text
    assert '<html lang="vi">' in answer.text
    assert "<script>alert" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_who_one_is_comes_from_the_address(rehearsal: Rehearsal, http: httpx.AsyncClient) -> None:
    for person in (RINA, LONG):
        await rehearsal.send(person, "Chào")
    everybody = (await http.get("/api/people")).json()["people"]
    assert [len(person["recent"]) for person in everybody] == [1, 1, 0, 0, 0]
    assert f'"me": "{RINA.chat_id}"' in (await http.get("/")).text
    assert f'"me": "{NEW.chat_id}"' in (await http.get("/?join=MOI-7K3M")).text
    assert '"join": ""' in (await http.get(f'/?as={NEW.chat_id}&join="><script>')).text


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("vi-VN,vi;q=0.9", "Không có nhân vật này trong chat thử."),
        ("en-GB,en;q=0.9", "There is nobody of this name in the local chat."),
        ("", "Không có nhân vật này trong chat thử."),
    ],
)
@pytest.mark.parametrize("more", ["", "&join=MOI-7K3M"])
async def test_somebody_unknown_is_refused_and_never_replaced(
    http: httpx.AsyncClient, asked: str, sentence: str, more: str
) -> None:
    answer = await http.get(f"/?as=nobody{more}", headers={"Accept-Language": asked})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<h1>{sentence}</h1>" in answer.text
    assert '"me"' not in answer.text
    assert (await http.get("/?as=")).status_code == 404


async def test_a_page_is_in_its_persons_language(rehearsal: Rehearsal, http: httpx.AsyncClient) -> None:
    ann = Person("ann", "Ann", "Reporter, Ea Kao", "en")
    rehearsal.people = [*PEOPLE, ann]
    english, vietnamese = [(await http.get(f"/?as={one}")).text for one in ("ann", RINA.chat_id)]
    assert '<html lang="en">' in english
    assert "Who are you now?" in english
    assert "Đồng chí đang là ai?" in vietnamese


async def test_whoever_joins_meanwhile_is_shown_by_their_name(
    rehearsal: Rehearsal, http: httpx.AsyncClient
) -> None:
    await http.get("/")
    joined = Person(NEW.chat_id, "Y Blŏ Êban", "tuyên truyền viên · Ea Kao")
    rehearsal.people = [*PEOPLE[:-1], joined, Person("web-moi2", "Người mới", "chưa tham gia")]
    page = (await http.get(f"/?as={NEW.chat_id}")).text
    assert joined.caption in page
    assert (await http.get("/api/chats/web-moi2/messages")).status_code == 200


async def test_what_does_not_exist_is_told_plainly(http: httpx.AsyncClient) -> None:
    assert (await http.get("/khong-co")).json()["error"] == "Không có trang này."
    shown = await http.get("/khong-co", headers={"Accept": "text/html,*/*"})
    assert (shown.status_code, "<h1>Không có trang này.</h1>" in shown.text) == (404, True)
    assert (await http.get("/static/../chat.py")).status_code == 404
    assert (await http.get(f"{API}/say")).status_code == 405


async def test_a_fault_of_ours_is_told_plainly(rehearsal: Rehearsal, http: httpx.AsyncClient) -> None:
    rehearsal.people = None  # type: ignore[assignment]
    shown = await http.get("/", headers={"Accept": "text/html"})
    assert (shown.status_code, "<h1>Hệ thống gặp trục trặc." in shown.text) == (500, True)
    told = await http.get("/api/people", headers={"Accept-Language": "en"})
    assert (told.status_code, told.json()["error"][:20]) == (500, "Something went wrong")
