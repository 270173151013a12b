"""A digest of 200,000 reports over 102 units: counted, made a Word file; and the guard that reports pass.

Times are of the CPU, in a process of its own: what else runs here does not count.
"""

import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from sqlalchemy import insert

from benchmarks.serving import ROOT
from benchmarks.table import Row, at_most
from bot.collector import loading
from bot.config import App, Settings
from bot.core.opinion.guard import mask
from bot.houses import make_house
from bot.publishing import read_content
from bot.storage import schema
from bot.storage.database import Database
from bot.storage.people import units
from bot.storage.tables import answer, submission, submission_author

REPORTS, UNITS, BATCH = 200_000, 102, 5_000
TOP, MONTH = "/TW/66/", (date(2026, 10, 1), date(2026, 10, 31))
SAID = "Bà con lo giá cà phê lên xuống thất thường, đường liên thôn xuống cấp, mong được sửa sớm. "
SPOKEN = "Bà con ở thôn mong sửa đường số 4 trước ngày 12/12/2026, giá phân bón tăng 10 %. "
LONG, SHORT = 20_000, 1_000
LEANS = ("DONG_TINH", "BAN_KHOAN", "KHONG_DONG_TINH", "CHUA_RO")
PEOPLE = ("NONG_DAN", "DTTS", "THANH_NIEN")


def measure(quick: bool = False) -> list[Row]:
    """Seconds of counting and of a Word file, their peak of memory; milliseconds of the guard."""
    count = REPORTS // 10 if quick else REPORTS
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_fill(Path(folder), count))
        command = [sys.executable, "-m", "benchmarks.digests", folder]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    return [
        at_most(f"{count:,} reports, {UNITS} units: counted for the first time", found["first"], 3.0, " s"),
        at_most("the same, asked again", found["again"], 0.1, " s", 3),
        at_most("its .docx", found["docx"], 5.0, " s"),
        at_most("peak memory of all that", found["peak"], 300.0, " MiB", 0),
        *_guard(),
    ]


def _guard() -> list[Row]:
    short, long = (_took(SPOKEN, length) * 1000 / (length / 1000) for length in (SHORT, LONG))
    return [
        at_most("guard: 1,000 characters", short, 1.0, " ms"),
        at_most("guard: each 1,000 of 20,000 characters", long, 1.0, " ms"),
        at_most("guard: that against the former", long / short, 1.5, " ×"),
    ]


def _took(words: str, length: int, times: int = 15) -> float:
    text = (words * (length // len(words) + 1))[:length]
    taken = []
    for _ in range(times):
        began = time.process_time()
        mask(text)
        taken.append(time.process_time() - began)
    return min(taken)


async def _fill(folder: Path, count: int) -> None:
    settings = Settings(app=App(database=f"sqlite:///{folder}/store.db"))
    content = read_content(settings.app.content)
    database = Database(settings.app.database, folder)
    await schema.migrate(database)
    communes = [f"{number:05}" for number in range(UNITS)]
    chance = random.Random(1)
    async with database.write() as conn:
        top = [one for one in content.units if one.code in ("TW", "66")]
        model = next(one for one in content.units if one.parent == "66")
        await units.synchronise(conn, [*top, *(_commune(model, code) for code in communes)])
        for number in range(3 * UNITS):
            values = {"id": number + 1, "unit": communes[number % UNITS]}
            await conn.exec_driver_sql(_MEMBER.format(**values))
        for begin in range(0, count, BATCH):
            numbers = range(begin + 1, min(begin + BATCH, count) + 1)
            rows = [_report(chance, number, communes) for number in numbers]
            await conn.execute(insert(submission), [row for row, _ in rows])
            await conn.execute(insert(answer), [one for _, said in rows for one in said])
            authors = [
                {"submission_id": number, "member_id": number % (3 * UNITS) + 1, "until": "2027-01-31"}
                for number in numbers
            ]
            await conn.execute(insert(submission_author), authors)
    await database.close()


_MEMBER = (
    "INSERT INTO member (id, name, unit, language, state, consent_version, consent_at, consent_method,"
    " created_at) VALUES ({id}, 'Người', '{unit}', 'vi', 'active', '1', 0, 'import', 0)"
)


def _commune(model: object, code: str) -> object:
    return model.model_copy(update={"code": code, "name": f"Xã {code}"})  # type: ignore[attr-defined]


def _report(
    chance: random.Random, number: int, communes: list[str]
) -> tuple[dict[str, object], list[dict[str, object]]]:
    unit = communes[number % UNITS]
    said = {
        "topic": chance.choice(("tet", "kinh-te-xa-hoi", "quoc-hoi", "doi-ngoai")),
        "people": chance.choice(PEOPLE),
        "tendency": chance.choices(LEANS, (60, 20, 10, 10))[0],
        "scale": "NHIEU",
        "content": f"{SAID}{number}",
        "proposal": "Sớm sửa đường.",
    }
    row = {
        "id": number,
        "code": f"DL-{chance.randrange(10**11):011}",
        "form": "opinion",
        "form_version": "1",
        "unit": unit,
        "unit_path": f"{TOP}{unit}/",
        "sample": False,
        "day": f"2026-10-{chance.randrange(1, 32):02}",
        "state": "received",
        "desk": unit,
        "topic": said["topic"],
        "tendency": said["tendency"],
    }
    return row, [{"submission_id": number, "field": key, "value": value} for key, value in said.items()]


async def _measured(folder: Path) -> dict[str, float]:
    from bot.acts import digest_files, digests
    from bot.acts.closing import close_asked
    from bot.acts.context import Context, Operator
    from bot.acts.digest_files import Format
    from bot.acts.digests import Summed
    from bot.acts.handouts import Made

    settings = Settings(app=App(database=f"sqlite:///{folder}/store.db"))
    house = make_house(settings, read_content(settings.app.content))
    database = Database(settings.app.database, folder)
    found = {}
    now = 1_795_000_000_000  # November 2026
    began = time.process_time()
    await close_asked(database, house, now, *MONTH)
    async with database.read() as conn:
        ctx = Context(conn, house, Operator(), now)
        assert isinstance(await digests.read(ctx, TOP, *MONTH), Summed)
        found["first"] = time.process_time() - began
        again = []
        for _ in range(3):  # the collector of garbage may come by in one of them
            began = time.process_time()
            assert isinstance(await digests.read(ctx, TOP, *MONTH), Summed)
            again.append(time.process_time() - began)
        found["again"] = min(again)
        began = time.process_time()
        made = await digest_files.make(ctx, TOP, *MONTH, Format.DOCX, "PARTY_2026")
        assert isinstance(made, Made)
        found["docx"] = time.process_time() - began
    await database.close()
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


if __name__ == "__main__":
    with loading():  # what was loaded until here stays, as in the product
        pass
    print(json.dumps(asyncio.run(_measured(Path(sys.argv[1])))))
