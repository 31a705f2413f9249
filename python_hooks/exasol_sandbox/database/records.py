"""What the catalog keeps on scripts and connections, as its readers get it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from exasol_sandbox.database.data_types import Column, DataType


@dataclass(frozen=True)
class Script:
    """A script of the catalog.

    Attributes:
        language: `PYTHON3`, `LUA`, or an alias of SCRIPT_LANGUAGES, upper-cased.
        kind: `UDF`, `ADAPTER` or `SCRIPTING`; `FUNCTION` for a function written in SQL.
        input_type: `SCALAR` or `SET`; None for scripting and adapter scripts.
        result_type: `RETURNS` or `EMITS` for a UDF; `ROWCOUNT` or `TABLE` for a scripting script; None for
        an adapter.
        parameters: the declared input columns; None when they are dynamic (`(...)`).
        returns: the type of the value of a RETURNS script; None otherwise.
        emits: the declared output columns of an EMITS script; None when they are dynamic (`EMITS (...)`).
        order_by: names of the columns of an ORDER BY in the parameter list, with their direction as written.
        argument_names: names of a scripting script's arguments, `ARRAY ` before those that are arrays.
        text: the whole CREATE statement, without the `/` that ends it.
        body: what follows `AS`, from the line after it.
    """

    schema: str
    name: str
    owner: str
    language: str
    kind: str
    input_type: str | None
    result_type: str | None
    parameters: list[Column] | None
    returns: DataType | None
    emits: list[Column] | None
    order_by: list[str]
    argument_names: list[str]
    text: str
    body: str
    comment: str | None
    created: datetime


@dataclass(frozen=True)
class Connection:
    """A CONNECTION object with its secret, for those inside the database who use it."""

    name: str
    address: str
    user: str | None
    password: str | None = field(repr=False)
