"""Whether a briefing may go out: its days, the time wished, the roles; and a broadcast in one word."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.guidance.audience import LISTENERS
from bot.core.guidance.briefing import Body, Briefing
from bot.core.guidance.broadcast import Obstacle, differs, fit, overall
from bot.core.schedule.occurrences import Monthly, Once

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PLAIN = Briefing(
    slug="x",
    topic="t",
    issuer="i",
    number="",
    issued_on=date(2026, 11, 1),
    source="",
    bodies={"vi": Body(title="T", brief=())},
)
MONTHLY = Monthly(day=31, hour=8, minute=0, timezone="Asia/Ho_Chi_Minh")


def at(**ahead: float) -> Once:
    return Once(at=int((NOW + timedelta(**ahead)).timestamp() * 1000))


@pytest.mark.parametrize(
    ("schedule", "validity", "found"),
    [
        (at(), {}, None),
        (at(seconds=-30), {}, None),  # it passed while it was being confirmed
        (at(minutes=-2), {}, Obstacle.PAST),
        (at(days=365), {}, None),
        (at(days=367), {}, Obstacle.TOO_FAR),
        (at(), {"valid_until": date(2026, 11, 26)}, None),
        (at(), {"valid_until": date(2023, 12, 31)}, Obstacle.EXPIRED),
        (at(hours=17), {"valid_until": date(2026, 11, 26)}, Obstacle.EXPIRED),  # past midnight there
        (at(), {"not_before": date(2026, 11, 27)}, Obstacle.TOO_EARLY),
        (at(days=1), {"not_before": date(2026, 11, 27)}, None),
        (MONTHLY, {"valid_until": date(2026, 11, 29)}, Obstacle.EXPIRED),
        (MONTHLY, {"not_before": date(2026, 12, 1)}, Obstacle.TOO_EARLY),
    ],
)
def test_a_briefing_goes_out_only_while_it_is_valid_and_at_a_time_to_come(
    schedule: Once | Monthly, validity: dict[str, date], found: Obstacle | None
) -> None:
    said = PLAIN.model_copy(update=validity)
    assert fit(said, LISTENERS, schedule, NOW) == (found or schedule)


def test_nobody_is_meant_without_a_role() -> None:
    assert fit(PLAIN, frozenset(), at(), NOW) is Obstacle.NO_ROLES


def test_what_recurs_ends_with_the_briefings_validity() -> None:
    said = PLAIN.model_copy(update={"valid_until": date(2027, 1, 15)})
    assert fit(said, LISTENERS, MONTHLY, NOW) == MONTHLY.model_copy(update={"until": date(2027, 1, 15)})


@pytest.mark.parametrize(
    ("state", "runs", "word"),
    [
        ("scheduled", [], "scheduled"),
        ("cancelled", [], "cancelled"),
        ("finished", ["running"], "running"),
        ("finished", ["held"], "paused"),
        ("scheduled", ["finished"], "scheduled"),
        ("finished", ["finished", "missed"], "missed"),
        ("cancelled", ["cancelling"], "cancelled"),
        ("scheduled", ["differs"], "differs"),
        ("paused", ["finished", "differs"], "differs"),
    ],
)
def test_a_broadcast_in_one_word(state: str, runs: list[str], word: str) -> None:
    assert overall(state, runs) == word


@pytest.mark.parametrize(
    ("promised", "planned", "asks"),
    [
        (100, 100, False),
        (100, 102, False),
        (100, 98, False),
        (100, 97, True),
        (100, 60, True),
        (100, 103, True),
        (5, 3, False),
        (5, 8, True),
        (1, 0, True),
        (0, 0, True),
        (None, 0, True),
        (None, 1000, False),
        (100_000, 98_000, False),
        (100_000, 97_999, True),
    ],
)
def test_more_than_a_few_and_two_in_a_hundred_off_is_asked_about(
    promised: int | None, planned: int, asks: bool
) -> None:
    assert differs(promised, planned) is asks
