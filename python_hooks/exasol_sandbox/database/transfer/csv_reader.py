"""CSV files → batches of typed values."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.text_values import BadCell, TextConverter
from exasol_sandbox.database.transfer.errors import ETL_FAILED, row_is_ragged, value_is_wrong
from exasol_sandbox.database.transfer.statement import CsvColumns, CsvOptions

_BLOCK_BYTES = 4 * 1024 * 1024
_MAX_BLOCK_BYTES = 32 * 1024 * 1024
_EMPTY = re.compile(r"empty csv file", re.I)
_TRIMS = {
    "TRIM": pc.utf8_trim_whitespace,
    "LTRIM": pc.utf8_ltrim_whitespace,
    "RTRIM": pc.utf8_rtrim_whitespace,
}


class Rejects:
    """The faulty rows of a statement, up to its REJECT LIMIT; files are read by several threads."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._count = 0
        self._lock = threading.Lock()

    def add(self, error: ExasolError) -> None:
        """Counts one row.

        Raises:
            ExasolError: `error`, when it is one too many.
        """
        with self._lock:
            self._count += 1
            if self._limit is not None and self._count > self._limit:
                raise error


@dataclass(frozen=True)
class SessionFormats:
    """The session's formats of dates and timestamps."""

    date: str
    timestamp: str


def read_csv(
    stream: IO[bytes],
    file: str,
    columns: Sequence[Column],
    file_columns: Sequence[CsvColumns],
    options: CsvOptions,
    formats: SessionFormats,
    rejects: Rejects,
) -> Iterator[pa.RecordBatch]:
    """The rows of one file.

    Args:
        stream: its content, decompressed.
        file: its name, for messages.
        columns: the target columns.
        file_columns: which of the file's columns go into them, in order; none means all of them.
        options: how the file looks.
        formats: used where the file's columns have no format of their own.
        rejects: takes faulty rows.

    Raises:
        ExasolError: the file is no CSV, or has more faulty rows than allowed.
    """
    positions, own_formats = _positions(columns, file_columns)
    converter = TextConverter(
        columns, date_format=formats.date, timestamp_format=formats.timestamp, date_formats=own_formats
    )
    ragged = _RaggedRows(file, options.skip, rejects)
    try:
        row = 0
        block = _block_bytes(columns)
        for texts in _texts(stream, file, positions, bool(file_columns), options, ragged, block):
            count = len(texts[0])
            yield _converted(converter, texts, row, file, columns, options, rejects)
            row += count
    finally:
        converter.close()


class _RaggedRows:
    """Arrow's callback for rows with too few or too many fields."""

    def __init__(self, file: str, skipped: int, rejects: Rejects) -> None:
        self._file = file
        self._skipped = skipped
        self._rejects = rejects
        self.failure: ExasolError | None = None

    def __call__(self, row: csv.InvalidRow) -> str:
        # Arrow counts all rows of the file from 1.
        number = (row.number or 1) - 1 - self._skipped
        detail = f"{row.actual_columns} fields where {row.expected_columns} are expected"
        try:
            self._rejects.add(row_is_ragged(self._file, number, self._skipped, detail))
        except ExasolError as error:
            self.failure = self.failure or error
            return "error"
        return "skip"


def _positions(
    columns: Sequence[Column], file_columns: Sequence[CsvColumns]
) -> tuple[list[int], list[str | None]]:
    if not file_columns:
        return list(range(len(columns))), [None] * len(columns)
    positions: list[int] = []
    formats: list[str | None] = []
    for named in file_columns:
        positions += range(named.first - 1, named.last)
        formats += [named.format] * (named.last - named.first + 1)
    if len(positions) != len(columns):
        raise ExasolError(
            "42000",
            f"the FILE clause names {len(positions)} columns, but {len(columns)} columns are imported",
        )
    return positions, formats


def _block_bytes(columns: Sequence[Column]) -> int:
    """What is read at once. Arrow wants each row to end in the block after the one that it begins in."""
    longest = sum(column.type.size or 0 for column in columns if column.type.is_text)
    return min(max(_BLOCK_BYTES, longest), _MAX_BLOCK_BYTES)


def _texts(
    stream: IO[bytes],
    file: str,
    positions: Sequence[int],
    chosen: bool,
    options: CsvOptions,
    ragged: _RaggedRows,
    block: int,
) -> Iterator[list[pa.Array]]:
    names = [f"f{position}" for position in positions]
    read = csv.ReadOptions(
        use_threads=False,
        block_size=block,
        column_names=None if chosen else names,
        autogenerate_column_names=chosen,
        encoding=options.encoding,
        skip_rows_after_names=options.skip,
    )
    parse = csv.ParseOptions(
        delimiter=options.column_separator,
        quote_char=options.column_delimiter or False,
        double_quote=bool(options.column_delimiter),
        newlines_in_values=bool(options.column_delimiter),
        # An empty line is a row: of one NULL for a table of one column, and too short for others.
        ignore_empty_lines=False,
        invalid_row_handler=ragged,
    )
    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        include_columns=names,
        null_values=["", options.null],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )
    try:
        with csv.open_csv(stream, read, parse, convert) as reader:
            for batch in reader:
                if batch.num_rows:
                    yield [_trimmed(batch.column(name), options) for name in names]
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        if ragged.failure is not None:
            raise ragged.failure from error
        if not _EMPTY.search(str(error)):
            text = f"ETL-2105: Error while parsing the file [CSV Parser found {error}] [{file}]"
            raise ExasolError(ETL_FAILED, text) from error


def _trimmed(texts: pa.Array, options: CsvOptions) -> pa.Array:
    if options.trim is None:
        return texts
    trimmed = _TRIMS[options.trim](texts)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def _converted(
    converter: TextConverter,
    texts: list[pa.Array],
    first_row: int,
    file: str,
    columns: Sequence[Column],
    options: CsvOptions,
    rejects: Rejects,
) -> pa.RecordBatch:
    numbers = np.arange(first_row, first_row + len(texts[0]))
    while True:
        try:
            return converter.convert(texts)
        except BadCell as bad:
            name = columns[bad.column].name
            number = int(numbers[bad.row])
            rejects.add(value_is_wrong(file, number, options.skip, bad.column, name, bad.value, bad.reason))
            others = np.arange(len(numbers)) != bad.row
            texts = [column.filter(pa.array(others)) for column in texts]
            numbers = numbers[others]
