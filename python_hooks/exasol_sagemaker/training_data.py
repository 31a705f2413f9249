"""What a training query returns: columns, row count, target values and a checksum, in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exasol_sagemaker.columns import Column
from exasol_sagemaker.database import clean_query, database_errors, quote, run
from exasol_sagemaker.errors import TrainingDataError

if TYPE_CHECKING:
    from pyexasol import ExaConnection

_SLICE_DIGITS = 8
_SLICES = 4
_TEXT_TYPES = ("VARCHAR", "CHAR", "HASHTYPE")


@dataclass(frozen=True)
class TrainingData:
    """What is known of a training query's result before anything is exported.

    Attributes:
        query: The query.
        columns: Its columns in order, with SQL types.
        target: The target column among them.
        row_count: Rows.
        target_values: Distinct values of the target, NULL not counted.
        target_nulls: Rows whose target is NULL.
        checksum: Digest of all rows that does not depend on their order but counts duplicates.
    """

    query: str
    columns: tuple[Column, ...]
    target: Column
    row_count: int
    target_values: int
    target_nulls: int
    checksum: str

    @property
    def input_columns(self) -> tuple[Column, ...]:
        """The columns without the target."""
        return tuple(column for column in self.columns if column != self.target)


def read_columns(database: ExaConnection, query: str, *, node: str | None = None) -> tuple[Column, ...]:
    """Names and SQL types of a query's columns; no row is read.

    Raises:
        TrainingDataError: The database refuses the query.
    """
    with database_errors(
        "The training query does not run",
        node=node,
        kind=TrainingDataError,
        hint="Run the compiled query in an SQL client; each column must have a name of its own.",
    ):
        statement = run(database, f"SELECT * FROM (\n{clean_query(query)}\n) WHERE FALSE")
        return tuple(
            Column(name, sql_type(kind))
            for name, kind in zip(statement.col_names, statement.col_types, strict=True)
        )


def profile(
    database: ExaConnection,
    query: str,
    columns: tuple[Column, ...],
    target: Column,
    *,
    node: str | None = None,
) -> TrainingData:
    """Count and digest a query's rows in one pass.

    Raises:
        TrainingDataError: The database refuses the query.
    """
    with database_errors("The training data could not be read", node=node, kind=TrainingDataError):
        row = run(database, profile_statement(query, columns, target)).fetchall()[0]
    return profiled(query, columns, target, row)


def profiled(query: str, columns: tuple[Column, ...], target: Column, row: Sequence[Any]) -> TrainingData:
    """What the one row that profile_statement() returns says of a query's rows."""
    count, target_values, target_present, *sums = (int(value or 0) for value in row)
    return TrainingData(
        query=query,
        columns=columns,
        target=target,
        row_count=count,
        target_values=target_values,
        target_nulls=count - target_present,
        checksum="-".join(f"{total:x}" for total in sums),
    )


def profile_statement(query: str, columns: tuple[Column, ...], target: Column) -> str:
    """The statement behind profile(): a single row, which profiled() reads."""
    sums = ", ".join(digest_sums("ROW_DIGEST"))
    return (
        f"SELECT COUNT(*), COUNT(DISTINCT TARGET_VALUE), COUNT(TARGET_VALUE), {sums}\n"
        f"FROM (SELECT {quote(target.name)} AS TARGET_VALUE, {row_digest(columns)} AS ROW_DIGEST\n"
        f"FROM (\n{clean_query(query)}\n))"
    )


def digest_sums(digest: str) -> list[str]:
    """Four sums over all rows' digests that do not depend on their order but count duplicates.

    Each row's MD5 is cut into four numbers of 32 bits, and each of them summed: addition does not depend on
    order, and unlike XOR it does not cancel equal rows out.
    """
    return [
        f"SUM(CAST(TO_NUMBER(SUBSTR({digest}, {1 + index * _SLICE_DIGITS}, {_SLICE_DIGITS}), "
        f"'{'X' * _SLICE_DIGITS}') AS DECIMAL(18,0)))"
        for index in range(_SLICES)
    ]


def row_digest(columns: tuple[Column, ...]) -> str:
    """The MD5 of a row, in hex, in which NULLs and borders between columns count.

    HASH_MD5 of several arguments joins their bytes and skips NULLs (Exasol, HASH_MD5), so texts go in as
    digests of fixed length and each NULL as a mark.
    """
    parts = ["'row'"]
    for column in columns:
        name = quote(column.name)
        if column.type.startswith(_TEXT_TYPES):
            parts.append(f"COALESCE(HASH_MD5({name}), '-')")
        else:
            parts += [name, f"CASE WHEN {name} IS NULL THEN '-' ELSE ',' END"]
    return f"HASH_MD5({', '.join(parts)})"


def sql_type(kind: Mapping[str, Any]) -> str:
    """The WebSocket protocol's description of a type as SQL: `DECIMAL(18,2)`, `VARCHAR(64) UTF8`, …"""
    name = str(kind["type"]).upper()
    if name == "DECIMAL":
        return f"DECIMAL({kind.get('precision', 18)},{kind.get('scale', 0)})"
    if name in {"VARCHAR", "CHAR"}:
        charset = f" {kind['characterSet'].upper()}" if kind.get("characterSet") else ""
        return f"{name}({kind.get('size', 1)}){charset}"
    if name == "TIMESTAMP WITH LOCAL TIME ZONE":
        precision = kind.get("fractionalSecondsPrecision", kind.get("precision"))
        return f"TIMESTAMP({precision}) WITH LOCAL TIME ZONE" if precision is not None else name
    if name == "TIMESTAMP":
        precision = kind.get("fractionalSecondsPrecision", kind.get("precision"))
        return f"TIMESTAMP({precision})" if precision is not None else name
    if name == "HASHTYPE":
        return f"HASHTYPE({int(kind['size']) // 2} BYTE)" if kind.get("size") else name
    return name
