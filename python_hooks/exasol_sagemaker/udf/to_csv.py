"""Rows → Arrow → CSV, as EXPORT wrote the training data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

# A conversion does not let other threads run, and they have requests to send and answers to read.
_CELLS_AT_ONCE = 4_096
_WITHOUT_QUOTES = arrow_csv.WriteOptions(include_header=False, quoting_style="none", batch_size=8_192)


def to_table(frame: pd.DataFrame, kinds: list[str]) -> pa.Table:
    """Values as the training data had them in CSV, by the SQL type that the training column had."""
    columns = [_column(frame.iloc[:, position], kind) for position, kind in enumerate(kinds)]
    return pa.table(columns, names=[str(position) for position in range(len(columns))])


def _column(values: Any, kind: str) -> Any:
    if values.dtype == object and kind.startswith(("DECIMAL", "VARCHAR")):
        convert_some = _decimals if kind.startswith("DECIMAL") else _texts
        cells = values.to_numpy()
        starts = range(0, max(1, len(cells)), _CELLS_AT_ONCE)
        return pa.chunked_array([convert_some(cells[at : at + _CELLS_AT_ONCE]) for at in starts])
    try:
        array = pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        array = pa.array([None if one is None else str(one) for one in values])
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if kind == "DATE" and not is_text(array):
        return array.cast(pa.date32(), safe=False)
    if kind.startswith("TIMESTAMP") and not is_text(array):
        return array.cast(pa.timestamp("us"), safe=False)
    if kind.startswith("DECIMAL") and pa.types.is_floating(array.type):
        return _whole_numbers(array)
    if kind.startswith("CHAR") and is_text(array):
        return pc.utf8_rtrim(array, characters=" ")
    return array


def is_text(array: Any) -> bool:
    """Whether an Arrow array is one of strings."""
    return bool(pa.types.is_string(array.type) or pa.types.is_large_string(array.type))


def _decimals(values: Any) -> Any:
    """As texts, which is four times quicker than as Arrow's decimals, and never in scientific notation."""
    texts = list(map(str, values.tolist()))
    together = "".join(texts)
    if "E" in together:
        texts = [f"{one:f}" if isinstance(one, Decimal) else str(one) for one in values]
    # What is missing is called None, NaN, nan, NaT or <NA>.
    missing = pd.isna(values) if "N" in together or "n" in together else None
    return pa.array(texts, pa.string(), mask=missing)


def _texts(values: Any) -> Any:
    return pa.array(values, pa.string(), from_pandas=True)


def _whole_numbers(array: Any) -> Any:
    """Integers that came as floats, because there are NULLs among them, as integers."""
    try:
        return array.cast(pa.int64())
    except pa.ArrowInvalid:
        return array


def to_csv(table: pa.Table, quoted: bool = False) -> tuple[bytes, bool]:
    """CSV without a header, NULL an empty field, quotes where needed; and whether anything needed them.

    Args:
        table: What to write.
        quoted: Whether it is likely that something needs quotes, which takes longer.
    """
    if not quoted and table.num_columns > 1:
        sink = pa.BufferOutputStream()
        try:
            arrow_csv.write_csv(table, sink, _WITHOUT_QUOTES)
            return bytes(sink.getvalue().to_pybytes()), False
        except pa.ArrowInvalid:
            # One of the texts has a comma, a quote or a line break in it.
            pass
    columns = [_quoted(column.combine_chunks()) for column in table.columns]
    if len(columns) == 1:
        # A line with nothing in it would be skipped by who reads it.
        texts = pc.fill_null(columns[0], "")
        columns = [pc.if_else(pc.equal(texts, ""), '""', texts)]
    columns[-1] = pc.binary_join_element_wise(pc.fill_null(columns[-1], ""), "\n", "")
    lines = pc.binary_join_element_wise(*columns, ",", null_handling="replace", null_replacement="")
    return bytes(lines.buffers()[2].to_pybytes()), True


def _quoted(column: Any) -> Any:
    if not is_text(column):
        return column.cast(pa.string())
    needed = pc.match_substring_regex(column, '[",\r\n]')
    if not pc.any(needed).as_py():
        return column.cast(pa.string())
    doubled = pc.replace_substring(column, pattern='"', replacement='""')
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), column).cast(pa.string())
