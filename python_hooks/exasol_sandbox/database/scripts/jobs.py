"""What a virtual machine is told: the script, its columns, and what `exa.meta` shows."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.errors import FEATURE_NOT_SUPPORTED, ExasolError, unsupported
from exasol_sandbox.database.records import Script
from exasol_sandbox.database.scripts.worker import columns as kinds
from exasol_sandbox.database.scripts.worker.columns import UdfColumn

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_KINDS = {
    "DOUBLE": kinds.DOUBLE,
    "BOOLEAN": kinds.BOOLEAN,
    "DATE": kinds.DATE,
    "TIMESTAMP": kinds.TIMESTAMP,
    "TIMESTAMP WITH LOCAL TIME ZONE": kinds.TIMESTAMP,
}


_LUA_TYPES = {"BOOLEAN", "CHAR", "DECIMAL", "DOUBLE", "VARCHAR"}


@dataclass(frozen=True)
class Job:
    """One call of a script in a query.

    Attributes:
        script: the script.
        inputs: its arguments, with the declared names and types, or `0`, `1`, … and the query's types.
        outputs: what it emits or returns.
    """

    script: Script
    inputs: list[Column]
    outputs: list[Column]

    @property
    def is_set(self) -> bool:
        """Whether `run` is called per group, not per row."""
        return self.script.input_type == "SET"

    @property
    def emits(self) -> bool:
        """Whether the script emits rows, instead of returning a value."""
        return self.script.result_type == "EMITS"

    def udf_inputs(self) -> list[UdfColumn]:
        """The input columns as the script sees them."""
        return [udf_column(column) for column in self.inputs]

    def udf_outputs(self) -> list[UdfColumn]:
        """The output columns as the script sees them."""
        return [udf_column(column) for column in self.outputs]


def udf_column(column: Column) -> UdfColumn:
    """The column as Exasol's UDF client sees it.

    Types without a counterpart there (HASHTYPE, GEOMETRY, intervals) travel as text.
    """
    data_type = column.type
    name, sql_type = column.name, data_type.sql()
    if data_type.name == "DECIMAL":
        precision, scale = data_type.precision or 18, data_type.scale or 0
        kind = kinds.NUMERIC if scale or precision > 18 else kinds.INT32 if precision <= 9 else kinds.INT64
        return UdfColumn(name, kind, sql_type, precision=precision, scale=scale)
    if data_type.name in _KINDS:
        return UdfColumn(name, _KINDS[data_type.name], sql_type, fraction=data_type.precision)
    padded = data_type.name == "CHAR"
    return UdfColumn(name, kinds.STRING, sql_type, size=data_type.size, padded=padded)


def check_output_type(data_type: DataType) -> None:
    """Refuse output types that the sandbox's UDFs cannot fill."""
    if data_type.name not in {"DECIMAL", "VARCHAR", "CHAR", *_KINDS}:
        raise unsupported(f"UDFs that emit or return {data_type.sql()}")


def check_lua_types(job: Job) -> None:
    """Refuse the types that Lua scripts do not know.

    https://docs.exasol.com/db/latest/database_concepts/udf_scripts/lua.htm, "Parameters".
    """
    for column in [*job.inputs, *job.outputs]:
        if job.script.language == "LUA" and column.type.name not in _LUA_TYPES:
            raise ExasolError(
                FEATURE_NOT_SUPPORTED,
                f"Feature not supported: data type {column.type.sql()} in Lua scripts "
                f"(column {column.name} of {job.script.schema}.{job.script.name})",
            )


def message(
    session: Session,
    job: Job,
    path: str,
    groups: str,
    *,
    node: int,
    machine: int,
    memory_limit: int,
    single_call: str | None,
) -> dict[str, Any]:
    """The job as one virtual machine gets it.

    Args:
        session: the session that runs the query.
        job: the call.
        path: the input file.
        groups: the file with the machine's groups: pairs of int64, first row and number of rows, in native
            byte order.
        node: the number of the node that the machine stands for.
        machine: the machine's number within the call.
        memory_limit: bytes that it may hold.
        single_call: name of the function to call instead of `run`; None for `run`.
    """
    script = job.script
    meta = {
        "database_name": DATABASE_NAME,
        "database_version": DATABASE_VERSION,
        "script_name": script.name,
        "script_schema": script.schema,
        "script_code": script.body,
        "current_user": session.user,
        "scope_user": script.owner,
        "current_schema": session.current_schema,
        "session_id": str(session.session_id),
        "statement_id": session.statement_id,
        "node_count": session.database.nodes,
        "node_id": node,
        "vm_id": str((session.session_id << 8) + machine),
        "connection_id": None,
        "memory_limit": memory_limit,
        "input_type": "SET" if job.is_set else "SCALAR",
        "output_type": "EMIT" if job.emits else "RETURN",
    }
    return {
        "path": path,
        "groups": groups,
        "inputs": [dataclasses.asdict(column) for column in job.udf_inputs()],
        "outputs": [dataclasses.asdict(column) for column in job.udf_outputs()],
        "meta": meta,
        "single_call": single_call,
    }


DATABASE_NAME = "SANDBOX"
DATABASE_VERSION = "8.34.0"
