"""Log lines that cannot be written cost nothing but themselves."""

import os
from pathlib import Path

import pytest

from bot.cli.run import configure_logs
from bot.logs import LogStream


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
    import logging

    import structlog

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
