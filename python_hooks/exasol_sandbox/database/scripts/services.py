"""What the database answers to a running script: connections, and the bodies of scripts that it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.records import Script

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session


def answer(session: Session, script: Script, request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request of `script`; errors travel as `error` and become Python exceptions there."""
    try:
        if "connection" in request:
            session.privileges.check_access(request["connection"], (script.schema, script.name))
            return _connection(session, request["connection"])
        imported, _ = named_script(session, script.schema, request["script"])
        return {"body": imported.body, "schema": imported.schema, "name": imported.name}
    except ExasolError as error:
        return {"error": error.text}


def _connection(session: Session, name: str) -> dict[str, Any]:
    connection = session.connection(name)
    return {
        "type": "password",
        "address": connection.address,
        "user": connection.user or "",
        "password": connection.password or "",
    }


def named_script(session: Session, schema: str | None, name: str) -> tuple[Script, str]:
    """The script that code means by a name, and the last part of that name as it is written.

    Args:
        session: the session.
        schema: where a bare name is looked for.
        name: such as `f`, `s.f` or `"S"."f"`.

    Raises:
        ExasolError: there is none.
    """
    parts = _parts(name)
    written = name.rsplit(".", 1)[-1].strip().strip('"')
    if len(parts) == 1:
        return session.script(schema, parts[0]), written
    return session.script(parts[-2], parts[-1]), written


def _parts(name: str) -> list[str]:
    parts: list[str] = []
    text, quoted, was_quoted = "", False, False
    for character in [*name, "."]:
        if character == '"':
            quoted, was_quoted = not quoted, True
        elif character == "." and not quoted:
            parts.append(text if was_quoted else text.strip().upper())
            text, was_quoted = "", False
        else:
            text += character
    return parts
