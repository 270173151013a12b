"""A quarter of a province: 102 communes with three reporters each, their heads, three months of reports."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.acts import closing, digest_papers, opinions, prompting, signing
from bot.acts.context import Context, Operator, Refusal
from bot.acts.digest_papers import Opened
from bot.core.opinion.signing import Part
from bot.core.people.members import Role
from bot.storage.accounts import endpoints
from bot.storage.people import members, units
from bot.storage.people.members import Consent
from tests.handlers.village import ACCOUNT, PROVINCE, ZONE, Village

MONTHS = (7, 8, 9)
TOPICS = ("kinh-te-xa-hoi", "quoc-hoi", "tet")
REPORTERS = 3
SILENT = 10  # communes that report nothing in a month
FEW = 5  # communes below the threshold
BATCH = 60  # people whose reports one transaction keeps


@dataclass
class Quarter:
    """The province at work. `told`: how many reports each commune sent, by month."""

    home: Village
    communes: Sequence[str] = ()
    told: dict[int, dict[str, int]] = field(default_factory=dict)

    async def settle(self) -> None:
        """Everybody is registered: reporters, an editor and a head in each commune, two at the province."""
        async with self.home.database.write() as conn:
            self.communes = [one.code for one in await units.below(conn, "/TW/66/") if one.parent == PROVINCE]
            people = [("editor", PROVINCE, Role.EDITOR), ("head", PROVINCE, Role.APPROVER)]
            for code in self.communes:
                people += [(f"r{one}-{code}", code, Role.REPORTER) for one in range(REPORTERS)]
                people += [(f"e-{code}", code, Role.EDITOR), (f"h-{code}", code, Role.APPROVER)]
            consent = Consent("1", self.home.now, "test")
            for chat, unit, role in people:
                number = await members.add(conn, f"Người {chat}", unit, [role], "vi", consent, 0)
                await endpoints.attach(conn, number, ACCOUNT, chat, 0)

    def turn_to(self, month: int, day: int, hour: int = 9) -> None:
        """It is that day."""
        self.home.now = int(datetime(2026, month, day, hour, 0, tzinfo=ZONE).timestamp() * 1000)

    @asynccontextmanager
    async def acting(self, chat: str = "") -> AsyncIterator[Context]:
        """Somebody's acts, in one transaction; nobody's: the operator's."""
        async with self.home.database.write() as conn:
            yield await self.context_of(conn, chat)

    async def context_of(self, conn: object, chat: str) -> Context:
        actor = await members.at(conn, ACCOUNT, chat) if chat else Operator()  # type: ignore[arg-type]
        return Context(conn, self.home.house, actor, self.home.now, ACCOUNT, chat)  # type: ignore[arg-type]

    async def reports(self, month: int) -> None:
        """A month's reports: six a commune, two where there are few, none where it is silent."""
        self.told[month] = {}
        filed = []
        for place, code in enumerate(self.communes):
            shifted = (place + month * SILENT) % len(self.communes)
            count = 0 if shifted < SILENT else 2 if shifted < SILENT + FEW else 6
            if count:
                self.told[month][code] = count
            filed += [(code, number) for number in range(count)]
        for begin in range(0, len(filed), BATCH):
            async with self.home.database.write() as conn:
                for code, number in filed[begin : begin + BATCH]:
                    ctx = await self.context_of(conn, f"r{number % REPORTERS}-{code}")
                    kept = await opinions.submit(ctx, _says(code, month, number))
                    assert not isinstance(kept, Refusal)

    async def ask(self) -> int:
        """The clock asks whoever owes a report this week; how many."""
        asked = 0
        async with self.home.database.write() as conn:
            while await prompting.is_due(self.home.house, conn, self.home.now):
                asked += await prompting.ask_some(self.home.house, conn, self.home.now)
        return asked

    async def close(self) -> None:
        """What is over is counted, as the clock does."""
        await closing.close_over(self.home.database, self.home.house, self.home.now)

    async def sign(self, month: int, code: str) -> Opened:
        """A commune's digest is drawn up and worded by its editor, endorsed by its head, and sent up."""
        days = date(2026, month, 1), date(2026, month, 28)
        async with self.home.database.write() as conn:
            editor, head = await self.context_of(conn, f"e-{code}"), await self.context_of(conn, f"h-{code}")
            number = opened(await signing.draw(editor, code, *days)).row.id
            opened(await signing.edit(editor, number, 0, {Part.ASSESSMENT: f"Nhận định tháng {month}"}))
            assert refused(await signing.endorse(editor, number, 1))
            opened(await signing.endorse(head, number, 1))
            return opened(await signing.forward(editor, number, 1))

    async def looked_at(self, number: int) -> Opened:
        """A digest, as the operator sees it."""
        async with self.acting() as ctx:
            return opened(await digest_papers.look(ctx, number))


def _says(code: str, month: int, number: int) -> dict[str, str]:
    return {
        "topic": TOPICS[number % len(TOPICS)],
        "people": "NONG_DAN",
        "tendency": "KHONG_DONG_TINH" if number == 5 else "DONG_TINH",
        "scale": "NHIEU",
        "content": f"Ý kiến {number} của {code} tháng {month}",
        "urgency": "THUONG",
    }


def opened(found: Opened | Refusal) -> Opened:
    """What an act answered, where it did not refuse."""
    assert isinstance(found, Opened), found
    return found


def refused(found: Opened | Refusal) -> bool:
    """Whether it did."""
    return isinstance(found, Refusal)
