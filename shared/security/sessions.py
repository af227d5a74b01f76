"""Sessions of people who use pages in a browser: a signed statement of which API key opened one, and when.

Nothing of a session is stored, and the key's secret is not in it. What the key may do, and whether it still opens
anything, is asked of the register at every request: revoking the key ends its sessions.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

LASTS = timedelta(hours=12)
"""How long a session lasts from signing in."""


class Sessions:
    """Seals and opens what browsers carry for us, with the secret all four services share."""

    def __init__(self, secret: str, *, secure: bool) -> None:
        """`secure`: browsers send the cookies over HTTPS only."""
        self.secure = secure
        self._secret = secret.encode()
        options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._sessions = URLSafeTimedSerializer(secret, salt="consortia session", signer_kwargs=options)
        self._carried = URLSafeTimedSerializer(secret, salt="consortia carried", signer_kwargs=options)

    @property
    def cookie(self) -> str:
        """The cookie's name; with `__Host-`, browsers take it from this host alone (RFC 6265bis, 4.1.3.2)."""
        return "__Host-consortia-session" if self.secure else "consortia-session"

    @property
    def form_cookie(self) -> str:
        """The name of the cookie that forms are drawn for before there is a session."""
        return "__Host-consortia-form" if self.secure else "consortia-form"

    def form_token(self, bound: str) -> str:
        """What a form carries that was drawn for that cookie; nobody without the secret can tell it."""
        return hmac.new(self._secret, b"consortia form\n" + bound.encode(), hashlib.sha256).hexdigest()

    def sealed(self, key: str) -> str:
        """A session of that key, opened now, and like no other."""
        return str(self._sessions.dumps([key, secrets.token_hex(8)]))

    def key_of(self, sealed: str | None) -> str | None:
        """The id of the key that opened it; None for what is none of ours, or is over."""
        try:
            opened = self._sessions.loads(sealed, max_age=int(LASTS.total_seconds())) if sealed else None
        except BadData:
            return None
        return opened[0] if isinstance(opened, list) else None

    def carry(self, plain: object) -> str:
        """A plain value that a browser carries to the next page."""
        return str(self._carried.dumps(plain))

    def carried(self, sealed: str | None) -> object:
        """What `carry` was handed a few minutes ago; else None."""
        try:
            return self._carried.loads(sealed, max_age=600) if sealed else None
        except BadData:
            return None
