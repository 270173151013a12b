"""Ten thousand updates that nobody would write: each is handled once, and all that goes out is accepted."""

import json
import logging
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from bot.config import CONTENT
from bot.content import load
from bot.core.talk.offer import Choice, is_number, meant
from tests.acceptance.fuzz.corpus import NASTY, PHONES
from tests.acceptance.fuzz.town import STANDING, STRANGERS, TOKEN, Town, town
from tests.acceptance.fuzz.updates import Person, Source
from tests.acceptance.fuzz.words import Vocabulary
from tests.chance import SEED, SOAK
from tests.patience import SLOW

COUNT = 100_000 if SOAK else 10_000
SHARES = 2  # one for each core
BATCHES = (20, 40, 40, 60, 200)
ROUND_MS = 20_000  # how far the clock moves from one batch to the next
NAMES = ("An", "H'Mai Êban", "<b>Y</b> & Z", "\u202eevil", "Z" + "\u0301" * 9, "=1+1", "x" * 300, *NASTY[:30])
CONFIRMS = (Choice("Đã đọc", "ack:1"),)
LANGUAGES = ("vi", "vi", "en", "de-DE", None)


def _people(rng: random.Random) -> list[Person]:
    count = sum(one[0] for one in STANDING) + STRANGERS
    keen = (0.8, 0.4)  # those with the most rights have the most to finish
    return [
        Person(1001 + n, rng.choice(NAMES), rng.choice(LANGUAGES), keen=rng.random() < keen[n >= 20])
        for n in range(count)
    ]


def _files(home: Town) -> dict[str, list[str]]:
    kinds, add = ("photo", "document", "audio", "voice"), home.post.platform.add_file
    return {kind: [add(kind, "a", "a/b", b"x").id for _ in range(3)] for kind in kinds}


@pytest.mark.timeout(3600 if SOAK else 600)
@pytest.mark.parametrize("share", range(SHARES))
async def test_every_update_is_handled_once_and_every_reply_can_be_sent(
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    caplog: pytest.LogCaptureFixture,
    share: int,
) -> None:
    caplog.set_level(logging.INFO)
    rng = random.Random(f"{SEED}/{share}")
    people = _people(rng)
    began = time.monotonic()
    with structlog.testing.capture_logs() as logs:
        # The soak's second half runs on the store as it is, threads and disk and all.
        async with town(tmp_path, people, inline=not (SOAK and share)) as home, home.running():
            source = Source(rng, people, Vocabulary(rng, home.codes, list(home.house.topics)), _files(home))
            while len(source.numbers) < COUNT // SHARES:
                await home.feed(source.batch(rng.choice(BATCHES)))
                await home.plan()
                await home.deliver()
                if rng.random() < 0.03:
                    await home.announce()
                home.clock.later_ms += ROUND_MS
            record_property("figures", _figures(home, source, share, time.monotonic() - began))
            _nothing_unhandled_or_lost(home, source)
            assert home.post.wrong == []
            assert home.slowest[0] < SLOW * 0.5, home.slowest
            await _the_store_is_sound(home)
            _nobody_overstepped(home)
    _nothing_was_told(tmp_path, json.dumps([str(one) for one in logs]) + caplog.text)
    assert [one for one in logs if one["log_level"] in ("error", "critical")] == []


def _figures(home: Town, source: Source, share: int, seconds: float) -> str:
    accepted = home.post.platform.counts["accepted"]
    return (
        f"fuzz: seed {SEED}, share {share}: {len(source.numbers)} updates in {seconds:.0f} s,"
        f" {source.repeated} repeated; {dict(home.handled)}; none took over {home.slowest[0]:.2f} s;"
        f" {accepted} messages accepted, rightly refused: {dict(home.post.refused)}"
    )


def _nothing_unhandled_or_lost(home: Town, source: Source) -> None:
    kept = {int(row["update_key"]) for row in home.rows("SELECT update_key FROM inbox")}
    assert kept == source.numbers
    assert home.rows("SELECT * FROM inbox WHERE state != 'done' OR attempts > 0 OR payload IS NOT NULL") == []
    assert home.handled.total() + home.dispatching.repeated.value == len(kept)
    assert home.dispatching.repeated.value <= 0.05 * len(kept)
    assert home.handled["silent"] <= 0.2 * len(kept)  # all others reached a handler
    for table in ("submission", "join_request", "audit"):
        assert home.count(f"SELECT count(*) FROM {table}") > 0, f"nobody came as far as {table}"


async def _the_store_is_sound(home: Town) -> None:
    assert await home.database.check() == []
    runs = home.rows(
        """SELECT r.id, r.audience, count(d.id) AS rows FROM run r LEFT JOIN delivery d ON d.run_id = r.id
        WHERE r.state NOT IN ('planning', 'held') GROUP BY r.id"""
    )
    assert runs
    assert [run for run in runs if run["audience"] != run["rows"]] == []
    assert home.count("SELECT count(*) FROM delivery WHERE run_id IS NULL AND state = 'pending'") == 0
    for phone in PHONES:
        for table, column in (("answer", "value"), ("audit", "detail")):
            assert home.count(f"SELECT count(*) FROM {table} WHERE instr({column}, ?)", phone) == 0
        drafts = "SELECT count(*) FROM conversation WHERE form = 'opinion' AND instr(state, ?)"
        assert home.count(drafts, phone) == 0


def _nobody_overstepped(home: Town) -> None:
    """Buttons were forged and copied: each confirmation is its own reader's, each broadcast its editor's.

    Whoever has left since has no roles any more by which to judge.
    """
    known = load(CONTENT).words
    # A reminder of a run, or a correction of it, is confirmed in its place.
    read = """SELECT d.id, d.chat_id, group_concat(other.id) AS pressed FROM delivery d
        JOIN delivery other ON other.chat_id = d.chat_id AND (other.id = d.id OR other.run_id IN (
            SELECT r.id FROM run r WHERE r.about = d.run_id))
        WHERE d.acknowledged_at IS NOT NULL AND d.chat_id IS NOT NULL GROUP BY d.id"""
    for row in home.rows(read):
        typed = home.said.get(row["chat_id"], set())
        # "đã đọc", or the number of a button, however they are typed
        by_words = any(is_number(words) or meant(CONFIRMS, words, known) for words in typed)
        named = str(row["pressed"]).split(",")
        pressed = {(row["chat_id"], f"{tap}:{one}") for tap in ("ack", "ackf", "noted") for one in named}
        assert by_words or pressed & home.pressed, typed
    overstepped = """SELECT b.id FROM broadcast b
        JOIN member m ON m.id = b.created_by JOIN unit mine ON mine.code = m.unit
        JOIN unit meant ON meant.code = b.unit
        WHERE substr(meant.path, 1, length(mine.path)) != mine.path OR m.state = 'active' AND NOT EXISTS (
            SELECT 1 FROM member_role r WHERE r.member_id = m.id AND r.role IN ('editor', 'administrator'))"""
    assert home.rows(overstepped) == []


def _nothing_was_told(folder: Path, logged: str) -> None:
    for phone in PHONES:
        assert phone not in logged
    assert TOKEN not in logged
    for file in folder.iterdir():
        assert TOKEN.encode() not in file.read_bytes()
