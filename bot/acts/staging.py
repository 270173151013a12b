"""What is half done when a rehearsal begins, so that each of its people has something to do at once.

It is done by the acts that these people would use: what a sample names wrongly is a LookupError.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Any, TypeVar

from bot.acts import (
    approval,
    broadcasts,
    conference_points,
    conferences,
    desk,
    opinions,
    question_desk,
    questions,
    requests,
)
from bot.acts.context import Context, Operator, Refusal
from bot.acts.orders import Order, Written
from bot.core.kernel.values import ChatId, Ms
from bot.core.meetings.conference import Whom
from bot.core.schedule.occurrences import Once
from bot.storage.guidance import briefings
from bot.storage.people import members

T = TypeVar("T")


async def stage(ctx: Context, scene: Mapping[str, Any]) -> None:
    """The scene of a sample file, on the context's account: its people are registered."""
    _done(await approval.rule(await _as(ctx, scene["approval_by"]), scene["approval"], True))
    for one in scene["plans"]:
        await _plan(ctx, one)
    await _conference(ctx, scene["conference"])
    for one in scene["reports"]:
        await _report(ctx, one)
    for one in scene["questions"]:
        await _question(ctx, one)
    for one in scene["requests"]:
        stranger = replace(ctx, actor=None, chat_id=ChatId(one["chat"]))
        _done(await requests.ask(stranger, one["unit"], one["name"], "vi", "1"))


async def _as(ctx: Context, name: str) -> Context:
    """The same surroundings, for somebody of the samples."""
    actor = await members.at(ctx.conn, ctx.account, ChatId(name))
    if actor is None:
        raise LookupError(f"demo.toml: nobody has the chat {name}")
    return replace(ctx, actor=actor, chat_id=ChatId(name))


def _done(found: T | Refusal) -> T:
    if isinstance(found, Refusal):
        raise LookupError(f"demo.toml: {found.key}, {dict(found.values)}")
    return found


def _at(ctx: Context, days: int, hour: int) -> Ms:
    """An hour of a day to come, ms UTC."""
    day = ctx.moment.date() + timedelta(days=days)
    return Ms(round(ctx.moment.combine(day, time(hour), ctx.moment.tzinfo).timestamp() * 1000))


async def _plan(ctx: Context, one: Mapping[str, Any]) -> None:
    """Somebody writes a text, and it waits; where `returned` says why, it came back."""
    author = await _as(ctx, one["by"])
    said = Written(one["title"], one["text"], one["topic"])
    order = Order(said, one["unit"], Once(at=_at(ctx, one["days"], one["hour"])))
    shown = _done(await broadcasts.preview(author, order))
    made = _done(await broadcasts.schedule(author, order, shown.draft.count))
    if "returned" in one:
        found = _done(await approval.look(await _as(ctx, one["read_by"]), made.id))
        reader = await _as(ctx, one["read_by"])
        _done(await approval.send_back(reader, made.id, found.row.revision, one["returned"]))


async def _conference(ctx: Context, one: Mapping[str, Any]) -> None:
    """It is announced; the points below have answered, but for those that are silent."""
    host = await _as(ctx, one["by"])
    said = {name: one[name] for name in ("title", "how", "place", "agenda", "whom")}
    given = {**said, "at": str(_at(ctx, one["days"], one["hour"])), "days": "2"}
    row = _done(await conferences.announce(host, given)).row
    operator = replace(ctx, actor=Operator())
    points: Sequence[Mapping[str, str]] = one["points"]
    below = await conferences.invited(host, row.unit_path, Whom(one["whom"]))
    for place, unit in enumerate(found for found in below if found.code not in one["silent"]):
        point = points[place % len(points)]
        act = conference_points.decline if "reason" in point else conference_points.confirm
        _done(await act(operator, row.id, point, unit.code))


async def _report(ctx: Context, one: Mapping[str, Any]) -> None:
    """Somebody reports; the desk answers it, returns it, or has yet to read it."""
    answers = {item.key: one.get(item.key, "") for item in ctx.house.forms["opinion"].fields}
    code = _done(await opinions.submit(await _as(ctx, one["by"]), answers))
    for act, words in ((desk.answer, "answer"), (desk.give_back, "returned")):
        if words in one:
            _done(await act(await _as(ctx, one["read_by"]), code, one[words]))


async def _question(ctx: Context, one: Mapping[str, Any]) -> None:
    row = await briefings.latest(ctx.conn, one["about"])
    if row is None:
        raise LookupError(f"demo.toml names {one['about']}, which is not in content/briefings")
    asked = _done(await questions.ask(await _as(ctx, one["by"]), one["words"], row.id))
    if "answer" in one:
        _done(await question_desk.answer(await _as(ctx, one["read_by"]), asked.question.id, one["answer"]))
