"""The invitations that still admit somebody: what each is for, and taking one back."""

from collections.abc import Sequence

from bot.acts import invitations
from bot.acts.context import Refusal
from bot.acts.invitations import Held
from bot.core.kernel.formats import day, moment, number
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.people import OnCode
from bot.core.talk.taps.screens import Go
from handlers.turn import Turn

PAGE = 6


async def act(turn: Turn, tap: OnCode) -> None:
    """A button of the list, `tap.number` being from which on, or of one invitation, by its number."""
    found = await invitations.holding(turn.context)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    one = next((one for one in found if one.id == tap.number), None)
    match tap.step:
        case "list":
            await _listed(turn, found, tap.number)
        case "open" | "drop" if one is not None:
            await _show(turn, one, sure=tap.step == "drop")
        case "drop!":
            gone = await invitations.withdraw(turn.context, tap.number)
            turn.toast = turn.refusal(gone) if isinstance(gone, Refusal) else turn.line("invite.withdrawn")
            left = await invitations.holding(turn.context)
            await _listed(turn, [] if isinstance(left, Refusal) else left, 0)
        case _:
            turn.toast = turn.line("tap.stale")


async def _listed(turn: Turn, found: Sequence[Held], skip: int) -> None:
    count = number(len(found), turn.language)
    words = [*turn.text("invite.held" if found else "invite.held_none", count=count)]
    rows: list[tuple[Button, ...]] = []
    for one in found[skip : skip + PAGE]:
        words += turn.text("invite.held_one", **_values(turn, one))
        until = day(turn.local(one.expires_at).date(), turn.language)
        label = turn.line("invite.held_label", unit=one.place.name, until=until)
        rows.append((Button.of(label, OnCode("open", one.id)),))
    before = (turn.button("roster.before", OnCode("list", max(0, skip - PAGE))),) if skip else ()
    after = (turn.button("roster.after", OnCode("list", skip + PAGE)),) if skip + PAGE < len(found) else ()
    rows += [(*before, *after)] if before or after else []
    rows += [(turn.button("menu.moi", Go("moi")),), (turn.button("menu.thanhvien", Go("thanhvien")),)]
    await turn.show(Message(text=tuple(words), buttons=tuple(rows)))


async def _show(turn: Turn, one: Held, *, sure: bool) -> None:
    words = turn.text("invite.held_one", **_values(turn, one))
    if sure:
        words += turn.text("invite.ask_withdraw")
    key, step = ("invite.sure_withdraw", "drop!") if sure else ("invite.withdraw", "drop")
    rows = ((turn.button(key, OnCode(step, one.id)),), (turn.button("button.back", OnCode("list", 0)),))
    await turn.show(Message(text=words, buttons=rows))


def _values(turn: Turn, one: Held) -> dict[str, str]:
    return {
        "unit": one.place.name,
        "roles": ", ".join(turn.line(f"role.{role}") for role in sorted(one.roles)),
        "left": number(one.uses_left, turn.language),
        "uses": number(one.uses, turn.language),
        "until": moment(turn.local(one.expires_at), turn.language),
    }
