"""A session on any Exasol, with what the suites use of the sandbox's own `Session`.

With it, tests that are written for a database in their own process run unchanged on a real one (`--exasol`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyexasol
from pyexasol.data_types import convert_websocket_to_python

from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.result import Result, ResultSet, RowCount
from exasol_sandbox.database.type_names import type_of


class RemoteSession:
    """A pyexasol connection to the Exasol of EXASOL_DSN; its failures are raised as ExasolError."""

    def __init__(self, user: str | None = None, password: str | None = None) -> None:
        with _failures():
            self.connection = pyexasol.connect(
                dsn=os.environ["EXASOL_DSN"],
                user=user or os.environ["EXASOL_USER"],
                password=password or os.environ["EXASOL_PASSWORD"],
            )

    @property
    def session_id(self) -> int:
        """The session's number."""
        return int(self.connection.session_id())

    @property
    def current_schema(self) -> str | None:
        """The open schema."""
        self.connection.get_attr()
        return self.connection.attr.get("currentSchema") or None

    @property
    def attributes(self) -> dict[str, Any]:
        """The session attributes, as they go over the wire."""
        self.connection.get_attr()
        return dict(self.connection.attr)

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Change attributes."""
        with _failures():
            self.connection.set_attr(dict(attributes))

    def execute(self, sql: str) -> Result:
        """Execute one statement."""
        with _failures():
            statement = self.connection.execute(sql)
            if statement.result_type != "resultSet":
                return RowCount(statement.rowcount())
            fetched = statement.fetchall()
        columns = [
            Column(name, _type(wire))
            for name, wire in zip(statement.col_names, statement.col_types, strict=True)
        ]
        arrays = [
            pa.array(
                [convert_websocket_to_python(row[index], wire) for row in fetched],
                columns[index].type.arrow(),
            )
            for index, wire in enumerate(statement.col_types)
        ]
        shape = pa.schema([pa.field(column.name, column.type.arrow()) for column in columns])
        return ResultSet(columns, iter([pa.RecordBatch.from_arrays(arrays, schema=shape)]), len(fetched))

    def rollback(self) -> None:
        """Undo the transaction's changes."""
        with _failures():
            self.connection.rollback()

    def abort(self) -> None:
        """Stop the running statement, from another thread."""
        self.connection.abort_query()

    def close(self) -> None:
        """Leave."""
        self.connection.close()


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except pyexasol.ExaRequestError as error:
        raise ExasolError(error.code, error.message) from error


def _type(wire: Mapping[str, Any]) -> DataType:
    """A column's type, from what the WebSocket API says of it."""
    name, size, precision, fraction = (wire.get(key) for key in ("type", "size", "precision", "fraction"))
    texts = {
        "DECIMAL": f"DECIMAL({precision},{wire.get('scale')})",
        "CHAR": f"CHAR({size}) {wire.get('characterSet', 'UTF8')}",
        "VARCHAR": f"VARCHAR({size}) {wire.get('characterSet', 'UTF8')}",
        "HASHTYPE": f"HASHTYPE({(size or 0) // 2} BYTE)",
        "INTERVAL YEAR TO MONTH": f"INTERVAL YEAR({precision}) TO MONTH",
        "INTERVAL DAY TO SECOND": f"INTERVAL DAY({precision}) TO SECOND({fraction})",
    }
    if fraction is not None:
        texts["TIMESTAMP"] = f"TIMESTAMP({fraction})"
        texts["TIMESTAMP WITH LOCAL TIME ZONE"] = f"TIMESTAMP({fraction}) WITH LOCAL TIME ZONE"
    return type_of(texts.get(str(name), str(name)))
