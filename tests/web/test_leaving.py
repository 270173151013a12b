"""Who leaves or is erased in the local chat: gone from its transcript, and nobody else gets their place."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import update

from bot.acts import opinions
from bot.acts.context import Context
from bot.app import Running, serve
from bot.channels.webchat.declaration import Settings as ChatSettings
from bot.config import App, Settings, Web
from bot.core.kernel.values import ChatId
from bot.core.people.members import Role
from bot.storage import residue
from bot.storage.accounts import accounts, endpoints
from bot.storage.database import Database
from bot.storage.people import members
from bot.storage.people.members import Consent
from bot.storage.people.tables import member, member_role
from tests.files import holding
from tests.patience import PATIENCE_S
from tests.stores import url_of
from tests.web.rehearsal import AJAX, picture

ACCOUNT, EA_KAO = "thu", "24169"
PLANTED = ("Cây-cầu-treo-bí-mật-4711", "Tên-tệp-bí-mật-4712", "Chú-thích-bí-mật-4713", "Người-Bí-Mật-4714")


class Chat:
    """The pages' interface for one person."""

    def __init__(self, http: httpx.AsyncClient, who: str) -> None:
        self.http, self.who = http, who

    async def messages(self) -> list[dict[str, Any]]:
        answer = await self.http.get(f"/api/chats/{self.who}/messages")
        return list(answer.json()["messages"]) if answer.status_code == 200 else []

    async def say(self, words: str) -> None:
        letter = {"text": words, "client_id": uuid4().hex}
        (await self.http.post(f"/api/chats/{self.who}/say", json=letter)).raise_for_status()

    async def share(self, name: str, caption: str) -> None:
        form = {"client_id": uuid4().hex, "caption": caption}
        files = {"file": (name, picture(), "image/png")}
        url = f"/api/chats/{self.who}/share"
        (await self.http.post(url, data=form, files=files)).raise_for_status()

    async def tap(self, label: str) -> None:
        """Press the newest button of this label, as soon as there is one."""

        async def found() -> bool:
            return any(label in one["label"] for one in await self._buttons())

        await until(found)
        button = [one for one in await self._buttons() if label in one["label"]][-1]
        post = {"message_id": button["id"], "data": button["data"]}
        (await self.http.post(f"/api/chats/{self.who}/tap", json=post)).raise_for_status()

    async def hears(self, words: str) -> None:
        async def heard() -> bool:
            return any(words in one.get("html", "") for one in await self.messages())

        await until(heard)

    async def _buttons(self) -> list[dict[str, Any]]:
        return [
            {**button, "id": one["id"]}
            for one in await self.messages()
            for row in one.get("buttons", ())
            for button in row
        ]


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Look until it holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():  # noqa: ASYNC110 - nothing rings in another program
            await asyncio.sleep(0.05)


@asynccontextmanager
async def running(url: str, folder: Path) -> AsyncIterator[tuple[Running, httpx.AsyncClient]]:
    """The whole program with a local chat and two members in it."""
    settings = Settings(
        app=App(owner="Đơn vị mẫu", database=url, data=folder),
        accounts=(ChatSettings(name=ACCOUNT, kind="webchat", port=0),),
        web=Web(port=0),
    )
    stop, up = asyncio.Event(), asyncio.Queue[Running]()

    async def prepare(program: Running) -> None:
        now = program.clock.now_ms()
        async with program.database.write() as conn:
            if await members.count(conn):
                return
            await accounts.known(conn, ACCOUNT, "webchat")
            for chat, name in (("hoa", PLANTED[3]), ("lan", "Lan")):
                consent = Consent("1", now, "test")
                one = await members.add(conn, name, EA_KAO, [Role.COMMUNICATOR], "vi", consent, now)
                await endpoints.attach(conn, one, ACCOUNT, chat, now)

    async def ready(program: Running) -> None:
        await up.put(program)

    service = asyncio.create_task(serve(settings, stop, ready, prepare))
    first = asyncio.create_task(up.get())
    await asyncio.wait({service, first}, return_when=asyncio.FIRST_COMPLETED)
    if service.done():
        first.cancel()
        await service
    program = await first
    try:
        assert program.page is not None
        async with httpx.AsyncClient(
            base_url=program.page, headers=AJAX, trust_env=False, timeout=PATIENCE_S
        ) as http:
            yield program, http
    finally:
        stop.set()
        await service


async def everybody(http: httpx.AsyncClient) -> dict[str, str]:
    """Chat → caption, as the list of people shows them."""
    people = (await http.get("/api/people")).json()["people"]
    return {one["chat_id"]: one["caption"] for one in people}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_an_erased_persons_texts_are_gone_and_nobody_gets_their_place(
    kind: str, tmp_path: Path
) -> None:
    async with url_of(kind, tmp_path) as url:
        async with running(url, tmp_path) as (program, http):
            hoa, lan = Chat(http, "hoa"), Chat(http, "lan")
            await hoa.say(PLANTED[0])
            await hoa.share(f"{PLANTED[1]}.png", PLANTED[2])
            await lan.say("Của Lan")
            await hoa.say("/toi")
            await hoa.hears(PLANTED[3])
            shown = [one["file"]["handle"] for one in await hoa.messages() if "file" in one]
            assert shown
            assert await holding(program.database, PLANTED)
            await hoa.tap("Xóa dữ liệu")
            await hoa.tap("Đồng ý xóa")
            await hoa.hears("đã được xóa")
            left = str(await hoa.messages())
            assert not [word for word in PLANTED if word in left]
            assert (await http.get(f"/files/{shown[0]}")).status_code == 404
            assert await everybody(http) == {
                "lan": "tuyên truyền viên · Phường Ea Kao",
                "hoa": "đã rời",
                "khach": "chưa tham gia",
            }
            assert "Của Lan" in str(await lan.messages())
            await until(partial(gone, program.database))
            page = await http.get("/?as=hoa")
            assert page.status_code == 200
            assert "đã rời" in page.text
            assert PLANTED[3] not in page.text
        async with running(url, tmp_path) as (program, http):
            assert (await everybody(http))["hoa"] == "đã rời"
            assert await gone(program.database)


async def gone(database: Database) -> bool:
    """Whether no file of the store holds any of the planted words, once what is owed is written anew."""
    await residue.clear(database)
    return await holding(database, PLANTED) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_what_a_desk_was_shown_of_a_report_goes_when_it_is_taken_back(
    kind: str, tmp_path: Path
) -> None:
    words = 'Cầu treo <bí mật> "4715" & cũ'
    async with url_of(kind, tmp_path) as url, running(url, tmp_path) as (program, http):
        hoa, lan = Chat(http, "hoa"), Chat(http, "lan")
        async with program.database.write() as conn:
            now = program.clock.now_ms()
            for chat, role in (("hoa", Role.REPORTER), ("lan", Role.ADMINISTRATOR)):
                one = await members.at(conn, ACCOUNT, ChatId(chat))
                assert one is not None
                await conn.execute(member_role.insert().values(member_id=one.id, role=role))
            author = await members.at(conn, ACCOUNT, ChatId("hoa"))
            ctx = Context(conn, program.house, author, now)
            code, other = [
                str(await opinions.submit(ctx, {"topic": "tet", "content": said}))
                for said in (words, "Giá cả tăng")
            ]
        await lan.say(code)
        await lan.hears("bí mật")
        await lan.say(other)
        await lan.hears("Giá cả tăng")
        await hoa.say("Chuyện bí mật của tôi")
        await hoa.say(code)
        await hoa.tap("Rút phản ánh")
        await hoa.tap("Có, rút")
        await hoa.hears("Đã rút")
        assert "bí mật" not in str(await lan.messages())
        assert "Giá cả tăng" in str(await lan.messages())
        assert "Chuyện bí mật của tôi" in str(await hoa.messages())  # their own: it goes with them
        await hoa.say("/xoa")
        await hoa.tap("Đồng ý xóa")
        await hoa.hears("đã được xóa")

        async def clean() -> bool:
            await residue.clear(program.database)
            return await holding(program.database, ["bí mật"]) == []

        await until(clean)


async def test_a_newcomer_never_gets_the_chat_of_who_left(tmp_path: Path) -> None:
    async with url_of("sqlite", tmp_path) as url, running(url, tmp_path) as (program, http):
        for number, chat in enumerate(("khach", "khach2", "khach3")):
            assert list(await everybody(http))[-1] == chat
            page = await http.get("/?join=MOI-7K3M9Q")
            assert re.search(rf'"me": "{chat}"', page.text)
            assert (await http.get(f"/api/chats/{chat}/messages")).json()["messages"] == []
            async with program.database.write() as conn:
                now = program.clock.now_ms()
                one = await members.add(
                    conn, f"Khách {number}", EA_KAO, [Role.REPORTER], "vi", Consent("1", now, "test"), now
                )
                await endpoints.attach(conn, one, ACCOUNT, chat, now)
            guest = Chat(http, chat)
            await guest.say("/toi")
            await guest.tap("Rời khỏi" if number == 0 else "Xóa dữ liệu")
            await guest.tap("Đồng ý")
            await guest.hears("Muốn trở lại")
        assert list(await everybody(http)) == ["hoa", "lan", "khach", "khach2", "khach3", "khach4"]


async def test_who_is_suspended_stays_in_the_list(tmp_path: Path) -> None:
    async with url_of("sqlite", tmp_path) as url, running(url, tmp_path) as (program, http):
        lan = Chat(http, "lan")
        await lan.say("/toi")
        await lan.hears("Lan")
        async with program.database.write() as conn:
            await conn.execute(update(member).where(member.c.name == "Lan").values(state="suspended"))
        assert (await everybody(http))["lan"] == "đang tạm dừng"
        assert (await http.get("/?as=lan")).status_code == 200
