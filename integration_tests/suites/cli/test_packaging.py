"""What the wheel and the source distribution carry, and that the wheel alone does what README says."""

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from dbt.adapters.exasol_sagemaker.__version__ import version as adapter_version

from .demo_process import is_open, processes_of, run_demo

ROOT = Path(__file__).resolve().parents[3]
Distributions = tuple[Path, Path]


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """The source distribution, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run("build", "--installer", "uv", "--outdir", str(folder), str(ROOT))
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def run(module: str, *arguments: str) -> None:
    """Run a module that must succeed."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def tracked(*paths: str) -> set[str]:
    done = subprocess.run(["git", "ls-files", *paths], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name for name in done.stdout.splitlines() if (ROOT / name).exists()}


def test_the_wheel_carries_every_file_of_the_modules(distributions: Distributions) -> None:
    names = set(zipfile.ZipFile(distributions[1]).namelist())

    assert {name.removeprefix("python_hooks/") for name in tracked("python_hooks")} - names == set()


def test_the_wheel_carries_the_dbt_package_whole(distributions: Distributions) -> None:
    names = set(zipfile.ZipFile(distributions[1]).namelist())

    shipped = {
        f"exasol_sagemaker/dbt_package/{name}" for name in tracked("dbt_project.yml", "macros", "models")
    }
    assert shipped - names == set()


def test_the_wheel_carries_the_demo_project_without_tests_and_leftovers(
    distributions: Distributions,
) -> None:
    prefix = "exasol_sagemaker/demo/project/"
    names = {name for name in zipfile.ZipFile(distributions[1]).namelist() if name.startswith(prefix)}

    assert f"{prefix}dbt_project.yml" in names
    assert f"{prefix}models/training/credit_risk_autopilot.sql" in names
    unwanted = ("suites", "target", "logs", "dbt_packages")
    assert {name for name in names if name.removeprefix(prefix).split("/")[0] in unwanted} == set()


def test_the_wheel_carries_nothing_else(distributions: Distributions) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(distributions[1]).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "dbt",
        "exasol_sagemaker",
        "exasol_sandbox",
    }


def test_the_source_distribution_carries_what_is_tracked(distributions: Distributions) -> None:
    with tarfile.open(distributions[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    wanted = tracked(
        "python_hooks", "macros", "models", "integration_tests", "benchmarks", "docs", "*.md", "*.toml"
    )
    assert wanted - names == set()


def test_all_parts_state_one_version() -> None:
    versions = {
        path: yaml.safe_load((ROOT / path).read_text())["version"]
        for path in ("dbt_project.yml", "python_hooks/dbt/include/exasol_sagemaker/dbt_project.yml")
    }
    stated = next(
        line for line in (ROOT / "pyproject.toml").read_text().splitlines() if line.startswith("version")
    )
    assert set(versions.values()) | {adapter_version} == {stated.split('"')[1]}


@pytest.mark.slow
def test_the_demo_runs_from_the_wheel_alone(distributions: Distributions, tmp_path: Path) -> None:
    scripts = tmp_path / "venv" / "bin"
    run("uv", "venv", "--python", sys.executable, str(scripts.parent))
    constraints = str(ROOT / "requirements-dev.lock")
    wheel = f"{distributions[1]}[sandbox]"
    run(
        "uv",
        "pip",
        "install",
        "--compile-bytecode",
        "--python",
        str(scripts / "python"),
        "--constraint",
        constraints,
        wheel,
    )
    empty = tmp_path / "empty"
    empty.mkdir()

    result = run_demo("--rows", "2000", command=[str(scripts / "exasol-sagemaker"), "demo"], cwd=empty)

    assert result.code == 0, result.output
    assert re.search(r"AUC 0\.\d{4} on 400 rows", result.output)
    assert "10 of 400 predicted rows" in result.output
    assert list(empty.iterdir()) == []
    assert processes_of(tmp_path) == []
    assert [port for port in result.ports if is_open(port)] == []
