"""Parsing and listing a project reach neither the database nor AWS."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbt_process import run_dbt

PROJECT = Path(__file__).parents[2]
REPOSITORY = PROJECT.parent


@pytest.fixture
def knocks() -> Iterator[tuple[int, list[object]]]:
    """A port that hangs up, and everybody who came to it."""
    callers: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    client, address = server.accept()
                except OSError:
                    return
                callers.append(address)
                client.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], callers
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the integration project beside a link to the package."""
    folder = tmp_path / "project"
    ignored = shutil.ignore_patterns("suites", "target", "logs", "dbt_packages", "package-lock.yml")
    shutil.copytree(PROJECT, folder, ignore=ignored)
    (folder / "packages.yml").write_text(f"packages:\n  - local: {REPOSITORY}\n")
    return folder


def dbt(project: Path, port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_"))},
        "EXASOL_DSN": f"127.0.0.1:{port}",
        "EXASOL_USER": "sys",
        "EXASOL_PASSWORD": "hush-hush",
        "SAGEMAKER_S3_URI": "s3://bucket/credit",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "hush-hush",
    }
    return run_dbt(*arguments, "--profiles-dir", str(project), cwd=project, env=environment)


def test_parse_and_ls_knock_nowhere(project: Path, knocks: tuple[int, list[object]]) -> None:
    port, callers = knocks
    assert dbt(project, port, "deps").returncode == 0

    listed = dbt(project, port, "ls", "--resource-type", "model", "--output", "name")

    assert listed.returncode == 0, listed.stdout
    assert "credit_risk_autopilot" in listed.stdout
    assert callers == []
    assert "hush-hush" not in (project / "logs" / "dbt.log").read_text()


def test_a_wrong_profile_is_refused_before_anything_is_tried(
    project: Path, knocks: tuple[int, list[object]]
) -> None:
    port, callers = knocks
    profile = project / "profiles.yml"
    profile.write_text(profile.read_text().replace("role_arn:", "rolearn:"))

    refused = dbt(project, port, "debug")

    assert refused.returncode != 0
    assert "Did you mean `role_arn`?" in refused.stdout
    assert callers == []
