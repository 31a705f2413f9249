"""Conditions of policies.

Source of the rules: "IAM JSON policy elements: condition operators" and "AWS global condition context keys"
in the IAM user guide; keys of the services: the service authorization reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

Context = Mapping[str, tuple[str, ...]]

# What requests are looked at for. A key that a request lacks is another thing than a key not in here.
KEYS = frozenset(
    {
        "application-autoscaling:scalable-dimension",
        "application-autoscaling:service-namespace",
        "aws:currenttime",
        "aws:epochtime",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:sourceaccount",
        "aws:tagkeys",
        "aws:username",
        "cloudwatch:namespace",
        "iam:awsservicename",
        "iam:passedtoservice",
        "s3:delimiter",
        "s3:prefix",
        "sts:externalid",
        "sts:rolesessionname",
    }
)
_KEY_FAMILIES = ("aws:requesttag/",)
_QUALIFIERS = ("ForAllValues:", "ForAnyValue:")


def is_known_key(key: str) -> bool:
    """Whether requests here are looked at for this condition key."""
    return key.lower() in KEYS or key.lower().startswith(_KEY_FAMILIES)


def is_known_operator(operator: str) -> bool:
    """Whether this operator is evaluated here, with its qualifier and `IfExists`."""
    return _plain(operator) in _OPERATORS or operator == "Null"


def holds(conditions: Mapping[str, Mapping[str, Any]], context: Context, *, unknown: bool) -> bool:
    """Whether all conditions of a statement hold.

    Args:
        conditions: The statement's Condition block.
        context: Keys in lower case, and their values in this request.
        unknown: What counts for operators and keys that are not known here.
    """
    return all(_holds(operator, key, wanted, context, unknown) for operator, key, wanted in tests(conditions))


def tests(conditions: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, list[str]]]:
    """Operator, key and values of each test in a Condition block."""
    for operator, keys in conditions.items():
        for key, value in keys.items():
            yield operator, key, [_text(one) for one in as_list(value)]


def matches_any(patterns: Any, value: str, *, ignore_case: bool = False) -> bool:
    """Whether a value is one of some patterns with `*` and `?`."""
    return any(_pattern(pattern, ignore_case).fullmatch(value) for pattern in as_list(patterns))


def as_list(value: Any) -> list[Any]:
    """A value that IAM lets stand alone or in a list, as a list."""
    return value if isinstance(value, list) else [value]


def _holds(operator: str, key: str, wanted: list[str], context: Context, unknown: bool) -> bool:
    if not (is_known_operator(operator) and is_known_key(key)):
        return unknown
    actual = context.get(key.lower())
    if operator == "Null":
        return (actual is None) == (wanted == ["true"])
    name = _plain(operator)
    if actual is None:
        return operator.endswith("IfExists") or "Not" in name or operator.startswith("ForAllValues:")
    compare = _OPERATORS[name]
    if operator.startswith("ForAnyValue:"):
        return any(compare(one, wanted) for one in actual)
    return all(compare(one, wanted) for one in actual)


def _plain(operator: str) -> str:
    for qualifier in _QUALIFIERS:
        operator = operator.removeprefix(qualifier)
    return operator.removesuffix("IfExists")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, list[str]], bool]:
    return lambda actual, wanted: any(compare(float(actual), float(one)) for one in wanted)


def _moment(text: str) -> float:
    if re.fullmatch(r"\d+", text):
        return float(text)
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def _date(compare: Callable[[float, float], bool]) -> Callable[[str, list[str]], bool]:
    return lambda actual, wanted: any(compare(_moment(actual), _moment(one)) for one in wanted)


def _not(test: Callable[[str, list[str]], bool]) -> Callable[[str, list[str]], bool]:
    return lambda actual, wanted: not test(actual, wanted)


def _equals(actual: str, wanted: list[str]) -> bool:
    return actual in wanted


def _equals_ignoring_case(actual: str, wanted: list[str]) -> bool:
    return actual.lower() in [one.lower() for one in wanted]


def _like(actual: str, wanted: list[str]) -> bool:
    return matches_any(wanted, actual)


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "Equals": lambda left, right: left == right,
    "NotEquals": lambda left, right: left != right,
    "LessThan": lambda left, right: left < right,
    "LessThanEquals": lambda left, right: left <= right,
    "GreaterThan": lambda left, right: left > right,
    "GreaterThanEquals": lambda left, right: left >= right,
}
_OPERATORS: dict[str, Callable[[str, list[str]], bool]] = {
    "StringEquals": _equals,
    "StringNotEquals": _not(_equals),
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringNotEqualsIgnoreCase": _not(_equals_ignoring_case),
    "StringLike": _like,
    "StringNotLike": _not(_like),
    "ArnEquals": _like,
    "ArnLike": _like,
    "ArnNotEquals": _not(_like),
    "ArnNotLike": _not(_like),
    "Bool": _equals_ignoring_case,
    **{f"Numeric{name}": _number(compare) for name, compare in _COMPARISONS.items()},
    **{f"Date{name}": _date(compare) for name, compare in _COMPARISONS.items()},
}


@lru_cache(maxsize=4096)
def _pattern(text: str, ignore_case: bool) -> re.Pattern[str]:
    regex = re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(regex, re.IGNORECASE | re.DOTALL if ignore_case else re.DOTALL)
