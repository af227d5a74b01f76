"""The yearly reconfirmation of a partner's register."""

from datetime import datetime


def a_year_after(at: datetime) -> datetime:
    """The same day and hour a year on; 28 February after a leap day."""
    try:
        return at.replace(year=at.year + 1)
    except ValueError:
        return at.replace(year=at.year + 1, day=28)
