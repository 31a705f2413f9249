"""What a call of a UDF takes and gives: declared in the script, in the query, or by the script's own code."""

from __future__ import annotations

from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.errors import DATA_EXCEPTION, SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.scripts.calls import UdfCall
from exasol_sandbox.database.scripts.jobs import check_output_type
from exasol_sandbox.database.type_names import type_of

NO_OUTPUT = (
    "The script has dynamic return arguments. Either specify the return arguments in the query via EMITS or "
    "implement the method default_output_columns in the UDF"
)
_STATIC = (
    "The script has a static return argument definition. "
    "Dynamic return arguments are not supported in this case"
)
_INFERRED = (
    "The return arguments for EMITS functions are inferred from the table to insert into. "
    "Specification of EMITS is not allowed in this case."
)


def check_call(call: UdfCall, has_target: bool) -> None:
    """Refuse a call whose arguments or EMITS clause do not fit the script.

    Args:
        call: the call.
        has_target: whether its rows go into an existing table, whose columns are then the output.

    Raises:
        ExasolError: as Exasol does.
    """
    script = call.script
    name = f"{script.schema}.{script.name}"
    if script.parameters is None:
        if call.is_set and not call.arguments:
            raise ExasolError(DATA_EXCEPTION, "data exception - missing input parameters for SET UDF script")
    elif len(call.arguments) != len(script.parameters):
        raise ExasolError(
            SYNTAX_OR_ACCESS,
            f"wrong number of arguments for script {name}: it takes {len(script.parameters)}, "
            f"the query gives {len(call.arguments)}",
        )
    if call.emits is not None:
        if not call.returns_rows or script.emits is not None:
            raise ExasolError(SYNTAX_OR_ACCESS, _STATIC)
        if has_target:
            raise ExasolError(SYNTAX_OR_ACCESS, _INFERRED)


def inputs(call: UdfCall, given: list[DataType]) -> list[Column]:
    """The script's input columns, from the declaration or from the types that the query gives."""
    if call.script.parameters is not None:
        return call.script.parameters
    return [Column(str(position), data_type) for position, data_type in enumerate(given)]


def declared_outputs(call: UdfCall, target: list[Column] | None) -> list[Column] | None:
    """The output columns, as far as script and query tell; None if the script has to be asked.

    Args:
        call: the call.
        target: the columns that its rows are inserted into; None if they are not inserted.
    """
    script = call.script
    if script.result_type == "RETURNS":
        outputs = [Column("RETURN", script.returns)] if script.returns else []
    elif script.emits is not None:
        outputs = script.emits
    elif call.emits is not None:
        outputs = parse_columns(call.emits)
    elif target is not None:
        outputs = target
    else:
        return None
    for column in outputs:
        check_output_type(column.type)
    return outputs


def parse_columns(text: str) -> list[Column]:
    """The columns of an EMITS clause, for example of `a INT, "b" VARCHAR(20)`.

    Raises:
        ExasolError: the text is no list of names with types, or has a name twice.
    """
    columns: list[Column] = []
    for part in _split(text):
        name, data_type = _name_and_rest(part)
        if not data_type:
            raise ExasolError(
                SYNTAX_OR_ACCESS, f"syntax error, expecting a name and a data type in EMITS, not '{part}'"
            )
        if name in {column.name for column in columns}:
            raise ExasolError(SYNTAX_OR_ACCESS, f"Return argument {name} is declared more than once")
        columns.append(Column(name, type_of(data_type)))
    if not columns:
        raise ExasolError(SYNTAX_OR_ACCESS, "Empty return argument definition is not allowed")
    return columns


def _split(text: str) -> list[str]:
    parts, depth, quoted, current = [], 0, False, ""
    for character in text:
        if character == '"':
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0 and not quoted:
            parts.append(current.strip())
            current = ""
        else:
            current += character
    parts.append(current.strip())
    return parts if any(parts) else []


def _name_and_rest(part: str) -> tuple[str, str]:
    if part.startswith('"'):
        end = part.find('"', 1)
        while part[end : end + 2] == '""':
            end = part.find('"', end + 2)
        return part[1:end].replace('""', '"'), part[end + 1 :].strip()
    name, _, rest = part.replace("\n", " ").replace("\t", " ").partition(" ")
    return name.upper(), rest.strip()
