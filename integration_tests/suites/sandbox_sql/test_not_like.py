"""NOT LIKE, which sqlglot gives as a property of LIKE."""

from __future__ import annotations

import pyexasol
import pytest


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ("'ab' LIKE 'a%'", True),
        ("'ab' NOT LIKE 'a%'", False),
        ("'ab' NOT LIKE 'b%'", True),
        ("NOT 'ab' LIKE 'b%'", True),
        ("NOT 'ab' NOT LIKE 'b%'", False),
        ("'a_b' NOT LIKE 'a!_%' ESCAPE '!'", False),
        ("'axb' NOT LIKE 'a!_%' ESCAPE '!'", True),
        ("'axb' NOT LIKE 'a\\_%'", True),
    ],
)
def test_not_like(exasol: pyexasol.ExaConnection, condition: str, held: bool) -> None:
    assert exasol.execute(f"SELECT {condition}").fetchval() is held
