"""CREATE, ALTER, DROP, RENAME, COMMENT, GRANT and REVOKE."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from exasol_sandbox.database.ddl import (
    alter_table,
    comments,
    connections,
    functions,
    grants,
    required,
    schemas,
    scripts,
    tables,
    users,
    views,
)
from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.result import RowCount

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader

Handler = Callable[["Session", "TokenReader"], RowCount]

_CREATE: dict[str, Handler] = {
    "CONNECTION": connections.create,
    "FUNCTION": functions.create,
    "ROLE": users.create_role,
    "SCHEMA": schemas.create,
    "TABLE": tables.create,
    "USER": users.create_user,
    "VIEW": views.create,
}
_ALTER: dict[str, Handler] = {
    "CONNECTION": connections.alter,
    "SCHEMA": schemas.alter,
    "TABLE": alter_table.alter,
    "USER": users.alter_user,
}
_DROP: dict[str, Handler] = {
    "CONNECTION": connections.drop,
    "FUNCTION": functions.drop,
    "ROLE": users.drop_role,
    "SCHEMA": schemas.drop,
    "SCRIPT": scripts.drop,
    "TABLE": tables.drop,
    "USER": users.drop_user,
    "VIEW": views.drop,
}
_RENAME: dict[str, Handler] = {
    "COLUMN": alter_table.rename_column,
    "CONNECTION": connections.rename,
    "FUNCTION": scripts.rename_function,
    "SCHEMA": schemas.rename,
    "SCRIPT": scripts.rename,
    "TABLE": tables.rename,
    "VIEW": views.rename,
}


# What Exasol creates, alters, drops or renames, and the sandbox does not.
_REFUSED = {
    *(
        "ADAPTER",
        "CONSUMER",
        "FUNCTION",
        "GLOBAL",
        "LOCAL",
        "PRIORITY",
        "ROLE",
        "SCRIPT",
        "SYSTEM",
        "USER",
        "VIEW",
    ),
    *("VIRTUAL", "JAVA", "R"),
}


_NOT_REPLACED = {"CONSUMER", "ROLE", "SCHEMA", "USER", "VIRTUAL"}


def _create(session: Session, reader: TokenReader) -> RowCount:
    reader.expect("CREATE")
    if reader.take("OR REPLACE") and reader.peek() in _NOT_REPLACED:
        raise reader.unexpected("'TABLE' or 'VIEW'")
    reader.take("FORCE")
    return _dispatch(_CREATE, "CREATE", session, reader)


def _alter(session: Session, reader: TokenReader) -> RowCount:
    reader.expect("ALTER")
    return _dispatch(_ALTER, "ALTER", session, reader)


def _drop(session: Session, reader: TokenReader) -> RowCount:
    reader.expect("DROP")
    reader.take("FORCE")
    reader.take("ADAPTER")
    return _dispatch(_DROP, "DROP", session, reader)


def _rename(session: Session, reader: TokenReader) -> RowCount:
    reader.expect("RENAME")
    return _dispatch(_RENAME, "RENAME", session, reader)


def _dispatch(handlers: dict[str, Handler], verb: str, session: Session, reader: TokenReader) -> RowCount:
    word = reader.peek()
    handler = handlers.get(word)
    if handler is None:
        if word not in _REFUSED:
            raise reader.unexpected("an object type")
        raise unsupported(f"{verb} {word}")
    reader.index += 1
    required.check(session, verb, word, reader)
    return handler(session, reader)


DDL: dict[str, Handler] = {
    "ALTER": _alter,
    "COMMENT": comments.comment,
    "CREATE": _create,
    "DROP": _drop,
    "GRANT": grants.grant,
    "RENAME": _rename,
    "REVOKE": grants.revoke,
}
