"""A commune with something of its own in every table, each with a word that stands nowhere else."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import members as acts
from bot.acts.context import Context, Operator
from bot.core.guidance.audience import audience
from bot.core.guidance.briefing import Body, FromWord
from bot.core.guidance.kit import Entry
from bot.core.kernel.richtext import paragraph
from bot.core.meetings import held
from bot.core.meetings.conference import PROPOSAL_FORM
from bot.core.opinion.signing import Part, Words
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Once
from bot.storage.accounts import files
from bot.storage.guidance import addenda, briefings, broadcasts, documents, kits
from bot.storage.meetings import conferences, points, proposals
from bot.storage.meetings.conferences import ConferenceRow
from bot.storage.opinion import digests, opinions, photos, questions
from bot.storage.opinion.opinions import Kept
from bot.storage.opinion.questions import QuestionRow
from bot.storage.people import members
from bot.storage.tables import delivery, metadata, photo
from tests.handlers.issuing import issue
from tests.handlers.sending import create
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
EVERY_ROLE = tuple(Role)


@dataclass
class Commune:
    """What one commune has of its own, each with a word that stands nowhere else; and who presses."""

    home: Village
    numbers: set[int] = field(default_factory=lambda: {0})
    codes: set[str] = field(default_factory=set)
    # Whoever presses → the words that they may see all the same.
    people: dict[str, frozenset[str]] = field(default_factory=dict)
    beside: set[int | None] = field(default_factory=set)  # members of the other commune

    async def build(self) -> None:
        """Everything there is."""
        await self._people()
        await issue(self.home, READ, EA_KAO)
        number = await create(self.home, PROVINCE, at=self.home.now + 5 * HOUR_MS)
        async with self.home.database.write() as conn:
            await self._guidance(conn, number)
            await self._opinion(conn)
            await self._meetings(conn)
            await conn.execute(update(delivery).values(acknowledged_at=self.home.now))
            table = metadata.tables["member"]
            there = await conn.execute(select(table.c.id).where(table.c.unit == BUON_MA_THUOT))
            self.beside = set(there.scalars())
            for table in (one for one in metadata.sorted_tables if "id" in one.c):
                self.numbers |= {row[0] for row in await conn.execute(select(table.c.id))}

    async def _people(self) -> None:
        join = self.home.member
        await join("editor", "TENEDITOR", EA_KAO, Role.EDITOR)
        await join("admin", "TENADMIN", EA_KAO, Role.ADMINISTRATOR)
        await join("reader", "TENREADER", EA_KAO, Role.COMMUNICATOR, Role.REPORTER)
        await join("head", "Tỉnh", PROVINCE, *EVERY_ROLE)
        for role in EVERY_ROLE:
            await join(f"beside-{role}", "Bên cạnh", BUON_MA_THUOT, role)
        await join("beside", "Bên cạnh", BUON_MA_THUOT, *EVERY_ROLE)
        for chat in ("moved", "demoted", "suspended", "left"):
            await join(chat, "Đã khác", EA_KAO, *EVERY_ROLE)
        await join("colleague", "Đồng nghiệp", EA_KAO, Role.COMMUNICATOR, Role.REPORTER)
        async with self.home.database.write() as conn:
            ctx = Context(conn, self.home.house, Operator(), self.home.now)
            number = {
                one: (await self._member(conn, one)).id for one in ("moved", "demoted", "suspended", "left")
            }
            await acts.move(ctx, number["moved"], BUON_MA_THUOT)
            await acts.change_roles(ctx, number["demoted"], {Role.COMMUNICATOR})
            await acts.suspend(ctx, number["suspended"])
            await acts.remove(ctx, number["left"])
        inside = frozenset({"KITQUESTION", "KITANSWER"})  # who reads a briefing reads its kit
        outside = (
            "beside",
            *(f"beside-{role}" for role in EVERY_ROLE),
            "moved",
            "suspended",
            "left",
            "stranger",
        )
        self.people = dict.fromkeys(outside, frozenset()) | dict.fromkeys(("colleague", "demoted"), inside)

    async def _member(self, conn: AsyncConnection, chat: str) -> Any:
        found = await members.at(conn, ACCOUNT, chat)
        assert found is not None
        return found

    async def _guidance(self, conn: AsyncConnection, number: int) -> None:
        editor, now = await self._member(conn, "editor"), self.home.now
        said = {
            "unit_name": "Xã Ea Kao",
            "signed": "UBND",
            "written_by": f"member:{editor.id}",
            "created_at": now,
        }
        await addenda.add(conn, number, EA_KAO, state="submitted", words="ADDENDUM", **said)
        await kits.add(conn, READ, Entry(question="KITQUESTION?", answer="KITANSWER", source="Báo"))
        one = self.home.house.briefings[READ]
        bodies = {"vi": Body(title="DRAFTTITLE", brief=(paragraph("DRAFTBRIEF"),))}
        draft = one.model_copy(update={"slug": "so-1", "bodies": bodies})
        row = await briefings.keep(conn, draft, [], now)
        meant = audience(EA_KAO, self.home.house.topics[one.topic])
        times: dict[str, Any] = {"late_limit_ms": 1, "expiry_ms": DAY_MS, "created_by": editor.id, "now": now}
        for state in ("draft", "submitted", "scheduled"):
            await broadcasts.create(conn, row, meant, Once(at=now + DAY_MS), state=state, **times)
        file = await files.make_for(
            conn, editor.id, "WORDFILE.docx", "application/x", b"WORDDATA", now + DAY_MS
        )
        await documents.add(conn, file, editor.id, ACCOUNT, "editor", now + DAY_MS)
        word = await documents.of_file(conn, file, editor.id)
        assert word is not None
        await documents.keep(
            conn, word.id, FromWord(body=Body(title="WORDTITLE", brief=(paragraph("WORDTEXT"),)))
        )

    async def _opinion(self, conn: AsyncConnection) -> None:
        reader, day = await self._member(conn, "reader"), date(2026, 11, 2).isoformat()
        for words, reply in (("ASKEDONE", ""), ("ASKEDTWO", "REPLIED")):
            one = QuestionRow(0, READ, EA_KAO, words, day, "waiting", EA_KAO, 0)
            kept = await questions.add(conn, one, reader.id, "2027-12-31", self.home.now)
            if reply:
                await questions.answer(conn, kept, reply, EA_KAO, day)
        for code, form, says in (
            ("DL-AAAAAA", "opinion", {"topic": "tet", "content": "REPORTED", "photo": "photo"}),
            (
                "BH-AAAAAA",
                held.FORM,
                {"day": day, "place": "HELDPLACE", "topics": "tet", "how": "LOA", "heads": "20-49"},
            ),
        ):
            made = await opinions.add(
                conn, Kept(code, "1", EA_KAO, day, says), reader.id, "2027-12-31", EA_KAO, form
            )
            self.codes.add(code)
            if form == "opinion":
                await conn.execute(
                    insert(photo).values(
                        submission_id=made, account="", chat_id="", tries=1, data=b"PHOTODATA"
                    )
                )
        waiting = await files.make_for(
            conn, reader.id, "PHOTOFILE.jpg", "image/jpeg", b"RAWPHOTO", self.home.now + DAY_MS
        )
        await photos.add(conn, waiting, reader.id, ACCOUNT, "reader", self.home.now + DAY_MS)
        figures = digests.Digest(
            total=0, unit="/TW/66/24169/", start=date(2026, 9, 1), end=date(2026, 9, 30), threshold=5
        )
        number = await digests.add(conn, EA_KAO, figures, "member:1")
        row = await digests.get(conn, number)
        assert row is not None
        await digests.edit(conn, row, Words(parts={Part.OPENING: "DIGESTWORDS"}), "member:1")

    async def _meetings(self, conn: AsyncConnection) -> None:
        begins = self.home.now + 3 * DAY_MS
        above = ConferenceRow(
            0, PROVINCE, "/TW/66/", "Hội nghị tỉnh", begins, "x", "x", "x", begins - DAY_MS, "announced"
        )
        own = ConferenceRow(
            0,
            EA_KAO,
            "/TW/66/24169/",
            "OWNCONFERENCE",
            begins,
            "x",
            "OWNPLACE",
            "OWNAGENDA",
            begins - DAY_MS,
            "announced",
        )
        number = await conferences.add(conn, above, {}, self.home.now)
        await conferences.add(conn, own, {}, self.home.now)
        await points.ask(conn, number, [(EA_KAO, "/TW/66/24169/"), (BUON_MA_THUOT, "/TW/66/24133/")])
        await points.confirm(conn, number, EA_KAO, "POINTPLACE", "20-49", "POINTOFFICE")
        says = {"kind": "DE_XUAT", "words": "PROPOSED", "level": "CHU_TRI"}
        made = await opinions.add(
            conn, Kept("KN-AAAAAA", "1", EA_KAO, "2026-11-02", says), None, "", form=PROPOSAL_FORM
        )
        await proposals.hang(conn, number, made)
        self.codes.add("KN-AAAAAA")


READ = "ky-hop-thu-6-quoc-hoi-khoa-xv"
SECRET = re.compile(
    r"\b(?:TEN(?:EDITOR|ADMIN|READER)|ADDENDUM|KIT(?:QUESTION|ANSWER)|DRAFT\w+|WORD[A-Z]+|ASKED\w+|REPLIED|REPORTED|HELDPLACE|PHOTO[A-Z]+|RAWPHOTO|DIGESTWORDS|OWN[A-Z]+|POINT[A-Z]+|PROPOSED)"
)
