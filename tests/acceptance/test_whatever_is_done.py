"""Whatever is done in whatever order: each chat gets what was made for it, of who went nothing is left.

A stateful test over acts, sends, retention and erasures on both databases, in many short orders; in one long
order: `test_each_their_own.py`.
"""

import asyncio
import os
import random
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.acts import conference_points, conferences, documents, photos, question_desk, questions
from bot.acts.context import Context
from bot.acts.documents import Read
from bot.core.kernel.filetypes import MEDIA_TYPES
from bot.core.kernel.richtext import paragraph
from bot.core.people.members import Role
from bot.core.ports import SendPart, Shared
from bot.engine.retention import tidy
from bot.storage.guidance import documents as stored_documents
from bot.storage.metadata import metadata
from bot.storage.opinion import photos as stored_photos
from bot.storage.people import members
from handlers.guidance import fromword
from handlers.opinion import photo
from tests.acceptance.test_each_their_own import DAY_MS, Street
from tests.files import holding
from tests.handlers.sending import publish
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, ZONE, settled
from tests.storage.test_residue import cleared
from tests.stores import store

SOAK = os.environ.get("NHIPCAU_SOAK") == "1"
EXAMPLES = {"sqlite": 200 if SOAK else 16, "postgres": 60 if SOAK else 3}  # tables are written anew for each
PROFILE = settings(
    stateful_step_count=80 if SOAK else 40,
    derandomize=not SOAK,
    phases=[Phase.generate, *([Phase.shrink] if SOAK else [])],
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
WEIGHTS = {"press": 5, "write": 3, "send": 6, "come": 4, "go": 4, "authority": 2, "broadcast": 1, "invite": 1}
NEW = {"ask": 3, "reply": 3, "document": 4, "picture": 4, "conference": 1, "point": 2, "sweep": 2}
HAPPENINGS = [what for what, weight in {**WEIGHTS, **NEW}.items() for _ in range(weight)]
WORD, JPEG = MEDIA_TYPES[".docx"], "image/jpeg"
POINT = {"place": "Hội trường UBND", "heads": "20-49", "contact": "Ban Xây dựng Đảng"}
SAYS = {"title": "Hội nghị", "how": "TRUC_TUYEN", "place": "x", "agenda": "x", "whom": "TAT_CA", "days": "1"}


class Square(Street):
    """A street on which people also ask, send documents and photos, and hold conferences."""

    lives: Counter[str]  # how often somebody came in by a chat
    asked: dict[int, tuple[str, int]]  # question → who asked, and in which of their lives
    only: dict[str, str]  # words of an answer → the chat that alone may have them; "" nobody

    async def open(self) -> None:
        """Everybody is there."""
        self.lives, self.asked, self.only = Counter(), {}, {}
        if self.home.database.path is None:  # its samples may be older than its tables: docs/security.md
            async with self.home.database.write() as conn:
                for table in metadata.tables:
                    await conn.exec_driver_sql(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)')
        await publish(self.home)
        await self.home.member(self.admin, "Quản trị", PROVINCE, Role.ADMINISTRATOR)
        for chat in self.chats:
            await self.come(chat)

    async def come(self, chat: str) -> None:
        """Somebody comes in: reporters of one commune, or editors of another."""
        async with self.home.database.read() as conn:
            if await members.known_at(conn, ACCOUNT, chat) is not None:
                return
        self.lives[chat] += 1
        edits = chat in self.chats[3:]
        unit, role = (BUON_MA_THUOT, Role.EDITOR) if edits else (EA_KAO, Role.REPORTER)
        await self.home.member(chat, self.mark(chat, "Tên"), unit, Role.COMMUNICATOR, role)

    @asynccontextmanager
    async def acting(self, chat: str) -> AsyncIterator[Context]:
        """What somebody does without a conversation."""
        async with self.home.database.write() as conn:
            member = await members.at(conn, ACCOUNT, chat)
            yield Context(conn, self.home.house, member, self.home.now, ACCOUNT, chat)

    async def ask(self, _chat: str) -> None:
        """A question, which goes to the province."""
        chat = self.rng.choice(self.chats[:3])
        async with self.acting(chat) as ctx:
            done = await questions.ask(ctx, "Bao giờ họp?")
        if isinstance(done, questions.Asked):
            self.asked[done.question.id] = chat, self.lives[chat]

    async def reply(self, _chat: str) -> None:
        """The province answers a question: whoever asked hears it, if they are still in."""
        if not self.asked:
            await self.ask("")
        if not self.asked:  # nobody of those who ask is in
            return
        number = self.rng.choice(sorted(self.asked))
        chat, life = self.asked[number]
        self.count += 1
        words = f"Đáp{self.seed}{self.count:05}x"
        async with self.acting(chat) as ctx:
            here = ctx.member is not None and self.lives[chat] == life
            self.only[words] = chat if here else ""
            admin = await members.at(ctx.conn, ACCOUNT, self.admin)
            await question_desk.answer(replace(ctx, actor=admin, chat_id=self.admin), number, words)

    async def document(self, _chat: str) -> None:
        """An editor sends a Word document, and it is read, at times after they went."""
        chat = self.rng.choice(self.chats[3:])
        mark = self.mark(chat, "Văn")
        async with self.acting(chat) as ctx:
            await documents.receive(ctx, Shared(mark, f"{mark}.docx", WORD, "document", 9))
        async with self.home.database.read() as conn:
            row = await stored_documents.waiting(conn, [ACCOUNT])
        if row is None:
            return
        if self.rng.random() < 0.3:
            await self.update(row.chat_id, data=self.rng.choice(["me:leave!", "me:erase!"]))
        found = Read(mark, (paragraph(mark),), (), (), [("image/png", mark.encode())], None, ())
        async with self.home.database.write() as conn:
            kind = documents.arriving(fromword.told)
            await kind.settle(self.home.house, conn, row, found, self.home.now)

    async def picture(self, _chat: str) -> None:
        """A reporter sends a photo, and it is drawn anew, at times after they went."""
        chat = self.rng.choice(self.chats[:3])
        mark = self.mark(chat, "Ảnh")
        async with self.acting(chat) as ctx:
            await photos.receive(ctx, Shared(mark, f"{mark}.jpg", JPEG, "photo", 9))
        async with self.home.database.read() as conn:
            row = await stored_photos.waiting(conn, [ACCOUNT])
        if row is None:
            return
        if self.rng.random() < 0.3:
            await self.update(row.chat_id, data=self.rng.choice(["me:leave!", "me:erase!"]))
        async with self.home.database.write() as conn:
            kind = photos.arriving(photo.told)
            await kind.settle(self.home.house, conn, row, mark.encode(), self.home.now)

    async def conference(self, _chat: str) -> None:
        """The province announces one; editors below hear of it."""
        async with self.acting(self.admin) as ctx:
            await conferences.announce(ctx, {**SAYS, "at": str(self.home.now + 3 * DAY_MS)})

    async def point(self, _chat: str) -> None:
        """An editor answers for their unit's point."""
        async with self.acting(self.rng.choice(self.chats[3:])) as ctx:
            await conference_points.confirm(ctx, self.rng.randint(1, 3), POINT)

    async def sweep(self, _chat: str) -> None:
        """A day goes by."""
        self.home.now += DAY_MS
        await tidy(self.home.database, ZONE, self.home.now, 14, 14)

    def arrived(self, request: Any) -> None:
        """As on any street; and an answer reaches whoever asked alone."""
        super().arrived(request)
        if isinstance(request, SendPart):
            said = str(request.part.text)
            wrong = [words for words, chat in self.only.items() if words in said and request.chat_id != chat]
            assert not wrong, f"{request.chat_id} hears what was said to another: {wrong}"

    async def over(self) -> set[str]:
        """Some go, everything is sent, days go by: the words of who is not in."""
        for chat in self.chats[1:4]:
            await self.go(chat)
        await self.all_sent()
        self.home.now += 15 * DAY_MS
        await tidy(self.home.database, ZONE, self.home.now, 14, 14)
        return await self.departed()


class TrustMachine(RuleBasedStateMachine):
    """One store, its people, and whatever they do."""

    def __init__(self, kind: str, folder: Path, seen: Counter[str]) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.kind, self.folder, self.seen = kind, Path(mkdtemp(dir=folder)), seen
        self.kept = store(kind, self.folder)
        self.database = self.runner.run(self.kept.__aenter__())
        self.square = Square(self.runner.run(settled(self.database)), 4711)
        self.runner.run(self.square.open())

    @rule(what=st.sampled_from(HAPPENINGS), one=st.integers(0, 10**6))
    def happens(self, what: str, one: int) -> None:
        """One of the things above."""
        self.square.rng = random.Random(one)
        self.runner.run(self.square.step(what))

    def teardown(self) -> None:
        """Of who went nothing is left in any file."""
        try:
            departed = self.runner.run(self.square.over())
            if self.kind == "postgres":
                self.runner.run(cleared(self.database))
            assert self.runner.run(holding(self.database, departed)) == []
            assert self.runner.run(self.database.check()) == []
            self.seen += Counter(
                messages=self.square.received, files=self.square.files, answers=len(self.square.only)
            )
        finally:
            self.runner.run(self.kept.__aexit__(None, None, None))
            self.runner.close()
            shutil.rmtree(self.folder)


@pytest.mark.timeout(7200 if SOAK else 600)
@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_whatever_is_done_each_chat_gets_its_own_and_of_who_went_nothing_stays(
    kind: str, tmp_path: Path
) -> None:
    seen: Counter[str] = Counter()
    profile = settings(PROFILE, max_examples=EXAMPLES[kind])
    run_state_machine_as_test(lambda: TrustMachine(kind, tmp_path, seen), settings=profile)
    assert min(seen["messages"], seen["files"], seen["answers"]) > 0
