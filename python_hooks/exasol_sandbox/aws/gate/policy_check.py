"""Refusal of policies that the gate would not enforce as they are written.

AWS takes them. Here they would be ignored, or deny what AWS allows, and nobody would know why.
"""

from __future__ import annotations

import json
from typing import Any

from exasol_sandbox.aws.errors import AwsError
from exasol_sandbox.aws.gate.conditions import KEYS, as_list, is_known_key, is_known_operator, tests
from exasol_sandbox.aws.gate.request import AwsRequest

_ELEMENTS = {
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "Condition",
}


def check_policies(request: AwsRequest, service: str) -> None:
    """Looks at the policy that a request brings along, if it brings one.

    Raises:
        AwsError: `MalformedPolicyDocument` for what the sandbox does not evaluate, naming it.
    """
    if service == "s3" and request.method == "PUT" and "policy" in request.query:
        raise AwsError(
            "NotImplemented",
            "The sandbox does not evaluate bucket policies; use policies of users and roles.",
            501,
        )
    if service != "iam":
        return
    form = request.form
    if "PermissionsBoundary" in form:
        raise _refused("The sandbox does not evaluate permissions boundaries")
    for member in ("PolicyDocument", "AssumeRolePolicyDocument"):
        if member in form:
            _check_document(form[member])


def _check_document(text: str) -> None:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _refused("Syntax errors in policy") from error
    if not isinstance(document, dict):
        raise _refused("Syntax errors in policy")
    for statement in as_list(document.get("Statement", [])):
        if isinstance(statement, dict):
            _check_statement(statement)


def _check_statement(statement: dict[str, Any]) -> None:
    for element in statement:
        if element not in _ELEMENTS:
            raise _refused(f"The sandbox does not evaluate the element {element}")
    for member in ("Resource", "NotResource"):
        if any("${" in str(arn) for arn in as_list(statement.get(member, []))):
            raise _refused("The sandbox does not evaluate policy variables")
    conditions = statement.get("Condition", {})
    if not isinstance(conditions, dict) or not all(isinstance(keys, dict) for keys in conditions.values()):
        raise _refused("Syntax errors in policy: Condition has to be operators with keys")
    for operator, key, values in tests(conditions):
        if not is_known_operator(operator):
            raise _refused(f"The sandbox does not evaluate the condition operator {operator}")
        if not is_known_key(key):
            known = ", ".join(sorted([*KEYS, "aws:requesttag/<key>"]))
            raise _refused(f"The sandbox does not evaluate the condition key {key}; it knows {known}")
        if any("${" in value for value in values):
            raise _refused("The sandbox does not evaluate policy variables")


def _refused(why: str) -> AwsError:
    return AwsError("MalformedPolicyDocument", f"{why}.")
