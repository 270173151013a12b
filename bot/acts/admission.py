"""Somebody comes in, by invitation or by request: registered, reached in their chat, told so."""

from collections.abc import Collection
from dataclasses import replace

from bot.acts import addresses, newcomers, presence
from bot.acts.addresses import Address, Standing
from bot.acts.context import Context
from bot.acts.places import Place
from bot.core.people.members import Role
from bot.core.people.permissions import Act
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.screens import Go
from bot.storage.accounts import endpoints
from bot.storage.people import members, refusals
from bot.storage.people.members import Consent


async def admit(
    ctx: Context,
    at: Address,
    name: str,
    place: Place,
    roles: Collection[Role],
    consent: Consent,
    language: str,
) -> Standing:
    """Register whoever writes from `at`, and tell them where they are now and what they do there."""
    member_id = await members.add(ctx.conn, name, place.code, roles, language, consent, ctx.now)
    since = await refusals.after(ctx.conn, at.account, at.chat_id, ctx.now)
    await endpoints.attach(ctx.conn, member_id, at.account, at.chat_id, since)
    if (at.account, at.chat_id) == (ctx.account, ctx.chat_id):  # who is let in by another wrote some time ago
        await presence.heard(ctx.conn, ctx.house, at.account, at.chat_id, ctx.now)
    await refusals.clear(ctx.conn, at.account, at.chat_id)
    texts = ctx.house.texts
    words = texts.text(
        language,
        "start.joined",
        name=name,
        unit=place.name,
        roles=", ".join(texts.line(language, f"role.{role}") for role in sorted(roles)),
    )
    help_button = Button.of(texts.line(language, "button.help"), Go("trogiup"))
    await addresses.say(ctx, at, Message(text=words, buttons=((help_button,),)))
    member = await members.get(ctx.conn, member_id)
    if member is not None:
        await newcomers.welcome(ctx, member, at)
    return Standing(member, (at,))


async def note_joined(ctx: Context, standing: Standing, act: Act, detail: str) -> None:
    """Into the audit log, as the newcomer's own act."""
    if standing.member is not None:
        mine = replace(ctx, actor=standing.member)
        await mine.note(act, f"member:{standing.member.id}", f"unit:{standing.member.unit}; {detail}")
