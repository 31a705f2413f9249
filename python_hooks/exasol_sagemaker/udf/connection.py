"""The client of SageMaker Runtime, with the credentials of the CONNECTION."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from exasol_sagemaker.udf.context import CONFIG, where
from exasol_sagemaker.udf.in_flight import MOST_REQUESTS

if TYPE_CHECKING:
    from exasol_sagemaker.udf.context import exa


_clients: dict[str, Any] = {}


def runtime_client() -> Any:
    """A client for the credentials in the CONNECTION; kept for the next group.

    Raises:
        ValueError: There are none in it.
    """
    name = CONFIG["connection"]
    connection = exa.get_connection(name)
    secret, _, token = (connection.password or "").partition(";session_token=")
    # Settings of encryption for EXPORT may stand behind the secret.
    secret = secret.partition(";")[0]
    if not connection.user or not secret:
        raise ValueError(
            f"{where()}: CONNECTION {name} has no AWS credentials. Its USER must be an access key id, and "
            "its IDENTIFIED BY the secret access key."
        )
    if connection.user not in _clients:
        _clients.clear()
        _clients[connection.user] = boto3.session.Session(
            aws_access_key_id=connection.user,
            aws_secret_access_key=secret,
            aws_session_token=token or None,
            region_name=CONFIG["region"],
        ).client(
            "sagemaker-runtime",
            config=Config(
                retries={"total_max_attempts": 1},
                max_pool_connections=MOST_REQUESTS,
                connect_timeout=10,
                # A model has 60 seconds to answer; a serverless endpoint may have to start one first.
                read_timeout=150,
            ),
        )
    return _clients[connection.user]
