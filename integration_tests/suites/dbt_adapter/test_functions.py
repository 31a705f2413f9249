"""Functions as nodes of a project."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.functions.test_udafs import (
    BasicPythonUDAF,
    BasicSQLUDAF,
    PythonUDAFDefaultArgSupport,
)
from dbt.tests.adapter.functions.test_udfs import (
    DeterministicUDF,
    ErrorForUnsupportedType,
    NonDeterministicUDF,
    PythonUDFDefaultArgSupport,
    PythonUDFEntryPointRequired,
    PythonUDFRuntimeVersionRequired,
    PythonUDFSupported,
    PythonUDFVolatilitySupport,
    SqlUDFDefaultArgSupport,
    StableUDF,
    UDFsBasic,
)
from dbt.tests.util import run_dbt

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "functions")

# A reserved word cannot be a name.
VALUE = ((r"\bas value\b", "as val"),)


class CreatesScript:
    """dbt-exasol makes a script of a function in Python."""

    def is_function_create_event(self, event):
        return "CREATE OR REPLACE PYTHON3" in event.data.sql


class NoVolatility:
    """Exasol's functions have no volatility; dbt-exasol leaves it out and warns."""

    def check_function_volatility(self, sql):
        assert not {"IMMUTABLE", "STABLE", "VOLATILE"} & set(sql.upper().split())


class TestUDFsBasic(UDFsBasic):
    pass


class TestDeterministicUDF(NoVolatility, DeterministicUDF):
    pass


class TestStableUDF(NoVolatility, StableUDF):
    pass


class TestNonDeterministicUDF(NoVolatility, NonDeterministicUDF):
    pass


class TestErrorForUnsupportedType(ErrorForUnsupportedType):
    pass


class TestPythonUDFSupported(CreatesScript, PythonUDFSupported):
    pass


class TestPythonUDFVolatilitySupport(NoVolatility, CreatesScript, PythonUDFVolatilitySupport):
    pass


class TestPythonUDFRuntimeVersionRequired(PythonUDFRuntimeVersionRequired):
    pass


class TestPythonUDFEntryPointRequired(PythonUDFEntryPointRequired):
    pass


class TestSqlUDFDefaultArgSupport(SqlUDFDefaultArgSupport):
    pass


class TestPythonUDFDefaultArgSupport(CreatesScript, PythonUDFDefaultArgSupport):
    pass


class TestBasicSQLUDAF(BasicSQLUDAF):
    dialect = VALUE

    def test_udaf(self, project, sql_event_catcher):
        """An aggregate function of Exasol is a script; dbt-exasol refuses one in SQL and says so."""
        results = run_dbt(["build", "--select", "resource_type:function"], expect_pass=False)
        assert "SQL aggregate UDFs are not supported in Exasol" in results.results[0].message


class TestBasicPythonUDAF(CreatesScript, BasicPythonUDAF):
    dialect = VALUE

    def test_udaf(self, project, sql_event_catcher):
        """dbt-labs' own, with a column that is not called VALUE."""
        run_dbt(["build", "--debug"], callbacks=[sql_event_catcher.catch])
        assert len(sql_event_catcher.caught_events) == 1
        self.check_function_volatility(sql_event_catcher.caught_events[0].data.sql)
        query = "SELECT {{ function('sum_squared') }}(val) FROM {{ ref('basic_model') }}"
        (shown,) = run_dbt(["show", "--inline", query]).results
        assert shown.agate_table.rows[0].values()[0] == 36


class TestPythonUDAFDefaultArgSupport(CreatesScript, PythonUDAFDefaultArgSupport):
    dialect = VALUE
