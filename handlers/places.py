"""Units as people pick and read them."""

from collections.abc import Mapping

from bot.core.talk.form import Choice
from bot.storage.people import units
from bot.storage.people.units import UnitRow
from handlers.turn import Turn


async def own_first(turn: Turn) -> list[Choice]:
    """The member's unit ("cả tỉnh …"), then every unit below it. Nobody without a unit sees any."""
    if turn.member is None or not turn.member.path:
        return []
    rows = await units.below(turn.conn, turn.member.path)
    return [
        Choice(value=row.code, label=_whole(row) if row.path == turn.member.path else {"vi": row.name})
        for row in rows
    ]


def _whole(row: UnitRow) -> dict[str, str]:
    return {"vi": f"Cả {row.name[:1].lower()}{row.name[1:]}", "en": f"All of {row.name}"}


def child_of(path: str, top: str) -> str:
    """The path of the unit directly below `top` that contains `path`, or `top` itself."""
    step = path.removeprefix(top).partition("/")[0]
    return f"{top}{step}/" if step else top


def by_child(counts: Mapping[str, int], rows: list[UnitRow], top: UnitRow) -> list[tuple[UnitRow, int]]:
    """Counts by unit code, gathered by the units directly below `top`; the largest first."""
    places = {row.path: row for row in rows}
    found: dict[str, int] = {}
    for row in rows:
        if row.code in counts:
            child = child_of(row.path, top.path)
            found[child] = found.get(child, 0) + counts[row.code]
    gathered = [(places.get(path, top), count) for path, count in found.items()]
    return sorted(gathered, key=lambda one: (-one[1], one[0].name))
