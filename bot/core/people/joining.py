"""The lives of members, of requests to join, and of invitations."""

from bot.core.kernel.lifecycle import Lifecycle, Loop
from bot.core.people.permissions import Act

_LEAVING = (Act.LEAVE, Act.REMOVE, Act.ERASE)  # who is erased leaves first
MEMBER = Lifecycle(
    "member",
    initial=("active",),
    moves={
        "active": {"suspended": (Act.SUSPEND,), "left": _LEAVING},
        "suspended": {"active": (Act.REINSTATE,), "left": _LEAVING},
        "left": {},
    },
)

JOIN_REQUEST = Lifecycle(
    "join_request",
    initial=("waiting",),
    moves={
        "waiting": {
            "accepted": (Act.ADMIT,),
            "declined": (Act.DECLINE, Act.ASK, Loop.RETENTION),  # by a person, replaced, too old
        },
        "accepted": {},
        "declined": {},
    },
)
