"""The fake platform's people and faults over HTTP, under /_test/, for tests in another process.

Every call is a POST of one JSON object, answered with one. See `_ACTS` for what there is.
"""

import base64
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.botapi_parts import Fault
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from tests.fakes.botapi import BotApi

Act = Callable[["BotApi", dict[str, Any]], Awaitable[dict[str, Any]]]


async def _user(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    return {"chat_id": api.user(**given).chat_id}


async def _say(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": api.user(given["chat_id"]).say(given["text"])}


async def _tap(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    """chat_id, message_id, button; forged."""
    person = api.user(given["chat_id"])
    message = {"message_id": given["message_id"]}
    return {"callback_id": person.tap(message, given["button"], forged=bool(given.get("forged")))}


async def _share(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    """chat_id, kind (document, photo, audio, voice), data in base64; name, caption."""
    person = api.user(given["chat_id"])
    data = base64.b64decode(given["data"])
    match given["kind"]:
        case "photo":
            return {"update_id": person.share_photo(data, given.get("caption", ""))}
        case "voice":
            return {"update_id": person.share_voice(data)}
        case "audio":
            return {"update_id": person.share_audio(given["name"], data, given.get("caption", ""))}
        case _:
            return {"update_id": person.share_document(given["name"], data, given.get("caption", ""))}


async def _edit(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": api.user(given["chat_id"]).edit(given["message_id"], given["text"])}


async def _block(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": api.user(given["chat_id"]).block()}


async def _unblock(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": api.user(given["chat_id"]).unblock()}


async def _inject(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    return {"number": api.inject(given["update"], numbered=given.get("numbered", True))}


async def _fault(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    api.faults.append(Fault(**given))
    return {"faults": len(api.faults)}


async def _forget_file(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    api.forget_file(given["file_id"])
    return {}


async def _messages(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    return {"messages": api.messages(given["chat_id"])}


async def _wait(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    """chat_id; contains, count (1), timeout (s): the bot's messages with that text, once so many."""
    person = api.user(given["chat_id"])

    def found() -> list[dict[str, Any]]:
        words = given.get("contains", "")
        hits = [m for m in person.received if words in m.get("text", m.get("caption", ""))]
        return hits if len(hits) >= given.get("count", 1) else []

    try:
        return {"messages": await api.wait_for(found, given.get("timeout", PATIENCE_S))}
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="the condition did not come about") from None


async def _state(api: "BotApi", given: dict[str, Any]) -> dict[str, Any]:
    return {
        "counts": dict(api.state.counts),
        "pending_updates": len(api.state.updates),
        "record": None if api.state.record is None else str(api.state.record),
    }


_ACTS: dict[str, Act] = {
    "user": _user,
    "say": _say,
    "tap": _tap,
    "share": _share,
    "edit": _edit,
    "block": _block,
    "unblock": _unblock,
    "inject": _inject,
    "fault": _fault,
    "forget_file": _forget_file,
    "messages": _messages,
    "wait": _wait,
    "state": _state,
}


def control_routes(api: "BotApi") -> list[web.RouteDef]:
    """The routes under /_test/."""

    def route(act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                given = await request.json() if request.can_read_body else {}
                return web.json_response(await act(api, given))
            except (LookupError, TypeError, ValueError) as error:
                raise web.HTTPBadRequest(text=f"{type(error).__name__}: {error}") from None

        return answer

    return [web.post(f"/_test/{name}", route(act)) for name, act in _ACTS.items()]
