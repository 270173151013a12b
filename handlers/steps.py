"""Small things every conversation needs: where to go next."""

from bot.core.people.permissions import Act, may
from bot.core.talk.taps import Go
from handlers.turn import Rows, Turn


def next_steps(turn: Turn) -> Rows:
    """Members read or report; anybody else joins or asks for help."""
    if turn.member is None:
        return (
            (turn.button("button.start", Go("start")),),
            (turn.button("button.help", Go("trogiup")),),
        )
    if may(turn.member, Act.REPORT):
        return (
            (turn.button("button.latest", Go("moinhat")),),
            (turn.button("button.report", Go("baocao")),),
        )
    return (
        (turn.button("button.latest", Go("moinhat")),),
        (turn.button("button.help", Go("trogiup")),),
    )
