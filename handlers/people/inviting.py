"""/moi: an invitation into a unit, with its link and a picture to scan."""

import asyncio
from io import BytesIO

import segno

from bot.acts import invitations
from bot.acts.context import Context, Refusal
from bot.acts.handouts import hand_out
from bot.acts.invitations import Created
from bot.core.kernel.formats import moment
from bot.core.people.codes import grouped
from bot.core.people.members import parse_roles
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState, Options
from bot.core.talk.message import Attachment, Message
from bot.core.talk.place import ask
from bot.core.talk.taps.people import OnCode
from handlers import filling, forms
from handlers.places import own_first
from handlers.turn import Turn

SCALE, BORDER = 8, 4  # pixels a module, and the quiet modules around them that scanners need


async def invite(turn: Turn) -> None:
    """Begin an invitation, or go on with the one that was left."""
    await filling.begin(turn, "invite")


async def _options(turn: Turn, state: FormState) -> Options:
    return {"units": await own_first(turn)} if state.at == "unit" else {}


async def _ahead(turn: Turn, unit: str) -> tuple[str, str | None, bytes]:
    """A code, its link and the picture of that, made before the transaction in which the code is kept."""

    async def work(ctx: Context) -> tuple[str, str | None, bytes]:
        code, link = await invitations.ahead(ctx, unit, turn.account)
        return code, link, await asyncio.to_thread(qr, link) if link else b""

    return await turn.context.apart(("invitation", unit), work)


async def _submit(turn: Turn, state: FormState) -> str | forms.Again | None:
    answers = {key: one.value for key, one in state.answers.items()}
    code, link, picture = await _ahead(turn, answers["unit"])
    made = await invitations.create(
        turn.context,
        answers["unit"],
        parse_roles(answers["roles"]),
        days=int(answers["days"]),
        uses=int(answers["uses"]),
        otherwise=turn.account,
        code=code,
    )
    if isinstance(made, Refusal):
        if not made.key.startswith("unit."):
            return made.key
        return forms.Again(ask(state, "unit"), made.text(turn.house.texts, turn.language))
    words = turn.text(
        "invite.receipt",
        code=grouped(made.code),
        unit=made.place.name,
        roles=", ".join(turn.line(f"role.{role}") for role in sorted(made.roles)),
        until=moment(turn.local(made.expires_at), turn.language),
        uses=made.uses,
    )
    way = "invite.linked" if made.link else "invite.typed"
    text = (*words, *turn.text(way, code=grouped(made.code), link=made.link or ""))
    await turn.show(Message(text=text, buttons=((turn.button("invite.all", OnCode("list", 0)),),)))
    if made.link is not None and made.link == link:  # accounts may have come or gone since it was drawn
        await _show(turn, made, picture)
    return None


async def _show(turn: Turn, made: Created, data: bytes) -> None:
    # The code can be read off the picture, so the picture stays no longer than it takes to send it.
    picture = await hand_out(turn.context, "ma-moi.png", "image/png", data)
    if not isinstance(picture, Refusal):
        words = turn.text("invite.picture", unit=made.place.name)
        await turn.send_file(Attachment(file_id=picture, kind="photo"), words)


def qr(link: str) -> bytes:
    """A link as a QR code, PNG."""
    drawn = BytesIO()
    segno.make(link, error="m").save(drawn, kind="png", scale=SCALE, border=BORDER)
    return drawn.getvalue()


forms.register(
    forms.FormHandler(
        slug="invite",
        allowed=lambda turn: may(turn.member, Act.INVITE),
        submit=_submit,
        options=_options,
        sources=frozenset({"units"}),
        cancelled="invite.cancelled",
        needs={"unit": "choice", "roles": "choice", "days": "choice", "uses": "choice"},
    )
)
