"""Lists as SageMaker gives them: filtered, sorted, page by page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from exasol_sandbox.aws.errors import validation_error

Item = TypeVar("Item")
DEFAULT_PAGE = 10


def matches(
    parameters: Mapping[str, Any], *, name: str, created: float, modified: float, status: str = ""
) -> bool:
    """Whether an item passes NameContains, StatusEquals and the four time filters."""
    after, before = parameters.get("CreationTimeAfter"), parameters.get("CreationTimeBefore")
    later, earlier = parameters.get("LastModifiedTimeAfter"), parameters.get("LastModifiedTimeBefore")
    return (
        str(parameters.get("NameContains", "")).lower() in name.lower()
        and parameters.get("StatusEquals", status) == status
        and (after is None or created > _seconds(after))
        and (before is None or created < _seconds(before))
        and (later is None or modified > _seconds(later))
        and (earlier is None or modified < _seconds(earlier))
    )


def page(
    parameters: Mapping[str, Any],
    items: Iterable[Item],
    key: Callable[[Item], Any],
    *,
    descending_by_default: bool = True,
    size: int = DEFAULT_PAGE,
) -> tuple[list[Item], dict[str, str]]:
    """Sorts, and cuts out the page that the token asks for.

    Returns:
        The items of the page, and `{"NextToken": …}` or nothing.

    Raises:
        AwsError: For a token that we did not give.
    """
    order = parameters.get("SortOrder", "Descending" if descending_by_default else "Ascending")
    ordered = sorted(items, key=key, reverse=order == "Descending")
    start = _offset(parameters.get("NextToken"))
    end = start + int(parameters.get("MaxResults", size))
    token = {"NextToken": base64.b64encode(json.dumps({"from": end}).encode()).decode()}
    return ordered[start:end], token if end < len(ordered) else {}


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(json.loads(base64.b64decode(token, validate=True))["from"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise validation_error("Invalid NextToken: take it unchanged from the answer before.") from error


def _seconds(value: float | str) -> float:
    if isinstance(value, str):
        return datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()
    return float(value)
