"""Intents: what somebody asks to be done, imperative. Routes take them as request bodies, decisions as arguments."""

from datetime import date

from msgspec import Struct

EARLIEST, LATEST = 1900, 2200
"""Years between which every moment lies."""


class Intent(Struct, forbid_unknown_fields=True, frozen=True):
    """Unknown fields are refused, so that a typing error is not lost; dates and moments lie between 1900 and 2200."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, date) and not EARLIEST < value.year < LATEST:
                raise ValueError(f"`{name}` lies outside {EARLIEST} to {LATEST}")
