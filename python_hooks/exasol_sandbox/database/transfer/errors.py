"""The errors of IMPORT and EXPORT, worded as Exasol words them."""

from __future__ import annotations

from exasol_sandbox.database.errors import ExasolError

ETL_FAILED = "42636"
_MAX_SHOWN = 200


def reading_failed(url: str, detail: str) -> ExasolError:
    """A source cannot be read."""
    text = f"ETL-5105: Following error occured while reading data from external connection [{url} {detail}]"
    return ExasolError(ETL_FAILED, text)


def writing_failed(url: str, detail: str) -> ExasolError:
    """A target cannot be written."""
    text = f"ETL-5106: Following error occured while writing data to external connection [{url} {detail}]"
    return ExasolError(ETL_FAILED, text)


def row_is_ragged(file: str, row: int, skipped: int, detail: str) -> ExasolError:
    """A row of a file is no row of the table; `row` counts from 0 after `skipped` lines."""
    text = f"ETL-2105: Error while parsing row={row} (starting from 0) [CSV Parser found {detail}]"
    return ExasolError(ETL_FAILED, f"{text} [{file}, record {skipped + row + 1}]")


def value_is_wrong(
    file: str, row: int, skipped: int, column: int, name: str, value: str, reason: str
) -> ExasolError:
    """A value of a file is no value of its column; `row` and `column` count from 0."""
    shown = value if len(value) <= _MAX_SHOWN else value[:_MAX_SHOWN] + "…"
    text = (
        f"ETL-3050: [Column={column} Row={row}] [Transformation of value='{shown}' failed - {reason}] "
        f"[{file}, record {skipped + row + 1}, column {name}]"
    )
    return ExasolError(ETL_FAILED, text)
