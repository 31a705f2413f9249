"""Batches of values → CSV, as whole columns at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.nls_format import to_text
from exasol_sandbox.database.transfer.statement import CsvColumns, CsvOptions
from exasol_sandbox.database.wire_values import as_text, joined

# Arrow counts the bytes of an array of strings in 32 bits.
_MAX_BATCH_BYTES = 64 * 1024 * 1024
_MAX_BATCH_ROWS = 64 * 1024


class CsvFormat:
    """Writes rows of a query as Exasol's EXPORT does.

    Args:
        columns: of the query.
        options: of the statement.
        file_columns: formats of single columns.
        attributes: the session's, for its formats of dates and timestamps.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        options: CsvOptions,
        file_columns: Sequence[CsvColumns],
        attributes: Mapping[str, Any],
    ) -> None:
        self._columns = list(columns)
        self._options = options
        self._attributes = attributes
        self._own: dict[int, CsvColumns] = {
            position - 1: named for named in file_columns for position in range(named.first, named.last + 1)
        }
        special = {options.column_separator, options.column_delimiter, *options.row_separator} - {""}
        self._special = "[" + "".join(re.escape(mark) for mark in sorted(special | {"\r", "\n"})) + "]"

    def header(self) -> bytes:
        """The line of column names; nothing unless the statement asks for it."""
        if not self._options.with_column_names:
            return b""
        names = [
            self._delimited(pa.array([column.name]), self._options.delimit)[0].as_py()
            for column in self._columns
        ]
        line = self._options.column_separator.join(names) + self._options.row_separator
        return line.encode(self._options.encoding)

    def rows(self, batch: pa.RecordBatch) -> Iterator[bytes]:
        """The lines of a batch, in pieces of bounded size."""
        size = max(1, batch.nbytes // max(1, batch.num_rows))
        step = max(1, min(_MAX_BATCH_ROWS, _MAX_BATCH_BYTES // size))
        for start in range(0, batch.num_rows, step):
            yield self._lines(batch.slice(start, step))

    def _lines(self, batch: pa.RecordBatch) -> bytes:
        parts: list[Any] = []
        for number, column in enumerate(self._columns):
            if number:
                parts.append(self._options.column_separator)
            parts.append(pc.fill_null(self._cells(number, column, batch.column(number)), self._options.null))
        lines = joined(pc.binary_join_element_wise(*parts, self._options.row_separator, ""))
        encoding = self._options.encoding
        return lines if encoding.upper().replace("-", "") == "UTF8" else lines.decode().encode(encoding)

    def _cells(self, number: int, column: Column, values: pa.Array) -> pa.Array:
        own = self._own.get(number)
        delimit = (own and own.delimit) or self._options.delimit
        kind = column.type.name
        if kind == "BOOLEAN":
            texts = pc.if_else(values, *self._options.boolean)
        elif own and own.format and (kind == "DATE" or kind.startswith("TIMESTAMP")):
            texts = to_text(values, own.format)
        else:
            texts = as_text(values, column.type, self._attributes)
        if delimit == "AUTO" and kind in {"DECIMAL", "DOUBLE", "BOOLEAN"}:
            return texts
        return self._delimited(texts, delimit)

    def _delimited(self, texts: pa.Array, delimit: str) -> pa.Array:
        mark = self._options.column_delimiter
        if delimit == "NEVER" or not mark:
            return texts
        needs = pc.match_substring_regex(texts, self._special)
        if delimit == "AUTO" and not pc.any(needs).as_py():
            return texts
        doubled = pc.replace_substring(texts, mark, mark + mark)
        delimited = pc.binary_join_element_wise(mark, doubled, mark, "")
        return delimited if delimit == "ALWAYS" else pc.if_else(needs, delimited, texts)
