"""The benchmarks still run: each can be imported and is listed, and the small ones measure a little."""

import asyncio
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import benchmarks
from benchmarks import figures, rates, reminding, scale, throughput
from benchmarks.__main__ import PARTS

ROOT = Path(benchmarks.__path__[0]).parent
# These run in an environment of their own, with another library.
APART = {"peer_aiogram"}
MODULES = [one.name for one in pkgutil.iter_modules(benchmarks.__path__) if one.name not in APART]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_of_the_benchmarks_can_be_imported(name: str) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    assert (PARTS.get(name) is module) == hasattr(module, "measure")


def test_the_program_lists_every_part() -> None:
    command = [sys.executable, "-m", "benchmarks", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    listed = " ".join(done.stdout.split())
    assert ", ".join(PARTS) in listed


def test_a_client_sends_what_the_throughput_is_measured_with(tmp_path: Path) -> None:
    template = tmp_path / "template.db"
    asyncio.run(throughput._template(template, 20))
    assert throughput._take("ours", 20, template, tmp_path).rate > 0


def test_a_run_ends_after_a_refusal_in_its_middle() -> None:
    seen, sent = asyncio.run(rates._whole(20, refuse_at=10, refuse_for=1))
    assert sent == 20
    assert seen["refused"]


def test_a_run_is_planned_while_people_ask(tmp_path: Path) -> None:
    asyncio.run(scale._people(tmp_path / "store.db", 200))
    planned, *waits = asyncio.run(scale._planning(tmp_path / "store.db", 200))
    assert planned.met
    assert len(waits) == 2


def test_a_reminder_is_planned(tmp_path: Path) -> None:
    took, reminded = asyncio.run(reminding.remind(tmp_path / "store.db", 200))
    assert took > 0
    assert reminded == 200 // reminding.UNREAD_ONE_IN


def test_figures_of_a_run_are_asked_for(tmp_path: Path) -> None:
    answered, took, _ = asyncio.run(figures._asked(tmp_path / "store.db", 200, 10, 1))
    assert answered > 0
    assert took > 0
