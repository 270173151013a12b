"""Practising without reaching anybody: units in training, and a test send to oneself."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import addresses, places
from bot.acts.addresses import Address
from bot.acts.context import Context, Refusal
from bot.acts.first_screen import as_on, inert, screen_of
from bot.acts.orders import Order, understand
from bot.acts.places import Place
from bot.core.guidance.audience import MOST_NAMED
from bot.core.kernel.values import UnitPath
from bot.core.people.members import Member
from bot.core.people.permissions import Act
from bot.core.talk.message import Message
from bot.storage.accounts import endpoints
from bot.storage.people import members, rules


@dataclass(frozen=True, slots=True)
class Training:
    """Whether a unit, or one above it, is in training, and who its testers are."""

    place: Place
    on: bool
    testers: Sequence[Member]


async def ruled(ctx: Context, unit: str) -> Training | Refusal:
    """What holds for a unit, for who may change it."""
    place = await places.find(ctx.conn, unit)
    if place is None or not ctx.may(Act.TRAINING_RULE, place.path):
        return Refusal("approve.no_unit")
    numbers = await rules.testers(ctx.conn, place.path)
    found = [await members.get(ctx.conn, one) for one in numbers or ()]
    return Training(place, numbers is not None, [one for one in found if one is not None])


async def hinders(ctx: Context, path: UnitPath, *, practice: bool) -> Refusal | None:
    """Why a unit that practises does nothing that reaches real people; None where it may.

    `path`: its own. `practice`: what it is about went to testers alone.
    """
    if practice or not await rules.practises(ctx.conn, path):
        return None
    return Refusal("training.for_real")


async def rule(ctx: Context, unit: str, on: bool, testers: Sequence[int] = ()) -> Training | Refusal:
    """What a unit sends reaches nobody but its author and the testers from now on; or everybody again."""
    before = await ruled(ctx, unit)
    if isinstance(before, Refusal):
        return before
    if len(testers) > MOST_NAMED:
        return Refusal("compose.too_many", {"maximum": MOST_NAMED})
    for number in testers:
        one = await members.get(ctx.conn, number)
        if one is None or not ctx.may(Act.TRAINING_RULE, one.path):
            return Refusal("compose.no_member", {"member": str(number)})
    await rules.train(ctx.conn, unit, on, testers)
    detail = f"training {'on' if on else 'off'}, testers: {';'.join(map(str, sorted(testers))) or 'none'}"
    await ctx.note(Act.TRAINING_RULE, f"unit:{unit}", detail)
    after = await ruled(ctx, unit)
    known = {one.id for one in before.testers}
    for one in after.testers if isinstance(after, Training) and on else ():
        if one.id not in known:
            words = ctx.house.texts.text(one.language, "training.told_tester", unit=before.place.name)
            await addresses.tell(ctx, one, Message(text=words))
    return after


async def try_out(ctx: Context, order: Order, to: int | None = None) -> int | Refusal:
    """Send what would go out to who asks, in each of their open chats; to how many. `to`: for the shell."""
    draft = await understand(ctx, order, Act.TRY_OUT)
    if isinstance(draft, Refusal):
        return draft
    member = ctx.member if to is None else await members.get(ctx.conn, to)
    if member is None or (ctx.member is not None and member.id != ctx.member.id):
        return Refusal("compose.no_member", {"member": str(to or "")})
    screen = screen_of(ctx.house, draft.briefing, draft.files, member.language, draft.urgent)
    head = Message(text=ctx.house.texts.text(member.language, "training.try_out"))
    there = [one for one in await endpoints.of(ctx.conn, member.id) if one.state == "open"]
    for one in there:
        shown = as_on(ctx.house, one.account, screen, member.language)
        for message in (head, inert(shown)):
            await addresses.say(ctx, Address(one.account, one.chat_id), message)
    if not there:
        return Refusal("training.no_address")
    await ctx.note(Act.TRY_OUT, f"member:{member.id}", draft.briefing.slug)
    return len(there)
