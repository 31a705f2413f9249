"""IPROC() and NPROC(): the nodes of the cluster, and where a row lies."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exasol_sandbox.database.session import Session

from .conftest import NODES, Create, Query

# The number of nodes is the suite's.
pytestmark = pytest.mark.sandbox_only


@pytest.fixture
def many(session: Session) -> None:
    session.execute("CREATE TABLE many (n INT)")
    session.execute("INSERT INTO many VALUES " + ", ".join(f"({n})" for n in range(300)))


@pytest.mark.usefixtures("many")
def test_each_row_lies_on_one_node_at_every_mention(query: Query) -> None:
    assert query("SELECT COUNT(*) FROM (SELECT IPROC() AS a, IPROC() AS b FROM many) WHERE a <> b") == [(0,)]
    assert query("SELECT COUNT(*) FROM many WHERE IPROC() = 0 AND IPROC() = 1") == [(0,)]
    assert query("SELECT COUNT(*) FROM (SELECT IPROC() AS a FROM many WHERE IPROC() = 2) WHERE a <> 2") == [
        (0,)
    ]
    assert query("SELECT COUNT(*) FROM (SELECT IPROC() AS a FROM many WHERE LOCAL.a = 1) WHERE a = 1") != [
        (0,)
    ]


@pytest.mark.usefixtures("many")
def test_rows_are_spread_over_all_nodes_whatever_their_number(query: Query) -> None:
    found = query("SELECT IPROC(), MOD(ROWNUM, 2), COUNT(*) FROM many GROUP BY IPROC(), MOD(ROWNUM, 2)")
    assert {(node, part) for node, part, _ in found} == {
        (Decimal(node), Decimal(part)) for node in range(NODES) for part in range(2)
    }
    assert sum(count for _, _, count in found) == 300


@pytest.mark.usefixtures("many")
def test_a_script_runs_on_the_node_of_its_group(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(node INT, n INT) EMITS (said INT, told INT, amount INT)",
        """
        def run(ctx):
            ctx.emit(exa.meta.node_id, ctx.node, ctx.size())
        """,
    )
    found = query("SELECT f(IPROC(), n) FROM many GROUP BY IPROC(), MOD(ROWNUM, 4)")
    assert all(said == told for said, told, _ in found)
    assert {said for said, _, _ in found} == {Decimal(node) for node in range(NODES)}
    assert sum(amount for _, _, amount in found) == 300


def test_nproc_is_the_number_of_nodes(query: Query) -> None:
    assert query("SELECT NPROC()") == [(NODES,)]
