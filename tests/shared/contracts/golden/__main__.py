"""`python -m tests.shared.contracts.golden [--recorded]`: adds the samples that are missing, and overwrites none."""

import argparse
import asyncio

from shared.contracts import LOGS, facts_of
from tests.shared.contracts.golden.keeping import FOLDER, SUMS, Contracts, add, missing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--recorded", action="store_true", help="also play the cases, for facts with no recorded sample"
    )
    recorded = asyncio.run(_recorded()) if parser.parse_args().recorded else {}
    written = []
    for log in LOGS:
        contracts = Contracts(log, facts_of(log))
        written += add(FOLDER, contracts, missing(FOLDER, contracts))
        written += add(FOLDER, contracts, recorded.get(log, {}), "recorded")
    for file in written:
        print(file.relative_to(FOLDER))  # noqa: T201 - whoever adds a fact reads these through
    print(f"{len(written)} files written and added to {SUMS}; read them through, and commit them.")  # noqa: T201 - see above


async def _recorded() -> dict[str, dict[str, list[bytes]]]:
    from tests.shared.contracts.golden.recording import from_the_cases  # it starts servers, which most do not need

    return await from_the_cases(FOLDER)


if __name__ == "__main__":
    main()
