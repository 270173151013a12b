"""The Bot API's refusals."""

from typing import Any


class ApiError(Exception):
    """A refusal: HTTP status, description and parameters, as the Bot API words them."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON that is answered."""
        body = {"ok": False, "error_code": self.status, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body
