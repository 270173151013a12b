"""Reports in the village: filled in up to a point, and read as they are stored."""

import re

from sqlalchemy import func, select

from bot.storage.tables import answer, conversation, submission
from tests.handlers.village import Reply, Village

CODE = re.compile(r"DL-[A-Z0-9]{6,}")
TAPS = ("Kinh tế - xã hội", "Nông dân", "Băn khoăn", "Nhiều ý kiến")
TEXT = "Bà con lo đường liên thôn xuống cấp"
PRIVATE = "Gọi anh ấy số 0912 345 678, căn cước 066090001234, thư a.b@vnn.vn"


async def to_text(town: Village) -> Reply:
    """The first four questions, answered by buttons."""
    replies = await town.say("rep", "/baocao")
    for label in TAPS:
        replies = await town.tap("rep", label)
    return replies[0]


async def to_summary(town: Village, text: str = TEXT) -> Reply:
    """Everything up to sending."""
    await to_text(town)
    await town.say("rep", text)
    await town.tap("rep", "Bỏ qua")
    return (await town.tap("rep", "Bình thường"))[0]


async def kept(town: Village) -> list[dict[str, object]]:
    """All reports, as they are stored."""
    async with town.database.read() as conn:
        found = [
            dict(row._mapping) for row in await conn.execute(select(submission).order_by(submission.c.id))
        ]
        answers = list(await conn.execute(select(answer)))
    for one in found:
        one |= {row.field: row.value for row in answers if row.submission_id == one["id"]}
    return found


async def half_filled(town: Village) -> int:
    """How many forms are half filled in."""
    async with town.database.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(conversation))).scalar_one())
