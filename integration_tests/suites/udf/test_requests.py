"""What the prediction UDF sends, and that each row gets the answer that is its own."""

from __future__ import annotations

import threading
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from udf.script import predict
from udf.stub_endpoint import Predict, Rows, csv_answer, database, error_answer, read_rows

DOUBLED = {"A": "DECIMAL(18,0)"}


def double(rows: Rows):
    return csv_answer([int(row[0]) * 2] for row in rows)


def test_each_row_gets_its_own_prediction(run_udf: Predict) -> None:
    frame = pd.DataFrame({"k": [f"key {n}" for n in range(7_000)], "a": range(7_000)})
    context, stub = run_udf(frame, training=DOUBLED, keys=1, respond=double)
    assert context.sorted_output == sorted((f"key {n}", 2.0 * n) for n in range(7_000))
    assert len(stub.bodies) > 1


def test_rows_do_not_swap_when_requests_overtake_each_other(run_udf: Predict, udf, monkeypatch) -> None:
    monkeypatch.setattr(udf, "FIRST_ROWS", 10)
    monkeypatch.setattr(udf, "FIRST_REQUESTS", 8)
    first = threading.Event()

    def last_first(rows: Rows):
        if int(rows[0][0]) == 0:
            assert first.wait(300)
        elif int(rows[0][0]) >= 50:
            first.set()
        return double(rows)

    frame = pd.DataFrame({"k": range(100), "a": range(100)})
    context, _ = run_udf(frame, training=DOUBLED, keys=1, respond=last_first)
    assert context.sorted_output == [(n, 2.0 * n) for n in range(100)]


def test_all_arguments_are_emitted_when_the_query_asks_for_them(run_udf: Predict) -> None:
    frame = pd.DataFrame({"k": ["x", "y"], "a": [1, 2]})
    context, _ = run_udf(frame, training=DOUBLED, keys=1, passed=2, respond=double)
    assert context.sorted_output == [("x", 1, 2.0), ("y", 2, 4.0)]


@pytest.mark.parametrize("rows", [0, 1])
def test_an_empty_group_and_a_single_row(run_udf: Predict, rows: int) -> None:
    frame = pd.DataFrame({"k": ["x"], "a": [4]}).iloc[:rows]
    context, stub = run_udf(frame, training=DOUBLED, keys=1, respond=double)
    assert context.sorted_output == [("x", 8.0)][:rows]
    assert len(stub.bodies) == rows


def test_payloads_stay_under_the_limit_however_long_the_rows(run_udf: Predict, udf, monkeypatch) -> None:
    monkeypatch.setattr(udf, "MAX_BODY_BYTES", 2_000)
    texts = ["x" * length for length in (1, 5, 1_900, 3, 900, 900, 900, 20)] * 5
    frame = pd.DataFrame({"k": range(40), "a": texts})
    context, stub = run_udf(
        frame,
        training={"A": "VARCHAR(2000) UTF8"},
        keys=1,
        respond=lambda rows: csv_answer([len(row[0])] for row in rows),
    )
    assert context.sorted_output == [(n, float(len(text))) for n, text in enumerate(texts)]
    assert max(map(len, stub.bodies)) <= 2_000


def test_a_row_that_alone_exceeds_the_limit_is_named(run_udf: Predict, udf, monkeypatch) -> None:
    monkeypatch.setattr(udf, "MAX_BODY_BYTES", 100)
    frame = pd.DataFrame({"k": ["short", "row 77"], "a": ["x", "y" * 200]})
    with pytest.raises(ValueError, match=r"a single row has 201 bytes.*row 77"):
        run_udf(
            frame,
            training={"A": "VARCHAR(2000) UTF8"},
            keys=1,
            respond=lambda rows: csv_answer([len(row[0])] for row in rows),
        )


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "ThrottlingException"), (503, "ServiceUnavailable"), (500, "InternalFailure"),
     (429, "ModelNotReadyException")],
)  # fmt: skip
def test_what_may_pass_is_tried_again(run_udf: Predict, status: int, code: str) -> None:
    failures = iter([True, True])

    def twice_busy(rows: Rows):
        return error_answer(status, code, "busy") if next(failures, False) else double(rows)

    context, stub = run_udf(pd.DataFrame({"a": [3]}), training=DOUBLED, respond=twice_busy)
    assert context.sorted_output == [(6.0,)]
    assert len(stub.bodies) == 3


@pytest.mark.parametrize(
    ("status", "code", "message", "hint"),
    [
        (400, "ValidationException", "Endpoint risk of account 1 not found.", "Deploy the endpoint again"),
        (
            403,
            "AccessDeniedException",
            "not authorized",
            "policy `database`, which `exasol-sagemaker iam` prints",
        ),
        (403, "ExpiredTokenException", "The security token is expired", "Refresh CONNECTION AWS"),
    ],
)
def test_an_error_names_endpoint_status_request_and_what_to_do(
    run_udf: Predict, status: int, code: str, message: str, hint: str
) -> None:
    with pytest.raises(RuntimeError) as caught:
        run_udf(
            pd.DataFrame({"a": [3]}),
            training=DOUBLED,
            respond=lambda rows: error_answer(status, code, message),
        )
    text = str(caught.value)
    for part in ("Endpoint risk in eu-central-1", code, f"status {status}", "request-1", message, hint):
        assert part in text


def test_throttling_without_end_becomes_an_error(run_udf: Predict, udf, monkeypatch) -> None:
    answers: list[int] = []

    def throttle(rows: Rows):
        answers.append(1)
        return error_answer(400, "ThrottlingException", "Rate exceeded")

    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + (udf.PATIENCE if len(answers) >= 3 else 0))
    with pytest.raises(RuntimeError, match=r"fewer parallel groups in the query. It was asked for row 1 of"):
        run_udf(pd.DataFrame({"a": [3]}), training=DOUBLED, respond=throttle)
    assert len(answers) == 3


def test_an_answer_with_another_number_of_rows_is_refused(run_udf: Predict) -> None:
    frame = pd.DataFrame({"a": [1, 2, 3]})
    with pytest.raises(RuntimeError, match=r"answered 2 rows of 1 fields to 3 rows"):
        run_udf(frame, training=DOUBLED, respond=lambda rows: double(rows[:2]))


def test_too_few_columns_name_all_training_columns(run_udf: Predict) -> None:
    with pytest.raises(ValueError, match=r"got 1 columns, and the model was trained on 2.*AGE, INCOME"):
        run_udf(
            pd.DataFrame({"a": [1]}), training={"AGE": "DOUBLE", "INCOME": "DOUBLE"}, passed=0, respond=double
        )


def test_an_emits_clause_of_the_wrong_length_is_explained(run_udf: Predict) -> None:
    frame = pd.DataFrame({"k": [1], "j": [2], "a": [1]})
    with pytest.raises(ValueError, match=r"EMITS has 2 columns.*2 key columns, or all 3 arguments"):
        run_udf(frame, training=DOUBLED, keys=2, passed=1, respond=double)


def test_a_session_token_in_the_connection_is_sent(run_udf: Predict) -> None:
    _, stub = run_udf(
        pd.DataFrame({"a": [1]}), training=DOUBLED, respond=double, password="secret;session_token=to;ken="
    )
    assert stub.headers[0]["X-Amz-Security-Token"] == "to;ken="


def test_a_connection_without_credentials_is_explained(run_udf: Predict) -> None:
    with pytest.raises(ValueError, match="CONNECTION AWS has no AWS credentials"):
        run_udf(pd.DataFrame({"a": [1]}), training=DOUBLED, respond=double, password="")


def test_a_thousand_columns(run_udf: Predict) -> None:
    frame = pd.DataFrame(np.arange(3_000).reshape(3, 1_000))
    training = {f"C{n}": "DECIMAL(18,0)" for n in range(1_000)}
    context, _ = run_udf(frame, training=training, respond=lambda rows: csv_answer([row[-1]] for row in rows))
    assert context.sorted_output == [(999.0,), (1999.0,), (2999.0,)]


def test_default_output_columns_are_all_arguments_and_the_results(udf, monkeypatch) -> None:
    monkeypatch.setattr(udf, "exa", database(["DECIMAL(18,0)", "VARCHAR(5) UTF8"], []), raising=False)
    results = [("PREDICTION", "BOOLEAN"), ("PROBABILITY", "DOUBLE")]
    monkeypatch.setattr(udf, "CONFIG", {"result_columns": results})
    assert udf.default_output_columns() == (
        '"0" DECIMAL(18,0), "1" VARCHAR(5) UTF8, "PREDICTION" BOOLEAN, "PROBABILITY" DOUBLE'
    )


def test_a_lone_carriage_return_is_quoted() -> None:
    body, _ = predict.to_csv(pa.table({"a": ["x\ry", "z"], "b": [1, 2]}))
    assert read_rows(body) == [["x\ry", "1"], ["z", "2"]]


def test_a_single_column_has_no_line_with_nothing_in_it() -> None:
    blanks = pd.DataFrame({"a": pd.Series(["  ", None, "b "], dtype=object)})
    body, _ = predict.to_csv(predict.to_table(blanks, ["CHAR(2) ASCII"]))
    assert body == b'""\n""\nb\n'
