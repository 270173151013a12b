"""The commands by noun: each hangs where it is looked for, and one does not load the others."""

import json
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import pytest
import typer
from typer.testing import CliRunner

import bot.cli
from bot.cli import NOUNS, app

ELSEWHERE = ("bot.app", "bot.web.chat", "bot.engine.planner", "handlers.routes", "starlette", "telegram")


def test_every_module_with_commands_of_its_own_is_a_noun() -> None:
    modules = (import_module(f"bot.cli.{one.name}") for one in iter_modules(bot.cli.__path__))
    hang = {
        one.__name__.rpartition(".")[2] for one in modules if isinstance(vars(one).get("app"), typer.Typer)
    }
    assert len(hang) > 5
    assert hang <= set(NOUNS)


def test_the_brake_loads_nothing_of_what_runs() -> None:
    asked = f"""import sys; from bot.cli import load; load("store")
print([one for one in {ELSEWHERE} if one in sys.modules])"""
    done = subprocess.run([sys.executable, "-c", asked], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("words", ["member list --bogus", "member import /nowhere", "bogus", "store backup"])
def test_a_mistake_in_the_words_is_json_where_json_was_asked_for(words: str) -> None:
    done = CliRunner().invoke(app, [*words.split(), "--json"])
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"]["message"]
