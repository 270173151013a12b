"""Log lines that cannot be written cost nothing but themselves."""

import logging
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import structlog
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from bot.cli.run import configure_logs
from bot.logs import LogStream
from bot.storage.tables import question
from tests.stores import store

TYPED = "Nguyễn-Văn-A-4711"


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """What is logged as `run` does."""
    before, out = structlog.get_config(), StringIO()
    configure_logs(out)
    yield out
    structlog.configure(**before)
    logging.getLogger().handlers.clear()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_what_fails_is_logged_without_what_somebody_wrote(
    kind: str, tmp_path: Path, logged: StringIO
) -> None:
    values = {"slug": "", "unit": "nowhere", "words": TYPED, "day": TYPED, "state": "waiting", "desk": TYPED}
    async with store(kind, tmp_path) as database:
        with pytest.raises(IntegrityError) as refused:
            async with database.write() as conn:
                await conn.execute(insert(question).values(**values))
    together = ExceptionGroup(TYPED, [refused.value, ValueError(TYPED)])
    together.add_note(TYPED)
    for error in (refused.value, together):
        structlog.get_logger().error("update not handled", exc_info=error)
        logging.getLogger("somebody").error("failed", exc_info=error)
    told = logged.getvalue()
    assert TYPED not in told
    assert TYPED not in str(refused.value).partition("DETAIL")[0]
    assert all(one in told for one in ("IntegrityError", "ValueError", Path(__file__).name))


def test_a_full_disk_loses_lines_and_raises_nothing() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    stream = LogStream(full)
    assert stream.write("one\n") == 4
    assert stream.write("two\nthree\n") == 10
    os.close(full)
    assert stream.lost == 3


def test_a_reader_that_died_loses_lines_and_raises_nothing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = LogStream(writer)
    stream.write("one\n")
    os.close(writer)
    stream.write("two\n")  # not even where nothing is open any more
    assert stream.lost == 2


def test_a_reader_that_sleeps_holds_nobody_up_and_hears_what_it_missed() -> None:
    reader, writer = os.pipe()
    stream = LogStream(writer)
    for _ in range(40):
        stream.write("x" * 4095 + "\n")
    assert stream.lost > 0
    while len(os.read(reader, 1 << 20)) == 1 << 20:
        pass
    stream.write("again\n")
    assert os.read(reader, 1 << 20).decode() == f"{stream.lost} log lines were lost\nagain\n"
    os.close(reader)
    os.close(writer)


def test_what_is_written_is_all_there(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as file:
        stream = LogStream(file.fileno())
        stream.write("đồng chí " * 2000 + "\udc80\n")
    assert (tmp_path / "log").read_text().count("đồng chí ") == 2000
    assert stream.lost == 0


def test_the_program_logs_over_such_a_stream(capfd: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        configure_logs()
        structlog.get_logger().info("here", number=1)
        logging.getLogger("somebody").warning("there")
    finally:
        structlog.configure(**before)
        logging.getLogger().handlers.clear()
    told = capfd.readouterr().err
    assert "here" in told
    assert "there" in told
