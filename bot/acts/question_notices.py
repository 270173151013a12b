"""Who hears of a question: those who are to answer it, and whoever asked when an answer is there."""

from bot.acts import addresses, desk_notices, places
from bot.acts.context import Context
from bot.core.kernel.richtext import paragraph
from bot.core.kernel.values import Ms, UnitPath
from bot.core.opinion import questions as rules
from bot.core.opinion.desk import desk_above
from bot.core.people.members import Member
from bot.core.schedule.instants import milliseconds
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.questions import MyQuestion, OnQuestion
from bot.storage.opinion import questions as stored
from bot.storage.opinion.questions import QuestionRow
from bot.storage.people import members


def rings_next(ctx: Context) -> Ms:
    """When a question that comes to a unit now rings, ms UTC."""
    return milliseconds(rules.up_at(ctx.moment, ctx.house.desk.question_ms))


async def head_at(ctx: Context, path: UnitPath) -> Member | None:
    """Somebody who may answer, at the unit with this path or at the nearest above it that has anybody."""
    return desk_above(path, await desk_notices.staff_over(ctx, path))


async def staff(ctx: Context, unit: str) -> list[Member]:
    """Who answers for a unit."""
    place = await places.find(ctx.conn, unit)
    if place is None or not place.path:
        return []
    return rules.heads(unit, await desk_notices.staff_over(ctx, place.path))[: desk_notices.TOLD]


async def ring(ctx: Context, one: QuestionRow, key: str) -> None:
    """Tell those who answer for a question's unit of it, in the words of `key`; never who asked."""
    place = await places.find(ctx.conn, one.unit)
    for head in await staff(ctx, one.desk):
        texts, language = ctx.house.texts, head.language
        words = texts.text(language, key, number=one.id, unit=place.name if place else one.unit)
        rows = (
            (Button.of(texts.line(language, "question.answer"), OnQuestion("answer", one.id)),),
            (Button.of(texts.line(language, "question.open"), OnQuestion("open", one.id)),),
        )
        await addresses.tell(ctx, head, Message(text=(*words, paragraph(one.words)), buttons=rows))


async def tell_asker(ctx: Context, one: QuestionRow, key: str) -> None:
    """Tell whoever asked what came of it. Nobody learns whether there was anybody to tell."""
    number = await stored.asker(ctx.conn, one.id)
    member = await members.get(ctx.conn, number) if number is not None else None
    if member is None:
        return
    texts, language = ctx.house.texts, member.language
    place = await places.find(ctx.conn, one.answered_by or one.desk)
    unit = place.name if place else one.desk
    words = texts.text(language, key, number=one.id, unit=unit, words=one.words)
    answer = (paragraph(one.answer),) if one.answer else ()
    rows = ((Button.of(texts.line(language, "question.mine_open"), MyQuestion("open", one.id)),),)
    await addresses.tell(ctx, member, Message(text=(*words, *answer), buttons=rows))
