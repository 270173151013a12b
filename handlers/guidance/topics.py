"""/chude: the topics a member follows."""

from bot.acts import topics as acts
from bot.acts.context import Refusal
from bot.core.guidance.briefing import Topic
from bot.core.kernel.richtext import Block, Span
from bot.core.people.members import Member
from bot.core.talk.form import localized
from bot.core.talk.message import Message
from bot.core.talk.taps.reading import Follow
from bot.core.talk.taps.screens import Go
from handlers.turn import Turn


async def topics(turn: Turn) -> None:
    """List the topics: followed, not followed, or compulsory for a role the member has."""
    if turn.member is not None:
        await turn.send(await _screen(turn, turn.member))


async def toggle(turn: Turn, tap: Follow) -> None:
    """Follow a topic, or stop; what is compulsory stays followed."""
    following = await acts.follow(turn.context, tap.topic)
    if isinstance(following, Refusal) or turn.member is None:
        turn.toast = turn.line("tap.stale")
        return
    topic = turn.house.topics[tap.topic]
    name = localized(topic.name, turn.language)
    turn.toast = turn.line("topics.now_followed" if following else "topics.now_left", topic=name)
    await turn.show(await _screen(turn, turn.member))


async def _screen(turn: Turn, member: Member) -> Message:
    chosen = await acts.followed(turn.context)
    lines, buttons = [], []
    for topic in turn.house.topics.values():
        followed = chosen[topic.code]
        name = localized(topic.name, turn.language)
        lines.append(_line(turn, topic, name, _standing(turn, topic, member, followed)))
        if not topic.compulsory_for & member.roles:
            key = "topics.stop" if followed else "topics.follow"
            buttons.append((turn.button(key, Follow(topic.code), topic=name),))
    buttons.append((turn.button("button.latest", Go("moinhat")),))
    return Message(text=(*turn.text("topics.title"), *lines), buttons=tuple(buttons))


def _line(turn: Turn, topic: Topic, name: str, standing: str) -> Block:
    about = localized(topic.description, turn.language)
    spans = (Span(text=name, bold=True), Span(text=f": {standing}" + (f"\n{about}" if about else "")))
    return Block(spans=spans, kind="item", marker="•")


def _standing(turn: Turn, topic: Topic, member: Member, followed: bool) -> str:
    compelled = topic.compulsory_for & member.roles
    if compelled:
        roles = ", ".join(turn.line(f"role.{role}") for role in sorted(compelled))
        return turn.line("topics.compulsory", roles=roles)
    return turn.line("topics.followed" if followed else "topics.not_followed")
