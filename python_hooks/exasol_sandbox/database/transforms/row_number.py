"""ROWNUM: rows are numbered after WHERE, before grouping, in the order in which they come.

https://docs.exasol.com/db/latest/sql_references/functions/alphabeticallistfunctions/rownum.htm

IPROC, the node of a row, is drawn from that number, so that it is the same at each mention; in WHERE from a
number that rows get before it.
"""

from __future__ import annotations

from sqlglot import exp

from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.transforms.names import quote
from exasol_sandbox.database.transforms.parsing import PREFIX
from exasol_sandbox.database.transforms.scope import Scope, Source
from exasol_sandbox.database.transforms.typed import Typed

_ROWNUM = PREFIX + "ROWNUM"
_IPROC = PREFIX + "IPROC"
_NUMBERED = "EXA$NUMBERED"


def _is_row_number(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.this == _ROWNUM


def uses_row_number(select: exp.Expr, *, with_node: bool = True) -> bool:
    """Whether ROWNUM, or with `with_node` IPROC, stands in this SELECT, outside of its FROM and WHERE."""
    names = {_ROWNUM, _IPROC} if with_node else {_ROWNUM}
    for key in ("expressions", "group", "having", "order", "qualify"):
        value = select.args.get(key)
        for part in value if isinstance(value, list) else [value]:
            if part is None:
                continue
            for node in part.find_all(exp.Anonymous):
                if node.this in names and node.find_ancestor(exp.Select) is select:
                    return True
    return False


def splits_on_row_number(condition: exp.Expr) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """The parts of a conjunction without ROWNUM, and those with it."""
    plain: list[exp.Expr] = []
    numbered_parts: list[exp.Expr] = []
    for part in condition.flatten() if isinstance(condition, exp.And) else [condition]:
        select = condition.find_ancestor(exp.Select)
        own = any(
            _is_row_number(node) and node.find_ancestor(exp.Select) is select
            for node in part.find_all(exp.Anonymous)
        )
        (numbered_parts if own else plain).append(part)
    return plain, numbered_parts


def limit_of(conditions: list[exp.Expr]) -> str | None:
    """The number of rows that `ROWNUM <= n`, `ROWNUM < n` and `ROWNUM = 1` leave; None without a
    condition."""
    limits = []
    for condition in conditions:
        left, right = condition.this, condition.args.get("expression")
        is_simple = _is_row_number(left) and isinstance(right, exp.Literal) and not right.is_string
        if is_simple and isinstance(condition, exp.LTE):
            limits.append(int(right.this))
        elif is_simple and isinstance(condition, exp.LT):
            limits.append(int(right.this) - 1)
        elif is_simple and isinstance(condition, exp.EQ) and right.this == "1":
            limits.append(1)
        else:
            raise unsupported("conditions on ROWNUM other than ROWNUM <= n")
    return str(max(0, min(limits))) if limits else None


def numbered(from_sql: str, conditions: list[str], scope: Scope, limit: str | None) -> str:
    """`FROM t WHERE c` → a subquery with a number for each row; the
    scope's columns are those of the subquery then."""
    columns = [reference for source in scope.sources for reference in source.references]
    listed = ", ".join([f"{reference} AS c{index}" for index, reference in enumerate(columns)])
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    limited = f" LIMIT {limit}" if limit is not None else ""
    counted = "row_number() OVER () AS n"
    merged = list(scope.merged.items())
    named = ", ".join(f"{value} AS m{index}" for index, (_, value) in enumerate(merged))
    items = ", ".join(part for part in (listed, named, counted) if part)
    index = 0
    sources = []
    for source in scope.sources:
        references = [f"{quote(_NUMBERED)}.c{index + offset}" for offset in range(len(source.columns))]
        index += len(references)
        sources.append(Source(source.alias, source.schema, source.columns, references))
    scope.sources[:] = sources
    for position, (name, value) in enumerate(merged):
        scope.merged[name] = Typed(f"{quote(_NUMBERED)}.m{position}", value.type)
    scope.row_number = f"{quote(_NUMBERED)}.n"
    scope.node = f"hash({scope.row_number})"
    source_sql = f" FROM {from_sql}" if from_sql else ""
    return f"(SELECT {items}{source_sql}{where}{limited}) AS {quote(_NUMBERED)}"


def placed(select: exp.Expr, from_sql: str, scope: Scope) -> str:
    """`FROM t` with a node for each row, if the WHERE of this SELECT asks for it.

    Raises:
        ExasolError: there is ROWNUM besides.
    """
    where = select.args.get("where")
    nodes = where.find_all(exp.Anonymous) if where is not None else []
    if not any(node.this == _IPROC and node.find_ancestor(exp.Select) is select for node in nodes):
        return from_sql
    if uses_row_number(select, with_node=False):
        raise unsupported("ROWNUM in a SELECT that has IPROC in its WHERE")
    result = numbered(from_sql, [], scope, None)
    scope.row_number = None
    return result
