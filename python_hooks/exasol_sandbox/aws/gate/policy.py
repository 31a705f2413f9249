"""Evaluation of identity policies and trust policies.

Source of the rules: "Policy evaluation logic" and "IAM JSON policy elements" in the IAM user guide. A
condition that is not known here never makes an Allow hold and always makes a Deny hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from exasol_sandbox.aws.gate.conditions import as_list, holds, matches_any

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Access:
    """One thing a request wants to do.

    Attributes:
        action: Such as `s3:GetObject`.
        resource: ARN of what it is done to; `*` where the action has none.
        context: Condition keys, lower-case, and their values in this request; a key may stand several times.
    """

    action: str
    resource: str
    context: Pairs = ()

    def within(self, context: Pairs) -> Access:
        """The same with more context: that of the request and of who sends it."""
        return replace(self, context=(*self.context, *context))


def is_allowed(documents: Iterable[str], access: Access) -> bool:
    """Whether the policies allow the access and none denies it."""
    allowed = False
    for document in documents:
        for statement in statements(document):
            if _concerns(statement, access):
                if statement["Effect"] == "Deny":
                    return False
                allowed = True
    return allowed


def trusts(
    trust_document: str, *, principal_type: str, principals: Iterable[str], action: str, context: Pairs = ()
) -> bool:
    """Whether a role's trust policy lets a principal assume it.

    Args:
        trust_document: The role's AssumeRolePolicyDocument.
        principal_type: `Service` or `AWS`.
        principals: The names under which the principal may be listed.
        action: Such as `sts:AssumeRole`.
        context: Condition keys of the request.
    """
    names = {"*", *principals}
    trusted = False
    for statement in statements(trust_document):
        principal = statement.get("Principal", {})
        listed = {"*"} if principal == "*" else set(as_list(principal.get(principal_type, [])))
        if not (listed & names and matches_any(statement.get("Action", []), action, ignore_case=True)):
            continue
        if _conditions_hold(statement, context):
            if statement["Effect"] == "Deny":
                return False
            trusted = True
    return trusted


@lru_cache(maxsize=256)
def statements(document: str) -> tuple[dict[str, Any], ...]:
    """The statements of a policy document."""
    return tuple(as_list(json.loads(document).get("Statement", [])))


def _concerns(statement: Mapping[str, Any], access: Access) -> bool:
    if "NotAction" in statement:
        acts = not matches_any(statement["NotAction"], access.action, ignore_case=True)
    else:
        acts = matches_any(statement.get("Action", []), access.action, ignore_case=True)
    if "NotResource" in statement:
        reaches = not matches_any(statement["NotResource"], access.resource)
    else:
        reaches = matches_any(statement.get("Resource", []), access.resource)
    return acts and reaches and _conditions_hold(statement, access.context)


def _conditions_hold(statement: Mapping[str, Any], pairs: Pairs) -> bool:
    context: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        context[key.lower()] = (*context.get(key.lower(), ()), value)
    return holds(statement.get("Condition", {}), context, unknown=statement["Effect"] == "Deny")
