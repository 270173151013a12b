"""Whatever the program's streams are, a command does its work and ends in words."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}
EXPLAIN = ("-m", "bot", "schedule", "explain", "8h sáng mai")
TABLE = """
from bot.cli import streams
from bot.cli.common import show_table
streams.prepare()
with streams.answering():
    show_table(("t\\u00ean",), [("X\\u00e3 \\u0110\\u1eafk Ph\\u01a1i",)])
"""
# The number that the next file gets, to a file.
NEXT = """
import os, sys
from bot.cli import streams
streams.prepare()
print("said"), print("said", file=sys.stderr), sys.stdin.read()
number = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
os.write(number, str(number).encode())
"""
FULL = Path("/dev/full")


def shell(line: str, *argv: str, **env: str) -> Any:
    """What the shell does with `"$@"` being our Python with these words."""
    command = ["bash", "-c", line, "bash", sys.executable, *argv]
    return subprocess.run(command, env={**ENV, **env}, capture_output=True, check=False)


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize("argv", [EXPLAIN, (*EXPLAIN, "--json"), ("-c", TABLE), ("-m", "bot", "--help")])
def test_an_answer_on_a_full_disk_is_a_line_and_no_traceback(argv: tuple[str, ...]) -> None:
    done = shell('"$@" > /dev/full', *argv)
    assert done.returncode == 1
    assert b"cannot be written" in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
def test_a_refusal_keeps_its_code_where_it_cannot_be_said() -> None:
    for words in ("schedule explain abc", "schedule --bogus", "check --config /nowhere/config.toml"):
        assert shell('"$@" 2> /dev/full', "-m", "bot", *words.split()).returncode == 2, words


@pytest.mark.parametrize("argv", [(*EXPLAIN, "--json"), ("-c", TABLE)])
def test_a_pipe_that_is_closed_early_ends_without_a_word(argv: tuple[str, ...]) -> None:
    done = shell('"$@" | true; exit ${PIPESTATUS[0]}', *argv)
    assert done.returncode in (0, 1)  # 0: it was done before the pipe was closed
    assert done.stderr == b""


@pytest.mark.parametrize(
    "argv", [EXPLAIN, (*EXPLAIN, "--json"), ("-c", TABLE), ("-m", "bot", "opinion", "guard")]
)
def test_closed_streams_stop_nothing(argv: tuple[str, ...]) -> None:
    assert shell('"$@" <&- >&- 2>&-', *argv).returncode == 0


def test_the_number_of_a_closed_stream_goes_to_no_file(tmp_path: Path) -> None:
    for closed in ("<&- >&- 2>&-", "2>&-", ">&-", "<&-"):
        found = tmp_path / "number"
        assert shell(f'"$@" {closed}', "-c", NEXT, str(found)).returncode == 0
        assert int(found.read_text()) > 2, closed
        found.unlink()


@pytest.mark.parametrize("encoding", ["ascii", "cp1258"])
def test_what_is_said_is_utf_8_in_any_locale(encoding: str) -> None:
    given = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": encoding}
    done = shell('"$@"', "-c", TABLE, **given)
    assert done.returncode == 0
    assert "Xã Đắk Phơi" in done.stdout.decode("utf-8")


def test_a_name_that_is_no_text_is_told_of_with_its_bytes() -> None:
    done = shell("\"$@\" form check $'\\xff.toml' --json", "-m", "bot")
    assert done.returncode == 2
    assert "\\udcff.toml" in done.stdout.decode("utf-8")
    assert json.loads(done.stdout)
