"""AWS clients from boto3's own credential chain."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from exasol_sagemaker.errors import ConfigurationError, CredentialsError, aws_errors
from exasol_sagemaker.session_check import Check, check_session, require_bucket
from exasol_sagemaker.settings import SageMakerSettings

if TYPE_CHECKING:
    import boto3
    from botocore.credentials import ReadOnlyCredentials
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sagemaker.client import SageMakerClient
    from mypy_boto3_sagemaker_runtime.client import SageMakerRuntimeClient
    from mypy_boto3_sts.client import STSClient

    from exasol_sagemaker.job import TrainingJob

__all__ = ["AwsSession", "Check"]

_MAX_ATTEMPTS = 8
_SESSION_NAME = "exasol-sagemaker"
_Client = TypeVar("_Client")


class AwsSession:
    """Clients for one target's settings; cheap to make, connects to nothing until a client is used.

    Safe to share between threads: clients are made once, on first use.

    Args:
        settings: Where to work.
        session: A boto3 session that is there already, such as that of an Airflow hook; otherwise one is made
            from profile_name, assume_role_arn and boto3's own chain.
    """

    def __init__(self, settings: SageMakerSettings, session: boto3.session.Session | None = None) -> None:
        self.settings = settings
        self._lock = threading.RLock()
        self._session = session
        self._clients: dict[str, Any] = {}
        self._buckets_found: set[str] = set()
        self._completed: dict[str, TrainingJob] = {}

    @property
    def region(self) -> str:
        """The region of all calls.

        Raises:
            ConfigurationError: Neither the settings nor boto3's chain name one.
        """
        region = self.settings.region or self.boto3_session.region_name
        if not region:
            raise ConfigurationError(
                "No AWS region is configured",
                hint="Set `region` in the profile's sagemaker block, or AWS_DEFAULT_REGION.",
            )
        return region

    @property
    def sagemaker(self) -> SageMakerClient:
        """SageMaker's control plane."""
        return self._client("sagemaker", lambda make: cast("SageMakerClient", make("sagemaker")))

    @property
    def runtime(self) -> SageMakerRuntimeClient:
        """SageMaker's InvokeEndpoint."""
        return self._client(
            "sagemaker-runtime", lambda make: cast("SageMakerRuntimeClient", make("sagemaker-runtime"))
        )

    @property
    def s3(self) -> S3Client:
        """S3."""
        return self._client("s3", lambda make: cast("S3Client", make("s3")))

    @property
    def autoscaling(self) -> Any:
        """Application Auto Scaling."""
        return self._client("application-autoscaling", lambda make: make("application-autoscaling"))

    @property
    def sts(self) -> STSClient:
        """STS."""
        return self._client("sts", lambda make: cast("STSClient", make("sts")))

    @property
    def iam(self) -> IAMClient:
        """IAM."""
        return self._client("iam", lambda make: cast("IAMClient", make("iam")))

    def warm_up(self) -> None:
        """Make the clients of S3 and SageMaker now: half a second of reading boto3's service models."""
        _ = self.sagemaker, self.s3

    @property
    def boto3_session(self) -> boto3.session.Session:
        """The boto3 session behind the clients."""
        with self._lock:
            if self._session is None:
                with aws_errors("The AWS session could not be set up"):
                    self._session = _make_session(self.settings)
            return self._session

    def credentials(self) -> ReadOnlyCredentials:
        """The credentials in force now: a snapshot that must not be logged.

        Raises:
            CredentialsError: boto3's chain finds none.
        """
        with aws_errors("AWS credentials could not be read", kind=CredentialsError):
            found = self.boto3_session.get_credentials()
            if found is None:
                raise CredentialsError(
                    "No AWS credentials were found",
                    hint="Give boto3 credentials in one of its usual ways: environment variables, "
                    "`aws configure`, `aws sso login`, or `profile_name` in the profile.",
                )
            return found.get_frozen_credentials()

    @property
    def is_amazon_s3(self) -> bool:
        """Whether S3 is Amazon's own, and not the sandbox or an S3-compatible store."""
        host = urlsplit(self.s3.meta.endpoint_url).hostname or ""
        return host.endswith((".amazonaws.com", ".amazonaws.com.cn"))

    def check(self) -> list[Check]:
        """Credentials, region, bucket and role, each with what to do about it.

        What is wrong is a Check that failed, not an exception.
        """
        return check_session(self)

    def require_bucket(self) -> None:
        """See that the settings' bucket exists and lies in this region; asked once per session.

        Raises:
            ConfigurationError: It does not.
        """
        bucket = self.settings.bucket
        with self._lock:
            if bucket in self._buckets_found:
                return
        require_bucket(self, bucket)
        with self._lock:
            self._buckets_found.add(bucket)

    def completed_job(self, job_name: str) -> TrainingJob | None:
        """A job that this session has seen completed: SageMaker never changes such a job again."""
        return self._completed.get(job_name)

    def remember(self, job: TrainingJob) -> TrainingJob:
        """Keep a job for completed_job, if it is one and its data's manifest was there; gives it back."""
        if job.status == "Completed" and job.row_count is not None:
            self._completed[job.job_name] = job
        return job

    def _client(self, service: str, build: Callable[[Callable[[str], Any]], _Client]) -> _Client:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = build(self._make_client)
            return cast(_Client, self._clients[service])

    def _make_client(self, service: str) -> Any:
        from botocore.config import Config  # noqa: PLC0415

        config = Config(
            retries={"mode": "adaptive", "total_max_attempts": _MAX_ATTEMPTS},
            connect_timeout=10,
            max_pool_connections=32,
            user_agent_extra="dbt-exasol-sagemaker",
        )
        with aws_errors(f"A client for {service} could not be made"):
            make: Any = self.boto3_session.client
            return make(
                service, region_name=self.region, endpoint_url=self.settings.endpoint_url, config=config
            )


def _make_session(settings: SageMakerSettings) -> boto3.session.Session:
    import boto3  # noqa: PLC0415

    session = boto3.session.Session(profile_name=settings.profile_name, region_name=settings.region)
    if settings.assume_role_arn is None:
        return session
    return _assume_role(session, settings)


def _assume_role(source: boto3.session.Session, settings: SageMakerSettings) -> boto3.session.Session:
    """A session whose credentials are those of the assumed role, renewed before they expire."""
    import boto3  # noqa: PLC0415
    from botocore.credentials import (  # noqa: PLC0415
        AssumeRoleCredentialFetcher,
        DeferredRefreshableCredentials,
    )
    from botocore.session import get_session  # noqa: PLC0415

    credentials = source.get_credentials()
    if credentials is None:
        raise CredentialsError(
            f"The role {settings.assume_role_arn} cannot be assumed",
            why="boto3 found no credentials to assume it with.",
            hint="Give boto3 credentials in one of its usual ways, or drop `assume_role_arn`.",
        )

    def client_creator(service: str, **arguments: Any) -> Any:
        make: Any = source.client
        arguments = {"endpoint_url": settings.endpoint_url, **arguments}
        return make(service, **arguments)

    fetcher = AssumeRoleCredentialFetcher(
        client_creator,
        credentials,
        str(settings.assume_role_arn),
        extra_args={"RoleSessionName": _SESSION_NAME},
    )
    assumed = get_session()
    assumed._credentials = DeferredRefreshableCredentials(  # type: ignore[attr-defined]
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )
    return boto3.session.Session(botocore_session=assumed, region_name=settings.region or source.region_name)
