"""What somebody typed stays in their chat as it was before the guard: it is taken out, where they wish it."""

from bot.acts import replies
from bot.core.talk.form import FormState
from bot.core.talk.taps.screens import TakeOut
from handlers.steps import next_steps
from handlers.turn import Rows, Turn


def noted(turn: Turn, state: FormState) -> FormState:
    """The words of this update passed the guard: where the platform lets us, they can be taken out later."""
    here = turn.incoming.message_id
    return state.model_copy(update={"typed": (*state.typed, here)}) if here else state


def ways(turn: Turn, state: FormState) -> Rows:
    """The button that takes out what was typed into a form; none where nothing was, or it cannot be."""
    tap = TakeOut.of(state.typed)
    return ((turn.button("typed.take_out", tap),),) if tap is not None else ()


async def take_out(turn: Turn, tap: TakeOut) -> None:
    """The messages go out of the chat in which the button is."""
    if turn.member is None:
        turn.toast = turn.line("tap.stale")
        return
    await replies.take_out(turn.conn, turn.account, turn.chat_id, tap.numbers, turn.now)
    turn.toast = turn.line("typed.goes")
    await turn.buttons(next_steps(turn))
