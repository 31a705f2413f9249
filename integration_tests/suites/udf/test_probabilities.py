"""PROBABILITIES of all labels, and answers in JSON lines."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from udf.stub_endpoint import Predict, Rows, csv_answer

KEYS = ("predicted_label", "probability", "probabilities", "labels")
ALL = (("PREDICTION", "VARCHAR(9) UTF8"), ("PROBABILITY", "DOUBLE"), ("PROBABILITIES", "VARCHAR(2000000)"))
THREE = '["low", "hö\\"h", "3"]'


def ask(run_udf: Predict, answers: list[tuple[object, ...]], results=ALL, **options: object):
    context, stub = run_udf(
        pd.DataFrame({"k": range(len(answers)), "a": range(len(answers))}),
        training={"A": "DECIMAL(18,0)"},
        keys=1,
        results=results,
        response_keys=KEYS,
        respond=options.pop("respond", lambda rows: csv_answer(answers)),
        **options,
    )
    return [row[1:] for row in context.output], stub


def test_the_probabilities_of_all_labels_are_a_json_object(run_udf: Predict) -> None:
    [(label, best, everything)], _ = ask(run_udf, [("3", 0.5, "[0.1, 0.4, 0.5]", THREE)])
    assert (label, best) == ("3", 0.5)
    assert json.loads(everything) == {"low": 0.1, 'hö"h': 0.4, "3": 0.5}


def test_numbers_are_passed_on_as_the_model_wrote_them(run_udf: Predict) -> None:
    answers = [("a", 0.5, "[1e-05, 0.30000000000000004,0.7]", "['a', 'b', 'c']")]
    [(_, _, everything)], _ = ask(run_udf, answers)
    assert everything == '{"a": 1e-05, "b": 0.30000000000000004, "c": 0.7}'


def test_each_row_may_list_its_labels_in_its_own_order(run_udf: Predict) -> None:
    answers = [
        ("a", 0.5, "[0.7, 0.2, 0.1]", "['a', 'b', 'c']"),
        ("a", 0.5, "[0.6, 0.4]", "['b', 'a']"),
        ("c", 0.5, "[0.2, 0.3, 0.5]", "['a', 'b', 'c']"),
    ]
    rows, _ = ask(run_udf, answers)
    assert [row[1] for row in rows] == [0.7, 0.4, 0.5]
    assert [json.loads(row[2]).get("a") for row in rows] == [0.7, 0.4, 0.2]


def test_labels_that_are_numbers_are_found_among_the_names(run_udf: Predict) -> None:
    results = (("PREDICTION", "DECIMAL(9,0)"), *ALL[1:])
    [(label, best, everything)], _ = ask(run_udf, [("2", 0.5, "[0.1, 0.2, 0.7]", "[0, 1, 2]")], results)
    assert (label, best, json.loads(everything)) == (2, 0.7, {"0": 0.1, "1": 0.2, "2": 0.7})


def test_probabilities_without_labels_are_null(run_udf: Predict) -> None:
    context, _ = run_udf(
        pd.DataFrame({"a": [1]}),
        training={"A": "DECIMAL(18,0)"},
        results=ALL,
        response_keys=KEYS[:2],
        respond=lambda rows: csv_answer([("a", 0.5)]),
    )
    [(_, best, everything)] = context.output
    assert pd.isna(best)
    assert everything is None


def test_as_many_probabilities_as_labels_are_demanded(run_udf: Predict) -> None:
    with pytest.raises(RuntimeError, match="probabilities that are not 3"):
        ask(run_udf, [("3", 0.5, "[0.1, 0.9]", THREE)])


def json_lines(lines: list[object]):
    return 200, "\n".join(map(json.dumps, lines)).encode(), {"Content-Type": "application/jsonlines"}


def test_an_answer_in_json_lines_is_read_by_its_names(run_udf: Predict) -> None:
    lines = [
        {"labels": ["no", "yes"], "probabilities": [0.2, 0.8], "probability": 0.8, "predicted_label": "yes"},
        {"labels": ["no", "yes"], "probabilities": [0.9, 0.1], "probability": 0.9, "predicted_label": "no"},
    ]
    rows, stub = ask(
        run_udf, [()] * 2, ALL[:2], respond=lambda rows: json_lines(lines), accept="application/jsonlines"
    )
    assert rows == [("yes", 0.8), ("no", 0.1)]
    assert stub.headers[0]["Accept"] == "application/jsonlines"


@pytest.mark.parametrize("form", [lambda n: n, lambda n: {"score": n}, lambda n: {"predicted_label": n}])
def test_json_lines_of_a_regression(run_udf: Predict, form) -> None:
    def respond(rows: Rows):
        return json_lines([form(int(row[0]) / 4) for row in rows])

    context, _ = run_udf(pd.DataFrame({"a": [1, 2, 3]}), training={"A": "DECIMAL(18,0)"}, respond=respond)
    assert context.output == [(0.25,), (0.5,), (0.75,)]


def test_json_lines_without_a_name_that_is_expected_are_refused(run_udf: Predict) -> None:
    with pytest.raises(
        RuntimeError, match="where predicted_label, probability, probabilities, labels were expected"
    ):
        ask(run_udf, [()], ALL[:2], respond=lambda rows: json_lines([{"predicted_label": "a"}]))
