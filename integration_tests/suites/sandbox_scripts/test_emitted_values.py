"""`ctx.emit` of single values, and the value that `run` returns."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from exasol_sandbox.database.errors import ExasolError

from .conftest import Create, Query


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("INT", "7", 7),
        ("INT", "7.9", 7),
        ("INT", "Decimal('7')", 7),
        ("DECIMAL(36,0)", "12345678901234567890", 12345678901234567890),
        ("DECIMAL(10,2)", "Decimal('1.005')", Decimal("1.01")),
        ("DECIMAL(10,2)", "3", Decimal("3.00")),
        ("DOUBLE", "2", 2.0),
        ("DOUBLE", "float('nan')", None),
        ("VARCHAR(5)", "'äöü'", "äöü"),
        ("VARCHAR(5)", "''", None),
        ("CHAR(4)", "'ab'", "ab  "),
        ("BOOLEAN", "False", False),
        ("DATE", "datetime.date(2024, 2, 29)", datetime.date(2024, 2, 29)),
        (
            "TIMESTAMP",
            "datetime.datetime(2024, 1, 1, 0, 0, 0, 123999)",
            datetime.datetime(2024, 1, 1, 0, 0, 0, 123000),
        ),
        ("INT", "None", None),
    ],
)
def test_a_value_becomes_one_of_its_column(
    script: Create, query: Query, column: str, value: str, expected: object
) -> None:
    imports = "import datetime\nfrom decimal import Decimal\n"
    script(
        f"SCALAR SCRIPT emitted(a INT) EMITS (x {column})", f"{imports}def run(ctx):\n    ctx.emit({value})"
    )
    script(f"SCALAR SCRIPT returned(a INT) RETURNS {column}", f"{imports}def run(ctx):\n    return {value}")
    assert query("SELECT emitted(1) FROM dual") == [(expected,)]
    assert query("SELECT returned(1) FROM dual") == [(expected,)]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("INT", "'7'", "1094: emit column 'X' is of type long but data given have type <class 'str'>"),
        ("INT", "True", "1093: emit column 'X' is of type long but data given have type <class 'bool'>"),
        (
            "VARCHAR(5)",
            "7",
            "1091: emit column 'X' is of type unicode but data given have type <class 'int'>",
        ),
        ("VARCHAR(5)", "7.0", "1092"),
        ("VARCHAR(5)", "Decimal(1)", "1095"),
        ("INT", "datetime.date(2024, 1, 1)", "1096"),
        ("DATE", "datetime.datetime(2024, 1, 1)", "1097"),
        ("INT", "[1]", "1098: data type <class 'list'> is not supported"),
        ("INT", "np.int64(1)", "1098: data type <class 'numpy.int64'> is not supported"),
        ("INT", "1, 2", r"1090: emit\(\) takes exactly 1 argument \(2 given\)"),
    ],
)
def test_a_value_of_another_type_is_refused(
    script: Create, query: Query, column: str, value: str, message: str
) -> None:
    script(
        f"SCALAR SCRIPT f(a INT) EMITS (x {column})",
        "import datetime\nfrom decimal import Decimal\nimport numpy as np\n"
        + f"def run(ctx):\n    ctx.emit({value})",
    )
    with pytest.raises(ExasolError, match=f"E-UDF-CL-SL-PYTHON-{message}") as failed:
        query("SELECT f(1) FROM dual")
    assert failed.value.sql_code == "22002"


@pytest.mark.parametrize(
    ("column", "value", "sql_code"),
    [
        ("VARCHAR(3)", "'äöüß'", "22001"),
        ("CHAR(2)", "'abc'", "22001"),
        ("DECIMAL(5,0)", "100000", "22003"),
        ("INT", "10**18", "22003"),
        ("DECIMAL(36,0)", "10**36", "22003"),
        ("DECIMAL(4,2)", "Decimal('100')", "22003"),
        ("DOUBLE", "float('inf')", "22003"),
    ],
)
def test_a_value_outside_of_its_column_is_a_data_exception(
    script: Create, query: Query, column: str, value: str, sql_code: str
) -> None:
    script(
        f"SCALAR SCRIPT f(a INT) EMITS (x {column})",
        f"from decimal import Decimal\ndef run(ctx):\n    ctx.emit({value})",
    )
    with pytest.raises(ExasolError, match=r"data exception(.|\n)*column X of type") as failed:
        query("SELECT f(1) FROM dual")
    assert failed.value.sql_code == sql_code


def test_two_output_columns_want_two_values(script: Create, query: Query) -> None:
    script("SCALAR SCRIPT f(a INT) EMITS (x INT, y INT)", "def run(ctx):\n    ctx.emit(1)")
    with pytest.raises(ExasolError, match=r"1089: emit\(\) takes exactly 2 arguments \(1 given\)"):
        query("SELECT f(1) FROM dual")


def test_single_rows_and_frames_keep_their_order(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(a INT) EMITS (x INT)",
        """
        import pandas as pd

        def run(ctx):
            ctx.emit(1)
            ctx.emit(pd.DataFrame({"x": [2, 3]}))
            ctx.emit(4)
        """,
    )
    assert query("SELECT f(1) FROM dual") == [(1,), (2,), (3,), (4,)]


def test_what_a_script_prints_goes_nowhere(script: Create, query: Query) -> None:
    script("SCALAR SCRIPT f(a INT) RETURNS INT", "def run(ctx):\n    print('noise' * 100000)\n    return 1")
    assert query("SELECT f(1) FROM dual") == [(1,)]
