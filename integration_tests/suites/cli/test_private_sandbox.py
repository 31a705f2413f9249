"""The sandbox of a demo: private, and gone afterwards."""

from pathlib import Path

import pytest

from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.demo.sandbox import Sandbox, private_sandbox

from .demo_process import is_open, processes_of, stop_sandbox


class StepFailed(Exception):
    pass


def ports(sandbox: Sandbox) -> list[int]:
    return [int(sandbox.address.split(":")[1]), int(sandbox.variables["AWS_ENDPOINT_URL"].split(":")[2])]


@pytest.mark.parametrize("failure", [StepFailed, KeyboardInterrupt])
def test_it_is_stopped_when_a_step_fails_or_is_interrupted(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    with pytest.raises(failure), private_sandbox(tmp_path, keep=False) as sandbox:
        running = ports(sandbox)
        assert [is_open(port) for port in running] == [True, True]
        raise failure

    assert [is_open(port) for port in running] == [False, False]
    assert processes_of(tmp_path) == []


def test_kept_it_outlives_a_failed_step_but_not_an_interruption(tmp_path: Path) -> None:
    with pytest.raises(StepFailed), private_sandbox(tmp_path / "kept", keep=True) as sandbox:
        raise StepFailed
    kept = ports(sandbox)
    try:
        assert [is_open(port) for port in kept] == [True, True]
        with pytest.raises(CliError, match="already running"), private_sandbox(tmp_path / "kept", keep=False):
            pass
        assert [is_open(port) for port in kept] == [True, True]
    finally:
        stop_sandbox(tmp_path / "kept")

    with pytest.raises(KeyboardInterrupt), private_sandbox(tmp_path / "other", keep=True) as sandbox:
        raise KeyboardInterrupt
    assert [is_open(port) for port in ports(sandbox)] == [False, False]


def test_programs_on_it_see_no_account_and_no_setting_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    monkeypatch.setenv("DBT_TARGET", "prod")
    monkeypatch.setenv("NO_PROXY", "intranet")

    environment = Sandbox(tmp_path, {"AWS_REGION": "eu-central-1"}).environment()

    assert {name: value for name, value in environment.items() if name.startswith(("AWS_", "DBT_"))} == {
        "AWS_REGION": "eu-central-1"
    }
    assert environment["NO_PROXY"] == "intranet,127.0.0.1,localhost"
    assert environment["PATH"]
