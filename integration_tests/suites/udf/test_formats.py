"""Values are written as EXPORT wrote them for training, and answers read in the target's type."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udf.script import predict
from udf.stub_endpoint import Predict, csv_answer, read_rows


def written(values: object, kind: str) -> list[str]:
    frame = pd.DataFrame({"first": "-", "value": values})
    body, _ = predict.to_csv(predict.to_table(frame, ["CHAR(1)", kind]))
    return [row[1] for row in read_rows(body)]


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("BOOLEAN", [True, False], ["true", "false"]),
        ("BOOLEAN", pd.Series([True, None, False], dtype=object), ["true", "", "false"]),
        ("DATE", [date(2024, 1, 31), None, date(1, 2, 3)], ["2024-01-31", "", "0001-02-03"]),
        ("TIMESTAMP(3)", pd.to_datetime(["2024-01-31 13:00:00.5", None]), ["2024-01-31 13:00:00.500000", ""]),
        ("TIMESTAMP", [datetime(9999, 12, 31, 1, 2, 3), None], ["9999-12-31 01:02:03.000000", ""]),
        ("TIMESTAMP WITH LOCAL TIME ZONE", pd.to_datetime(["2024-01-31"]), ["2024-01-31 00:00:00.000000"]),
        ("DECIMAL(18,0)", [1, 2**60], ["1", str(2**60)]),
        ("DECIMAL(18,0)", [1.0, np.nan, 3.0], ["1", "", "3"]),
        ("DECIMAL(36,0)", [Decimal(10**30), None], [str(10**30), ""]),
        ("DECIMAL(18,2)", [Decimal("12.50"), None, Decimal("100.00")], ["12.50", "", "100.00"]),
        ("DECIMAL(18,2)", [0.1, 0.3, np.nan], ["0.1", "0.3", ""]),
        ("DOUBLE", [0.1 + 0.2, np.nan, 1e300], ["0.30000000000000004", "", "1e+300"]),
        ("CHAR(5) UTF8", ["M    ", None, "a b  "], ["M", "", "a b"]),
        ("VARCHAR(20) UTF8", ["M  ", None, "NULL"], ["M  ", "", "NULL"]),
        ("BOOLEAN", pd.Series([None, None], dtype=object), ["", ""]),
        ("DATE", pd.Series([None], dtype=object), [""]),
        ("CHAR(5) UTF8", pd.Series([None], dtype=object), [""]),
        ("TIMESTAMP", pd.Series([None], dtype=object), [""]),
    ],
)
def test_a_value_is_written_as_training_saw_it(kind: str, values: object, expected: list[str]) -> None:
    assert written(values, kind) == expected


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(st.lists(texts | st.none(), min_size=1, max_size=20))
def test_any_text_comes_back_from_csv(values: list[str | None]) -> None:
    assert written(pd.Series(values, dtype=object), "VARCHAR(2000) UTF8") == [one or "" for one in values]


KEYS = ("predicted_label", "probability", "probabilities", "labels")


def classify(run_udf: Predict, kind: str, answers: list[tuple[object, ...]], keys: tuple[str, ...] = KEYS):
    context, _ = run_udf(
        pd.DataFrame({"k": range(len(answers)), "a": range(len(answers))}),
        training={"A": "DECIMAL(18,0)"},
        keys=1,
        results=(("PREDICTION", kind), ("PROBABILITY", "DOUBLE")),
        response_keys=keys,
        respond=lambda rows: csv_answer(answers),
    )
    return [row[1:] for row in context.output]


@pytest.mark.parametrize(
    ("kind", "labels", "expected"),
    [
        ("DECIMAL(9,0)", ("0", "1"), (0, 1)),
        ("DECIMAL(9,0)", ("0.0", "1.0"), (0, 1)),
        ("DECIMAL(20,0)", ("0", "1"), (Decimal(0), Decimal(1))),
        ("DECIMAL(5,2)", ("0.50", "1.50"), (Decimal("0.50"), Decimal("1.50"))),
        ("BOOLEAN", ("false", "true"), (False, True)),
        ("BOOLEAN", ("False", "True"), (False, True)),
        ("VARCHAR(10) UTF8", ("01", "NA"), ("01", "NA")),
        ("DATE", ("2024-01-01", "2024-01-02"), (date(2024, 1, 1), date(2024, 1, 2))),
        ("DOUBLE", ("0.5", "1.5"), (0.5, 1.5)),
    ],
)
def test_labels_get_the_targets_type(run_udf: Predict, kind: str, labels, expected) -> None:
    listed = f"['{labels[0]}', '{labels[1]}']"
    answers = [(labels[0], 0.8, "[0.8, 0.2]", listed), (labels[1], 0.7, "[0.3, 0.7]", listed)]
    assert classify(run_udf, kind, answers) == [(expected[0], 0.2), (expected[1], 0.7)]


def test_of_two_labels_the_second_ones_probability_is_given_whatever_was_predicted(run_udf: Predict) -> None:
    answers = [("no", 0.9, "[0.9, 0.1]", "['no', 'yes']"), ("no", 0.6, "[0.4, 0.6]", "['yes', 'no']")]
    assert [row[1] for row in classify(run_udf, "VARCHAR(3)", answers)] == [0.1, 0.6]


def test_of_more_labels_the_predicted_ones_probability_is_given(run_udf: Predict) -> None:
    labels = '["a", "b", "c"]'
    answers = [("b", 0.1, "[0.1, 0.5, 0.4]", labels), ("c", 0.1, "[0.5, 0.1, 0.4]", labels)]
    assert classify(run_udf, "VARCHAR(3)", answers) == [("b", 0.5), ("c", 0.4)]


def test_fields_come_in_the_order_the_model_was_asked_for(run_udf: Predict) -> None:
    answers = [("['0', '1']", "[0.25, 0.75]", "1")]
    keys = ("labels", "probabilities", "predicted_label")
    assert classify(run_udf, "DECIMAL(9,0)", answers, keys) == [(1, 0.75)]


def test_without_labels_there_is_no_probability_rather_than_a_wrong_one(run_udf: Predict) -> None:
    [(label, value)] = classify(run_udf, "DECIMAL(9,0)", [("1", "0.8")], KEYS[:2])
    assert label == 1
    assert np.isnan(value)
