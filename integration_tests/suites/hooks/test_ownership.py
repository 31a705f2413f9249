"""Whose a resource is, when a policy does not let us read everybody's tags."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from exasol_sagemaker.errors import AwsError
from exasol_sagemaker.ownership import readable_tags

ARN = "arn:aws:sagemaker:eu-central-1:123456789012:model/{}"


def sagemaker(code: str) -> Any:
    def paginate(**_: object) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "ListTags")

    return SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=paginate))


def test_what_lies_outside_our_names_and_may_not_be_read_is_somebody_elses() -> None:
    assert readable_tags(sagemaker("AccessDeniedException"), ARN.format("other-model"), "credit-") == {}


@pytest.mark.parametrize(
    ("code", "name", "prefix"),
    [
        ("AccessDeniedException", "credit-model", "credit-"),
        ("AccessDeniedException", "model", ""),
        ("ThrottlingException", "other-model", "credit-"),
    ],
)
def test_all_else_that_cannot_be_read_is_an_error(code: str, name: str, prefix: str) -> None:
    with pytest.raises(AwsError):
        readable_tags(sagemaker(code), ARN.format(name), prefix)
