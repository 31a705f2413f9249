"""A real `dbt build` that is interrupted, or killed, while it waits."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyexasol
import pytest

from exasol_sagemaker import AwsSession, Owner, teardown

from .conftest import QUERY, FaultySandbox
from .test_requests import resources

PROJECT = Path(__file__).parents[2]
DBT = str(Path(sys.executable).with_name("dbt"))
LASTS = {"fault": "last", "actions": ["job:Train"]}


class Project:
    """A project of one model that is waited for."""

    def __init__(self, folder: Path, faulty: FaultySandbox) -> None:
        self.name = f"faults_{uuid4().hex[:8]}"
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_"))}
        self._environment = {**kept, **faulty.state.environment(), "EXASOL_SCHEMA": self.name}
        (folder / "models").mkdir()
        (folder / "dbt_project.yml").write_text(
            f"name: {self.name}\nconfig-version: 2\nprofile: exasol_sagemaker\n"
            "flags:\n  send_anonymous_usage_stats: false\n"
        )
        (folder / "packages.yml").write_text(f"packages:\n  - local: {PROJECT.parent}\n")
        shutil.copy(PROJECT / "profiles.yml", folder)
        (folder / "models" / "risk.sql").write_text(
            "{{ config(materialized='autopilot_model', target_column='target', max_candidates=1, "
            f"problem_type='BinaryClassification', objective='AUC', wait=var('wait')) }}}}\n{QUERY}\n"
        )
        deps = self.begin("deps", "--vars", "{wait: false}")
        assert deps.wait(300) == 0, deps.communicate()[0]

    @property
    def owner(self) -> Owner:
        return Owner(self.name, "sandbox", f"model.{self.name}.risk")

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a dbt command."""
        return subprocess.Popen(
            [DBT, "--no-use-colors", *arguments, "--profiles-dir", str(self._folder)],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def build(self, *, wait: bool) -> subprocess.Popen[str]:
        """Start `dbt build` of the model, which waits for its job or not."""
        return self.begin("build", "--select", "risk", "--vars", json.dumps({"wait": wait}))

    def write(self, model: str, text: str) -> None:
        """Add a model, or replace it."""
        (self._folder / "models" / f"{model}.sql").write_text(text)


@pytest.fixture(autouse=True)
def ctrl_c_is_heeded() -> Iterator[None]:
    """Whoever is started in the background by a shell ignores SIGINT, and so do the processes it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def project(tmp_path: Path, faulty: FaultySandbox, database: pyexasol.ExaConnection) -> Iterator[Project]:
    project = Project(tmp_path, faulty)
    yield project
    faulty.let()
    teardown(faulty.session(), project=project.name, target="sandbox")


def jobs(session: AwsSession, project: Project) -> list[str]:
    """The jobs of a project; there is nothing else of it but objects."""
    found = [name.partition(" s3:")[0] for name in resources(session, project.owner)]
    return sorted({name for name in found if name != "objects"})


def until_it_waits(process: subprocess.Popen[str]) -> str:
    """Read what a build says until it shows the progress of a job."""
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if re.search(r"job risk-\w+: ", line):
            return said
    pytest.fail(said)


def statuses(session: AwsSession, found: list[str]) -> set[Any]:
    sagemaker = session.sagemaker
    names = [one.rpartition(" ")[2] for one in found]
    return {sagemaker.describe_auto_ml_job_v2(AutoMLJobName=name)["AutoMLJobStatus"] for name in names}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_build_that_ends_while_it_waits_is_gone_on_with_by_the_next(
    faulty: FaultySandbox, project: Project, number: signal.Signals
) -> None:
    session = faulty.session()
    faulty.let({**LASTS, "seconds": 3600})
    first = project.build(wait=True)
    until_it_waits(first)
    before = jobs(session, project)

    first.send_signal(number)
    said = first.communicate(timeout=300)[0]

    assert first.returncode != 0
    if number is signal.SIGINT:
        assert "Training goes on in AWS" in said
    assert statuses(session, before) == {"InProgress"}
    second = project.build(wait=False)
    assert second.wait(300) == 0, second.communicate()[0]
    assert jobs(session, project) == before
    assert statuses(session, before) == {"InProgress"}


def test_two_builds_at_once_make_one_job_and_one_endpoint_and_say_that_time_ran_out(
    faulty: FaultySandbox, project: Project, tmp_path: Path
) -> None:
    project.write(
        "risk",
        "{{ config(materialized='autopilot_model', target_column='target', max_candidates=250, "
        f"problem_type='BinaryClassification', objective='AUC', max_runtime_seconds=1) }}}}\n{QUERY}\n",
    )
    project.write(
        "risk_endpoint",
        "{{ config(materialized='sagemaker_endpoint') }} select * from {{ ref('risk') }}\n",
    )
    builds = [
        project.begin("build", "--vars", "{wait: true}", "--target-path", str(tmp_path / f"target{number}"))
        for number in range(2)
    ]
    said = [build.communicate(timeout=280)[0] for build in builds]

    assert [build.returncode for build in builds] == [0, 0], said
    session = faulty.session()
    found = [name for name in resources(session, project.owner) if not name.startswith("objects")]
    assert sorted(name.rpartition(" ")[0] for name in found) == [
        "endpoint",
        "endpoint configuration",
        "model",
        "training job",
    ]
    assert "reached its limit of runtime" in "".join(said)
    assert "raise `max_runtime_seconds`" in "".join(said)
