"""What is delivered: known to be Zalo's in each way that was seen, and kept without anything personal."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.zalo_oa.hook import Hook
from bot.channels.zalo_oa.read import read_event
from bot.channels.zalo_oa.signature import Variant
from bot.core.ports import HookRefusal, Reach, Received, Said, Shared, Tapped, Unusable
from tests.fakes.zalooa import Signs, ZaloOa

PERSON = "9007199254740993123"  # above 2^53
SIGNS = {
    Variant.OA_SECRET: Signs(),
    Variant.APP_SECRET: Signs(by_app=True),
    Variant.OA_ID: Signs("oa_id"),
    Variant.OA_ID_APP_SECRET: Signs("oa_id", by_app=True),
    Variant.HMAC_OA_SECRET: Signs(keyed=True),
    Variant.HMAC_APP_SECRET: Signs(by_app=True, keyed=True),
}


def hook(zalo: ZaloOa, variant: Variant = Variant.OA_SECRET) -> Hook:
    """Where it delivers, knowing both secrets."""
    return Hook("https://bot.vn/hook/oa", variant, zalo.oa_secret, zalo.secret)


def delivered(zalo: ZaloOa, event: object, signs: Signs | None = None, **how: Any) -> Received | HookRefusal:
    """What one delivery brings."""
    headers, body = zalo.signed(event, signs)
    lower = {name.lower(): value for name, value in headers.items()}
    return hook(zalo, **how).received(lower, body, zalo.oa_id)


def read(zalo: ZaloOa, event: object) -> Any:
    """What somebody did, as it is understood after it was stored."""
    found = delivered(zalo, event)
    assert isinstance(found, Received)
    (update,) = found.updates
    incoming = read_event(update.payload)
    assert incoming.chat_id == update.chat_id == PERSON
    return incoming.event


@pytest.mark.parametrize(
    ("hours", "fresh", "status"), [(-25, 24, 403), (-23, 24, 0), (25, 24, 403), (-900, 0, 0)]
)
def test_a_delivery_signed_long_ago_is_a_copy(hours: int, fresh: int, status: int) -> None:
    zalo = ZaloOa()
    event = zalo.says(PERSON, "chào")
    told = int(event["timestamp"])
    event["timestamp"] = str(told + hours * 3_600_000)
    secrets = zalo.oa_secret, zalo.secret
    hook = Hook("https://x.example/hook/oa", Variant.OA_SECRET, *secrets, fresh * 3_600_000, lambda: told)
    headers, body = zalo.signed(event)
    got = hook.received({name.lower(): value for name, value in headers.items()}, body, zalo.oa_id)
    assert (got.status if isinstance(got, HookRefusal) else 0) == status


@pytest.mark.parametrize("variant", Variant)
def test_each_way_of_signing_is_known_and_no_other_is_taken_for_it(variant: Variant) -> None:
    zalo = ZaloOa()
    event = zalo.says(PERSON, "chào")
    for signed, signs in SIGNS.items():
        found = delivered(zalo, event, signs, variant=variant)
        if signed is variant:
            assert isinstance(found, Received)
            assert len(found.updates) == 1
        else:
            assert isinstance(found, HookRefusal)
            assert f'signature = "{signed}"' in found.why


@pytest.mark.parametrize("form", ["mac={}", "mac = {}", "sha256={}", "{}"])
@pytest.mark.parametrize("time", ["timestamp", "header"])
def test_its_form_and_where_its_time_stands_do_not_matter(form: str, time: str) -> None:
    zalo = ZaloOa()
    found = delivered(zalo, zalo.says(PERSON, "chào"), Signs(form=form, time=time))
    assert isinstance(found, Received)


def test_what_is_not_signed_so_is_refused_and_says_why_without_a_secret() -> None:
    zalo = ZaloOa()
    event = zalo.says(PERSON, "chào")
    headers, body = zalo.signed(event)
    mac = {"x-zevent-signature": headers["X-ZEvent-Signature"]}
    wrong: list[tuple[dict[str, str], bytes, str]] = [
        ({}, body, "missing"),
        ({"x-zevent-signature": "mac=" + "0" * 64}, body, "in no way that is known"),
        ({"x-zevent-signature": "mac=đ"}, body, "in no way"),
        (mac, body + b" ", "in no way"),
        (mac, body.replace(b"ch", b"cx"), "in no way"),
        (mac, b"[" * 100_000, "in no way"),
        (mac, rb'{"app_id": "\ud800", "oa_id": "\ud800", "timestamp": "\udfff"}', "in no way"),
    ]
    for given, said, why in wrong:
        found = hook(zalo).received(given, said, zalo.oa_id)
        assert isinstance(found, HookRefusal), given
        assert why in found.why
        assert zalo.secret not in found.why
        assert zalo.oa_secret not in found.why
    without = replace(hook(zalo), oa_secret="", app_secret="")
    assert isinstance(without.received(mac, body, ""), HookRefusal)


@pytest.mark.parametrize("body", [b"", b"{}", b" { } \n"])
def test_the_consoles_probe_is_answered_and_brings_nothing(body: bytes) -> None:
    assert hook(ZaloOa()).received({}, body, "") == Received()


def test_what_people_do_is_understood() -> None:
    zalo = ZaloOa()
    assert read(zalo, zalo.says(PERSON, " chào\u202e ")) == Said("chào")
    assert read(zalo, zalo.says(PERSON, "nc:ack:1")) == Tapped("ack:1", "", "")
    assert read(zalo, zalo.follows(PERSON)) == Reach(open=True, contact=True)
    assert read(zalo, zalo.unfollows(PERSON)) == Reach(open=False)
    assert read(zalo, zalo.sends(PERSON, "audio")) == Unusable("a voice", answer=True)
    assert read(zalo, zalo.sends(PERSON, "poem")) == Unusable("a kind we do not know")
    picture = {"type": "image", "payload": {"url": "https://a.vn/1.jpg", "thumbnail": "https://a.vn/2.jpg"}}
    shared = Shared("https://a.vn/1.jpg", "anh.jpg", "image/jpeg", "photo", 0, "đường hỏng")
    assert read(zalo, zalo.sends(PERSON, "image", text="đường hỏng", attachments=[picture])) == shared
    for url in ("http://a.vn/1", "file:///etc/passwd", "javascript:1", ""):
        wrong = [{"type": "file", "payload": {"url": url}}]
        event = read(zalo, zalo.sends(PERSON, "file", attachments=wrong))
        assert event == Unusable("malformed: a file without an address", answer=True)


@pytest.mark.parametrize("by_user", [True, False])
def test_whoever_reads_can_be_reached_whichever_side_is_named_the_sender(by_user: bool) -> None:
    zalo = ZaloOa()
    assert read(zalo, zalo.seen(PERSON, "m1", by_user=by_user)) == Reach(open=True)


def test_personal_fields_echoes_and_other_accounts_never_reach_the_store() -> None:
    zalo = ZaloOa()
    dropped: list[object] = [
        zalo.tells(PERSON, name="Nguyễn Văn A", phone="0905123456"),
        zalo.echoes(PERSON, "Tin của chúng ta"),
        {**zalo.says(PERSON, "x"), "recipient": {"id": "1234567890123456789"}},
        {**zalo.says(PERSON, "x"), "sender": {"id": True}},
        {"event_name": 7},
        [1],
    ]
    for event in dropped:
        if not isinstance(event, dict) or not isinstance(event.get("event_name"), str):
            continue
        assert delivered(zalo, event) == Received()
    extra = {**zalo.says(PERSON, "chào"), "user": {"phone": "0905123456"}, "user_id_by_app": "77"}
    found = delivered(zalo, extra)
    assert isinstance(found, Received)
    assert "0905123456" not in found.updates[0].payload
    assert "user_id_by_app" not in found.updates[0].payload


def test_a_message_is_named_by_its_id_and_other_events_by_kind_time_and_person() -> None:
    zalo = ZaloOa()
    said, followed = zalo.says(PERSON, "chào"), zalo.follows(PERSON)
    later = {**followed, "timestamp": str(int(followed["timestamp"]) + 1)}
    keys = []
    for event in (said, {**said, "timestamp": "1", "num_retry": 2}, followed, followed, later):
        found = delivered(zalo, event)
        assert isinstance(found, Received)
        keys.append(found.updates[0].key)
    assert keys[0] == keys[1] == said["message"]["msg_id"]
    assert keys[2] == keys[3] != keys[4]


@pytest.mark.parametrize("payload", ["", "[", "7", "{}", json.dumps({"chat": "1", "event_name": "follow"})])
def test_anything_in_the_store_comes_out_as_an_event(payload: str) -> None:
    assert isinstance(read_event(payload).event, Unusable)
