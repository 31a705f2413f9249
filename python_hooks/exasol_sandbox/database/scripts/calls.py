"""Finds the calls of UDFs in a query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.errors import ExasolError, unsupported
from exasol_sandbox.database.records import Script
from exasol_sandbox.database.script_records import FUNCTION
from exasol_sandbox.database.scripts.languages import language_of
from exasol_sandbox.database.transforms.clauses import JSON_EXTRACT
from exasol_sandbox.database.transforms.parsing import EMITS, PREFIX

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

AGGREGATES = {
    *(
        "ANY",
        "APPROXIMATE_COUNT_DISTINCT",
        "AVG",
        "COUNT",
        "EVERY",
        "MAX",
        "MEDIAN",
        "MIN",
        "MUL",
        "SOME",
        "SUM",
    ),
    *("FIRST_VALUE", "LAST_VALUE", "GROUP_CONCAT", "LISTAGG", "PERCENTILE_CONT", "PERCENTILE_DISC"),
    *("STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VARIANCE", "VAR_POP", "VAR_SAMP"),
    *("CORR", "COVAR_POP", "COVAR_SAMP", "REGR_AVGX", "REGR_AVGY", "REGR_COUNT", "REGR_INTERCEPT", "REGR_R2"),
    *("REGR_SLOPE", "REGR_SXX", "REGR_SXY", "REGR_SYY", "GROUPING", "GROUPING_ID"),
}


@dataclass(frozen=True)
class UdfCall:
    """One call of a UDF.

    Attributes:
        node: the whole call, with its EMITS clause and schema.
        script: what is called.
        arguments: its arguments.
        order: the ORDER BY of its argument list.
        emits: the text between the parentheses of its EMITS clause; None without one.
    """

    node: exp.Expression
    script: Script
    arguments: list[exp.Expression]
    order: list[exp.Ordered]
    emits: str | None

    @property
    def is_set(self) -> bool:
        """Whether it is a SET script."""
        return self.script.input_type == "SET"

    @property
    def returns_rows(self) -> bool:
        """Whether it emits rows, instead of returning a value."""
        return self.script.result_type == "EMITS"


def function_name(node: exp.Expression) -> str | None:
    """Name of a function call as Exasol knows it; None for other nodes."""
    if not isinstance(node, exp.Anonymous):
        return None
    if isinstance(node.this, exp.Identifier):
        return str(node.this.this)
    return str(node.this).upper().removeprefix(PREFIX)


def find_call(session: Session, node: exp.Expression) -> UdfCall | None:
    """The UDF call that `node` is; None if it is something else.

    Raises:
        ExasolError: it is a call of a UDF that the sandbox cannot run.
    """
    emits: str | None = None
    whole = node
    if isinstance(node, exp.Anonymous) and node.this == EMITS:
        node, text = node.expressions
        emits = text.this
    schema: str | None = None
    if isinstance(node, exp.Dot):
        if not isinstance(node.this, exp.Identifier):
            return None
        schema, node = node.this.name, node.expression
    name = function_name(node)
    if name is None:
        return None
    script = _udf(session, schema, name)
    if script is None:
        if emits is not None and name != JSON_EXTRACT:
            raise ExasolError("42000", "emits specification is not allowed for built-in functions")
        return None
    arguments, order = _arguments(node)
    return UdfCall(whole, script, arguments, order or _declared_order(script, arguments), emits)


def _udf(session: Session, schema: str | None, name: str) -> Script | None:
    try:
        script = session.script(schema, name)
    except ExasolError:
        return None
    if script.kind == "UDF":
        language_of(session, script)
    return script if script.kind in {"UDF", FUNCTION} else None


def _arguments(node: exp.Expression) -> tuple[list[exp.Expression], list[exp.Ordered]]:
    arguments: list[exp.Expression] = []
    order: list[exp.Ordered] = []
    for argument in node.expressions:
        if isinstance(argument, exp.Order):
            arguments.append(argument.this)
            order += argument.expressions
        else:
            arguments.append(argument)
    return arguments, order


def _declared_order(script: Script, arguments: list[exp.Expression]) -> list[exp.Ordered]:
    """The ORDER BY of the script's parameter list, in terms of the call's arguments."""
    names = [parameter.name.upper() for parameter in script.parameters or []]
    order = []
    for entry in script.order_by:
        name, _, direction = entry.partition(" ")
        if name.upper() in names and names.index(name.upper()) < len(arguments):
            argument = arguments[names.index(name.upper())].copy()
            order.append(exp.Ordered(this=argument, desc=direction == "DESC", nulls_first=False))
    return order


def own_nodes(node: exp.Expression) -> Iterator[exp.Expression]:
    """`node` and what is in it, without what is in queries inside it."""
    yield node
    for child in node.iter_expressions():
        if not isinstance(child, exp.Query):
            yield from own_nodes(child)


def outermost_calls(session: Session, node: exp.Expression) -> list[UdfCall]:
    """The UDF calls in `node` that are in no other UDF's arguments, and not in queries inside it."""
    call = find_call(session, node)
    if call is not None:
        return [call]
    found: list[UdfCall] = []
    for child in node.iter_expressions():
        if not isinstance(child, exp.Query):
            found += outermost_calls(session, child)
    return found


def has_aggregate(session: Session, node: exp.Expression) -> bool:
    """Whether `node` has a value per group only: it holds an aggregate or a SET … RETURNS script."""
    if isinstance(node, exp.Window):
        return any(has_aggregate(session, child) for child in node.this.iter_expressions())
    if isinstance(node, (exp.Count, exp.AggFunc)) or function_name(node) in AGGREGATES:
        return True
    call = find_call(session, node)
    if call is not None and call.is_set:
        return True
    return any(
        has_aggregate(session, child) for child in node.iter_expressions() if not isinstance(child, exp.Query)
    )


def calls_of_select(session: Session, select: exp.Select) -> list[UdfCall]:
    """The outermost calls in the clauses of a SELECT, outside of queries in it."""
    for join in select.args.get("joins") or []:
        on = join.args.get("on")
        if on is not None and outermost_calls(session, on):
            raise unsupported("UDFs in a join condition; put the call into a subquery")
    elsewhere = (exp.Query, exp.From, exp.Join, exp.With)
    clauses = [child for child in select.iter_expressions() if not isinstance(child, elsewhere)]
    return [call for clause in clauses for call in outermost_calls(session, clause)]
