"""The policies as JSON, as a CloudFormation template, as Terraform, and as a table for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from exasol_sagemaker.iam.policies import Bundle
from exasol_sagemaker.iam.statements import Policy

Renderer = Callable[[Bundle, str], str]


def policy_name(name: str, policy: Policy) -> str:
    """Name of a managed policy: `<name>-dbt`, `<name>-database`, `<name>-execution`."""
    return f"{name}-{policy.role}"


def as_json(bundle: Bundle, name: str) -> str:
    """One object: the policy documents by name, and the role with its trust policy."""
    role = {
        "RoleName": bundle.scope.role_name,
        "Path": bundle.scope.role_path,
        "AssumeRolePolicyDocument": bundle.trust,
        "Policies": [policy_name(name, bundle.execution)],
    }
    policies = {policy_name(name, one): one.document() for one in bundle}
    return json.dumps({"Role": role, "Policies": policies}, indent=2)


def as_cloudformation(bundle: Bundle, name: str) -> str:
    """A template of one role and three managed policies, in JSON; needs CAPABILITY_NAMED_IAM."""
    resources: dict[str, Any] = {
        _logical_id(one): {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "ManagedPolicyName": policy_name(name, one),
                "Description": _description(one),
                "PolicyDocument": one.document(),
            },
        }
        for one in bundle
    }
    resources["ExecutionRole"] = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": bundle.scope.role_name,
            "Path": bundle.scope.role_path,
            "AssumeRolePolicyDocument": bundle.trust,
            "ManagedPolicyArns": [{"Ref": _logical_id(bundle.execution)}],
        },
    }
    outputs = {
        "RoleArn": {
            "Value": {"Fn::GetAtt": ["ExecutionRole", "Arn"]},
            "Description": "role_arn of the profile",
        },
        **{f"{_logical_id(one)}Arn": {"Value": {"Ref": _logical_id(one)}} for one in bundle},
    }
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "dbt-exasol-sagemaker: execution role and least-privilege policies",
        "Resources": resources,
        "Outputs": outputs,
    }
    return json.dumps(template, indent=2)


def as_terraform(bundle: Bundle, name: str) -> str:
    """Resources of the AWS provider in HCL."""
    blocks = [
        f'resource "aws_iam_policy" "{one.role}" {{\n'
        f"  name        = {_hcl(policy_name(name, one))}\n"
        f"  description = {_hcl(_description(one))}\n"
        f"  policy      = jsonencode({_hcl(one.document())})\n"
        "}"
        for one in bundle
    ]
    scope = bundle.scope
    blocks.append(
        'resource "aws_iam_role" "execution" {\n'
        f"  name               = {_hcl(scope.role_name)}\n"
        f"  path               = {_hcl(scope.role_path)}\n"
        f"  assume_role_policy = jsonencode({_hcl(bundle.trust)})\n"
        "}"
    )
    blocks.append(
        'resource "aws_iam_role_policy_attachment" "execution" {\n'
        "  role       = aws_iam_role.execution.name\n"
        "  policy_arn = aws_iam_policy.execution.arn\n"
        "}"
    )
    blocks.append('output "role_arn" {\n  value = aws_iam_role.execution.arn\n}')
    return "\n\n".join(blocks)


def as_markdown(bundle: Bundle, name: str) -> str:
    """For each policy a table of its actions, what they reach, and why they are there."""
    parts = []
    for policy in bundle:
        rows = [
            f"| `{action}` | {'<br>'.join(_reach(one, bundle) for one in statement.resources)} | {why} |"
            for statement in policy.statements
            for action, why in statement.actions.items()
        ]
        head = f"### {policy_name(name, policy)}: {policy.title}\n\n| action | on | why |\n|---|---|---|\n"
        parts.append(head + "\n".join(rows))
    return "\n\n".join(parts)


RENDERERS: Mapping[str, Renderer] = {
    "json": as_json,
    "cloudformation": as_cloudformation,
    "terraform": as_terraform,
    "markdown": as_markdown,
}


def _reach(arn: str, bundle: Bundle) -> str:
    """An ARN without what all of them share."""
    scope = bundle.scope
    if arn == "*":
        return "all"
    shortened = arn.split(":", 5)[-1].removesuffix(":log-stream:*")
    return "the execution role" if arn == scope.role_arn else f"`{shortened}`"


def _logical_id(policy: Policy) -> str:
    return f"{policy.role.capitalize()}Policy"


def _description(policy: Policy) -> str:
    return f"dbt-exasol-sagemaker: for {policy.title}"


def _hcl(value: Any) -> str:
    """A value as an HCL expression: JSON is one, but for what begins a template."""
    text = json.dumps(value, indent=2).replace("${", "$${").replace("%{", "%%{")
    return text.replace("\n", "\n  ")
