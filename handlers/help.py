"""/trogiup, and a short answer to whatever else somebody writes."""

import re
from functools import lru_cache

from bot.acts import briefings
from bot.core.kernel.formats import cut_short
from bot.core.kernel.richtext import Block, Span
from bot.core.opinion.guard import mask
from bot.core.people.members import Role
from bot.core.talk.form import Answer
from bot.core.talk.message import Button, Message
from bot.core.talk.offer import sought, sure
from bot.core.talk.tap import decode
from bot.core.talk.taps.people import Mine
from bot.core.talk.taps.questions import AskAbout
from bot.core.talk.taps.reading import Open
from bot.core.talk.taps.reports import OnMine
from bot.core.talk.taps.screens import Go, HelpOf
from bot.core.talk.texts import Texts
from bot.core.talk.words import Remark, bare, remark
from handlers import offers
from handlers.access import COMMANDS, PARTS, open_to, opened
from handlers.guidance import finding, verifying
from handlers.opinion import unasked
from handlers.people import joining, me
from handlers.steps import next_steps
from handlers.turn import Turn

SPOKEN = 6  # words of what is more likely said by people than looked for
MASKED = re.compile(r"\[[^\]]*\]")  # what the guard put in place of something
LABEL = 30  # characters of the words on a button that searches
SHOWN = 60  # characters of what somebody wrote that are said back
SCREENS = 256  # of help that are kept: languages, and roles that people have together
FEW = 8  # commands that are named all at once
FIRST, PRESSED = 5, 2  # of a longer list those that are used most: named, and with a button
MOST = 7  # buttons of one part
RIGHTS = "toi"  # the way out, and to one's data: it stands on the first screen of whoever is in
ALL = "all"  # the first screen, among the parts
# By how often people need them; of each role those come first that it has and others have not.
USED = (
    *("phat", "banxuly", "tiendo", "duyet", "xinvao"),
    *("moinhat", "baocao", "khongphatsinh", "cuatoi", "buoi", "chude", "hoi"),
)
WEEKLY = Go("khongphatsinh").encode()  # a choice of what asks for the week's report
LIKELY = ("moinhat", "baocao", "phat", "tiendo", "chude", "start")


async def help(turn: Turn) -> None:
    """What the person who asks can do here."""
    roles = None if turn.member is None else turn.member.roles
    await turn.send(_screen(turn.house.texts, turn.language, turn.house.owner, roles))


async def help_of(turn: Turn, tap: HelpOf) -> None:
    """One part of the help, as far as whoever presses may use it; or its first screen again."""
    roles = None if turn.member is None else turn.member.roles
    if tap.part == ALL:
        await turn.show(_screen(turn.house.texts, turn.language, turn.house.owner, roles))
        return
    names = _named(roles, tap.part)
    if not names:
        turn.toast = turn.line("tap.stale")
        return
    lines = tuple(_line(turn.house.texts, turn.language, name) for name in names)
    rows = tuple((turn.button(f"menu.{name}", Go(name)),) for name in names[:MOST])
    back = (turn.button("button.back", HelpOf(ALL)),)
    await turn.show(Message(text=(*turn.text(f"help.part_{tap.part}"), *lines), buttons=(*rows, back)))


@lru_cache(SCREENS)
def _screen(texts: Texts, language: str, owner: str, roles: frozenset[Role] | None) -> Message:
    """The same for all who have these roles (None: who is not in) and speak a language.

    A list that is long begins with what is used most; the rest is behind a button a part.
    """
    names = _named(roles)
    likely = [name for name in USED if name in names] or [name for name in LIKELY if name in names]
    head = texts.text(language, "help.stranger" if roles is None else "help.member", owner=owner)
    if len(names) <= FEW:
        shown, more, parts = names, texts.text(language, "help.more"), []
    else:
        shown, parts = [*likely[:FIRST], RIGHTS], [part for part in PARTS if _named(roles, part)]
        more = (*texts.text(language, "help.parts"), *texts.text(language, "help.more"))
    rows = [(Button.of(texts.line(language, f"menu.{name}"), Go(name)),) for name in likely[:PRESSED]]
    rows += [(Button.of(texts.line(language, f"help.part_{part}"), HelpOf(part)),) for part in parts]
    lines = (_line(texts, language, name) for name in shown)
    return Message(text=(*head, *lines, *more), buttons=tuple(rows))


def _named(roles: frozenset[Role] | None, part: str = "") -> list[str]:
    """The commands that the help names to who has these roles, in one part or in all."""
    mine = opened(roles) - (frozenset() if roles is None else {"start"})
    listed = ((name, access) for name, access in COMMANDS.items() if access.listed and name in mine)
    return [name for name, access in listed if part in ("", access.part)]


def _line(texts: Texts, language: str, name: str) -> Block:
    does = texts.line(language, f"menu.{name}")
    return Block(spans=(Span(text=f"/{name}", bold=True), Span(text=f": {does}")), kind="item", marker="•")


IN_A_FORM = ("cancel", "back", "send", "mend", "stay")  # buttons that mean something only in one


async def understand(turn: Turn, text: str) -> None:
    """Words outside any form: a command without its slash, "đã đọc", small talk; else what can be done."""
    if await verifying.forwarded(turn, text):
        return
    known = turn.house.words
    name = known.command(text) or bare(text).replace(" ", "")
    if known.means("full", text) or known.means("files", text):
        name = "moinhat"  # they stand below a briefing, which is to be opened first
    if turn.member is not None and known.means("read", text):
        await unread(turn)
    elif known.asks_larger(text):
        await turn.say("talk.larger", buttons=next_steps(turn))
    elif known.leads_out(text) and turn.member is not None:
        await me.act(turn, Mine("leave"))
    elif name in COMMANDS:
        await _offer(turn, name)
    elif known.means("stay", text) and WEEKLY in {one.data for one in (await offers.last(turn))[0]}:
        await _offer(turn, "khongphatsinh")
    elif any(known.means(button, text) for button in IN_A_FORM):
        await lost(turn, "lost.nothing_open")
    elif not await joining.typed_code(turn, text):
        await _remarked(turn, text, remark(text, known))


def says_nothing(turn: Turn, text: str) -> bool:
    """Whether words are thanks, a greeting or a nod, as people answer what asks them for any word."""
    said = remark(text, turn.house.words)
    return said is not None and said.kind in ("thanks", "greeting", "nod")


async def _offer(turn: Turn, name: str) -> None:
    """The command that was named, behind one button: words may be meant otherwise."""
    if not open_to(name, turn.member):
        await lost(turn, "lost.stranger" if turn.member is None else "lost.role")
        return
    button = turn.button("help.open", Go(name), what=turn.line(f"menu.{name}"))
    other = [row for row in next_steps(turn) if row[0].data != button.data][:1]
    await turn.say("help.meant", buttons=((button,), *other))


async def _remarked(turn: Turn, text: str, said: Remark | None) -> None:
    """Small talk is answered in kind; a search searches; for other words a search is offered."""
    if turn.member is None and await joining.still_waiting(turn):
        return
    if said is not None and said.kind in ("thanks", "greeting"):
        await turn.say(f"talk.{said.kind}", buttons=next_steps(turn))
    elif not open_to("tim", turn.member):
        await lost(turn, "lost.stranger" if turn.member is None else "lost.role")
    elif said is not None and said.kind == "nod":
        await _nodded(turn)
    elif turn.house.words.asks_the_way(text):
        await _offer(turn, "trogiup")
    elif said is not None and said.kind == "search":
        turn.arguments = said.words
        await finding.search(turn)
    else:
        await _offer_search(turn, text, said)


async def _offer_search(turn: Turn, text: str, said: Remark | None) -> None:
    answer = unasked.kept(turn, text) if said is None else None
    clean = text if turn.member is None else mask(text).text  # what is said back stands in the store for days
    plain = " ".join(clean.split())
    shown, words = cut_short(plain, SHOWN), plain if said is None else mask(said.words).text
    words = " ".join(MASKED.sub(" ", words).split())
    wanted = sought(words)
    if wanted is None:
        await turn.say("lost.unclear", words=shown, buttons=next_steps(turn))
        return
    label = cut_short(words, LABEL)
    search = (turn.button("help.search", wanted, words=label),)
    if said is None and (mend := await _mendable(turn)) is not None:
        rows = ((turn.button("mine.mend", mend),), search)
        await turn.say("lost.mendable", words=shown, code=mend.report, buttons=rows)
        return
    if said is None and open_to("baocao", turn.member):
        await _offer_report(turn, text, shown, search, answer)
        return
    other = next_steps(turn)[:1]
    if said is not None and open_to("hoi", turn.member):
        other = ((turn.button("question.ask", AskAbout(0)),),)
    await turn.say("lost.words" if said is None else "talk.question", words=shown, buttons=(search, *other))


async def _offer_report(
    turn: Turn, text: str, shown: str, search: tuple[Button, ...], answer: Answer | None
) -> None:
    """Words of who reports: to be looked for, or what people say, which need not be typed again."""
    report = (turn.button("button.report", unasked.BUTTON),)
    rows = (report, search) if len(text.split()) >= SPOKEN else (search, report)
    words = turn.text("lost.words" if answer is None else "lost.told", words=shown)
    await turn.send(Message(text=(*words, *unasked.too_long(turn, text)), buttons=rows))
    if answer is not None:
        await unasked.hand_on(turn, answer)


async def _mendable(turn: Turn) -> OnMine | None:
    """The one report that the last screen offers to mend: words below it are likely what it lacks."""
    taps = {decode(one.data) for one in (await offers.last(turn))[0]}
    found = [tap for tap in taps if isinstance(tap, OnMine) and tap.step == "mend"]
    return found[0] if len(found) == 1 else None


async def lost(turn: Turn, key: str) -> None:
    """Say why nothing was done, with the two likeliest next steps."""
    if key == "lost.stranger" and await joining.still_waiting(turn):
        return
    await turn.say(key, buttons=next_steps(turn))


async def not_read(turn: Turn, kind: str) -> None:
    """What came is nothing that is read here, an edit of an earlier message among it."""
    key = "lost.edited" if kind == "edited" else "lost.kind"
    await turn.say(key, what=turn.line(f"kind.{kind}"), buttons=next_steps(turn))


async def _nodded(turn: Turn) -> None:
    """An "ok" confirms nothing by itself: what is asked, or to be read, is named, else what can be done."""
    offered, _ = await offers.last(turn)
    if (yes := sure(offered)) or WEEKLY in {one.data for one in offered}:
        turn.toast = turn.line("talk.sure", yes=yes) if yes else turn.line("talk.not_chosen")
        await offers.remark(turn, offered)
    elif await briefings.unread(turn.context) is not None:
        await unread(turn)
    else:
        await turn.say("talk.nod", buttons=next_steps(turn))


async def unread(turn: Turn) -> None:
    """Words confirm only what stands in front of who writes: the latest that was not is shown the way to."""
    found = await briefings.unread(turn.context)
    if found is None:
        await lost(turn, "ack.nothing")
        return
    title = found.briefing.body(turn.language).title
    buttons = ((turn.button("ack.open", Open(found.id)),), *next_steps(turn)[1:])
    await turn.say("ack.read_first", title=title, buttons=buttons)
