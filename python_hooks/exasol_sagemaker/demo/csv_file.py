"""A user's CSV file: read, checked and typed before anything is started."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.demo.csv_types import ColumnType, TooLongError, Value, infer_type
from exasol_sagemaker.demo.names import without_accents

DELIMITERS = ",;\t|"
MAX_NAME = 128


@dataclass(frozen=True)
class CsvColumn:
    """A column: its name in the file, its name in the database, its type."""

    header: str
    name: str
    type: ColumnType


@dataclass(frozen=True)
class CsvFile:
    """A file whose rows all have one field a column.

    Args:
        path: where it lies, for messages.
        columns: in the order of the file.
        lines: of each record, the line of the file on which it ends.
        records: the fields as text, in the order of the file.
    """

    path: Path
    columns: tuple[CsvColumn, ...]
    lines: Sequence[int]
    records: Sequence[Sequence[str]]

    def column(self, header: str, option: str) -> CsvColumn:
        """The column of that header, in the file's or any other case.

        Raises:
            CliError: there is none; the message names the closest.
        """
        exact = [column for column in self.columns if column.header == header]
        same = exact or [column for column in self.columns if column.header.lower() == header.lower()]
        if same:
            return same[0]
        headers = [column.header for column in self.columns]
        close = get_close_matches(header.lower(), [name.lower() for name in headers], n=1, cutoff=0.5)
        closest = next((name for name in headers if close and name.lower() == close[0]), None)
        raise CliError(
            f"{self.path} has no column {header!r} ({option}).",
            why=f"Its columns are: {', '.join(headers)}.",
            next_step=f"Did you mean {option} {closest}?" if closest else f"Give one of these with {option}.",
        )

    def values(self, column: CsvColumn) -> list[Value]:
        """The typed values of a column."""
        index = self.columns.index(column)
        return [column.type.parse(record[index]) for record in self.records]

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """The typed rows."""
        parsers = [column.type.parse for column in self.columns]
        for record in self.records:
            yield tuple(parse(field) for parse, field in zip(parsers, record, strict=True))


def read_csv(path: Path) -> CsvFile:
    """Read and type a CSV file in UTF-8 with a header; the separator is a comma, semicolon, tab or bar.

    Raises:
        CliError: the file is absent, empty, not UTF-8, or ragged, or its header cannot name columns.
    """
    text = _decode(path)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records, lines = [], []
    try:
        for record in reader:
            if record:
                records.append(record)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise CliError(
            f"{path}, line {reader.line_num}: this is not valid CSV.",
            why=f"{error}.",
            next_step="Put fields with quotes in quotes and double the quotes inside them.",
        ) from error
    if not records:
        raise CliError(f"{path} is empty.", next_step="Give a CSV file with a header line and rows.")
    names = _column_names(path, records[0])
    if len(records) == 1:
        raise CliError(
            f"{path} has a header but no rows.",
            next_step="Give a CSV file with at least 500 rows to train on.",
        )
    _check_ragged(path, records, lines, delimiter)
    columns = []
    for index, (header, name) in enumerate(zip(records[0], names, strict=True)):
        try:
            column_type = infer_type([record[index] for record in records[1:]])
        except TooLongError as error:
            raise CliError(
                f"{path}: column {header!r} does not fit into the database.",
                why=f"In it {error}.",
                next_step="Shorten or leave out that column.",
            ) from error
        columns.append(CsvColumn(header.strip(), name, column_type))
    return CsvFile(path, tuple(columns), lines[1:], records[1:])


def _decode(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CliError(
            f"{path} cannot be read.", why=f"{error.strerror}.", next_step="Check the path after --data."
        ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CliError(
            f"{path}, line {line}: the byte 0x{data[error.start]:02x} is not UTF-8.",
            why="The file was probably written as Latin-1 or Windows-1252.",
            next_step=f"iconv -f WINDOWS-1252 -t UTF-8 {path.name} > utf8.csv",
        ) from error


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=header.count)


def _column_names(path: Path, headers: Sequence[str]) -> list[str]:
    """Names as Exasol writes them unquoted: upper case, letters, digits and underscores."""
    names: dict[str, str] = {}
    for position, header in enumerate(headers, start=1):
        if not header.strip():
            raise CliError(
                f"{path}, line 1: column {position} has no name.",
                next_step="Give every column a name in the header line.",
            )
        name = re.sub(r"\W", "_", without_accents(header.strip().upper()), flags=re.ASCII)
        if not name[0].isalpha():
            name = f"C{name}"
        if len(name) > MAX_NAME:
            raise CliError(
                f"{path}, line 1: the name of column {position} is too long.",
                why=f"It has {len(name)} characters; Exasol allows {MAX_NAME}.",
                next_step="Shorten it in the header line.",
            )
        if name in names:
            raise CliError(
                f"{path}, line 1: the column {header.strip()!r} occurs twice.",
                why=f"In the database {names[name]!r} and {header.strip()!r} both are {name}.",
                next_step="Rename one of them in the header line.",
            )
        names[name] = header.strip()
    return list(names)


def _check_ragged(path: Path, records: Sequence[Sequence[str]], lines: Sequence[int], delimiter: str) -> None:
    width = len(records[0])
    for record, line in zip(records, lines, strict=True):
        if len(record) != width:
            raise CliError(
                f"{path}, line {line}: {len(record)} fields, but the header has {width}.",
                why=f"The separator is {delimiter!r}; a field that contains it must be in quotes.",
                next_step="Mend that line.",
            )
