"""Values and facts: data that never changes once made."""

from typing import Annotated

from msgspec import Meta, Struct

LanguageTag = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*(?!\n)$", max_length=35)]
Words = Annotated[str, Meta(min_length=1, max_length=8000)]
Text = Annotated[dict[LanguageTag, Words], Meta(min_length=1, max_length=20)]
"""Text people read: BCP 47 language tag → words, at least one, as in `{"en": "…", "fr": "…"}`."""


class Value(Struct, frozen=True, gc=False):
    """Data that is equal when its fields are equal. Subclasses repeat `frozen=True`, for mypy.

    The garbage collector does not look at it: what is never changed cannot come to hold itself, and looking for cycles
    there costs every replay dearly.
    """


class Fact(Value, frozen=True, tag_field="fact"):
    """Something that happened and was recorded: past tense, decided by one service, read by whoever hears it.

    Every subclass in `shared.contracts` states a stable `tag` such as `credentials.sign-off-recorded.v1`;
    the tag, never the Python name, is what is stored. A fact holds no personal data and no free text by or
    about a person: it names people by id and comments by the digest of a note.
    """

    @classmethod
    def fact_tag(cls) -> str:
        """The stable tag this fact is stored under."""
        tag = cls.__struct_config__.tag
        if not isinstance(tag, str):
            raise TypeError(f"{cls.__name__} states no tag")
        return tag
