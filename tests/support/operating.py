"""What docs/operating.md has an operator run, taken from the page."""

import re

from tests.support.servers import CHECKOUT


def forgetting(log: str) -> str:
    """The block that forgets what was heard of a log."""
    said = (CHECKOUT / "docs" / "operating.md").read_text()
    blocks: list[str] = re.findall(r"```sql\n(.*?)```", said, re.DOTALL)
    (block,) = (found for found in blocks if "delete from store.heard" in found)
    return block.replace("'credentials'", f"'{log}'")
