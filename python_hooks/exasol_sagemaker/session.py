"""AWS clients from boto3's own credential chain."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exasol_sagemaker.settings import SageMakerSettings

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sagemaker.client import SageMakerClient
    from mypy_boto3_sagemaker_runtime.client import SageMakerRuntimeClient
    from mypy_boto3_sts.client import STSClient


@dataclass(frozen=True)
class Check:
    """One line of what `dbt debug` shows of AWS.

    Attributes:
        name: What was looked at: `credentials`, `region`, `bucket`, `role`.
        status: `ok`, `warning` (could not be looked at) or `failed`.
        detail: What was found.
        hint: What to do about it; empty if ok.
    """

    name: str
    status: str
    detail: str
    hint: str = ""


class AwsSession:
    """Clients for one target's settings; cheap to make, connects to nothing until a client is used.

    Safe to share between threads: clients are made once, on first use.
    """

    def __init__(self, settings: SageMakerSettings) -> None:
        self.settings = settings
        self._lock = threading.RLock()

    @property
    def region(self) -> str:
        """The region of all calls."""
        raise NotImplementedError

    @property
    def sagemaker(self) -> SageMakerClient:
        """SageMaker's control plane."""
        raise NotImplementedError

    @property
    def runtime(self) -> SageMakerRuntimeClient:
        """SageMaker's InvokeEndpoint."""
        raise NotImplementedError

    @property
    def s3(self) -> S3Client:
        """S3."""
        raise NotImplementedError

    @property
    def sts(self) -> STSClient:
        """STS."""
        raise NotImplementedError

    @property
    def iam(self) -> IAMClient:
        """IAM."""
        raise NotImplementedError

    @property
    def boto3_session(self) -> boto3.session.Session:
        """The boto3 session behind the clients."""
        raise NotImplementedError

    def check(self) -> list[Check]:
        """Credentials, region, bucket and role, each with what to do if it is not right. Raises nothing of AWS's."""
        raise NotImplementedError
