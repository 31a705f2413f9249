"""The workshop "Predictions for Credit Application Risks" and the extension's user guide, run as they are.

The statements are those of Exasol's SageMaker Extension 0.11.7, in order; names and places are the sandbox's.
The tests follow one another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pyexasol
import pytest

from exasol_sagemaker.demo.credit import COLUMN_TYPES
from exasol_sandbox.state import SandboxState

from .conftest import ROWS, Project

JOB = "CreditRiskTutorial"
ENDPOINT = "creditEndpoint"


@pytest.fixture(autouse=True)
def _data(credit: str, connection_name: str) -> None:
    pass


def test_1_train(exasol: pyexasol.ExaConnection, sandbox: SandboxState) -> None:
    exasol.execute(
        f"""EXECUTE SCRIPT SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT('{{
            "job_name"                                  : "{JOB}",
            "aws_credentials_connection_name"           : "SAGEMAKER_CREDENTIALS",
            "aws_region"                                : "{sandbox.aws_region}",
            "iam_sagemaker_role"                        : "{sandbox.role_arn}",
            "s3_bucket_uri"                             : "s3://{sandbox.bucket}",
            "s3_output_path"                            : "autopilot/credit",
            "input_schema_name"                         : "CREDIT",
            "input_table_or_view_name"                  : "TRAIN",
            "target_attribute_name"                     : "TARGET",
            "problem_type"                              : "BinaryClassification",
            "objective"                                 : "{{\\"MetricName\\": \\"Accuracy\\"}}",
            "max_runtime_for_automl_job_in_seconds"     : 60,
            "max_candidates"                            : 2,
            "max_runtime_per_training_job_in_seconds"   : 30
        }}')"""
    )


def test_2_it_returns_at_once_and_leaves_a_row(
    exasol: pyexasol.ExaConnection, sandbox: SandboxState, aws: Callable[..., Any]
) -> None:
    (row,) = exasol.execute(f"SELECT * FROM SME_METADATA_AUTOPILOT_JOBS WHERE JOB_NAME = '{JOB}'").fetchall()
    names = exasol.last_statement().column_names()
    found = {name.upper(): value for name, value in zip(names, row, strict=True)}
    started, session = found.pop("DATETIME"), found.pop("SESSION_ID")
    assert started[:10] == exasol.execute("SELECT CURRENT_DATE").fetchval()
    assert session == exasol.session_id()
    columns = zip(found.pop("COLUMN_NAMES").split(";"), found.pop("COLUMN_TYPES").split(";"), strict=True)
    known = exasol.execute(
        "SELECT COLUMN_NAME, COLUMN_TYPE FROM EXA_ALL_COLUMNS "
        "WHERE COLUMN_SCHEMA = 'CREDIT' AND COLUMN_TABLE = 'TRAIN' ORDER BY COLUMN_ORDINAL_POSITION"
    )
    assert list(columns) == known.fetchall()
    assert found == {
        "JOB_NAME": JOB,
        "AWS_CREDENTIALS_CONNECTION_NAME": "SAGEMAKER_CREDENTIALS",
        "IAM_SAGEMAKER_ROLE": sandbox.role_arn,
        "S3_BUCKET_URI": f"s3://{sandbox.bucket}",
        "S3_OUTPUT_PATH": "autopilot/credit",
        "TARGET_ATTRIBUTE_NAME": "TARGET",
        "PROBLEM_TYPE": "BinaryClassification",
        "OBJECTIVE": "Accuracy",
        "MAX_RUNTIME_FOR_AUTOML_JOB_IN_SECONDS": 60,
        "MAX_CANDIDATES": 2,
        "MAX_RUNTIME_PER_TRAINING_JOB_IN_SECONDS": 30,
        "SCRIPT_USER": "SYS",
    }


def test_3_the_data_were_written_by_every_node_with_their_names(
    sandbox: SandboxState, aws: Callable[..., Any]
) -> None:
    s3 = aws("s3")
    listed = s3.list_objects_v2(Bucket=sandbox.bucket, Prefix=f"autopilot/credit/{JOB}/train/")["Contents"]
    files = [one["Key"] for one in listed if one["Key"].endswith(".csv")]
    assert len(files) == 2 * 4
    texts = [s3.get_object(Bucket=sandbox.bucket, Key=key)["Body"].read().decode() for key in files]
    assert {text.splitlines()[0] for text in texts} == {",".join(COLUMN_TYPES)}
    assert sum(len(text.splitlines()) - 1 for text in texts) == ROWS


def test_4_poll_until_completed(exasol: pyexasol.ExaConnection, sandbox: SandboxState) -> None:
    seen = set()
    while True:
        found = exasol.execute(
            f"""EXECUTE SCRIPT SME_POLL_SAGEMAKER_AUTOPILOT_JOB_STATUS(
                '{JOB}',
                'SAGEMAKER_CREDENTIALS',
                '{sandbox.aws_region}'
            )"""
        )
        assert found.column_names() == ["JOB_STATUS", "JOB_SECONDARY_STATUS"]
        (state,) = found.fetchall()
        seen.add(state[0])
        if state[0] != "InProgress":
            break
        time.sleep(0.5)
    assert state == ("Completed", "Completed")
    assert seen <= {"InProgress", "Completed"}


def test_5_deploy(exasol: pyexasol.ExaConnection, sandbox: SandboxState, project: Project) -> None:
    exasol.execute(
        f"""EXECUTE SCRIPT SME_DEPLOY_SAGEMAKER_AUTOPILOT_ENDPOINT(
            '{JOB}',
            '{ENDPOINT}',
            '{project.schema}',
            'ml.m5.large',
            1,
            'SAGEMAKER_CREDENTIALS',
            '{sandbox.aws_region}'
        )"""
    )


def test_6_the_endpoint_is_in_service_and_says_who_made_it(aws: Callable[..., Any], project: Project) -> None:
    sagemaker = aws("sagemaker")
    endpoint = sagemaker.describe_endpoint(EndpointName=ENDPOINT)
    assert endpoint["EndpointStatus"] == "InService"
    tags = {
        one["Key"]: one["Value"] for one in sagemaker.list_tags(ResourceArn=endpoint["EndpointArn"])["Tags"]
    }
    assert tags["exasol-sagemaker:project"] == project.schema.lower()
    assert tags["exasol-sagemaker:target"] == "workshop"
    assert tags["exasol-sagemaker:job"] == JOB


def test_7_predict(exasol: pyexasol.ExaConnection, project: Project) -> None:
    columns = [name for name in COLUMN_TYPES if name != "TARGET"]
    found = exasol.execute(
        f"""SELECT {project.schema}."{ENDPOINT}"({", ".join(columns)})
            FROM CREDIT.TRAIN
            GROUP BY IPROC(), MOD(ROWNUM, 6)"""
    )
    assert found.column_names() == [*columns, "PROBABILITY", "PREDICTIONS"]
    types = found.columns()
    assert (types["PROBABILITY"]["precision"], types["PROBABILITY"]["scale"]) == (18, 4)
    assert types["PREDICTIONS"]["type"] == "DECIMAL"
    rows = found.fetchall()
    assert len(rows) == ROWS
    assert {row[-1] for row in rows} <= {0, 1}
    assert all(0 <= float(row[-2]) <= 1 for row in rows)
    given = exasol.execute(f"SELECT {', '.join(columns)} FROM CREDIT.TRAIN").fetchall()
    assert sorted(map(str, given)) == sorted(str(row[:-2]) for row in rows)


def test_8_predictions_are_what_the_endpoint_answers(
    exasol: pyexasol.ExaConnection, project: Project, aws: Callable[..., Any]
) -> None:
    columns = [name for name in COLUMN_TYPES if name != "TARGET"]
    rows = exasol.execute(
        f"""SELECT {project.schema}."{ENDPOINT}"({", ".join(columns)}) FROM CREDIT.TRAIN
            WHERE MOD(SK_ID_CURR, 50) = 0 GROUP BY IPROC(), MOD(ROWNUM, 6)"""
    ).fetchall()
    assert rows
    for row in rows:
        line = ",".join("" if one is None else str(one).rstrip() for one in row[:-2])
        answer = aws("sagemaker-runtime").invoke_endpoint(
            EndpointName=ENDPOINT, ContentType="text/csv", Accept="text/csv", Body=line
        )
        label, probability = answer["Body"].read().decode().strip().split(",")[:2]
        assert int(float(label)) == row[-1]
        assert float(row[-2]) == pytest.approx(float(probability), abs=0.00005)


def test_9_delete(
    exasol: pyexasol.ExaConnection, sandbox: SandboxState, aws: Callable[..., Any], project: Project
) -> None:
    exasol.execute(
        f"""EXECUTE SCRIPT SME_DELETE_SAGEMAKER_AUTOPILOT_ENDPOINT(
            '{ENDPOINT}',
            'SAGEMAKER_CREDENTIALS',
            '{sandbox.aws_region}'
        )"""
    )
    sagemaker = aws("sagemaker")
    assert not sagemaker.list_endpoints(NameContains=ENDPOINT)["Endpoints"]
    assert not sagemaker.list_endpoint_configs(NameContains=JOB)["EndpointConfigs"]
    assert not sagemaker.list_models(NameContains=JOB)["Models"]
    with pytest.raises(
        pyexasol.ExaQueryError, match=r"Endpoint creditEndpoint in .*Deploy the endpoint again"
    ):
        columns = ", ".join(name for name in COLUMN_TYPES if name != "TARGET")
        exasol.execute(f'SELECT {project.schema}."{ENDPOINT}"({columns}) FROM CREDIT.TRAIN GROUP BY IPROC()')
