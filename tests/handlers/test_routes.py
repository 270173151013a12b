"""Every command and every kind of tap has one answer, and one subject that it belongs to."""

from collections import Counter

import bot.core.talk.taps  # noqa: F401 - makes every kind known
from bot.core.talk.tap import Tap
from handlers import routes
from handlers.access import COMMANDS
from handlers.guidance import routes as guidance
from handlers.meetings import routes as meetings
from handlers.opinion import routes as opinion
from handlers.people import routes as people

SUBJECTS = (people, guidance, opinion, meetings)


def test_every_command_is_answered_and_none_twice() -> None:
    assert set(routes.ANSWERS) == set(COMMANDS)
    counted = Counter(name for one in SUBJECTS for name in one.ANSWERS)
    assert [name for name, times in counted.items() if times > 1] == []


def test_every_tap_is_answered_and_none_twice() -> None:
    assert set(routes.TAPS) == set(Tap.kinds.values())
    counted = Counter(kind for one in SUBJECTS for kind in one.TAPS)
    assert [kind.word for kind, times in counted.items() if times > 1] == []
