"""Acts, sends and erasures in any order: each chat gets what was made for it, and of who went nothing stays.

The real routes, dispatcher, outbox and request builder, on each kind of database; the wire alone is not real.
"""

import json
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.acts import members as acts
from bot.acts.context import Context, Operator
from bot.core.delivery.outcome import Rejected
from bot.core.people.members import Role
from bot.core.ports import AnswerTap, EditPart, Incoming, RawUpdate, Said, SendPart, Tapped
from bot.engine.bell import Bell
from bot.engine.dispatcher import Dispatcher
from bot.engine.outgoing import Outgoing
from bot.engine.prepared import Unpreparable
from bot.engine.retention import tidy
from bot.storage.people import members
from bot.storage.tables import endpoint
from bot.storage.talk import inbox
from handlers import routes
from tests.chance import SEED, SOAK
from tests.engine.script import ScriptedChannel, unthrottled
from tests.files import holding
from tests.handlers.sending import VillageClock, create, plan, publish
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, ZONE, Village, settled
from tests.storage.scene import Scene
from tests.storage.test_residue import cleared
from tests.stores import store

PEOPLE, STEPS = 5, 400 if SOAK else 90
DAY_MS = 86_400_000
WORDS = ("/toi", "/baocao", "/moinhat", "/chude", "/lienket", "/trogiup", "/start", "chào", "2", "1", "tết")
OFTEN = {
    "press": 10,
    "write": 6,
    "send": 4,
    "come": 4,
    "go": 2,
    "authority": 2,
    "broadcast": 1,
    "invite": 1,
}


class Wire(ScriptedChannel):
    """Updates are JSON: the chat, and words or a pressed button."""

    def read(self, payload: str) -> Incoming:
        given = json.loads(payload)
        event = Said(given["text"]) if "text" in given else Tapped(given["data"], "1", given["chat"])
        return Incoming(given["chat"], event, name=given["name"], language="vi")


class Street:
    """People who come, act and go; every word that is theirs alone is marked."""

    def __init__(self, home: Village, seed: int) -> None:
        self.home, self.rng, self.seed = home, random.Random(seed), seed
        self.scene, self.wire, clock = Scene(home.database), Wire(ACCOUNT), VillageClock(home)
        channels: Any = {ACCOUNT: self.wire}
        self.outgoing = Outgoing(home.database, self.wire, channels, clock)
        routed = (partial(one, home.house) for one in (routes.handle, routes.apologise, routes.slow_down))
        self.dispatcher = Dispatcher(
            home.database, channels, *routed, Bell(), lambda _: None, clock, unthrottled(clock)
        )
        self.chats = [f"chat-{seed}-{number}" for number in range(PEOPLE)]
        self.admin = f"quan-tri-{seed}"
        self.marks: dict[str, list[str]] = {chat: [] for chat in self.chats}
        self.screens: dict[str, list[str]] = {}
        self.count = self.received = self.own = self.files = 0

    def mark(self, chat: str, kind: str) -> str:
        """Words that are of this chat's person alone."""
        self.count += 1
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{self.seed}{self.count:04}")
        self.marks.setdefault(chat, []).append(word := f"{kind}{letters}")
        return word

    async def update(self, chat: str, **what: str) -> None:
        """Something comes from a chat, waits in the inbox, and is handled."""
        self.home.now += 1000
        self.count += 1
        payload = json.dumps({"chat": chat, "name": "Khách", **what}, ensure_ascii=False)
        async with self.home.database.write() as conn:
            await inbox.keep(conn, ACCOUNT, [RawUpdate(str(self.count), chat, payload)], self.home.now)
        while await self.dispatcher.step():
            pass
        await self.dispatcher.settled()

    async def step(self, what: str) -> None:
        """One of the things below."""
        self.home.now += 1000
        await getattr(self, what)(self.rng.choice(self.chats))

    async def write(self, chat: str) -> None:
        words = self.rng.choice([*WORDS, self.mark(chat, "Chữ"), self.mark(chat, "Ý")])
        await self.update(chat, text=words)

    async def press(self, chat: str) -> None:
        """A button that was shown to them; now and then one that was shown to somebody else."""
        whose = self.rng.choice([chat, chat, chat, *self.chats, self.admin])
        if shown := self.screens.get(whose, [])[-12:]:
            await self.update(chat, data=self.rng.choice(shown))

    async def come(self, chat: str) -> None:
        """Somebody comes in who is not in."""
        async with self.home.database.read() as conn:
            there = await members.known_at(conn, ACCOUNT, chat)
        if there is None:
            roles = (Role.COMMUNICATOR, Role.REPORTER)
            await self.home.member(chat, self.mark(chat, "Tên"), EA_KAO, *roles)

    async def go(self, chat: str) -> None:
        """They leave, are erased, or are removed."""
        how = self.rng.choice(["me:leave!", "me:erase!", ""])
        if how:
            await self.update(chat, data=how)
        else:
            await self.on(chat, acts.remove)

    async def authority(self, chat: str) -> None:
        await self.on(chat, self.rng.choice([acts.suspend, acts.reinstate]))

    async def on(self, chat: str, act: Callable[[Context, int], Any]) -> None:
        """An operator does something to them."""
        async with self.home.database.write() as conn:
            number = next((one for at, one in await self._numbers(conn) if at == chat), None)
            if number is not None:
                await act(Context(conn, self.home.house, Operator(), self.home.now), number)

    async def _numbers(self, conn: Any) -> list[tuple[str, int]]:
        rows = await conn.execute(endpoint.select())
        return [(row.chat_id, row.member_id) for row in rows]

    async def broadcast(self, _chat: str) -> None:
        await create(self.home, EA_KAO)
        await plan(self.home)

    async def invite(self, _chat: str) -> None:
        """The administrator looks at people, and takes their own data along."""
        for text in ("/thanhvien", "/toi"):
            await self.update(self.admin, text=text)
        await self.update(self.admin, data="me:export")

    async def send(self, _chat: str) -> bool:
        """A sender claims what may go now, and the platform has it. False where nothing may."""
        async with self.home.database.read() as conn:
            running = await conn.exec_driver_sql("SELECT id FROM run WHERE state = 'running'")
            runs = [row[0] for row in running]
        rows = await self.scene.queue(account=ACCOUNT)
        for one in runs:
            rows += await self.scene.queue(one, account=ACCOUNT)
        await self.scene.claim(rows)
        for row in rows:
            try:
                prepared = await self.outgoing.prepare(row)
            except Unpreparable as error:
                await self.scene.settle(row, Rejected(error.reason, str(error)))
                continue
            self.arrived(prepared.request)
            await self.scene.settle(row._replace(part=prepared.parts - 1), parts=prepared.parts)
        return bool(rows)

    async def all_sent(self) -> None:
        """Nothing waits any more."""
        while await self.send(""):
            pass

    def arrived(self, request: Any) -> None:
        """What a chat receives is made for it."""
        match request:
            case SendPart() | EditPart():
                chat, part = request.chat_id, request.part
                name, data = (part.upload.name, part.upload.data or b"") if part.upload else ("", b"")
                said = f"{part.text} {part.buttons} {name} {data.decode(errors='replace')}"
                self.files += bool(data)
                self.screens.setdefault(chat, []).extend(
                    button.data for row in part.buttons for button in row if button.data
                )
            case AnswerTap():
                chat, said = request.callback_id, request.text
            case _:
                return
        self.received += 1
        self.own += any(mark in said for mark in self.marks.get(chat, ()))
        if chat != self.admin:
            theirs = [mark for other, marks in self.marks.items() if other != chat for mark in marks]
            wrong = [mark for mark in theirs if mark in said]
            assert not wrong, f"{self.seed}: {chat} receives of another: {wrong}: {said[:300]}"

    async def departed(self) -> set[str]:
        """The words and chats of who is not in now: nothing of them may stay."""
        async with self.home.database.read() as conn:
            here = {chat for chat, _ in await self._numbers(conn)}
            names = {row[0] for row in await conn.exec_driver_sql("SELECT name FROM member")}
        marks = {mark for chat, found in self.marks.items() if chat not in here for mark in found}
        old = {mark for found in self.marks.values() for mark in found if mark.startswith("Tên")} - names
        return marks | old | {chat for chat in self.chats if chat not in here and self.marks[chat]}


@pytest.mark.timeout(3600 if SOAK else 600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_each_gets_their_own_and_of_who_went_no_file_holds_anything(
    kind: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    rng, happenings = random.Random(SEED), [one for one, times in OFTEN.items() for _ in range(times)]
    received = own = files = left = 0
    for _ in range(20 if SOAK else 1):
        async with store(kind, tmp_path) as database:
            home = await settled(database)
            street = Street(home, rng.randrange(10**8))
            await publish(home)
            await home.member(street.admin, "Quản trị", PROVINCE, Role.ADMINISTRATOR)
            for chat in street.chats:
                await street.come(chat)
            for _ in range(STEPS):
                await street.step(street.rng.choice(happenings))
            for chat in street.chats:
                await street.come(chat)
                await street.on(chat, acts.reinstate)
                await street.update(chat, text="/toi")
                await street.update(chat, data="me:export")
            await street.all_sent()
            for chat in street.chats[: PEOPLE // 2]:
                await street.go(chat)
            await street.all_sent()
            home.now += 3 * DAY_MS
            await tidy(database, ZONE, home.now, 14, 14)
            if kind == "postgres":
                await cleared(database)
            departed = await street.departed()
            assert await holding(database, departed) == [], f"{street.seed}"
            received, own, files = received + street.received, own + street.own, files + street.files
            left += len(departed)
            await database.close()
    record_property(
        "figures",
        f"{kind}: {received} messages, {own} with one's own words, {files} files, {left} words of who went",
    )
    assert min(received, own, files, left) > 0
