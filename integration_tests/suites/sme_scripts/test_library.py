"""The library: the package's own modules, for Exasol's standard container."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from exasol_sagemaker.in_database.bootstrap import Sources
from exasol_sagemaker.in_database.library import MAX_SCRIPT_CHARACTERS, library_text, modules, source
from exasol_sandbox.state import SandboxState

REPOSITORY = Path(__file__).parents[3]
CONTAINER = ("boto3==1.34.98",)
IN_THE_CONTAINER = {"boto3", "botocore", "numpy", "pandas", "pyarrow"}
TEXT = library_text(project="credit", target="prod")


def test_it_is_the_packages_own_sources_word_for_word() -> None:
    for name in modules():
        file = REPOSITORY / "python_hooks" / Path(*name.split("."))
        path = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
        assert name == "exasol_sagemaker" or source(name) == path.read_text()
    assert {"exasol_sagemaker.training", "exasol_sagemaker.deployment"} <= set(modules())


def test_it_fits_into_a_script() -> None:
    assert len(TEXT) < MAX_SCRIPT_CHARACTERS / 2


@pytest.mark.parametrize("name", modules())
def test_its_syntax_is_that_of_python_310(name: str) -> None:
    ast.parse(source(name), feature_version=(3, 10))


def test_it_imports_at_once_nothing_that_the_container_lacks() -> None:
    imported = {
        name.split(".")[0]
        for module in modules()
        for node in ast.parse(source(module)).body
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - set(sys.stdlib_module_names) - {"exasol_sagemaker"} <= IN_THE_CONTAINER


def test_sources_are_imported_with_their_names_and_lines(tmp_path: Path) -> None:
    code = (
        f"{source('exasol_sagemaker.in_database.bootstrap')}\n"
        "Sources({'own': '', 'own.part': 'def f():\\n    raise ValueError(__name__)'}).install()\n"
        "import traceback, own.part\n"
        "from importlib import resources\n"
        "assert 'raise' in resources.files('own').joinpath('part.py').read_text('utf-8')\n"
        "try: own.part.f()\n"
        "except ValueError: print(traceback.format_exc())"
    )
    done = subprocess.run([sys.executable, "-"], input=code, capture_output=True, text=True, check=True)
    assert 'File "<own.part>", line 2, in f' in done.stdout
    assert "ValueError: own.part" in done.stdout


def test_a_source_that_is_not_there_is_an_error() -> None:
    files = Sources({"own": ""}).get_resource_reader("own").files()
    with pytest.raises(FileNotFoundError, match=r"own\.part"):
        files.joinpath("part.py").read_text()


@pytest.fixture(scope="module")
def container_python() -> Path:
    """A Python like the standard container's, with its boto3 and without this package; kept in target/."""
    folder = REPOSITORY / "target" / "environments" / "in-database"
    ready = folder / "ready.txt"
    if not ready.exists() or ready.read_text() != "\n".join(CONTAINER):
        versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
        found = [str(one) for one in sorted(versions.glob("3.10.*/bin/python"))]
        python = folder / "bin" / "python"
        for arguments in (
            ["venv", "--clear", "--python", (found or [sys.executable])[-1], str(folder)],
            ["pip", "install", "--compile-bytecode", "--python", str(python), *CONTAINER],
        ):
            done = subprocess.run(
                [sys.executable, "-m", "uv", *arguments], capture_output=True, text=True, check=False
            )
            if done.returncode:
                pytest.skip(f"an environment like the container's cannot be made here: {done.stderr}")
        ready.write_text("\n".join(CONTAINER))
    return folder / "bin" / "python"


CALLS = """
import json, sys, types

class Connection:
    address, user, password = sys.argv[1:4]

class Exa:
    def get_connection(self, name):
        return Connection

class Context(types.SimpleNamespace):
    def emit(self, *values):
        print(json.dumps(values))

module = types.ModuleType("sme_library")
exec(compile(sys.stdin.read(), "sme_library", "exec"), module.__dict__)
assert not hasattr(sys.modules["exasol_sagemaker"], "__file__")
for call, fields in json.loads(sys.argv[4]):
    try:
        getattr(module.scripts, call)(Exa(), Context(**fields))
    except Exception as error:
        print(json.dumps([type(error).__name__, str(error)]))
"""


def test_it_works_in_the_containers_python_without_the_package(
    container_python: Path, sandbox: SandboxState
) -> None:
    address = f"https://{sandbox.bucket}.s3.{sandbox.aws_region}.amazonaws.com"
    request = {
        "arguments": json.dumps(
            {
                "job_name": "FromTheContainer",
                "aws_credentials_connection_name": "AWS",
                "aws_region": sandbox.aws_region,
                "iam_sagemaker_role": sandbox.role_arn,
                "s3_bucket_uri": f"s3://{sandbox.bucket}",
                "s3_output_path": "container",
                "input_schema_name": "CREDIT",
                "input_table_or_view_name": "TRAIN",
                "target_attribute_name": "y",
            }
        ),
        "columns": [["CREDIT", "TRAIN", "X", "DOUBLE"], ["CREDIT", "TRAIN", "Y", "BOOLEAN"]],
    }
    connected = {"aws_s3_connection": "AWS", "aws_region": sandbox.aws_region}
    profiled = request | {"profile": ["600", "2", "600", "1", "1", "1", "1"], "nodes": "3"}
    calls = [
        ["train", {"step": "plan", "request": json.dumps(request)}],
        ["train", {"step": "export", "request": json.dumps(profiled)}],
        ["poll", {"job_name": "Nothing", **connected}],
        ["delete", {"endpoint_name": "Nothing", **connected}],
    ]
    done = subprocess.run(
        [container_python, "-c", CALLS, address, sandbox.aws_access_key_id, sandbox.aws_secret_access_key,
         json.dumps(calls)],
        input=TEXT, capture_output=True, text=True, check=False,
        env={"AWS_ENDPOINT_URL": sandbox.aws_endpoint_url, "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    plan, export, poll, delete = [json.loads(line) for line in done.stdout.splitlines()]
    assert 'FROM (SELECT "Y" AS TARGET_VALUE' in json.loads(plan[0])["profile"]
    statement = json.loads(export[0])["export"]
    assert statement.count("FILE '") == 3 * 4
    assert 'AT "AWS" FILE \'container/FromTheContainer/train/' in statement
    assert poll[0] == "TrainingJobError"
    assert "There is no Autopilot job 'Nothing'" in poll[1]
    assert delete[0] == "EndpointError"
