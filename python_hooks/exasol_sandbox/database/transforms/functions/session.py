"""Functions that tell about the session and the cluster."""

from __future__ import annotations

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.names import literal
from exasol_sandbox.database.transforms.typed import LONG_TEXT, Typed, decimal

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


@function("SESSION_PARAMETER")
def session_parameter(call: Call) -> Typed:
    """The value that a parameter has in the session; NULL for the sessions of others."""
    session, name = call.expect(2)
    parameters = "CAST(getvariable('exa_parameters') AS MAP(VARCHAR, VARCHAR))"
    value = f"element_at({parameters}, upper({name}))[1]"
    own = f"{session} = {call.context.session_id}"
    return Typed(f"CASE WHEN {own} THEN {value} END", LONG_TEXT)


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
    """The node on which a row lies: rows are dealt to the nodes at random, each to one."""
    call.expect(0)
    if call.context.nodes == 1:
        return Typed("CAST(0 AS BIGINT)", decimal(18, 0))
    drawn = call.translator.scope.node
    if drawn is None:
        return Typed(f"CAST(floor(random() * {call.context.nodes}) AS BIGINT)", decimal(18, 0))
    return Typed(f"CAST({drawn} % {call.context.nodes} AS BIGINT)", decimal(18, 0))


@function("ROWNUM")
def rownum(call: Call) -> Typed:
    """The number of a row, in the order in which the database meets them."""
    number = call.translator.scope.row_number
    if number is None:
        raise unsupported("ROWNUM in this place")
    return Typed(number, decimal(18, 0))


@function("LEVEL")
def level(call: Call) -> Typed:
    """LEVEL: how deep a row stands in a hierarchy, from 1."""
    known = call.translator.scope.hierarchy
    if known is None:
        raise ExasolError(SYNTAX_OR_ACCESS, "LEVEL needs CONNECT BY")
    return Typed(known.level, decimal(18, 0))


@function("CONNECT_BY_ISLEAF")
def is_leaf(call: Call) -> Typed:
    """CONNECT_BY_ISLEAF: 1 for a row without children, else 0."""
    known = call.translator.scope.hierarchy
    if known is None or known.leaf is None:
        raise ExasolError(SYNTAX_OR_ACCESS, "CONNECT_BY_ISLEAF needs CONNECT BY")
    return Typed(known.leaf, decimal(1, 0))


@function("SYS_CONNECT_BY_PATH")
def path(call: Call) -> Typed:
    """SYS_CONNECT_BY_PATH(x, separator): the values from the top down to a row."""
    known = call.translator.scope.hierarchy
    found = known.paths.get(call.node.sql()) if known else None
    if found is None:
        raise ExasolError(SYNTAX_OR_ACCESS, "SYS_CONNECT_BY_PATH needs CONNECT BY")
    return Typed(found, LONG_TEXT)
