"""Where a FILE clause leads: to an object in S3, or back to the client through a tunnel."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.transfer.statement import CsvColumns, Location

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

# https://docs.exasol.com/db/latest/loading_data/load_data_amazon_s3.htm: virtual-hosted style only.
_S3_HOST = re.compile(
    r"^(?P<bucket>[a-z0-9][a-z0-9.-]+)\.s3(?:[.-](?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com$"
)
# What the global endpoint stands for.
_GLOBAL_REGION = "us-east-1"


@dataclass(frozen=True)
class S3Object:
    """An object in S3.

    Attributes:
        url: as Exasol shows it in messages.
        region: that the requests are signed for.
        key_id: of USER; empty for a public object.
        secret: of IDENTIFIED BY, without the settings after it.
        settings: `sse_type`, `kms_key_id` and `session_token` of IDENTIFIED BY.
    """

    url: str
    bucket: str
    key: str
    region: str
    key_id: str
    secret: str = field(repr=False)
    settings: dict[str, str] = field(repr=False)
    columns: tuple[CsvColumns, ...] = ()


@dataclass(frozen=True)
class TunnelFile:
    """A file that the client serves through a tunnel.

    Attributes:
        url: as Exasol shows it in messages.
        encrypted: whether the client is a TLS server behind the tunnel.
        public_key: base64 of the SHA-256 of the client's public key; None does not check it.
    """

    url: str
    host: str
    port: int
    path: str
    encrypted: bool
    public_key: str | None
    columns: tuple[CsvColumns, ...] = ()


Endpoint = S3Object | TunnelFile


def endpoints(session: Session, locations: tuple[Location, ...]) -> list[Endpoint]:
    """Every file of a statement.

    Raises:
        ExasolError: a CONNECTION is absent, or an address is of a kind that IMPORT and EXPORT do not serve.
    """
    found: list[Endpoint] = []
    for location in locations:
        address, user, password = location.address or "", location.user, location.password
        if location.connection is not None:
            connection = session.connection(location.connection)
            session.privileges.check_connection(connection.name)
            address = connection.address
            user = connection.user if user is None else user
            password = connection.password if password is None else password
        for file in location.files:
            found.append(_endpoint(address, user or "", password or "", location, file.name, file.columns))
    return found


def _endpoint(
    address: str, user: str, password: str, location: Location, name: str, columns: tuple[CsvColumns, ...]
) -> Endpoint:
    parts = urlsplit(address)
    folder = parts.path.strip("/")
    key = f"{folder}/{name}" if folder else name.lstrip("/")
    if parts.scheme == "s3" and parts.netloc:
        return _object(f"{parts.netloc}.s3.amazonaws.com", key, user, password, columns)
    if parts.scheme in {"http", "https"} and parts.hostname:
        host = parts.hostname
        if host == "amazonaws.com" or host.endswith(".amazonaws.com"):
            return _object(host, key, user, password, columns)
        # Parameters of the connection string follow the port after a semicolon.
        port = re.match(r"[^:]*:(\d+)", parts.netloc)
        number = int(port.group(1)) if port else 443 if parts.scheme == "https" else 80
        url = f"{parts.scheme}://{host}:{number}/{key}"
        return TunnelFile(url, host, number, f"/{key}", parts.scheme == "https", location.public_key, columns)
    raise ExasolError(
        "42636",
        f"ETL-5103: the connection string '{address}' is not supported; use http://, https:// or s3://",
    )


def _object(host: str, key: str, user: str, password: str, columns: tuple[CsvColumns, ...]) -> S3Object:
    match = _S3_HOST.match(host)
    if match is None:
        raise ExasolError(
            "42636",
            f"ETL-2210: AWS URL is invalid: Provided URL is not a valid AWS S3 URL (https://{host}/{key}); "
            "the bucket must be part of the host name, as in https://<bucket>.s3.<region>.amazonaws.com",
        )
    secret, *rest = password.split(";")
    settings = {}
    for setting in rest:
        name, _, value = setting.partition("=")
        if name.strip():
            settings[name.strip().lower()] = value
    return S3Object(
        url=f"https://{host}/{key}",
        bucket=match["bucket"],
        key=key,
        region=match["region"] or _GLOBAL_REGION,
        key_id=user,
        secret=secret,
        settings=settings,
        columns=columns,
    )
