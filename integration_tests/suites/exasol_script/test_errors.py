"""Bad input: what, where and what to do, and nothing is sent to the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Project, Run

SCALAR = "materialized='exasol_script', language='python3', kind='scalar'"
BODY = "def run(ctx):\n    return 1\n"
CONFIGS = {
    "no_language": ("materialized='exasol_script'", ["Config `language` is missing"]),
    "no_kind": ("materialized='exasol_script', language='python3'", ["Config `kind` is missing", "library"]),
    "misspelt_kind": (
        "materialized='exasol_script', language='lua', kind='scaler', returns='int'",
        ["'scaler'", "Did you mean scalar?"],
    ),
    "misspelt_key": (f"{SCALAR}, return='int'", ["Config `return` does not exist", "`returns`"]),
    "no_result": (SCALAR, ["either `returns` or `emits`", "Neither is given"]),
    "two_results": (f"{SCALAR}, returns='int', emits=['a int']", ["either `returns` or `emits`"]),
    "no_such_type": (f"{SCALAR}, returns='interger'", ["no type 'interger'", "Did you mean INTEGER?"]),
    "no_size": (f"{SCALAR}, returns='varchar'", ["VARCHAR needs a length"]),
    "same_name": (f"{SCALAR}, parameters=['x int', 'x int'], returns='int'", ["has 'x' twice"]),
    "no_order": (f"{SCALAR}, parameters=['x int'], order_by=['x'], returns='int'", ["no `order_by`"]),
    "wrong_type": (f"{SCALAR}, returns=1", ["Config `returns` has to be text, not 1"]),
    "program_in_python": (
        "materialized='exasol_script', language='python3', kind='scripting'",
        ["no scripting programs in PYTHON3"],
    ),
    "typed_program": (
        "materialized='exasol_script', language='lua', parameters=['x int']",
        ["'x int'", "names and no types"],
    ),
}
BODIES = {
    "reserved_word": (
        "{{ config(materialized='exasol_script', language='lua', parameters=['table']) }}\noutput('x')\n",
        ["'table'", "reserved word of Exasol", "table_value"],
    ),
    "no_body": (f"{{{{ config({SCALAR}, returns='int') }}}}", ["no body"]),
    "bad_python": (
        f"\n\n{{{{ config({SCALAR},\n    returns='int') }}}}\n{{# a note #}}\n\ndef run(ctx):\n"
        "    place = '{{ this }}'\n    return (1,\n",
        ["'(' was never closed", "models/bad_python.sql, line 9: return (1,"],
    ),
    "bad_lua": (
        "{{ config(materialized='exasol_script', language='lua') }}\n\nlocal place = '{{ this }}'\n"
        "local one == 1\n",
        ["near '=='", "models/bad_lua.sql, line 4: local one == 1"],
    ),
    "eaten_braces": (
        f"{{{{ config({SCALAR}, returns='varchar(99)') }}}}\n\ndef run(ctx):\n    return f'a{{{{2}}}}'\n",
        ["Jinja reads braces", "models/eaten_braces.sql, line 4: return f'a{{2}}'", "{% raw %}"],
    ),
}


@pytest.fixture(scope="module")
def project(new_project: Callable[[], Project]) -> Project:
    project = new_project()
    for name, (config, _) in CONFIGS.items():
        project.write(name, f"{{{{ config({config}) }}}}\n{BODY}")
    for name, (text, _) in BODIES.items():
        project.write(name, text)
    return project


@pytest.fixture(scope="module")
def refused(project: Project) -> Run:
    return project.dbt("run")


@pytest.mark.parametrize("node", [*CONFIGS, *BODIES])
def test_it_is_refused_in_words_that_help(refused: Run, node: str) -> None:
    assert refused.status[node] == "error"
    for words in (CONFIGS | BODIES)[node][1]:
        assert words in refused.message[node]


def test_nothing_of_it_was_sent(refused: Run) -> None:
    assert [text for text in refused.changes if "SCHEMA" not in text.upper()] == []


def test_syntax_is_left_to_the_database_on_demand(project: Project) -> None:
    text, _ = BODIES["bad_python"]
    project.write("bad_python", text.replace("returns=", "check_syntax=false, returns="))

    assert project.dbt("run", "--select", "bad_python").message["bad_python"] == "created"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("local t = {{1,2},{3,4}}", "line 3"),
        ("local n = {#t}", "line 3"),
        ("return s:match('{%d}')", "line 3"),
    ],
)
def test_braces_that_jinja_cannot_read_are_refused_with_their_line(
    project: Project, body: str, words: str
) -> None:
    project.write("braces", f"{{{{ config(materialized='exasol_script', language='lua') }}}}\n\n{body}\n")

    run = project.dbt("run", "--select", "braces")
    project.remove("braces")

    assert not run.ok
    assert words in run.error
    assert "braces" in run.error
