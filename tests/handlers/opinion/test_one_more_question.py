"""One more question in the report is one edit in one file."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.kernel.formats import date_long
from bot.core.people.members import Role
from bot.houses import make_house
from bot.publishing import read_content
from bot.settings_file import load
from bot.storage import schema
from bot.storage.accounts import accounts
from bot.storage.database import Database
from bot.storage.people import units
from tests.contents import folder
from tests.handlers.reporting import TAPS, TEXT
from tests.handlers.sending import words
from tests.handlers.village import ACCOUNT, EA_KAO, Village

MOOD = """
[[fields]]
key = "kind"
kind = "choice"
counted = true
label = { vi = "Loại thông tin", en = "Kind" }
question = { vi = "Đây là loại thông tin gì?", en = "What kind is it?" }
choices = [
  { value = "Y_KIEN", label = { vi = "Ý kiến", en = "Opinion" } },
  { value = "TIN_DON", label = { vi = "Tin đồn", en = "Rumour" } },
]
"""

WHERE = """
[[fields]]
key = "heard"
kind = "several"
label = { vi = "Nghe ở đâu" }
question = { vi = "Đồng chí nghe ở những nơi nào?" }
choices = [
  { value = "CHO", label = { vi = "Ngoài chợ" } },
  { value = "HOP", label = { vi = "Họp thôn" } },
  { value = "MANG", label = { vi = "Trên mạng" } },
]

[[fields]]
key = "day"
kind = "date"
minimum = -30
maximum = 0
label = { vi = "Ngày nghe" }
question = { vi = "Đồng chí nghe ngày nào?" }
choices = [{ value = "0", label = { vi = "Hôm nay" } }, { value = "-1", label = { vi = "Hôm qua" } }]
"""


@pytest.fixture
def more() -> str:
    """What the form asks besides."""
    return MOOD


@pytest.fixture
async def town(tmp_path: Path, more: str) -> AsyncIterator[Village]:
    """A deployment whose content asks one question more."""
    with (folder(tmp_path / "content") / "forms/opinion.toml").open("a", encoding="utf-8") as form:
        form.write(more)
    config = tmp_path / "config.toml"
    account = f'[[accounts]]\nname = "{ACCOUNT}"\nkind = "webchat"\n'
    config.write_text(f'[app]\ndatabase = "sqlite:///town.db"\ncontent = "content"\n{account}')
    settings = load(config)
    content = read_content(settings.app.content)
    database = Database(settings.app.database)
    await schema.migrate(database)
    async with database.write() as conn:
        await accounts.register(conn, ACCOUNT, "webchat")
        await units.synchronise(conn, content.units)
    yield Village(database, make_house(settings, content))
    await database.close()


async def command(folder: Path, *arguments: str) -> Any:
    everything = [*arguments, "--json", "--config", str(folder / "config.toml")]
    result = await asyncio.to_thread(CliRunner().invoke, app, everything)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


async def test_it_is_asked_kept_listed_and_counted(town: Village, tmp_path: Path) -> None:
    for chat in ("rep", "per"):
        await town.member(chat, chat, EA_KAO, Role.REPORTER)
    await town.member("editor", "Biên", EA_KAO, Role.EDITOR)
    for chat in ("rep", "per", "rep", "per", "rep"):
        await town.say(chat, "/baocao")
        for label in TAPS:
            await town.tap(chat, label)
        await town.say(chat, TEXT)
        await town.tap(chat, "Bỏ qua")
        await town.tap(chat, "Bình thường")
        (summary, _) = await town.tap(chat, "Tin đồn")
        assert "Loại thông tin: Tin đồn" in summary.text
        await town.tap(chat, "✅ Gửi")
    town.now += 30 * 86_400_000  # the month is over: its tables are told
    text = words(await town.press("editor", "dig:last_month"))
    assert "Theo loại thông tin\n• Tin đồn: 5" in text
    listed = await command(tmp_path, "opinion", "list")
    assert [one["answers"]["kind"] for one in listed] == ["TIN_DON"] * 5
    assert {one["form_version"] for one in listed} == {town.house.forms["opinion"].version}
    period = ("--from", "2026-11-01", "--to", "2026-11-30")
    summed = await command(tmp_path, "digest", "--unit", EA_KAO, *period)
    assert summed["total"] == 5
    written = ("--from", "1/11/2026", "--to", "30/11/2026")
    assert await command(tmp_path, "digest", "--unit", EA_KAO, *written) == summed


@pytest.mark.parametrize("more", [WHERE])
async def test_several_are_ticked_and_a_day_is_picked(town: Village, tmp_path: Path) -> None:
    await town.member("rep", "rep", EA_KAO, Role.REPORTER)
    await town.say("rep", "/baocao")
    for label in TAPS:
        await town.tap("rep", label)
    await town.say("rep", TEXT)
    await town.tap("rep", "Bỏ qua")
    screen, *_ = await town.tap("rep", "Bình thường")
    assert "Chọn được nhiều ô" in screen.text
    assert "✅ Xong" not in screen.labels
    screen, *_ = await town.tap("rep", "Trên mạng")
    (screen,) = await town.say("rep", "1")
    assert "Đã chọn: Ngoài chợ, Trên mạng." in screen.text
    assert screen.labels[:3] == ["✅ Ngoài chợ", "Họp thôn", "✅ Trên mạng"]
    screen, *_ = await town.tap("rep", "✅ Xong")
    assert screen.labels[:2] == ["Hôm nay", "Hôm qua"]
    (screen,) = await town.say("rep", "1/12/2029")
    assert "nằm ngoài khoảng cho phép" in screen.text
    today = town.house.today(town.now)
    summary, *_ = await town.say("rep", "hom nay")
    assert f"Nghe ở đâu: Ngoài chợ, Trên mạng\n• Ngày nghe: {date_long(today)}" in summary.text
    await town.tap("rep", "✅ Gửi")
    (one,) = await command(tmp_path, "opinion", "list")
    assert (one["answers"]["heard"], one["answers"]["day"]) == ("CHO MANG", today.isoformat())
    (opened,) = await town.say("rep", one["code"])
    assert "Ngoài chợ, Trên mạng" in opened.text
    assert date_long(today) in opened.text
