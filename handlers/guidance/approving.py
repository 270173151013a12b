"""/duyet: what waits for approval, as it will look; approved, or returned with a reason."""

from bot.acts import approval, first_screen, planned, training
from bot.acts.approval import Pending
from bot.acts.context import Refusal
from bot.acts.places import Place
from bot.core.guidance.approval import Approval
from bot.core.kernel.formats import cut_short, day, moment, number
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import DAY_MS, HOUR_MS, Ms
from bot.core.people.permissions import Act, may
from bot.core.schedule.occurrences import next_due
from bot.core.talk.form import FormState
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnPlan, Rule
from handlers import filling, forms
from handlers.guidance import judging, night, reviewing, seconding, whom
from handlers.guidance.draft import deferred, in_words
from handlers.turn import Rows, Turn

LABEL = 34  # characters of a title on a button


async def waiting(turn: Turn) -> None:
    """What waits for approval, the oldest first."""
    found = await approval.waiting(turn.context)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    words = [*turn.text("approve.list" if found else "approve.none", count=number(len(found), turn.language))]
    rows: list[tuple[Button, ...]] = []
    for place, one in enumerate(found, start=1):
        values = {"name": _author(turn, one), "age": _age(turn, one)}
        words += turn.text("approve.line", place=place, title=_title(turn, one), **values)
        label = f"{'❗' if one.row.urgent else '⏳'} {place}. {cut_short(_title(turn, one), LABEL)}"
        rows.append((Button.of(label, OnPlan("look", one.row.id, one.row.revision)),))
    added, looks = await judging.to_decide(turn)
    mended, mends = await seconding.to_decide(turn)
    words += (*added, *mended)
    rows += (*looks, *mends)
    rows.append((turn.button("progress.refresh", Go("duyet")),))
    ruled = await _ruled(turn)
    if ruled is not None:
        words += turn.text("approve.rule_on" if ruled.needed else "approve.rule_off", unit=ruled.place.name)
        step = "off" if ruled.needed else "on"
        rows.append((turn.button(f"approve.switch_{step}", Rule(step)),))
        practising = await training.ruled(turn.context, ruled.place.code)
        if isinstance(practising, training.Training):
            words += turn.text("training.is_on", unit=ruled.place.name) if practising.on else ()
            step = "real" if practising.on else "train"
            rows.append((turn.button(f"training.switch_{step}", Rule(step)),))
        quiet, change = await night.lines(turn)
        words += quiet
        rows += change
    await turn.show(Message(text=tuple(words), buttons=tuple(rows)))


async def act(turn: Turn, tap: OnPlan) -> None:
    """A button below a broadcast that waits; what it names is looked up and judged again at every press."""
    match tap.step:
        case "look":
            await _look(turn, tap.number)
        case "approve":
            await _approve(turn, tap)
        case "return":
            await _ask_why(turn, tap)
        case _:
            turn.toast = turn.line("tap.stale")


async def _ruled(turn: Turn) -> approval.Rule | None:
    """What holds for one's own unit, for who may change it."""
    if turn.member is None:
        return None
    found = await approval.ruled(turn.context, turn.member.unit)
    return None if isinstance(found, Refusal) else found


async def rule(turn: Turn, tap: Rule) -> None:
    """Whether one's own unit's broadcasts need approval: asked once more, then changed."""
    found = await _ruled(turn)
    step = tap.step.removesuffix("!")
    if tap.step == "night":
        await night.begin(turn)
    elif found is None or turn.member is None or step not in ("on", "off", "train", "real"):
        turn.toast = turn.line("tap.stale")
    elif step in ("train", "real"):
        await _practise(turn, found.place, tap.step)
    elif not tap.step.endswith("!"):
        words = turn.text(f"approve.ask_{step}", unit=found.place.name)
        yes = (turn.button(f"approve.switch_{step}", Rule(f"{step}!")),)
        await turn.show(Message(text=words, buttons=(yes, *_back(turn))))
    else:
        await approval.rule(turn.context, turn.member.unit, step == "on")
        await waiting(turn)


async def _practise(turn: Turn, place: Place, step: str) -> None:
    """One's own unit goes into training, or out of it: asked once more."""
    if step.endswith("!"):
        await training.rule(turn.context, place.code, step == "train!")
        await waiting(turn)
        return
    yes = (turn.button(f"training.switch_{step}", Rule(f"{step}!")),)
    await turn.show(
        Message(text=turn.text(f"training.ask_{step}", unit=place.name), buttons=(yes, *_back(turn)))
    )


async def _look(turn: Turn, broadcast_id: int, notice: Text = ()) -> None:
    found = await approval.look(turn.context, broadcast_id)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
    elif found.row.state != "submitted":
        await turn.show(Message(text=turn.text("approve.over"), buttons=_back(turn)))
    else:
        shown = first_screen.screen_of(
            turn.house, found.briefing, found.files, turn.language, found.row.urgent, found.approver
        )
        await turn.send(first_screen.inert(shown))
        await turn.show(Message(text=(*notice, *_words(turn, found)), buttons=_buttons(turn, found)))


def _words(turn: Turn, found: Pending) -> Text:
    row, language = found.row, turn.language
    at = turn.local(row.submitted_at or turn.now)
    when = turn.line("approve.moment", day=day(at.date(), language), time=f"{at:%H:%M}")
    words = [*turn.text("approve.by", name=_author(turn, found), when=when)]
    figures = {"count": number(found.count, language), "units": number(len(found.survey.by_unit), language)}
    words += turn.text("approve.goes", at=in_words(turn, found.schedule), unit=found.place.name, **figures)
    words += deferred(turn, next_due(found.schedule, Ms(turn.now - 1), found.rest), found.rest)
    words += whom.figures(turn, found.survey)
    words += reviewing.asked(turn, found.briefing)
    if found.late:
        words += turn.text("approve.late")
    if found.own:
        words += turn.text("approve.own")
    return tuple(words)


def _buttons(turn: Turn, found: Pending) -> Rows:
    if found.own or not may(turn.member, Act.APPROVE):
        return _back(turn)
    row = found.row
    return (
        (turn.button("approve.yes", OnPlan("approve", row.id, row.revision, found.count)),),
        (turn.button("approve.return", OnPlan("return", row.id, row.revision)),),
        *_back(turn),
    )


def _back(turn: Turn) -> Rows:
    return ((turn.button("approve.all", Go("duyet")),),)


async def _approve(turn: Turn, tap: OnPlan) -> None:
    done = await approval.approve(turn.context, tap.number, tap.revision, tap.count)
    if isinstance(done, Refusal):
        await _refused(turn, tap.number, done)
        return
    at = moment(turn.local(done.at), turn.language)
    if done.at <= turn.now:
        at = turn.line("compose.at_once")
    words = turn.text("approve.done", at=at, count=number(done.count, turn.language))
    await turn.show(Message(text=words, buttons=_back(turn)))


async def _refused(turn: Turn, broadcast_id: int, why: Refusal) -> None:
    """What stands in the way is said above the broadcast as it is by now, to be looked at again."""
    if why.key in ("approve.edited", "approve.counted"):
        await _look(turn, broadcast_id, why.text(turn.house.texts, turn.language))
    elif why.key == "tap.stale":
        turn.toast = turn.refusal(why)
    else:
        await turn.show(Message(text=why.text(turn.house.texts, turn.language), buttons=_back(turn)))


async def _ask_why(turn: Turn, tap: OnPlan) -> None:
    found = await approval.look(turn.context, tap.number)
    if isinstance(found, Refusal) or not may(turn.member, Act.SEND_BACK):
        turn.toast = turn.line("tap.stale")
    elif planned.approval_of(found.row) is not Approval.WAITING:
        await _refused(turn, tap.number, Refusal("approve.over"))
    else:
        await filling.begin(turn, "returning", broadcast=str(tap.number), revision=str(tap.revision))


async def _returned(turn: Turn, state: FormState) -> None:
    broadcast_id, revision = int(state.context["broadcast"]), int(state.context["revision"])
    done = await approval.send_back(turn.context, broadcast_id, revision, state.answers["reason"].shown)
    if isinstance(done, Refusal):
        await _refused(turn, broadcast_id, done)
        return
    words = turn.text("approve.sent_back", title=_title(turn, done), name=_author(turn, done))
    await turn.show(Message(text=words, buttons=_back(turn)))


def _title(turn: Turn, one: Pending) -> str:
    return one.briefing.body(turn.language).title


def _author(turn: Turn, one: Pending) -> str:
    return one.author or turn.line("approve.nobody_named")


def _age(turn: Turn, one: Pending) -> str:
    waited = max(0, turn.now - (one.row.submitted_at or turn.now))
    if waited < HOUR_MS:
        return turn.line("approve.age_new")
    key, unit = ("approve.age_days", DAY_MS) if waited >= DAY_MS else ("approve.age_hours", HOUR_MS)
    return turn.line(key, count=waited // unit)


forms.register(
    forms.FormHandler(
        slug="returning",
        allowed=lambda turn: may(turn.member, Act.SEND_BACK),
        submit=_returned,
        needs={"broadcast": "context", "revision": "context", "reason": "text"},
    )
)
