"""CSV as Autopilot reads it: every value text first, nothing guessed by the reader."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pyarrow.csv as pa_csv

# A row must fit into a block, and Exasol's longest text has two million characters.
BLOCK_BYTES = 16 * 1024 * 1024
NULLS = ["", "NULL", "null", "NaN", "nan", "\\N"]


class TableError(ValueError):
    """The data cannot be read; the message says where."""


def read_header(data: bytes) -> list[str]:
    """The column names in the first line.

    Raises:
        TableError: When there is none, or it is not UTF-8.
    """
    try:
        text = data[:1_000_000].decode("utf-8-sig", errors="strict" if len(data) <= 1_000_000 else "ignore")
    except UnicodeDecodeError as error:
        raise TableError(f"not encoded in UTF-8 (byte {error.start})") from error
    first = next(csv.reader(io.StringIO(text)), None)
    if not first:
        raise TableError("empty: a header line is needed")
    return first


def read_rows(data: bytes, names: list[str], *, header: bool) -> pa.Table:
    """Reads rows into columns of text; what counts as missing becomes null.

    Args:
        data: The CSV.
        names: Names of its columns, in order.
        header: Whether the first line is a header, to be skipped.

    Raises:
        TableError: For a row with another number of columns, and for bytes that are not UTF-8.
    """
    if not data:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    try:
        return pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(
                column_names=names, skip_rows=1 if header else 0, block_size=BLOCK_BYTES
            ),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=len(names) > 1),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                null_values=NULLS,
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        message = str(error).splitlines()[0]
        if "UTF8" in message:
            raise TableError(f"not encoded in UTF-8 ({message})") from error
        if "Empty CSV" in message:
            return pa.table({name: pa.array([], pa.string()) for name in names})
        raise TableError(message) from error
