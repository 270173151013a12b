"""Small things every conversation needs: where to go next, and ids from buttons."""

from bot.core.people.permissions import Act, may
from handlers.turn import Rows, Turn


def next_steps(turn: Turn) -> Rows:
    """Members read or report; anybody else joins or asks for help."""
    if turn.member is None:
        return ((turn.button("button.start", "go:start"),), (turn.button("button.help", "go:trogiup"),))
    if may(turn.member, Act.REPORT):
        return ((turn.button("button.latest", "go:moinhat"),), (turn.button("button.report", "go:baocao"),))
    return ((turn.button("button.latest", "go:moinhat"),), (turn.button("button.help", "go:trogiup"),))


def row_id(text: str) -> int | None:
    """A row's id from a button's data; None for what cannot be one: data can be forged."""
    return int(text) if text.isdecimal() and len(text) < 19 else None
