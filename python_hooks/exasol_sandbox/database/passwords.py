"""What is kept of users' passwords."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_ITERATIONS = 20_000


def hashed(password: str) -> str:
    """A salted digest of a password."""
    salt = secrets.token_hex(8)
    return f"{salt}${_digest(password, salt)}"


def matches(password: str, stored: str) -> bool:
    """Whether a password is the one of which `stored` is kept."""
    salt, _, digest = stored.partition("$")
    return hmac.compare_digest(_digest(password, salt), digest)


def _digest(password: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), bytes.fromhex(salt), _ITERATIONS).hex()
