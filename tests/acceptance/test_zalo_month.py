"""A part of the month with most members on Zalo: answers lost, tokens changed, a quota that ends, two kills.

What each platform accepted is held against the ledger: everybody stands in one state, nothing came twice.
"""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.keypad import Phone, free_port, until
from tests.acceptance.service import Service, service
from tests.acceptance.test_zalo_bot import COMMUNE, TELEGRAM
from tests.acceptance.test_zalo_bot import ZALO as TOKEN
from tests.fakes.botapi import BotApi
from tests.fakes.zalobot import Fault, ZaloBot
from tests.fakes.zalooa import ZaloOa
from tests.patience import PATIENCE_S

MONTH = {  # the middle one and the last are compulsory for communicators
    "kinh-te-xa-hoi-2023": "Kinh tế - xã hội năm 2023",
    "hoi-nghi-trung-uong-8-khoa-xiii": "Bốn nghị quyết của Hội nghị Trung ương 8",
    "ky-hop-thu-6-quoc-hoi-khoa-xv": "Những kết quả quan trọng của Kỳ họp thứ 6",
}
BOTS = [f"2f7a4c00aa11bb22cc3{number}" for number in range(6)]
FOLLOWERS = [f"186729651760683225{number}" for number in range(3)]
TELEGRAMS = [1001, 1002, 1003]
QUOTA = 15  # of the bot, a month: fourteen for runs, so that the last of them reaches two of six
EIGHT_DAYS_MS = 8 * 86_400_000
LOST = Fault(hang_up=True, done=True)


def _settings(bot: ZaloBot, oa: ZaloOa, port: int) -> str:
    return f"""[web]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"

[[accounts]]
name = "xa"
kind = "zalo_bot"
token = "{TOKEN}"
base_url = "{bot.base_url}"
quota_messages = {QUOTA}
quota_counts = "sent"

[[accounts]]
name = "oa"
kind = "zalo_oa"
token = "access-token-0"
refresh_token = "refresh-token-0"
app_id = "{oa.app_id}"
secret = "{oa.secret}"
oa_secret = "{oa.oa_secret}"
base_url = "{oa.base_url}"
"""


@dataclass
class Month:
    """The deployment, its platforms and its people."""

    run: Service
    api: BotApi
    bot: ZaloBot
    oa: ZaloOa
    port: int

    async def up(self) -> None:
        """Wait until `run` takes deliveries."""
        url = f"http://127.0.0.1:{self.port}/hook/oa"

        async def answers() -> bool:
            try:
                return await self.oa.deliver(url, {}) == 200
            except OSError:
                return False

        await until(lambda: self.bot.webhook)
        async with asyncio.timeout(PATIENCE_S):
            while not await answers():  # noqa: ASYNC110 - a process of its own rings no bell here
                await asyncio.sleep(0.05)

    async def restart(self) -> None:
        """Killed, and started again."""
        await self.run.kill()
        self.bot.webhook = None
        await self.run.start()
        await self.up()

    def on_bot(self, person: str) -> Phone[Any]:
        """Of somebody on the bot."""

        async def send(text: str) -> None:
            assert await self.bot.deliver(self.bot.says(person, text)) == 200

        return Phone(_Mine(self.bot.sent, person), send)

    def on_oa(self, person: str) -> Phone[Any]:
        """Of somebody on the Official Account."""

        async def send(text: str) -> None:
            url = f"http://127.0.0.1:{self.port}/hook/oa"
            assert await self.oa.deliver(url, self.oa.says(person, text)) == 200

        return Phone(_Mine(self.oa.sent, person), send)

    async def broadcast(self, slug: str) -> str:
        """To everybody, now."""
        made = await self.run.command("broadcast", "create", slug, "--unit", COMMUNE, "--now", "--yes")
        assert made["audience"] == len(BOTS) + len(FOLLOWERS) + len(TELEGRAMS)
        return str(made["id"])

    def ledger(self) -> list[tuple[str, str, str]]:
        """(briefing, chat, state) of each delivery."""
        query = """SELECT briefing.slug, delivery.chat_id, delivery.state FROM delivery
        JOIN run ON run.id = delivery.run_id JOIN broadcast ON broadcast.id = run.broadcast_id
        JOIN briefing ON briefing.id = broadcast.briefing_id"""
        with closing(sqlite3.connect(self.run.folder / "nhipcau.db")) as db:
            return [(row[0], row[1], row[2]) for row in db.execute(query)]

    def accepted(self) -> Counter[tuple[str, str]]:
        """How often each briefing came to each chat."""
        said = [(one.chat_id, one.text) for one in (*self.bot.sent, *self.oa.sent)]
        for person in TELEGRAMS:
            said += [(str(person), m.get("text", "")) for m in self.api.user(person).received]
        return Counter(
            (slug, chat)
            for chat, text in said
            for slug, title in MONTH.items()
            if f"📌 {title}" in text[:120]
        )


class _Mine(list[Any]):
    """What came to one person, of a platform that keeps what came to all."""

    def __init__(self, everything: list[Any], person: str) -> None:
        super().__init__()
        self._everything = everything
        self._person = person

    def _now(self) -> list[Any]:
        return [one for one in self._everything if one.chat_id == self._person]

    def __getitem__(self, key: Any) -> Any:
        return self._now()[key]

    def __len__(self) -> int:
        return len(self._now())


def adds_up(month: Month) -> Counter[str]:
    """Each recipient has one row a broadcast, in a state that what came to them bears out; rows by state."""
    rows, accepted = month.ledger(), month.accepted()
    assert len({(slug, chat) for slug, chat, _ in rows}) == len(rows) == len(MONTH) * 12
    assert not [key for key, count in accepted.items() if count > 1], "something came twice"
    for slug, chat, state in rows:
        came = accepted[slug, chat]
        assert came == 1 or state != "sent", f"{slug} never came to {chat}, and is called sent"
        assert not came or state in ("sent", "uncertain"), f"{slug} came to {chat}, and is called {state}"
    assert set(accepted) <= {(slug, chat) for slug, chat, _ in rows}
    return Counter(state for _, _, state in rows)


async def _people(month: Month) -> None:
    for person in BOTS:
        month.bot.known.add(person)
    for person in FOLLOWERS:
        month.oa.follows(person)
    for number in TELEGRAMS:
        month.api.user(number, name=str(number), language="vi").say("/start")
    at = [
        *(("xa", one) for one in BOTS),
        *(("oa", one) for one in FOLLOWERS),
        *(("tinh", str(one)) for one in TELEGRAMS),
    ]
    lines = [
        f"Người {place},{COMMUNE},communicator;reporter,vi,{account},{chat},1/11/2026"
        for place, (account, chat) in enumerate(at)
    ]
    header = "name,unit,roles,language,account,chat_id,consent"
    (month.run.folder / "people.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    assert (await month.run.command("member", "import", "people.csv"))["added"] == len(lines)


async def _reports(month: Month, phone: Phone[Any], *, killed: bool) -> str:
    """Fill in the opinion form by numbers, `run` killed in the middle; the code that was given."""
    await phone.writes("/baocao")
    await phone.chooses("Kinh tế - xã hội")
    await phone.chooses("Nông dân")
    await phone.sees("nghiêng về hướng nào")
    read = len(month.bot.sent) + len(month.oa.sent)
    if killed:
        await month.restart()
        phone.read = 0
    await phone.chooses("Băn khoăn")
    await phone.chooses("Nhiều ý kiến")
    await phone.sees("Người dân nói gì")
    await phone.writes("Bà con hỏi bao giờ có đường bê tông vào thôn.")
    await phone.chooses("Bỏ qua")
    await phone.chooses("Bình thường")
    await phone.chooses("Gửi")
    shown = await phone.sees("Đã ghi nhận")
    assert len(month.bot.sent) + len(month.oa.sent) > read
    return "DL-" + shown.text.partition("DL-")[2][:6]


async def test_the_ledger_adds_up_with_most_members_on_zalo(tmp_path: Path) -> None:
    port = free_port()
    first, second, third = MONTH
    async with (
        BotApi(token=TELEGRAM) as api,
        ZaloBot(TOKEN) as bot,
        ZaloOa() as oa,
        service(tmp_path, api.base_url, TELEGRAM, _settings(bot, oa, port)) as run,
    ):
        month = Month(run, api, bot, oa, port)
        await month.up()
        await _people(month)
        oa.followers[FOLLOWERS[-1]] -= EIGHT_DAYS_MS  # wrote too long ago

        bot.breaks("sendMessage", LOST)
        oa.breaks("v3.0/oa/message/cs", LOST)
        one = await month.broadcast(first)
        await run.until("broadcast", "status", one, state="finished", uncertain=2, unfetched=1, sent=9)

        oa.access = "over"  # the pair is changed for the next in the middle of a run, and `run` is killed
        two = await month.broadcast(second)
        await until(lambda: any(MONTH[second] in shown.text for shown in bot.sent))
        # Sent with the new pair: before that, a kill may leave it with nobody.
        await until(lambda: any(MONTH[second] in shown.text for shown in oa.sent))
        await month.restart()
        done = await run.until("broadcast", "status", two, state="finished", unfetched=1, pending=0)
        assert done["sent"] + done["uncertain"] == 11
        assert oa.exchanges == 1

        three = await month.broadcast(third)
        left = await run.until("broadcast", "status", three, state="running", sent=7, unfetched=1)
        assert left["pending"] == 4, "the bot's month is used up"
        assert adds_up(month)["unfetched"] == 3

        missing = [chat for slug, chat, state in month.ledger() if (slug, state) == (third, "pending")]
        here = month.on_bot(missing[0])
        await here.writes("alo")
        await here.sees(MONTH[third])
        away = month.on_oa(FOLLOWERS[-1])
        read = len(oa.sent)
        await away.writes("alo")
        await away.sees(MONTH[first])
        came = [text for text in (shown.text for shown in oa.sent[read:]) if "📌" in text]
        assert [next(slug for slug, title in MONTH.items() if title in text) for text in came[:3]] == [
            second,
            third,
            first,
        ], "compulsory first, the oldest before"
        await run.until("broadcast", "status", three, pending=3, unfetched=0)

        codes = [await _reports(month, away, killed=True)]
        bot.breaks("sendMessage", LOST)  # the first question came, and nobody knows
        codes.append(await _reports(month, here, killed=False))
        assert len(set(codes)) == 2
        assert (await run.command("opinion", "desk", "--unit", COMMUNE))["total"] == 2
        for phone, code in zip((away, here), codes, strict=True):
            await run.command("opinion", "answer", code, "--text", "Thôn sẽ được làm đường trong quý tới.")
            await phone.sees("Thôn sẽ được làm đường")
        states = adds_up(month)
        assert states["pending"] == 3
        assert states["unfetched"] == 0
        assert states["sent"] + states["uncertain"] == 33
        assert states["uncertain"] == 2 + done["uncertain"], "two answers were lost, and a kill came once"
        log = run.log.read_text()
        assert not [secret for secret in (TOKEN, "access-token", "refresh-token") if secret in log]
