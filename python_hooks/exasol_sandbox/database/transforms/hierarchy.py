"""CONNECT BY as a recursive query.

https://docs.exasol.com/db/latest/sql/select.htm#CONNECTBY
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.transforms.names import literal, quote
from exasol_sandbox.database.transforms.parsing import PREFIX
from exasol_sandbox.database.transforms.scope import Hierarchy, Scope, Source
from exasol_sandbox.database.transforms.typed import Typed

_ROWS, _TREE, _CHILD, _ROOT = "EXA$ROWS", "EXA$TREE", "EXA$CHILD", "EXA$ROOT"
_PATH = PREFIX + "SYS_CONNECT_BY_PATH"
_CYCLE = literal("[42000] loop in CONNECT BY detected; NOCYCLE would end it there")

Translate = Callable[[Scope, exp.Expr], Typed]


def refuse_where(select: exp.Expr) -> None:
    """WHERE beside CONNECT BY is refused: Exasol applies a part of it before and a part after."""
    if select.args.get("where") is not None:
        raise unsupported("WHERE beside CONNECT BY; put the condition into a subquery")


def hierarchy(select: exp.Expr, from_sql: str, scope: Scope, translate: Translate) -> str:
    """The FROM of a query with CONNECT BY: its rows with level, path and root.

    The scope's columns and pseudo columns are those of that FROM afterwards.
    """
    clause = select.args["connect"]
    columns = [reference for source in scope.sources for reference in source.references]
    listed = "".join(f", {reference} AS c{index}" for index, reference in enumerate(columns))
    rows = f"SELECT row_number() OVER () AS r{listed} FROM {from_sql or '(SELECT 1) AS one'}"
    row, tree, child, root = (_moved(scope, name) for name in (_ROWS, _TREE, _CHILD, _ROOT))
    row.hierarchy = Hierarchy("1")
    start = clause.args.get("start")
    starting = f" WHERE {translate(row, start)}" if start is not None else ""
    condition = clause.args["connect"]

    def joined(candidates: Scope) -> str:
        candidates.hierarchy = Hierarchy(f"{quote(_TREE)}.level + 1", prior=tree)
        return translate(candidates, condition).sql

    joins = joined(row)
    joined_child = joined(child)
    row.hierarchy = Hierarchy("1")
    paths = _paths(select)
    first, following = "", ""
    for number, call in enumerate(paths):
        value, separator = (translate(row, part) for part in call.expressions)
        step = f"concat({separator}, {value})"
        first += f", {step} AS p{number}"
        following += f", concat({quote(_TREE)}.p{number}, {step})"
    seen = f"list_contains({quote(_TREE)}.trail, {quote(_ROWS)}.r)"
    if condition.find(exp.Prior) is None:
        cycle = ""
    elif clause.args.get("nocycle"):
        cycle = f" AND NOT {seen}"
    else:
        cycle = f" AND CASE WHEN {seen} THEN error({_CYCLE}) ELSE TRUE END"
    recursive = (
        f"WITH RECURSIVE {quote(_ROWS)} AS MATERIALIZED ({rows}), {quote(_TREE)} AS ("
        f"SELECT {quote(_ROWS)}.*, 1 AS level, [r] AS trail{first} FROM {quote(_ROWS)}{starting} UNION ALL "
        f"SELECT {quote(_ROWS)}.*, {quote(_TREE)}.level + 1, "
        f"list_append({quote(_TREE)}.trail, {quote(_ROWS)}.r){following} "
        f"FROM {quote(_TREE)} JOIN {quote(_ROWS)} ON {joins}{cycle}) "
        f"SELECT {quote(_TREE)}.*, {_listed(_ROOT, len(columns))}NOT EXISTS (SELECT 1 FROM {quote(_ROWS)} AS "
        f"{quote(_CHILD)} WHERE {joined_child}) AS leaf FROM {quote(_TREE)} "
        f"JOIN {quote(_ROWS)} AS {quote(_ROOT)} ON {quote(_ROOT)}.r = {quote(_TREE)}.trail[1]"
    )
    scope.sources[:] = tree.sources
    scope.merged = tree.merged
    root = _moved(scope, _TREE, "root_c")
    scope.hierarchy = Hierarchy(
        f"{quote(_TREE)}.level",
        root=root,
        leaf=f"CAST({quote(_TREE)}.leaf AS INTEGER)",
        paths={call.sql(): f"{quote(_TREE)}.p{number}" for number, call in enumerate(paths)},
    )
    return f"({recursive}) AS {quote(_TREE)}"


def _listed(name: str, count: int) -> str:
    return "".join(f"{quote(name)}.c{index} AS root_c{index}, " for index in range(count))


def _moved(scope: Scope, name: str, prefix: str = "c") -> Scope:
    """The scope with its columns read from the numbered columns of one table."""
    sources, merged, index = [], {}, 0
    by_reference: dict[str, str] = {}
    for source in scope.sources:
        references = [f"{quote(name)}.{prefix}{index + offset}" for offset in range(len(source.columns))]
        by_reference |= dict(zip(source.references, references, strict=True))
        index += len(references)
        sources.append(Source(source.alias, source.schema, source.columns, references))
    for column, value in scope.merged.items():
        found = next(
            (typed for source in sources for typed in source.find(column)), Typed(value.sql, value.type)
        )
        merged[column] = found
    return Scope(sources, scope.parent, merged, scope.aliases)


def _paths(select: exp.Expr) -> list[exp.Anonymous]:
    found: dict[str, exp.Anonymous] = {}
    for call in select.find_all(exp.Anonymous):
        if call.this == _PATH and call.find_ancestor(exp.Select) is select:
            if len(call.expressions) != 2:
                raise ExasolError(SYNTAX_OR_ACCESS, "wrong number of arguments for SYS_CONNECT_BY_PATH")
            found[call.sql()] = call
    return list(found.values())
