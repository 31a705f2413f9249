"""dbt-exasol's own adapter, with its secure defaults, on the variables that `sandbox env` prints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from exasol_sandbox.state import SandboxState

_PROJECT = "{name: plain, version: '1.0', profile: plain}"
_PROFILE = """
plain:
  target: sandbox
  outputs:
    sandbox:
      type: exasol
      dsn: "{{ env_var('EXASOL_DSN') }}"
      user: "{{ env_var('EXASOL_USER') }}"
      password: "{{ env_var('EXASOL_PASSWORD') }}"
      dbname: DB
      schema: DBT_PLAIN
"""


def test_dbt_debug_passes_while_it_verifies_the_certificate(sandbox: SandboxState, tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text(_PROJECT)
    (tmp_path / "profiles.yml").write_text(_PROFILE)
    environment = {**os.environ, **sandbox.environment(), "DBT_SEND_ANONYMOUS_USAGE_STATS": "0"}

    dbt = Path(sys.executable).with_name("dbt")
    done = subprocess.run(
        [dbt, "debug", "--project-dir", tmp_path, "--profiles-dir", tmp_path],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "validate_server_certificate: True" in done.stdout
    assert "All checks passed!" in done.stdout
    assert sandbox.password not in done.stdout
