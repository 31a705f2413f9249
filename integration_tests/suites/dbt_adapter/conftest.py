"""dbt-labs' fixtures for adapter tests, on dbt-exasol.

`dbt.tests.adapter` holds base classes that every adapter may subclass. Ours differ from them only where
Exasol's SQL does: where a fixture is written for PostgreSQL's types or quoting, the same project is written
for Exasol. A class may add rules for its fixtures as `dialect`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt.tests.fixtures.project import *  # noqa: F403
from dbt.tests.fixtures.project import TestProjInfo, write_project_files
from exasol_server import ExasolServer

from .dialect import exasol, exasol_files, statements, unquoted


@pytest.fixture(scope="session", autouse=True)
def trusted_certificate(exasol_server: ExasolServer) -> Iterator[None]:
    """dbt-exasol verifies certificates by default; it takes the file to trust from the environment."""
    with pytest.MonkeyPatch.context() as patch:
        if exasol_server.certificate:
            patch.setenv("WEBSOCKET_CLIENT_CA_BUNDLE", exasol_server.certificate)
        yield


@pytest.fixture(scope="class")
def dbt_profile_target(request: pytest.FixtureRequest, exasol_server: ExasolServer) -> dict[str, Any]:
    return {
        "type": "exasol",
        "threads": 1,
        "dsn": exasol_server.dsn,
        "user": exasol_server.user,
        "pass": exasol_server.password,
        "dbname": "DB",
        # Most of dbt-labs' fixtures write timestamps with a blank.
        "timestamp_format": getattr(request.module, "TIMESTAMP_FORMAT", "YYYY-MM-DD HH:MI:SS.FF6"),
        # Without a file to trust, the fingerprint or `nocertcheck` in the DSN says how to verify.
        "validate_server_certificate": exasol_server.certificate is not None,
    }


@pytest.fixture(scope="class")
def logs_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """dbt-labs' own would write into the repository."""
    path: Path = tmp_path_factory.mktemp("logs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_LOG_PATH", os.fspath(path))
        yield os.fspath(path)


@pytest.fixture(scope="class")
def dbt_project_yml(
    request: pytest.FixtureRequest, project_root: Any, project_config_update: dict[str, Any] | str
) -> dict[str, Any]:
    """dbt-labs' own, with the SQL of its hooks in Exasol's dialect."""
    update = project_config_update
    config = {
        "name": "test",
        "profile": "test",
        "flags": {
            "send_anonymous_usage_stats": False,
            # A fifth of the time would go into files that no test of the module reads.
            "write_json": getattr(request.module, "READS_ARTIFACTS", False),
        },
        **(yaml.safe_load(update) if isinstance(update, str) else update or {}),
    }
    text = exasol(yaml.safe_dump(config, width=10_000), getattr(request.cls, "dialect", ()))
    (Path(project_root) / "dbt_project.yml").write_text(text)
    return config


@pytest.fixture(scope="class")
def project_files(
    request: pytest.FixtureRequest,
    project_root: Any,
    models: dict[str, Any],
    macros: dict[str, Any],
    snapshots: dict[str, Any],
    properties: dict[str, Any],
    seeds: dict[str, Any],
    tests: dict[str, Any],
    analyses: dict[str, Any],
    functions: dict[str, Any],
    selectors_yml: None,
    dependencies_yml: None,
    packages_yml: None,
    dbt_project_yml: dict[str, Any],
) -> None:
    """dbt-labs' own, with the SQL in Exasol's dialect."""
    folders = {
        "models": {**models, **properties},
        "macros": macros,
        "snapshots": snapshots,
        "seeds": seeds,
        "tests": tests,
        "analyses": analyses,
        "functions": functions,
    }
    for name, files in folders.items():
        write_project_files(project_root, name, exasol_files(files, getattr(request.cls, "dialect", ())))


_RELATIONS = """
    select object_name, lower(object_type)
    from exa_all_objects
    where object_type in ('TABLE', 'VIEW') and upper(root_name) = upper('{schema}')
"""


@pytest.fixture(scope="class")
def project(request: pytest.FixtureRequest, project_setup: TestProjInfo, project_files: None) -> TestProjInfo:
    """dbt-labs' own; its `run_sql` takes their SQL."""
    run_one = project_setup.run_sql

    def run_sql(sql: str, fetch: str | None = None) -> Any:
        result = None
        # There is no database above the schema.
        sql = sql.replace(f"{project_setup.database}.{project_setup.test_schema}", project_setup.test_schema)
        for statement in statements(exasol(unquoted(sql), getattr(request.cls, "dialect", ()))):
            result = run_one(statement, fetch)
        return result

    def tables_in_schema() -> dict[str, str]:
        return {name.lower(): kind for name, kind in run_one(_RELATIONS, fetch="all")}

    project_setup.run_sql = run_sql
    project_setup.get_tables_in_schema = tables_in_schema
    return project_setup
