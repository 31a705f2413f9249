"""Runs a function over many rows at once: each statement is a query on the rows that reach it.

So the expressions of a function mean what they mean in a query, and a function costs a few queries instead
of a few for each row.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.scripts.sql_functions.syntax import Assignment, Block, For, If, Return, While
from exasol_sandbox.database.transforms.names import display, normalise
from exasol_sandbox.database.transforms.parsing import parse

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_ROW = Column("EXA$ROW", DataType.decimal(18, 0))
_ITEM = "EXA$ITEM"


class Interpretation:
    """One call of a function for many rows.

    Args:
        session: runs the queries.
        returns: the function's type.
        columns: its parameters and variables.
    """

    def __init__(self, session: Session, returns: DataType, columns: list[Column]) -> None:
        self._session = session
        self._returns = returns
        self._types = {column.name: column.type for column in columns}
        self._results: list[pa.Table] = []

    def run(self, body: Block, arguments: pa.Table, count: int) -> pa.ChunkedArray:
        """The function's values.

        Args:
            body: its statements.
            arguments: a column for each parameter, in its type.
            count: how many rows there are, even without parameters.

        Returns:
            A value for each row; NULL where no RETURN was reached.
        """
        numbers = pa.array([Decimal(number) for number in range(count)], _ROW.type.arrow())
        columns = dict(zip(arguments.column_names, arguments.columns, strict=True))
        rows = pa.table(columns | {_ROW.name: numbers})
        for name, data_type in self._types.items():
            if name not in rows.column_names:
                rows = rows.append_column(name, pa.nulls(count, data_type.arrow()))
        rest = self._block(body, rows)
        left = pa.table(
            {_ROW.name: rest.column(_ROW.name), _ITEM: pa.nulls(len(rest), self._returns.arrow())}
        )
        results = pa.concat_tables([*self._results, left])
        return results.take(pc.sort_indices(results, [(_ROW.name, "ascending")])).column(_ITEM)

    def _block(self, body: Block, rows: pa.Table) -> pa.Table:
        """Run statements. Returns the rows that have not come to a RETURN."""
        for statement in body:
            if rows.num_rows == 0:
                return rows
            self._session.check_abort()
            if isinstance(statement, Assignment):
                rows = self._assigned(statement, rows)
            elif isinstance(statement, Return):
                value = self._value(statement.expression, self._returns, rows)
                self._results.append(pa.table({_ROW.name: rows.column(_ROW.name), _ITEM: value}))
                rows = rows.slice(0, 0)
            elif isinstance(statement, If):
                rows = self._if(statement, rows)
            elif isinstance(statement, While):
                rows = self._while(statement.condition, statement.body, rows)
            else:
                rows = self._for(statement, rows)
        return rows

    def _assigned(self, statement: Assignment, rows: pa.Table) -> pa.Table:
        if statement.variable not in self._types:
            raise ExasolError(SYNTAX_OR_ACCESS, f"variable {display(statement.variable)} is not declared")
        value = self._value(statement.expression, self._types[statement.variable], rows)
        return rows.set_column(rows.column_names.index(statement.variable), statement.variable, value)

    def _if(self, statement: If, rows: pa.Table) -> pa.Table:
        finished = []
        for condition, body in statement.branches:
            chosen, rows = self._split(condition, rows)
            finished.append(self._block(body, chosen))
        return pa.concat_tables([*finished, self._block(statement.otherwise, rows)])

    def _while(self, condition: str, body: Block, rows: pa.Table) -> pa.Table:
        finished = []
        while rows.num_rows:
            chosen, others = self._split(condition, rows)
            finished.append(others)
            rows = self._block(body, chosen)
        return pa.concat_tables([*finished, rows])

    def _for(self, statement: For, rows: pa.Table) -> pa.Table:
        number = DataType.decimal(18, 0)
        hidden = {name: f"{name}${statement.variable}" for name in ("EXA$LAST", "EXA$STEP")}
        outer = dict(self._types)
        self._types |= dict.fromkeys([statement.variable, *hidden.values()], number)
        values = (statement.first, statement.last, statement.step)
        for name, text in zip((statement.variable, *hidden.values()), values, strict=True):
            value = self._value(text, number, rows)
            rows = rows.drop_columns([name]) if name in rows.column_names else rows
            rows = rows.append_column(name, value)
        variable, last, step = (f'"{name}"' for name in (statement.variable, *hidden.values()))
        condition = f"({step} > 0 AND {variable} <= {last}) OR ({step} < 0 AND {variable} >= {last})"
        body = [*statement.body, Assignment(statement.variable, f"{variable} + {step}")]
        rows = self._while(condition, body, rows)
        self._types = outer
        return rows.drop_columns([name for name in rows.column_names if name not in {*outer, _ROW.name}])

    def _split(self, condition: str, rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        """The rows for which the condition is true, and the others."""
        if rows.num_rows == 0:
            return rows, rows
        holds = pc.fill_null(self._value(condition, DataType.boolean(), rows), False)
        return rows.filter(holds), rows.filter(pc.invert(holds))

    def _value(self, expression: str, data_type: DataType, rows: pa.Table) -> pa.ChunkedArray:
        """An expression for each of the rows, in order."""
        tree = normalise(parse(f"SELECT {expression}"))
        if len(tree.expressions) != 1 or tree.args.get("from_") is not None:
            raise ExasolError(SYNTAX_OR_ACCESS, f"syntax error, '{expression}' is no scalar expression")
        cast = exp.Anonymous(
            this="EXA$CAST", expressions=[tree.expressions[0], exp.Literal.string(data_type.sql())]
        )
        row = exp.Column(this=exp.to_identifier(_ROW.name, quoted=True))
        columns = [Column(name, self._types.get(name, _ROW.type)) for name in rows.column_names]
        reader = pa.RecordBatchReader.from_batches(rows.schema, rows.to_batches())
        select = exp.Select(expressions=[exp.alias_(cast, _ITEM, quoted=True), row])
        select.set("from_", exp.From(this=self._session.temporary_table(columns, reader)))
        found = self._session.query(self._session.planner.expanded(select))
        table = pa.Table.from_batches(list(found.batches), found.arrow_schema())
        order = pc.index_in(rows.column(_ROW.name), table.column(1).combine_chunks())
        return table.column(0).take(order).cast(data_type.arrow())
