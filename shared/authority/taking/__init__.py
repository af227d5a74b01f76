"""What each fact of partnerships changes in a community; facts not named here change nothing in it.

What speaks of something unknown is passed over: one odd fact must not close every door.
"""

from shared.authority.community import Takes
from shared.authority.taking import (
    agreements,
    calendars,
    councils,
    mandates,
    partners,
    people,
    positions,
    sheets,
    signing_keys,
)

TAKES: Takes = {
    **people.TAKES,
    **partners.TAKES,
    **positions.TAKES,
    **councils.TAKES,
    **agreements.TAKES,
    **signing_keys.TAKES,
    **mandates.TAKES,
    **calendars.TAKES,
    **sheets.TAKES,
}
