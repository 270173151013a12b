"""Lunar years by their names of the cycle of sixty: "Đinh Mùi" is 2027, and 1967."""

STEMS = ("giap", "at", "binh", "dinh", "mau", "ky", "canh", "tan", "nham", "quy")
BRANCHES = {
    **{"suu": 1, "dan": 2, "mao": 3, "meo": 3, "thin": 4, "ngo": 6, "mui": 7, "than": 8, "dau": 9},
    **{"tuat": 10, "hoi": 11, "ty": 0, "ti": 0},  # Tý, or Tỵ, which is 5: their stems tell them apart
}
_ROUND = 60
_FIRST = 4  # the year 4 was Giáp Tý


def place(words: str) -> int | None:
    """Where a year of this name, in plain letters, stands in the cycle; None where there is no such year."""
    stem, _, branch = words.partition(" ")
    first, second = STEMS.index(stem), BRANCHES[branch]
    if second == 0 and first % 2:
        second = 5
    return next((one for one in range(_ROUND) if one % 10 == first and one % 12 == second), None)


def nearest(number: int, year: int) -> int:
    """The year of that place in the cycle that is nearest to a year."""
    ahead = (number + _FIRST - year) % _ROUND
    return year + (ahead if ahead < _ROUND // 2 else ahead - _ROUND)
