"""Personal invitations on paper: one A4 page of cards to cut out, each with a name, a code and a QR code."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

import segno

from bot.core.people.codes import grouped

_STYLE = """
@page { size: A4; margin: 12mm }
body { font: 16px/1.35 system-ui, sans-serif; margin: 0; color: #111; background: #fff }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(82mm, 1fr)); gap: 4mm; padding: 4mm }
.card { border: 1px dashed #555; padding: 4mm; break-inside: avoid }
.card { display: flex; gap: 4mm; align-items: center }
.card svg { width: 30mm; height: 30mm; flex: none }
.card p { margin: 0 0 1mm } .code { font: 700 17px ui-monospace, monospace }
@media print { .cards { padding: 0.5mm } }
"""


@dataclass(frozen=True, slots=True)
class Card:
    """One person's invitation. `link` None where no account has one yet: the code is typed then."""

    name: str
    unit: str
    roles: str
    code: str
    link: str | None
    until: str


def page(cards: Sequence[Card], words: Sequence[str]) -> str:
    """The cards as one HTML page that prints well. `words`: title, how to join, what precedes the day."""
    title, how, until = (escape(one) for one in words)
    drawn = "\n".join(_card(card, how, until) for card in cards)
    return (
        f'<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n"
        f'<body><main class="cards">\n{drawn}\n</main></body></html>\n'
    )


def _card(card: Card, how: str, until: str) -> str:
    drawn = BytesIO()
    # Without a size of its own it is drawn as large as the page says, and not cut off.
    segno.make(card.link or card.code, error="m").save(
        drawn, kind="svg", xmldecl=False, border=2, omitsize=True
    )
    return (
        f'<section class="card">{drawn.getvalue().decode()}<div><p><strong>{escape(card.name)}</strong></p>'
        f"<p>{escape(card.unit)}<br>{escape(card.roles)}</p><p>{how}</p>"
        f'<p class="code">{escape(grouped(card.code))}</p><p>{until} {escape(card.until)}</p></div></section>'
    )
