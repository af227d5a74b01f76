"""`python -m deploy.nats one` prints the configuration of a NATS server: for another prefix, or with more who listen.

    python -m deploy.nats one --listener reporting=intake,credentials > nats.conf

gives a user `reporting`, with the password in NATS_REPORTING_PASSWORD, who may hear these logs and say nothing.
"""

import argparse
import re
import sys

from deploy.nats.configuration import MEMBERS, Member
from deploy.nats.files import one, three


def listener(text: str) -> Member:
    """`reporting=intake,credentials`: who, and which logs."""
    name, _, logs = text.partition("=")
    known = {member.name for member in MEMBERS if member.decides}
    heard = tuple(dict.fromkeys(logs.split(",")))
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name) or name in {member.name for member in MEMBERS}:
        raise argparse.ArgumentTypeError(f"{name or 'nothing'} is no name for a listener: give one such as reporting")
    if not known.issuperset(heard):
        raise argparse.ArgumentTypeError(f"a listener hears some of {', '.join(sorted(known))}, with commas between")
    return Member(name, decides=False, hears=heard)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.nats", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("servers", choices=["one", "three"], help="how many servers the broker has")
    parser.add_argument("--prefix", default="facts", help="CONSORTIA_NATS_PREFIX of the installation (facts)")
    parser.add_argument("--listener", type=listener, action="append", default=[], help="NAME=LOG,LOG; may be repeated")
    options = parser.parse_args(arguments)
    members = (*MEMBERS, *options.listener)
    sys.stdout.write(one(options.prefix, members) if options.servers == "one" else three(options.prefix, members))


if __name__ == "__main__":
    main(sys.argv[1:])
