"""A process that is killed at one of its requests to AWS, and two at once: the next run puts all right."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyexasol
import pytest

from exasol_sagemaker import Owner, s3, teardown

from .conftest import CONNECTION, QUERY, FaultySandbox
from .test_requests import resources

PROCESS = Path(__file__).with_name("life_cycle_process.py")


@pytest.fixture(autouse=True)
def clean(faulty: FaultySandbox, database: pyexasol.ExaConnection, owner: Owner) -> Iterator[None]:
    yield
    session = faulty.session()
    teardown(session, project=owner.project, target=owner.target)
    assert list(s3.list_objects(session, f"{session.settings.s3_uri}/{owner.project}/")) == []


def begin(faulty: FaultySandbox, owner: Owner, *arguments: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EXASOL_"))}
    return subprocess.Popen(
        [sys.executable, str(PROCESS), owner.project, QUERY, *arguments],
        env=kept | faulty.state.environment() | {"SAGEMAKER_CONNECTION": CONNECTION},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    found: dict[str, Any] = json.loads(out)
    return found


def one_of_each(found: list[str], ends: dict[str, Any]) -> None:
    kinds = sorted(name.rpartition(" ")[0] for name in found if not name.startswith("objects "))
    assert kinds == ["endpoint", "endpoint configuration", "model", "training job"], found
    assert {f"training job {ends['job']}", f"endpoint {ends['endpoint']}"} <= set(found)


# Requests in order: HeadBucket or GetBucketLocation, the export, CreateAutoMLJobV2, looks, CreateModel, …;
# benchmarks/killed.py strikes at random ones, and at random moments.
@pytest.mark.parametrize(
    ("moment", "action"),
    [
        ("before", "s3:PutObject"),
        ("after", "sagemaker:CreateAutoMLJobV2"),
        ("after", "sagemaker:CreateModel"),
        ("before", "sagemaker:CreateEndpoint"),
        ("after", "sagemaker:CreateEndpoint"),
    ],
)
def test_killed_at_a_request_and_run_again(
    faulty: FaultySandbox, owner: Owner, moment: str, action: str
) -> None:
    killed = begin(faulty, owner, "--die", moment, action)
    killed.communicate(timeout=300)
    assert killed.returncode == -signal.SIGKILL

    ends = finish(begin(faulty, owner))

    one_of_each(resources(faulty.session(), owner), ends)


def test_two_runs_at_once_make_one_of_each(faulty: FaultySandbox, owner: Owner) -> None:
    both = [begin(faulty, owner) for _ in range(2)]
    first, second = (finish(one) for one in both)

    assert (first["job"], first["endpoint"]) == (second["job"], second["endpoint"])
    one_of_each(resources(faulty.session(), owner), first)
