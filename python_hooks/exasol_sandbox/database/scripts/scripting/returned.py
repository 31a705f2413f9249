"""What EXECUTE SCRIPT answers: the value that a script returned, or gave to `exit`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import duckdb
import pyarrow as pa

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import DATA_EXCEPTION, SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.records import Script
from exasol_sandbox.database.result import Result, ResultSet, RowCount
from exasol_sandbox.database.scripts.scripting.results import Results
from exasol_sandbox.database.scripts.signature import parse_columns

_NO_TABLE = (
    "the script returns TABLE: it must end with the result of a query, or with a table of rows and a text of "
    "their columns' names and types, such as exit({{1, 'a'}}, \"x INT, y CHAR(5)\")"
)


def returned_result(script: Script, report: dict[str, Any], results: Results) -> Result:
    """The result of EXECUTE SCRIPT.

    Args:
        script: what ran.
        report: what its process told: `kind` and what goes with it (`worker.lua.scripting`).
        results: the results of its queries.

    Raises:
        ExasolError: the script returned something else than it declares.
    """
    if script.result_type == "TABLE":
        if report["kind"] == "result":
            return results.result_set(report["value"])
        if report["kind"] == "rows":
            return _table(script, report["rows"], report["types"])
        raise _failed(script, _NO_TABLE)
    if report["kind"] == "counted" and report["value"] is not None:
        count = report["value"]
        try:
            return RowCount(int(Decimal(count["decimal"][0] if isinstance(count, dict) else str(count))))
        except (InvalidOperation, TypeError, ValueError) as error:
            raise _failed(script, f"rows_affected is no whole number: {count!r}") from error
    return RowCount(0)


def _failed(script: Script, text: str) -> ExasolError:
    return ExasolError("43000", f'"{text}" caught in script "{script.schema}"."{script.name}"')


def _table(script: Script, rows: list[list[Any]], types: str) -> ResultSet:
    try:
        columns = parse_columns(types)
    except ExasolError as error:
        raise ExasolError(SYNTAX_OR_ACCESS, f"the script's return columns: {error.text}") from error
    for number, row in enumerate(rows, 1):
        if len(row) > len(columns):
            raise _failed(script, f"row {number} has {len(row)} values, for {len(columns)} columns")
    padded = [row + [None] * (len(columns) - len(row)) for row in rows]
    arrays = [
        _array(script, column, [_plain(row[position]) for row in padded])
        for position, column in enumerate(columns)
    ]
    schema = pa.schema([pa.field(column.name, column.type.arrow()) for column in columns])
    return ResultSet(columns, iter(pa.table(arrays, schema=schema).to_batches()), len(rows))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return value["decimal"][0]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return None if value is None or value == "" else str(value)


def _array(script: Script, column: Column, texts: list[str | None]) -> pa.Array:
    """Values in the column's type; all types take text, as in SQL."""
    data_type = column.type
    if data_type.is_text:
        size = data_type.size or 0
        for text in texts:
            if text is not None and len(text) > size:
                raise ExasolError(
                    "22001",
                    f"data exception - string data, right truncation. String length exceeds limit of {size} "
                    f"characters; Value: '{text[:100]}' in column {column.name} of script "
                    f"{script.schema}.{script.name}",
                )
        padded = [t if t is None or data_type.name != "CHAR" else t.ljust(size) for t in texts]
        return pa.array(padded, pa.string())
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("given", pa.table([pa.array(texts, pa.string())], names=["v"]))
        try:
            found = connection.sql(f"SELECT CAST(v AS {data_type.duckdb()}) FROM given").to_arrow_table()
        except duckdb.Error as error:
            raise ExasolError(
                DATA_EXCEPTION,
                f"data exception - a value of column {column.name} is no {data_type.sql()}: "
                f"{str(error).splitlines()[0]}",
            ) from error
    return found.column(0).combine_chunks().cast(data_type.arrow())
