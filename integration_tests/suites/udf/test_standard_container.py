"""The UDF's source is Python 3.10, and its tests pass with what Exasol's standard container has."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exasol_sagemaker.udf.script import source

REPOSITORY = Path(__file__).parents[3]
SUITE = Path(__file__).parent
VERSIONS = ("pandas==2.2.3", "numpy==1.26.4", "pyarrow==16.0.0", "boto3==1.34.98")
IN_THE_CONTAINER = {"boto3", "botocore", "numpy", "pandas", "pyarrow"}


def test_its_syntax_is_that_of_python_310() -> None:
    ast.parse(source(), feature_version=(3, 10))
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--target-version", "py310", "--select", "E9,F",
         "--config", "builtins = ['exa']", "-"],
        input=source(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_it_imports_nothing_that_the_container_lacks() -> None:
    tree = ast.parse(source())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - sys.stdlib_module_names <= IN_THE_CONTAINER


def test_no_two_parts_define_the_same_name() -> None:
    defined = [
        name
        for node in ast.parse(source()).body
        for name in (
            [node.name]
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
            else [ast.unparse(target) for target in node.targets]
            if isinstance(node, ast.Assign)
            else []
        )
    ]
    assert sorted(set(defined)) == sorted(defined)


@pytest.fixture(scope="module")
def container_python() -> Path:
    """Python 3.10, or ours if there is none, with the container's packages; made once, kept in target/."""
    folder = REPOSITORY / "target" / "environments" / "standard-container"
    ready = folder / "ready.txt"
    if not ready.exists() or ready.read_text() != "\n".join(VERSIONS):
        shutil.rmtree(folder, ignore_errors=True)
        make(folder)
        ready.write_text("\n".join(VERSIONS))
    return folder / "bin" / "python"


def make(folder: Path) -> None:
    python = python_310() or sys.executable
    requirements = [*VERSIONS, "pytest", "hypothesis"]
    for arguments in (
        ["venv", "--python", python, str(folder)],
        ["pip", "install", "--compile-bytecode", "--python", str(folder / "bin" / "python"), *requirements],
    ):
        done = uv(*arguments)
        if done.returncode:
            pytest.skip(f"an environment like the standard container's cannot be made here: {done.stderr}")


def python_310() -> str | None:
    """A Python 3.10 of this machine: of pyenv, whose shims uv stumbles over, or one that uv finds."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for python in sorted(versions.glob("3.10.*/bin/python"), reverse=True):
        return str(python)
    found = uv("python", "find", "--no-python-downloads", "3.10")
    return found.stdout.strip() if found.returncode == 0 else None


def uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "uv", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_all_tests_pass_with_the_containers_versions(container_python: Path) -> None:
    versions = subprocess.run(
        [container_python, "-c",
         "import boto3, json, numpy, pandas, pyarrow;"
         "print(json.dumps([m.__version__ for m in (pandas, numpy, pyarrow, boto3)]))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(versions.stdout) == [version.partition("==")[2] for version in VERSIONS]
    done = subprocess.run(
        [container_python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(SUITE),
         "--ignore", __file__, "--confcutdir", str(SUITE), "--rootdir", str(SUITE.parent),
         "-c", os.devnull],
        capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "python_hooks")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
