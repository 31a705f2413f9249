"""The grammar of IMPORT and EXPORT."""

from __future__ import annotations

import pytest

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.transfer.parser import parse_export, parse_import
from exasol_sandbox.database.transfer.statement import CsvColumns, CsvOptions, File


def test_import_with_everything() -> None:
    statement = parse_import(
        """
        /* a comment */ IMPORT INTO my_schema."Table" (a, "b") -- another
        FROM CSV AT 'https://1.2.3.4:5' USER 'me' IDENTIFIED BY 'it''s' PUBLIC KEY 'sha256//KEY='
        FILE '000.csv' (1..2, 4 FORMAT='DD.MM.YYYY') FILE '001.csv'
        AT my_connection FILE 'x.gz'
        ENCODING = 'ISO-8859-1' NULL 'NIL' SKIP = 2 LTRIM ROW SEPARATOR = 'CRLF'
        COLUMN SEPARATOR 'TAB' COLUMN DELIMITER = '''' REJECT LIMIT 7;
        """
    )

    assert (statement.schema, statement.table, statement.columns) == ("MY_SCHEMA", "Table", ("A", "b"))
    first, second = statement.locations
    assert (first.address, first.user, first.password) == ("https://1.2.3.4:5", "me", "it's")
    assert first.public_key == "KEY="
    assert first.files == (
        File("000.csv", (CsvColumns(1, 2), CsvColumns(4, 4, "DD.MM.YYYY"))),
        File("001.csv"),
    )
    assert (second.address, second.connection) == (None, "MY_CONNECTION")
    assert statement.options == CsvOptions(
        column_separator="\t",
        column_delimiter="'",
        row_separator="\r\n",
        null="NIL",
        encoding="ISO-8859-1",
        skip=2,
        trim="LTRIM",
    )
    assert statement.reject_limit == 7


def test_export_of_a_query_keeps_its_text() -> None:
    query = """SELECT ')', "(", (1 + 2) -- ) not the end
    FROM t /* nor ) this */"""
    statement = parse_export(
        f"EXPORT ({query}\n) INTO CSV AT c FILE 'f' "
        "WITH COLUMN NAMES DELIMIT = ALWAYS REPLACE BOOLEAN = '1/0'"
    )

    assert statement.query == query
    assert statement.options.with_column_names
    assert statement.options.delimit == "ALWAYS"
    assert statement.options.boolean == ("1", "0")


def test_export_of_a_table_is_a_query() -> None:
    assert parse_export("EXPORT s.t (a, b) INTO CSV AT c FILE 'f'").query == "SELECT a, b FROM s.t"
    assert parse_export("EXPORT \"t\" INTO CSV AT c FILE 'f'").query == 'SELECT * FROM "t"'


def test_a_password_is_not_in_the_representation() -> None:
    statement = parse_import("IMPORT INTO t FROM CSV AT 'u' USER 'k' IDENTIFIED BY 'hidden' FILE 'f'")

    assert "hidden" not in repr(statement)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("IMPORT INTO t FROM CSV AT c", r"unexpected end of statement, expecting FILE \[line 1, column 28\]"),
        (
            "IMPORT INTO t FROM CSV AT c\nFILE 'f' SKIP = 'x'",
            r"unexpected a string literal.*line 2, column 17",
        ),
        ("IMPORT INTO t FROM CSV AT c FILE 'f' COLUMN SEPARATOR = ';;'", "not one ASCII character"),
        ("IMPORT INTO t FROM CSV AT c FILE 'f' ENCODING = 'KLINGON'", "KLINGON"),
        ("IMPORT INTO t FROM JDBC AT c STATEMENT 'x'", "does not support FROM JDBC"),
        ("IMPORT INTO t FROM LOCAL CSV FILE 'f'", "import_from_file"),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    with pytest.raises(ExasolError, match=message):
        parse_import(text)
