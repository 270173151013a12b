"""What is asked of a platform, what it answers, and what that comes to: one table for every channel."""

import pytest

from bot.channels.registry import platforms
from bot.core.delivery.outcome import NotSent, Rejected, Sent, Uncertain, Unreachable
from tests.conformance.adapter import Adapter, modules
from tests.conformance.cases import ANSWERS, REQUESTS, SILENCE_S, UNCLEAR, WAIT_S, Does, Says

CHANNELS = modules().items()
CAN = [(kind, name) for kind, one in CHANNELS for name in REQUESTS if REQUESTS[name].needs(one.CAPABILITIES)]
SAID = [(kind, says) for kind, one in CHANNELS for says in Says if says not in one.CANNOT]


def test_every_channel_is_held_to_the_suite() -> None:
    assert set(platforms()) < set(modules())
    for kind, platform in platforms().items():
        assert platform.capabilities == modules()[kind].CAPABILITIES


def test_every_answer_has_its_meaning() -> None:
    assert set(ANSWERS) == set(Says)
    assert {name for name, _ in ANSWERS.values()} <= set(REQUESTS)


@pytest.mark.parametrize("kind", modules())
def test_what_a_platform_never_says_or_does_has_its_reason(kind: str) -> None:
    cannot = modules()[kind].CANNOT
    assert all(cannot.values())
    assert Does.TEXT not in cannot


@pytest.mark.parametrize(("on", "name"), CAN, indirect=["on"])
async def test_each_request_is_made_and_seen(on: Adapter, name: str) -> None:
    case, calls = REQUESTS[name], modules()[on.channel.kind].CALLS
    outcome = await on.channel.perform(case.request(await on.place()), WAIT_S)
    assert isinstance(outcome, Sent) == (name != "file by handle"), outcome
    call = calls[name] if calls is not None else None
    if call is not None:
        method, parameters = call
        called, given = await on.asked()
        assert called == method
        assert {key: given.get(key) for key in parameters} == dict(parameters)
    if name == "delete":
        assert "Cũ" not in [one[0] for one in await on.seen()]
    if case.shows is not None:
        assert (await on.seen())[-1] == case.shows


@pytest.mark.parametrize(("on", "says"), SAID, indirect=["on"])
async def test_each_answer_means_what_the_table_says(on: Adapter, says: Says) -> None:
    name, expected = ANSWERS[says]
    place = await on.place()
    before = await on.seen()
    request = await on.provoke(says, REQUESTS[name].request(place))
    silent = says in (Says.SILENT, Says.STORE_HANGS)
    outcome = await on.channel.perform(request, SILENCE_S if silent else WAIT_S)
    if says in (Says.UNCHANGED, Says.DELETED):
        assert isinstance(outcome, Sent)
        return
    assert outcome == expected or (says in UNCLEAR and isinstance(outcome, Uncertain))
    if isinstance(outcome, Rejected | Unreachable | NotSent):
        assert await on.seen() == before
    if says is Says.CUT_AFTER:
        assert len(await on.seen()) == len(before) + 1
