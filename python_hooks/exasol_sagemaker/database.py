"""Small things that several modules need of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from exasol_sagemaker.errors import ExasolSageMakerError

if TYPE_CHECKING:
    from pyexasol import ExaConnection


def quote(name: str) -> str:
    """A name in double quotes, as an identifier that is taken as it stands."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text in single quotes, as a string literal."""
    return "'" + value.replace("'", "''") + "'"


def clean_query(query: str) -> str:
    """A query without white space and semicolons at its end, to be put into parentheses."""
    return query.strip().rstrip(";").rstrip()


def run(database: ExaConnection, statement: str) -> Any:
    """Run a statement and give pyexasol's ExaStatement, with rows as tuples and names as they are stored.

    The connection's own options may say otherwise: dbt-exasol's turn names into lower case.
    """
    return database.cls_statement(database, statement, fetch_dict=False, fetch_mapper=None, lower_ident=False)


@contextmanager
def database_errors(
    what: str,
    *,
    node: str | None = None,
    kind: type[ExasolSageMakerError] = ExasolSageMakerError,
    hint: str | None = None,
) -> Iterator[None]:
    """Within this block pyexasol's errors become ours, with the database's own words as the reason.

    Texts of statements are left out: some carry a secret.
    """
    from pyexasol import ExaError  # noqa: PLC0415

    try:
        yield
    except ExaError as error:
        raise kind(what, node=node, why=reason(error), hint=hint) from None


def reason(error: BaseException) -> str:
    """The database's message without statement and connection details."""
    for inner in getattr(error, "exceptions", ()):
        if getattr(inner, "code", None) is not None:
            return reason(inner)
    message = getattr(error, "message", None) or str(error)
    code = getattr(error, "code", None)
    return f"[{code}] {message}" if code else str(message)
