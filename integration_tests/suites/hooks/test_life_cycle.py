"""Train, deploy, predict and tear down on the sandbox, through the hook module alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    Deployment,
    EndpointConfig,
    EndpointError,
    Owner,
    OwnershipError,
    PredictionUdf,
    TrainingConfig,
    TrainingDataError,
    TrainingJob,
    TrainingJobError,
    create_prediction_udf,
    delete_endpoint,
    deploy_endpoint,
    describe_endpoint,
    describe_training,
    list_candidates,
    naming,
    read_prediction_udf,
    s3,
    start_training,
    stop_training,
    teardown,
    watch_endpoint,
    watch_training,
)
from hooks.conftest import CONFIG, CONNECTION, QUERY

HELD_OUT = "SELECT * FROM HOOKS.APPLICATIONS WHERE MOD(ID, 5) = 0"


@pytest.fixture(scope="module")
def deployed(session: AwsSession, trained: TrainingJob, trained_by: Owner) -> Iterator[Deployment]:
    deployment = deploy_endpoint(session, trained, name="risk", config=EndpointConfig(), owner=trained_by)
    assert deployment.changed
    yield list(watch_endpoint(session, deployment.endpoint_name))[-1]
    delete_endpoint(session, deployment.endpoint_name, trained_by)


def names_of(session: AwsSession, owner: Owner) -> list[str]:
    """What would be torn down of this owner's target."""
    found = teardown(session, project=owner.project, target=owner.target, dry_run=True)
    return sorted(f"{one.kind} {one.name}" for one in found)


def test_a_job_tells_all_about_itself(trained: TrainingJob) -> None:
    assert trained.started
    assert trained.job_name.startswith("risk-")
    assert trained.problem_type == "BinaryClassification"
    assert (trained.target_column, trained.target_type) == ("TARGET", "DECIMAL(1,0)")
    assert trained.row_count == 1_200
    assert [column.name for column in trained.input_columns][:3] == ["ID", "GENDER", "INCOME"]
    assert trained.best is not None
    assert trained.best.name == trained.best_candidate
    assert 0.5 < (trained.objective_value or 0) <= 1
    assert trained.metrics
    assert trained.fingerprint
    assert trained.ended_at is not None


def test_decisions_taken_for_the_user_are_noted(trained: TrainingJob) -> None:
    assert any("transport client" in note for note in trained.notes)


def test_candidates_are_listed_best_first(session: AwsSession, trained: TrainingJob) -> None:
    candidates = list_candidates(session, trained.job_name)
    assert candidates[0].name == trained.best_candidate


def test_the_same_input_gives_the_same_job(
    session: AwsSession, database: pyexasol.ExaConnection, trained: TrainingJob, trained_by: Owner
) -> None:
    again = start_training(session, database, query=QUERY, name="risk", config=CONFIG, owner=trained_by)
    assert (again.job_name, again.started) == (trained.job_name, False)


def test_another_input_and_retraining_give_another_job(
    session: AwsSession, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    def start(query: str = QUERY, *, retrain: bool = False) -> TrainingJob:
        return start_training(
            session, database, query=query, name="risk", config=CONFIG, owner=owner, retrain=retrain
        )

    first = start()
    while_it_runs = start()
    retrained = start(retrain=True)
    other = start("SELECT * FROM HOOKS.APPLICATIONS")
    assert (while_it_runs.job_name, while_it_runs.started) == (first.job_name, False)
    assert retrained.job_name == f"{first.job_name}-2"
    assert len({first.job_name, retrained.job_name, other.job_name}) == 3

    stop_training(session, retrained.job_name, owner)
    assert list(watch_training(session, retrained.job_name))[-1].job.status in {"Stopped", "Completed"}
    with pytest.raises(OwnershipError):
        stop_training(session, other.job_name, replace(owner, node="model.hooks.other"))
    teardown(session, project=owner.project, target=owner.target)
    torn_down = start()
    assert torn_down.started
    assert torn_down.job_name == f"{first.job_name}-3"
    teardown(session, project=owner.project, target=owner.target)
    assert names_of(session, owner) == []


@pytest.mark.parametrize(
    ("query", "config", "what"),
    [
        (QUERY, {"target_column": "LABEL"}, "'LABEL' is not in the training query"),
        (f"{QUERY} AND ID < 100", {}, "wants at least 500"),
        (f"{QUERY} AND TARGET = 1 OR ID < 0", {}, "rows|same value"),
        (QUERY, {"objective": "MSE"}, "does not fit BinaryClassification"),
        (QUERY, {"problem_type": "Regression", "objective": None, "target_column": "JOB"}, "needs a number"),
    ],
)
def test_user_mistakes_cost_nothing(
    session: AwsSession,
    database: pyexasol.ExaConnection,
    owner: Owner,
    query: str,
    config: dict[str, Any],
    what: str,
) -> None:
    with pytest.raises((ConfigurationError, TrainingDataError), match=what):
        start_training(
            session, database, query=query, name="risk", config=replace(CONFIG, **config), owner=owner
        )
    assert names_of(session, owner) == []


def test_a_job_that_sagemaker_refuses_leaves_no_export(
    session: AwsSession, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    config = replace(CONFIG, tags={"key": "x" * 257})
    with pytest.raises(TrainingJobError) as caught:
        start_training(session, database, query=QUERY, name="risk", config=config, owner=owner)
    assert caught.value.aws_code
    assert names_of(session, owner) == []


def test_a_job_that_does_not_exist(session: AwsSession) -> None:
    with pytest.raises(TrainingJobError, match="There is no Autopilot job"):
        list(watch_training(session, "no-such-job"))


def test_an_endpoint_serves_the_best_candidate(deployed: Deployment, trained: TrainingJob) -> None:
    assert deployed.status == "InService"
    assert deployed.job_name == trained.job_name
    assert deployed.input_columns == trained.input_columns
    assert deployed.response_keys == ("predicted_label", "probability", "probabilities", "labels")


def test_deploying_again_changes_nothing(
    session: AwsSession, deployed: Deployment, trained: TrainingJob, trained_by: Owner
) -> None:
    again = deploy_endpoint(session, trained, name="risk", config=EndpointConfig(), owner=trained_by)
    assert not again.changed
    assert replace(again, deployed_at=deployed.deployed_at) == deployed
    assert describe_endpoint(session, deployed.endpoint_name) == deployed


def test_predictions_in_the_database_are_what_the_endpoint_answers(
    session: AwsSession, database: pyexasol.ExaConnection, deployed: Deployment
) -> None:
    udf = PredictionUdf.for_deployment(deployed, region=session.region, connection=CONNECTION)
    assert create_prediction_udf(database, udf, "HOOKS", "PREDICT")
    assert not create_prediction_udf(database, udf, "HOOKS", "PREDICT")
    assert read_prediction_udf(database, "HOOKS", "PREDICT") == udf

    inputs = ", ".join(f'"{column.name}"' for column in udf.input_columns)
    results = ", ".join(f"{column.name} {column.type}" for column in udf.result_columns)
    rows = database.execute(
        f"SELECT HOOKS.PREDICT(ID, {inputs}) EMITS (KEY_ID DECIMAL(18,0), {results}) FROM ({HELD_OUT}) "
        "GROUP BY IPROC(), MOD(ID, 3)"
    ).fetchall()
    predicted = {int(key): (int(label), float(score)) for key, label, score in rows}
    assert len(rows) == len(predicted) == 300

    direct = ask(session, database, deployed, f"{HELD_OUT} AND ID < 100")
    assert {key: predicted[key] for key in direct} == direct


def test_without_emits_all_arguments_come_back_before_the_prediction(
    session: AwsSession, database: pyexasol.ExaConnection, deployed: Deployment
) -> None:
    udf = PredictionUdf.for_deployment(deployed, region=session.region, connection=CONNECTION)
    create_prediction_udf(database, udf, "HOOKS", "PREDICT")
    names = ", ".join(f'"{column.name}"' for column in udf.input_columns)
    given = database.execute(f"SELECT {names} FROM ({HELD_OUT}) ORDER BY ID").fetchall()
    rows = database.execute(f"SELECT HOOKS.PREDICT({names}) FROM ({HELD_OUT})").fetchall()
    assert [row[:-2] for row in sorted(rows, key=lambda row: int(row[0]))] == given


def ask(
    session: AwsSession, database: pyexasol.ExaConnection, deployed: Deployment, query: str
) -> dict[int, tuple[int, float]]:
    """Label and second label's probability by ID, straight from the endpoint."""
    names = ", ".join(f'"{column.name}"' for column in deployed.input_columns)
    exported: list[list[str]] = []
    for row in database.execute(f"SELECT {names} FROM ({query}) ORDER BY ID").fetchall():
        values = ["" if value is None else str(value) for value in row]
        for index, column in enumerate(deployed.input_columns):
            if column.type == "BOOLEAN":
                values[index] = values[index].lower()
            elif column.type.startswith("CHAR"):
                values[index] = values[index].rstrip()
        exported.append(values)
    body = io.StringIO()
    csv.writer(body, lineterminator="\n").writerows(exported)
    answer = session.runtime.invoke_endpoint(
        EndpointName=deployed.endpoint_name,
        ContentType="text/csv",
        Accept="text/csv",
        Body=body.getvalue().encode(),
    )
    lines = csv.reader(io.StringIO(answer["Body"].read().decode()))
    return {
        int(row[0]): (int(float(label)), float(probabilities.strip("[]").split(",")[1]))
        for row, (label, _, probabilities, _) in zip(exported, lines, strict=True)
    }


def test_a_change_updates_the_endpoint_and_leaves_no_stale_parts(
    session: AwsSession, trained: TrainingJob, owner: Owner
) -> None:
    first = deploy_endpoint(session, trained, name="risk", config=EndpointConfig(), owner=owner)
    list(watch_endpoint(session, first.endpoint_name))
    bigger = EndpointConfig(instance_count=2)
    second = deploy_endpoint(session, trained, name="risk", config=bigger, owner=owner)
    assert second.changed
    assert second.endpoint_name == first.endpoint_name
    settled = list(watch_endpoint(session, second.endpoint_name))[-1]
    assert (settled.status, settled.instance_count) == ("InService", 2)
    everything = names_of(session, owner)
    assert everything == sorted(
        [
            f"endpoint {settled.endpoint_name}",
            f"endpoint configuration {settled.endpoint_config_name}",
            f"model {settled.model_name}",
        ]
    )
    assert sorted(delete_endpoint(session, settled.endpoint_name, owner)) == everything
    assert names_of(session, owner) == []
    assert delete_endpoint(session, settled.endpoint_name, owner) == []


def test_somebody_elses_endpoint_is_never_touched(
    session: AwsSession, deployed: Deployment, trained: TrainingJob, owner: Owner
) -> None:
    taken = EndpointConfig(endpoint_name=deployed.endpoint_name)
    with pytest.raises(OwnershipError, match="belongs to somebody else"):
        deploy_endpoint(session, trained, name="risk", config=taken, owner=owner)
    with pytest.raises(OwnershipError):
        delete_endpoint(session, deployed.endpoint_name, owner)
    assert names_of(session, owner) == []
    assert describe_endpoint(session, deployed.endpoint_name) == deployed


def test_a_job_that_is_not_completed_is_not_deployed(
    session: AwsSession, trained: TrainingJob, owner: Owner
) -> None:
    failed = replace(trained, status="Failed", failure_reason="out of luck")
    with pytest.raises(EndpointError, match="it is Failed") as caught:
        deploy_endpoint(session, failed, name="risk", config=EndpointConfig(), owner=owner)
    assert caught.value.why == "out of luck"
    with pytest.raises(EndpointError, match="it is InProgress"):
        deploy_endpoint(
            session, replace(trained, status="InProgress"), name="risk", config=EndpointConfig(), owner=owner
        )


@pytest.mark.parametrize(
    ("config", "what"),
    [
        (EndpointConfig(instance_type="ml.m5.gigantic"), "'ml.m5.gigantic' does not exist"),
        (EndpointConfig(instance_count=0), "instance_count 0"),
        (EndpointConfig(endpoint_name="not_a_name"), "cannot be the name"),
    ],
)
def test_an_endpoint_that_cannot_be(
    session: AwsSession, trained: TrainingJob, owner: Owner, config: EndpointConfig, what: str
) -> None:
    with pytest.raises(ConfigurationError, match=what):
        deploy_endpoint(session, trained, name="risk", config=config, owner=owner)


def test_an_endpoint_that_sagemaker_refuses_leaves_nothing(
    session: AwsSession, trained: TrainingJob, owner: Owner
) -> None:
    assert trained.best is not None
    broken = replace(trained.best, containers=({**trained.best.containers[0], "ModelDataUrl": "nowhere"},))
    with pytest.raises(EndpointError):
        deployment = deploy_endpoint(
            session, replace(trained, best=broken), name="risk", config=EndpointConfig(), owner=owner
        )
        list(watch_endpoint(session, deployment.endpoint_name))
    delete_endpoint(session, naming.endpoint_name("risk", owner), owner)
    assert names_of(session, owner) == []


def test_an_endpoint_that_does_not_exist(session: AwsSession) -> None:
    with pytest.raises(EndpointError, match="There is no endpoint"):
        describe_endpoint(session, "no-such-endpoint")


def test_teardown_removes_one_target_and_nothing_else(
    session: AwsSession,
    database: pyexasol.ExaConnection,
    deployed: Deployment,
    trained: TrainingJob,
    owner: Owner,
) -> None:
    config = TrainingConfig("TARGET", max_candidates=1)
    job = start_training(session, database, query=QUERY, name="risk", config=config, owner=owner)
    endpoint = deploy_endpoint(session, trained, name="risk", config=EndpointConfig(), owner=owner)
    planned = teardown(session, project=owner.project, target=owner.target, dry_run=True)
    assert {one.kind for one in planned} == {
        "endpoint",
        "endpoint configuration",
        "model",
        "training job",
        "objects",
    }
    assert all(one.action.startswith("would be ") for one in planned)

    removed = teardown(session, project=owner.project, target=owner.target)
    assert {one.name for one in removed} == {one.name for one in planned}
    assert names_of(session, owner) == []
    home = naming.target_prefix(session.settings.s3_uri, owner.project, owner.target)
    assert list(s3.list_objects(session, home)) == []
    with pytest.raises(EndpointError):
        describe_endpoint(session, endpoint.endpoint_name)
    assert describe_training(session, job.job_name).ended
    assert describe_endpoint(session, deployed.endpoint_name).status == "InService"
    assert describe_training(session, trained.job_name).row_count == 1_200
