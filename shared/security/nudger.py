"""Who nudges: the asker, in the position they act in; a coordinator needs none."""

from datetime import datetime

from shared.authority.nudging import Nudger
from shared.security.asker import Asker


def nudger(asker: Asker, at: datetime) -> Nudger:
    """The asker at that moment; refused where they act in no position, and are no coordinator."""
    coordinates = asker.key.role == "coordinator"
    if asker.coordinates:
        return Nudger(asker.key.person, coordinates=coordinates)
    by = asker.acting(at)
    return Nudger(by.person, by.position, by.partner, coordinates)
