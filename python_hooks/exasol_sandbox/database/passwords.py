"""What is kept of how users identify themselves: by a password, or by tokens of an OpenID subject."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_ITERATIONS = 20_000
OPENID = "openid:"


def hashed(password: str) -> str:
    """A salted digest of a password."""
    salt = secrets.token_hex(8)
    return f"{salt}${_digest(password, salt)}"


def matches(password: str, stored: str) -> bool:
    """Whether a password is the one of which `stored` is kept."""
    if stored.startswith(OPENID):
        return False
    salt, _, digest = stored.partition("$")
    return hmac.compare_digest(_digest(password, salt), digest)


def openid(subject: str) -> str:
    """What is kept of a user who logs in by token."""
    return OPENID + subject


def subject_of(stored: str) -> str | None:
    """The OpenID subject of a user who logs in by token; None if by password."""
    return stored.removeprefix(OPENID) if stored.startswith(OPENID) else None


def _digest(password: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), bytes.fromhex(salt), _ITERATIONS).hex()
