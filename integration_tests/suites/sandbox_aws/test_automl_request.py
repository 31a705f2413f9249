"""What CreateAutoMLJobV2 refuses at once, and how jobs are listed and tagged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .conftest import Autopilot, unique_name

UNCHECKED = Config(parameter_validation=False)


def refusal(autopilot: Autopilot, request: dict[str, Any]) -> str:
    with pytest.raises(ClientError) as refused:
        autopilot.sagemaker.create_auto_ml_job_v2(**request)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    return str(refused.value)


def test_a_name_outside_the_pattern(autopilot: Autopilot) -> None:
    assert "'autoMLJobName' failed to satisfy constraint" in refusal(
        autopilot, autopilot.request("under_score")
    )


def test_a_name_that_is_too_long(autopilot: Autopilot) -> None:
    assert "less than or equal to 32" in refusal(autopilot, autopilot.request("a" * 33))


def test_a_missing_member(autopilot: Autopilot, aws: Callable[..., Any]) -> None:
    request = autopilot.request(unique_name("job"))
    del request["RoleArn"]
    with pytest.raises(ClientError, match="'roleArn' failed to satisfy constraint: Member must not be null"):
        aws("sagemaker", config=UNCHECKED).create_auto_ml_job_v2(**request)


def test_an_objective_of_another_problem_type(autopilot: Autopilot) -> None:
    request = autopilot.request(
        unique_name("job"),
        tabular={"ProblemType": "Regression"},
        AutoMLJobObjective={"MetricName": "F1"},
    )
    assert "F1 is not valid for problem type Regression" in refusal(autopilot, request)


def test_a_problem_type_without_an_objective(autopilot: Autopilot) -> None:
    request = autopilot.request(unique_name("job"), tabular={"ProblemType": "Regression"})
    assert "together" in refusal(autopilot, request)


@pytest.mark.parametrize(
    "config",
    [
        {"ImageClassificationJobConfig": {}},
        {"TextClassificationJobConfig": {"ContentColumn": "a", "TargetLabelColumn": "b"}},
        {"TextGenerationJobConfig": {}},
    ],
    ids=lambda config: next(iter(config)),
)
def test_other_problem_types_are_refused_by_the_sandbox(autopilot: Autopilot, config: dict[str, Any]) -> None:
    request = autopilot.request(unique_name("job"), AutoMLProblemTypeConfig=config)
    assert f"The sandbox does not support {next(iter(config))}" in refusal(autopilot, request)


def test_an_absent_bucket(autopilot: Autopilot) -> None:
    request = autopilot.request(
        unique_name("job"), OutputDataConfig={"S3OutputPath": "s3://no-bucket-of-that-name/out"}
    )
    assert "no-bucket-of-that-name" in refusal(autopilot, request)


def test_a_bucket_in_another_region(autopilot: Autopilot, bucket_elsewhere: str) -> None:
    output = {"S3OutputPath": f"s3://{bucket_elsewhere}/out"}
    request = autopilot.request(unique_name("job"), OutputDataConfig=output)
    assert "is in region eu-west-1" in refusal(autopilot, request)


def test_a_role_that_sagemaker_may_not_assume(autopilot: Autopilot) -> None:
    role = autopilot.role_arn.rpartition("/")[0] + "/absent"
    assert "Could not assume role" in refusal(autopilot, autopilot.request(unique_name("job"), RoleArn=role))


def test_a_refused_job_leaves_nothing(autopilot: Autopilot) -> None:
    request = autopilot.request(unique_name("job"), Tags=[{"Key": "aws:own", "Value": "1"}])
    assert "aws:" in refusal(autopilot, request)
    with pytest.raises(autopilot.sagemaker.exceptions.ResourceNotFound):
        autopilot.sagemaker.describe_auto_ml_job_v2(AutoMLJobName=request["AutoMLJobName"])


def test_what_the_sandbox_lacks_it_refuses(aws: Callable[..., Any]) -> None:
    with pytest.raises(ClientError, match="The sandbox does not support"):
        aws("sagemaker").list_notebook_instances()


def test_jobs_are_listed_page_by_page(autopilot: Autopilot) -> None:
    prefix = unique_name("page")
    names = [f"{prefix}-{number}" for number in range(3)]
    for name in names:
        autopilot.sagemaker.create_auto_ml_job_v2(**autopilot.request(name))
    pages = list(
        autopilot.sagemaker.get_paginator("list_auto_ml_jobs").paginate(
            NameContains=prefix, SortBy="Name", SortOrder="Ascending", PaginationConfig={"PageSize": 2}
        )
    )
    assert [[job["AutoMLJobName"] for job in page["AutoMLJobSummaries"]] for page in pages] == [
        names[:2],
        names[2:],
    ]
    completed = autopilot.sagemaker.list_auto_ml_jobs(NameContains=prefix, StatusEquals="Completed")
    assert completed["AutoMLJobSummaries"] == []
    first = autopilot.sagemaker.describe_auto_ml_job_v2(AutoMLJobName=names[0])
    later = autopilot.sagemaker.list_auto_ml_jobs(
        NameContains=prefix, CreationTimeAfter=first["CreationTime"]
    )
    assert names[2] in [job["AutoMLJobName"] for job in later["AutoMLJobSummaries"]]


def test_tags_are_added_listed_and_deleted(autopilot: Autopilot) -> None:
    name, client = unique_name("tags"), autopilot.sagemaker
    tags = [{"Key": "project", "Value": "p"}, {"Key": "node", "Value": "n"}]
    arn = client.create_auto_ml_job_v2(**autopilot.request(name, Tags=tags))["AutoMLJobArn"]
    client.add_tags(ResourceArn=arn, Tags=[{"Key": "node", "Value": "m"}, {"Key": "extra", "Value": ""}])
    client.delete_tags(ResourceArn=arn, TagKeys=["project", "unknown"])
    found = {tag["Key"]: tag["Value"] for tag in client.list_tags(ResourceArn=arn)["Tags"]}
    assert found == {"node": "m", "extra": ""}


def test_tags_of_an_absent_resource_are_refused(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        autopilot.sagemaker.list_tags(ResourceArn=ensemble_job["AutoMLJobArn"] + "-x")
