"""How many wrong codes are borne before somebody waits."""

OF_A_CHAT = 5  # an hour
IN_ALL = 100  # an hour; from then on a chat has one
REPORTED = 20  # in all, an hour: administrators are told


def may_try(of_chat: int, in_all: int) -> bool:
    """Whether one more code is looked at, after so many wrong ones within the hour."""
    return of_chat < (OF_A_CHAT if in_all < IN_ALL else 1)


def is_to_be_reported(of_chat: int, in_all: int) -> bool:
    """Whether so many wrong codes within the hour are no mistakes of typing any more."""
    return of_chat >= OF_A_CHAT or in_all >= REPORTED
