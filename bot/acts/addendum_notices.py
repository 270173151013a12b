"""What people are told of addenda: that there is something to add to, that one waits, what became of it."""

from itertools import groupby

from bot.acts import addresses, approval_notices, authority, places
from bot.acts.context import Context
from bot.core.guidance.addenda import Meant, between, closes_at
from bot.core.guidance.briefing import Briefing
from bot.core.kernel.formats import cut_short, moment
from bot.core.kernel.values import EPOCH_MS, Ms, UnitPath
from bot.core.people.permissions import Act
from bot.core.talk.message import Button, Message
from bot.core.talk.reply import SendReply
from bot.core.talk.taps.sending import OnAddendum
from bot.storage.accounts import endpoints
from bot.storage.accounts.endpoints import EndpointRow
from bot.storage.delivery import replies
from bot.storage.guidance import addenda, briefings, broadcasts
from bot.storage.guidance.addenda import TAKES, AddendumRow
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.people import members

MOST = 5  # people who are told of one addendum
MOST_TOLD = 300  # people who are told of one plan: whole levels of the tree; the others find it in /lich
LOOKED_AT = 2_000
QUOTED = 60  # characters of an addendum where it is spoken of


async def meant(ctx: Context, row: BroadcastRow) -> Meant:
    """The paths of the units a broadcast goes to, and of those that are left out."""
    said = row.audience
    if said is not None and (said.named_only or said.only is not None):
        return [], []
    codes = said.units if said is not None and said.units else (row.unit,)
    out = said.scope.without_units if said is not None else ()
    found = [[await places.find(ctx.conn, code) for code in some] for some in (codes, out)]
    goes_to, without = ([one.path for one in some if one is not None and one.path] for some in found)
    return goes_to, without


async def planned(
    ctx: Context, broadcast_id: int, key: str = "addendum.told_planned"
) -> tuple[int, Ms | None]:
    """Tell the editors of the units between the issuer and the recipients that they may add.

    `key`: in which words; others, where what they were told of before has changed.

    How many were told, and until when they may (ms UTC); None where nobody may.

    Where a unit has none, its administrators.
    """
    row = await broadcasts.get(ctx.conn, broadcast_id)
    home = await places.find(ctx.conn, row.issuer) if row is not None and row.issuer else None
    said = await briefings.get(ctx.conn, row.briefing_id) if row is not None else None
    closes = closes_at(row.next_at, row.addenda_ms) if row is not None and row.state in TAKES else None
    if row is None or home is None or said is None or closes is None or closes <= ctx.now:
        return 0, None
    below = await endpoints.writing_below(ctx.conn, home.path, LOOKED_AT)
    goes_to = await meant(ctx, row)
    there = [one for one in below if between(one[2], home.path, goes_to)]
    edited = {path for _, _, path, edits in there if edits}
    chosen = [one for one in there if one[3] or one[2] not in edited]
    told: list[tuple[EndpointRow, str]] = []
    for _, level in groupby(chosen, key=lambda one: one[2].count("/")):
        some = [(at, language) for at, language, _, _ in level]
        if len(told) + len(some) > MOST_TOLD:
            break
        told += some
    for language in sorted({one for _, one in told}):
        message = _invitation(
            ctx, said.briefing, row.id, home.name, (row.next_at or EPOCH_MS, closes), (key, language)
        )
        chats = [(at.account, at.chat_id) for at, speaks in told if speaks == language]
        await replies.put_to_each(ctx.conn, chats, SendReply(message=message), ctx.now)
    return len(told), closes


def _invitation(
    ctx: Context, said: Briefing, number: int, home: str, times: tuple[Ms, Ms], words: tuple[str, str]
) -> Message:
    texts, (key, language) = ctx.house.texts, words
    at, until = (moment(ctx.house.local(one), language) for one in times)
    values = {"title": said.body(language).title, "unit": home, "at": at, "until": until}
    button = Button.of(texts.line(language, "addendum.begin"), OnAddendum("look", number))
    return Message(text=texts.text(language, key, **values), buttons=((button,),))


async def waits(ctx: Context, row: AddendumRow, said: Briefing) -> int:
    """Tell those who approve in its unit, else its administrators, that it waits; how many approvers."""
    over = await authority.who_may(ctx, Act.DECIDE_ADDENDUM, row.path)
    approvers = [one for one in over if f"member:{one.id}" != row.written_by][:MOST]
    for one in approvers:
        texts, language = ctx.house.texts, one.language
        values = {"unit": row.unit_name, "title": said.body(language).title, "words": row.words}
        look = Button.of(texts.line(language, "approve.look"), OnAddendum("see", row.id))
        words = texts.text(language, "addendum.told_waiting", **values)
        await addresses.tell(ctx, one, Message(text=words, buttons=((look,),)))
    if not approvers:
        await approval_notices.nobody(ctx, said, row.path, row.unit_name)
    return len(approvers)


async def left_out(ctx: Context, row: BroadcastRow) -> None:
    """Tell whose addenda to a broadcast nobody has approved yet, that it goes out without them."""
    late = [] if row.addenda_ms is None else await addenda.unapproved(ctx.conn, row.id, MOST_TOLD)
    said = await briefings.get(ctx.conn, row.briefing_id) if late else None
    if said is None:
        return
    for one in late:
        await told_author(ctx, one, "addendum.told_left_out", title=said.briefing.body("vi").title)


async def dropped(ctx: Context, broadcast_id: int) -> None:
    """Tell whose addenda to a broadcast stand or wait that it was called off, and they with it."""
    there = await addenda.of_broadcast(ctx.conn, broadcast_id, UnitPath("/"), MOST_TOLD)
    row = await broadcasts.get(ctx.conn, broadcast_id) if there else None
    said = await briefings.get(ctx.conn, row.briefing_id) if row else None
    if said is None:
        return
    for one in there:
        if one.state != "returned":
            await told_author(ctx, one, "addendum.told_dropped", title=said.briefing.body("vi").title)


async def told_author(ctx: Context, row: AddendumRow, key: str, **values: str) -> None:
    """Tell whoever wrote it what somebody else did with it."""
    one = await members.logged_as(ctx.conn, row.written_by)
    if one is None or row.written_by == ctx.who:
        return
    texts, language = ctx.house.texts, one.language
    quoted = cut_short(row.words, QUOTED)
    words = texts.text(language, key, name=approval_notices.who(ctx), words=quoted, **values)
    look = Button.of(texts.line(language, "addendum.open"), OnAddendum("look", row.broadcast_id))
    await addresses.tell(ctx, one, Message(text=words, buttons=((look,),)))
