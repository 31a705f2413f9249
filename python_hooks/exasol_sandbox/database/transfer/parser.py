"""Text of IMPORT and EXPORT statements → `ImportStatement` and `ExportStatement`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.transfer.statement import (
    CsvColumns,
    CsvOptions,
    Delimit,
    ExportStatement,
    File,
    ImportStatement,
    Location,
)
from exasol_sandbox.database.transfer.tokens import TokenReader

_SEPARATORS = {"TAB": "\t", "SPACE": " ", "LF": "\n", "CR": "\r", "CRLF": "\r\n", "NONE": ""}
_OTHER_FORMATS = ("FBV", "PARQUET", "EXA", "ORA", "JDBC", "SCRIPT")


def parse_import(sql: str) -> ImportStatement:
    """Parses `IMPORT INTO table [(columns)] FROM CSV AT … FILE … [options]`.

    Raises:
        ExasolError: it is no such statement (42000), or one that the sandbox does not support (0A000).
    """
    reader = TokenReader(sql)
    reader.expect("IMPORT", "INTO")
    if reader.is_at("("):
        raise unsupported("IMPORT as a subquery: create a table and import into it")
    schema, table = _table(reader)
    columns = _names(reader) if reader.is_at("(") else ()
    reader.expect("FROM")
    _csv(reader, "FROM")
    locations = _locations(reader)
    options = CsvOptions()
    reject_limit: int | None = 0
    while reader.next.kind != "end":
        if _option(reader, options, _IMPORT_OPTIONS):
            continue
        if reader.is_at("ERRORS", "INTO"):
            raise unsupported("ERRORS INTO: use REJECT LIMIT without it")
        reader.expect("REJECT", "LIMIT")
        reject_limit = None if reader.skip("UNLIMITED") else reader.number()
        reader.skip("ERRORS")
    return ImportStatement(schema, table, columns, locations, options, reject_limit)


def parse_export(sql: str) -> ExportStatement:
    """Parses `EXPORT table [(columns)] | (query) INTO CSV AT … FILE … [options]`.

    Raises:
        ExasolError: it is no such statement (42000), or one that the sandbox does not support (0A000).
    """
    reader = TokenReader(sql)
    reader.expect("EXPORT")
    if reader.is_at("("):
        query = reader.parenthesised().strip()
    else:
        start = reader.next.start
        _table(reader)
        table = sql[start : reader.next.start].strip()
        columns = reader.parenthesised().strip() if reader.is_at("(") else "*"
        query = f"SELECT {columns} FROM {table}"
    reader.expect("INTO")
    _csv(reader, "INTO")
    locations = _locations(reader)
    options = CsvOptions()
    while reader.next.kind != "end":
        if not _option(reader, options, _EXPORT_OPTIONS):
            raise reader.unexpected("an option of EXPORT")
    return ExportStatement(query, locations, options)


def _csv(reader: TokenReader, direction: str) -> None:
    if reader.is_at("LOCAL"):
        raise unsupported(
            f"{direction} LOCAL in a statement from this driver: "
            "use the driver's own transfer, such as pyexasol's import_from_file and export_to_file"
        )
    for other in _OTHER_FORMATS:
        if reader.is_at(other):
            raise unsupported(f"{direction} {other}: only CSV files")
    reader.expect("CSV")


def _table(reader: TokenReader) -> tuple[str | None, str]:
    name = reader.identifier()
    return (name, reader.identifier()) if reader.skip(".") else (None, name)


def _names(reader: TokenReader) -> tuple[str, ...]:
    reader.expect("(")
    names = [reader.identifier()]
    while reader.skip(","):
        names.append(reader.identifier())
    reader.expect(")")
    return tuple(names)


def _locations(reader: TokenReader) -> tuple[Location, ...]:
    locations = [_location(reader)]
    while reader.is_at("AT"):
        locations.append(_location(reader))
    return tuple(locations)


def _location(reader: TokenReader) -> Location:
    reader.expect("AT")
    if reader.is_at("CLOUD"):
        raise unsupported("AT CLOUD: only S3 and the driver's own transfer")
    address = connection = user = password = public_key = None
    if reader.next.kind == "string":
        address = reader.string()
    else:
        connection = reader.identifier()
    while not reader.is_at("FILE"):
        if reader.skip("USER"):
            user = reader.string()
        elif reader.skip("IDENTIFIED", "BY"):
            password = reader.string()
        elif reader.skip("PUBLIC", "KEY"):
            public_key = reader.string().removeprefix("sha256//")
        elif not (reader.skip("VERIFY", "CERTIFICATE") or reader.skip("IGNORE", "CERTIFICATE")):
            raise reader.unexpected("FILE")
    files = []
    while reader.skip("FILE"):
        name = reader.string()
        files.append(File(name, _file_columns(reader) if reader.is_at("(") else ()))
    return Location(address, connection, user, password, public_key, tuple(files))


def _file_columns(reader: TokenReader) -> tuple[CsvColumns, ...]:
    reader.expect("(")
    columns = []
    while True:
        first = reader.number()
        last = reader.number() if reader.skip("..") else first
        if first < 1 or last < first:
            raise ExasolError(SYNTAX_OR_ACCESS, f"invalid column range {first}..{last} in the FILE clause")
        form, delimit = None, None
        while not (reader.is_at(",") or reader.is_at(")")):
            if reader.skip("FORMAT"):
                reader.skip("=")
                form = reader.string()
            else:
                reader.expect("DELIMIT")
                delimit = _delimit_word(reader)
        columns.append(CsvColumns(first, last, form, delimit))
        if not reader.skip(","):
            reader.expect(")")
            return tuple(columns)


def _option(
    reader: TokenReader,
    options: CsvOptions,
    known: dict[tuple[str, ...], Callable[[TokenReader, CsvOptions], None]],
) -> bool:
    for words, read in known.items():
        if reader.skip(*words):
            read(reader, options)
            return True
    return False


def _delimit_word(reader: TokenReader) -> Delimit:
    reader.skip("=")
    words: tuple[Delimit, ...] = ("AUTO", "ALWAYS", "NEVER")
    for word in words:
        if reader.skip(word):
            return word
    raise reader.unexpected("ALWAYS, NEVER or AUTO")


def _value(reader: TokenReader) -> str:
    reader.skip("=")
    return reader.string()


def _separator(reader: TokenReader) -> str:
    text = _value(reader)
    if text.upper() in _SEPARATORS:
        return _SEPARATORS[text.upper()]
    if text.lower().startswith("0x"):
        try:
            return bytes.fromhex(text[2:]).decode("latin-1")
        except ValueError as error:
            raise ExasolError(SYNTAX_OR_ACCESS, f"invalid hexadecimal separator '{text}'") from error
    return text


def _set_skip(reader: TokenReader, options: CsvOptions) -> None:
    reader.skip("=")
    options.skip = reader.number()


def _set_row_separator(reader: TokenReader, options: CsvOptions) -> None:
    options.row_separator = _separator(reader)
    if options.row_separator not in {"\n", "\r", "\r\n"}:
        raise unsupported("a ROW SEPARATOR other than LF, CR and CRLF")


def _set_column_separator(reader: TokenReader, options: CsvOptions) -> None:
    options.column_separator = _one_character(_separator(reader), "COLUMN SEPARATOR")


def _set_column_delimiter(reader: TokenReader, options: CsvOptions) -> None:
    text = _separator(reader)
    options.column_delimiter = _one_character(text, "COLUMN DELIMITER") if text else ""


def _one_character(text: str, what: str) -> str:
    if len(text) != 1 or not text.isascii():
        raise unsupported(f"a {what} that is not one ASCII character")
    return text


def _set_null(reader: TokenReader, options: CsvOptions) -> None:
    options.null = _value(reader)


def _set_encoding(reader: TokenReader, options: CsvOptions) -> None:
    options.encoding = _value(reader)
    try:
        "".encode(options.encoding)
    except LookupError as error:
        raise ExasolError(SYNTAX_OR_ACCESS, f"encoding '{options.encoding}' is not supported") from error


def _set_boolean(reader: TokenReader, options: CsvOptions) -> None:
    true, separator, false = _value(reader).partition("/")
    if not separator:
        raise ExasolError(
            SYNTAX_OR_ACCESS, "BOOLEAN needs two texts with a slash in between, as 'TRUE/FALSE'"
        )
    options.boolean = (true, false)


def _set_delimit(reader: TokenReader, options: CsvOptions) -> None:
    options.delimit = _delimit_word(reader)


def _set_column_names(_: TokenReader, options: CsvOptions) -> None:
    options.with_column_names = True


def _set_trim(word: Literal["TRIM", "LTRIM", "RTRIM"]) -> Callable[[TokenReader, CsvOptions], None]:
    def set_trim(_: TokenReader, options: CsvOptions) -> None:
        options.trim = word

    return set_trim


def _ignore(_: TokenReader, __: CsvOptions) -> None:
    """REPLACE and TRUNCATE: an object in S3, and a client's file, are always written anew."""


_COMMON = {
    ("ENCODING",): _set_encoding,
    ("NULL",): _set_null,
    ("ROW", "SEPARATOR"): _set_row_separator,
    ("COLUMN", "SEPARATOR"): _set_column_separator,
    ("COLUMN", "DELIMITER"): _set_column_delimiter,
}
_IMPORT_OPTIONS: dict[tuple[str, ...], Callable[[TokenReader, CsvOptions], None]] = _COMMON | {
    ("SKIP",): _set_skip,
    ("TRIM",): _set_trim("TRIM"),
    ("LTRIM",): _set_trim("LTRIM"),
    ("RTRIM",): _set_trim("RTRIM"),
}
_EXPORT_OPTIONS: dict[tuple[str, ...], Callable[[TokenReader, CsvOptions], None]] = _COMMON | {
    ("BOOLEAN",): _set_boolean,
    ("DELIMIT",): _set_delimit,
    ("WITH", "COLUMN", "NAMES"): _set_column_names,
    ("REPLACE",): _ignore,
    ("TRUNCATE",): _ignore,
}
