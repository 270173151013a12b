"""The folder with personal invitations: a page of cards to print, and the list that holds their codes."""

import csv
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.acts.import_rows import Person
from bot.acts.imports import Invited
from bot.content import Content
from bot.core.kernel.errors import Refused
from bot.core.kernel.formats import read_day
from bot.core.people.members import Role
from bot.reports.cards import Card, page

CARDS, LIST = "giay-moi.html", "giay-moi.csv"
COLUMNS = ("name", "unit", "roles", "code", "link", "until")
DAY = "%d/%m/%Y"
FORMULA = tuple("=+-@\t\r")  # what programs for sheets take for the beginning of one


class Folder:
    """One folder of them, made when something is written there; its files are their owner's alone.

    The list is the only place that knows who has a card: the store keeps no name of who is not in.
    """

    def __init__(self, path: Path, content: Content, zone: ZoneInfo) -> None:
        self._path = path
        self._content = content
        self._zone = zone
        self._names = {unit.code: unit.name for unit in content.units}

    def without_card(self, people: Sequence[Person], today: date) -> list[Person]:
        """Those of whom the list has no card that still admits them. Raises Refused: it cannot be read."""
        kept = Counter((card.name, card.unit, card.roles) for card in self._kept(today))
        found = []
        for one in people:
            who = (one.member.name, self._names[one.member.unit], self._roles(one.member.roles))
            if kept[who] > 0:
                kept[who] -= 1
            else:
                found.append(one)
        return found

    def add(self, made: Sequence[Invited], today: date) -> None:
        """New cards beside those that still admit somebody."""
        cards = [*self._kept(today), *map(self._card, made)]
        words = [self._content.texts.line("vi", f"card.{key}") for key in ("title", "how", "until")]
        table = StringIO()
        writer = csv.writer(table)
        writer.writerow(COLUMNS)
        for card in cards:
            cells = (card.name, card.unit, card.roles, card.code, card.link or "", card.until)
            writer.writerow(map(_inert, cells))
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in ((CARDS, page(cards, words)), (LIST, "\ufeff" + table.getvalue())):
            path = self._path / name
            path.touch()
            path.chmod(0o600)  # it may have stood there, open to others
            path.write_text(text, encoding="utf-8")

    def _kept(self, today: date) -> list[Card]:
        try:
            text = (self._path / LIST).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return []
        except UnicodeDecodeError:
            text = "?"
        rows = csv.DictReader(StringIO(text))
        if text and tuple(rows.fieldnames or ()) != COLUMNS:  # codes stand in it that are nowhere else
            raise Refused(f"{self._path / LIST} is not as it was written: move it elsewhere first")
        cards = [Card(*(_said(row.get(name) or "") for name in COLUMNS)) for row in rows]
        return [card for card in cards if _still(card.until, today)]

    def _roles(self, roles: frozenset[Role]) -> str:
        return ", ".join(self._content.texts.line("vi", f"role.{role}") for role in sorted(roles))

    def _card(self, one: Invited) -> Card:
        until = datetime.fromtimestamp(one.expires_at / 1000, self._zone).strftime(DAY)
        who = one.member
        return Card(who.name, self._names[who.unit], self._roles(who.roles), one.code, one.link, until)


def _still(until: str, today: date) -> bool:
    try:
        return read_day(until) >= today
    except ValueError:
        return False


def _inert(cell: str) -> str:
    """A cell that no program takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _said(cell: str) -> str:
    """What `_inert` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
