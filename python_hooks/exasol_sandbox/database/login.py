"""The login of a client: a public key, the password encrypted with it, and a session in return."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.errors import LOGIN_FAILED, ExasolError
from exasol_sandbox.database.result_set import MAX_PAGE_BYTES
from exasol_sandbox.database.session import Session
from exasol_sandbox.tokens import Kind

# From 8.32 on drivers name the public key of a tunnel's certificate in their statements, which is then
# checked.
RELEASE_VERSION = "8.34.0"
PROTOCOL_VERSIONS = (1, 2, 3, 4, 5)
_KEY_BITS = 2048


class LoginKey:
    """The key pair that passwords travel under; one for all connections of a server, made at the first
    login.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @cached_property
    def _private(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)

    def public(self) -> dict[str, str]:
        """The answer to the command `login`."""
        with self._lock:
            key = self._private.public_key()
        pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1)
        numbers = key.public_numbers()
        return {
            "publicKeyPem": pem.decode(),
            "publicKeyModulus": f"{numbers.n:x}",
            "publicKeyExponent": f"{numbers.e:06x}",
        }

    def decrypt(self, password: str) -> str:
        """The password that a client sent.

        Raises:
            ExasolError: it was not encrypted with our key.
        """
        try:
            return self._private.decrypt(base64.b64decode(password), padding.PKCS1v15()).decode()
        except (ValueError, binascii.Error) as error:
            raise ExasolError(LOGIN_FAILED, "Connection exception - authentication failed.") from error


def agreed_version(requested: object) -> int:
    """The protocol version to speak with a client that asks for `requested`: that one, or the highest below
    it.
    """
    number = requested if isinstance(requested, int) else PROTOCOL_VERSIONS[-1]
    return max(PROTOCOL_VERSIONS[0], min(number, PROTOCOL_VERSIONS[-1]))


def log_in(database: Database, key: LoginKey, request: Mapping[str, Any]) -> Session:
    """Opens a session with the second message of the login.

    Raises:
        ExasolError: user, password or attributes are wrong.
    """
    return _with_attributes(database.login(*_credentials(key, request)), request)


def user_of(database: Database, key: LoginKey, request: Mapping[str, Any], by_token: bool) -> str:
    """The user who logs in on a subconnection, which opens no session.

    Raises:
        ExasolError: name, password or token are wrong.
    """
    if by_token:
        return database.user_of_token(*_token(request))
    return database.user_of(*_credentials(key, request))


def log_in_by_token(database: Database, request: Mapping[str, Any]) -> Session:
    """Opens a session with the second message of the login by token.

    Raises:
        ExasolError: token or attributes are wrong.
    """
    return _with_attributes(database.login_by_token(*_token(request)), request)


def _credentials(key: LoginKey, request: Mapping[str, Any]) -> tuple[str, str]:
    user, password = request.get("username"), request.get("password")
    if not isinstance(user, str) or not isinstance(password, str):
        raise ExasolError(LOGIN_FAILED, "Connection exception - the login needs username and password.")
    return user, key.decrypt(password)


def _token(request: Mapping[str, Any]) -> tuple[str, Kind]:
    access, refresh = request.get("accessToken"), request.get("refreshToken")
    if isinstance(access, str) and access:
        return access, "access"
    if isinstance(refresh, str) and refresh:
        return refresh, "refresh"
    raise ExasolError(LOGIN_FAILED, "Connection exception - the login needs an access or refresh token.")


def _with_attributes(session: Session, request: Mapping[str, Any]) -> Session:
    attributes = {name: value for name, value in dict(request.get("attributes") or {}).items() if value != ""}
    try:
        session.set_attributes(attributes)
    except ExasolError:
        session.close()
        raise
    return session


def session_facts(session: Session, version: int) -> dict[str, Any]:
    """`responseData` of a login that succeeded."""
    attributes = session.attributes
    return {
        "sessionId": session.session_id,
        "protocolVersion": version,
        "releaseVersion": RELEASE_VERSION,
        "databaseName": "SANDBOX",
        "productName": "EXASolution",
        "maxDataMessageSize": MAX_PAGE_BYTES,
        "maxIdentifierLength": 128,
        "maxVarcharLength": 2_000_000,
        "identifierQuoteString": '"',
        "timeZone": attributes.get("timezone", "UTC"),
        "timeZoneBehavior": attributes.get("timeZoneBehavior", "INVALID SHIFT AMBIGUOUS ST"),
    }
