"""/lienket: one person's second account. A code from the first is typed on the second."""

from bot.acts import linking
from bot.acts.context import Refusal
from bot.core.people.codes import given_code, grouped
from handlers.people.me import here
from handlers.people.menus import show_menus
from handlers.steps import next_steps
from handlers.turn import Turn


async def offer(turn: Turn) -> None:
    """Show a member a code for their other account; take one that is given with the command."""
    written = given_code(turn.arguments)
    if written is not None and await link(turn, written.letters):
        return
    code = await linking.offer(turn.context)
    if isinstance(code, Refusal):
        await turn.say("link.how", buttons=next_steps(turn))
    else:
        await turn.say("link.code", code=grouped(code), buttons=(*await here(turn), *next_steps(turn)))


async def link(turn: Turn, letters: str) -> bool:
    """Join this chat to the member whose code it is; False where it is nobody's."""
    done = await linking.join(turn.context, letters)
    if isinstance(done, Refusal):
        if done.key == "link.unknown":
            return False
        await turn.say(done.key, buttons=next_steps(turn))
        return True
    turn.member = done.member
    name = done.member.name if done.member else ""
    await turn.say("link.done", name=name, buttons=(*await here(turn), *next_steps(turn)))
    await show_menus(turn, done)
    return True
