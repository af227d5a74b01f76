"""Looking for words in files, in every form a program might have written them in."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

BLOCK = 8 * 1024 * 1024


def forms(words: str) -> dict[str, bytes]:
    """The words as UTF-8, UTF-16, in base64 at each of its three alignments, in hex, and escaped for JSON and URLs."""
    plain = words.encode()
    found = {
        "utf-8": plain,
        "utf-16-le": words.encode("utf-16-le"),
        "utf-16-be": words.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "json": json.dumps(words)[1:-1].encode(),
        "JSON": json.dumps(words)[1:-1].upper().replace("\\U", "\\u").encode(),
        "url": quote(words, safe="").encode(),
    }
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain)
        inner = encoded[(4 if shift else 0) : len(encoded) // 4 * 4 - 4]  # what does not hang on its neighbours
        found |= {f"base64+{shift}": inner, f"base64url+{shift}": inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def pieces(words: str, size: int = 8) -> dict[str, bytes]:
    """Every stretch of `size` bytes. PostgreSQL's compression writes bytes it has not seen before as they are, with a

    byte of its own between every eight: of random words of 15 bytes or more, one such stretch stays whole.
    """
    plain = words.encode()
    return {f"from {at}": plain[at : at + size] for at in range(len(plain) - size + 1)}


def files(*folders: Path) -> Iterator[Path]:
    """Every file in these folders, whosesoever."""
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def found(sought: dict[str, bytes], among: Iterable[Path]) -> list[str]:
    """Where which of them stands, as `file: form`; blocks overlap, so that none is cut in two."""
    overlap = max(len(one) for one in sought.values()) - 1
    told = []
    for path in among:
        try:
            with path.open("rb") as file:
                left, tail = dict(sought), b""
                while left and (block := file.read(BLOCK)):
                    seen = [form for form, one in left.items() if one in tail + block]
                    told += [f"{path}: {form}" for form in seen]
                    left = {form: one for form, one in left.items() if form not in seen}
                    tail = block[-overlap:]
        except FileNotFoundError:
            continue  # servers remove files while they run
    return told
