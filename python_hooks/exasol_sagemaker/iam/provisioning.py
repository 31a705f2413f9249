"""Creates the policies and the role in IAM, and brings them up to date."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from exasol_sagemaker.errors import AwsError, ConfigurationError, aws_errors, is_not_found
from exasol_sagemaker.iam.policies import Bundle
from exasol_sagemaker.iam.rendering import policy_name
from exasol_sagemaker.iam.statements import Policy

if TYPE_CHECKING:
    from mypy_boto3_iam.client import IAMClient

_VERSIONS = 5


@dataclass(frozen=True)
class Change:
    """One thing to be done in IAM.

    Attributes:
        action: `create` or `update`.
        kind: `policy`, `role`, `trust policy` or `attachment`.
        name: Of what; for an attachment `<policy> to <role>`.
    """

    action: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.name}"


def plan(iam: IAMClient, bundle: Bundle, name: str) -> list[Change]:
    """What `apply` would do: nothing where IAM has all of it already. Only reads."""
    return [change for change, _ in _steps(iam, bundle, name)]


def apply(iam: IAMClient, bundle: Bundle, name: str) -> Iterator[Change]:
    """Do what `plan` says, one change at a time; may be run again at any point.

    Raises:
        ConfigurationError: The role lies in another account than the credentials.
        AwsError: IAM refused something; what was done before stays.
    """
    for change, step in _steps(iam, bundle, name):
        with aws_errors(f"IAM did not {change}", node=change.name, kind=AwsError):
            step()
        yield change


def policy_arn(bundle: Bundle, name: str, policy: Policy) -> str:
    """ARN of a managed policy of ours."""
    scope = bundle.scope
    return f"arn:{scope.partition}:iam::{scope.account_id}:policy/{policy_name(name, policy)}"


def _steps(iam: IAMClient, bundle: Bundle, name: str) -> list[tuple[Change, Any]]:
    steps: list[tuple[Change, Any]] = []
    with aws_errors(
        "IAM could not be looked at",
        hint="Reading and creating policies and roles needs an "
        "administrator: run this as one, or give them what `--format` prints.",
    ):
        for policy in bundle:
            steps += _policy_steps(iam, bundle, name, policy)
        steps += _role_steps(iam, bundle, name)
    return steps


def _policy_steps(iam: IAMClient, bundle: Bundle, name: str, policy: Policy) -> list[tuple[Change, Any]]:
    full_name, arn = policy_name(name, policy), policy_arn(bundle, name, policy)
    document = json.dumps(policy.document(), separators=(",", ":"))
    found = _existing(lambda: iam.get_policy(PolicyArn=arn))
    if found is None:
        create = lambda: iam.create_policy(  # noqa: E731
            PolicyName=full_name, PolicyDocument=document, Description=f"dbt-exasol-sagemaker: {policy.title}"
        )
        return [(Change("create", "policy", full_name), create)]
    version = found["Policy"]["DefaultVersionId"]
    stored = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    if _parsed(stored) == policy.document():
        return []

    def update() -> None:
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        if len(versions) >= _VERSIONS:
            oldest = min((one for one in versions if not one["IsDefaultVersion"]), key=_created)
            iam.delete_policy_version(PolicyArn=arn, VersionId=oldest["VersionId"])
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)

    return [(Change("update", "policy", full_name), update)]


def _role_steps(iam: IAMClient, bundle: Bundle, name: str) -> list[tuple[Change, Any]]:
    scope = bundle.scope
    role, trust = scope.role_name, json.dumps(dict(bundle.trust), separators=(",", ":"))
    arn = policy_arn(bundle, name, bundle.execution)
    attach = (
        Change("create", "attachment", f"{policy_name(name, bundle.execution)} to {role}"),
        lambda: iam.attach_role_policy(RoleName=role, PolicyArn=arn),
    )
    found = _existing(lambda: iam.get_role(RoleName=role))
    if found is None:
        create = lambda: iam.create_role(  # noqa: E731
            RoleName=role,
            Path=scope.role_path,
            AssumeRolePolicyDocument=trust,
            Description="dbt-exasol-sagemaker: SageMaker trains and serves with it",
        )
        return [(Change("create", "role", role), create), attach]
    if found["Role"]["Arn"] != scope.role_arn:
        raise ConfigurationError(
            f"The role {scope.role_arn} cannot be created",
            why=f"{found['Role']['Arn']} has its name.",
            hint="Give that one as role_arn, or another name.",
        )
    steps: list[tuple[Change, Any]] = []
    if _parsed(found["Role"]["AssumeRolePolicyDocument"]) != bundle.trust:
        update = lambda: iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust)  # noqa: E731
        steps.append((Change("update", "trust policy", role), update))
    pages = iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
    if arn not in [one["PolicyArn"] for page in pages for one in page["AttachedPolicies"]]:
        steps.append(attach)
    return steps


def _existing(look: Any) -> Any:
    from botocore.exceptions import ClientError  # noqa: PLC0415

    try:
        return look()
    except ClientError as error:
        if is_not_found(error) or error.response["Error"]["Code"] == "NoSuchEntity":
            return None
        raise


def _parsed(document: Any) -> Any:
    """boto3 gives documents decoded, but for those that moto or an old version give as text."""
    return json.loads(unquote(document)) if isinstance(document, str) else document


def _created(version: Any) -> Any:
    return version["CreateDate"]
