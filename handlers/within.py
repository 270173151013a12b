"""Words that name a command without its slash: beside any form, and within one that asks for a choice."""

from collections.abc import Awaitable, Callable

from bot.core.talk.form import PICKED, FormState, localized
from bot.core.talk.place import asking
from bot.core.talk.words import bare
from handlers import filling
from handlers.access import COMMANDS, open_to
from handlers.steps import labelled
from handlers.turn import Turn

AMBIGUOUS = frozenset({"moi"})  # "mới" is typed as "mời" is, where marks are left out
FOLLOWED = ("tonghop", "banxuly")  # commands after which words are read
PARTS = 3  # in which a command's name may be written
FEW = 5  # words after a command; more of them are a sentence that begins so
Run = Callable[[Turn, str], Awaitable[None]]


def named(turn: Turn, words: str) -> tuple[str, str] | None:
    """The command that words are, and what stands behind it; None where they may be meant otherwise."""
    if (label := labelled(turn, words)) is not None:
        return label, ""
    said = bare(words).split()
    whole = "".join(said)
    if whole in COMMANDS and COMMANDS[whole].listed and whole not in AMBIGUOUS:
        return whole, ""
    for count in range(1, min(PARTS, len(said) - 1) + 1):
        if "".join(said[:count]) in FOLLOWED and len(said) - count <= FEW:
            return "".join(said[:count]), words.split(maxsplit=count)[-1]
    return None


async def instead(turn: Turn, state: FormState, words: str, run: Run) -> bool:
    """What is done by words that a form does not take as its answer; False where they say nothing here."""
    known = turn.house.words
    exact = (named(turn, words) or ("", ""))[0]
    vague = known.command(words)
    if "trogiup" in (exact, vague) or known.asks_the_way(words):
        await _explain(turn, state)
    elif "khongphatsinh" in (exact, vague) and open_to("khongphatsinh", turn.member):
        await _nothing_new(turn, state, run, sure=bool(exact))
    elif exact and open_to(exact, turn.member):
        await run(turn, exact)
    elif known.leads_out(words) and _stops(turn, state, words):
        await filling.give_up(turn, state)
    else:
        return False
    return True


def _stops(turn: Turn, state: FormState, words: str) -> bool:
    """Whether words for the way out stop a form: at a question, and not "dung", which is "đúng" as well."""
    asked = asking(turn.house.forms[state.form], state) is not None
    return asked and not (words.isascii() and "dung" in bare(words).split())


async def _explain(turn: Turn, state: FormState) -> None:
    """How one goes on in a form, and the present screen again."""
    form = turn.house.forms[state.form]
    item = asking(form, state)
    how = "form.help_picked" if item is None or item.kind in PICKED else "form.help_typed"
    words = (*turn.text("form.help", title=localized(form.title, turn.language)), *turn.text(how))
    await filling.show_again(turn, state, (*words, *turn.text("form.help_ways")))


async def _nothing_new(turn: Turn, state: FormState, run: Run, *, sure: bool) -> None:
    """A report in which nothing was answered yet becomes a zero report; else it is said how one is made."""
    if sure and state.form == "opinion" and not (state.answers or state.context):
        await run(turn, "khongphatsinh")
        await filling.leave(turn, state)
    else:
        await filling.ask_again(turn, state, "form.zero_how")
