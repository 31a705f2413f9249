"""What the model cannot take at once it is asked in halves: every row comes, or an error names the rows."""

from __future__ import annotations

import pandas as pd
import pytest

from udf.stub_endpoint import Predict, Rows, csv_answer, error_answer
from udf.test_requests import DOUBLED, double


def model_error(status: int, message: str):
    body = (
        f'{{"Message": "{message}", "OriginalStatusCode": {status}, "OriginalMessage": "{message}"}}'.encode()
    )
    return 424, body, {"x-amzn-ErrorType": "ModelError", "x-amzn-RequestId": "request-1"}


def numbers(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"k": [f"key {n}" for n in range(rows)], "a": range(rows)})


@pytest.mark.parametrize("status", [400, 500])
def test_a_row_that_the_model_does_not_understand_is_named(run_udf: Predict, status: int) -> None:
    def no_77(rows: Rows):
        return model_error(status, "bad value") if ["77"] in rows else double(rows)

    with pytest.raises(RuntimeError) as caught:
        run_udf(numbers(300), training=DOUBLED, keys=1, respond=no_77)
    for part in ("row 78 of the group, key ['key 77']", "bad value", f"status {status}", "request-1"):
        assert part in str(caught.value)


@pytest.mark.parametrize("status", [413, 504])
def test_a_model_that_takes_few_rows_at_once_predicts_all(run_udf: Predict, status: int) -> None:
    def few(rows: Rows):
        return model_error(status, "too much") if len(rows) > 40 else double(rows)

    context, _ = run_udf(numbers(300), training=DOUBLED, keys=1, respond=few)
    assert context.sorted_output == sorted((f"key {n}", 2.0 * n) for n in range(300))


def test_a_busy_model_is_waited_for_and_gets_no_halves(run_udf: Predict) -> None:
    busy = iter([True] * 5)

    def at_last(rows: Rows):
        return model_error(503, "busy") if next(busy, False) else double(rows)

    context, stub = run_udf(numbers(50), training=DOUBLED, keys=1, respond=at_last)
    assert len(context.output) == 50
    assert len(stub.bodies) == 6


def test_what_is_not_the_models_fault_names_the_rows_of_the_request(run_udf: Predict) -> None:
    with pytest.raises(RuntimeError, match=r"rows 1 to 50 of the group, key \['key 0'\] to \['key 49'\]"):
        run_udf(
            numbers(50),
            training=DOUBLED,
            keys=1,
            respond=lambda rows: error_answer(403, "AccessDeniedException", "no"),
        )


def test_rows_without_keys_are_named_by_number(run_udf: Predict) -> None:
    def no_7(rows: Rows):
        return model_error(400, "bad value") if ["7"] in rows else double(rows)

    with pytest.raises(RuntimeError, match=r"asked for row 8 of the group\."):
        run_udf(pd.DataFrame({"a": range(20)}), training=DOUBLED, respond=no_7)


def test_a_lost_connection_is_made_again(run_udf: Predict) -> None:
    lost = iter([True, True])

    def cut(rows: Rows):
        if next(lost, False):
            raise ConnectionAbortedError
        return double(rows)

    context, stub = run_udf(pd.DataFrame({"a": [3]}), training=DOUBLED, respond=cut)
    assert context.output == [(6.0,)]
    assert len(stub.bodies) == 3


def test_after_an_error_no_more_is_asked(run_udf: Predict, udf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(udf, "FIRST_ROWS", 1)
    asked: list[Rows] = []

    def refuse(rows: Rows):
        asked.append(rows)
        if rows == [["0"]]:
            return error_answer(403, "AccessDeniedException", "no")
        return error_answer(400, "ThrottlingException", "busy")

    with pytest.raises(RuntimeError, match="AccessDenied"):
        run_udf(numbers(100), training=DOUBLED, keys=1, respond=refuse)
    under_way_or_ready = udf.FIRST_REQUESTS + udf.AHEAD
    assert {row[0] for rows in asked for row in rows} <= {str(row) for row in range(under_way_or_ready)}


def test_an_answer_of_a_serverless_endpoint_that_starts_is_waited_for(run_udf: Predict) -> None:
    starting = iter([True] * 12)

    def cold(rows: Rows):
        if next(starting, False):
            return error_answer(
                429, "ModelNotReadyException", "Model is not ready for inference. Please wait."
            )
        return csv_answer([int(row[0]) * 2] for row in rows)

    context, _ = run_udf(numbers(5), training=DOUBLED, keys=1, respond=cold)
    assert len(context.output) == 5
