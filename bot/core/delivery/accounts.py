"""Accounts, and the addresses on them: whether anything is sent there."""

from bot.core.kernel.lifecycle import Lifecycle, Loop
from bot.core.people.permissions import Act

ACCOUNT = Lifecycle(
    "account",
    initial=("open",),
    moves={
        "open": {"stopped": (Loop.SENDER,), "open": (Loop.START,)},
        "stopped": {"open": (Loop.START,)},  # its settings may have been mended
    },
)

# Closed when the person blocks us; open again when they write, or when somebody joins from there.
ENDPOINT = Lifecycle(
    "endpoint",
    initial=("open",),
    moves={
        "open": {"closed": (Loop.SENDER,), "open": (Act.JOIN,)},
        "closed": {"open": (Loop.DISPATCHER, Act.JOIN)},
    },
)
