"""Updates: what came from a platform, to be handled once."""

from bot.core.kernel.lifecycle import Lifecycle, Loop

INBOX = Lifecycle(
    "inbox",
    initial=("new",),
    moves={
        "new": {"done": (Loop.DISPATCHER, Loop.RESTORE), "quarantined": (Loop.DISPATCHER,)},
        "done": {},
        "quarantined": {},
    },
)
