"""Endpoints with an explainer: answers in an envelope, with reasons only if the query wants them."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from udf.stub_endpoint import Context, Rows, StubEndpoint, csv_answer, database

KEYS = ["predicted_label", "probability", "probabilities", "labels"]
COLUMNS = [["AGE", "DOUBLE"], ["Größe", "DOUBLE"]]
Envelope = tuple[int, bytes, dict[str, str]]
Explain = Callable[..., tuple[Context, StubEndpoint]]


def enveloped(lines: list[list[Any]], kernel_shap: list[Any] | None) -> Envelope:
    body = {
        "version": "1.0",
        "predictions": {"content_type": "text/csv; charset=utf-8", "data": csv_answer(lines)[1].decode()},
        "explanations": {} if kernel_shap is None else {"kernel_shap": kernel_shap},
    }
    return 200, json.dumps(body).encode(), {"Content-Type": "application/json"}


def reasons(*features: list[float]) -> list[Any]:
    return [{"attributions": [{"attribution": list(parts)}]} for parts in features]


@pytest.fixture
def explain(udf: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Explain:
    """Run a group of one key and two training columns against an endpoint that answers `respond(rows)`."""

    def run(
        values: list[tuple[float, float]],
        respond: Callable[[Rows], Envelope],
        results: dict[str, str],
        outputs: list[str],
    ) -> tuple[Context, StubEndpoint]:
        config = {
            "endpoint_name": "risk",
            "region": "eu-central-1",
            "connection": "AWS",
            "input_columns": COLUMNS,
            "result_columns": list(results.items()),
            "response_keys": KEYS if len(results) > 1 else [],
            "accept": "text/csv",
            "explains": True,
        }
        monkeypatch.setattr(udf, "CONFIG", config)
        monkeypatch.setattr(udf, "exa", database(["DOUBLE"] * 3, ["K", *outputs]), raising=False)
        context = Context(pd.DataFrame([(key, *row) for key, row in enumerate(values)]))
        stub = StubEndpoint(respond)
        with stub.serve() as url:
            monkeypatch.setenv("AWS_ENDPOINT_URL", url)
            udf.run(context)
        return context, stub

    return run


def sums(rows: Rows) -> Envelope:
    """Predicts 10 more than the sum of a row, and says which column gave what."""
    numbers = [[float(field) for field in row] for row in rows]
    return enveloped([[10 + sum(row)] for row in numbers], [reasons([row[0]], [row[1]]) for row in numbers])


def test_each_row_gets_its_own_reasons(explain: Explain) -> None:
    values = [(float(number), -number / 3) for number in range(100)]
    context, stub = explain(values, sums, {"PREDICTION": "DOUBLE"}, ["PREDICTION", "EXPLANATION"])
    assert len(context.output) == 100
    for key, prediction, explanation in context.output:
        found = json.loads(explanation)
        assert list(found) == ["AGE", "Größe"]
        assert found["AGE"] == key
        assert sum(found.values()) == pytest.approx(prediction - 10)
    assert {headers["X-Amzn-SageMaker-Enable-Explanations"] for headers in stub.headers} == {"`true`"}
    # A row is much work for an explainer, so that requests begin small.
    assert max(body.count(b"\n") for body in stub.bodies[:2]) == 8


def test_who_asks_for_no_reasons_pays_for_none(explain: Explain) -> None:
    def plain(rows: Rows) -> Envelope:
        return enveloped([[sum(map(float, row))] for row in rows], None)

    context, stub = explain([(1, 2), (3, 4)], plain, {"PREDICTION": "DOUBLE"}, ["PREDICTION"])
    assert context.sorted_output == [(0, 3.0), (1, 7.0)]
    assert [headers["X-Amzn-SageMaker-Enable-Explanations"] for headers in stub.headers] == ["`false`"]


@pytest.mark.parametrize(
    ("labels", "probabilities", "predicted", "chosen"),
    [(["no", "yes"], [0.8, 0.2], "no", 1), (["a", "b", "c"], [0.2, 0.1, 0.7], "c", 2)],
)
def test_reasons_are_those_of_the_label_that_probability_is_of(
    explain: Explain, labels: list[str], probabilities: list[float], predicted: str, chosen: int
) -> None:
    age, size = [0.1, 0.2, 0.3][: len(labels)], [0.4, 0.5, 0.6][: len(labels)]

    def answer(rows: Rows) -> Envelope:
        line = [predicted, max(probabilities), str(probabilities), str(labels)]
        return enveloped([line] * len(rows), [reasons(age, size)] * len(rows))

    context, _ = explain(
        [(1, 2)],
        answer,
        {"PREDICTION": "VARCHAR(9)", "PROBABILITY": "DOUBLE"},
        ["PREDICTION", "PROBABILITY", "PROBABILITIES", "EXPLANATION"],
    )
    ((_, label, probability, listed, explanation),) = context.output
    assert (label, probability) == (predicted, probabilities[chosen])
    assert json.loads(listed) == dict(zip(labels, probabilities, strict=True))
    assert json.loads(explanation) == {"AGE": age[chosen], "Größe": size[chosen]}


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (lambda rows: enveloped([[1]] * len(rows), None), "explained 0 of 2 rows"),
        (lambda rows: enveloped([[1]] * len(rows), [None] * len(rows)), "explained 0 of 2 columns"),
        (lambda rows: csv_answer([[1]] * len(rows)), "build the prediction UDF again"),
    ],
)
def test_an_answer_without_reasons_is_an_error(
    explain: Explain, answer: Callable[[Rows], Envelope], complaint: str
) -> None:
    with pytest.raises(RuntimeError, match=complaint):
        explain([(1, 2), (3, 4)], answer, {"PREDICTION": "DOUBLE"}, ["PREDICTION", "EXPLANATION"])
