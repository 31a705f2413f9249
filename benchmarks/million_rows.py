"""A million rows through `dbt build` and through Batch Transform on the sandbox: where the time goes.

The project is the credit-risk one. It trains on four fifths of the rows, predicts all of them by the UDF,
and all of them again by Batch Transform. Both tables have to hold each key of the input once, and by key the
same predictions.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pyexasol

from benchmarks.generated_projects import REPOSITORY, Project, copy_project
from benchmarks.harness import RATE, SECONDS, Figure, connect, sandbox, seconds
from exasol_sagemaker import (
    AwsSession,
    BatchConfig,
    Owner,
    SageMakerSettings,
    describe_training,
    finish_batch,
    load_predictions,
    plan_batch,
    start_transforms,
    watch_transforms,
)
from exasol_sagemaker.demo.credit import COLUMN_TYPES, credit_applications
from exasol_sandbox.state import SandboxState

ROWS = 1_000_000
PREDICTIONS = """
{{ config(materialized='incremental', unique_key='sk_id_curr') }}
{{ exasol_sagemaker.predict(ref('credit_risk_predict'), ref('stg_applications'), key='sk_id_curr') }}
"""
NODES = {
    "training data made": "credit_risk_training",
    "checked, fingerprinted and exported to S3": "credit_risk_autopilot",
    "predicted by the UDF": "credit_risk_predictions",
    "judged": "credit_risk_evaluation",
}
VARIABLES = "{max_candidates: 2, max_runtime_seconds: 300}"
INPUT = "SELECT * FROM MILLION.STG_APPLICATIONS"


@dataclass
class Phases:
    """Seconds of each phase, in the order in which they came."""

    taken: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Take the time of a block."""
        start = time.perf_counter()
        yield
        self.taken[name] = time.perf_counter() - start


def run(rows: int = ROWS) -> list[Figure]:
    """Load, build, predict in batch, and compare."""
    with sandbox() as state, tempfile.TemporaryDirectory(prefix="benchmark-million-") as scratch:
        loading = seconds(lambda: _load(state, rows))
        project = copy_project(REPOSITORY / "integration_tests", Path(scratch, "million"), state)
        (project.folder / "packages.yml").write_text(f"packages:\n  - local: {REPOSITORY}\n")
        predictions = project.folder / "models" / "predictions" / "credit_risk_predictions.sql"
        predictions.write_text(PREDICTIONS)
        shutil.rmtree(project.folder / "tests")
        project.dbt("deps")
        build = seconds(
            lambda: project.dbt("build", "--vars", "{max_candidates: 2, max_runtime_seconds: 300}")
        )
        with connect(state) as database:
            built = _built(state, project, build)
            batch = _batch(state, database)
            checks = _compare(database, rows)
    figures = [
        Figure("1 million rows loaded, before the build", loading, SECONDS),
        Figure("dbt build: 1 million rows end to end", build, SECONDS),
        *(Figure(f"  {name}", value, SECONDS) for name, value in built.taken.items()),
        Figure("  the UDF's rate in it", rows / built.taken["predicted by the UDF"], RATE),
        Figure("Batch Transform of 1 million rows", sum(batch.taken.values()), SECONDS),
        *(Figure(f"  {name}", value, SECONDS) for name, value in batch.taken.items()),
    ]
    return figures + [Figure(name, value, "rows", 0.0) for name, value in checks.items()]


def _load(state: SandboxState, rows: int) -> None:
    """The applications in a random order of keys."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMN_TYPES.items())
    frame = credit_applications(rows)
    shuffled = frame.iloc[np.random.default_rng(1).permutation(rows)]
    with connect(state) as connection:
        connection.execute("CREATE SCHEMA CREDIT")
        connection.execute(f"CREATE TABLE CREDIT.APPLICATIONS ({columns})")
        connection.import_from_pandas(shuffled, ("CREDIT", "APPLICATIONS"))


def _built(state: SandboxState, project: Project, total: float) -> Phases:
    """What took how long in a build: dbt's own times by node, SageMaker's for training and deployment."""
    results: list[dict[str, Any]] = json.loads((project.folder / "target" / "run_results.json").read_text())[
        "results"
    ]
    by_node = {result["unique_id"].split(".")[2]: float(result["execution_time"]) for result in results}
    sagemaker = AwsSession(_settings(state), _keys(state)).sagemaker
    (job,) = sagemaker.list_auto_ml_jobs()["AutoMLJobSummaries"]
    (endpoint,) = sagemaker.list_endpoints()["Endpoints"]
    phases = Phases({name: by_node[node] for name, node in NODES.items()})
    phases.taken["trained, by SageMaker"] = (job["EndTime"] - job["CreationTime"]).total_seconds()
    phases.taken["deployed"] = (endpoint["LastModifiedTime"] - endpoint["CreationTime"]).total_seconds()
    phases.taken["the rest: dbt itself, waiting, checks"] = total - sum(phases.taken.values())
    return phases


def _batch(state: SandboxState, database: pyexasol.ExaConnection) -> Phases:
    """Predict all rows with Batch Transform, into a table of its own."""
    aws = AwsSession(_settings(state), _keys(state))
    (listed,) = aws.sagemaker.list_auto_ml_jobs()["AutoMLJobSummaries"]
    phases = Phases()
    with phases.timed("checked and fingerprinted"):
        plan = plan_batch(
            aws,
            database,
            describe_training(aws, listed["AutoMLJobName"]),
            query=INPUT,
            keys=["SK_ID_CURR"],
            name="million",
            config=BatchConfig(),
            owner=Owner("benchmark", "batch", "model.million"),
        )
    with phases.timed("exported to S3"):
        plan = start_transforms(aws, database, plan)
    with phases.timed("transformed, by SageMaker"):
        *_, plan = watch_transforms(aws, plan, sleep=lambda _: time.sleep(0.2))
    with phases.timed("imported and checked row for row"):
        loaded = load_predictions(aws, database, plan, schema="MILLION", staging="STAGED")
    with phases.timed("table of predictions made"):
        database.execute(f"CREATE TABLE MILLION.IN_BATCH AS {loaded.query}")
    with phases.timed("files and model removed"):
        finish_batch(aws, plan)
    return phases


def _compare(database: pyexasol.ExaConnection, rows: int) -> dict[str, int]:
    """How many rows are lost, there twice, or predicted otherwise than by the UDF."""

    def count(query: str) -> int:
        return int(database.execute(f"SELECT COUNT(*) FROM ({query})").fetchval())

    checks = {}
    for table, by in (("CREDIT_RISK_PREDICTIONS", "the UDF"), ("IN_BATCH", "Batch Transform")):
        predicted = f"SELECT DISTINCT SK_ID_CURR FROM MILLION.{table}"
        given = "SELECT SK_ID_CURR FROM CREDIT.APPLICATIONS"
        checks[f"{by}: rows lost"] = rows - count(f"{given} INTERSECT {predicted}")
        checks[f"{by}: rows too many"] = count(f"SELECT * FROM MILLION.{table}") - rows
    checks["rows that Batch Transform and the UDF predict otherwise, by key"] = rows - count(
        "SELECT 1 FROM MILLION.IN_BATCH AS B INNER JOIN MILLION.CREDIT_RISK_PREDICTIONS AS U "
        "ON B.SK_ID_CURR = U.SK_ID_CURR AND B.PREDICTION = U.PREDICTION AND B.PROBABILITY = U.PROBABILITY"
    )
    return checks


def _settings(state: SandboxState) -> SageMakerSettings:
    environment = state.environment()
    return SageMakerSettings(
        s3_uri=environment["SAGEMAKER_S3_URI"].rstrip("/") + "/batch",
        role_arn=environment["SAGEMAKER_ROLE_ARN"],
        region=state.aws_region,
        endpoint_url=state.aws_endpoint_url,
        connection="SAGEMAKER_AWS",
    )


def _keys(state: SandboxState) -> boto3.session.Session:
    return boto3.session.Session(
        aws_access_key_id=state.aws_access_key_id,
        aws_secret_access_key=state.aws_secret_access_key,
        region_name=state.aws_region,
    )
