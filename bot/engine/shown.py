"""What messages show, as far as this process knows: an edit that changes nothing is not sent."""

from collections import OrderedDict

from bot.core.delivery.outcome import Outcome, Sent, Uncertain
from bot.core.ports import EditPart, Part, Request, SendPart
from bot.core.talk.message import Button

KEPT = 2048  # messages, the last changed; of older ones the platform says itself that nothing changed
Rows = tuple[tuple[Button, ...], ...]


class Shown:
    """One account's messages, by chat and id: their text (None: not known) and their buttons.

    Only what the platform accepted counts, and the account has no other sender.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[str | None, Rows]] = OrderedDict()

    def already(self, request: Request) -> bool:
        """Whether the message shows this already."""
        if not isinstance(request, EditPart):
            return False
        text, rows = self._known.get((request.chat_id, request.message_id), (None, None))
        return rows == request.part.buttons and request.part.text in ("", text)

    def learn(self, request: Request, outcome: Outcome) -> None:
        """Remember what an answer tells."""
        match request, outcome:
            case SendPart(chat_id, part), Sent(message_id=str(message_id)):
                self._keep((chat_id, message_id), part)
            case EditPart(chat_id, message_id, part), Sent():
                self._keep((chat_id, message_id), part)
            case EditPart(chat_id, message_id, _), Uncertain():
                self._known.pop((chat_id, message_id), None)

    def _keep(self, message: tuple[str, str], part: Part) -> None:
        before, _ = self._known.get(message, (None, ()))
        self._known[message] = part.text or before, part.buttons
        self._known.move_to_end(message)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
