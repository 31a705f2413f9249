"""`ctx.get_dataframe` and `ctx.emit` of a DataFrame."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.session import Session

from .conftest import Create, Query

COLUMNS = "i INT, l DECIMAL(36,0), d DECIMAL(18,2), x DOUBLE, s VARCHAR(20), b BOOLEAN, dy DATE, ts TIMESTAMP"
NAMES = "i, l, d, x, s, b, dy, ts"


@pytest.fixture(autouse=True)
def values(session: Session) -> None:
    session.execute(f"CREATE TABLE vals ({COLUMNS})")
    session.execute(
        "INSERT INTO vals VALUES (1, 12345678901234567890, 1.25, 0.5, 'ä', TRUE, DATE '2024-02-29', "
        "TIMESTAMP '2024-02-29 12:00:00.5'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"
    )


def test_rows_pass_through_unchanged(script: Create, query: Query) -> None:
    script(
        f"SET SCRIPT f({COLUMNS}) EMITS ({COLUMNS})", "def run(ctx):\n    ctx.emit(ctx.get_dataframe('all'))"
    )
    assert sorted(query(f"SELECT f({NAMES}) FROM vals")) == [
        (
            1,
            12345678901234567890,
            Decimal("1.25"),
            0.5,
            "ä",
            True,
            datetime.date(2024, 2, 29),
            datetime.datetime(2024, 2, 29, 12, 0, 0, 500000),
        ),
        (2, None, None, None, None, None, None, None),
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("i = 1", "int64 object object float64 object bool object datetime64[ns]"),
        ("TRUE", "int64 object object float64 object object object datetime64[ns]"),
        ("i = 2", "int64 object object object object object object object"),
    ],
)
def test_dtypes_are_those_of_the_standard_container(
    script: Create, query: Query, condition: str, expected: str
) -> None:
    script(
        f"SET SCRIPT f({COLUMNS}) EMITS (dtypes VARCHAR(200))",
        "def run(ctx):\n    ctx.emit(' '.join(map(str, ctx.get_dataframe('all').dtypes)))",
    )
    assert query(f"SELECT f({NAMES}) FROM vals WHERE {condition}") == [(expected,)]


def test_integers_with_nulls_become_floats(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT) EMITS (dtype VARCHAR(20), total INT)",
        "def run(ctx):\n    n = ctx.get_dataframe('all')['n']\n    ctx.emit(str(n.dtype), int(n.sum()))",
    )
    assert query("SELECT f(CASE WHEN i = 1 THEN 5 END) FROM vals") == [("float64", 5)]


def test_blocks_of_rows_then_none_then_an_error(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT) EMITS (seen VARCHAR(100))",
        """
        def run(ctx):
            first = ctx.get_dataframe(2)
            ctx.emit("frame of %d, then row %d" % (len(first), ctx.n))
            second = ctx.get_dataframe(num_rows=2)
            ctx.emit("frame of %d" % len(second))
            ctx.emit(repr(ctx.get_dataframe(2)))
            ctx.get_dataframe(2)
        """,
    )
    script(
        "SET SCRIPT g(n INT) EMITS (seen VARCHAR(100))",
        "def run(ctx):\n    ctx.emit(repr(len(ctx.get_dataframe())))",
    )
    many = "(SELECT 1 AS n FROM dual UNION ALL SELECT 2 FROM dual UNION ALL SELECT 3 FROM dual)"
    with pytest.raises(ExasolError, match="E-UDF-CL-SL-PYTHON-1106: Iteration finished"):
        query(f"SELECT f(n ORDER BY n) FROM {many}")
    assert query(f"SELECT g(n ORDER BY n) FROM {many}") == [("1",)]


def test_start_col_leaves_columns_out(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(a INT, b INT, c INT) EMITS (b INT, c INT)",
        "def run(ctx):\n    ctx.emit(ctx.get_dataframe('all', start_col=1))",
    )
    assert query("SELECT f(1, 2, 3) FROM dual") == [(2, 3)]


@pytest.mark.parametrize(
    ("arguments", "code"), [("0", 1103), ("'some'", 1103), ("1, -1", 1104), ("1, 2", 1105), ("1.5", 1103)]
)
def test_wrong_arguments_of_get_dataframe(script: Create, query: Query, arguments: str, code: int) -> None:
    script("SET SCRIPT f(a INT) EMITS (a INT)", f"def run(ctx):\n    ctx.get_dataframe({arguments})")
    with pytest.raises(ExasolError, match=f"E-UDF-CL-SL-PYTHON-{code}: get_dataframe"):
        query("SELECT f(1) FROM dual")


def test_scalar_scripts_get_a_frame_of_one_row(script: Create, query: Query) -> None:
    script("SCALAR SCRIPT f(a INT) EMITS (a INT)", "def run(ctx):\n    ctx.emit(ctx.get_dataframe('all'))")
    assert sorted(query("SELECT f(i) FROM vals")) == [(1,), (2,)]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ("pd.DataFrame()", "1087: emit DataFrame is empty"),
        ("pd.DataFrame([[1, 2]])", r"1088: emit\(\) takes exactly 1 argument \(2 given\)"),
        ("pd.DataFrame({'a': ['x']})", "emit column 0 of type INT64 but data given have type"),
        ("pd.DataFrame({'a': [object()]})", "1056: emit: unexpected python type: py_object"),
        (
            "pd.DataFrame({'a': pd.to_datetime(['2024-01-01']).astype('datetime64[s]')})",
            "1138: emit: unsupported",
        ),
        ("pd.DataFrame({'a': pd.Categorical([1])})", "1054: emit: unexpected type"),
        ("pd.DataFrame({'a': [float('inf')]})", "numeric value out of range"),
        ("pd.DataFrame({'a': [10**18]})", "numeric value out of range"),
    ],
)
def test_frames_that_do_not_fit_are_refused(script: Create, query: Query, frame: str, message: str) -> None:
    script("SET SCRIPT f(a INT) EMITS (a INT)", f"import pandas as pd\ndef run(ctx):\n    ctx.emit({frame})")
    with pytest.raises(ExasolError, match=message):
        query("SELECT f(1) FROM dual")


@pytest.mark.parametrize(
    ("column", "frame", "expected"),
    [
        ("INT", "[1.9, float('nan')]", [1, None]),
        ("INT", "pd.array([1, None], dtype='Int64')", [1, None]),
        ("INT", "[Decimal('3'), None]", [3, None]),
        ("DOUBLE", "[1, 2]", [1.0, 2.0]),
        ("DOUBLE", "np.array([0.5, np.nan], dtype='float32')", [0.5, None]),
        ("DECIMAL(10,2)", "[1.005, 2.5]", [Decimal("1.01"), Decimal("2.50")]),
        ("DECIMAL(10,2)", "[Decimal('1.255'), Decimal('-1.255')]", [Decimal("1.26"), Decimal("-1.26")]),
        ("DECIMAL(10,2)", "['1.5', None]", [Decimal("1.50"), None]),
        ("DECIMAL(10,2)", "[1, 2]", [Decimal("1.00"), Decimal("2.00")]),
        ("VARCHAR(5)", "['', 'a']", [None, "a"]),
        ("VARCHAR(5)", "pd.array(['b', None], dtype='string')", ["b", None]),
        ("CHAR(3)", "['a', 'abc']", ["a  ", "abc"]),
        ("BOOLEAN", "[True, None]", [True, None]),
        ("BOOLEAN", "pd.array([True, None], dtype='boolean')", [True, None]),
        ("DATE", "[datetime.date(2024, 1, 2), None]", [datetime.date(2024, 1, 2), None]),
        (
            "TIMESTAMP",
            "pd.to_datetime(['2024-01-02 03:04:05.678901', None])",
            [datetime.datetime(2024, 1, 2, 3, 4, 5, 678000), None],
        ),
        (
            "TIMESTAMP(6)",
            "pd.to_datetime(['2024-01-02 03:04:05.678901', None])",
            [datetime.datetime(2024, 1, 2, 3, 4, 5, 678901), None],
        ),
    ],
)
def test_values_are_fitted_to_their_column(
    script: Create, query: Query, column: str, frame: str, expected: list[object]
) -> None:
    script(
        f"SET SCRIPT f(a INT) EMITS (n INT, a {column})",
        f"""
        import datetime
        from decimal import Decimal
        import numpy as np
        import pandas as pd

        def run(ctx):
            ctx.emit(pd.DataFrame({{"n": [0, 1], "a": {frame}}}))
        """,
    )
    assert [value for _, value in query("SELECT f(1) FROM dual ORDER BY n")] == expected


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            # As in Exasol, a NULL among whole numbers makes them floats in a data frame: exact up to 2**53.
            st.none() | st.integers(-(2**53), 2**53),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20),
            st.none() | st.dates(datetime.date(1700, 1, 1), datetime.date(2200, 1, 1)),
            st.none() | st.booleans(),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_generated_rows_pass_through_unchanged(
    session: Session, script: Create, query: Query, rows: list[tuple[object, ...]]
) -> None:
    script(
        "SET SCRIPT pass_on(k INT, i INT, x DOUBLE, s VARCHAR(80), d DATE, b BOOLEAN) "
        "EMITS (k INT, i INT, x DOUBLE, s VARCHAR(80), d DATE, b BOOLEAN)",
        """
        def run(ctx):
            if ctx.k % 2:
                frame = ctx.get_dataframe("all").astype(object)
                ctx.emit(frame.where(frame.notna(), None))
            else:
                while True:
                    ctx.emit(*(ctx[i] for i in range(6)))
                    if not ctx.next():
                        break
        """,
    )
    session.execute(
        "CREATE OR REPLACE TABLE given_rows (k INT, i INT, x DOUBLE, s VARCHAR(80), d DATE, b BOOLEAN)"
    )
    literals = ", ".join(
        "(" + ", ".join([str(number), *map(_literal, row)]) + ")" for number, row in enumerate(rows)
    )
    session.execute(f"INSERT INTO given_rows VALUES {literals}")
    found = query("SELECT pass_on(k, i, x, s, d, b) FROM given_rows GROUP BY MOD(k, 2) ORDER BY k")
    assert [row[1:] for row in found] == rows


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"CAST('{value!r}' AS DOUBLE)"
    if isinstance(value, datetime.date):
        return f"DATE '{value.isoformat()}'"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
