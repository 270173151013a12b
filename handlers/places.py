"""Units as people pick and read them."""

from bot.acts import places
from bot.acts.places import Place
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
