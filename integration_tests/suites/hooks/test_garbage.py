"""S3 objects of jobs that nothing refers to any more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from exasol_sagemaker import AwsSession, EndpointConfig, Owner, TrainingJob, delete_endpoint, deploy_endpoint
from exasol_sagemaker.cli.main import cli
from exasol_sagemaker.garbage import delete_garbage, find_garbage
from exasol_sagemaker.naming import target_prefix
from exasol_sagemaker.s3 import list_objects
from exasol_sagemaker.settings import split_s3_uri

AT_ONCE = timedelta(seconds=-10)


def put(session: AwsSession, owner: Owner, *keys: str) -> str:
    """Put objects under the owner's prefix; returns the prefix."""
    home = target_prefix(session.settings.s3_uri, owner.project, owner.target)
    bucket, prefix = split_s3_uri(home)
    for key in keys:
        session.s3.put_object(Bucket=bucket, Key=f"{prefix.rstrip('/')}/{key}", Body=b"1234")
    return home


def garbage(session: AwsSession, owner: Owner, **options: object) -> list[str]:
    """Names of the jobs whose objects can go."""
    arguments = {"older_than": AT_ONCE, **options}
    found = find_garbage(session, project=owner.project, target=owner.target, **arguments)  # type: ignore[arg-type]
    return sorted(folder.job_name for folder in found)


def test_what_no_job_has_and_is_old_enough_goes_and_nothing_else(session: AwsSession, owner: Owner) -> None:
    lost = ("risk/risk-0123abcd/data/part.csv", "risk/risk-0123abcd/manifest.json")
    home = put(
        session, owner, *lost, "risk/risk-89abcdef-2/data/part.csv", "risk/export/mine.csv", "notes.txt"
    )

    assert garbage(session, owner, older_than=timedelta(days=1)) == []
    assert garbage(session, owner, keep=["risk-89abcdef-2"]) == ["risk-0123abcd"]
    (folder,) = find_garbage(
        session,
        project=owner.project,
        target=owner.target,
        older_than=AT_ONCE,
        keep=["risk-89abcdef-2"],
    )
    assert (folder.objects, folder.size) == (2, 8)
    delete_garbage(session, folder)

    left = sorted(uri.removeprefix(home) for uri, _ in list_objects(session, home))
    assert left == ["notes.txt", "risk/export/mine.csv", "risk/risk-89abcdef-2/data/part.csv"]


def test_the_newest_completed_jobs_and_what_a_model_is_made_of_stay(
    session: AwsSession, trained: TrainingJob, trained_by: Owner, owner: Owner
) -> None:
    assert trained.job_name not in garbage(session, trained_by, keep_newest=1)
    assert trained.job_name in garbage(session, trained_by, keep_newest=0)

    deployed = deploy_endpoint(session, trained, name="risk", config=EndpointConfig(), owner=owner)
    try:
        assert trained.job_name not in garbage(session, trained_by, keep_newest=0)
    finally:
        delete_endpoint(session, deployed.endpoint_name, owner)


def test_the_command_line_says_what_would_go(
    session: AwsSession,
    owner: Owner,
    aws_env: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    put(session, owner, "risk/risk-0123abcd/data/part.csv")
    command = ["garbage", "--dry-run", "--project", owner.project]

    assert "give --project and --target" in CliRunner().invoke(cli, command).output
    done = CliRunner().invoke(cli, [*command, "--target", owner.target])
    assert done.stdout == "There is no garbage.\n"
    (tmp_path / "dbt_project.yml").write_text("name: elsewhere\n")
    assert (
        CliRunner().invoke(cli, ["garbage", "--dry-run", "--target", "x"]).stdout == "There is no garbage.\n"
    )
