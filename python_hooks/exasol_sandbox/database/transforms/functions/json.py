"""JSON_VALUE and JSON_EXTRACT; the parser has brought their clauses into a fixed order."""

from __future__ import annotations

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.names import literal
from exasol_sandbox.database.transforms.typed import LONG_TEXT, Typed
from exasol_sandbox.database.type_names import type_of


def _text(call: Call, value: Typed, what: str) -> str:
    if not value.null and value.type is not None and not value.type.is_text:
        raise ExasolError(SYNTAX_OR_ACCESS, f"{call.name} expects string for {what} parameter")
    return call.translator.text(value).sql


@function("JSON_EXTRACT")
def json_extract(call: Call) -> Typed:
    """JSON_EXTRACT(json, path[ NULL ON EMPTY], …) as a list of rows, each a list of texts; the parser has put
    what to do ON EMPTY first."""
    choices, json, *paths = call.expect(3, 1000)
    listed = ", ".join(_text(call, path, "path") for path in paths)
    found = f"exa_json_extract({_text(call, json, 'JSON')}, CAST([{listed}] AS VARCHAR[]), {choices})"
    return Typed(found, None)


@function("JSON_VALUE")
def json_value(call: Call) -> Typed:
    """JSON_VALUE(json, path [RETURNING type] [… ON EMPTY] [… ON ERROR])."""
    values = call.expect(7)
    parts = [_text(call, values[0], "JSON"), _text(call, values[1], "path")]
    for index in (3, 5):
        choice = call.constant_text(index) or "NULL"
        default = call.translator.text(values[index + 1])
        parts += [literal(choice), f"CAST({default} AS VARCHAR)"]
    found = Typed(f"exa_json_value({', '.join(parts)})", LONG_TEXT)
    target = call.constant_text(2)
    return call.translator.cast(found, type_of(target)) if target else found
