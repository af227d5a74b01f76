"""What a key may be used for. A scope opens a door of the API; whether its holder may decide is judged by position."""

from shared.contracts.partnerships import Role

SCOPES: dict[str, str] = {
    "read": "read what the community shares",
    "communities:open": "open a community and name its first coordinator",
    "partners:register": "register partners and persons, convene councils, lay agreements before partners",
    "contact": "change or erase one's own contact data, and as a coordinator anybody's",
    "keys:issue": "issue and revoke API keys",
    "keys:own": "rotate and end one's own API keys, revoke one's own signing keys",
    "authority:record": "record positions, holders and responsibilities",
    "authority:confirm": "confirm them, for one's own partner",
    "pathways:publish": "publish pathways",
    "propose": "draft, revise, submit and withdraw proposals, revise outlines",
    "decide": "respond to concepts, decide proposals, sign off steps, sign agreements, decide reviews",
    "record": "record sign-offs on behalf, as they stand on a letter, an e-mail or in minutes; nudge others",
    "delegate": "delegate matters of a position one holds, say when one is away, and take either back",
    "deliver": "open and close offerings, submit reviews",
    "calendars:keep": "keep one's own partner's calendar, and schedule meetings of one's councils",
    "history:read": "replay the history and read the whole story",
    "operate": "see what a service could not take in, of any community, and have it tried again or left out",
    "backdate": "state when something happened, for imports only",
}

ROLE_SCOPES: dict[Role, tuple[str, ...]] = {
    "operator": ("communities:open", "operate"),
    "coordinator": (
        "read", "contact", "keys:own", "partners:register", "keys:issue", "authority:record", "pathways:publish",
        "record", "history:read", "calendars:keep",
    ),
    "authority-administrator": (
        "read", "contact", "keys:own", "authority:record", "authority:confirm", "record", "delegate", "calendars:keep",
    ),
    "member": ("read", "contact", "keys:own", "propose", "decide", "record", "delegate", "deliver", "calendars:keep"),
    "advisor": ("read", "contact", "keys:own", "decide", "delegate"),
    "auditor": ("read", "contact", "keys:own", "history:read"),
    "integration": ("read", "keys:own", "propose"),
}  # fmt: skip
"""The scopes a role's keys have, unless fewer are asked for; `backdate` is always asked for by name."""
