"""What the protocol tells of the database without SQL (exasol/websocket-api, "Metadata-related commands")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyexasol
import pytest

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(exasol: pyexasol.ExaConnection, schema: str) -> Ask:
    """Sends a command and gives the rows of its answer."""
    exasol.execute("CREATE TABLE orders (id INT CONSTRAINT pk_orders PRIMARY KEY, note VARCHAR(20))")
    exasol.execute("CREATE VIEW big_orders AS SELECT * FROM orders")

    def ask(command: str, **fields: Any) -> list[dict[str, Any]]:
        answer = exasol.req({"command": command, **fields})
        result = answer["responseData"]["results"][0]["resultSet"]
        names = [column["name"] for column in result["columns"]]
        return [dict(zip(names, row, strict=True)) for row in zip(*result.get("data", []), strict=True)]

    return ask


def test_schemas_are_found_by_a_pattern(ask: Ask, schema: str) -> None:
    assert [row["NAME"] for row in ask("getSchemas", schema=schema[:-1] + "_")] == [schema]
    assert ask("getSchemas", schema="") == []


def test_tables_are_found_by_schema_pattern_and_type(ask: Ask, schema: str) -> None:
    everything = ask("getTables", schema=schema)
    views = ask("getTables", schema=schema, table="%ORDERS", tableTypes=["VIEW"])

    assert [(row["TABLE_TYPE"], row["NAME"]) for row in everything] == [
        ("TABLE", "ORDERS"),
        ("VIEW", "BIG_ORDERS"),
    ]
    assert [row["NAME"] for row in views] == ["BIG_ORDERS"]


def test_columns_have_their_types(ask: Ask, schema: str) -> None:
    rows = ask("getColumns", schema=schema, table="ORDERS", column="N%")

    assert [(row["NAME"], row["TYPE"], row["MAXSIZE"]) for row in rows] == [("NOTE", "VARCHAR(20) UTF8", 20)]


def test_a_primary_key_names_its_columns(ask: Ask, schema: str) -> None:
    assert ask("getPrimaryKeys", schema=schema, table="ORDERS") == [
        {
            "SCHEMA": schema,
            "TABLE": "ORDERS",
            "NAME": "PK_ORDERS",
            "OWNER": "SYS",
            "ORDINAL_POSITION": 1,
            "COLUMN_NAME": "ID",
        }
    ]
    assert ask("getPrimaryKeys", schema=schema, table="") == []


def test_privileges_of_tables_and_of_their_columns(
    ask: Ask, exasol: pyexasol.ExaConnection, schema: str
) -> None:
    exasol.execute("GRANT SELECT ON orders TO PUBLIC")

    of_table = ask("getTablePrivileges", schema=schema, table="ORD%")
    of_columns = ask("getColumnPrivileges", schema=schema, table="ORDERS", column="ID")

    granted = {"SCHEMA": schema, "TABLE": "ORDERS", "NAME": "SELECT", "GRANTEE": "PUBLIC"}
    granted |= {"GRANTOR": "SYS", "OWNER": "SYS"}
    assert of_table == [granted]
    assert of_columns == [granted | {"COLUMN": "ID"}]


def test_scripts_and_functions(ask: Ask, exasol: pyexasol.ExaConnection, schema: str) -> None:
    exasol.execute("CREATE LUA SCALAR SCRIPT plus_one(i INT) RETURNS INT AS\nfunction run(c) return c.i end")
    exasol.execute("CREATE FUNCTION twice(i INT) RETURN INT BEGIN RETURN i * 2; END")

    script = ask("getScripts", schema=schema, script="PLUS%")
    function = ask("getFunctions", schema=schema, function="%")

    kinds = [(row["NAME"], row["TYPE"], row["INPUT_TYPE"], row["RESULT_TYPE"]) for row in script]
    assert kinds == [("PLUS_ONE", "UDF", "SCALAR", "RETURNS")]
    assert [(row["SCHEMA"], row["NAME"], row["OWNER"]) for row in function] == [(schema, "TWICE", "SYS")]


@pytest.mark.parametrize(("command", "name"), [("getUsers", "SYS"), ("getRoles", "DBA")])
def test_users_and_roles_are_found_by_name(ask: Ask, command: str, name: str) -> None:
    assert [row["NAME"] for row in ask(command, name=name)] == [name]
    assert name in [row["NAME"] for row in ask(command)]
    assert ask(command, name="") == []


def test_connections(ask: Ask, exasol: pyexasol.ExaConnection, schema: str) -> None:
    exasol.execute(f"CREATE CONNECTION {schema} TO 'somewhere' USER 'me' IDENTIFIED BY 'secret'")
    try:
        rows = ask("getConnections", name=schema)
    finally:
        exasol.execute(f"DROP CONNECTION {schema}")

    assert [(row["NAME"], row["COMMENT"]) for row in rows] == [(schema, None)]


def test_what_the_database_supports(ask: Ask) -> None:
    types = {row["NAME"]: row for row in ask("getTypeInfo")}

    assert [row["TABLE_TYPE"] for row in ask("getTableTypes")] == ["SYSTEM TABLE", "TABLE", "VIEW"]
    assert (types["DECIMAL"]["PRECISION"], types["DECIMAL"]["MAXIMUM_SCALE"]) == (36, 36)
    assert (types["VARCHAR"]["LITERAL_PREFIX"], types["VARCHAR"]["CASE_SENSITIVE"]) == ("'", True)
    assert {"SELECT", "TABLE"} <= {row["KEYWORD"] for row in ask("getKeywords")}
    assert len(ask("getProperties", name="databaseProductName")) == 1
