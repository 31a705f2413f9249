"""The documented example without dbt runs as it stands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyexasol

from exasol_sandbox.state import SandboxState

EXAMPLE = Path(__file__).parents[3] / "docs/examples/train_from_python.py"


def test_the_example_trains_deploys_predicts_and_cleans_up(
    sandbox: SandboxState, database: pyexasol.ExaConnection
) -> None:
    database.execute("CREATE SCHEMA CREDIT")
    database.execute(
        "CREATE TABLE CREDIT.TRAIN AS SELECT ID AS SK_ID_CURR, TARGET, GENDER, INCOME, JOB, SCORE "
        "FROM HOOKS.APPLICATIONS"
    )
    try:
        done = subprocess.run(
            [sys.executable, str(EXAMPLE)],
            env={**os.environ, **sandbox.environment()},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        database.execute("DROP SCHEMA CREDIT CASCADE")
    assert done.returncode == 0, done.stderr
    assert "PREDICTION" in done.stdout
    assert "deleted: endpoint " in done.stdout
    assert sandbox.aws_secret_access_key not in done.stdout + done.stderr
