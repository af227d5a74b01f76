"""Communities, the persons in them, and the matters a community adds to the vocabulary."""

from uuid import UUID

from shared.contracts.values import Matter, Slug
from shared.kernel import Fact, Text


class CommunityOpened(Fact, frozen=True, tag="partnerships.community-opened.v1"):
    """A community of practice was opened, with its first coordinator. Stream `community-`."""

    key: Slug
    name: Text
    coordinator: UUID


class PersonRegistered(Fact, frozen=True, tag="partnerships.person-registered.v1"):
    """A person exists, known by this id only. Stream `person-`."""

    person: UUID


class MatterAdded(Fact, frozen=True, tag="partnerships.matter-added.v1"):
    """The community has one more matter beside the starting ones, in English and French. Stream `matter-`."""

    id: UUID
    matter: Matter
    name: Text


PeopleFact = CommunityOpened | PersonRegistered | MatterAdded
