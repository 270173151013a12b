"""Small things every conversation needs: where to go next."""

from bot.core.people.permissions import Act, may
from bot.core.talk.taps.screens import Go
from bot.core.talk.words import bare
from handlers.access import COMMANDS, open_to
from handlers.turn import Rows, Turn

# Buttons that do what a command does, wherever they stand.
LABELS = {
    "button.start": "start",
    "button.help": "trogiup",
    "button.latest": "moinhat",
    "button.report": "baocao",
    "button.topics": "chude",
    "button.progress": "tiendo",
    "compose.another": "phat",
    "start.ask_to_join": "start",
    **{f"menu.{name}": name for name in COMMANDS},
}


def labelled(turn: Turn, words: str) -> str | None:
    """The command of a button whose label somebody typed, on the last screen or not."""
    said = bare(words)
    return next((name for key, name in LABELS.items() if bare(turn.line(key)) == said), None)


AFTER = {
    "compose": ("phat", "lich"),
    "change": ("lich", "tiendo"),
    "correct": ("tiendo", "lich"),
    "addendum": ("lich", "moinhat"),
    "invite": ("moi", "thanhvien"),
    "hoinghi": ("hoinghi", "lich"),
    "doihoinghi": ("hoinghi", "lich"),
    "diemcau": ("hoinghi", "moinhat"),
    "vangdiemcau": ("hoinghi", "moinhat"),
    "kiennghi": ("hoinghi", "moinhat"),
    "buoi": ("buoi", "moinhat"),
    "returning": ("duyet", "tiendo"),
    "gionghi": ("duyet", "lich"),
}
"""Where a form leads that was left: what it belongs to, and what is likely instead."""


def after(turn: Turn, form: str) -> Rows:
    """The likeliest steps after a form that was cancelled."""
    names = [name for name in AFTER.get(form, ()) if open_to(name, turn.member)]
    return tuple((turn.button(f"menu.{name}", Go(name)),) for name in names) or next_steps(turn)


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
