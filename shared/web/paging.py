"""Opaque cursors for lists ordered by a time and an id: where the page ended, in a form nobody needs to read."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from shared.kernel import Refused
from shared.kernel.intents import EARLIEST, LATEST
from shared.web.faults import QueryNotRight


def cursor(rows: list[dict[str, Any]], limit: int, time: str, key: str) -> str | None:
    """The cursor after the first `limit` rows, or None where there are no more."""
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    return base64.urlsafe_b64encode(msgspec.json.encode((last[time], last[key]))).decode().rstrip("=")


def place(text: str | None) -> tuple[datetime, UUID] | None:
    """The place a cursor names; refused where it is none of ours."""
    if text is None:
        return None
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        time, key = msgspec.json.decode(plain, type=tuple[Annotated[datetime, Meta(tz=True)], UUID])
        if not EARLIEST < time.year < LATEST:
            raise ValueError("no moment of ours")
        return time, key
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise Refused(QueryNotRight("`after` is not a cursor; take `next` from the page before.")) from None
