"""IMPORT and EXPORT statements as data.

Source of the grammar: https://docs.exasol.com/db/latest/sql/import.htm and …/sql/export.htm
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Delimit = Literal["AUTO", "ALWAYS", "NEVER"]
Trim = Literal["TRIM", "LTRIM", "RTRIM"]


@dataclass(frozen=True)
class CsvColumns:
    """Columns of a file, `2` or `2..4`, with what is said about them.

    Attributes:
        first: position in the file, from 1.
        last: the same as `first` for a single column.
        format: of the dates or timestamps in them.
        delimit: overrides the statement's DELIMIT (EXPORT).
    """

    first: int
    last: int
    format: str | None = None
    delimit: Delimit | None = None


@dataclass(frozen=True)
class File:
    """A FILE clause."""

    name: str
    columns: tuple[CsvColumns, ...] = ()


@dataclass(frozen=True)
class Location:
    """An AT clause with its files.

    Attributes:
        address: the URL; None when `connection` names where it is kept.
        connection: name of a CONNECTION.
        user: of USER, overriding the connection's.
        password: of IDENTIFIED BY.
        public_key: base64 of the SHA-256 of the server's public key; None does not check it.
        files: at least one.
    """

    address: str | None
    connection: str | None
    user: str | None
    password: str | None = field(repr=False)
    public_key: str | None
    files: tuple[File, ...]


@dataclass
class CsvOptions:
    """How the files look. Separators and delimiters are the characters themselves."""

    column_separator: str = ","
    column_delimiter: str = '"'
    row_separator: str = "\n"
    null: str = ""
    encoding: str = "UTF-8"
    skip: int = 0
    trim: Trim | None = None
    with_column_names: bool = False
    delimit: Delimit = "AUTO"
    boolean: tuple[str, str] = ("TRUE", "FALSE")


@dataclass(frozen=True)
class ImportStatement:
    """`IMPORT INTO … FROM CSV …`.

    Attributes:
        schema: None means the current one.
        table: as the catalog keeps it.
        columns: the target columns; empty means all.
        locations: where the files are.
        options: how they look.
        reject_limit: how many rows may be faulty; None means any number.
    """

    schema: str | None
    table: str
    columns: tuple[str, ...]
    locations: tuple[Location, ...]
    options: CsvOptions
    reject_limit: int | None = 0


@dataclass(frozen=True)
class ExportStatement:
    """`EXPORT … INTO CSV …`.

    Attributes:
        query: the SELECT that gives the rows.
        locations: where the files go.
        options: how they look.
    """

    query: str
    locations: tuple[Location, ...]
    options: CsvOptions
