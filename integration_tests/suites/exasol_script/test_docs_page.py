"""The examples of docs/scripts.md, as they stand there."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

import pyexasol
import pytest

from .conftest import REPOSITORY, Project, Run

PAGE = (REPOSITORY / "docs" / "scripts.md").read_text()
EXAMPLE = re.compile(
    r"^(?P<indent> *)```sql\n *\{# models/scripts/(?P<name>\w+)\.sql #\}\n(?P<text>.*?)^ *```", re.M | re.S
)
EXAMPLES = {found["name"]: textwrap.dedent(found["text"]) for found in EXAMPLE.finditer(PAGE)}


@pytest.fixture(scope="module")
def project(new_project: Callable[[], Project]) -> Project:
    project = new_project()
    project.write("customers", "{{ config(materialized='table') }} select 'Ada' as name")
    for name, text in EXAMPLES.items():
        project.write(name, text)
    return project


@pytest.fixture(scope="module")
def built(project: Project) -> Run:
    return project.dbt("run")


def test_there_are_examples(built: Run) -> None:
    assert sorted(EXAMPLES) == ["braced", "row_count", "sql_names", "text_distance"]
    assert built.ok, built.message


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        ("SELECT {s}.text_distance('abcd', 'abcd')", 0.0),
        ("SELECT {s}.braced()", "{{{s}.customers}}"),
        ("EXECUTE SCRIPT {s}.row_count('CUSTOMERS')", 1),
    ],
)
def test_they_do_what_the_page_says(
    database: pyexasol.ExaConnection, project: Project, built: Run, statement: str, answer: object
) -> None:
    database.open_schema(project.schema)
    expected = answer.format(s=project.schema.lower()) if isinstance(answer, str) else answer

    assert database.execute(statement.format(s=project.schema)).fetchval() == expected
