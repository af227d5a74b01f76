"""What is asked of a proposal. Routes take these as bodies; a field nobody knows is refused, in the outline too."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, structs

from shared.contracts.values import Digest, Outline, OutlineChange, Scope, Slug
from shared.kernel import Intent, Remark, SignedAs


class StatedOutline(Outline, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An outline as asked: a typing error in a field's name is refused, not lost."""

    def plain(self) -> Outline:
        """The same content as facts carry it."""
        return Outline(*structs.astuple(self))


class StatedChange(OutlineChange, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A change as asked: a typing error in a field's name is refused, not lost."""

    def plain(self) -> OutlineChange:
        """The same change as facts carry it."""
        return OutlineChange(*structs.astuple(self))


About = Annotated[tuple[Scope, ...], Meta(max_length=20)]


class DraftProposal(Intent, frozen=True):
    """Begin a proposal. `key` is unique in the community; the outline may still be incomplete.

    `about` says within what it lies (sector, jurisdiction, unit, job-function, credit, amount): whoever answers for
    just that decides it.
    """

    key: Slug
    outline: StatedOutline
    about: About = ()


class ReviseProposal(Intent, frozen=True):
    """Set fields of the outline; null clears one. `about`, where it is stated, takes the place of what it was about.

    With the `digest` of the whole outline as it was read, it is refused where that is another by now.
    """

    change: StatedChange
    about: About | None = None
    digest: Digest | None = None


class SubmitProposal(Intent, frozen=True):
    """Lay it before the partner that shall decide it."""

    to: UUID


class RespondToConcept(Intent, frozen=True):
    """Answer the two questions, and say what your partner will contribute, if it will."""

    in_demand: bool
    intended_assessment_reflects_job: bool
    contribution: Remark | None = None
    comment: Remark | None = None
    signed_as: SignedAs | None = None


class AcceptProposal(Intent, frozen=True):
    """Accept it, on the pathway of that id or key.

    `about`, where it is stated, takes the place of what the proposal was about; whoever accepts decides it either way.
    """

    pathway: Annotated[str, Meta(min_length=1, max_length=80)]
    comment: Remark | None = None
    signed_as: SignedAs | None = None
    about: About | None = None


class SendBack(Intent, frozen=True):
    """Return or decline it; the reason is owed to those who proposed."""

    reason: Remark
    signed_as: SignedAs | None = None


class WithdrawProposal(Intent, frozen=True):
    """Take it back."""

    reason: Remark | None = None
