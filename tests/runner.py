"""The product's command line, armed to die at a named point or to meet a faulty disk.

python -m tests.runner run --config …     one command; NHIPCAU_MISCHIEF holds the mischief as JSON
python -m tests.runner                    a stable: forks a command for each order it reads

Mischief: `point` and `passage` (die there, by SIGKILL, at that passage), `pragmas` (SQLite's, for each
connection), `file_size` (bytes no file may outgrow), `constants` (dotted name → another value),
`chat_burst` (messages to one chat at once), `plant` (a fault of the product, to see that it is found),
`asleep` (its clocks are those of a machine that sleeps, `tests.acceptance.sleeper`).
An order is a line of JSON: id, argv, mischief, folder (where it runs), output and errors (files), env.
Answers: id and pid, then id and ended.
"""

import json
import os
import resource
import select
import signal
import sys
from functools import partial
from typing import Any

import bot.channels.telegram.channel
import bot.content
import bot.storage.sqlite
from bot.cli import NOUNS, load
from bot.cli import app as main
from bot.content.files import Folder
from bot.core.kernel.capabilities import Rates
from bot.core.talk.texts import Texts
from bot.engine import points
from tests.acceptance import sleeper
from tests.contents import CONTENT
from tests.crash.plants import PLANTS

POLL_S = 0.01
load(*NOUNS)


def arm(mischief: dict[str, Any]) -> None:
    """Prepare this process for what is to happen to it."""
    if "point" in mischief:
        _die_at(mischief["point"], mischief.get("passage", 1))
    bot.storage.sqlite.PRAGMAS += tuple(mischief.get("pragmas", ()))
    for name, value in mischief.get("constants", {}).items():
        module, _, constant = name.rpartition(".")
        assert hasattr(sys.modules[module], constant), name
        setattr(sys.modules[module], constant, value)
    if "chat_burst" in mischief:
        rates = partial(Rates, chat_burst=mischief["chat_burst"])
        bot.channels.telegram.channel.Rates = rates  # type: ignore[misc, assignment]
    if "plant" in mischief:
        PLANTS[mischief["plant"]]()
    if "asleep" in mischief:
        sleeper.fall_asleep()
    if "file_size" in mischief:
        size = mischief["file_size"]
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _die_at(point: str, passage: int) -> None:
    left = passage

    def hook(name: str) -> None:
        nonlocal left
        if name == point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    points.hook = hook


def _read_once() -> None:
    """The catalogues, which are most of what a start reads, are read here for all commands with the same."""
    read = bot.content.read_texts
    known: dict[tuple[str, ...], Texts] = {}

    def texts(folder: Folder) -> Texts:
        files = folder.files("texts", ".po")
        words = *files, *(folder.text(file) for file in files)
        if words not in known:
            known[words] = read(folder)
        return known[words]

    texts(Folder(CONTENT))
    bot.content.read_texts = texts


def stable() -> None:
    """Serve orders until there are no more. Python and the product are loaded once for all of them."""
    _read_once()
    running: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([0], [], [], POLL_S if running else None)
        if ready:
            line = sys.stdin.buffer.readline()
            if not line:
                break
            order = json.loads(line)
            pid = os.fork()
            if pid == 0:
                _ridden(order)
            running[pid] = order["id"]
            _say(id=order["id"], pid=pid)
        _reap(running)
    for pid in running:
        os.kill(pid, signal.SIGKILL)


def _reap(running: dict[int, int]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        _say(id=running.pop(pid), ended=os.waitstatus_to_exitcode(status))


def _say(**answer: int) -> None:
    os.write(1, json.dumps(answer).encode() + b"\n")


def _ridden(order: dict[str, Any]) -> None:
    """In the child: the command, and its end."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for name, number in (("output", 1), ("errors", 2)):
        os.dup2(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["env"])
    code = 70
    try:
        sys.argv = ["nhipcau", *order["argv"]]
        arm(order.get("mischief", {}))
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        arm(json.loads(os.environ.get("NHIPCAU_MISCHIEF", "{}")))
        main()
    else:
        stable()
