"""The one site: where what stands, who may see it, and what it tells of the program."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.web.condition import LATE_S, Account, Condition
from bot.web.server import LocalServer
from bot.web.site import HOOK_LIMIT, create_site
from tests.patience import PATIENCE_S

WELL = Condition(
    store=True,
    loops={"planner": 0.0},
    accounts={"tinh": Account(False, "closed", 30.0)},
    deliveries={("tinh", "pending"): 7},
    inbox_age_s=1.5,
    log_lines_lost=2,
    differing=3,
)


@asynccontextmanager
async def site(condition: Condition = WELL, token: str = "") -> AsyncIterator[httpx.AsyncClient]:
    async def look() -> Condition:
        return condition

    async def hook(headers: Mapping[str, str], body: bytes) -> int:
        return 200 if headers.get("x-secret") == "s" and body == b"{}" else 401

    async def chat(scope: object, receive: object, send: object) -> None:
        raise AssertionError("nobody asked for it")

    server = LocalServer(create_site({"thu": chat}, {"tinh": hook}, look, token), 0, lambda: None)
    async with httpx.AsyncClient(base_url=await server.start(), trust_env=False, timeout=PATIENCE_S) as http:
        yield http
    await server.close()


async def test_a_program_that_is_well_says_so() -> None:
    async with site() as http:
        assert (await http.get("/health/live")).json() == {"live": True}
        for path in ("/health", "/health/ready"):
            answer = await http.get(path)
            assert (answer.status_code, answer.json()["ready"]) == (200, True)
            assert answer.json()["runs_differing"] == 3
            assert answer.json()["accounts"] == {"tinh": {"stopped": False, "breaker": "closed"}}


@pytest.mark.parametrize(
    "condition",
    [
        Condition(store=False, loops={}),
        Condition(store=True, loops={"planner": LATE_S + 1}),
        Condition(store=True, loops={}, accounts={"tinh": Account(True, None, 30.0)}),
    ],
)
async def test_a_program_that_is_not_well_is_alive_and_not_ready(condition: Condition) -> None:
    async with site(condition) as http:
        assert (await http.get("/health/live")).status_code == 200
        assert (await http.get("/health/ready")).status_code == 503


async def test_what_fails_beside_messages_is_named() -> None:
    failing = Condition(True, {}, {"tinh": Account(False, "closed", 30.0, ["menus"])})
    async with site(failing) as http:
        answer = (await http.get("/health")).json()
        assert answer["accounts"] == {"tinh": {"stopped": False, "breaker": "closed", "failing": ["menus"]}}
        assert 'nhipcau_failing{account="tinh",method="menus"} 1.0' in (await http.get("/metrics")).text


async def test_prometheus_reads_what_is_told() -> None:
    async with site() as http:
        told = {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families((await http.get("/metrics")).text)
            for sample in family.samples
        }
    assert told["nhipcau_deliveries", "pending", "tinh"] == 7
    assert told["nhipcau_breaker", "closed", "tinh"] == 1
    assert told["nhipcau_breaker", "open", "tinh"] == 0
    assert told["nhipcau_rate", "tinh"] == 30
    assert told["nhipcau_runs_differing",] == 3
    assert told["nhipcau_loop_lag_seconds", "planner"] == 0
    assert told["nhipcau_inbox_age_seconds",] == 1.5
    assert told["nhipcau_log_lines_lost_total",] == 2


@pytest.mark.parametrize("path", ["/metrics", "/health", "/health/ready"])
async def test_who_watches_from_elsewhere_gives_the_token(path: str) -> None:
    async with site() as http:
        assert (await http.get(path, headers={"host": "nhipcau.example"})).status_code == 404
    async with site(token="long and random") as http:
        assert (await http.get(path)).status_code == 404
        for wrong in ("", "Bearer", "Bearer x", "long and random"):
            assert (await http.get(path, headers={"authorization": wrong})).status_code == 404
        right = {"authorization": "Bearer long and random", "host": "nhipcau.example"}
        assert (await http.get(path, headers=right)).status_code == 200


async def test_what_is_not_there_is_a_plain_page_with_its_own_style() -> None:
    async with site() as http:
        shown = await http.get("/khong-co", headers={"accept": "text/html", "accept-language": "en-GB"})
        assert (shown.status_code, "<h1>There is no such page.</h1>" in shown.text) == (404, True)
        assert 'href="/static/chat.css"' in shown.text
        assert "body.plain" in (await http.get("/static/chat.css")).text
        assert (await http.get("/khong-co")).json() == {"error": "Không có trang này."}


async def test_a_hook_is_asked_with_headers_and_body() -> None:
    async with site() as http:
        assert (await http.post("/hook/tinh", content=b"{}", headers={"x-secret": "s"})).status_code == 200
        assert (await http.post("/hook/tinh", content=b"{}")).status_code == 401
        assert (await http.post("/hook/none", content=b"{}")).status_code == 404
        assert (await http.get("/hook/tinh")).status_code == 405
        assert (await http.post("/hook/tinh", content=b"x" * (HOOK_LIMIT + 1))).status_code == 413


async def test_the_site_leads_to_the_first_chat_with_what_was_asked() -> None:
    async with site() as http:
        for path in ("/", "/chat", "/chat/"):
            answer = await http.get(f"{path}?join=ABC")
            assert (answer.status_code, answer.headers["location"]) == (303, "/chat/thu/?join=ABC")
