"""What people write into a digest, in the chat: its parts, the themes they confirm, views left out."""

from bot.acts import digest_files, digest_papers, signing
from bot.acts.context import Refusal
from bot.acts.digest_papers import Opened
from bot.acts.signing import Part
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState
from bot.core.talk.message import Button, Message
from bot.core.talk.needs import Need
from bot.core.talk.taps.digests import OnDigest
from handlers import filling, forms, guarded
from handlers.turn import Rows, Turn


async def act(turn: Turn, tap: OnDigest) -> None:
    """A button of the screens on which a digest is edited."""
    found = await digest_papers.look(turn.context, tap.number)
    if isinstance(found, Refusal) or not may(turn.member, Act.EDIT_DIGEST):
        turn.toast = turn.line("tap.stale")
        return
    seen = {"digest": str(tap.number), "revision": str(tap.revision)}
    match tap.step:
        case "edit":
            await turn.show(Message(text=turn.text("signing.which_part"), buttons=_parts(turn, found)))
        case "part" if tap.about in set(Part):
            await filling.begin(turn, "digestwords", part=tap.about, **seen)
        case "themes":
            await turn.show(_themes(turn, found))
        case "theme" if tap.about.isdecimal() and int(tap.about) < len(found.suggested):
            await _toggle(turn, tap, found)
        case "views":
            await turn.show(_views(turn, found))
        case "leave" if tap.about.isdecimal() and int(tap.about) < len(digest_papers.views(found)):
            await _leave(turn, tap, found, seen)
        case _:
            turn.toast = turn.line("tap.stale")


def _tap(found: Opened, step: str, about: object = "") -> OnDigest:
    return OnDigest(step, found.row.id, found.row.revision, str(about))


def _parts(turn: Turn, found: Opened) -> Rows:
    rows = [(turn.button(f"signing.part_{part}", _tap(found, "part", part)),) for part in Part]
    if found.suggested:
        rows.append((turn.button("signing.themes", _tap(found, "themes")),))
    if digest_papers.views(found):
        rows.append((turn.button("signing.views", _tap(found, "views")),))
    return (*rows, _back(turn, found))


def _back(turn: Turn, found: Opened) -> tuple[Button, ...]:
    return (turn.button("signing.see", OnDigest("open", found.row.id)),)


def _themes(turn: Turn, found: Opened) -> Message:
    rows = []
    for place, one in enumerate(found.suggested):
        name = digest_files.theme_name(turn.house, one, turn.language)
        label = f"✅ {name}" if one in found.signing.words.themes else name
        rows.append((Button.of(label, _tap(found, "theme", place)),))
    return Message(text=turn.text("signing.which_themes"), buttons=(*rows, _back(turn, found)))


async def _toggle(turn: Turn, tap: OnDigest, found: Opened) -> None:
    chosen, one = list(found.signing.words.themes), found.suggested[int(tap.about)]
    themes = [theme for theme in chosen if theme != one] if one in chosen else [*chosen, one]
    await _edited(turn, await signing.edit(turn.context, tap.number, tap.revision, themes=themes), "themes")


def _views(turn: Turn, found: Opened) -> Message:
    left_out = found.signing.words.left_out
    rows = []
    words = [*turn.text("signing.which_views")]
    for place, view in enumerate(digest_papers.views(found)):
        name = digest_files.name_of_view(turn.house, view, turn.language)
        key = "signing.bring_back" if view in left_out else "signing.leave_out"
        rows.append((turn.button(key, _tap(found, "leave", place), view=name),))
        if view in left_out:
            words += turn.text("signing.is_left_out", view=name, reason=left_out[view])
    return Message(text=tuple(words), buttons=(*rows[:7], _back(turn, found)))


async def _leave(turn: Turn, tap: OnDigest, found: Opened, seen: dict[str, str]) -> None:
    view = digest_papers.views(found)[int(tap.about)]
    if view not in found.signing.words.left_out:
        await filling.begin(turn, "digestleave", view=view, **seen)
        return
    done = await signing.edit(turn.context, tap.number, tap.revision, left_out={view: ""})
    await _edited(turn, done, "views")


async def _edited(turn: Turn, done: Opened | Refusal, shown: str) -> None:
    if isinstance(done, Refusal):
        turn.toast = turn.refusal(done)
        return
    await turn.show(_themes(turn, done) if shown == "themes" else _views(turn, done))


async def _written(turn: Turn, state: FormState) -> forms.Again | None:
    number, revision = int(state.context["digest"]), int(state.context["revision"])
    if state.form == "digestback":
        done = await signing.send_back(turn.context, number, revision, state.answers["reason"].shown)
    elif state.form == "digestleave":
        left_out = {state.context["view"]: state.answers["reason"].shown}
        done = await signing.edit(turn.context, number, revision, left_out=left_out)
    else:
        parts = {Part(state.context["part"]): state.answers["words"].shown}
        done = await signing.edit(turn.context, number, revision, parts)
    if isinstance(done, Refusal):
        return forms.Again(state, done.text(turn.house.texts, turn.language))
    key = "signing.done_return" if state.form == "digestback" else "signing.kept"
    rows: Rows = ((turn.button("signing.see", OnDigest("open", number)),),)
    if state.form == "digestwords":
        rows = ((turn.button("signing.edit", OnDigest("edit", number, done.row.revision)),), *rows)
    await turn.show(Message(text=turn.text(key), buttons=rows))
    return None


def _register(slug: str, act: Act, **needs: Need) -> None:
    forms.register(
        forms.FormHandler(
            slug=slug,
            allowed=lambda turn: may(turn.member, act),
            submit=_written,
            review=guarded.review,
            extras=guarded.extras,
            press=guarded.take_out,
            needs={"digest": "context", "revision": "context", **needs},
        )
    )


_register("digestwords", Act.EDIT_DIGEST, part="context", words="text")
_register("digestleave", Act.EDIT_DIGEST, view="context", reason="text")
_register("digestback", Act.RETURN_DIGEST, reason="text")
