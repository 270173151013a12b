"""What asking a platform who we are and how updates come tells an administrator, in words. Pure."""

from urllib.parse import urlsplit

from bot.core.delivery.outcome import Denied, NotSent, Outcome, Throttled, Uncertain
from bot.core.delivery.reasons import Reason
from bot.core.ports import Examined


def told(
    platform: str, name: str, there: str, wanted: str | None, failed: str = "", waiting: int = 0
) -> Examined:
    """What is wrong with where updates go: `there` now, "" for nowhere; `wanted` by the settings, or None.

    `failed`: what the last delivery came to; `waiting`: how many wait. Hosts alone are named: a path may be
    secret.
    """
    host = urlsplit(there).hostname or ""
    if wanted is None:
        problem = (
            f"{platform} delivers updates to a webhook at {host}, so another program may run this bot: "
            "stop that one, or use another bot; `run` takes the webhook away"
        )
        return Examined(name, (problem,) if there else ())
    if not there:
        return Examined(name, notes=("no webhook is set yet: `run` sets it",))
    if there != wanted:
        here = urlsplit(wanted).hostname
        problem = f"{platform} delivers updates to {host}, the settings say {here}: `run` sets it anew"
        return Examined(name, (problem,))
    problem = (
        f"{platform} cannot deliver to {host} ({failed}; waiting: {waiting}): see that it is reached "
        "from outside, that its certificate is valid and that the proxy leads /hook/ here"
    )
    return Examined(name, (problem,) if failed and waiting else ())


def trouble(platform: str, outcome: Outcome) -> Examined:
    """Why nothing could be asked, and what to do."""
    match outcome:
        case Denied():
            why = f"{platform} does not know this token: copy it into the settings once more"
        case Throttled():
            why = f"{platform} asks to wait, as it was asked too often: try again in a minute"
        case NotSent():
            why = f"{platform} is not reached: look at the network, and at its address in the settings"
        case Uncertain(reason=Reason.TIMEOUT):
            why = f"{platform} did not answer in time: look at the network, and try again"
        case _:
            why = f"{platform} gave no usable answer: look at its address in the settings, or try again later"
    return Examined("", (why,))
