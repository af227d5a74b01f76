"""What `./dev up` starts on: the data that is kept, or empty data, and the operator key that belongs to it.

The operator key is told once, when the first migration has made the log. So `keys.json` says from before that moment
that nobody has a key yet; a start that finds it so removes what is there, for nothing of worth can be in it.
"""

import re
from collections.abc import Sequence

from deploy.local import broker, places
from deploy.local.kept import Kept, Keys
from deploy.local.postgres import Postgres
from deploy.local.processes import CannotStart

OPERATOR_KEY = re.compile(r"operator key .*: (consortia_\S+)$")


def prepare(kept: Kept, *, fresh: bool) -> None:
    """Empty data to start on, where that is asked for, or where a killed run left data that nobody has a key to."""
    cluster = places.postgres_place(kept.data / "postgres").cluster
    keys = None if fresh else kept.keys()
    if fresh or (keys is None and not cluster.exists()) or (keys is not None and not keys.operator):
        remove_data(kept)


def remove_data(kept: Kept) -> None:
    """Remove everything kept. The keys go first: killed half-way, the next start removes the rest."""
    kept.save_keys(Keys())
    Postgres.remove(kept.data / "postgres")
    broker.remove(kept.data)
    places.remove_folder(kept.data / "note-keys")
    for name in (kept.journal_file.name, "stack.log"):
        (kept.data / name).unlink(missing_ok=True)


def keep_operator_key(kept: Kept, migrated: Sequence[str]) -> None:
    """The operator key is told once, by the first migration: it is on the disk before anything is done with it."""
    told = [found[1] for line in migrated if (found := OPERATOR_KEY.search(line))]
    if told:
        kept.save_keys(Keys(told[0]))
    elif (keys := kept.keys()) is None or not keys.operator:
        raise CannotStart(
            f"{kept.keys_file} is missing, and the operator key it held is told only once. Put the file back,"
            " or start on empty data: ./dev up --fresh"
        )
