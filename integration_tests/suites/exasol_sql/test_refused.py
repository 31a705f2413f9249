"""What is not Exasol's is a syntax error, and what is, but not the sandbox's, is refused by name."""

from __future__ import annotations

from typing import Any

import pyexasol
import pytest

from .refused import REFUSED, SYNTAX_ERRORS


def _cases(lists: dict[str, list[Any]], table: str, **marked: str) -> list[Any]:
    return [
        pytest.param(*case, id=case[0][:70], marks=pytest.mark.conformance(table, topic, **marked))
        for topic, cases in lists.items()
        for case in cases
    ]


@pytest.mark.sandbox_only
@pytest.mark.parametrize(("statement", "feature", "page"), _cases(REFUSED, "statements", shows="refused"))
def test_what_the_sandbox_has_not(
    shared: pyexasol.ExaConnection, own_schema: str, statement: str, feature: str, page: str
) -> None:
    with pytest.raises(pyexasol.ExaQueryError) as refused:
        shared.execute(statement)

    assert "the sandbox does not support" in refused.value.message, page
    assert feature in refused.value.message, page
    assert refused.value.code == "0A000"


@pytest.mark.parametrize(("statement", "word"), _cases(SYNTAX_ERRORS, "syntax"))
def test_what_exasol_has_not(
    shared: pyexasol.ExaConnection, own_schema: str, statement: str, word: str, exasol_server: Any
) -> None:
    with pytest.raises(pyexasol.ExaQueryError) as refused:
        shared.execute(statement)

    assert refused.value.code == "42000"
    if exasol_server.is_sandbox:
        assert word.upper() in refused.value.message.upper()
        assert "the sandbox" not in refused.value.message
