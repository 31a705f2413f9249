"""README's first two commands, in a fresh environment, with the wheel that is built from this checkout."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from .demo_process import is_open, processes_of, run_demo

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_the_demo_runs_from_the_wheel_alone(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True)
    scripts = environment / "bin"
    install = [scripts / "pip", "install", "-q", "-c", ROOT / "requirements-dev.lock", f"{wheel}[sandbox]"]
    installed = subprocess.run(
        install, capture_output=True, text=True, check=False, env=without_this_checkout()
    )
    assert installed.returncode == 0, installed.stderr
    empty = tmp_path / "empty"
    empty.mkdir()

    result = run_demo("--rows", "2000", command=[str(scripts / "exasol-sagemaker"), "demo"], cwd=empty)

    assert result.code == 0, result.output
    assert re.search(r"AUC 0\.\d{4} on 400 rows", result.output)
    assert "10 of 400 predicted rows" in result.output
    assert list(empty.iterdir()) == []
    assert processes_of(tmp_path) == []
    assert [port for port in result.ports if is_open(port)] == []


def without_this_checkout() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
