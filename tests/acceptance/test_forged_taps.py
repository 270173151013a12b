"""Every kind of tap there is, forged with the numbers of what is another unit's, pressed by who may not.

Each press is handled by the real routes and undone again: nothing of a commune's own is said to somebody
outside it, or to who lost their right there, and nothing of it is changed.
"""

import itertools
import random
import re
import typing
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ports import Incoming, Tapped
from bot.core.talk.tap import Tap, decode
from bot.core.talk.taps.meetings import OnConference
from bot.core.talk.taps.questions import OnQuestion
from bot.core.talk.taps.screens import Go
from bot.storage.accounts import files
from bot.storage.accounts.tables import endpoint
from bot.storage.tables import delivery, metadata
from handlers import routes
from tests.acceptance.commune import SECRET, Commune
from tests.chance import SEED, SOAK
from tests.handlers.village import ACCOUNT, EA_KAO, village

ROOT = Path(__file__).parents[2]
MOST = 500 if SOAK else 2  # taps of a kind by a person
# What a press changes that belongs to whoever pressed, or to the conversation.
OWN = {"conversation", "delivery", "offer", "watch", "inbox", "audit", "setting", "file", "run", "edition"}


def steps(kind: type[Tap]) -> list[str]:
    """The steps of a kind, asked for twice as well: the words of the conversations that know it."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "handlers").rglob("*.py")]
    mine = [text for text in sources if re.search(rf"\b{kind.__name__}\b", text)]
    found = {one for text in mine for one in re.findall(r'"([a-z_]{2,11})!?"', text)}
    return sorted({*found, *(f"{one}!" for one in found)})


def pool(hint: Any, commune: Commune, kind: type[Tap]) -> list[Any]:
    """What may stand in a part of a tap: numbers and codes of what is the commune's own, and steps."""
    choices, *rest = typing.get_args(hint) or (hint,)
    text = str(rest)
    if typing.get_origin(hint) is typing.Literal:
        return list(typing.get_args(hint))
    if choices is int or typing.get_origin(choices) is typing.Annotated:
        return sorted(commune.numbers) if str(10**18) in str(hint) else [0, 1, 2]
    if "[a-z_]+!?" in text:
        return steps(kind)
    if kind is Go:
        return list(routes.ANSWERS)
    return ["-", "", EA_KAO, "month", "docx", "2026-09-01_2026-09-30", "tet", "photo", *sorted(commune.codes)]


def forged(commune: Commune) -> dict[str, list[str]]:
    """What taps of each kind carry."""
    found = {}
    for kind in Tap.kinds.values():
        hints = typing.get_type_hints(kind, include_extras=True)
        every = itertools.product(*(pool(hints[one.name], commune, kind) for one in fields(kind)))
        data = {":".join([kind.word, *(str(one) for one in parts if one != "")]) for parts in every}
        found[kind.word] = sorted(one for one in data if decode(one) is not None)
    return found


class Undone(Exception):
    """What was done in a transaction is not kept."""


class Presser:
    """Presses buttons, looks at what is said and what is changed, and undoes it."""

    def __init__(self, commune: Commune) -> None:
        self.commune, self.home = commune, commune.home
        self.before: dict[str, set[Any]] = {}
        self.said = self.last = 0

    async def look(self) -> None:
        """What there is before anybody presses."""
        async with self.home.database.read() as conn:
            self.before = await self._rows(conn)
            self.last = (await conn.execute(select(func.max(delivery.c.id)))).scalar_one()

    async def _rows(self, conn: AsyncConnection) -> dict[str, set[Any]]:
        kept = [one for one in metadata.sorted_tables if one.name not in OWN]
        return {one.name: set(await conn.execute(one.select())) for one in kept}

    async def press(self, chat: str, data: str) -> str:
        """What is wrong with what came of it; "" nothing."""
        wrong = ""
        incoming = Incoming(chat, Tapped(data, "1", "callback"), name="x", language="vi")
        try:
            async with self.home.database.write() as conn:
                own = select(endpoint.c.member_id).where(
                    endpoint.c.account == ACCOUNT, endpoint.c.chat_id == chat
                )
                member = (await conn.execute(own)).scalar()  # suspended too: may leave, and be erased
                await routes.handle(self.home.house, conn, ACCOUNT, incoming, self.home.now)
                wrong = await self._told(conn, chat) or await self._changed(conn, member)
                raise Undone
        except Undone:
            return wrong

    async def _told(self, conn: AsyncConnection, chat: str) -> str:
        rows = await conn.execute(select(delivery.c.chat_id, delivery.c.act).where(delivery.c.id > self.last))
        said = [row.act for row in rows if row.act and row.chat_id in (None, chat)]
        numbers = re.findall(r'"file_id":(\d+)', "".join(said))
        said += [str(await files.data(conn, int(one))) for one in numbers]
        self.said += len(said)
        seen = set(SECRET.findall("\n".join(said))) - self.commune.people.get(chat, frozenset())
        return f"reads {sorted(seen)}" if seen else ""

    async def _changed(self, conn: AsyncConnection, member: int | None) -> str:
        """Rows that are no more as they were, but those of whoever pressed, and of people beside them."""
        after = await self._rows(conn)
        others = self.commune.beside | {member}
        lost = {
            name: [row for row in rows - after[name] if _whose(name, row) not in others]
            for name, rows in self.before.items()
        }
        return "".join(f"changes {name}: {rows} " for name, rows in lost.items() if rows)


def _whose(table: str, row: Any) -> int | None:
    """The member to whom a row belongs; -1 nobody."""
    return getattr(row, "id" if table == "member" else "member_id", -1)


@pytest.mark.timeout(7200 if SOAK else 600)
async def test_no_forged_tap_reads_or_changes_what_is_another_units(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    rng = random.Random(SEED)
    async with village(tmp_path) as home:
        commune = Commune(home)
        await commune.build()
        presser = Presser(commune)
        await presser.look()
        count = 0
        every = forged(commune)
        for chat in commune.people:
            chosen = [rng.sample(data, min(MOST, len(data))) for data in every.values()]
            for data in itertools.chain.from_iterable(chosen):
                count += 1
                wrong = await presser.press(chat, data)
                assert not wrong, f"{chat} presses {data}: {wrong}"
        assert presser.said > count / 2  # each is answered, or has something to show
        for data in (OnQuestion("open", 1), OnConference("open", 1)):  # who may, does read
            assert "reads" in await presser.press("editor", data.encode())
    record_property("figures", f"{count} forged taps by {len(commune.people)} people")
