"""`exasol-sagemaker init`: what it writes, and what it leaves alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from exasol_sagemaker.cli.main import cli
from exasol_sagemaker.cli.resources import dbt_package_path
from exasol_sagemaker.demo.credit import COLUMN_TYPES, credit_applications
from exasol_sagemaker.demo.example import FEATURES, SEED_ROWS
from exasol_sagemaker.demo.project import TEMPLATE

ROOT = Path(__file__).resolve().parents[3]


def init(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["init", str(folder), *options])


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_an_empty_folder_gets_a_project(tmp_path: Path) -> None:
    result = init(tmp_path / "new")

    assert result.exit_code == 0
    assert files(tmp_path / "new") == {
        "dbt_project.yml",
        "packages.yml",
        "profiles.yml",
        "seeds/credit_applications.csv",
        "models/schema.yml",
        "models/credit_default_training.sql",
        "models/credit_default_held_out.sql",
        "models/credit_default_model.sql",
        "models/credit_default_endpoint.sql",
        "models/credit_default_udf.sql",
        "models/credit_default_predictions.sql",
    }


def test_packages_yml_points_at_the_package_that_is_installed(tmp_path: Path) -> None:
    init(tmp_path)

    packages = yaml.safe_load((tmp_path / "packages.yml").read_text())["packages"]

    assert packages == [{"local": str(dbt_package_path())}]
    assert (dbt_package_path() / "macros" / "predict.sql").is_file()


def test_the_profile_has_three_targets_and_no_secret(tmp_path: Path) -> None:
    init(tmp_path)

    profile = yaml.safe_load((tmp_path / "profiles.yml").read_text())["exasol_sagemaker"]

    assert list(profile["outputs"]) == ["sandbox", "staging", "prod"]
    for target in profile["outputs"].values():
        assert target["password"].startswith("{{ env_var(")
        assert target["sagemaker"]["s3_uri"].startswith("{{ env_var(")


def test_staging_and_prod_take_no_variable_of_the_sandbox(tmp_path: Path) -> None:
    init(tmp_path)

    outputs = yaml.safe_load((tmp_path / "profiles.yml").read_text())["exasol_sagemaker"]["outputs"]

    for target in ("staging", "prod"):
        variables = re.findall(r"env_var\('(\w+)'", str(outputs[target]).replace("\\", ""))
        assert len(variables) == 6
        assert [name for name in variables if not name.startswith(f"{target.upper()}_")] == []


def test_a_project_that_is_there_only_gets_packages_and_profiles(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: mine\n")

    result = init(tmp_path)

    assert files(tmp_path) == {"dbt_project.yml", "packages.yml", "profiles.yml"}
    assert (tmp_path / "dbt_project.yml").read_text() == "name: mine\n"
    assert "set `profile: exasol_sagemaker`" in result.output


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "profiles.yml").write_text("mine: {}\n")

    result = init(tmp_path)

    assert result.exit_code == 1
    assert "already has profiles.yml" in result.output
    assert files(tmp_path) == {"profiles.yml"}
    assert (tmp_path / "profiles.yml").read_text() == "mine: {}\n"


def test_force_overwrites(tmp_path: Path) -> None:
    (tmp_path / "profiles.yml").write_text("mine: {}\n")

    assert init(tmp_path, "--force").exit_code == 0
    assert "exasol_sagemaker" in (tmp_path / "profiles.yml").read_text()


def test_the_next_steps_are_told(tmp_path: Path) -> None:
    output = init(tmp_path).output

    steps = [
        f"cd {tmp_path}",
        "exasol-sagemaker sandbox up --background",
        "dbt deps",
        "dbt debug",
        "dbt build",
    ]
    assert [step for step in steps if f"\n  {step}\n" not in output] == []


def test_the_seed_is_the_first_generated_applications() -> None:
    seed = (TEMPLATE / "seeds" / "credit_applications.csv").read_text(encoding="utf-8")

    assert seed == credit_applications(SEED_ROWS).to_csv(index=False, lineterminator="\n")


def test_the_examples_features_are_all_columns_but_key_and_target() -> None:
    assert [*FEATURES] == [name for name in COLUMN_TYPES if name not in ("SK_ID_CURR", "TARGET")]


@pytest.mark.parametrize("name", ["models", "seeds"])
def test_the_template_ships_with_the_module(name: str) -> None:
    assert any((TEMPLATE / name).iterdir())


def test_the_examples_models_are_in_the_projects_own_sql_style(tmp_path: Path) -> None:
    init(tmp_path)
    command = [sys.executable, "-m", "sqlfluff", "lint", "--config", str(ROOT / ".sqlfluff"), "models"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
