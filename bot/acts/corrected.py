"""What a corrected briefing looks like where it stands: with the addenda that somebody has below it, too."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.composing import AT_ONCE, Composed, aside
from bot.acts.first_screen import corrected_line, screen_of, with_added
from bot.acts.house import House
from bot.core.guidance.addenda import Addition, for_unit, key
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.reminding import Plan
from bot.core.talk.message import Message
from bot.storage.delivery import grouping
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import approvals, briefings, broadcasts, corrections, editions
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.guidance.editions import Group

Version = tuple[Briefing, Sequence[BriefingFileRow], bool, str]  # whether it is urgent; who approved it


def screen(
    house: House,
    version: Version,
    words: tuple[str, str] | None,
    language: str,
    additions: Sequence[Addition] = (),
) -> Message:
    """The first screen of what it says now, under a line about what changed (`words`)."""
    briefing, files, urgent, approver = version
    note = corrected_line(house, words, language)
    plain = screen_of(house, briefing, files, language, urgent, approver)
    shown = with_added(house, plain, additions, language)
    return shown.model_copy(update={"text": (*note, *shown.text)})


async def compose(house: House, conn: AsyncConnection, run: RunRow) -> Composed | None:
    """Some of the words with addenda that a correction lacks, before any of it is planned; None: it has all.

    They are for those who got addenda with the run it is about: the same ones, in the languages of then.
    """
    plan = Plan.model_validate_json(run.following or "")
    if plan.version is None or run.about is None or run.planned_from:
        return None
    by_path = await grouping.added(conn, run.about)
    sets = {key(one): one for one in (for_unit(path, by_path) for path in by_path)}
    spoken = await editions.with_addenda(conn, await corrections.versions_before(conn, run.about))
    keeps = plan.groups or run.id
    there = await grouping.groups(conn, keeps)
    lacking = [(one, name) for name in sets for one in spoken if (name, one) not in there][:AT_ONCE]
    broadcast = await broadcasts.get(conn, run.broadcast_id)
    row = await briefings.get(conn, plan.version)
    if not lacking or broadcast is None or row is None:
        return None
    change = await corrections.leading_to(conn, plan.version)
    words = (change.old_words, change.new_words) if change and change.old_words and change.new_words else None
    approver = await approvals.approver(conn, broadcast)
    version = row.briefing, await briefings.files(conn, plan.version), broadcast.urgent, approver

    def said() -> Mapping[Group, Message]:
        return {group: screen(house, version, words, group[0], sets[group[1]]) for group in lacking}

    given = {(name, language): (language, name) for language, name in lacking}
    return Composed(keeps, plan.version, await aside(said), given)
