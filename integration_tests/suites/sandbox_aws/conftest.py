"""Fixtures of the AWS suites: clients, generated data, trained jobs and endpoints."""

from __future__ import annotations

import csv
import io
import random
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import boto3
import pytest

from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.serving.pipeline import Pipeline, load_pipeline
from exasol_sandbox.state import SandboxState

Rows = list[list[str]]
csv.field_size_limit(10_000_000)
ALL = "predicted_label,probability,probabilities,labels"
COLUMNS = ["AGE", "CITY", "MEMBER_SINCE", "AMOUNT", "NOTE", "TARGET"]


def loan_rows(count: int, *, labels: tuple[str, str] = ("0", "1"), seed: int = 1) -> Rows:
    """Rows with a number, a category, a date, an amount with gaps, a unique text and a target they decide."""
    draw = random.Random(seed)
    rows = []
    for index in range(count):
        age, city = draw.randint(18, 80), draw.choice(["Berlin", "Nürnberg", 'Say "Köln"', "Ulm, old"])
        amount = "" if draw.random() < 0.1 else str(round(draw.uniform(1, 1000), 2))
        chance = 0.1 + 0.6 * (age < 40) + 0.2 * (city == "Nürnberg")
        date = f"20{draw.randint(10, 24)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        target = labels[draw.random() < chance]
        rows.append([str(age), city, date, amount, f"note {index} of {draw.random()}", target])
    return rows


def price_rows(count: int) -> Rows:
    """Rows whose target is an amount."""
    return [
        [*row[:-1], str(round(int(row[0]) * 3.5 + 10 * (row[1] == "Nürnberg"), 2))]
        for row in loan_rows(count)
    ]


def to_csv(rows: Rows, header: list[str] | None = None) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([header, *rows] if header else rows)
    return text.getvalue().encode()


def from_csv(body: bytes) -> Rows:
    return list(csv.reader(io.StringIO(body.decode())))


def unique_name(prefix: str) -> str:
    return f"{prefix}-{uuid4().hex[:8]}"


def with_output(containers: list[dict[str, Any]], output: str | None) -> list[dict[str, Any]]:
    """Containers that answer the given keys; as they are without any."""
    containers = [{**container, "Environment": dict(container["Environment"])} for container in containers]
    if output:
        containers[-1]["Environment"]["SAGEMAKER_INFERENCE_OUTPUT"] = output
    if output and len(containers) == 3:
        passed = ",".join(key for key in output.split(",") if key != "labels")
        containers[1]["Environment"]["SAGEMAKER_INFERENCE_OUTPUT"] = passed
        containers[2]["Environment"]["SAGEMAKER_INFERENCE_INPUT"] = passed
    return containers


def predict(pipeline: Pipeline, rows: Rows) -> Rows:
    return from_csv(pipeline.answer(to_csv(rows), "text/csv", "text/csv")[1])


class Autopilot:
    """Starts jobs and endpoints on a sandbox and waits for them, with boto3 alone."""

    def __init__(self, client: Callable[..., Any], bucket: str, role_arn: str, files: S3Files) -> None:
        self.s3 = client("s3")
        self.sagemaker = client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.bucket = bucket
        self.role_arn = role_arn
        self.files = files
        self.statuses: dict[str, list[str]] = {}

    def upload(self, name: str, data: bytes, file: str = "part_0.csv") -> str:
        self.s3.put_object(Bucket=self.bucket, Key=f"{name}/input/{file}", Body=data)
        return f"s3://{self.bucket}/{name}/input/"

    def request(self, name: str, **changes: Any) -> dict[str, Any]:
        tabular = {
            "TargetAttributeName": "TARGET",
            "CompletionCriteria": {"MaxCandidates": 4},
            **changes.pop("tabular", {}),
        }
        return {
            "AutoMLJobName": name,
            "AutoMLJobInputDataConfig": [
                {
                    "ChannelType": "training",
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": f"s3://{self.bucket}/{name}/input/",
                        }
                    },
                }
            ],
            "OutputDataConfig": {"S3OutputPath": f"s3://{self.bucket}/{name}/output/"},
            "AutoMLProblemTypeConfig": {"TabularJobConfig": tabular},
            "RoleArn": self.role_arn,
            **changes,
        }

    def start(self, rows: Rows, prefix: str, header: list[str] | None = None, **changes: Any) -> str:
        name = unique_name(prefix)
        self.upload(name, to_csv(rows, header or COLUMNS))
        self.sagemaker.create_auto_ml_job_v2(**self.request(name, **changes))
        self.look(name)
        return name

    def look(self, name: str) -> dict[str, Any]:
        """Describes a job, and notes its secondary status."""
        job: dict[str, Any] = self.sagemaker.describe_auto_ml_job_v2(AutoMLJobName=name)
        self.statuses.setdefault(name, []).append(job["AutoMLJobSecondaryStatus"])
        return job

    def wait(self, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            job = self.look(name)
            if job["AutoMLJobStatus"] in {"Completed", "Failed", "Stopped"}:
                return job
            time.sleep(0.05)
        raise AssertionError(f"{name} did not end")

    def create_model(self, containers: list[dict[str, Any]], output: str | None = None) -> str:
        name = unique_name("model")
        self.sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=self.role_arn, Containers=with_output(containers, output)
        )
        return name

    def load(self, job: dict[str, Any], output: str | None = None) -> Pipeline:
        """The best model of a job in this process: what an endpoint of it serves, without the endpoint."""
        assert job["AutoMLJobStatus"] == "Completed", job.get("FailureReason")
        return load_pipeline(self.files, with_output(job["BestCandidate"]["InferenceContainers"], output))

    def create_config(self, model: str, serverless: dict[str, Any] | None = None, **options: Any) -> str:
        name = unique_name("config")
        hosts = (
            {"ServerlessConfig": serverless}
            if serverless
            else {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        )
        self.sagemaker.create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[{"VariantName": "AllTraffic", "ModelName": model, **hosts}],
            **options,
        )
        return name

    def deploy(self, containers: list[dict[str, Any]], output: str | None = None, **options: Any) -> str:
        name = unique_name("endpoint")
        config = self.create_config(self.create_model(containers, output), **options)
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
        endpoint = self.settled(name)
        assert endpoint["EndpointStatus"] == "InService", endpoint.get("FailureReason")
        return name

    def settled(self, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            endpoint: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=name)
            if endpoint["EndpointStatus"] not in {"Creating", "Updating"}:
                return endpoint
            time.sleep(0.05)
        raise AssertionError(f"{name} did not settle")

    def invoke(self, endpoint: str, rows: Rows, **options: Any) -> Rows:
        answer = self.runtime.invoke_endpoint(
            EndpointName=endpoint, Body=to_csv(rows), ContentType="text/csv", **options
        )
        return from_csv(answer["Body"].read())


@pytest.fixture(scope="session")
def autopilot(sandbox: SandboxState, aws: Callable[..., Any]) -> Autopilot:
    return Autopilot(aws, sandbox.bucket, sandbox.role_arn, files_of(sandbox))


def files_of(sandbox: SandboxState) -> S3Files:
    """The S3 client of training and serving, with the user's own keys."""
    credentials = {
        "aws_access_key_id": sandbox.aws_access_key_id,
        "aws_secret_access_key": sandbox.aws_secret_access_key,
    }
    return S3Files(
        {
            "endpoint_url": sandbox.aws_endpoint_url,
            "region": sandbox.aws_region,
            "credentials": credentials,
        }
    )


@pytest.fixture(scope="session")
def started(autopilot: Autopilot) -> dict[str, str]:
    """Jobs of each form, training side by side."""
    return {
        "ensemble": autopilot.start(loan_rows(700), "ensemble", tabular={"Mode": "ENSEMBLING"}),
        "tuned": autopilot.start(
            loan_rows(700, labels=("bad", "good")),
            "tuned",
            tabular={"Mode": "HYPERPARAMETER_TUNING", "ProblemType": "BinaryClassification"},
            AutoMLJobObjective={"MetricName": "AUC"},
        ),
        "price": autopilot.start(price_rows(600), "price", tabular={"Mode": "HYPERPARAMETER_TUNING"}),
    }


@pytest.fixture(scope="session")
def ensemble_job(autopilot: Autopilot, started: dict[str, str]) -> dict[str, Any]:
    return autopilot.wait(started["ensemble"])


@pytest.fixture(scope="session")
def tuned_job(autopilot: Autopilot, started: dict[str, str]) -> dict[str, Any]:
    return autopilot.wait(started["tuned"])


@pytest.fixture(scope="session")
def price_job(autopilot: Autopilot, started: dict[str, str]) -> dict[str, Any]:
    return autopilot.wait(started["price"])


@pytest.fixture(scope="session")
def ensemble_endpoint(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> str:
    return autopilot.deploy(ensemble_job["BestCandidate"]["InferenceContainers"], ALL)


@pytest.fixture(scope="session")
def tuned_endpoint(autopilot: Autopilot, tuned_job: dict[str, Any]) -> str:
    return autopilot.deploy(tuned_job["BestCandidate"]["InferenceContainers"], ALL)


@pytest.fixture(scope="session")
def bucket_elsewhere(sandbox: SandboxState) -> str:
    """A bucket in eu-west-1."""
    name = unique_name("elsewhere")
    client = boto3.client(
        "s3",
        endpoint_url=sandbox.aws_endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id=sandbox.aws_access_key_id,
        aws_secret_access_key=sandbox.aws_secret_access_key,
    )
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name
