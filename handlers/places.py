"""Units as people pick and read them."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.acts import places
from bot.acts.house import House
from bot.acts.places import Place
from bot.core.people.unit_names import JUST
from bot.core.people.units import above
from bot.core.talk.form import Choice
from handlers.turn import Turn


async def own_first(turn: Turn) -> list[Choice]:
    """The member's unit, then every unit below it. Nobody without a unit sees any."""
    return choices(turn.house, await _below(turn))


async def whole_first(turn: Turn) -> list[Choice]:
    """The same as whom something goes to: "Cả tỉnh …", with all that is below it, comes first."""
    rows = await _below(turn)
    found = choices(turn.house, rows)
    whole = {"label": _whole(rows[0]), "words": (rows[0].name, *found[0].words)} if rows else {}
    return [one.model_copy(update=whole) for one in found[:1]] + found[1:]


async def around(turn: Turn) -> list[Choice]:
    """Those, then what stands around the member's unit, up to its province; of like names, where each is."""
    if turn.member is None or not turn.member.path:
        return []
    rows = await places.around(turn.conn, turn.member.path, turn.moment.date())
    names, alike = {row.path: row.name for row in rows}, Counter(row.name for row in rows)
    found = []
    for row, one in zip(rows, choices(turn.house, rows), strict=True):
        where = names.get(above(row.path)[-2]) if alike[row.name] > 1 and len(above(row.path)) > 1 else None
        label = {"vi": f"{row.name} ({where})"} if where else one.label
        words = (f"{JUST}{row.name}", *one.words) if where else one.words
        found.append(one.model_copy(update={"label": label, "words": words}))
    return found


async def _below(turn: Turn) -> Sequence[Place]:
    if turn.member is None or not turn.member.path:
        return []
    return await places.below(turn.conn, turn.member.path, turn.moment.date())


def choices(house: House, rows: Iterable[Place]) -> list[Choice]:
    """Units as a form has them, with the old names that lead to each."""
    return [
        Choice(value=row.code, label={"vi": row.name}, words=tuple(house.former.get(row.code, ())))
        for row in rows
    ]


def _whole(row: Place) -> dict[str, str]:
    return {"vi": f"Cả {row.name[:1].lower()}{row.name[1:]}", "en": f"All of {row.name}"}
