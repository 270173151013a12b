"""What paid broadcasts may cost, in Stars."""

MESSAGES_A_STAR = 10  # 0.1 Star for each accepted message above the free rate


def stars_at_most(messages: int) -> int:
    """The most that so many messages cost: as if none of them fell under the free rate."""
    return -(-messages // MESSAGES_A_STAR)
