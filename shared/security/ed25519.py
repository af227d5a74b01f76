"""Ed25519 public keys (RFC 8032): their ids, and which of them nobody should sign with. Arithmetic only, no library.

A key off the curve, in a second spelling, or outside the group of prime order lets signatures be made that hold for
several messages or keys at once; none of those is registered.
"""

import hashlib

LENGTH = 32
P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493
_INFO = bytes.fromhex("302a300506032b6570032100")
"""What comes before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410)."""
Point = tuple[int, int, int, int]
"""Extended coordinates: X, Y, Z and T, where x = X/Z, y = Y/Z and xy = T/Z."""
NEUTRAL: Point = (0, 1, 1, 0)


def key_id(public_key: bytes) -> str:
    """The key's fingerprint: SHA-256 over its SubjectPublicKeyInfo, as `openssl pkey -pubin -outform DER` writes it."""
    return "sha-256:" + hashlib.sha256(_INFO + public_key).hexdigest()


def is_sound(public_key: bytes) -> bool:
    """Whether these bytes are a point of prime order in its only spelling: no small-order or mixed-order key."""
    point = _decoded(public_key)
    return point is not None and not _is_neutral(point) and _is_neutral(_times(ORDER, point))


def _decoded(public_key: bytes) -> Point | None:
    """RFC 8032, section 5.1.3; None for what is no point, or not in its shortest form."""
    if len(public_key) != LENGTH:
        return None
    number = int.from_bytes(public_key, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    over, under = (y * y - 1) % P, (D * y * y + 1) % P
    x = over * pow(under, 3, P) * pow(over * pow(under, 7, P), (P - 5) // 8, P) % P
    if (under * x * x - over) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (under * x * x - over) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _plus(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    total = NEUTRAL
    while number:
        if number & 1:
            total = _plus(total, point)
        point, number = _plus(point, point), number >> 1
    return total


def _is_neutral(point: Point) -> bool:
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0
