"""DELETE in MERGE, alone and after UPDATE: https://docs.exasol.com/db/latest/sql/merge.htm."""

from __future__ import annotations

import pytest

from exasol_sandbox.database.errors import ExasolError

from .conftest import Sql


@pytest.fixture
def tables(sql: Sql) -> Sql:
    sql.run(
        "create table t (a int, b int)",
        "create table u (a int, b int)",
        "insert into t values (1, 10), (2, 20), (3, 30)",
        "insert into u values (1, 100), (2, 200), (4, 400)",
    )
    return sql


_INSERT = "when not matched then insert values (u.a, u.b)"


@pytest.mark.parametrize(
    ("branches", "changed", "left"),
    [
        (
            f"when matched then update set b = t.b + u.b delete where t.b > 150 {_INSERT}",
            3,
            [(1, 110), (3, 30), (4, 400)],
        ),
        ("when matched then update set b = u.b where u.a = 1 delete where t.b > 0", 1, [(2, 20), (3, 30)]),
        ("when matched then update set b = u.b delete where u.b > 150", 2, [(1, 100), (3, 30)]),
        (
            "when matched then update set b = u.b delete where t.a = 1 and t.b = 10",
            2,
            [(1, 100), (2, 200), (3, 30)],
        ),
        (f"when matched then delete where u.b > 150 {_INSERT}", 2, [(1, 10), (3, 30), (4, 400)]),
        (f"{_INSERT} when matched then delete", 3, [(3, 30), (4, 400)]),
        (
            "when matched then update set b = case when u.b > 150 then 1 else 2 end "
            "delete where case when t.b = 1 then true else false end",
            2,
            [(1, 2), (3, 30)],
        ),
    ],
    ids=[
        "new values",
        "only the updated",
        "of the source",
        "not old values",
        "alone",
        "after insert",
        "case",
    ],
)
def test_what_is_deleted(tables: Sql, branches: str, changed: int, left: list[tuple[int, int]]) -> None:
    assert tables.run(f"merge into t using u on t.a = u.a {branches}") == changed
    assert tables.rows("select a, b from t order by a") == left


def test_a_deletion_after_an_update_needs_both_privileges_and_sees_stored_values(tables: Sql) -> None:
    tables.run("create table fitted (a int, c varchar(3))", "insert into fitted values (1, 'x')")

    tables.run(
        "merge into fitted using u on fitted.a = u.a when matched then update set c = 1 delete where c = '1'"
    )

    assert tables.rows("select a from fitted") == []


def test_a_deletion_without_an_update_before_it_is_none(tables: Sql) -> None:
    with pytest.raises(ExasolError, match="syntax error"):
        tables.run(f"merge into t using u on t.a = u.a {_INSERT} delete where a = 1")
