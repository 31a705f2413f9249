"""Drivers that others wrote, installed by their own package managers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from exasol_server import ExasolServer

from drivers.outcome import Client, DriverError

SOURCE = Path(__file__).parent / "exasol_driver_ts"
CACHE = Path(__file__).parents[3] / "target" / "drivers" / "exasol_driver_ts"
_INSTALL_SECONDS = 180
_RUN_SECONDS = 60


@pytest.fixture(scope="session")
def typescript_driver() -> Path:
    """A folder with `@exasol/exasol-driver-ts` and the script that uses it; kept from run to run."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("needs Node.js with npm, which are not installed")
    CACHE.mkdir(parents=True, exist_ok=True)
    wanted = (SOURCE / "package.json").read_text()
    package, installed = CACHE / "package.json", CACHE / "installed.json"
    if not installed.exists() or installed.read_text() != wanted:
        package.write_text(wanted)
        command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        try:
            subprocess.run(
                command, cwd=CACHE, capture_output=True, check=True, text=True, timeout=_INSTALL_SECONDS
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            last = str(error.stderr or error).strip().splitlines()[-1]
            pytest.skip(f"npm could not install the driver, offline? {last}")
        installed.write_text(wanted)
    shutil.copy(SOURCE / "client.mjs", CACHE / "client.mjs")
    return CACHE


@pytest.fixture
def typescript(typescript_driver: Path, exasol_server: ExasolServer) -> Client:
    """Runs one of the actions of `client.mjs`: `typescript("query", sql="SELECT 1")`.

    `config` holds further options of the driver. Raises DriverError with the driver's message.
    """
    match = re.fullmatch(r"(?P<host>[^/:]+)(?:/[^:]*)?:(?P<port>\d+)", exasol_server.dsn)
    assert match, exasol_server.dsn

    def run(action: str, config: dict[str, Any] | None = None, **arguments: Any) -> Any:
        server = {
            "host": match["host"],
            "port": int(match["port"]),
            "user": exasol_server.user,
            "password": exasol_server.password,
            "certificate": exasol_server.certificate,
        }
        done = subprocess.run(
            ["node", "client.mjs", action],
            cwd=typescript_driver,
            input=json.dumps({"server": server | (config or {}), **arguments}),
            capture_output=True,
            text=True,
            check=False,
            timeout=_RUN_SECONDS,
        )
        assert done.stdout, done.stderr
        outcome = json.loads(done.stdout)
        if "error" in outcome:
            raise DriverError(outcome["error"])
        return outcome["result"]

    return run
