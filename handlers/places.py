"""Units as people pick and read them."""

from collections.abc import Mapping

from bot.acts import places
from bot.acts.places import Place
from bot.core.guidance.figures import child_of
from bot.core.talk.form import Choice
from handlers.turn import Turn


async def own_first(turn: Turn) -> list[Choice]:
    """The member's unit ("cả tỉnh …"), then every unit below it. Nobody without a unit sees any."""
    if turn.member is None or not turn.member.path:
        return []
    rows = await places.below(turn.conn, turn.member.path, turn.moment.date())
    return [
        Choice(value=row.code, label=_whole(row) if row.path == turn.member.path else {"vi": row.name})
        for row in rows
    ]


def _whole(row: Place) -> dict[str, str]:
    return {"vi": f"Cả {row.name[:1].lower()}{row.name[1:]}", "en": f"All of {row.name}"}


def by_child(counts: Mapping[str, int], rows: list[Place], top: Place) -> list[tuple[Place, int]]:
    """Counts by unit code, gathered by the units directly below `top`; the largest first."""
    by_path = {row.path: row for row in rows}
    found: dict[str, int] = {}
    for row in rows:
        if row.code in counts:
            child = child_of(row.path, top.path)
            found[child] = found.get(child, 0) + counts[row.code]
    gathered = [(by_path.get(path, top), count) for path, count in found.items()]
    return sorted(gathered, key=lambda one: (-one[1], one[0].name))
