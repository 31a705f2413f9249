"""What goes wrong in the sandbox's AWS when it is asked to."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from exasol_sandbox.aws.faults import FaultRuleError, Faults, read_rules
from exasol_sandbox.aws.files import write_atomically
from exasol_sandbox.aws.server import AwsServer

ONCE = Config(retries={"total_max_attempts": 1})


class Aws:
    """An AWS of its own, whose faults can be set."""

    def __init__(self, home: Path) -> None:
        self.file = home / "faults.json"
        self.server = AwsServer(faults=Faults(self.file))
        self.server.start()
        self.account = self.server.bootstrap()

    def set(self, *rules: dict[str, Any]) -> None:
        write_atomically(self.file, json.dumps({"faults": rules}).encode())

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.server.endpoint_url,
            region_name=self.account.region,
            aws_access_key_id=self.account.access_key_id,
            aws_secret_access_key=self.account.secret_access_key,
            config=ONCE,
        )


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    aws = Aws(tmp_path_factory.mktemp("faults"))
    yield aws
    aws.server.stop()


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as error:
        call()
    return str(error.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("fault", "s3", "sage_maker"),
    [
        ("throttle", "SlowDown", "ThrottlingException"),
        ("error", "InternalError", "InternalFailure"),
        ("expired", "ExpiredToken", "ExpiredTokenException"),
        ("denied", "AccessDenied", "AccessDeniedException"),
    ],
)
def test_each_service_refuses_in_its_own_words(aws: Aws, fault: str, s3: str, sage_maker: str) -> None:
    aws.set({"fault": fault})

    assert refusal(lambda: aws.client("s3").get_object(Bucket=aws.account.bucket, Key="a")) == s3
    assert refusal(aws.client("sagemaker").list_models) == sage_maker


def test_only_the_actions_and_resources_of_a_rule_are_struck(aws: Aws) -> None:
    client = aws.client("s3")
    aws.set({"fault": "denied", "actions": ["s3:Put*"], "resource": "*/secret/*"})

    client.put_object(Bucket=aws.account.bucket, Key="open/a", Body=b"1")
    assert refusal(lambda: client.put_object(Bucket=aws.account.bucket, Key="secret/a")) == "AccessDenied"
    aws.client("sagemaker").list_models()


def test_how_often_a_rule_strikes(aws: Aws) -> None:
    client = aws.client("sagemaker")
    aws.set({"fault": "throttle", "after": 1, "times": 2})
    outcomes = []
    for _ in range(5):
        try:
            client.list_models()
            outcomes.append("served")
        except ClientError:
            outcomes.append("refused")

    assert outcomes == ["served", "refused", "refused", "served", "served"]


def test_a_share_of_the_requests(aws: Aws) -> None:
    client = aws.client("sagemaker")
    aws.set({"fault": "throttle", "share": 0.3})
    refused = 0
    for _ in range(100):
        try:
            client.list_models()
        except ClientError:
            refused += 1

    assert 15 < refused < 45


def test_a_reset_comes_before_anything_is_done_and_a_lost_answer_after(aws: Aws) -> None:
    client = aws.client("s3")
    aws.set(
        {"fault": "reset", "actions": ["s3:PutObject"], "resource": "*/never"},
        {"fault": "lost_answer", "actions": ["s3:PutObject"], "resource": "*/done"},
    )
    for key in ("never", "done"):
        with pytest.raises(ConnectionClosedError):
            client.put_object(Bucket=aws.account.bucket, Key=key, Body=b"1")

    found = [item["Key"] for item in client.list_objects_v2(Bucket=aws.account.bucket)["Contents"]]
    assert "done" in found
    assert "never" not in found


def test_a_slow_answer(aws: Aws) -> None:
    aws.set({"fault": "slow", "seconds": 0.3})
    start = time.monotonic()
    aws.client("sagemaker").list_models()

    assert time.monotonic() - start >= 0.3


def test_without_rules_nothing_goes_wrong(aws: Aws) -> None:
    aws.set({"fault": "denied"})
    aws.file.unlink()

    aws.client("sagemaker").list_models()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"faults": [{"fault": "explode"}]}', "no fault 'explode'"),
        ('{"faults": [{"fault": "slow", "second": 1}]}', "no member 'second'"),
        ('{"faults": [{"fault": "slow", "actions": "s3:*"}]}', "list of actions"),
        ("[]", "object with a list"),
        ("{", "object with a list"),
    ],
)
def test_rules_that_cannot_be(text: str, why: str) -> None:
    with pytest.raises(FaultRuleError, match=why):
        read_rules(text)


def test_the_command_line_sets_shows_and_clears_them(tmp_path: Path) -> None:
    def sandbox(*arguments: str, text: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "exasol_sandbox", "faults", "--home", str(tmp_path), *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    rules = '{"faults": [{"fault": "slow", "seconds": 1}]}'
    assert sandbox("-", text=rules) == ""
    assert sandbox().strip() == rules
    assert "no fault 'explode'" in sandbox("-", text='{"faults": [{"fault": "explode"}]}')
    assert sandbox().strip() == rules
    sandbox("--clear")
    assert sandbox().strip() == "No faults."
