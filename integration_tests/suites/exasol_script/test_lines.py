"""From an error's line to the line of the model file."""

from __future__ import annotations

import pytest

from exasol_sagemaker.script import Script
from exasol_sagemaker.script_lines import line_in_source, line_of_message
from exasol_sagemaker.script_signature import read_signature
from exasol_sagemaker.script_syntax import syntax_error

TEMPLATE = """{{ config(
    materialized='exasol_script') }}

local one = 1
local table = '{{ ref('t') }}'
{% for n in [1, 2] %}
print({{ n }})
{% endfor %}
{% raw %}
local two = {{1}, {2}}
{% endraw %}
return two
"""
RENDERED = """

local one = 1
local table = 's.t'

print(1)

print(2)


local two = {{1}, {2}}

return two
"""


@pytest.mark.parametrize("line", range(1, len(RENDERED.splitlines()) + 1))
def test_a_rendered_line_is_found_in_the_template(line: int) -> None:
    rendered = RENDERED.splitlines()[line - 1]

    found = TEMPLATE.splitlines()[line_in_source(TEMPLATE, RENDERED, line) - 1]

    if rendered.startswith("local table"):
        assert found.startswith("local table")
    elif rendered and not rendered.startswith("print"):
        assert found == rendered


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("syntax error, unexpected IDENTIFIER_ [line 4, column 7] (Session: 1)", 3),
        ('Lua Error "decimal expected, got number" caught in script "T"."F" at line 4 (Session: 1)', 3),
        ("[string \"...\"]:3: '=' expected near '=='", 2),
        ("insufficient privileges for creating script (Session: 1836005522647613440)", None),
        ("syntax error [line 1, column 30]", None),
    ],
)
def test_the_databases_line_is_one_of_the_body(message: str, line: int | None) -> None:
    assert line_of_message(message) == line


@pytest.mark.parametrize(
    ("language", "body", "found"),
    [
        ("lua", "/* a\n b */\nlocal x = 1", None),
        ("lua", "local x = '/*'\nlocal y == 2", 2),
        ("lua", "x = [[ /* ]]\n-- /*\nfoo(", 3),
        ("python3", "def run(ctx):\n    return '\\d'", None),
        ("python3", "def run(ctx)\n    pass", 1),
        ("r", "run <- function(ctx) {", None),
    ],
)
def test_syntax_is_checked_where_it_can_be(language: str, body: str, found: int | None) -> None:
    kind = {"lua": "scripting"}.get(language, "scalar")
    signature = read_signature(language=language, kind=kind, returns=None if kind == "scripting" else "int")

    error = syntax_error(Script.of(signature, body))

    assert (error and error[1]) == found
