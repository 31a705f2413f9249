"""What an account starts with: a user who may do everything, a role for SageMaker, a bucket."""

from __future__ import annotations

import json
import secrets

from exasol_sandbox.aws.account import AwsAccount
from exasol_sandbox.aws.gate.identity import Identities, new_access_key_id
from exasol_sandbox.aws.moto_services import MotoServices

USER = "exasol-sandbox"
ROLE = "exasol-sandbox-sagemaker"
ADMINISTRATOR = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
# What the SageMaker developer guide has as the least for CreateAutoMLJobV2, on all resources.
EXECUTION = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "s3:GetObject",
                "s3:PutObject",
                "s3:ListBucket",
                "ecr:GetAuthorizationToken",
                "ecr:BatchCheckLayerAvailability",
                "ecr:GetDownloadUrlForLayer",
                "ecr:BatchGetImage",
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
                "cloudwatch:PutMetricData",
                "sagemaker:CreateModel",
                "sagemaker:DescribeModel",
                "sagemaker:DeleteModel",
                "sagemaker:CreateEndpointConfig",
                "sagemaker:DescribeEndpointConfig",
                "sagemaker:DeleteEndpointConfig",
                "sagemaker:CreateEndpoint",
                "sagemaker:DescribeEndpoint",
                "sagemaker:DeleteEndpoint",
                "sagemaker:InvokeEndpoint",
                "sagemaker:ListTags",
                "iam:PassRole",
            ],
            "Resource": "*",
        }
    ],
}


def new_account(region: str) -> AwsAccount:
    """An account with random number, key and bucket name."""
    account_id = str(secrets.randbelow(9 * 10**11) + 10**11)
    return AwsAccount(
        access_key_id=new_access_key_id("AKIA"),
        secret_access_key=secrets.token_urlsafe(30),
        region=region,
        account_id=account_id,
        role_arn=f"arn:aws:iam::{account_id}:role/{ROLE}",
        bucket=f"exasol-sandbox-{secrets.token_hex(4)}",
    )


def create_account(account: AwsAccount, identities: Identities, moto: MotoServices) -> None:
    """Creates user, key, role and, unless a restart has brought it back, the bucket."""
    iam = identities.iam
    iam.create_user(account.region, USER)
    iam.put_user_policy(USER, "administrator", json.dumps(ADMINISTRATOR))
    key = iam.create_access_key(USER)
    # moto makes keys up by itself; ours must be the same after a restart.
    del iam.access_keys[key.physical_resource_id]
    key.access_key_id, key.secret_access_key = account.access_key_id, account.secret_access_key
    iam.access_keys[key.physical_resource_id] = key
    iam.create_role(
        ROLE, json.dumps(TRUST), "/", None, "Execution role of the sandbox's SageMaker", [], "43200"
    )
    iam.put_role_policy(ROLE, "execution", json.dumps(EXECUTION))
    if account.bucket not in moto.s3.buckets:
        moto.s3.create_bucket(account.bucket, account.region)
