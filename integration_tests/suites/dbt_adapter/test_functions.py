"""Functions as nodes of a project."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.functions.test_udafs import BasicPythonUDAF, PythonUDAFDefaultArgSupport
from dbt.tests.adapter.functions.test_udfs import (
    CanFindScalarFunctionRelation,
    ErrorForUnsupportedType,
    PythonUDFDefaultArgSupport,
    PythonUDFEntryPointRequired,
    PythonUDFRuntimeVersionRequired,
    PythonUDFSupported,
    SqlUDFDefaultArgSupport,
    UDFsBasic,
)

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "functions")


class CreatesScript:
    """dbt-exasol makes a script of a function in Python."""

    def is_function_create_event(self, event):
        return "CREATE OR REPLACE PYTHON3" in event.data.sql


class TestUDFsBasic(UDFsBasic):
    pass


class TestErrorForUnsupportedType(ErrorForUnsupportedType):
    pass


class TestPythonUDFSupported(CreatesScript, PythonUDFSupported):
    pass


class TestPythonUDFRuntimeVersionRequired(PythonUDFRuntimeVersionRequired):
    pass


class TestPythonUDFEntryPointRequired(PythonUDFEntryPointRequired):
    pass


class TestSqlUDFDefaultArgSupport(SqlUDFDefaultArgSupport):
    pass


class TestPythonUDFDefaultArgSupport(CreatesScript, PythonUDFDefaultArgSupport):
    pass


@pytest.mark.xfail(reason="fails on the sandbox: not explained yet", strict=False)
class TestCanFindScalarFunctionRelation(CanFindScalarFunctionRelation):
    pass


@pytest.mark.xfail(reason="fails on the sandbox: not explained yet", strict=False)
class TestBasicPythonUDAF(CreatesScript, BasicPythonUDAF):
    dialect = ((r"\bas value\b", 'as "value"'),)


class TestPythonUDAFDefaultArgSupport(CreatesScript, PythonUDAFDefaultArgSupport):
    dialect = ((r"\bas value\b", 'as "value"'),)
