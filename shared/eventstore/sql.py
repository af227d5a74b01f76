"""SQL lives in `.sql` files, in blocks that start with `-- name: …`; this finds a block by its name."""

import re
from functools import cache
from importlib.resources import files

_BLOCK = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def statements(package: str, file: str) -> dict[str, str]:
    """Every named statement of `file` inside `package`, by name."""
    parts = _BLOCK.split(files(package).joinpath(file).read_text(encoding="utf-8"))
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}
