"""Evaluation of identity policies.

Source of the rules: "Policy evaluation logic" and "IAM JSON policy elements" in the IAM user guide. An
operator of a condition that is not known here never matches an Allow and always matches a Deny.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Access:
    """One thing a request wants to do.

    Attributes:
        action: Such as `s3:GetObject`.
        resource: ARN of what it is done to; `*` where the action has none.
        context: Condition keys, lower-case, and their values in this request.
    """

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()


def is_allowed(documents: Iterable[str], access: Access) -> bool:
    """Whether the policies allow the access and none denies it."""
    allowed = False
    for document in documents:
        for statement in _statements(document):
            if _concerns(statement, access):
                if statement["Effect"] == "Deny":
                    return False
                allowed = True
    return allowed


def trusts(trust_document: str, *, principal_type: str, principals: Iterable[str], action: str) -> bool:
    """Whether a role's trust policy lets a principal assume it.

    Args:
        trust_document: The role's AssumeRolePolicyDocument.
        principal_type: `Service` or `AWS`.
        principals: The names under which the principal may be listed.
        action: Such as `sts:AssumeRole`.
    """
    names = {"*", *principals}
    trusted = False
    for statement in _statements(trust_document):
        principal = statement.get("Principal", {})
        listed = {"*"} if principal == "*" else set(_as_list(principal.get(principal_type, [])))
        if listed & names and _matches_any(statement.get("Action", []), action, ignore_case=True):
            if statement["Effect"] == "Deny":
                return False
            trusted = True
    return trusted


def _concerns(statement: Mapping[str, Any], access: Access) -> bool:
    if "NotAction" in statement:
        acts = not _matches_any(statement["NotAction"], access.action, ignore_case=True)
    else:
        acts = _matches_any(statement.get("Action", []), access.action, ignore_case=True)
    if "NotResource" in statement:
        reaches = not _matches_any(statement["NotResource"], access.resource)
    else:
        reaches = _matches_any(statement.get("Resource", []), access.resource)
    return acts and reaches and _conditions_hold(statement, access)


def _conditions_hold(statement: Mapping[str, Any], access: Access) -> bool:
    context = dict(access.context)
    for operator, tests in statement.get("Condition", {}).items():
        name = operator.removesuffix("IfExists")
        compare = _OPERATORS.get(name)
        if compare is None:
            return bool(statement["Effect"] == "Deny")
        for key, expected in tests.items():
            actual = context.get(key.lower())
            if actual is None:
                if operator.endswith("IfExists") or "Not" in name:
                    continue
                return False
            if not compare(actual, [str(value) for value in _as_list(expected)]):
                return False
    return True


_OPERATORS: dict[str, Callable[[str, list[str]], bool]] = {
    "StringEquals": lambda actual, expected: actual in expected,
    "StringNotEquals": lambda actual, expected: actual not in expected,
    "StringLike": lambda actual, expected: _matches_any(expected, actual),
    "StringNotLike": lambda actual, expected: not _matches_any(expected, actual),
    "ArnEquals": lambda actual, expected: _matches_any(expected, actual),
    "ArnLike": lambda actual, expected: _matches_any(expected, actual),
    "Bool": lambda actual, expected: actual.lower() in [value.lower() for value in expected],
}


def _matches_any(patterns: Any, value: str, *, ignore_case: bool = False) -> bool:
    return any(_pattern(pattern, ignore_case).fullmatch(value) for pattern in _as_list(patterns))


@lru_cache(maxsize=4096)
def _pattern(text: str, ignore_case: bool) -> re.Pattern[str]:
    regex = re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(regex, re.IGNORECASE | re.DOTALL if ignore_case else re.DOTALL)


@lru_cache(maxsize=256)
def _statements(document: str) -> tuple[dict[str, Any], ...]:
    return tuple(_as_list(json.loads(document).get("Statement", [])))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
