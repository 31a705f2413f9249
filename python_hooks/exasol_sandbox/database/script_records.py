"""Scripts in the catalog: records to JSON and back."""

from __future__ import annotations

import json

import duckdb

from exasol_sandbox.database import catalog
from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.records import Script
from exasol_sandbox.database.type_names import type_of

FUNCTION = "FUNCTION"
"""Kind of the record, and type of the object, of a function written in SQL."""


def _columns_to_json(columns: list[Column] | None) -> list[list[str]] | None:
    return None if columns is None else [[column.name, column.type.sql()] for column in columns]


def _columns_from_json(columns: list[list[str]] | None) -> list[Column] | None:
    return None if columns is None else [Column(name, type_of(kind)) for name, kind in columns]


def write_script(connection: duckdb.DuckDBPyConnection, script: Script) -> None:
    """Keep a new script."""
    record = {
        "parameters": _columns_to_json(script.parameters),
        "returns": script.returns.sql() if script.returns else None,
        "emits": _columns_to_json(script.emits),
        "order_by": script.order_by,
        "argument_names": script.argument_names,
        "body": script.body,
    }
    kind = FUNCTION if script.kind == FUNCTION else "SCRIPT"
    catalog.add_object(
        connection, catalog.Object(script.schema, script.name, kind, script.owner, script.text)
    )
    catalog.run(
        connection,
        "INSERT INTO {c}.scripts VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            *(script.schema, script.name, script.language, script.kind, script.input_type),
            *(script.result_type, json.dumps(record)),
        ],
    )


def read_script(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> Script | None:
    """The script or function of that name."""
    found = catalog.rows(
        connection,
        """SELECT o.owner, s.language, s.kind, s.input_type, s.result_type, s.record, o.text, o.comment,
        o.created
           FROM {c}.scripts s JOIN {c}.objects o ON o.schema = s.schema AND o.name = s.name
           AND o.type IN ('SCRIPT', 'FUNCTION')
           WHERE s.schema = ? AND s.name = ?""",
        [schema, name],
    )
    if not found:
        return None
    owner, language, kind, input_type, result_type, record, text, comment, created = found[0]
    facts = json.loads(record)
    return Script(
        schema,
        name,
        owner,
        language,
        kind,
        input_type,
        result_type,
        _columns_from_json(facts["parameters"]),
        type_of(facts["returns"]) if facts["returns"] else None,
        _columns_from_json(facts["emits"]),
        facts["order_by"],
        facts["argument_names"],
        text,
        facts["body"],
        comment,
        created,
    )
