"""What is stored about a member: in plain words for the screen, in full for the file."""

import json
from collections.abc import Iterable
from functools import partial
from typing import Any

from bot.acts.context import Context
from bot.acts.house import House
from bot.core.guidance.audience import follows
from bot.core.kernel.formats import capital, moment
from bot.core.kernel.languages import name
from bot.core.kernel.richtext import plain_text
from bot.core.kernel.values import Ms
from bot.core.meetings import held
from bot.core.people.members import Member
from bot.core.talk.form import localized
from bot.storage.accounts import accounts, endpoints
from bot.storage.delivery import offers, readings
from bot.storage.guidance import briefings, documents
from bot.storage.opinion import opinions, photos, questions, understanding
from bot.storage.opinion.opinions import FORM
from bot.storage.opinion.owing import ZERO
from bot.storage.people import audit, members, units
from bot.storage.people.members import Consent
from bot.storage.talk import conversations

EXPORT = "du-lieu-cua-toi.json"
SENT = {"me.reports": (FORM, ZERO), "me.meetings": (held.FORM,)}  # submissions, by what they are called
ASKED = 1000  # questions of one person, the newest


def line(ctx: Context, key: str, **values: object) -> str:
    """Words from the catalogue, in the language of the member who asks."""
    return ctx.house.texts.line(ctx.language, key, **values)


def spoken(house: House, code: str, language: str) -> str:
    """What a language is called: by itself where there are texts in it, else in the reader's."""
    if code in house.texts.languages:
        return house.texts.line(code, "me.own_language")
    return capital(name(code, language))


async def facts(ctx: Context, member: Member) -> list[tuple[str, str]]:
    """What is stored, each with its label."""
    sent, read = await readings.counts(ctx.conn, member.id)
    sent_in = {key: await opinions.by_author(ctx.conn, member.id, forms) for key, forms in SENT.items()}
    asked = await questions.of_asker(ctx.conn, member.id, ASKED)
    consent = await members.consent(ctx.conn, member.id)
    return [
        (line(ctx, "me.name"), member.name),
        (line(ctx, "me.unit"), await _unit(ctx, member)),
        (line(ctx, "me.roles"), ", ".join(line(ctx, f"role.{role}") for role in sorted(member.roles))),
        (line(ctx, "me.language"), spoken(ctx.house, member.language, ctx.language)),
        (line(ctx, "me.topics"), ", ".join(await _topics(ctx, member)) or line(ctx, "me.none")),
        (line(ctx, "me.consent"), _consent(ctx, consent)),
        (line(ctx, "me.addresses"), ", ".join(await _addresses(ctx, member))),
        (line(ctx, "me.deliveries"), line(ctx, "me.delivery_counts", sent=sent, read=read)),
        *((line(ctx, key), ", ".join(codes) or line(ctx, "me.none")) for key, codes in sent_in.items()),
        (line(ctx, "me.understood"), str(await understanding.marks_of(ctx.conn, member.id))),
        (line(ctx, "me.questions"), ", ".join(str(one.id) for one in asked) or line(ctx, "me.none")),
    ]


async def export(ctx: Context, member: Member) -> bytes:
    """The same as JSON, with every delivery, address, half-filled form and act kept in the books."""
    label = partial(line, ctx)
    data: dict[str, Any] = dict(await facts(ctx, member))
    data[label("me.topics")] = await _topics(ctx, member)
    for key, forms in SENT.items():
        data[label(key)] = await opinions.by_author(ctx.conn, member.id, forms)
    data[label("me.questions")] = await _questions(ctx, member)
    data[label("me.addresses")] = [
        {label("me.account"): row.account, label("me.chat"): row.chat_id}
        | ({label("me.heard_at"): _moment(ctx, row.heard_at)} if row.heard_at else {})
        for row in await endpoints.of(ctx.conn, member.id)
    ]
    data[label("me.deliveries")] = await _deliveries(ctx, member)
    data[label("me.drafts")] = await _drafts(ctx, member)
    data[label("me.documents")] = await _documents(ctx, member)
    data[label("me.photos")] = await photos.held_by(ctx.conn, member.id)
    data[label("me.acts")] = [
        {label("me.at"): _moment(ctx, at), label("me.act"): act, label("me.subject"): subject}
        for at, act, subject in await audit.by(ctx.conn, f"member:{member.id}")
    ]
    document = {label("me.made_at"): _moment(ctx, ctx.now), label("me.made_by"): ctx.house.owner, **data}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


async def _unit(ctx: Context, member: Member) -> str:
    place = await units.get(ctx.conn, member.unit)
    return place.name if place else member.unit


async def _topics(ctx: Context, member: Member) -> list[str]:
    chosen = await members.follows(ctx.conn, member.id)
    return [
        localized(topic.name, ctx.language)
        for code, topic in ctx.house.topics.items()
        if follows(topic, member.roles, chosen.get(code))
    ]


def _consent(ctx: Context, consent: Consent) -> str:
    method = line(ctx, "me.by_chat") if consent.method.startswith("chat:") else consent.method
    when = _moment(ctx, consent.at)
    if consent.version == "paper":
        return line(ctx, "me.consent_on_paper", when=when, method=method)
    return line(ctx, "me.consent_to", version=consent.version, when=when, method=method)


async def _addresses(ctx: Context, member: Member) -> Iterable[str]:
    kinds = {row.name: row.kind for row in await accounts.every(ctx.conn)}
    held = [kinds.get(row.account, "") for row in await endpoints.of(ctx.conn, member.id)]
    known = ctx.house.texts.keys()
    return [line(ctx, f"account.{kind}") if f"account.{kind}" in known else kind for kind in held]


async def _questions(ctx: Context, member: Member) -> list[dict[str, str]]:
    label = partial(line, ctx)
    return [
        {
            label("me.at"): one.day,
            label("me.question"): one.words,
            label("me.answer"): one.answer or label("me.none"),
        }
        for one in await questions.of_asker(ctx.conn, member.id, ASKED)
    ]


async def _deliveries(ctx: Context, member: Member) -> list[dict[str, str]]:
    titles: dict[int, str] = {}
    found = []
    for row in await readings.every(ctx.conn, member.id):
        if row.briefing_id not in titles:
            said = await briefings.get(ctx.conn, row.briefing_id)
            titles[row.briefing_id] = said.briefing.body(ctx.language).title if said else ""
        times = {"planned": row.created_at, "sent": row.sent_at, "read": row.acknowledged_at}
        shown = {line(ctx, f"me.{name}_at"): _moment(ctx, at) for name, at in times.items() if at is not None}
        found.append({line(ctx, "me.briefing"): titles[row.briefing_id], **shown})
    return found


async def _documents(ctx: Context, member: Member) -> list[dict[str, str]]:
    found = []
    for row in await documents.every(ctx.conn, member.id):
        body = row.said.body if row.said else None
        text = plain_text((*body.brief, *body.full)) if body else ""
        found.append({line(ctx, "me.document"): row.name, **({body.title: text} if body else {})})
    return found


async def _drafts(ctx: Context, member: Member) -> list[dict[str, str]]:
    found = []
    for row in await endpoints.of(ctx.conn, member.id):
        for state in await conversations.every(ctx.conn, row.account, row.chat_id):
            form = ctx.house.forms.get(state.form)
            if form is None:
                continue
            labels = {item.key: localized(item.label, ctx.language) for item in form.fields}
            answers = {labels[key]: one.shown for key, one in state.answers.items() if key in labels}
            found.append({line(ctx, "me.form"): localized(form.title, ctx.language), **answers})
        last = await offers.at(ctx.conn, row.account, row.chat_id)
        found += [{line(ctx, "me.form"): one.words} for one in (last.choices if last else ()) if one.words]
    return found


def _moment(ctx: Context, ms: Ms) -> str:
    return moment(ctx.house.local(ms), ctx.language)
