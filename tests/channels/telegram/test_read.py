"""Updates are understood, and whatever is not well-formed is Unusable, never an exception."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.read import chat_of, raw_updates, read_update
from bot.channels.text import safe_file_name, safe_name, safe_text, utf16_length
from bot.core.ports import Event, Incoming, Reach, Said, Shared, Tapped, Unusable

PERSON = {"id": 7, "is_bot": False, "first_name": "Y Bhun", "last_name": "Niê", "language_code": "vi"}
PRIVATE = {"id": 7, "type": "private"}


def _message(**content: Any) -> dict[str, Any]:
    return {"message": {"message_id": 3, "from": PERSON, "chat": PRIVATE, "date": 1, **content}}


def _tap(**changes: Any) -> dict[str, Any]:
    query = {
        "id": "99",
        "from": PERSON,
        "message": {"message_id": 3, "chat": PRIVATE},
        "data": "a:1",
        **changes,
    }
    return {"callback_query": query}


def _standing(status: Any) -> dict[str, Any]:
    return {"my_chat_member": {"chat": PRIVATE, "from": PERSON, "new_chat_member": {"status": status}}}


SIZES = [
    {"file_id": "small", "width": 90, "height": 60, "file_size": 5},
    {"file_id": "large", "width": 900, "height": 600, "file_size": 50},
    {"file_id": "odd", "width": "wide"},
    4,
]

UNDERSTOOD: list[tuple[dict[str, Any], Event]] = [
    (_message(text="/start ABC"), Said("/start ABC")),
    (_message(text=" a\x00b\r\nc\u202ed\ud800\t "), Said("ab\ncd")),
    (_message(text="👨‍👩‍👧"), Said("👨‍👩‍👧")),
    (_message(text="😀" * 3000), Said("😀" * 2048)),
    (_message(text="\u202e\x00"), Unusable("an empty text", answer=True)),
    (_message(text=5), Unusable("a kind we do not know")),
    (
        _message(photo=SIZES, caption="xem\x00"),
        Shared("large", "photo.jpg", "image/jpeg", "photo", 50, "xem"),
    ),
    (_message(photo=[]), Unusable("malformed: a photo without sizes", answer=True)),
    (
        _message(
            document={"file_id": "d", "file_name": "../../tờ\u202e trình.docx", "mime_type": "text/plain"}
        ),
        Shared("d", "tờ trình.docx", "text/plain", "document", 0),
    ),
    (
        _message(document={"file_id": "d", "file_name": "..", "mime_type": "x\ny", "file_size": -4}),
        Shared("d", "document", "application/octet-stream", "document", 0),
    ),
    (_message(document={"file_id": ""}), Unusable("malformed: a document without a handle", answer=True)),
    (_message(document=[]), Unusable("malformed: a document without a handle", answer=True)),
    (
        _message(audio={"file_id": "a", "file_size": 9}),
        Shared("a", "audio.mp3", "audio/mpeg", "audio", 9),
    ),
    (_message(voice={"file_id": "v"}), Shared("v", "voice.ogg", "audio/ogg", "audio", 0)),
    (_message(sticker={}), Unusable("a sticker", answer=True)),
    (_message(pinned_message={}), Unusable("a kind we do not know")),
    (_message(text="a", chat={"id": -5, "type": "group"}), Unusable("not a private chat")),
    (_message(text="a", chat={"id": "7", "type": "private"}), Unusable("malformed: no chat")),
    (_message(text="a", **{"from": {**PERSON, "is_bot": True}}), Unusable("not from a person")),
    (_message(text="a", **{"from": None}), Unusable("not from a person")),
    ({"edited_message": _message(text="a")["message"]}, Unusable("an edited message", answer=True)),
    ({"edited_message": _message(location={})["message"]}, Unusable("a live location that moved")),
    (_message(location={}), Unusable("a location", answer=True)),
    (_message(invoice={}), Unusable("a invoice", answer=True)),
    (_tap(), Tapped("a:1", "3", "99")),
    (_tap(data="x" * 64), Tapped("x" * 64, "3", "99")),
    (_tap(data="x" * 65), Unusable("a tap with data we did not write", answer=True)),
    (_tap(data="ộ" * 22), Unusable("a tap with data we did not write", answer=True)),
    (_tap(data="a\x00"), Unusable("a tap with data we did not write", answer=True)),
    (_tap(data="\ud800"), Unusable("a tap with data we did not write", answer=True)),
    (_tap(data=None), Unusable("a tap with data we did not write", answer=True)),
    (_tap(id=5), Unusable("malformed: a tap without its ids", answer=True)),
    (_tap(message={"chat": PRIVATE}), Unusable("malformed: a tap without its ids", answer=True)),
    (_tap(message=None), Unusable("malformed: no chat")),
    (_standing("kicked"), Reach(open=False)),
    (_standing("member"), Reach(open=True)),
    (_standing([]), Unusable("a change of standing we do not know")),
    ({"poll": {}}, Unusable("a kind we did not ask for")),
    ({"message": "text"}, Unusable("a kind we did not ask for")),
    ({}, Unusable("a kind we did not ask for")),
]


@pytest.mark.parametrize(("update", "event"), UNDERSTOOD)
def test_updates_are_understood(update: dict[str, Any], event: Event) -> None:
    assert read_update(json.dumps({"update_id": 1, **update})).event == event


def test_what_was_sent_at_once_is_known_by_its_album() -> None:
    photo = {"photo": [{"file_id": "h"}]}
    assert read_update(json.dumps(_message(**photo, media_group_id="13579"))).album == "13579"
    for wrong in (None, 5, "", "x" * 65, ["a"], "\ud800"):
        assert read_update(json.dumps(_message(**photo, media_group_id=wrong))).album == ""


def test_who_and_where() -> None:
    incoming = read_update(json.dumps(_message(text="a")))
    assert incoming == Incoming("7", Said("a"), name="Y Bhun Niê", language="vi", message_id="3")
    assert read_update(json.dumps(_message(photo=SIZES, caption="b"))).message_id == "3"
    for other in (
        _tap(),
        _message(photo=SIZES),
        _message(text="a", message_id=True),
        {"message": {"text": "a"}},
    ):
        assert read_update(json.dumps(other)).message_id == ""
    assert read_update(json.dumps(_standing("kicked"))).chat_id == "7"
    assert read_update(json.dumps(_tap())).name == "Y Bhun Niê"


@pytest.mark.parametrize("payload", ["", "{", "[1]", "7", "null", "[" * 100_000, '"\\ud800"', '{"a":1e999}'])
def test_what_is_not_an_update(payload: str) -> None:
    assert isinstance(read_update(payload).event, Unusable)


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("  Nguyễn \n Văn\tAn ", "Nguyễn Văn An"),
        ("H'Mai <b>Êban</b> &", "H'Mai <b>Êban</b> &"),
        ("a\u202eb\u2066c\ufeff\u200f", "abc"),
        ("a\x00\x1b[31m\ud800", "a[31m"),
        ("z" + "\u0300" * 50, "z" + "\u0300" * 4),
        ("a" * 90, "a" * 64),
        ("\u200b \u202e", ""),
        ("e\u0323\u0302", "ệ"),
    ],
)
def test_names_are_made_safe(raw: str, safe: str) -> None:
    assert safe_name(raw) == unicodedata.normalize("NFC", safe)


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("C:\\a\\b.pdf", "b.pdf"),
        ("/etc/passwd", "passwd"),
        ("a<b>:c?.doc", "a_b__c_.doc"),
        (".htaccess", "htaccess"),
        ("/", "document"),
        ("tờ trình.docx", "tờ trình.docx"),
    ],
)
def test_file_names_are_made_safe(raw: str, safe: str) -> None:
    assert safe_file_name(raw, "document") == safe


@given(st.text(st.characters(exclude_categories=()), max_size=200), st.integers(0, 50))
def test_safe_text_is_safe(text: str, limit: int) -> None:
    safe = safe_text(text, limit)
    assert utf16_length(safe) <= limit
    safe.encode()
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in safe)
    name = safe_name(text)
    assert len(name) <= 64
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in name)


_KINDS = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "new_chat_member",
    "photo",
    "voice",
)
_FIELDS = (
    "id",
    "type",
    "is_bot",
    "text",
    "caption",
    "file_id",
    "file_name",
    "file_size",
    "data",
    "message_id",
)
_keys = st.sampled_from(
    (*_KINDS, *_FIELDS, "chat", "from", "document", "audio", "update_id", "status", "width")
)
_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20)
    | st.sampled_from(["private", "kicked", "member", PERSON, PRIVATE, SIZES])
)
_json = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=8),
    max_leaves=30,
)
_bodies = st.dictionaries(_keys, _json, max_size=6).map(
    lambda body: {"chat": PRIVATE, "from": PERSON, **body}
)
_updates = _json | st.dictionaries(_keys, _bodies, max_size=3)


@given(_updates)
def test_any_json_is_read(update: Any) -> None:
    incoming = read_update(json.dumps(update))
    assert isinstance(incoming, Incoming)
    assert incoming.chat_id == chat_of(update)
    incoming.name.encode()
    str(incoming.event).encode()


@given(st.text())
def test_any_text_is_read(payload: str) -> None:
    assert isinstance(read_update(payload), Incoming)


@given(st.lists(_updates, max_size=8), st.none() | st.integers(-5, 10**6))
def test_any_poll_is_stored(result: list[Any], offset: int | None) -> None:
    for raw in raw_updates(result, offset):
        assert int(raw.key) >= 0
        assert isinstance(read_update(raw.payload), Incoming)


def _numbers(result: list[Any], offset: int | None) -> list[int]:
    return [int(raw.key) for raw in raw_updates(result, offset)]


@pytest.mark.parametrize(
    ("result", "offset", "numbers"),
    [
        ([{"update_id": 5}, {"update_id": 6}], None, [5, 6]),
        ([{"update_id": 5}, {}, 7, {"update_id": 8}], 5, [5, 6, 7, 8]),
        ([{}, [1]], 5, [5, 6]),
        ([{}, {"update_id": 9}], None, [8, 9]),
        ([{}, {"update_id": 5}], 5, [5]),
        ([{}, {"update_id": True}, {"update_id": "6"}], None, []),
        ([{"update_id": 10**30}], 4, [4]),
        ([{"update_id": 2**63 - 1}], 4, [4]),
        ([{"update_id": -4}, {"update_id": 1}], None, [0, 1]),
        ([{"update_id": 0}], None, [0]),
    ],
)
def test_every_update_can_be_confirmed(result: list[Any], offset: int | None, numbers: list[int]) -> None:
    assert _numbers(result, offset) == numbers


def test_an_update_too_deep_to_write_is_stored_without_its_content() -> None:
    deep: Any = {}
    for _ in range(100_000):
        deep = {"a": deep}
    (raw,) = raw_updates([{"update_id": 5, "message": deep}], None)
    assert raw.payload == '{"update_id": 5}'
    while deep:
        deep = deep["a"]
