"""Views whose queries call scripts: they are written out before the calls are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.transforms.names import normalise
from exasol_sandbox.database.transforms.parsing import PREFIX, parse

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session


def inline_views_with_scripts(tree: exp.Expr, session: Session, schema: str | None) -> exp.Expr:
    """`select * from v` → `select * from (select s.f(a) from s.t) as v`, if V calls a script."""
    result = tree
    for table in list(tree.find_all(exp.Table)):
        if not isinstance(table.this, exp.Identifier) or table.db == "EXA$TEMP":
            continue
        relation = session.find_relation(table.db or None, table.name, schema)
        if relation is None or relation.view_text is None:
            continue
        if not session.view_calls_scripts(relation.schema, relation.name):
            continue
        if result is tree:
            return inline_views_with_scripts(_replaced(tree.copy(), table, session, schema), session, schema)
    return result


def _replaced(tree: exp.Expr, wanted: exp.Table, session: Session, schema: str | None) -> exp.Expr:
    for table in tree.find_all(exp.Table):
        if table != wanted:
            continue
        relation = session.find_relation(table.db or None, table.name, schema)
        if relation is None or relation.view_text is None:
            continue
        body = normalise(parse(relation.view_text))
        _qualify(body, session, relation.view_schema)
        alias = table.alias or table.name
        columns = [exp.Identifier(this=column.name, quoted=True) for column in relation.columns]
        named = exp.TableAlias(this=exp.Identifier(this=alias, quoted=True), columns=columns)
        inner = body.this if isinstance(body, exp.Subquery) else body
        table.replace(exp.Subquery(this=inner, alias=named))
    return tree


def _qualify(body: exp.Expr, session: Session, schema: str | None) -> None:
    """Names in a view mean what they meant in the schema that was open when it was created."""
    if schema is None:
        return
    own = {cte.alias for cte in body.find_all(exp.CTE)}
    for table in list(body.find_all(exp.Table)):
        plain = isinstance(table.this, exp.Identifier) and not table.db and table.name not in own
        if plain and session.find_relation(schema, table.name, None) is not None:
            table.set("db", exp.Identifier(this=schema, quoted=True))
    for call in list(body.find_all(exp.Anonymous)):
        if isinstance(call.parent, exp.Dot):
            continue
        name = (
            call.this.name if isinstance(call.this, exp.Identifier) else str(call.this).removeprefix(PREFIX)
        )
        if session.is_script(schema, name, None):
            call.replace(exp.Dot(this=exp.Identifier(this=schema, quoted=True), expression=call.copy()))
