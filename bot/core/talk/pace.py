"""How many updates one chat may have handled: a flood costs its sender, not everybody else."""

BURST = 60  # updates one after another
A_SECOND = 2.0  # updates a second in the long run
KEPT = 4096  # chats remembered before those at rest are forgotten


class Pace:
    """A token bucket a chat. Times are seconds of any monotonic clock."""

    def __init__(self, burst: int = BURST, a_second: float = A_SECOND) -> None:
        self._burst = burst
        self._a_second = a_second
        self._full_at: dict[tuple[str, str], float] = {}  # chat → when its bucket will be full again
        self._told: set[tuple[str, str]] = set()

    def admits(self, chat: tuple[str, str], now: float) -> bool:
        """Whether one more update of this chat is handled; counts it if so."""
        full_at = max(now, self._full_at.get(chat, now)) + 1 / self._a_second
        if full_at - now > self._burst / self._a_second:
            return False
        self._full_at[chat] = full_at
        self._told.discard(chat)
        if len(self._full_at) > KEPT:
            self._full_at = {one: at for one, at in self._full_at.items() if at > now}
        return True

    def to_be_told(self, chat: tuple[str, str]) -> bool:
        """True once a flood: its sender is told to slow down one time, not at every update."""
        if chat in self._told:
            return False
        if len(self._told) > KEPT:
            self._told.clear()
        self._told.add(chat)
        return True
