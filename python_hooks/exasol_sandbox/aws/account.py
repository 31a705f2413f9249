"""The account that a sandbox starts with."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class AwsAccount:
    """What a client needs to use the sandbox's AWS.

    Attributes:
        access_key_id: Key of the bootstrap user, who may do everything.
        secret_access_key: Its secret; kept out of `repr`.
        region: Region of the bucket and of all SageMaker resources.
        account_id: Twelve digits.
        role_arn: Execution role that SageMaker may assume, with access to S3.
        bucket: Name of the bucket that exists from the start.
    """

    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str
    account_id: str
    role_arn: str
    bucket: str
