"""JSON_EXTRACT … EMITS, the built-in function that gives rows.

https://docs.exasol.com/db/latest/sql_references/functions/alphabeticallistfunctions/json_extract.htm
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.scripts.signature import parse_columns
from exasol_sandbox.database.transforms.clauses import JSON_EXTRACT
from exasol_sandbox.database.transforms.names import quote
from exasol_sandbox.database.transforms.parsing import EMITS, PREFIX
from exasol_sandbox.database.transforms.scope import Scope
from exasol_sandbox.database.transforms.typed import LONG_TEXT, Typed

if TYPE_CHECKING:
    from exasol_sandbox.database.transforms.expressions import ExpressionTranslator

_ROWS = "EXA$EMITTED"
_CALL = PREFIX + JSON_EXTRACT


def is_emitting(node: exp.Expr) -> bool:
    """Whether a node is `JSON_EXTRACT(…) EMITS (…)`."""
    return (
        isinstance(node, exp.Anonymous)
        and node.this == EMITS
        and isinstance(node.expressions[0], exp.Anonymous)
        and node.expressions[0].this == _CALL
    )


def with_emitted(select: exp.Expr, from_sql: str, scope: Scope, translate: ExpressionTranslator) -> str:
    """The FROM of a SELECT with JSON_EXTRACT: each of its rows as often as rows are emitted for it.

    Raises:
        ExasolError: the call stands elsewhere than in the select list, has no EMITS, or not as many columns
            as paths.
    """
    calls = [
        node
        for node in select.find_all(exp.Anonymous)
        if node.this == _CALL and node.find_ancestor(exp.Select) is select
    ]
    if not calls:
        return from_sql
    items = [item for item in select.expressions if is_emitting(item)]
    if len(calls) > 1 or not items:
        text = "JSON_EXTRACT emits rows: it may be called once in a SELECT, as an item with EMITS"
        raise ExasolError(SYNTAX_OR_ACCESS, text)
    if select.args.get("group") is not None:
        raise unsupported("GROUP BY in a SELECT that calls JSON_EXTRACT")
    call, columns = items[0].expressions
    scope.emitted = parse_columns(columns.this)
    paths = len(call.expressions) - 2
    if paths != len(scope.emitted):
        text = f"JSON_EXTRACT has {paths} paths, but EMITS {len(scope.emitted)} columns"
        raise ExasolError(SYNTAX_OR_ACCESS, text)
    emitted = f"(SELECT unnest({translate(call)}) AS r) AS {quote(_ROWS)}"
    return f"{from_sql}, LATERAL {emitted}" if from_sql else emitted


def references(scope: Scope) -> list[Typed]:
    """The emitted values as texts, a reference for each column."""
    return [Typed(f"{quote(_ROWS)}.r[{number}]", LONG_TEXT) for number in range(1, len(scope.emitted) + 1)]
