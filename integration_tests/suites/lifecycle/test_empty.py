"""`--empty` and compiling in an empty schema: AWS is not reached, and what is built has the right types."""

from __future__ import annotations

from collections.abc import Callable

import pyexasol

from .conftest import Project

NOBODY = "http://127.0.0.1:9"


def test_compile_works_before_anything_exists(new_project: Callable[..., Project]) -> None:
    compiled = new_project().dbt("compile", AWS_ENDPOINT_URL=NOBODY)

    assert compiled.ok, compiled.output


def test_an_empty_build_reaches_no_aws_and_makes_typed_tables(
    new_project: Callable[..., Project], database: pyexasol.ExaConnection
) -> None:
    project = new_project()

    built = project.dbt("build", "--empty", "--exclude", "resource_type:test", AWS_ENDPOINT_URL=NOBODY)

    assert built.ok, built.output
    columns = database.execute(
        "select column_name, column_type from exa_all_columns "
        f"where column_schema = '{project.schema}' and column_table = 'CREDIT_RISK_PREDICTIONS'"
    ).fetchall()
    types = {row["column_name"]: row["column_type"] for row in columns}
    target = database.execute(
        "select column_type from exa_all_columns where column_name = 'TARGET' "
        f"and column_schema = '{project.schema}' and column_table = 'STG_APPLICATIONS'"
    ).fetchone()["column_type"]
    assert types["PREDICTION"] == target
    assert types["PROBABILITY"] == "DOUBLE"
    assert list(types) == ["SK_ID_CURR", "PREDICTION", "PROBABILITY", "JOB_NAME", "INPUT_HASH"]
    for table in ("credit_risk_autopilot", "credit_risk_endpoint", "credit_risk_predictions"):
        count = database.execute(f"select count(*) as n from {project.schema}.{table}").fetchone()
        assert count["n"] == 0
    assert not database.execute(
        f"select 1 as x from exa_all_scripts where script_schema = '{project.schema}' "
        "and script_name = 'CREDIT_RISK_PREDICT'"
    ).fetchall()
