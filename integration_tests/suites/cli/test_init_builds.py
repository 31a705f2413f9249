"""The project that `init` writes builds, by the steps that `init` names."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyexasol
import pytest
from click.testing import CliRunner
from dbt_process import run_dbt

from exasol_sagemaker.cli.main import cli


@pytest.mark.slow
def test_the_example_builds_and_predicts_the_rows_held_out(
    tmp_path: Path, aws_env: dict[str, str], exasol: pyexasol.ExaConnection, aws: Any
) -> None:
    CliRunner().invoke(cli, ["init", str(tmp_path)], catch_exceptions=False)

    for arguments in (["deps"], ["debug"], ["build"]):
        dbt(tmp_path, aws_env, *arguments)

    predicted = exasol.execute("select count(*) from credit_default.credit_default_predictions").fetchval()
    assert predicted == 200

    # Commands read the profile, whose values come from the environment.
    (endpoint,) = listed(tmp_path, aws_env)
    assert (endpoint["node"], endpoint["status"]) == (
        "model.credit_default.credit_default_endpoint",
        "InService",
    )

    dbt(tmp_path, aws_env, "run-operation", "exasol_sagemaker.teardown")
    endpoints = aws("sagemaker").list_endpoints(NameContains="credit-default")["Endpoints"]
    assert endpoints == []


def dbt(project: Path, variables: dict[str, str], *arguments: str) -> None:
    environment = {**os.environ, **variables, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    done = run_dbt(*arguments, cwd=project, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


def listed(project: Path, variables: dict[str, str]) -> list[dict[str, Any]]:
    """Endpoints of the project, as a process of its own finds them."""
    main = "from exasol_sagemaker.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", main, "endpoints", "list", "--json", "--only-project", "credit_default"],
        cwd=project,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
