"""Events as documented and as seen live come out the same; whatever else comes is an event, not a crash."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_bot.declaration import address
from bot.channels.zalo_bot.hook import HEADER, Hook, made_secret
from bot.channels.zalo_bot.read import raw_update, read_event
from bot.core.ports import HookRefusal, Incoming, Received, Said, Shared, Unusable

CHAT = "2f7a4c00aa11bb22cc33"
HOOK = Hook("https://bot.example.vn/hook/xa", made_secret("1:abc"))
OURS = {HEADER: HOOK.secret}


def event(name: str = "message.text.received", **body: Any) -> dict[str, Any]:
    """An event of somebody's private chat."""
    message = {
        "from": {"id": CHAT, "display_name": "H'Mai  Êban", "is_bot": False},
        "chat": {"id": CHAT, "chat_type": "PRIVATE"},
        "message_id": "82599fa32f56d00e8941",
        "date": 1_790_000_000_000,
        **body,
    }
    return {"event_name": name, "message": message}


def understood(update: object) -> Incoming:
    """As it is understood once it is stored."""
    raw = raw_update(update)
    assert raw is not None
    return read_event(raw.payload)


def test_flat_and_wrapped_are_one_event() -> None:
    flat, wrapped = event(text="chào"), {"ok": True, "result": event(text="chào")}
    assert raw_update(flat) == raw_update(wrapped)
    assert understood(wrapped) == Incoming(CHAT, Said("chào"), name="H'Mai Êban")


def test_a_message_is_named_by_its_id_and_without_one_by_what_it_says() -> None:
    named, other = raw_update(event(text="a")), raw_update(event(text="b"))
    assert named is not None
    assert other is not None
    assert named.key == other.key == "82599fa32f56d00e8941"
    one, two = (raw_update(event(text=text, message_id=None)) for text in "ab")
    assert one is not None
    assert two is not None
    assert one.key != two.key


def test_an_id_that_comes_as_a_number_is_read_digit_by_digit() -> None:
    large = 9_007_199_254_740_993
    body = event(text="chào", message_id=large, chat={"id": large, "chat_type": "PRIVATE"})
    raw = raw_update(json.loads(json.dumps(body)))
    assert raw is not None
    assert (raw.key, raw.chat_id) == (str(large), str(large))
    assert read_event(raw.payload).chat_id == str(large)


@pytest.mark.parametrize("key", ["photo_url", "photo", "url"])
def test_a_picture_is_known_by_its_address_whatever_it_is_called(key: str) -> None:
    found = understood(event("message.image.received", caption="đường hỏng", **{key: "https://f.vn/1.jpg"}))
    assert found.event == Shared("https://f.vn/1.jpg", "anh.jpg", "image/jpeg", "photo", 0, "đường hỏng")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "file:///etc/passwd", "https://", "https://[", 5, "x" * 3000]
)
def test_a_picture_with_an_address_that_is_none_is_told_and_never_fetched(url: object) -> None:
    found = understood(event("message.image.received", photo_url=url)).event
    assert isinstance(found, Unusable)
    assert found.answer


@pytest.mark.parametrize("kind", ["sticker", "voice", "unsupported", "link"])
def test_what_we_cannot_use_is_answered(kind: str) -> None:
    found = understood(event(f"message.{kind}.received")).event
    assert isinstance(found, Unusable)
    assert found.answer


SILENT = [
    event(text="x", chat={"id": CHAT, "chat_type": "GROUP"}),
    event(text="x", **{"from": {"id": CHAT, "is_bot": True}}),
    event("message.reaction.received"),
    event("user.renamed"),
    event(text="x", chat={"id": 5.5}),
    {"event_name": "message.text.received"},
]


@pytest.mark.parametrize("update", SILENT)
def test_what_is_not_said_to_us_in_private_is_met_with_silence(update: dict[str, Any]) -> None:
    found = understood(update).event
    assert isinstance(found, Unusable)
    assert not found.answer


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=12,
)


@given(json_values, json_values)
def test_any_json_is_read(body: Any, message: Any) -> None:
    for update in (body, {"result": body}, {"event_name": "message.text.received", "message": message}):
        raw = raw_update(update)
        if raw is not None:
            read_event(raw.payload)
    read_event(json.dumps(body))


def test_a_delivery_needs_the_secret() -> None:
    body = json.dumps(event(text="chào")).encode()
    taken = HOOK.received(OURS, body)
    assert isinstance(taken, Received)
    assert len(taken.updates) == 1
    for given_ in ({}, {HEADER: ""}, {HEADER: HOOK.secret + "x"}, {HEADER: "ộ"}):
        refused = HOOK.received(given_, body)
        assert isinstance(refused, HookRefusal)
        assert refused.status == 403
        assert HOOK.secret not in refused.why


@pytest.mark.parametrize("body", [b"", b"{}", b" { } \n"])
def test_an_empty_probe_is_answered_well_with_and_without_the_secret(body: bytes) -> None:
    assert HOOK.received({}, body) == HOOK.received(OURS, body) == Received()


def test_what_is_no_event_is_let_go() -> None:
    assert HOOK.received(OURS, b"[1]") == Received()
    assert HOOK.received(OURS, b"{") == HookRefusal(400, "the body is not JSON")


@pytest.mark.parametrize(
    "text", ["0905123456", "84905123456", "https://zalo.me/1", "2F7A4C00AA11BB22CC33", "", " "]
)
def test_what_is_no_id_of_zalos_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="an id that Zalo gave"):
        address(text)
    assert address(CHAT) == CHAT


@pytest.mark.parametrize("body", [{"text": "chào\ud800 xã"}, {"text": "chào xã", "message_id": "\udfff"}])
def test_half_a_character_stops_neither_the_poll_nor_the_store(body: dict[str, Any]) -> None:
    raw = raw_update(json.loads(json.dumps(event(**body))))
    assert raw is not None
    assert raw.payload.encode()  # no store takes what cannot be encoded: every later poll would fail at it
    said = read_event(raw.payload).event
    assert isinstance(said, Said)
    assert said.text.replace("?", "") == "chào xã"
