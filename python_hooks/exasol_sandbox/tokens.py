"""OpenID tokens: what stands for the identity provider of an Exasol that users log in to by token.

Exasol takes tokens of the provider that it was set up with and finds the user by the token's subject
(https://docs.exasol.com/db/latest/sql/create_user.htm, IDENTIFIED BY OPENID SUBJECT). The sandbox is its own
provider: `sandbox token` issues them, with a key that lies in the home folder. To clients they are opaque.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Literal

from cryptography.fernet import Fernet, InvalidToken

Kind = Literal["access", "refresh"]
LIFETIME_SECONDS: dict[Kind, int] = {"access": 60 * 60, "refresh": 30 * 24 * 60 * 60}
_KEY_FILE = "token.key"


class TokenRefused(Exception):
    """The token is not ours, has expired, or is of the other kind."""


class Tokens:
    """Issues and checks tokens.

    Args:
        key: a key of `cryptography.fernet`.
    """

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    def issue(self, subject: str, kind: Kind = "access") -> str:
        """A token for the user who is identified by `subject`."""
        claims = {"sub": subject, "kind": kind, "exp": time.time() + LIFETIME_SECONDS[kind]}
        return self._fernet.encrypt(json.dumps(claims).encode()).decode()

    def subject(self, token: str, kind: Kind) -> str:
        """Whom a token was issued for.

        Raises:
            TokenRefused: it must not be taken.
        """
        try:
            claims = json.loads(self._fernet.decrypt(token.encode()))
        except InvalidToken as error:
            raise TokenRefused("the token was not issued by this sandbox") from error
        if claims["kind"] != kind:
            raise TokenRefused(f"the token is no {kind} token")
        if claims["exp"] < time.time():
            raise TokenRefused("the token has expired")
        return str(claims["sub"])


def tokens_of(home: Path) -> Tokens:
    """Those of the sandbox in `home`; its key is made if there is none, readable by its owner only."""
    file = home / _KEY_FILE
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(Fernet.generate_key())
    except FileExistsError:
        pass
    return Tokens(file.read_bytes())
