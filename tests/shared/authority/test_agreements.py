"""Agreements in the register: on whom a version waits."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.authority.agreements import Agreement, Version
from shared.contracts.partnerships import AgreementTerms

AT = datetime(2026, 11, 22, tzinfo=UTC)
COLLEGE, CLINIC, UNION = UUID(int=1), UUID(int=2), UUID(int=3)
BOTH = AgreementTerms((COLLEGE, CLINIC), {"en": "shared"}, {"en": "blended"})
ALL = AgreementTerms((COLLEGE, CLINIC, UNION), {"en": "shared"}, {"en": "blended"})
DAY = timedelta(days=1)


def test_a_version_all_who_stay_have_signed_waits_on_any_of_them_once_the_last_one_missing_has_left() -> None:
    standing = Version(1, ALL, "first", AT, AT, {COLLEGE, CLINIC, UNION}, {UNION: AT + DAY})
    following = Version(2, BOTH, "second", AT, None, {COLLEGE, CLINIC})
    agreement = Agreement(UUID(int=9), "care", [standing, following])
    assert agreement.missing(AT) == {UNION}
    assert agreement.missing(AT + DAY) == {COLLEGE, CLINIC}
    following.in_force_since = AT + DAY
    assert agreement.missing(AT + DAY) == frozenset()
