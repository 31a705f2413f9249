"""Each row of the input gets the prediction that an endpoint would give it, once, under its own key."""

from __future__ import annotations

import ast
import csv
import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal

import pyexasol
import pytest

from batch.conftest import INPUT, Predict
from exasol_sagemaker import (
    AwsSession,
    BatchPlan,
    EndpointConfig,
    Owner,
    TrainingJob,
    delete_endpoint,
    deploy_endpoint,
    s3,
    watch_endpoint,
)
from exasol_sagemaker.export import csv_query

Answers = dict[int, list[str]]


@pytest.fixture(scope="module")
def endpoint(session: AwsSession, trained: TrainingJob) -> Iterator[str]:
    owner = Owner("batch", "shared", "model.batch.risk_endpoint")
    name = deploy_endpoint(session, trained, name="risk", config=EndpointConfig(), owner=owner).endpoint_name
    list(watch_endpoint(session, name))
    yield name
    delete_endpoint(session, name, owner)


@pytest.fixture(scope="module")
def answers(
    session: AwsSession, database: pyexasol.ExaConnection, trained: TrainingJob, endpoint: str
) -> Answers:
    """The fields of the endpoint's own answer to each row of INPUT, by ID."""
    selected = csv_query(INPUT, trained.input_columns)
    rows = database.execute(f"SELECT * FROM ({selected}) ORDER BY ID").fetchall()
    body = io.StringIO()
    csv.writer(body).writerows([["" if value is None else value for value in row] for row in rows])
    answer = session.runtime.invoke_endpoint(
        EndpointName=endpoint, ContentType="text/csv", Accept="text/csv", Body=body.getvalue().encode()
    )
    lines = csv.reader(io.StringIO(answer["Body"].read().decode()))
    return {int(row[0]): line for row, line in zip(rows, lines, strict=True)}


@pytest.mark.parametrize("transport", ["client", "native"])
def test_they_are_what_the_endpoint_answers(
    predict: Predict,
    answers: Answers,
    database: pyexasol.ExaConnection,
    trained: TrainingJob,
    transport: str,
) -> None:
    plan, loaded = predict(transport=transport)
    assert loaded.transport == transport
    assert [(column.name, column.type) for column in loaded.columns] == [
        ("ID", "DECIMAL(18,0)"),
        ("PREDICTION", "DECIMAL(1,0)"),
        ("PROBABILITY", "DOUBLE"),
        ("JOB_NAME", "VARCHAR(63)"),
    ]
    found = database.execute(loaded.query).fetchall()
    assert len(found) == loaded.row_count == plan.row_count == len(answers)
    assert {int(row[0]): (int(row[1]), row[2]) for row in found} == {
        key: (int(label), json.loads(probabilities)[1])
        for key, (label, _, probabilities, _) in answers.items()
    }
    assert {row[3] for row in found} == {trained.job_name}


def test_columns_are_found_in_any_order_and_case_and_more_are_carried_along(
    predict: Predict, answers: Answers, database: pyexasol.ExaConnection
) -> None:
    _, loaded = predict(
        'SELECT SCORE AS "score", SEEN, BORN, OWNS AS "Owns", JOB, CHILDREN, INCOME, GENDER, ID, '
        'ID * 2 AS TWICE, JOB || \'!\' AS "a ""name""" FROM BATCH.APPLICATIONS WHERE MOD(ID, 3) = 0',
        columns=("twice", 'a "name"'),
    )
    assert [column.name for column in loaded.columns][:3] == ["ID", "TWICE", 'a "name"']
    found = database.execute(loaded.query).fetchall()
    assert {int(row[0]): row[4] for row in found} == {
        key: json.loads(answer[2])[1] for key, answer in answers.items()
    }
    assert all(Decimal(row[1]) == 2 * Decimal(row[0]) for row in found)


def test_keys_of_all_types_come_back_as_they_were(predict: Predict, database: pyexasol.ExaConnection) -> None:
    keys = {
        "number": "CAST(ID / 100 AS DECIMAL(18,2))",
        "text": "'0' || ID || ', \"ü\" '''",
        "padded": "CAST(ID AS CHAR(8))",
        "day": "ADD_DAYS(DATE '2024-01-01', ID)",
        "moment": "ADD_SECONDS(TIMESTAMP '2024-01-01 00:00:00', ID + 0.125)",
        "even": "MOD(ID, 2) = 0",
    }
    selected = ", ".join(f'{expression} AS "{name}"' for name, expression in keys.items())
    query = f"SELECT APPLICATIONS.*, {selected} FROM BATCH.APPLICATIONS WHERE MOD(ID, 30) = 0"
    _, loaded = predict(query, keys=tuple(keys))
    names = ", ".join(f'"{name}"' for name in keys)
    order = "ORDER BY 1"
    before = database.execute(f"SELECT {names} FROM ({query}) {order}")
    after = database.execute(f"SELECT {names} FROM ({loaded.query}) {order}")
    assert after.columns() == before.columns()
    assert after.fetchall() == before.fetchall()


def test_big_inputs_are_cut_into_chunks_with_the_same_result(
    predict: Predict, answers: Answers, database: pyexasol.ExaConnection
) -> None:
    plan, loaded = predict(rows_per_chunk=150, parallel_jobs=2)
    assert len(plan.chunks) == 3
    assert all(chunk.row_count < 200 for chunk in plan.chunks)
    assert len({one.name for one in plan.transforms}) == 3
    found = database.execute(loaded.query).fetchall()
    assert {int(row[0]): row[2] for row in found} == {
        key: json.loads(answer[2])[1] for key, answer in answers.items()
    }


def test_a_threshold_decides_between_two_labels(
    predict: Predict, answers: Answers, database: pyexasol.ExaConnection
) -> None:
    scores = {key: json.loads(answer[2])[1] for key, answer in answers.items()}
    threshold = sorted(scores.values())[len(scores) // 3]
    plan, loaded = predict(threshold=threshold)
    found = database.execute(loaded.query).fetchall()
    assert {int(row[0]): (int(row[1]), row[2]) for row in found} == {
        key: (int(score >= threshold), score) for key, score in scores.items()
    }
    own = predict()[0]
    assert plan.fingerprint != own.fingerprint
    assert [one.fingerprint for one in plan.chunks] == [one.fingerprint for one in own.chunks]


def test_an_empty_input_gives_no_rows_and_no_job(predict: Predict, database: pyexasol.ExaConnection) -> None:
    plan, loaded = predict(f"{INPUT} AND ID < 0")
    assert plan.transforms == ()
    assert database.execute(loaded.query).fetchall() == []


@pytest.mark.parametrize(
    ("problem_type", "target"),
    [
        ("Regression", "INCOME * 2"),
        ("MulticlassClassification", "CASE MOD(ID, 3) WHEN 0 THEN 'a, b' WHEN 1 THEN 'it''s' ELSE 'c' END"),
    ],
)
def test_other_problem_types(
    predict: Predict,
    train: Callable[..., TrainingJob],
    database: pyexasol.ExaConnection,
    session: AwsSession,
    problem_type: str,
    target: str,
) -> None:
    job = train(
        problem_type[:5],
        f"SELECT {target} AS TARGET, INCOME, CHILDREN, SCORE, MOD(ID, 3) AS REST FROM BATCH.APPLICATIONS",
        problem_type,
    )
    classes = problem_type != "Regression"
    plan, loaded = predict(
        "SELECT APPLICATIONS.*, MOD(ID, 3) AS REST FROM BATCH.APPLICATIONS",
        job=job,
        keep_files=True,
        probabilities=classes,
    )
    written = lines_of(session, plan)
    found = database.execute(loaded.query).fetchall()
    assert len(found) == len(written) == 1_200
    for row in found:
        answer = written[int(row[0])]
        if problem_type == "Regression":
            assert row[1] == float(answer[0])
        else:
            label, _, probabilities, labels = answer
            assert row[1] == label
            listed = dict(zip(literal_list(labels), json.loads(probabilities), strict=True))
            assert row[2] == listed[label]
            assert json.loads(row[3]) == listed


def lines_of(session: AwsSession, plan: BatchPlan) -> dict[int, list[str]]:
    """What the transform jobs wrote, by the key in front."""
    found = {}
    for transform in plan.transforms:
        for uri, _ in s3.list_objects(session, transform.output_s3_uri):
            bucket, _, key = uri.removeprefix("s3://").partition("/")
            text = session.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
            found.update({int(line[0]): line[1:] for line in csv.reader(io.StringIO(text))})
    return found


def literal_list(text: str) -> list[str]:
    return [str(one) for one in ast.literal_eval(text)]
