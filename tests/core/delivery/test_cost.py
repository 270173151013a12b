"""What paid broadcasts may cost."""

import pytest

from bot.core.delivery.cost import stars_at_most


@pytest.mark.parametrize(
    ("messages", "stars"), [(0, 0), (1, 1), (10, 1), (11, 2), (1_000_000, 100_000), (1_000_001, 100_001)]
)
def test_ten_messages_are_a_star_and_a_part_of_one_is_one(messages: int, stars: int) -> None:
    assert stars_at_most(messages) == stars
