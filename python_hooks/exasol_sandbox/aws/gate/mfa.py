"""Codes of virtual MFA devices: RFC 6238 with SHA-1, six digits and 30 seconds, as in authenticator apps."""

from __future__ import annotations

import base64
import hmac
import struct
import time

STEP_SECONDS = 30
# AWS allows for a clock that is a little off.
_STEPS_OFF = (0, -1, 1)


def is_current_code(seed: str, code: str, now: float | None = None) -> bool:
    """Whether a device with this seed (base32) shows this code now, or did or will within half a minute."""
    moment = time.time() if now is None else now
    return any(
        hmac.compare_digest(code_at(seed, moment + steps * STEP_SECONDS), code) for steps in _STEPS_OFF
    )


def code_at(seed: str, moment: float) -> str:
    """What the device shows at a moment."""
    secret = base64.b32decode(seed.upper() + "=" * (-len(seed) % 8))
    digest = hmac.new(secret, struct.pack(">Q", int(moment // STEP_SECONDS)), "sha1").digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
