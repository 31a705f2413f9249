"""Errors of the hook module become dbt's, whole."""

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from exasol_sagemaker import AwsError


def test_what_where_why_what_to_do_and_awss_own_words_are_kept() -> None:
    with pytest.raises(DbtRuntimeError) as caught, as_dbt_errors("model.credit.risk"):
        raise AwsError(
            "The job was refused",
            why="You are at your limit.",
            hint="Ask for more.",
            aws_code="ResourceLimitExceeded",
            request_id="42",
        )

    message = str(caught.value)
    for part in ("The job was refused", "model.credit.risk", "You are at your limit.", "Ask for more."):
        assert part in message
    assert "AWS: ResourceLimitExceeded, request id 42" in message


def test_the_hook_modules_own_place_is_kept() -> None:
    with pytest.raises(DbtRuntimeError, match="where: job credit-1") as caught, as_dbt_errors("model.x"):
        raise AwsError("Refused", node="job credit-1")

    assert "model.x" not in str(caught.value)


def test_errors_of_others_pass_as_they_are() -> None:
    with pytest.raises(ZeroDivisionError), as_dbt_errors("model.x"):
        raise ZeroDivisionError
