"""What of an account's platform is in order, as its answers tell: messages, each other method, files."""

import sys

import structlog

from bot.core.delivery.breaker import Breaker, State
from bot.core.delivery.outcome import NotSent, Outcome, Uncertain
from bot.core.ports import AnswerTap, DeletePart, EditPart, Request, SendPart, SetMenu
from bot.engine.times import Clock

log = structlog.get_logger()


class Breakers:
    """An account's breakers. `messages`: of what goes to people; `files`: of those with a file.

    `methods`: of what may be asked again without harm, each method's: where one fails the others go on.
    """

    def __init__(self, account: str, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self.messages = Breaker()
        self.methods: dict[type[Request], Breaker] = {
            EditPart: Breaker(),
            DeletePart: Breaker(),
            AnswerTap: Breaker(),
            SetMenu: Breaker(),
        }
        self.files = Breaker()

    def may_ask(self, method: type[Request]) -> int:
        """How many requests of a method beside messages may be made now: one, where it may be back."""
        breaker, now = self.methods[method], self._clock.monotonic()
        return sys.maxsize if breaker.state is State.CLOSED else int(breaker.next_at(now) <= now)

    def allow(self, request: Request) -> bool:
        """Whether this request is made now; a message without a file always is, once it was claimed."""
        breaker = self.files if _has_file(request) else self.methods.get(type(request))
        return breaker is None or breaker.allow(self._clock.monotonic())

    def failing(self) -> list[str]:
        """The methods beside messages that are not asked now, as they have failed."""
        named = {_named(one): breaker for one, breaker in self.methods.items()} | {"files": self.files}
        return [name for name, breaker in named.items() if breaker.state is not State.CLOSED]

    def probed(self, outcome: Outcome) -> None:
        """The platform was asked something harmless."""
        self._judge(self.messages, _named(SendPart), outcome)

    def learn(self, request: Request, outcome: Outcome) -> None:
        """The platform answered a request, or did not."""
        method = type(request)
        if not _has_file(request):
            self._judge(self.methods.get(method, self.messages), _named(method), outcome)
            return
        # A platform that is out of order takes no files either; one that only takes no files is not.
        alone = self.files.state is not State.CLOSED and _is_bad(outcome)
        self._judge(self.files, "files", outcome)
        if not alone:
            self._judge(self.messages, _named(method), outcome)

    def _judge(self, breaker: Breaker, name: str, outcome: Outcome) -> None:
        """Tell a breaker, and the log what came of it."""
        before = breaker.state
        breaker.record(not _is_bad(outcome), self._clock.monotonic())
        after, about = breaker.state, {"account": self._account, "method": name}
        if after is State.OPEN and before is not State.OPEN:
            log.warning(
                "breaker opened: nothing is sent", **about, reason=str(getattr(outcome, "reason", ""))
            )
        elif after is State.CLOSED and before is not State.CLOSED:
            log.warning("breaker closed: sending goes on", **about)


def _has_file(request: Request) -> bool:
    return isinstance(request, SendPart) and request.part.upload is not None


def _is_bad(outcome: Outcome) -> bool:
    return isinstance(outcome, Uncertain | NotSent)


def _named(method: type[Request]) -> str:
    named = {EditPart: "edits", DeletePart: "deletions", AnswerTap: "answers to taps", SetMenu: "menus"}
    return named.get(method, "messages")
