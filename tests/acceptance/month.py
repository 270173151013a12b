"""A month of a province: `run` on a machine that sleeps; Telegram, a Zalo bot and the local chat."""

import asyncio
import io
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import docx
import httpx
from sqlalchemy import ScalarSelect, func, select

from bot.storage.database import Database
from bot.storage.tables import briefing as table_briefing
from bot.storage.tables import broadcast as table_broadcast
from bot.storage.tables import delivery, endpoint
from bot.storage.tables import run as table_run
from tests import contents
from tests.acceptance.keypad import free_port
from tests.acceptance.service import Service
from tests.acceptance.sleeper import Slept
from tests.acceptance.test_whole_loop import Hand
from tests.fakes.botapi import BotApi
from tests.fakes.zalobot import ZaloBot
from tests.patience import PATIENCE_S
from tests.web.rehearsal import AJAX

TELEGRAM, ZALO = "4242:month-token", "1459232241454765289:month-token"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PROVINCE, PAC, EA_KAO, EA_KNUEC, BMT = "66", "24490", "24169", "24505", "24133"
COMMUNES = (PAC, EA_KAO, EA_KNUEC, BMT)
LANGUAGES = ("vi", "en", "rad")
TET = "tet-giap-thin-2024"
IN_EDE = """# Hruê Têt Giáp Thìn 2024

- Bản thử bằng tiếng Ê Đê.
"""
OFFICE = {  # who works there: chat, name, unit, roles
    1: ("Tâm", PROVINCE, "editor"),
    2: ("Hà", PROVINCE, "approver"),
    3: ("Minh", PROVINCE, "administrator"),
    4: ("Đức", PAC, "administrator"),
    5: ("Y Bình", EA_KAO, "administrator"),
    6: ("Hoa", EA_KNUEC, "administrator"),
}
ON_TELEGRAM, ON_ZALO, ALL = 96, 6, 300


def at(day: int, month: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the year of the test."""
    return datetime(2027, month, day, hour, minute, tzinfo=ZONE)


def document(title: str, *lines: str) -> bytes:
    """A Word file with a heading and paragraphs."""
    made, data = docx.Document(), io.BytesIO()
    made.add_heading(title, 0)
    for line in lines:
        made.add_paragraph(line)
    made.save(data)
    return data.getvalue()


@dataclass(frozen=True)
class Receiver:
    """One of the three hundred."""

    account: str
    chat: str
    unit: str
    language: str


def receivers() -> list[Receiver]:
    """Three hundred, over communes, languages and platforms."""
    found = []
    for number in range(ALL):
        unit, language = COMMUNES[number % len(COMMUNES)], LANGUAGES[number // len(COMMUNES) % len(LANGUAGES)]
        if number < ON_TELEGRAM:
            found.append(Receiver("tinh", str(1001 + number), unit, language))
        elif number < ON_TELEGRAM + ON_ZALO:
            found.append(Receiver("xa", f"2f7a4c00aa11bb22c{number}", unit, language))
        else:
            found.append(Receiver("phong", f"nguoi-{number}", unit, language))
    return found


async def writes(hand: Hand, words: str) -> None:
    """Write, and wait for what is said to that."""
    before = len(hand.user.received)
    hand.user.say(words)
    await hand.api.wait_for(lambda: len(hand.user.received) > before, timeout=20)


async def opens(hand: Hand, words: str) -> None:
    """Press the newest button that has these words in it, once there is one."""

    def found() -> str | None:
        rows = (m.get("reply_markup", {}).get("inline_keyboard", []) for m in reversed(hand.user.received))
        labels = (button["text"] for some in rows for row in some for button in row)
        return next((one for one in labels if words in one), None)

    await hand.presses(await hand.api.wait_for(found, timeout=20) or words)


class Window:
    """Somebody at the local chat, through what its page calls."""

    def __init__(self, http: httpx.AsyncClient, chat: str) -> None:
        self._http, self._at = http, f"/chat/phong/api/chats/{chat}"

    async def received(self) -> list[dict[str, Any]]:
        """What the bot wrote, as it stands, the oldest first."""
        found = (await self._http.get(f"{self._at}/messages")).raise_for_status().json()["messages"]
        return [one for one in found if one["side"] == "bot"]

    async def sees(self, words: str) -> dict[str, Any]:
        """The newest message with these words, once it is there."""
        while True:
            for one in reversed(await self.received()):
                if words in one["html"]:
                    return one

    async def presses(self, label: str) -> None:
        """Press the newest button that begins so."""
        for one in reversed(await self.received()):
            for button in (button for row in one.get("buttons", ()) for button in row):
                if button["label"].startswith(label):
                    tap = {"message_id": one["id"], "data": button["data"]}
                    (await self._http.post(f"{self._at}/tap", json=tap)).raise_for_status()
                    return
        raise LookupError(label)

    async def says(self, words: str) -> None:
        """Write."""
        said = {"text": words, "client_id": uuid4().hex}
        (await self._http.post(f"{self._at}/say", json=said)).raise_for_status()


@dataclass
class Month:
    """The deployment, its platforms and its people."""

    run: Service
    slept: Slept
    api: BotApi
    zalo: ZaloBot
    http: httpx.AsyncClient
    store: Database
    everybody: Sequence[Receiver] = field(default_factory=receivers)
    office: dict[str, Hand] = field(default_factory=dict)

    @property
    def watched(self) -> list[Receiver]:
        """Whose chats are looked at: all on the platforms, and every fifth in the local chat."""
        local = [one for one in self.everybody if one.account == "phong"]
        return [one for one in self.everybody if one.account != "phong"] + local[::5]

    async def settle(self) -> None:
        """Everybody has written to their bot, and is registered."""
        lines = ["name,unit,roles,language,account,chat_id,consent"]
        for chat, (name, unit, role) in OFFICE.items():
            self.office[name] = Hand(self.api, chat, name)
            lines.append(f"{name},{unit},{role},vi,tinh,{chat},1/1/2027")
        for one in self.everybody:
            if one.account == "tinh":
                self.api.user(int(one.chat), one.chat)
            elif one.account == "xa":
                self.zalo.known.add(one.chat)
            role = "communicator;reporter"
            name = f"Người {one.chat[-4:]}"
            lines.append(f"{name},{one.unit},{role},{one.language},{one.account},{one.chat},1/1/2027")
        (self.run.folder / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        assert (await self.run.command("member", "import", "people.csv"))["added"] == ALL + len(OFFICE)

    async def states(self, run: int, kind: str | None = None) -> dict[str, int]:
        """The rows of the run of a kind (None: a briefing's own) that came as number `run`, by state."""
        query = select(delivery.c.state, func.count()).where(delivery.c.run_id == _run(run, kind))
        async with self.store.read() as conn:
            rows = await conn.execute(query.group_by(delivery.c.state))
            return {row[0]: row[1] for row in rows}

    async def reaches(self, run: int, states: Mapping[str, int], kind: str | None = None) -> None:
        """Wait until a run stands so."""
        await self.becomes(lambda: self.states(run, kind), states)

    async def is_read(self, run: int, times: int) -> None:
        """Wait until so many have confirmed a run."""
        confirmed = delivery.c.run_id == _run(run, None), delivery.c.acknowledged_at.is_not(None)
        query = select(func.count()).select_from(delivery).where(*confirmed)

        async def count() -> int:
            async with self.store.read() as conn:
                return int((await conn.execute(query)).scalar_one())

        await self.becomes(count, times)

    async def becomes(self, look: Callable[[], Awaitable[object]], wanted: object) -> None:
        """Look until it is as wanted."""
        end = time.monotonic() + PATIENCE_S
        while (found := await look()) != wanted:
            assert time.monotonic() < end, found
            await asyncio.sleep(0.1)

    async def by_unit(self, run: int) -> dict[str, int]:
        """The recipients of a run, by the unit they stood in then."""
        query = select(delivery.c.place, func.count()).where(delivery.c.run_id == _run(run, None))
        async with self.store.read() as conn:
            rows = list(await conn.execute(query.group_by(delivery.c.place)))
        return {place.rstrip("/").rpartition("/")[2]: count for place, count in rows}

    async def ledger(self) -> list[tuple[int, int, str]]:
        """Run, member and state of each row that brings a briefing itself."""
        briefs = select(table_run.c.id).where(table_run.c.kind.is_(None))
        query = select(delivery.c.run_id, delivery.c.member_id, delivery.c.state)
        async with self.store.read() as conn:
            rows = await conn.execute(query.where(delivery.c.run_id.in_(briefs)).order_by(delivery.c.id))
            return [(row[0], row[1], row[2]) for row in rows]

    async def member(self, one: Receiver) -> int:
        """Somebody's number."""
        query = select(endpoint.c.member_id).where(endpoint.c.chat_id == one.chat)
        async with self.store.read() as conn:
            return int((await conn.execute(query)).scalar_one())

    async def broadcast(self, slug: str) -> str:
        """The newest broadcast of a briefing."""
        of = table_broadcast.c.briefing_id == table_briefing.c.id, table_briefing.c.slug == slug
        async with self.store.read() as conn:
            return str((await conn.execute(select(func.max(table_broadcast.c.id)).where(*of))).scalar_one())

    async def got(self, one: Receiver) -> list[str]:
        """What stands in somebody's chat from the bot, the oldest first."""
        if one.account == "tinh":
            return [m.get("text") or m.get("caption") or "" for m in self.api.user(int(one.chat)).received]
        if one.account == "xa":
            return [m.text for m in self.zalo.sent if m.chat_id == one.chat]
        return [m["html"] for m in await Window(self.http, one.chat).received()]

    async def reads(self, one: Receiver) -> None:
        """Confirm the newest briefing, in one's own language."""
        if one.account == "tinh":
            await Hand(self.api, int(one.chat), one.chat).presses("✅")
        else:
            await Window(self.http, one.chat).presses("✅")


def _run(number: int, kind: str | None) -> ScalarSelect[int]:
    """The id of the run of a kind that came as this number."""
    of = table_run.c.kind.is_(None) if kind is None else table_run.c.kind == kind
    return (
        select(table_run.c.id)
        .where(of)
        .order_by(table_run.c.id)
        .offset(number - 1)
        .limit(1)
        .scalar_subquery()
    )


def _settings(zalo: ZaloBot, port: int) -> str:
    return f"""[web]
listen = "127.0.0.1:{port}"

[[accounts]]
name = "phong"
kind = "webchat"

[[accounts]]
name = "xa"
kind = "zalo_bot"
token = "{ZALO}"
base_url = "{zalo.base_url}"
"""


@asynccontextmanager
async def month(folder: Path, database: str) -> AsyncIterator[Month]:
    """It begins: nobody is registered yet."""
    content, slept, port = contents.folder(folder / "content"), Slept(folder), free_port()
    new_year = content / "briefings" / TET
    (new_year / "rad.md").write_text(IN_EDE, encoding="utf-8")
    about = (new_year / "briefing.toml").read_text(encoding="utf-8")
    (new_year / "briefing.toml").write_text(about.replace("2024-02-29", "2027-02-28"), encoding="utf-8")
    slept.until(at(18, 1, 9))
    async with (
        BotApi(TELEGRAM) as api,
        ZaloBot(ZALO) as zalo,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=AJAX, trust_env=False, timeout=PATIENCE_S
        ) as http,
    ):
        api.state.clock = lambda: slept.now_ms() / 1000
        run = Service(
            folder,
            api.base_url,
            TELEGRAM,
            _settings(zalo, port),
            database=database,
            content=content,
            asleep=True,
        )
        store = Database(database)
        await run.start()
        try:
            yield Month(run, slept, api, zalo, http, store)
        finally:
            await run.kill()
            await store.close()
