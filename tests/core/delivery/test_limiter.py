"""The limiter against simulated platforms: full use of what they grant, and no burst."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.delivery.limiter import CATCH_UP, DEFAULT_PAUSE, KEPT, Limiter
from bot.core.kernel.capabilities import Rates

RATES = Rates(account=30.0)


@dataclass
class Platform:
    """A token bucket. While a ban lasts it refuses everything, with what is left of it as retry_after."""

    rate: float
    burst: float
    ban_at: float = float("inf")
    ban: float = 5.0
    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    tokens: float = field(init=False)
    seen: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def answer(self, now: float) -> float | None:
        """None where it accepts, else retry_after."""
        self.tokens = min(self.burst, self.tokens + (now - self.seen) * self.rate)
        self.seen = now
        banned = self.ban_at <= now < self.ban_at + self.ban
        if banned or self.tokens < 1 - 1e-9:
            self.refused.append(now)
            return self.ban_at + self.ban - now if banned else 1.0
        self.tokens -= 1
        self.accepted.append(now)
        return None


@dataclass(frozen=True)
class Line:
    """How far the platform is, and how unpunctual we are, in seconds."""

    latency: float = 0.05
    oversleep: float = 0.02
    jitter: float = 0.001
    window: int = 256


def broadcast(platform: Platform, seconds: float, line: Line, seed: int = 1) -> list[float]:
    """Sends to one chat after another as the limiter admits; when each message left us."""
    chance, chats, order = Random(seed), (f"chat{number}" for number in count()), count()
    limiter, inflight, sent = Limiter(RATES, 0.0), 0, []
    events: list[tuple[float, int, str, str]] = [(0.0, next(order), "wake", "")]
    answers: dict[str, float | None] = {}

    def later(at: float, what: str, chat: str = "") -> None:
        heappush(events, (at, next(order), what, chat))

    while events[0][0] < seconds:
        now, _, what, chat = heappop(events)
        if what == "wake":
            for chat in take(limiter, now, line.window - inflight, chats):
                inflight += 1
                sent.append(now)
                later(now + line.latency / 2 + chance.uniform(0, line.jitter), "arrive", chat)
            later(max(limiter.next_at(now), now + 0.001) + chance.uniform(0, line.oversleep), "wake")
        elif what == "arrive":
            answers[chat] = platform.answer(now)
            later(now + line.latency / 2, "return", chat)
        else:
            inflight -= 1
            pause = answers.pop(chat)
            if pause is None:
                limiter.succeeded(now, chat)
            else:
                limiter.throttled(now, chat, pause)
    return sent


def take(limiter: Limiter, now: float, limit: int, chats: Iterator[str]) -> list[str]:
    taken = [next(chats) for _ in range(limiter.available(now, limit))]
    for chat in taken:
        limiter.take(now, chat)
    return taken


def busiest_second(times: list[float]) -> int:
    return max(
        (sum(start <= at < start + 1 for at in times[i : i + 60]) for i, start in enumerate(times)), default=0
    )


@pytest.mark.parametrize("oversleep", [0.0, 0.005, 0.04])
def test_a_bucket_with_slack_is_used_to_the_full(oversleep: float) -> None:
    platform = Platform(30, 30)
    sent = broadcast(platform, 60, Line(oversleep=oversleep))
    assert platform.refused == []
    assert len(platform.accepted) >= 0.99 * 30 * 60
    assert busiest_second(sent) <= 32


@pytest.mark.parametrize("seed", range(5))
def test_a_bucket_without_slack_is_used_with_few_refusals(seed: int) -> None:
    platform = Platform(30, 1)
    minutes = 3
    broadcast(platform, 20 + 60 * minutes, Line(oversleep=0.003, jitter=0.001), seed)
    assert sum(at >= 20 for at in platform.accepted) >= 0.9 * 30 * 60 * minutes
    for minute in range(minutes):
        start = 20 + 60 * minute
        assert sum(start <= at < start + 60 for at in platform.refused) <= 1


@pytest.mark.parametrize("latency", [0.05, 1.6])
def test_a_ban_in_the_middle_is_waited_out_and_followed_by_no_burst(latency: float) -> None:
    platform = Platform(30, 30, ban_at=10)
    line = Line(latency=latency, oversleep=0.003)
    sent = broadcast(platform, 30, line)
    window = 30 * latency
    assert len(platform.refused) <= window + 4
    assert not any(10 + latency + 0.2 < at < 15 for at in sent)
    after = [at for at in sent if at >= 15]
    assert busiest_second(after) <= 31
    assert sum(at < 16 for at in after) <= 0.75 * 30
    assert len([at for at in after if 20 <= at < 30]) >= 0.9 * 300


def test_the_first_moment_has_no_burst() -> None:
    limiter = Limiter(RATES, 100.0)
    assert limiter.available(100.0, 1000) == 1
    limiter.take(100.0, "a")
    assert limiter.available(100.0, 1000) == 0
    assert limiter.next_at(100.0) == pytest.approx(100 + 1 / 30)
    assert limiter.available(limiter.next_at(100.0), 1000) == 1


def test_what_is_made_good_is_bounded() -> None:
    limiter = Limiter(RATES, 0.0)
    assert limiter.available(3600.0, 1000) == 1 + int(CATCH_UP * 30)
    assert limiter.available(3600.0, 1) == 1
    assert limiter.available(3600.0, 0) == 0


def test_a_private_chat_bears_a_few_at_once_and_then_one_a_second() -> None:
    limiter = Limiter(RATES, 0.0)
    for _ in range(5):
        assert limiter.chat_ready_at("7", 0.0) == 0.0
        limiter.take(0.0, "7")
    assert limiter.chat_ready_at("7", 0.0) == pytest.approx(1.0, abs=1e-5)
    assert limiter.chat_ready_at("8", 0.0) == 0.0
    assert limiter.chat_ready_at("7", 5.0) == 5.0


def test_a_group_bears_twenty_a_minute() -> None:
    limiter, now = Limiter(RATES, 0.0), 0.0
    for _ in range(20):
        now = limiter.chat_ready_at("-100", now)
        limiter.take(now, "-100")
    assert now == pytest.approx(57.0, abs=0.01)


def test_a_lone_refusal_holds_back_its_chat_only() -> None:
    limiter = Limiter(RATES, 0.0)
    limiter.throttled(0.0, "a", 5.0)
    assert limiter.chat_ready_at("a", 0.0) == 5.0
    assert limiter.chat_ready_at("b", 0.0) == 0.0
    assert limiter.available(0.0, 9) == 1


def test_the_longest_pause_wins_and_nothing_clears_it() -> None:
    limiter = Limiter(RATES, 0.0)
    limiter.throttled(0.0, "a", None)
    limiter.throttled(1.0, "a", 2.0)
    limiter.succeeded(2.0, "a")
    limiter.take(2.0, "a")
    assert limiter.chat_ready_at("a", 3.0) == DEFAULT_PAUSE


def test_several_chats_refused_within_a_second_pause_the_account() -> None:
    limiter = Limiter(RATES, 0.0)
    for number, pause in enumerate((4.0, 9.0, 1.0)):
        assert limiter.available(0.1 * number, 9) == 1
        limiter.throttled(0.1 * number, str(number), pause)
    limiter.succeeded(0.4, "other")
    assert limiter.available(9.0, 9) == 0
    assert limiter.next_at(0.4) == pytest.approx(9.1)
    assert limiter.available(9.1, 9) == 1


def test_refusals_of_one_chat_or_far_apart_do_not() -> None:
    limiter = Limiter(RATES, 0.0)
    for number in range(20):
        limiter.throttled(number * 0.1, "a", 1.0)
    for number in range(20):
        limiter.throttled(10 + number * 0.6, str(number), 1.0)
        assert limiter.available(10 + number * 0.6, 9) >= 1


def test_a_chat_accepted_meanwhile_is_no_witness_against_the_account() -> None:
    limiter = Limiter(RATES, 0.0)
    limiter.throttled(0.0, "a", 0.2)
    limiter.succeeded(0.3, "a")
    limiter.throttled(0.4, "b", 5.0)
    limiter.throttled(0.5, "c", 5.0)
    assert limiter.available(0.6, 9) == 1


def test_the_rate_falls_to_a_floor_and_rises_slowly() -> None:
    limiter, now = Limiter(RATES, 0.0), 0.0
    for _ in range(200):
        now += 2
        limiter.throttled(now, "a", 1.0)
    limiter.take(now, "b")
    assert limiter.next_at(now) - now == pytest.approx(1 / 3)
    for _ in range(4000):
        now += 1
        limiter.succeeded(now, "b")
    limiter.take(now, "b")
    assert limiter.next_at(now + 1) - (now + 1) <= 1 / 30


def test_many_refusals_at_once_lower_the_rate_once() -> None:
    limiter = Limiter(RATES, 0.0)
    for _ in range(50):
        limiter.throttled(0.5, "a", 0.1)
    limiter.take(1.0, "b")
    assert limiter.next_at(1.0) - 1.0 == pytest.approx(1 / (30 * 0.97))


def test_memory_does_not_grow_with_the_audience() -> None:
    limiter = Limiter(Rates(account=1e5), 0.0)
    for number in range(20_000):
        limiter.take(number / 100, str(number))
        limiter.throttled(number / 100, str(number), 1.0)
    assert len(limiter._booked) + len(limiter._held) <= 2 * KEPT
    assert len(limiter._witnesses) <= 101


@given(
    st.floats(0.5, 200),
    st.lists(
        st.tuples(st.floats(0, 0.5), st.sampled_from(["go", "ok", "no", "wait"]), st.integers(0, 4)),
        max_size=80,
    ),
)
@settings(max_examples=100)
def test_never_more_than_the_rate_whatever_happens(rate: float, acts: list[tuple[float, str, int]]) -> None:
    limiter, now, taken = Limiter(Rates(account=rate), 0.0), 0.0, []
    for step, act, chat in acts:
        now = limiter.next_at(now) if act == "wait" else now + step
        if act == "no":
            limiter.throttled(now, str(chat), step)
        elif act == "ok":
            limiter.succeeded(now, str(chat))
        else:
            for _ in range(limiter.available(now, 50)):
                limiter.take(now, str(chat))
                taken.append(now)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first <= (taken[last] - taken[first] + CATCH_UP) * rate + 1e-3


def test_a_message_that_is_late_holds_the_next_where_the_platform_is_strict() -> None:
    limiter = Limiter(RATES, 0.0)
    assert limiter.write_at(1.0, 0.9) == 1.0  # not refused yet: each at its own slot
    limiter.throttled(1.0, "a", 1.0)
    slot = limiter.next_at(2.0)
    limiter.take(slot, "b")
    late = limiter.next_at(slot)
    limiter.take(late, "c")
    limiter.wrote(slot + 0.030)
    assert limiter.write_at(late, late) == pytest.approx(slot + 0.030 + (late - slot), abs=1e-3)
    limiter.wrote(limiter.write_at(late, late))
    assert limiter.next_at(late) >= late + 0.030 + (late - slot) - 1e-3  # and what follows is not hurried


def test_a_fast_account_is_not_slowed_to_one_message_at_a_time_by_a_refusal() -> None:
    limiter = Limiter(Rates(account=1000.0), 0.0)
    limiter.throttled(1.0, "a", 0.1)
    sent = 0
    for beat in range(200):  # a cycle every five milliseconds
        now = 2.0 + beat * 0.005
        for at in range(limiter.available(now, 256)):
            limiter.take(now, f"{beat}.{at}")
            sent += 1
        assert limiter.write_at(now, now) == now
    assert sent > 900
