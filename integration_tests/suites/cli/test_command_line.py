"""`exasol-sagemaker`: commands, messages and exit codes."""

import json
import re
import subprocess
import sys
from importlib.metadata import EntryPoint, version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from exasol_sagemaker.cli import group
from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.cli.main import cli
from exasol_sagemaker.errors import ConfigurationError

HEAVY = ["boto3", "botocore", "dbt", "duckdb", "moto", "numpy", "pandas", "pyexasol", "sklearn", "sqlglot"]


@pytest.mark.parametrize("command", [[], ["demo"], ["init"], ["plan"], ["sandbox"]])
def test_help_comes_without_any_heavy_import(command: list[str]) -> None:
    code = (
        "import json, sys\n"
        "from exasol_sagemaker.cli.main import cli\n"
        f"cli({[*command, '--help']}, standalone_mode=False)\n"
        f"print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_all_commands_are_listed() -> None:
    output = CliRunner().invoke(cli, ["--help"]).output

    assert [name for name in ("demo", "init", "sandbox", "version") if f"\n  {name} " not in output] == []


def test_version_is_that_of_the_distribution() -> None:
    assert version("dbt-exasol-sagemaker") in CliRunner().invoke(cli, ["--version"]).output


def test_version_command_names_what_it_works_with() -> None:
    output = CliRunner().invoke(cli, ["version"]).output

    assert f"dbt-core {version('dbt-core')}" in output


def test_an_unknown_command_is_refused_with_code_2() -> None:
    result = CliRunner().invoke(cli, ["demmo"])

    assert result.exit_code == 2
    assert "No such command 'demmo'" in result.output


@pytest.fixture
def sandbox_without_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = EntryPoint("sandbox", "no_such_module_of_the_extra:sandbox", group.ENTRY_POINT_GROUP)
    monkeypatch.setattr(group, "entry_points", lambda group: [absent])


@pytest.mark.usefixtures("sandbox_without_its_libraries")
def test_without_the_extra_the_sandbox_command_says_how_to_install_it() -> None:
    result = CliRunner().invoke(cli, ["sandbox", "up", "--background"])

    assert result.exit_code == 1
    assert "'no_such_module_of_the_extra' is not installed" in result.output
    assert "pip install 'dbt-exasol-sagemaker[sandbox]'" in result.output


@pytest.mark.usefixtures("sandbox_without_its_libraries")
def test_without_the_extra_help_still_lists_all_commands() -> None:
    assert re.search(r"sandbox +\(needs: pip install", CliRunner().invoke(cli, ["--help"]).output)


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (CliError("It broke.", why="Because.", next_step="Mend it."), ["It broke.", "Because.", "Mend it."]),
        (ConfigurationError("No bucket", hint="Set s3_uri."), ["No bucket", "Set s3_uri."]),
        (ModuleNotFoundError("No module named 'duckdb'", name="duckdb"), ["'duckdb'", "[sandbox]"]),
    ],
)
def test_errors_are_messages_not_tracebacks(error: Exception, shown: list[str]) -> None:
    @click.command()
    def failing() -> None:
        raise error

    lazy = group.LazyGroup("test", lazy_commands={}, commands={"failing": failing})
    result = CliRunner().invoke(lazy, ["failing"])

    assert result.exit_code == 1
    assert [part for part in shown if part not in result.output] == []
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rows", "100"], "100 is not in the range"),
        (["--data", "x.csv"], "--data needs --target COLUMN"),
        (["--target", "x"], "belong to --data"),
        (["--data", "x.csv", "--target", "a", "--key", "b", "--rows", "1000"], "leave it out with --data"),
    ],
)
def test_demo_refuses_options_that_do_not_fit_together(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(cli, ["demo", *arguments])

    assert result.exit_code == 2
    assert message in result.output


def test_demo_checks_the_csv_before_it_starts_anything(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("id,a,target\n1,2\n", encoding="utf-8")
    home = tmp_path / "home"

    result = CliRunner().invoke(
        cli, ["demo", "--data", str(data), "--target", "target", "--key", "id", "--home", str(home)]
    )

    assert result.exit_code == 1
    assert "line 2: 2 fields, but the header has 3" in result.output
    assert not home.exists()
