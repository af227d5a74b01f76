"""Where to go once the stack is ready: addresses, keys to try, one line to paste, and where the data is."""

from collections.abc import Sequence

from deploy.local import places
from deploy.local.case_file import Case
from deploy.local.checklist import Checklist
from deploy.local.kept import Kept, Keys
from deploy.local.player_setup import AUDITOR, COORDINATOR, role_of

SERVICES = ("partnerships", "intake", "credentials", "oversight")
SHOWN = "nscc-cican"
"""The case the signposts lead to, where it was played."""


def put_up(checklist: Checklist, base: str, kept: Kept, cases: Sequence[Case]) -> None:
    """Print all of it."""
    keys = kept.keys() or Keys()
    case = next((case for case in cases if case.key == SHOWN and SHOWN in keys.cases), None)
    microcredentials = kept.journal(keys).cases[SHOWN].microcredentials if case and is_played(kept, keys) else {}
    checklist.table("Addresses", addresses(base, case, microcredentials))
    if case is None:
        checklist.say(f"\nNo case was played. The operator key, which opens a community, is in {kept.keys_file}; try:")
        checklist.say(f"  curl -s {base}/partnerships/readyz")
    else:
        community, advisor = keys.cases[SHOWN], an_advisor(case)
        shown = {
            "coordinator": community.people[COORDINATOR],
            f"advisor ({advisor})": community.people[advisor],
            "auditor": community.people[AUDITOR],
        }
        checklist.table(f"Keys to try, of {case.case.community}", shown)
        checklist.say("\nWhere everything stands, as the advisor sees it:")
        checklist.say(f"  curl -s -H 'Authorization: Bearer {community.people[advisor]}' '{base}/oversight/v1/board'")
        checklist.say('\nNext: eval "$(./dev keys)" sets these keys in your shell, for the walks of README.md.')
    where = {
        "databases": str(places.postgres_place(kept.data / "postgres").root),
        "everything else": str(kept.data),
        "all keys": str(kept.keys_file),
        "log": str(kept.data / "stack.log"),
    }
    checklist.table("Data", where)


def is_played(kept: Kept, keys: Keys) -> bool:
    """Whether the shown case got as far as having an act."""
    return SHOWN in kept.journal(keys).cases


def addresses(base: str, case: Case | None, microcredentials: dict[str, str]) -> dict[str, str]:
    """Names and URLs; those of a case only where one is shown."""
    named = {"pages": f"{base}/board (choose there whom to sign in as)", "all services": base}
    named |= {f"{service}, its API": f"{base}/{service}/openapi/openapi.json" for service in SERVICES}
    named |= {"board, as JSON": f"{base}/oversight/v1/board", "inbox, as JSON": f"{base}/oversight/v1/inbox"}
    if case is not None:
        position = next(position for position in case.position if position.matters)
        query = f"matter={position.matters[0]}&partner={position.partner}"
        named["who decides"] = f"{base}/partnerships/v1/who-decides?{query}"
    for key, found in microcredentials.items():
        named[f"story of {key}" if len(microcredentials) > 1 else "story"] = f"{base}/microcredentials/{found}"
    return named


def an_advisor(case: Case) -> str:
    """The first position whose person has an advisor's key."""
    return next(position.key for position in case.position if role_of(position) == "advisor")
