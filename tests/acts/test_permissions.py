"""Role × act × place, through every door that offers the act; an act without a row here fails."""

from importlib import import_module

import pytest

from bot.core.people.permissions import Act
from tests.acts import (
    rows_addenda,
    rows_after,
    rows_approval,
    rows_conferences,
    rows_guidance,
    rows_meetings,
    rows_mends,
    rows_opinion,
    rows_people,
    rows_questions,
    rows_reading,
    rows_signing,
)
from tests.acts.matrix import PLACES, WHO, Row, build
from tests.handlers.village import Village

TABLE: dict[Act, Row] = {
    **rows_guidance.ROWS,
    **rows_approval.ROWS,
    **rows_addenda.ROWS,
    **rows_reading.ROWS,
    **rows_people.ROWS,
    **rows_after.ROWS,
    **rows_mends.ROWS,
    **rows_opinion.ROWS,
    **rows_meetings.ROWS,
    **rows_signing.ROWS,
    **rows_questions.ROWS,
    **rows_conferences.ROWS,
}
DOORS = [(act, door) for act, row in TABLE.items() for door in row.doors]


def test_every_act_has_a_row() -> None:
    assert set(TABLE) == set(Act)


@pytest.mark.parametrize("act", sorted(Act))
def test_an_acts_name_is_its_place(act: Act) -> None:
    module, _, name = act.partition(".")
    assert callable(getattr(import_module(f"bot.acts.{module}"), name))


@pytest.mark.parametrize(("act", "door"), DOORS, ids=[f"{act} by {door}" for act, door in DOORS])
async def test_it_is_done_only_by_who_may_where_they_may(home: Village, act: Act, door: str) -> None:
    world, row = await build(home), TABLE[act]
    wrong = []
    for place, unit in PLACES.items():
        if door == "shell":  # whoever has a shell may do every act everywhere
            assert await row.doors[door](world, "", unit), place
            continue
        for who in WHO:
            for homeless in (False, True):
                await world.rest()
                chat = await world.person(who, homeless)
                done = await row.doors[door](world, chat, unit)
                if done != row.allows(who, place, homeless):
                    wrong.append((who, place, "from nowhere" if homeless else "", done))
    assert wrong == []
