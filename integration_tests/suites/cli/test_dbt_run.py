"""dbt as the demo runs it: progress while it works, its own words when it fails."""

import io
import os
from pathlib import Path

import pytest
from rich.console import Console

from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.demo.dbt_run import DbtProject


def test_what_dbt_said_is_shown_when_it_fails(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: broken\nprofile: nowhere\n")
    (tmp_path / "profiles.yml").write_text("elsewhere: {}\n")
    shown = io.StringIO()
    dbt = DbtProject(tmp_path, os.environ, Console(file=shown, width=200))

    with pytest.raises(CliError, match="`dbt parse` failed"):
        dbt.run("parse")

    assert "Could not find profile named 'nowhere'" in shown.getvalue()
