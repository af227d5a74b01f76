"""Intents: what somebody asks to be done, imperative. Routes take them as request bodies, decisions as arguments."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared.kernel.values import LanguageTag

EARLIEST, LATEST = 1900, 2200
"""Years between which every moment lies."""


class Intent(Struct, forbid_unknown_fields=True, frozen=True):
    """Unknown fields are refused, so that a typing error is not lost; dates and moments lie between 1900 and 2200."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, date) and not EARLIEST < value.year < LATEST:
                raise ValueError(f"`{name}` lies outside {EARLIEST} to {LATEST}")


Said = Annotated[str, Meta(min_length=1, max_length=8000)]


class Comment(Intent, frozen=True):
    """Free text with its language (BCP 47); `in-confidence` is for its author, coordinators and auditors only."""

    words: Said
    language: LanguageTag = "en"
    confidentiality: Literal["community", "in-confidence"] = "community"


Remark = Said | Comment
"""What a comment field takes: plain words, taken as English, or a `Comment`."""
