"""What a data folder keeps, and what a sandbox leaves behind when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.server import AwsServer

from .batch import Batch
from .conftest import Autopilot, loan_rows, to_csv


def autopilot_of(server: AwsServer) -> Autopilot:
    account = server.bootstrap()

    def client(service: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=server.endpoint_url,
            region_name=account.region,
            aws_access_key_id=account.access_key_id,
            aws_secret_access_key=account.secret_access_key,
        )

    credentials = {
        "aws_access_key_id": account.access_key_id,
        "aws_secret_access_key": account.secret_access_key,
    }
    files = S3Files(
        {"endpoint_url": server.endpoint_url, "region": account.region, "credentials": credentials}
    )
    return Autopilot(client, account.bucket, account.role_arn, files)


@pytest.fixture
def serve(tmp_path: Path) -> Any:
    servers: list[AwsServer] = []

    def serve() -> AwsServer:
        server = AwsServer(data_dir=tmp_path)
        server.start()
        servers.append(server)
        return server

    yield serve
    for server in servers:
        server.stop()


def test_objects_jobs_and_endpoints_survive(serve: Callable[[], AwsServer]) -> None:
    first = serve()
    before = autopilot_of(first)
    before.s3.put_object(
        Bucket=before.bucket, Key="a/ü", Body=b"kept", Metadata={"of": "mine"}, ContentType="text/x"
    )
    before.s3.put_object(Bucket=before.bucket, Key="b", Body=b"deleted")
    before.s3.delete_object(Bucket=before.bucket, Key="b")
    few = {"CompletionCriteria": {"MaxCandidates": 2}}
    job = before.wait(before.start(loan_rows(600), "kept", tabular=few))
    endpoint = before.deploy(job["BestCandidate"]["InferenceContainers"])
    rows = [row[:-1] for row in loan_rows(20)]
    answers = before.invoke(endpoint, rows)
    running = before.start(loan_rows(3000), "lost", tabular={"CompletionCriteria": {"MaxCandidates": 500}})
    containers = job["BestCandidate"]["InferenceContainers"]
    batch = Batch(before, before.create_model(containers), before.load(job))
    transforming = batch.start({"a.csv": to_csv(rows * 2000)}, BatchStrategy="SingleRecord")
    first.stop()

    second = serve()
    after = autopilot_of(second)

    assert second.bootstrap() == first.bootstrap()
    kept = after.s3.get_object(Bucket=after.bucket, Key="a/ü")
    assert (kept["Body"].read(), kept["Metadata"], kept["ContentType"]) == (b"kept", {"of": "mine"}, "text/x")
    assert "Contents" not in after.s3.list_objects_v2(Bucket=after.bucket, Prefix="b")
    assert after.sagemaker.describe_auto_ml_job_v2(AutoMLJobName=job["AutoMLJobName"])["BestCandidate"]
    lost = after.sagemaker.describe_auto_ml_job_v2(AutoMLJobName=running)
    assert lost["AutoMLJobStatus"] == "Failed"
    assert "sandbox stopped" in lost["FailureReason"]
    cut = after.sagemaker.describe_transform_job(TransformJobName=transforming)
    assert (cut["TransformJobStatus"], "sandbox stopped" in cut["FailureReason"]) == ("Failed", True)
    assert after.invoke(endpoint, rows) == answers


def test_a_port_that_is_taken_is_an_os_error(serve: Callable[[], AwsServer]) -> None:
    with pytest.raises(OSError, match="in use"):
        AwsServer(port=serve().port).start()


SERVER = """
import sys, time
from exasol_sandbox.aws.server import AwsServer
server = AwsServer(port=int(sys.argv[1]), data_dir=__import__("pathlib").Path(sys.argv[2]))
server.start()
print("up", flush=True)
time.sleep(600)
"""


def children_of(*pids: int) -> list[int]:
    if not pids:
        return []
    parents = ",".join(map(str, pids))
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", parents], capture_output=True, text=True, check=False
    )
    return [int(line) for line in listed.stdout.split()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_sandbox_leaves_no_process_behind(tmp_path: Path) -> None:
    known = AwsServer(data_dir=tmp_path)
    known.start()
    known.stop()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(known.port), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        autopilot = autopilot_of(known)
        autopilot.start(loan_rows(3000), "busy", tabular={"CompletionCriteria": {"MaxCandidates": 500}})
        deadline = time.monotonic() + 300
        # The job's process is a child of the fork server, which is one of the sandbox's.
        while not (jobs := children_of(*(children := children_of(process.pid)))):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    deadline = time.monotonic() + 300
    while any(alive(child) for child in [*children, *jobs]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
