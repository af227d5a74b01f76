"""The same act for an API client: a line for the shell, which the key's holder can paste."""

import json
import shlex
from typing import Any


def curl(base: str, method: str, path: str, body: Any = None, acting_as: str | None = None) -> str:
    """`base` is the installation's address. The key is not in the line: it stands in `$KEY`."""
    parts = ["curl", "-sS"] + ([] if method == "GET" else ["-X", method])
    line = " ".join([*parts, shlex.quote(base + path), '-H "Authorization: Bearer $KEY"'])
    if acting_as is not None:
        line += f" -H {shlex.quote(f'Acting-As: {acting_as}')}"
    if body is not None:
        sent = json.dumps(body, ensure_ascii=False)
        line += f" -H 'Content-Type: application/json' -d {shlex.quote(sent)}"
    return line
