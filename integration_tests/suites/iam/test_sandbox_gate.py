"""What the sandbox's IAM asks of a request, and that it ignores nothing that a policy says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from exasol_sagemaker import AwsSession
from exasol_sandbox.aws.gate.conditions import holds

from .conftest import User

NewUser = Callable[..., User]


def put(user: User, *statements: dict[str, Any]) -> AwsSession:
    """Gives the user these statements and nothing else."""
    full = [{"Effect": "Allow", "Resource": "*", **one} for one in statements]
    document = {"Version": "2012-10-17", "Statement": full}
    user.iam.put_user_policy(UserName=user.name, PolicyName="only", PolicyDocument=json.dumps(document))
    return user.session


def refusal(call: Callable[..., object], **arguments: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return str(refused.value)


@pytest.fixture
def user(new_user: NewUser) -> User:
    return new_user()


@pytest.fixture
def key(admin: AwsSession) -> str:
    """An object that is there."""
    found = f"gate/{uuid4().hex}/a.txt"
    admin.s3.put_object(Bucket=admin.settings.bucket, Key=found, Body=b"x")
    return found


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}, "aws:SourceVpc"),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, "IpAddress"),
        ({"Condition": {"StringMatches": {"s3:prefix": "a"}}}, "StringMatches"),
        ({"Condition": {"StringEquals": {"sagemaker:ResourceTag/a": "b"}}}, "sagemaker:ResourceTag/a"),
        ({"Resource": "arn:aws:s3:::bucket/${aws:username}/*"}, "policy variables"),
        ({"Condition": {"StringLike": {"s3:prefix": "${aws:username}/*"}}}, "policy variables"),
    ],
)
def test_what_would_be_ignored_is_refused(user: User, statement: dict[str, Any], named: str) -> None:
    with pytest.raises(ClientError, match="MalformedPolicyDocument") as refused:
        put(user, {"Action": "s3:*", **statement})
    assert named in str(refused.value)


def test_trust_policies_are_looked_at_as_well(admin: AwsSession) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "sagemaker.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceOrgID": "o-1"}},
            }
        ],
    }
    text = refusal(
        admin.iam.create_role, RoleName=f"r-{uuid4().hex}", AssumeRolePolicyDocument=json.dumps(trust)
    )
    assert "aws:SourceOrgID" in text


def test_bucket_policies_and_boundaries_are_refused(admin: AwsSession) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    text = refusal(admin.s3.put_bucket_policy, Bucket=admin.settings.bucket, Policy=policy)
    assert "NotImplemented" in text
    boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert "boundaries" in refusal(
        admin.iam.create_user, UserName=f"u-{uuid4().hex}", PermissionsBoundary=boundary
    )


def test_a_condition_that_is_not_known_allows_nothing_and_denies_all() -> None:
    """Policies of AWS's own have such: they can be attached, and are not taken for more than they say."""
    unknown = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    assert not holds(unknown, {}, unknown=False)
    assert holds(unknown, {}, unknown=True)


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ({"StringEquals": {"s3:prefix": ["a/", "b/"]}}, True),
        ({"StringNotEquals": {"s3:prefix": ["a/", "b/"]}}, False),
        ({"StringLike": {"s3:prefix": "b*"}}, True),
        ({"StringEqualsIgnoreCase": {"s3:prefix": "B/"}}, True),
        ({"StringEquals": {"s3:delimiter": "/"}}, False),
        ({"StringEqualsIfExists": {"s3:delimiter": "/"}}, True),
        ({"StringNotEquals": {"s3:delimiter": "/"}}, True),
        ({"Null": {"s3:delimiter": "true", "s3:prefix": False}}, True),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": 900}}, True),
        ({"NumericGreaterThan": {"aws:MultiFactorAuthAge": "900"}}, False),
        ({"DateLessThan": {"aws:CurrentTime": "2031-01-01T00:00:00Z"}}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b", "c"]}}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}, False),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
    ],
)
def test_operators(condition: dict[str, Any], held: bool) -> None:
    context = {
        "s3:prefix": ("b/",),
        "aws:multifactorauthage": ("30",),
        "aws:currenttime": ("2030-06-01T12:00:00Z",),
        "aws:tagkeys": ("a", "b"),
        "aws:securetransport": ("false",),
    }
    assert holds(condition, context, unknown=False) is held


def test_a_listing_is_held_to_its_prefix(user: User, key: str, admin: AwsSession) -> None:
    folder = key.rpartition("/")[0]
    aws = put(
        user,
        {"Action": "s3:ListBucket", "Condition": {"StringLike": {"s3:prefix": f"{folder}/*"}}},
    )
    bucket = admin.settings.bucket
    assert aws.s3.list_objects_v2(Bucket=bucket, Prefix=f"{folder}/")["KeyCount"] == 1
    assert "s3:ListBucket" in refusal(aws.s3.list_objects_v2, Bucket=bucket, Prefix="other/")
    assert "s3:ListBucket" in refusal(aws.s3.list_objects_v2, Bucket=bucket)
    assert "403" in refusal(aws.s3.head_bucket, Bucket=bucket)


def test_only_who_may_list_learns_that_an_object_is_absent(user: User, key: str, admin: AwsSession) -> None:
    get = {"Action": "s3:GetObject"}
    bucket, absent = admin.settings.bucket, f"{key}-absent"
    aws = put(user, get)
    assert "AccessDenied" in refusal(aws.s3.get_object, Bucket=bucket, Key=absent)
    assert "403" in refusal(aws.s3.head_object, Bucket=bucket, Key=absent)
    put(user, get, {"Action": "s3:ListBucket", "Condition": {"StringLike": {"s3:prefix": "gate/*"}}})
    assert "NoSuchKey" in refusal(aws.s3.get_object, Bucket=bucket, Key=absent)
    assert "NoSuchBucket" in refusal(aws.s3.get_object, Bucket="no-such-bucket-here", Key="a")


def test_several_objects_are_deleted_each_by_its_own_right(user: User, key: str, admin: AwsSession) -> None:
    bucket = admin.settings.bucket
    other = f"{key}.other"
    admin.s3.put_object(Bucket=bucket, Key=other, Body=b"x")
    aws = put(user, {"Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{bucket}/{key}"})

    def delete(*keys: str) -> dict[str, list[str]]:
        answer = aws.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": one} for one in keys]})
        return {
            "deleted": [one["Key"] for one in answer.get("Deleted", [])],
            "refused": [one["Key"] for one in answer.get("Errors", [])],
        }

    assert delete(key, other) == {"deleted": [key], "refused": [other]}
    assert delete(other) == {"deleted": [], "refused": [other]}
    left = admin.s3.list_objects_v2(Bucket=bucket, Prefix=key)
    assert [one["Key"] for one in left["Contents"]] == [other]


def test_an_endpoint_needs_rights_on_its_configuration_too(user: User, admin: AwsSession) -> None:
    arn = f"arn:aws:sagemaker:{admin.region}:*"
    aws = put(user, {"Action": "sagemaker:CreateEndpoint", "Resource": f"{arn}:endpoint/*"})
    text = refusal(aws.sagemaker.create_endpoint, EndpointName="gate", EndpointConfigName="gate-config")
    assert "endpoint-config/gate-config" in text


def test_lists_cannot_be_limited_to_resources(user: User, admin: AwsSession) -> None:
    arn = f"arn:aws:sagemaker:{admin.region}:*:automl-job/*"
    aws = put(user, {"Action": "sagemaker:ListCandidatesForAutoMLJob", "Resource": arn})
    assert "on resource: * " in refusal(
        aws.sagemaker.list_candidates_for_auto_ml_job, AutoMLJobName="gate-none"
    )


def test_tags_of_a_request_can_be_asked_for(user: User, admin: AwsSession) -> None:
    tagged = {"StringEquals": {"aws:RequestTag/team": "risk"}}
    aws = put(user, {"Action": ["sagemaker:CreateEndpointConfig", "sagemaker:AddTags"], "Condition": tagged})
    request: dict[str, Any] = {
        "EndpointConfigName": f"gate-{uuid4().hex[:8]}",
        "ProductionVariants": [
            {
                "VariantName": "a",
                "ModelName": "absent",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
            }
        ],
    }
    assert "AccessDenied" in refusal(aws.sagemaker.create_endpoint_config, **request)
    other = refusal(aws.sagemaker.create_endpoint_config, **request, Tags=[{"Key": "team", "Value": "sales"}])
    assert "AccessDenied" in other
    admitted = refusal(
        aws.sagemaker.create_endpoint_config, **request, Tags=[{"Key": "team", "Value": "risk"}]
    )
    assert "Could not find model" in admitted


def test_a_role_can_ask_for_an_external_id(user: User, admin: AwsSession) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": admin.sts.get_caller_identity()["Account"]},
                "Condition": {"StringEquals": {"sts:ExternalId": "agreed"}},
            }
        ],
    }
    name = f"external-{uuid4().hex[:8]}"
    arn = admin.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    aws = put(user, {"Action": "sts:AssumeRole", "Resource": arn})
    assert "AccessDenied" in refusal(aws.sts.assume_role, RoleArn=arn, RoleSessionName="test")
    assert aws.sts.assume_role(RoleArn=arn, RoleSessionName="test", ExternalId="agreed")["Credentials"]
