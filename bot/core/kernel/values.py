"""What every value of ours is made from."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: immutable, comparable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
