"""Contracts and constraints."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.constraints.test_constraints import (
    BaseConstraintsRollback,
    BaseIncrementalConstraintsColumnsEqual,
    BaseIncrementalConstraintsRollback,
    BaseIncrementalContractSqlHeader,
    BaseIncrementalForeignKeyConstraint,
    BaseTableConstraintsColumnsEqual,
    BaseTableContractSqlHeader,
    BaseViewConstraintsColumnsEqual,
)
from dbt.tests.util import run_dbt, write_file

from .dialect import exasol

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "constraints")


class ExasolTypes:
    """The contracts, in Exasol's types: a text literal is a CHAR."""

    dialect = (("data_type: text", "data_type: char(50)"), ("data_type: integer", "data_type: decimal(18,0)"))

    @pytest.fixture
    def string_type(self):
        return "CHAR"

    @pytest.fixture
    def schema_string_type(self):
        return "char(50)"

    @pytest.fixture
    def int_type(self):
        return "DECIMAL"

    @pytest.fixture
    def schema_int_type(self):
        return "decimal(18,0)"

    @pytest.fixture
    def data_types(self):
        return [
            ["1", "decimal(18,0)", "DECIMAL"],
            ["'1'", "char(50)", "CHAR"],
            ["true", "boolean", "BOOLEAN"],
            ["cast('2019-01-01' as date)", "date", "DATE"],
            ["cast('2013-11-03 00:00:00' as timestamp)", "timestamp", "TIMESTAMP"],
            ["cast(1 as double)", "double", "DOUBLE"],
        ]

    @pytest.fixture(scope="class")
    def expected_error_messages(self):
        return ["not null"]


class ExasolHeader:
    """A parameter of the session, which the model then shows."""

    dialect = (
        (r"set session time zone 'Asia/Kolkata';", "alter session set nls_date_format = 'DD.MM.YYYY';"),
        (r"current_setting\('timezone'\)", "session_parameter(current_session, 'NLS_DATE_FORMAT')"),
        ("data_type: text", "data_type: varchar(2000000)"),
    )


class TestTableConstraintsColumnsEqual(ExasolTypes, BaseTableConstraintsColumnsEqual):
    pass


class TestViewConstraintsColumnsEqual(ExasolTypes, BaseViewConstraintsColumnsEqual):
    pass


class TestIncrementalConstraintsColumnsEqual(ExasolTypes, BaseIncrementalConstraintsColumnsEqual):
    pass


class TestConstraintsRollback(ExasolTypes, BaseConstraintsRollback):
    def test__constraints_enforcement_rollback(self, project, expected_error_messages, null_model_sql):
        """An error undoes its statement: that the table was replaced before is not undone by Exasol."""
        assert len(run_dbt(["run", "-s", "my_model"])) == 1
        write_file(exasol(null_model_sql), "models", "my_model.sql")
        (failed,) = run_dbt(["run", "-s", "my_model"], expect_pass=False)
        assert all(message in failed.message for message in expected_error_messages)


class TestIncrementalConstraintsRollback(ExasolTypes, BaseIncrementalConstraintsRollback):
    def test__constraints_enforcement_rollback(self, project, expected_error_messages, null_model_sql):
        """An error undoes its statement: that the table was replaced before is not undone by Exasol."""
        assert len(run_dbt(["run", "-s", "my_model"])) == 1
        write_file(exasol(null_model_sql), "models", "my_model.sql")
        (failed,) = run_dbt(["run", "-s", "my_model"], expect_pass=False)
        assert all(message in failed.message for message in expected_error_messages)


class TestTableContractSqlHeader(ExasolHeader, BaseTableContractSqlHeader):
    pass


class TestIncrementalContractSqlHeader(ExasolHeader, BaseIncrementalContractSqlHeader):
    pass


class TestIncrementalForeignKeyConstraint(BaseIncrementalForeignKeyConstraint):
    pass
