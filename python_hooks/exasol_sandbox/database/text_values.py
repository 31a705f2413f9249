"""Columns of text → Arrow values of Exasol's types, as IMPORT and prepared statements read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.nls_format import DEFAULT_DATE, DEFAULT_TIMESTAMP, strptime_sql

_BOOLEAN = """CASE
    WHEN lower(trim({0})) IN ('true', 't', 'yes', 'y', 'on', '1') THEN true
    WHEN lower(trim({0})) IN ('false', 'f', 'no', 'n', 'off', '0') THEN false
END"""
_NUMBER = "CASE WHEN contains({0}, '_') THEN NULL ELSE TRY_CAST({0} AS {1}) END"


@dataclass
class BadCell(Exception):
    """A text that is no value of its column's type.

    Attributes:
        row: position in the batch, from 0.
        column: position of the column, from 0.
        value: the text.
        reason: what Exasol says is wrong with it.
    """

    row: int
    column: int
    value: str
    reason: str


class TextConverter:
    """Turns batches of text into batches of typed values. To be used from one thread at a time.

    Args:
        columns: the target columns.
        date_formats: format of each column's dates or timestamps; None takes the session's.
        date_format: the session's NLS_DATE_FORMAT.
        timestamp_format: the session's NLS_TIMESTAMP_FORMAT.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        date_format: str = DEFAULT_DATE,
        timestamp_format: str = DEFAULT_TIMESTAMP,
        date_formats: Sequence[str | None] = (),
    ) -> None:
        self._columns = list(columns)
        self.schema = pa.schema(
            [pa.field(str(number), column.type.arrow()) for number, column in enumerate(columns)]
        )
        self._expressions: dict[int, str] = {}
        for number, column in enumerate(columns):
            own_format = date_formats[number] if date_formats else None
            stamp_format = own_format or (date_format if column.type.name == "DATE" else timestamp_format)
            expression = _expression(column, f'"{number}"', stamp_format)
            if expression:
                self._expressions[number] = expression
        # DuckDB parses text into numbers and dates as Exasol does (it rounds decimals, for one); Arrow's
        # casts do not.
        self._duckdb = duckdb.connect(config={"threads": 1}) if self._expressions else None

    def convert(self, texts: Sequence[pa.Array]) -> pa.RecordBatch:
        """One batch.

        Args:
            texts: a string array for each target column; NULL where there is no value.

        Raises:
            BadCell: a text is not a value of its column's type; the first such column's first such row.
        """
        typed = list(texts)
        if self._duckdb is not None and len(texts[0]):
            names = [str(number) for number in self._expressions]
            source = pa.table([texts[number] for number in self._expressions], names=names)
            self._duckdb.register("source", source)
            select = ", ".join(f'{text} AS "{number}"' for number, text in self._expressions.items())
            result = self._duckdb.sql(f"SELECT {select} FROM source").to_arrow_table().combine_chunks()
            self._duckdb.unregister("source")
            for number in self._expressions:
                typed[number] = result.column(str(number)).chunk(0)
        for number, column in enumerate(self._columns):
            self._check(number, column, texts[number], typed[number])
        arrays = [pc.cast(values, field.type) for values, field in zip(typed, self.schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def close(self) -> None:
        """Frees what the conversion used."""
        if self._duckdb is not None:
            self._duckdb.close()

    def _check(self, number: int, column: Column, text: pa.Array, typed: pa.Array) -> None:
        if number in self._expressions:
            if typed.null_count == text.null_count:
                return
            row = pc.index(pc.and_(pc.is_null(typed), pc.is_valid(text)), True).as_py()
            value = text[row].as_py()
            raise BadCell(row, number, value, self._reason(column, value))
        size = column.type.size if column.type.is_text else None
        if size is None or not len(text):
            return
        lengths = pc.utf8_length(text)
        if (pc.max(lengths).as_py() or 0) > size:
            row = pc.index(pc.greater(lengths, size), True).as_py()
            reason = f"String data, right truncation. String length exceeds limit of {size} characters"
            raise BadCell(row, number, text[row].as_py(), reason)

    def _reason(self, column: Column, value: str) -> str:
        if column.type.name == "DECIMAL" and self._duckdb is not None:
            found = self._duckdb.execute("SELECT TRY_CAST(? AS DOUBLE)", [value]).fetchall()
            if found[0][0] is not None and "_" not in value:
                return f"numeric value out of range for {column.type.sql()}; Value: '{value}'"
        if column.type.name == "DATE" or column.type.name.startswith("TIMESTAMP"):
            return f"invalid value for format string or no such date; Value: '{value}'"
        return f"invalid character value for cast; Value: '{value}'"


def _expression(column: Column, name: str, stamp_format: str) -> str | None:
    kind = column.type.name
    if kind == "DECIMAL":
        return _NUMBER.format(name, column.type.duckdb())
    if kind == "DOUBLE":
        # NaN and infinity are no values in Exasol.
        return f"CASE WHEN isfinite(TRY_CAST({name} AS DOUBLE)) THEN {_NUMBER.format(name, 'DOUBLE')} END"
    if kind == "BOOLEAN":
        return _BOOLEAN.format(name)
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        target = "DATE" if kind == "DATE" else "TIMESTAMP"
        return f"({strptime_sql(name, stamp_format)})::{target}"
    if kind == "HASHTYPE":
        digits = f"lower(replace({name}, '-', ''))"
        size = (column.type.size or 16) * 2
        return f"CASE WHEN regexp_full_match({digits}, '[0-9a-f]{{{size}}}') THEN {digits} END"
    return None
