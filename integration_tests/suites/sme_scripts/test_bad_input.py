"""What the scripts refuse: nothing of it is executed, and no job is recorded that did not start."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pyexasol
import pytest

from exasol_sandbox.state import SandboxState

from .conftest import Connect, Project, Witness, analyst_of

FRAGMENT = (
    "x'); DROP TABLE CREDIT.VICTIM; --\"; DROP TABLE CREDIT.VICTIM; --]] DROP TABLE CREDIT.VICTIM "
    "' || (SELECT PASSWORD FROM CREDIT.VICTIM) || ' ::schema :name"
)
# What may be any text, s3_output_path, is in a test of its own; other options go to AWS alone.
TEXT_KEYS = (
    *("job_name", "aws_credentials_connection_name", "aws_region", "iam_sagemaker_role", "s3_bucket_uri"),
    *("input_schema_name", "input_table_or_view_name", "target_attribute_name", "problem_type", "objective"),
    "sample_weight_attribute_name",
)


@pytest.fixture(scope="module", autouse=True)
def _victim(exasol: pyexasol.ExaConnection, credit: str, connection_name: str) -> None:
    exasol.execute("CREATE TABLE CREDIT.VICTIM (PASSWORD VARCHAR(20))")
    exasol.execute("INSERT INTO CREDIT.VICTIM VALUES ('secret-word')")


@pytest.fixture
def arguments(sandbox: SandboxState) -> dict[str, Any]:
    """Those of a training that could start; its name is new."""
    return {
        "job_name": f"Bad{uuid4().hex[:12]}",
        "aws_credentials_connection_name": "SAGEMAKER_CREDENTIALS",
        "aws_region": sandbox.aws_region,
        "iam_sagemaker_role": sandbox.role_arn,
        "s3_bucket_uri": f"s3://{sandbox.bucket}",
        "s3_output_path": "bad",
        "input_schema_name": "CREDIT",
        "input_table_or_view_name": "TRAIN",
        "target_attribute_name": "TARGET",
        "max_candidates": 1,
        "max_runtime_for_automl_job_in_seconds": 20,
    }


@pytest.fixture(autouse=True)
def _nothing_is_recorded_that_did_not_start(
    exasol: pyexasol.ExaConnection, aws: Callable[..., Any]
) -> Iterator[None]:
    yield
    sagemaker = aws("sagemaker")
    jobs = {one["AutoMLJobName"] for one in sagemaker.list_auto_ml_jobs(MaxResults=100)["AutoMLJobSummaries"]}
    recorded = exasol.execute(
        "SELECT JOB_NAME FROM SME_METADATA_AUTOPILOT_JOBS WHERE COLUMN_NAMES IS NOT NULL"
    )
    assert {name for (name,) in recorded} <= jobs
    assert exasol.execute("SELECT * FROM CREDIT.VICTIM").fetchall() == [("secret-word",)]


def call(script: str, *values: Any) -> str:
    """EXECUTE SCRIPT as a careful client writes it: texts as literals."""
    texts = (str(one) if isinstance(one, int) else "'" + str(one).replace("'", "''") + "'" for one in values)
    return f"EXECUTE SCRIPT {script}({', '.join(texts)})"


def refused(exasol: pyexasol.ExaConnection, script: str, *values: Any) -> str:
    with pytest.raises(pyexasol.ExaQueryError) as raised:
        exasol.execute(call(script, *values))
    message: str = raised.value.message
    assert "Traceback" not in message
    assert "SL-PYTHON" not in message
    return message


def train_refused(exasol: pyexasol.ExaConnection, values: dict[str, Any]) -> str:
    return refused(exasol, "SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT", json.dumps(values))


def ran_inside(statements: list[str]) -> list[str]:
    """What scripts ran: all but the calls themselves."""
    return [one for one in statements if not one.startswith("EXECUTE SCRIPT")]


def outside_of_literals(statement: str) -> str:
    """A statement without what stands in quotes, where it is data."""
    kept, quote = [], ""
    for character in statement:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        else:
            kept.append(character)
    return "".join(kept)


def assert_nothing_of_it_ran(statements: list[str]) -> None:
    for statement in ran_inside(statements):
        bare = outside_of_literals(statement)
        assert "DROP" not in bare
        assert "VICTIM" not in bare


@pytest.mark.parametrize("key", TEXT_KEYS)
def test_statement_fragments_in_a_key_are_never_executed(
    exasol: pyexasol.ExaConnection, witness: Witness, arguments: dict[str, Any], key: str
) -> None:
    with witness.seen() as statements:
        message = train_refused(exasol, arguments | {key: FRAGMENT})
    assert "secret-word" not in message
    assert_nothing_of_it_ran(statements)


def test_statement_fragments_in_a_path_are_a_path(
    exasol: pyexasol.ExaConnection,
    witness: Witness,
    arguments: dict[str, Any],
    aws: Callable[..., Any],
    sandbox: SandboxState,
) -> None:
    with witness.seen() as statements:
        exasol.execute(
            call("SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT", json.dumps(arguments | {"s3_output_path": FRAGMENT}))
        )
    aws("sagemaker").stop_auto_ml_job(AutoMLJobName=arguments["job_name"])
    assert_nothing_of_it_ran(statements)
    found = aws("s3").list_objects_v2(Bucket=sandbox.bucket, Prefix=f"{FRAGMENT}/{arguments['job_name']}/")
    assert found["KeyCount"] > 0


@pytest.mark.parametrize("position", [0, 1, 2, 3, 4, 5, 6])
def test_statement_fragments_in_other_parameters_are_never_executed(
    exasol: pyexasol.ExaConnection, witness: Witness, project: Project, sandbox: SandboxState, position: int
) -> None:
    connected = ["SAGEMAKER_CREDENTIALS", sandbox.aws_region]
    values: list[Any] = ["Nothing", "endpoint", project.schema, "ml.m5.large", 1, *connected]
    values[position] = FRAGMENT
    with witness.seen() as statements:
        refused(exasol, "SME_DEPLOY_SAGEMAKER_AUTOPILOT_ENDPOINT", *values)
        if position == 0:
            refused(exasol, "SME_POLL_SAGEMAKER_AUTOPILOT_JOB_STATUS", FRAGMENT, *connected)
        if position == 1:
            refused(exasol, "SME_DELETE_SAGEMAKER_AUTOPILOT_ENDPOINT", FRAGMENT, *connected)
    assert_nothing_of_it_ran(statements)


def test_a_table_that_is_not_there(exasol: pyexasol.ExaConnection, arguments: dict[str, Any]) -> None:
    message = train_refused(exasol, arguments | {"input_table_or_view_name": "TRIAN"})
    assert "There is no table or view CREDIT.TRIAN that this user may read" in message
    assert "Did you mean TRAIN?" in message


def test_a_target_that_is_not_there(exasol: pyexasol.ExaConnection, arguments: dict[str, Any]) -> None:
    message = train_refused(exasol, arguments | {"target_attribute_name": "TRAGET"})
    assert "key target_attribute_name" in message
    assert "Did you mean 'TARGET'?" in message


def test_too_few_rows_are_found_before_anything_is_exported(
    exasol: pyexasol.ExaConnection, witness: Witness, arguments: dict[str, Any]
) -> None:
    exasol.execute("CREATE OR REPLACE VIEW CREDIT.FEW AS SELECT * FROM CREDIT.TRAIN LIMIT 10")
    with witness.seen() as statements:
        message = train_refused(exasol, arguments | {"input_table_or_view_name": "FEW"})
    assert "10 rows, and Autopilot wants at least 500" in message
    assert not [one for one in statements if one.startswith("EXPORT")]


def test_a_connection_that_is_not_there(exasol: pyexasol.ExaConnection, arguments: dict[str, Any]) -> None:
    message = train_refused(exasol, arguments | {"aws_credentials_connection_name": "nowhere"})
    assert "The CONNECTION NOWHERE cannot be used" in message
    assert "CREATE CONNECTION NOWHERE TO 'https://<bucket>" in message


@pytest.mark.parametrize(
    ("definition", "part"),
    [
        ("TO 'https://b.s3.eu-central-1.amazonaws.com'", "has no AWS credentials"),
        (
            "TO 'https://b.s3.eu-central-1.amazonaws.com' USER 'AKIA' IDENTIFIED BY ''",
            "has no AWS credentials",
        ),
        ("TO 'ftp://b' USER 'AKIA' IDENTIFIED BY 'top-secret'", "does not point at a bucket of Amazon S3"),
        (
            "TO 's3://another-bucket' USER 'AKIA' IDENTIFIED BY 'top-secret'",
            "another bucket than the CONNECTION",
        ),
    ],
)
def test_a_connection_that_is_of_no_use(
    exasol: pyexasol.ExaConnection, arguments: dict[str, Any], definition: str, part: str
) -> None:
    exasol.execute(f"CREATE OR REPLACE CONNECTION USELESS {definition}")
    message = train_refused(exasol, arguments | {"aws_credentials_connection_name": "USELESS"})
    assert part in message
    assert "top-secret" not in message


def test_credentials_that_aws_does_not_know(
    exasol: pyexasol.ExaConnection, arguments: dict[str, Any], sandbox: SandboxState
) -> None:
    exasol.execute(
        f"CREATE OR REPLACE CONNECTION WRONG_KEY TO 's3://{sandbox.bucket}' "
        "USER 'AKIAUNKNOWN0000000000' IDENTIFIED BY 'top-secret'"
    )
    message = train_refused(exasol, arguments | {"aws_credentials_connection_name": "WRONG_KEY"})
    assert "AWS does not know these credentials" in message
    assert "top-secret" not in message


def test_a_job_that_exists_is_reported_and_not_run_twice(
    exasol: pyexasol.ExaConnection, witness: Witness, arguments: dict[str, Any], aws: Callable[..., Any]
) -> None:
    statement = call("SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT", json.dumps(arguments))
    exasol.execute(statement)
    with witness.seen() as statements, pytest.raises(pyexasol.ExaQueryError, match="exists already: it is "):
        exasol.execute(statement)
    aws("sagemaker").stop_auto_ml_job(AutoMLJobName=arguments["job_name"])
    assert not [one for one in statements if one.startswith("EXPORT")]
    rows = exasol.execute(
        f"SELECT COUNT(*) FROM SME_METADATA_AUTOPILOT_JOBS WHERE JOB_NAME = '{arguments['job_name']}'"
    )
    assert rows.fetchval() == 1


def test_a_table_that_may_not_be_read(
    exasol: pyexasol.ExaConnection, open_connection: Connect, project: Project, arguments: dict[str, Any]
) -> None:
    with analyst_of(exasol, open_connection, project) as analyst:
        message = train_refused(analyst, arguments)
    assert "There is no table or view CREDIT.TRAIN that this user may read" in message


def test_deploying_a_job_that_is_not_there(
    exasol: pyexasol.ExaConnection, project: Project, sandbox: SandboxState
) -> None:
    values = ["Nothing", "endpoint", project.schema, "ml.m5.large", 1, "SAGEMAKER_CREDENTIALS"]
    message = refused(exasol, "SME_DEPLOY_SAGEMAKER_AUTOPILOT_ENDPOINT", *values, sandbox.aws_region)
    assert "There is no Autopilot job 'Nothing'" in message


def test_deleting_what_somebody_else_made(
    exasol: pyexasol.ExaConnection, sandbox: SandboxState, aws: Callable[..., Any]
) -> None:
    sagemaker, name = aws("sagemaker"), f"theirs-{uuid4().hex[:8]}"
    image = f"763104351884.dkr.ecr.{sandbox.aws_region}.amazonaws.com/x:1"
    sagemaker.create_model(
        ModelName=name, ExecutionRoleArn=sandbox.role_arn, PrimaryContainer={"Image": image}
    )
    variant = {
        "VariantName": "a", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1,
    }  # fmt: skip
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    message = refused(
        exasol, "SME_DELETE_SAGEMAKER_AUTOPILOT_ENDPOINT", name, "SAGEMAKER_CREDENTIALS", sandbox.aws_region
    )
    assert "belongs to somebody else" in message
    assert sagemaker.list_endpoints(NameContains=name)["Endpoints"]
