"""A piece of DuckDB SQL with the Exasol type of its value, and what follows from such types."""

from __future__ import annotations

from dataclasses import dataclass

from exasol_sandbox.database.data_types import MAX_PRECISION, MAX_VARCHAR, DataType

INTEGER = DataType.decimal(18, 0)
DOUBLE = DataType.double()
BOOLEAN = DataType.boolean()
DATE = DataType.date()
TIMESTAMP = DataType.timestamp()
LONG_TEXT = DataType.varchar(MAX_VARCHAR)


@dataclass(frozen=True)
class Typed:
    """DuckDB SQL of an expression.

    Attributes:
        sql: the text, safe to stand in any place of a larger expression.
        type: the Exasol type of the value; None if only DuckDB knows (a parameter, a NULL).
        constant: whether the value is a literal.
        null: whether the value is the literal NULL (or '').
    """

    sql: str
    type: DataType | None
    constant: bool = False
    null: bool = False

    def __str__(self) -> str:
        return self.sql

    def with_type(self, data_type: DataType | None) -> Typed:
        """The same text with another type."""
        return Typed(self.sql, data_type, self.constant, self.null)

    def is_a(self, *names: str) -> bool:
        """Whether the type is known and is one of these."""
        return self.type is not None and self.type.name in names


NULL = Typed("NULL", None, True, True)


def decimal(precision: int, scale: int) -> DataType:
    """DECIMAL with precision and scale clipped to what Exasol has."""
    precision = max(1, min(precision, MAX_PRECISION))
    return DataType.decimal(precision, max(0, min(scale, precision)))


def varchar(size: int | None) -> DataType:
    """VARCHAR with the size clipped to what Exasol has."""
    return DataType.varchar(max(1, min(MAX_VARCHAR if size is None else size, MAX_VARCHAR)))


def text_size(data_type: DataType | None) -> int:
    """How many characters a value of that type has at most as text."""
    if data_type is None:
        return MAX_VARCHAR
    if data_type.name in {"VARCHAR", "CHAR"}:
        return data_type.size or MAX_VARCHAR
    if data_type.name == "DECIMAL":
        return (data_type.precision or 18) + (3 if data_type.scale else 1)
    fixed = {"BOOLEAN": 5, "DATE": 10, "DOUBLE": 32, "TIMESTAMP": 29, "TIMESTAMP WITH LOCAL TIME ZONE": 29}
    if data_type.name == "HASHTYPE":
        return (data_type.size or 16) * 2
    return fixed.get(data_type.name, MAX_VARCHAR)


def common(left: DataType | None, right: DataType | None) -> DataType | None:  # noqa: PLR0911
    """The type that holds values of both, as for the branches of CASE and UNION; None if unknown."""
    if left is None or right is None or left == right:
        return left or right
    if left.name == right.name == "DECIMAL":
        scale = max(left.scale or 0, right.scale or 0)
        whole = max((left.precision or 0) - (left.scale or 0), (right.precision or 0) - (right.scale or 0))
        return decimal(whole + scale, scale)
    if left.is_number and right.is_number:
        return DOUBLE
    if left.name == right.name == "CHAR" and left.size == right.size:
        return left
    if left.is_text or right.is_text:
        return varchar(max(text_size(left), text_size(right)))
    if {left.name, right.name} == {"DATE", "TIMESTAMP"}:
        return TIMESTAMP
    if left.name == right.name == "HASHTYPE":
        return left if (left.size or 0) >= (right.size or 0) else right
    if left.name == right.name:
        return left if (left.precision or 0) >= (right.precision or 0) else right
    return None
