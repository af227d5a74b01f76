"""Intents: what somebody asks to be done, imperative. Routes take them as request bodies, decisions as arguments."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared.kernel.values import LanguageTag, Text

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
    """Free text with its language (BCP 47); `in-confidence` is for its author, coordinators and auditors only.

    Whoever signs what they say chooses the `salt`, 32 bytes in base64: the digest of salt and words is what is signed.
    """

    words: Said
    language: LanguageTag = "en"
    confidentiality: Literal["community", "in-confidence"] = "community"
    salt: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=(?!\n)$")] | None = None


_UNSEEN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
Line = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=rf"^[^\s{_UNSEEN}]([^{_UNSEEN}]*[^\s{_UNSEEN}])?(?!\n)$")
]
"""Up to 200 characters on one line, all of them to be seen, without space around them."""


class SignedAs(Intent, frozen=True):
    """The name a decision is signed with, as whoever decides states it, and their title; by default the position's."""

    name: Line
    title: Text | None = None


Remark = Said | Comment
"""What a comment field takes: plain words, taken as English, or a `Comment`."""
