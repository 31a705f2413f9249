"""Which of the policies a refused action belongs to: for errors that say how to go on."""

from __future__ import annotations

import re

from exasol_sagemaker.iam.policies import Bundle, least_privilege
from exasol_sagemaker.iam.scope import Scope

_ACTION = re.compile(r"not authorized to perform:? ([A-Za-z0-9-]+:[A-Za-z0-9]+)")
# "Also ensure that the role has "s3:GetObject" permissions": a model's artifact that cannot be read.
_ROLE_LACKS = re.compile(r"""role has ["']?([a-z0-9-]+:[A-Za-z0-9]+)""")
# Operations of S3 that are allowed by an action of another name.
_S3_ACTIONS = {
    "CompleteMultipartUpload": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "DeleteObjects": "s3:DeleteObject",
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "ListObjectsV2": "s3:ListBucket",
    "UploadPart": "s3:PutObject",
}


def denied_action(message: str, operation: str) -> str:
    """The action that AWS refused.

    Args:
        message: AWS's own words, which name it, but for answers without a body.
        operation: botocore's name of the call.
    """
    named = _ACTION.search(message)
    if named:
        return named[1]
    if operation in _S3_ACTIONS:
        return _S3_ACTIONS[operation]
    known = (action for policy in _bundle() for action in policy.actions)
    return next((action for action in known if action.endswith(f":{operation}")), operation)


def refused_to_role(message: str) -> str | None:
    """The action that SageMaker says the execution role lacks; None if it says something else."""
    if "role" not in message.lower():
        return None
    named = _ACTION.search(message) or _ROLE_LACKS.search(message)
    return named[1] if named else None


def how_to_allow(action: str, role: str = "dbt", *, whose: str = "the identity that runs this") -> str:
    """What to do about a refused action: the policy that allows it, and where to get it."""
    policies = {policy.role: policy for policy in _bundle()}
    if action not in policies[role].actions:
        return f"Allow {action} for {whose}."
    return f"Allow {action} for {whose}: it is part of policy `{role}`, which `exasol-sagemaker iam` prints."


def _bundle() -> Bundle:
    account = "0" * 12
    scope = Scope("s3://bucket", "eu-central-1", account, f"arn:aws:iam::{account}:role/role")
    return least_privilege(scope, in_database_scripts=True)
