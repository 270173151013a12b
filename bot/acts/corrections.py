"""A briefing that went out is corrected, or taken back: in place where the platform can, else by a message.

Only what came, or may have come, is corrected; what has yet to go says the new words, or never goes. Who had
confirmed the old words is asked to confirm the change. Where two people stand behind a text, new words wait
for the second (`bot.acts.mends`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.acts import approval, corrected, mend_notices, places, runs, training
from bot.acts.context import STALE, Context, Refusal
from bot.acts.first_screen import both, numbered
from bot.acts.places import Place
from bot.acts.runs import Run
from bot.core.guidance import correcting as rules
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.reminding import Follow, Plan
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.characters import sanitise
from bot.core.kernel.values import Ms
from bot.core.people.permissions import Act
from bot.core.talk.message import Button, Message
from bot.core.talk.tap import HERE
from bot.core.talk.taps.reading import Noted, Reread
from bot.storage.delivery import deliveries, following
from bot.storage.delivery import runs as stored
from bot.storage.guidance import approvals, briefings, broadcasts, corrections, editions, mends
from bot.storage.guidance.briefings import BriefingFileRow, BriefingRow
from bot.storage.guidance.broadcasts import BroadcastRow

OUT = ("planning", "running", "paused", "finished", "cancelling", "cancelled")  # in part at least


@dataclass(frozen=True, slots=True)
class Corrected:
    """`words`: from which to which, where that is one short place. `briefing`: as it is now."""

    broadcast: int
    briefing: Briefing
    words: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Waits:
    """New words that an approver has yet to let go. `told`: how many of them know."""

    id: int
    told: int


@dataclass(frozen=True, slots=True)
class Found:
    """A run that went out, with what it says by now and whose it is."""

    run: Run
    row: BroadcastRow
    old: BriefingRow
    home: Place
    files: list[BriefingFileRow]


async def correct(ctx: Context, run_id: int, old: str = "", new: str = "") -> Corrected | Waits | Refusal:
    """Put words in place of others in a text of one's own; without any, take what the content says by now.

    Where the unit's broadcasts need an approval, words of one's own wait for it.
    """
    found = await find(ctx, run_id, Act.CORRECT)
    if isinstance(found, Refusal):
        return found
    if old and found.old.slug in ctx.house.briefings:
        return Refusal("correct.in_content")
    two = (await approval.rule_of(ctx, found.home.code)).needed
    why = await _hinders(ctx, found) or (_alone(ctx, found) if two and not old else None)
    if why is not None:
        return why
    after = await _newest(ctx, found.old) if not old else mended(found.old.briefing, old, new)
    if isinstance(after, Refusal):
        return after
    if two and old:
        return await _ask(ctx, found, sanitise(old).strip(), sanitise(new).strip())
    version = await briefings.latest(ctx.conn, found.old.slug) if not old else None
    return await put(ctx, found, after, ctx.who, version.id if version else None)


async def put(ctx: Context, found: Found, after: Briefing, by: str, version: int | None = None) -> Corrected:
    """Let a run say this from now on. `by`: whose words these are; `version`: where it is kept already."""
    run_id, words = found.run.id, rules.change(found.old.briefing, after)
    kept = [(file.file_id, file.kind, file.inline) for file in found.files]
    number = version or await briefings.keep(ctx.conn, after, kept, ctx.now)
    where = found.row.id, run_id
    await corrections.add(ctx.conn, where, (found.old.id, number), words, by, ctx.now)
    files = await briefings.files(ctx.conn, number)
    said = after, files, found.row.urgent, await approvals.approver(ctx.conn, found.row)
    screen = partial(corrected.screen, ctx.house, said, words)

    def message(language: str) -> Message:
        name = numbered(ctx.house, found.old.briefing, language)
        key = "correct.told" if words else "correct.told_anew"
        text = ctx.house.texts.text(language, key, name=name, **both(words))
        return Message(text=text, buttons=_buttons(ctx, language, reread=True))

    await _follow(ctx, found, number, screen, message, version=number)
    await ctx.note(Act.CORRECT, f"broadcast:{found.row.id}", f"run:{run_id}, briefing:{number}")
    return Corrected(found.row.id, after, words)


async def _ask(ctx: Context, found: Found, old: str, new: str) -> Waits:
    where = found.row.id, found.run.id
    number = await mends.add(ctx.conn, where, (old, new), ctx.who, ctx.now)
    await ctx.note(Act.CORRECT, f"broadcast:{found.row.id}", f"run:{found.run.id}, mend:{number} waits")
    row = await mends.get(ctx.conn, number)
    told = await mend_notices.waits(ctx, row, found.old.briefing, found.home) if row is not None else 0
    return Waits(number, told)


async def hindered(ctx: Context, run_id: int) -> Refusal | None:
    """Why the actor cannot mend a run's text, before they are asked for words or whether they are sure."""
    found = await find(ctx, run_id, Act.CORRECT)
    why = found if isinstance(found, Refusal) else await _hinders(ctx, found)
    if isinstance(found, Refusal) or why is not None or found.old.slug not in ctx.house.briefings:
        return why
    two = (await approval.rule_of(ctx, found.home.code)).needed
    if two and (alone := _alone(ctx, found)) is not None:
        return alone
    new = await _newest(ctx, found.old)
    return new if isinstance(new, Refusal) else None


async def answers_for(ctx: Context, broadcast_id: int) -> bool:
    """Whether the actor mends what a broadcast says, and takes it back: where it is issued, they may."""
    row = await broadcasts.get(ctx.conn, broadcast_id)
    home = await places.find(ctx.conn, row.issuer or row.unit) if row else None
    return home is not None and ctx.may(Act.CORRECT, home.path)


async def recall(ctx: Context, run_id: int) -> Corrected | Refusal:
    """Take a run's briefing back: what has not gone never goes, what stands is replaced, the rest is told."""
    found = await find(ctx, run_id, Act.RECALL)
    if isinstance(found, Refusal):
        return found
    await broadcasts.set_state(ctx.conn, found.row.id, "cancelled")
    await mends.drop_of(ctx.conn, found.row.id)
    await corrections.add(ctx.conn, (found.row.id, run_id), (found.old.id, None), None, ctx.who, ctx.now)

    def instead(language: str) -> Message:
        name = numbered(ctx.house, found.old.briefing, language)
        return Message(text=ctx.house.texts.text(language, "recall.instead", name=name))

    def message(language: str) -> Message:
        name = numbered(ctx.house, found.old.briefing, language)
        title = found.old.briefing.body(language).title
        if title in name:  # a briefing without a number is called by its title
            text = ctx.house.texts.text(language, "recall.instead", name=name)
        else:
            text = ctx.house.texts.text(language, "recall.told", name=name, title=title)
        return Message(text=text, buttons=_buttons(ctx, language, reread=False))

    await _follow(ctx, found, found.old.id, instead, message)
    await ctx.note(Act.RECALL, f"broadcast:{found.row.id}", f"run:{run_id}")
    return Corrected(found.row.id, found.old.briefing, None)


async def noted(ctx: Context, delivery_id: int) -> Ms | Refusal:
    """The member's word that they know of a correction; when they first gave it, ms UTC."""
    if ctx.member is None or not ctx.may(Act.NOTED):
        return STALE
    at = await deliveries.acknowledge(ctx.conn, delivery_id, ctx.member.id, ctx.now)
    return STALE if at is None else at


async def find(ctx: Context, run_id: int, act: Act) -> Found | Refusal:
    """A run that may be corrected or taken back, held for this transaction; or why not."""
    await stored.hold(ctx.conn, run_id)  # two at once: the second corrects what the first made of it
    run = await runs.seen(ctx, run_id, act)
    if run is None or run.cut:
        return STALE
    row = await broadcasts.get(ctx.conn, run.plan.id)
    old = await briefings.get(ctx.conn, row.briefing_id) if row else None
    if row is None or old is None:
        return STALE
    last = await corrections.of_broadcast(ctx.conn, row.id)
    if last is not None and last.new_id is None:
        return Refusal("correct.recalled")
    if run.state not in OUT:
        return Refusal("correct.not_out")
    issuer = row.issuer or row.unit
    home = await places.find(ctx.conn, issuer)
    if home is None or not ctx.may(act, home.path):  # a text is mended by whoever answers for it
        return Refusal("correct.issuer", {"unit": home.name if home else issuer})
    return Found(run, row, old, home, await briefings.files(ctx.conn, old.id))


async def _hinders(ctx: Context, found: Found) -> Refusal | None:
    """Who practises mends nothing that real people have."""
    return await training.hinders(ctx, found.home.path, practice=found.row.training)


def _alone(ctx: Context, found: Found) -> Refusal | None:
    """What the content says by now, an approver takes who did not write the broadcast."""
    if not ctx.may(Act.APPROVE, found.home.path) or ctx.who in found.row.authors:
        return Refusal("correct.approver")
    return None


async def _newest(ctx: Context, old: BriefingRow) -> Briefing | Refusal:
    new = await briefings.latest(ctx.conn, old.slug)
    if new is None or new.id == old.id or new.briefing.topic != old.briefing.topic:
        return Refusal("correct.nothing_new")
    return new.briefing


def mended(old: Briefing, wrong: str, right: str) -> Briefing | Refusal:
    """A text with other words in one place, or why they cannot stand there."""
    wrong, right = sanitise(wrong).strip(), sanitise(right).strip()
    marking = secrecy_marking(right)
    if marking:
        return Refusal("compose.secret", {"marking": marking})
    after = rules.replaced(old, wrong, right) if right else None
    return Refusal("correct.not_found", {"words": wrong[:60]}) if after is None else after


Words = Callable[[str], Message]


async def _follow(
    ctx: Context,
    found: Found,
    briefing_id: int,
    in_place: Words,
    message: Words,
    version: int | None = None,
) -> None:
    """The run of edits, and the one of messages; each keeps its words in every language.

    `version`: what stands in chats with addenda below it, composed while they are planned; None: none stays.
    """
    about = await stored.get(ctx.conn, found.run.id)
    if about is None:
        return
    languages = sorted({"vi", *ctx.house.texts.languages, *found.old.briefing.languages})
    edits = await _kept(ctx, briefing_id, languages, in_place)
    told = await _kept(ctx, briefing_id, languages, message)
    accounts = tuple(sorted(ctx.house.edits))
    where = found.run.path, found.run.unit_name
    said = tuple(edits.values())
    plan = Plan(words=edits, said=said, accounts=accounts, rest=told, version=version)
    until = Ms(ctx.now + ctx.house.expiry_ms)
    number = await following.open_for(ctx.conn, about, Follow.EDIT, ctx.now, where, plan, until, ctx.now)
    rest = Plan(words=told, said=said, accounts=accounts, groups=number, version=version)
    await following.open_for(ctx.conn, about, Follow.CORRECTION, ctx.now, where, rest, until, ctx.now)


async def _kept(ctx: Context, briefing_id: int, languages: Sequence[str], said: Words) -> dict[str, int]:
    return {one: await editions.keep(ctx.conn, briefing_id, one, said(one), ctx.now) for one in languages}


def _buttons(ctx: Context, language: str, *, reread: bool) -> tuple[tuple[Button, ...], ...]:
    line = ctx.house.texts.line
    row = [Button.of(line(language, "correct.noted"), Noted(HERE))]
    if reread:
        row.append(Button.of(line(language, "correct.reread"), Reread(HERE)))
    return (tuple(row),)
