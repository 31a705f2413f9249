"""One connection for the whole suite; what needs tables gets a schema of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pyexasol
import pytest
from exasol_server import ExasolServer


def python_value(value: Any, data_type: dict[str, Any]) -> Any:
    """A value of the wire as Python has it; intervals stay text."""
    if value is None:
        return None
    name = data_type["type"]
    if name == "DECIMAL":
        return Decimal(value) if data_type["scale"] else int(value)
    if name == "DATE":
        return date.fromisoformat(value)
    if name.startswith("TIMESTAMP"):
        return datetime.strptime(value[:26], "%Y-%m-%d %H:%M:%S.%f")
    return value


@pytest.fixture(scope="module")
def shared(exasol_server: ExasolServer) -> Iterator[pyexasol.ExaConnection]:
    """A connection that the tests of a module use in turn; values come as Python's."""
    connection = pyexasol.connect(
        dsn=exasol_server.dsn,
        user=exasol_server.user,
        password=exasol_server.password,
        fetch_mapper=python_value,
    )
    yield connection
    connection.close()


@pytest.fixture
def own_schema(shared: pyexasol.ExaConnection) -> Iterator[str]:
    """An empty schema, open in `shared`."""
    name = f"TEST_{uuid4().hex[:12].upper()}"
    shared.execute(f"CREATE SCHEMA {name}")
    yield name
    shared.execute(f"DROP SCHEMA {name} CASCADE")
