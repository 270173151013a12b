"""What is stored about a member: in plain words for the screen, in full for the file."""

import json
from collections.abc import Iterable
from typing import Any

from bot.core.guidance.audience import follows
from bot.core.kernel.formats import moment
from bot.core.people.members import Member
from bot.core.talk.form import localized
from bot.storage.accounts import accounts, endpoints
from bot.storage.delivery import readings
from bot.storage.guidance import briefings
from bot.storage.opinion import opinions
from bot.storage.people import audit, members, units
from bot.storage.people.members import Consent
from bot.storage.talk import conversations
from handlers.turn import Turn

EXPORT = "du-lieu-cua-toi.json"


async def facts(turn: Turn, member: Member) -> list[tuple[str, str]]:
    """What is stored, each with its label."""
    sent, read = await readings.counts(turn.conn, member.id)
    codes = await opinions.by_author(turn.conn, member.id)
    consent = await members.consent(turn.conn, member.id)
    return [
        (turn.line("me.name"), member.name),
        (turn.line("me.unit"), await _unit(turn, member)),
        (turn.line("me.roles"), ", ".join(turn.line(f"role.{role}") for role in sorted(member.roles))),
        (turn.line("me.language"), turn.house.texts.line(member.language, "me.own_language")),
        (turn.line("me.topics"), ", ".join(await _topics(turn, member)) or turn.line("me.none")),
        (turn.line("me.consent"), _consent(turn, consent)),
        (turn.line("me.addresses"), ", ".join(await _addresses(turn, member))),
        (turn.line("me.deliveries"), turn.line("me.delivery_counts", sent=sent, read=read)),
        (turn.line("me.reports"), ", ".join(codes) or turn.line("me.none")),
    ]


async def export(turn: Turn, member: Member) -> bytes:
    """The same as JSON, with every delivery, address, half-filled form and act kept in the books."""
    label = turn.line
    data: dict[str, Any] = dict(await facts(turn, member))
    data[label("me.topics")] = await _topics(turn, member)
    data[label("me.reports")] = await opinions.by_author(turn.conn, member.id)
    data[label("me.addresses")] = [
        {label("me.account"): row.account, label("me.chat"): row.chat_id}
        for row in await endpoints.of(turn.conn, member.id)
    ]
    data[label("me.deliveries")] = await _deliveries(turn, member)
    data[label("me.drafts")] = await _drafts(turn, member)
    data[label("me.acts")] = [
        {label("me.at"): _moment(turn, at), label("me.act"): act, label("me.subject"): subject}
        for at, act, subject in await audit.by(turn.conn, f"member:{member.id}")
    ]
    document = {label("me.made_at"): _moment(turn, turn.now), label("me.made_by"): turn.house.owner, **data}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


async def _unit(turn: Turn, member: Member) -> str:
    place = await units.get(turn.conn, member.unit)
    return place.name if place else member.unit


async def _topics(turn: Turn, member: Member) -> list[str]:
    chosen = await members.follows(turn.conn, member.id)
    return [
        localized(topic.name, turn.language)
        for code, topic in turn.house.topics.items()
        if follows(topic, member.roles, chosen.get(code))
    ]


def _consent(turn: Turn, consent: Consent) -> str:
    method = turn.line("me.by_chat") if consent.method.startswith("chat:") else consent.method
    when = _moment(turn, consent.at)
    if consent.version == "paper":
        return turn.line("me.consent_on_paper", when=when, method=method)
    return turn.line("me.consent_to", version=consent.version, when=when, method=method)


async def _addresses(turn: Turn, member: Member) -> Iterable[str]:
    kinds = {row.name: row.kind for row in await accounts.every(turn.conn)}
    held = [kinds.get(row.account, "") for row in await endpoints.of(turn.conn, member.id)]
    known = turn.house.texts.keys()
    return [turn.line(f"account.{kind}") if f"account.{kind}" in known else kind for kind in held]


async def _deliveries(turn: Turn, member: Member) -> list[dict[str, str]]:
    titles: dict[int, str] = {}
    found = []
    for row in await readings.every(turn.conn, member.id):
        if row.briefing_id not in titles:
            said = await briefings.get(turn.conn, row.briefing_id)
            titles[row.briefing_id] = said.briefing.body(turn.language).title if said else ""
        times = {"planned": row.created_at, "sent": row.sent_at, "read": row.acknowledged_at}
        shown = {
            turn.line(f"me.{name}_at"): _moment(turn, at) for name, at in times.items() if at is not None
        }
        found.append({turn.line("me.briefing"): titles[row.briefing_id], **shown})
    return found


async def _drafts(turn: Turn, member: Member) -> list[dict[str, str]]:
    found = []
    for row in await endpoints.of(turn.conn, member.id):
        for state in await conversations.every(turn.conn, row.account, row.chat_id):
            form = turn.house.forms.get(state.form)
            if form is None:
                continue
            labels = {item.key: localized(item.label, turn.language) for item in form.fields}
            answers = {labels[key]: one.shown for key, one in state.answers.items() if key in labels}
            found.append({turn.line("me.form"): localized(form.title, turn.language), **answers})
    return found


def _moment(turn: Turn, ms: int) -> str:
    return moment(turn.local(ms), turn.language)
