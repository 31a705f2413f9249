"""A second `dbt build` with nothing changed, against a plain dbt-exasol project with as many nodes.

Both run on one sandbox, with the same data, in processes of their own, in turns.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import RATIO, Figure, connect, sandbox, side_by_side
from exasol_sagemaker.demo.credit import COLUMN_TYPES, credit_applications
from exasol_sandbox.state import SandboxState

REPOSITORY = Path(__file__).parents[1]
ROWS = 2000
REPEATS = 5


@dataclass(frozen=True)
class Project:
    """A copy of a dbt project, and the environment to run it in."""

    folder: Path
    environment: dict[str, str]

    def dbt(self, *arguments: str) -> None:
        """Run a dbt command; its output is in the error if it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *arguments],
            check=False,
            cwd=self.folder,
            env=self.environment | {"DBT_PROFILES_DIR": str(self.folder)},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(
                f"dbt {' '.join(arguments)} failed in {self.folder.name}:\n{done.stdout}{done.stderr}"
            )


def run() -> list[Figure]:
    """Build both once, then again and again."""
    with sandbox() as state, tempfile.TemporaryDirectory(prefix="benchmark-dbt-") as scratch:
        _load(state)
        ours = copy_project(REPOSITORY / "integration_tests", Path(scratch, "ours"), state)
        (ours.folder / "packages.yml").write_text(f"packages:\n  - local: {REPOSITORY}\n")
        plain = copy_project(REPOSITORY / "benchmarks" / "plain_project", Path(scratch, "plain"), state)
        quick = ("build", "--vars", "{max_candidates: 2, max_runtime_seconds: 60}")
        ours.dbt("deps")
        ours.dbt(*quick)
        plain.dbt("build")
        medians = side_by_side(REPEATS, 1, ours=lambda: ours.dbt(*quick), plain=lambda: plain.dbt("build"))
    note = f"ours {medians['ours']:.2f} s, plain {medians['plain']:.2f} s"
    return [
        Figure(
            "no-op dbt build against plain dbt-exasol",
            medians["ours"] / medians["plain"],
            RATIO,
            1.3,
            note=note,
        )
    ]


def _load(state: SandboxState) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMN_TYPES.items())
    with connect(state) as connection:
        connection.execute("CREATE SCHEMA CREDIT")
        connection.execute(f"CREATE TABLE CREDIT.APPLICATIONS ({columns})")
        connection.import_from_pandas(credit_applications(ROWS), ("CREDIT", "APPLICATIONS"))


def copy_project(source: Path, folder: Path, state: SandboxState) -> Project:
    """A copy of a dbt project, and an environment in which it works on this sandbox."""
    left_out = shutil.ignore_patterns("suites", "target", "logs", "dbt_packages", "package-lock.yml")
    shutil.copytree(source, folder, ignore=left_out)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_", "EXASOL_"))
    }
    return Project(folder, kept | state.environment() | {"EXASOL_SCHEMA": folder.name})
