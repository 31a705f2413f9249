"""Python environments beside ours, for what cannot or should not be installed into it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "target" / "environments"


def python_with(name: str, *requirements: str) -> Path:
    """The Python of an environment of that name; made, once, with the requirements installed by uv.

    Raises:
        RuntimeError: It cannot be made; with what uv says.
    """
    folder = FOLDER / name
    ready = folder / "ready.txt"
    wanted = "\n".join(requirements)
    python = folder / "bin" / "python"
    if ready.exists() and ready.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    _uv("venv", "--quiet", "--python", sys.executable, str(folder))
    _uv("pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), *requirements)
    ready.write_text(wanted)
    return python


def _uv(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uv", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"uv {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
