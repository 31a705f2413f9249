"""CSV to columns of text and back, with every value as it was: what joining and filtering work on.

Source of the format: RFC 4180, which the SageMaker developer guide asks for.
"""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

Columns = list[pa.ChunkedArray]
NEWLINE = b"\n"
_SPECIAL = '[",\r\n]'


class CsvError(ValueError):
    """The data are no CSV with the same number of columns in each line; the message says where."""


def count_lines(data: bytes) -> int:
    """How many records SageMaker sees where it splits by lines: every newline ends one, quoted or not."""
    return data.count(NEWLINE) + (not data.endswith(NEWLINE) and bool(data))


def read_columns(data: bytes, *, by_line: bool = True) -> Columns:
    """Reads CSV without a header; nothing is taken for null.

    Args:
        data: The CSV.
        by_line: Whether each line has to be a record.

    Raises:
        CsvError: For lines of different length, bytes that are not UTF-8, and, by line, line breaks inside of
            quotes.
    """
    if not data.endswith(NEWLINE):
        # Of a single line without an end the reader makes nothing.
        data += NEWLINE
    try:
        most = len(next(csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")), []))
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(autogenerate_column_names=True, block_size=len(data) + 1),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=pa_csv.ConvertOptions(
                column_types={f"f{number}": pa.string() for number in range(most)}, strings_can_be_null=False
            ),
        )
    except UnicodeDecodeError as error:
        raise CsvError(f"not encoded in UTF-8 (byte {error.start})") from error
    except pa.ArrowInvalid as error:
        message = str(error).splitlines()[0]
        raise CsvError(f"not encoded in UTF-8 ({message})" if "UTF8" in message else message) from error
    if not by_line:
        return list(table.columns)
    empty = _empty_line(data)
    if table.num_columns > 1 and empty:
        # The reader would make a record of empty values of it.
        raise CsvError(f"line {empty} of the payload is empty")
    if table.num_rows != count_lines(data):
        raise CsvError(
            f"{count_lines(data)} lines have {table.num_rows} records: a value contains a line break, and "
            "SageMaker splits at every one"
        )
    return list(table.columns)


def _empty_line(data: bytes) -> int | None:
    """The number of the first empty line; None without one.

    Not with a regular expression, which takes as long as reading the CSV.
    """
    if data.startswith((b"\n", b"\r\n")):
        return 1
    found = [place for place in (data.find(b"\n\n"), data.find(b"\n\r\n")) if place >= 0]
    return data.count(NEWLINE, 0, min(found)) + 2 if found else None


def write_columns(columns: Columns) -> bytes:
    """Writes columns as CSV; quotes stand where they must, and a newline ends each line."""
    fields = [_quoted(column) for column in columns]
    if len(fields) == 1:
        # An empty line would be no record to most readers.
        fields = [pc.if_else(pc.equal(fields[0], ""), '""', fields[0])]
    lines = pc.binary_join_element_wise(*fields, ",")
    ended = pc.binary_join_element_wise(lines, "", "\n")
    return b"".join(_text(chunk) for chunk in ended.chunks)


def _quoted(column: pa.ChunkedArray) -> pa.ChunkedArray:
    special = pc.match_substring_regex(column, _SPECIAL)
    if not pc.any(special).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def _text(lines: pa.StringArray) -> bytes:
    if len(lines) == 0:
        return b""
    compact = pa.concat_arrays([lines])
    offsets, data = compact.buffers()[1:]
    ends = memoryview(offsets).cast("i")
    start, end = ends[compact.offset], ends[compact.offset + len(compact)]
    return bytes(memoryview(data)[start:end])
