"""dbt projects of any size, written for a benchmark, and the data that they work on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import connect
from exasol_sagemaker.demo.credit import COLUMN_TYPES, credit_applications
from exasol_sandbox.state import SandboxState

REPOSITORY = Path(__file__).parents[1]
PLAIN = REPOSITORY / "benchmarks" / "plain_project"
PROFILES = REPOSITORY / "integration_tests" / "profiles.yml"

_TRAINING = ", ".join(name.lower() for name in COLUMN_TYPES if name != "SK_ID_CURR")


@dataclass(frozen=True)
class Project:
    """A dbt project on disk, and the environment to run it in."""

    folder: Path
    environment: dict[str, str]

    def dbt(self, *arguments: str) -> str:
        """Run a dbt command; returns its output, which is in the error if it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *arguments],
            check=False,
            cwd=self.folder,
            env=self.environment | {"DBT_PROFILES_DIR": str(self.folder)},
            capture_output=True,
            text=True,
        )
        output = done.stdout + done.stderr
        if done.returncode:
            raise RuntimeError(f"dbt {' '.join(arguments)} failed in {self.folder.name}:\n{output}")
        return output


def load_applications(state: SandboxState, rows: int) -> None:
    """Fill CREDIT.APPLICATIONS."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMN_TYPES.items())
    with connect(state) as connection:
        connection.execute("CREATE SCHEMA CREDIT")
        connection.execute(f"CREATE TABLE CREDIT.APPLICATIONS ({columns})")
        connection.import_from_pandas(credit_applications(rows), ("CREDIT", "APPLICATIONS"))


def environment_of(state: SandboxState, schema: str) -> dict[str, str]:
    """The environment in which dbt works on this sandbox, in a schema of its own."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_", "EXASOL_"))
    }
    return kept | state.environment() | {"EXASOL_SCHEMA": schema}


def copy_project(source: Path, folder: Path, state: SandboxState) -> Project:
    """A copy of a dbt project that works on this sandbox."""
    left_out = shutil.ignore_patterns("suites", "target", "logs", "dbt_packages", "package-lock.yml")
    shutil.copytree(source, folder, ignore=left_out)
    return Project(folder, environment_of(state, folder.name))


def life_cycles(folder: Path, state: SandboxState, count: int, *, deployed: bool) -> Project:
    """So many models, each on data of its own.

    Args:
        deployed: With an endpoint and a prediction UDF each; if not, each has a test that waits for its job.
    """
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        f"name: {folder.name}\nversion: 0.1.0\nconfig-version: 2\nprofile: exasol_sagemaker\n"
        "flags:\n  send_anonymous_usage_stats: false\n"
        "on-run-start:\n  - '{{ exasol_sagemaker.create_connection() }}'\n"
    )
    (folder / "packages.yml").write_text(f"packages:\n  - local: {REPOSITORY}\n")
    shutil.copy(PROFILES, folder)
    for number in range(count):
        (models / f"model_{number:02}.sql").write_text(
            "{{ config(materialized='autopilot_model', target_column='target', "
            "problem_type='BinaryClassification', objective='AUC', max_candidates=1) }}\n"
            f"select {_TRAINING} from credit.applications where mod(sk_id_curr, {count}) <> {number}\n"
        )
        if deployed:
            _write_step(models, "sagemaker_endpoint", f"endpoint_{number:02}", f"model_{number:02}")
            _write_step(models, "prediction_udf", f"predict_{number:02}", f"endpoint_{number:02}")
    if not deployed:
        tests = "\n".join(
            f"  - name: model_{number:02}\n    data_tests:\n      - exasol_sagemaker.metric_at_least:\n"
            "          arguments: {value: 0}"
            for number in range(count)
        )
        (models / "_models.yml").write_text(f"models:\n{tests}\n")
    project = Project(folder, environment_of(state, folder.name))
    project.dbt("deps")
    return project


def plain_chains(folder: Path, state: SandboxState, count: int) -> Project:
    """So many chains of three tables, and nothing but dbt-exasol."""
    models = folder / "models"
    models.mkdir(parents=True)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PLAIN / name, folder)
    for number in range(count):
        (models / f"model_{number:02}.sql").write_text(
            "{{ config(materialized='table') }}\n"
            "select count(*) as row_count from credit.applications "
            f"where mod(sk_id_curr, {count}) <> {number}\n"
        )
        for step, before in (("endpoint", "model"), ("predict", "endpoint")):
            (models / f"{step}_{number:02}.sql").write_text(
                "{{ config(materialized='table') }}\n"
                f"select count(*) as row_count from {{{{ ref('{before}_{number:02}') }}}}\n"
            )
    return Project(folder, environment_of(state, folder.name))


def _write_step(models: Path, materialized: str, name: str, before: str) -> None:
    (models / f"{name}.sql").write_text(
        f"{{{{ config(materialized='{materialized}') }}}}\nselect * from {{{{ ref('{before}') }}}}\n"
    )
