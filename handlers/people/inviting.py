"""/moi: an invitation into a unit, with its link and a picture to scan."""

from io import BytesIO

import segno

from bot.core.kernel.formats import moment
from bot.core.people.members import Member, parse_roles
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState, Options
from bot.core.talk.message import Attachment, Message
from bot.storage.accounts import files
from bot.storage.people import audit, joining, units
from handlers import forms
from handlers.places import own_first
from handlers.turn import Turn

DAY_MS = 86_400_000
PICTURE_KEPT_MS = 3_600_000
SCALE, BORDER = 8, 4  # pixels a module, and the quiet modules around them that scanners need


async def invite(turn: Turn) -> None:
    """Begin an invitation, or go on with the one that was left."""
    await forms.begin(turn, "invite")


async def _options(turn: Turn, state: FormState) -> Options:
    return {"units": await own_first(turn)} if state.at == "unit" else {}


async def _submit(turn: Turn, state: FormState) -> str | None:
    place = await units.get(turn.conn, state.answers["unit"].value)
    if turn.member is None or place is None or not may(turn.member, Act.INVITE, place.path):
        return "invite.no_unit"
    roles = parse_roles(state.answers["roles"].value)
    uses = int(state.answers["uses"].value)
    made = await joining.make_invite(
        turn.conn,
        place.code,
        roles,
        expires_at=turn.now + int(state.answers["days"].value) * DAY_MS,
        uses=uses,
        created_by=f"member:{turn.member.id}",
        now=turn.now,
        account=turn.account,
    )
    detail = f"{';'.join(sorted(roles))}, {uses} uses, until {made.expires_at}"
    await audit.note(
        turn.conn, f"member:{turn.member.id}", "invite create", f"unit:{place.code}", detail, turn.now
    )
    words = turn.text(
        "invite.receipt",
        code=made.code,
        unit=place.name,
        roles=", ".join(turn.line(f"role.{role}") for role in sorted(roles)),
        until=moment(turn.local(made.expires_at), turn.language),
        uses=uses,
    )
    way = "invite.linked" if made.link else "invite.typed"
    await turn.show(Message(text=(*words, *turn.text(way, code=made.code, link=made.link or ""))))
    if made.link is not None:
        await _picture(turn, turn.member, made.link, place.name)
    return None


async def _picture(turn: Turn, member: Member, link: str, unit: str) -> None:
    # The code can be read off the picture, so the picture stays no longer than it takes to send it.
    until = turn.now + PICTURE_KEPT_MS
    picture = await files.make_for(turn.conn, member.id, "ma-moi.png", "image/png", qr(link), until)
    await turn.send_file(Attachment(file_id=picture, kind="photo"), turn.text("invite.picture", unit=unit))


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
        cancelled="invite.cancelled",
    )
)
