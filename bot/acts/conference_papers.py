"""The table of a conference's points, and what units propose, as an Excel workbook."""

from bot.acts import conference_points, conference_proposals, handouts
from bot.acts.context import STALE, Context, Refusal
from bot.core.kernel.formats import moment
from bot.core.meetings.conference import POINT_FORM, PROPOSAL_FORM
from bot.core.people.permissions import Act
from bot.core.talk.form import localized
from bot.reports.workbook import MEDIA_TYPE, Sheet, workbook

COLUMNS = ("unit", "state", "place", "heads", "contact", "reason")
SAID = ("unit", "kind", "words", "level")


async def sheet(ctx: Context, number: int) -> bytes | Refusal:
    """The points that the actor may see, a row each, and the proposals on a sheet of their own."""
    seen = await conference_points.look(ctx, number)
    said = await conference_proposals.listed(ctx, number)
    if isinstance(seen, Refusal) or isinstance(said, Refusal):
        return STALE
    texts, language = ctx.house.texts, ctx.language
    above = (seen.row.title, f"{moment(ctx.house.local(seen.row.at), language)} · {seen.host.name}")
    rows = [
        [
            place.name,
            texts.line(language, f"conference.state_{one.state}"),
            one.place,
            _label(ctx, POINT_FORM, "heads", one.heads),
            one.contact,
            one.reason,
        ]
        for place, one in seen.points
    ]
    headings = [texts.line(language, f"conference.column_{name}") for name in COLUMNS]
    sheets = [Sheet(texts.line(language, "conference.sheet_points"), above, headings, rows)]
    if said:
        listed = [
            [one.unit, *(_label(ctx, PROPOSAL_FORM, key, one.answers.get(key, "")) for key in SAID[1:])]
            for one in said
        ]
        named = [texts.line(language, f"proposal.column_{name}") for name in SAID]
        sheets.append(Sheet(texts.line(language, "proposal.sheet"), above, named, listed))
    return await ctx.drawn(("conference", number), workbook, sheets)


async def hand_out_sheet(ctx: Context, number: int) -> int | Refusal:
    """The same, for the actor alone, kept for an hour; its number."""
    made = await sheet(ctx, number)
    if isinstance(made, Refusal):
        return made
    await ctx.note(Act.POINTS, f"conference:{number}", "xlsx")
    return await handouts.hand_out(ctx, f"diem-cau-{number}.xlsx", MEDIA_TYPE, made)


def _label(ctx: Context, form: str, field: str, value: str) -> str:
    item = next(one for one in ctx.house.forms[form].fields if one.key == field)
    return next((localized(one.label, ctx.language) for one in item.choices if one.value == value), value)
