"""What is counted has the form of its number, in the shell as in the chat."""

import re
from pathlib import Path

from bot.cli.common import some

COUNTED = (
    "members|people|lines|accounts|briefings|broadcasts|deliveries|invitations|messages|replies|topics|units"
    "|updates|uses"
)
CLI = Path(__file__).parents[2] / "bot" / "cli"


def test_one_line_is_not_many() -> None:
    assert [some(n, "line") for n in (0, 1, 2)] == ["0 lines", "1 line", "2 lines"]
    assert [some(n, "person", "people") for n in (1, 21)] == ["1 person", "21 people"]


def test_no_command_counts_with_one_form_alone() -> None:
    """A noun in the plural right behind a value would be wrong for one."""
    written = "\n".join(path.read_text(encoding="utf-8") for path in sorted(CLI.glob("*.py")))
    assert re.findall(rf"\}} (?:\w+ )?(?:{COUNTED})\b", written) == []
