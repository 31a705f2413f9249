"""JSON_VALUE; the parser has brought its clauses into a fixed order."""

from __future__ import annotations

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.names import literal
from exasol_sandbox.database.transforms.typed import LONG_TEXT, Typed


@function("JSON_VALUE")
def json_value(call: Call) -> Typed:
    """JSON_VALUE(json, path [RETURNING type] [… ON EMPTY] [… ON ERROR])."""
    values = call.expect(7)
    json, path = (call.translator.text(value) for value in values[:2])
    parts = [json.sql, path.sql]
    for index in (3, 5):
        choice = call.constant_text(index) or "NULL"
        default = call.translator.text(values[index + 1])
        parts += [literal(choice), f"CAST({default} AS VARCHAR)"]
    found = Typed(f"exa_json_value({', '.join(parts)})", LONG_TEXT)
    target = call.constant_text(2)
    return call.translator.cast(found, DataType.parse(target)) if target else found
