"""Contracts and constraints."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.constraints.test_constraints import (
    BaseConstraintQuotedColumn,
    BaseConstraintsRollback,
    BaseConstraintsRuntimeDdlEnforcement,
    BaseIncrementalConstraintsColumnsEqual,
    BaseIncrementalConstraintsRollback,
    BaseIncrementalConstraintsRuntimeDdlEnforcement,
    BaseIncrementalContractSqlHeader,
    BaseIncrementalForeignKeyConstraint,
    BaseModelConstraintsRuntimeEnforcement,
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


class NothingToRollBack:
    """dbt-exasol connects with autocommit: each statement commits itself.

    It replaces the table and then adds the constraints, so that the new table is there when its rows break
    one; dbt-labs' test wants the old one back. dbt-exasol's own suite leaves that out too.
    """

    def test__constraints_enforcement_rollback(self, project, expected_error_messages, null_model_sql):
        assert len(run_dbt(["run", "-s", "my_model"])) == 1
        write_file(exasol(null_model_sql), "models", "my_model.sql")
        (failed,) = run_dbt(["run", "-s", "my_model"], expect_pass=False)
        assert all(message in failed.message for message in expected_error_messages)
        assert project.run_sql("select rtrim(color) from {schema}.my_model", fetch="all") == [("red",)]


class TestConstraintsRollback(NothingToRollBack, ExasolTypes, BaseConstraintsRollback):
    pass


class TestIncrementalConstraintsRollback(ExasolTypes, BaseIncrementalConstraintsRollback):
    # The column is a CHAR(50).
    @pytest.fixture(scope="class")
    def expected_color(self):
        return "blue".ljust(50)


def ddl(columns, *constraints):
    """The statements by which dbt-exasol makes the fixtures' table: a CREATE with casts, and its ALTERs."""
    cast = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns)
    create = f"""
        create or replace table <model_identifier> as select {cast} from (
            {{depends_on}} select 'blue' as {columns[1][0]}, 1 as id, '2019-01-01' as date_day
        ) as model_subq
    """
    return "|separatemeplease|".join(
        [create, *(f" alter table <model_identifier> {text};\n" for text in constraints)]
    )


COLUMNS = [("id", "decimal(18,0)"), ("color", "char(50)"), ("date_day", "char(50)")]
DEPENDS_ON = "-- depends_on: <foreign_key_model_identifier>\n"


class NotNull(ExasolTypes):
    """Of what is set on a column, dbt-exasol sends NOT NULL."""

    @pytest.fixture(scope="class")
    def expected_sql(self):
        return ddl(COLUMNS, "modify column id not null").format(depends_on=DEPENDS_ON)


class TestConstraintsRuntimeDdlEnforcement(NotNull, BaseConstraintsRuntimeDdlEnforcement):
    pass


class TestIncrementalConstraintsRuntimeDdlEnforcement(
    NotNull, BaseIncrementalConstraintsRuntimeDdlEnforcement
):
    pass


class TestConstraintQuotedColumn(ExasolTypes, BaseConstraintQuotedColumn):
    @pytest.fixture(scope="class")
    def expected_sql(self):
        columns = [COLUMNS[0], ('"from"', "char(50)"), COLUMNS[2]]
        constraints = ["modify column id not null", 'modify column "from" not null']
        return ddl(columns, *constraints).format(depends_on="")


class TestModelConstraintsRuntimeEnforcement(ExasolTypes, BaseModelConstraintsRuntimeEnforcement):
    @pytest.fixture(scope="class")
    def expected_sql(self):
        constraints = ["modify column id not null", "add constraint <model_identifier> primary key(id)"]
        return ddl(COLUMNS, *constraints).format(depends_on=DEPENDS_ON)


class TestTableContractSqlHeader(ExasolHeader, BaseTableContractSqlHeader):
    pass


class TestIncrementalContractSqlHeader(ExasolHeader, BaseIncrementalContractSqlHeader):
    pass


class TestIncrementalForeignKeyConstraint(BaseIncrementalForeignKeyConstraint):
    pass
