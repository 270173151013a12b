"""An alarm when several reports of one unit agree: to that unit's desk and to the next one above."""

from collections.abc import Mapping
from datetime import timedelta

from bot.acts import addresses, desk_notices, desk_words, places
from bot.acts.context import Context
from bot.core.kernel.formats import number
from bot.core.opinion.desk import TENDENCY, TOPIC, desk_above
from bot.core.people.units import above
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.reports import Desk
from bot.storage.opinion import agreements
from bot.storage.opinion.agreements import Agreeing
from bot.storage.opinion.opinions import FORM

TWO = 2  # authors at least: what one person writes many times is no agreement


async def look(ctx: Context, unit: str, answers: Mapping[str, str]) -> bool:
    """Raise the alarm where what a unit's report says makes enough of them, once within the window.

    Whether it was raised: where nobody can be told, the next report raises it.
    """
    rules = ctx.house.desk
    one = Agreeing(unit, answers.get(TOPIC, ""), answers.get(TENDENCY, ""))
    since = (ctx.moment.date() - timedelta(days=rules.alert_days - 1)).isoformat()
    if not (one.topic and one.tendency) or await agreements.told_since(ctx.conn, one, since):
        return False
    await agreements.alone(ctx.conn, one)
    reports, authors = await agreements.count(ctx.conn, one, since)
    if reports < rules.alert_reports or authors < TWO or await agreements.told_since(ctx.conn, one, since):
        return False
    if not await _tell(ctx, one):
        return False
    await agreements.told(ctx.conn, one, ctx.moment.date().isoformat())
    return True


async def _tell(ctx: Context, one: Agreeing) -> int:
    """How many heard.

    The figure is the one that is set, not how many there are: it tells nothing of any report.
    Which way they lean is for the desk that reads them. The one above sees digests, and could take those who
    lean so from all on the topic.
    """
    place = await places.find(ctx.conn, one.unit)
    if place is None:
        return 0
    staff = await desk_notices.staff_over(ctx, place.path)
    own = desk_above(place.path, staff)
    higher = above(own.path)[:-1] if own is not None else []
    up = desk_above(higher[-1], staff) if higher else None
    form = ctx.house.forms[FORM]
    item = next((field for field in form.fields if field.key == TENDENCY), None)
    heard = 0
    for desk, key in ((own, "desk.agree"), (up, "desk.agree_above")):
        if desk is None:
            continue
        for head in await desk_notices.within_call(ctx, desk.unit, desk.path):
            texts, language = ctx.house.texts, head.language
            leaning = desk_words.shown(ctx.house, language, item, one.tendency) if item else one.tendency
            words = texts.text(
                language,
                key,
                count=number(ctx.house.desk.alert_reports, language),
                days=number(ctx.house.desk.alert_days, language),
                unit=place.name,
                topic=desk_words.topic_name(ctx.house, language, one.topic),
                leaning=leaning,
            )
            button = Button.of(texts.line(language, "menu.banxuly"), Desk("open"))
            heard += await addresses.tell(ctx, head, Message(text=words, buttons=((button,),)))
    return heard
