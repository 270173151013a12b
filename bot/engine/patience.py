"""How long an update may take in a group: the others wait for it, and the whole group is undone past that.

On a slow machine every update takes long, and a group that is undone for each handles no more than one at a
time: what is usual here and now is learnt, and only what takes several times as long is put aside.
"""

SLOW_S = 0.1  # an update that takes longer is taken back, and handled aside
SLOWEST_S = 0.4  # whatever is usual: others wait for no longer
TIMES = 4  # as long as usual is too long
SHARE = 0.1  # of what is usual, the last one's part


class Patience:
    """Learns how long updates take. `least_s`: so long is never too long (seconds)."""

    def __init__(self, least_s: float = SLOW_S, most_s: float = SLOWEST_S) -> None:
        self.least_s = least_s
        self._most_s = most_s
        self._usual_s = 0.0

    def seconds(self) -> float:
        """How long the next one may take."""
        return max(self.least_s, min(self._most_s, TIMES * self._usual_s))

    def took(self, seconds: float) -> None:
        """One took so long, or was taken back after it."""
        self._usual_s += SHARE * (seconds - self._usual_s)
