"""Changing a plan from its screen: which part, what it becomes, seen once more before it counts."""

from bot.acts import changing, first_screen
from bot.acts.changing import Change, Changed, Whom
from bot.acts.context import Refusal
from bot.acts.runs import Plan
from bot.core.kernel.formats import moment, number
from bot.core.kernel.values import Ms
from bot.core.people.permissions import Act, may
from bot.core.schedule.occurrences import ScheduleAdapter, next_due
from bot.core.talk.form import FormState, Options
from bot.core.talk.message import Message
from bot.core.talk.place import ask
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnRun
from handlers import filling, forms
from handlers.forms import Again, Review
from handlers.guidance import whom
from handlers.guidance.draft import deferred, in_words, times
from handlers.turn import Turn

STEPS = {"newcomers": "new"}  # a step has few letters


async def choose(turn: Turn, plan: Plan) -> None:
    """What of it is to be changed; a prepared text is mended in the content, and Word's in Word."""
    why = await changing.hindered(turn.context, plan.id)
    if why is not None:
        turn.toast = turn.refusal(why)
        return
    elsewhere = ""  # where its words are mended, if not here
    if plan.briefing.slug in turn.house.briefings:
        elsewhere = "change.in_content"
    elif plan.briefing.body("vi").full:
        elsewhere = "change.from_word"
    parts = ("time", "unit", "newcomers") if elsewhere else ("time", "unit", "text", "newcomers")
    rows = tuple(
        (turn.button(f"change.{part}", OnRun(f"ch_{STEPS.get(part, part)}", plan.id)),) for part in parts
    )
    back = (turn.button("button.back", OnRun("next", plan.id)),)
    title = plan.briefing.body(turn.language).title
    words = turn.text("change.ask", title=title) + (turn.text(elsewhere) if elsewhere else ())
    await turn.show(Message(text=words, buttons=(*rows, back)))


async def begin(turn: Turn, plan: Plan, what: str) -> None:
    """Ask what it becomes."""
    why = await changing.hindered(turn.context, plan.id)
    if why is not None:
        turn.toast = turn.refusal(why)
    else:
        await filling.begin(turn, "change", broadcast=str(plan.id), what=what)


async def _options(turn: Turn, state: FormState) -> Options:
    return {"times": times(turn, state)} if state.at == "at" else await whom.options(turn, state)


async def _wish(turn: Turn, state: FormState) -> Change | Refusal:
    answers = {key: one.value for key, one in state.answers.items()}
    at, others = answers.get("at"), await _whom(turn, state)
    if isinstance(others, Refusal):
        return others
    return Change(
        schedule=ScheduleAdapter.validate_json(at) if at else None,
        whom=others,
        text=answers.get("text", ""),
        newcomers=answers["newcomers"] == "yes" if "newcomers" in answers else None,
    )


async def _whom(turn: Turn, state: FormState) -> Whom | Refusal | None:
    """Whom it is for instead: a unit's people as they were chosen before, or chosen anew with care."""
    code = whom.unit_of(state)
    if whom.by_name(state):
        scope = await whom.scope_of(turn, state)
        return scope if isinstance(scope, Refusal) else Whom(units=(), members=scope.members)
    if not code:
        return None
    if not whom.with_care(state):
        return Whom(units=(code,), members=())
    scope = await whom.scope_of(turn, state)
    if isinstance(scope, Refusal):
        return scope
    return Whom(
        units=(code, *scope.units),
        roles=whom.roles_of(state),
        levels=scope.levels,
        everybody=scope.everybody,
        without_units=scope.without_units,
    )


async def _review(turn: Turn, state: FormState) -> Review:
    wish = await _wish(turn, state)
    number_of = int(state.context["broadcast"])
    found = wish if isinstance(wish, Refusal) else await changing.understand(turn.context, number_of, wish)
    if isinstance(found, Refusal):
        return Review(under=found.text(turn.house.texts, turn.language))
    count = number(found.count, turn.language)
    words = turn.text("change.goes", at=in_words(turn, found.schedule), unit=found.place.name, count=count)
    words += deferred(turn, next_due(found.schedule, Ms(turn.now - 1), found.rest), found.rest)
    if found.found.row.approved_by is not None:
        words += turn.text("change.voids")
    before: tuple[Message, ...] = ()
    if state.context["what"] == "text":
        urgent = found.found.row.urgent
        shown = first_screen.screen_of(turn.house, found.briefing, found.files, turn.language, urgent)
        before = (first_screen.inert(shown),)
        if found.dropped:
            words += turn.text("change.drops", name=", ".join(one.name for one in found.dropped))
    if state.context["what"] == "unit":
        words += whom.figures(turn, found.survey)
    return Review(before=before, under=words, notes={"count": str(found.count)})


async def _submit(turn: Turn, state: FormState) -> Again | None:
    typed = state.answers.get("count")
    answers = {key: answer for key, answer in state.answers.items() if key != "count"}
    state = state.model_copy(update={"answers": answers})
    wish, shown = await _wish(turn, state), int(state.notes.get("count", "0"))
    if isinstance(wish, Refusal):
        turn.toast = turn.refusal(wish)
        return Again(ask(state, ""), wish.text(turn.house.texts, turn.language))
    if wish.whom and shown > turn.house.ask_above and (typed is None or typed.value != str(shown)):
        key = "compose.type_count" if typed is None else "compose.wrong_count"
        return Again(ask(state, "count"), turn.text(key, count=number(shown, turn.language)))
    done = await changing.change(turn.context, int(state.context["broadcast"]), wish, shown)
    if isinstance(done, Refusal):
        turn.toast = turn.refusal(done)
        return Again(ask(state, ""), done.text(turn.house.texts, turn.language))
    await _receipt(turn, done)
    return None


async def _receipt(turn: Turn, done: Changed) -> None:
    at = turn.line("compose.at_once")
    if done.at is not None and done.at > turn.now:
        at = moment(turn.local(done.at), turn.language)
    values = {"title": done.briefing.body(turn.language).title, "at": at, "unit": done.place.name}
    words = turn.text("change.done", number=done.id, count=number(done.count, turn.language), **values)
    if done.state == "submitted":
        words += turn.text("change.waits" if done.told else "approve.no_approver")
    rows = (
        (turn.button("approve.see", OnRun("next", done.id)),),
        (turn.button("button.progress", Go("tiendo")),),
    )
    await turn.show(Message(text=words, buttons=rows))


forms.register(
    forms.FormHandler(
        slug="change",
        allowed=lambda turn: may(turn.member, Act.CHANGE),
        submit=_submit,
        options=_options,
        sources=frozenset({"times", "units", "people"}),
        above=whom.above,
        review=_review,
        needs={
            "broadcast": "context",
            "what": "context",
            "at": "schedule",
            "unit": "choice",
            **whom.READ,
            "text": "text",
            "newcomers": "choice",
            "count": "number",
        },
    )
)
