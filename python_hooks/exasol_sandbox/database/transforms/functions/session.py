"""Functions that tell about the session and the cluster."""

from __future__ import annotations

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.names import literal
from exasol_sandbox.database.transforms.typed import Typed, decimal

_NAME = DataType.varchar(128)


@function("CURRENT_USER", "USER")
def current_user(call: Call) -> Typed:
    """The name of the session's user."""
    return Typed(literal(call.context.user), _NAME)


@function("CURRENT_SCHEMA")
def current_schema(call: Call) -> Typed:
    """The open schema, or NULL."""
    schema = call.context.current_schema
    return Typed(literal(schema) if schema else "CAST(NULL AS VARCHAR)", _NAME)


@function("CURRENT_SESSION")
def current_session(call: Call) -> Typed:
    """The session's id."""
    return Typed(f"CAST({call.context.session_id} AS DECIMAL(20, 0))", decimal(20, 0))


@function("CURRENT_STATEMENT")
def current_statement(call: Call) -> Typed:
    """The number of the statement in its session."""
    call.context.cacheable = False
    return Typed(str(call.context.statement_id), decimal(18, 0))


@function("NPROC")
def nproc(call: Call) -> Typed:
    """The number of the cluster's nodes."""
    call.expect(0)
    return Typed(str(call.context.nodes), decimal(18, 0))


@function("IPROC")
def iproc(call: Call) -> Typed:
    """The node on which a row lies: rows are dealt to the nodes at random."""
    call.expect(0)
    if call.context.nodes == 1:
        return Typed("CAST(0 AS BIGINT)", decimal(18, 0))
    return Typed(f"CAST(floor(random() * {call.context.nodes}) AS BIGINT)", decimal(18, 0))


@function("ROWNUM")
def rownum(call: Call) -> Typed:
    """The number of a row, in the order in which the database meets them."""
    number = call.translator.scope.row_number
    if number is None:
        raise unsupported("ROWNUM in this place")
    return Typed(number, decimal(18, 0))
