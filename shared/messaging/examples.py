"""One fact of each kind, as it was really recorded where one was: for whoever wants to see one before hearing it.

`examples.jsonl` is written by `python -m deploy.docs` from the samples the tests keep.
"""

from importlib.resources import files

import msgspec

from shared.kernel import Value


class Example(Value, frozen=True):
    """A fact's tag, the stream it stands in, and its bytes."""

    tag: str
    stream: str
    data: msgspec.Raw


def examples() -> dict[str, Example]:
    """By tag, in the order of the contracts."""
    lines = files("shared.messaging").joinpath("examples.jsonl").read_bytes().splitlines()
    decoder = msgspec.json.Decoder(Example)
    return {example.tag: example for example in map(decoder.decode, lines)}
