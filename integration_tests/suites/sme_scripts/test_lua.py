"""The Lua scripts, outside the database: which statements they run, and what they make of errors."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lupa.lua54 import LuaError

from .lua import FOLDER, Answer, LuaScript, Statement, one_row

TRAIN = "sme_train_with_sagemaker_autopilot"
POLL = "sme_poll_sagemaker_autopilot_job_status"
DEPLOY = "sme_deploy_sagemaker_autopilot_endpoint"
DELETE = "sme_delete_sagemaker_autopilot_endpoint"
JSON = json.dumps({"job_name": "J", "input_schema_name": "C'1", "input_table_or_view_name": "T;2"})
METADATA = {"JOB_NAME": "J", "PROBLEM_TYPE": None, "MAX_CANDIDATES": 2}
UDF_ERROR = (
    "VM error: F-UDF-CL-LIB-1127: ExaUDFError: F-UDF-CL-SL-PYTHON-1114: Exception during run \n"
    "SME_AUTOPILOT_TRAINING_UDF:5 run\n<exasol_sagemaker.in_database.scripts>:37 train\n"
    "exasol_sagemaker.errors.ConfigurationError: The key is wrong\n  what to do: Mend it.\n (Session: 42)"
)


class Database:
    """Answers the statements of a training, but those that begin so with the errors of `failing`."""

    def __init__(self, **failing: str) -> None:
        self.failing = failing
        self.recorded = [[0]]

    def __call__(self, statement: Statement) -> Answer:
        step = statement.parameters.get("step")
        for name, error in self.failing.items():
            if name == step or statement.text.startswith(name):
                return error
        if step:
            return {
                "plan": one_row(profile="SELECT the profile"),
                "export": one_row(export="EXPORT the data", s3_uri="s3://b/p/"),
                "start": one_row(metadata=METADATA),
                "discard": one_row(removed=0),
            }[step]
        if "FROM SYS.EXA_ALL_COLUMNS WHERE" in statement.text:
            return [["C", "T", "X", "DOUBLE"], ["C", "T", "Y", "BOOLEAN"]]
        return {
            "SELECT COUNT(*)": self.recorded,
            "SELECT the": [[600, 2, 600, 5, None]],
            "SELECT NPROC()": [[3]],
            "EXPORT the": {"rows_affected": 600},
            "INSERT INTO": {"rows_affected": 1},
        }[" ".join(statement.text.split()[:2])]


def steps(script: LuaScript) -> list[str]:
    return [one.parameters["step"] for one in script.ran if "step" in one.parameters]


def request(script: LuaScript, step: str) -> dict[str, Any]:
    (found,) = [one for one in script.ran if one.parameters.get("step") == step]
    content: dict[str, Any] = json.loads(found.parameters["request"])
    return content


def test_a_training_runs_its_statements_in_order() -> None:
    script = LuaScript(TRAIN, Database())
    script.run(json_str=JSON)
    udf = "SELECT S.SME_AUTOPILOT_TRAINING_UDF(:step,"
    assert script.texts() == [
        *("SELECT COLUMN_SCHEMA,", udf, "SELECT COUNT(*)", "SELECT the"),
        *("SELECT NPROC()", udf, "EXPORT the"),
        *(udf, "INSERT INTO"),
    ]
    assert steps(script) == ["plan", "export", "start"]


def test_each_step_is_given_what_the_database_answered() -> None:
    script = LuaScript(TRAIN, Database())
    script.run(json_str=JSON)
    assert request(script, "plan") == {
        "arguments": JSON,
        "columns": [["C", "T", "X", "DOUBLE"], ["C", "T", "Y", "BOOLEAN"]],
    }
    assert request(script, "export") | {"profile": ["600", "2", "600", "5", "0"], "nodes": "3"} == request(
        script, "export"
    )
    assert request(script, "start") | {"rows": "600", "s3_uri": "s3://b/p/"} == request(script, "start")


def test_nothing_of_an_argument_is_in_the_text_of_a_statement() -> None:
    script = LuaScript(TRAIN, Database())
    script.run(json_str=JSON)
    assert not [one for one in script.ran if "C'1" in one.text or "T;2" in one.text]
    assert script.ran[0].parameters == {"schema": "C'1", "table": "T;2"}


def test_the_row_has_what_the_start_answered_with_null_for_what_it_lacks() -> None:
    script = LuaScript(TRAIN, Database())
    script.run(json_str=JSON)
    insert = script.ran[-1]
    assert insert.text.startswith(
        "INSERT INTO S.SME_METADATA_AUTOPILOT_JOBS (DATETIME, SESSION_ID, SCRIPT_USER, JOB_NAME,"
    )
    assert insert.parameters["job_name"] == "J"
    assert insert.parameters["problem_type"] is None
    assert insert.parameters["max_candidates"] == 2
    assert (insert.parameters["session_id"], insert.parameters["script_user"]) == ("17", "ANALYST")


@pytest.mark.parametrize("failing", ["plan", "SELECT the", "export", "EXPORT the", "start"])
def test_there_is_no_row_for_a_job_that_did_not_start(failing: str) -> None:
    script = LuaScript(TRAIN, Database(**{failing: "it failed"}))
    with pytest.raises(LuaError, match="it failed"):
        script.run(json_str=JSON)
    assert "INSERT INTO" not in script.texts()


def test_what_a_failed_export_left_is_removed() -> None:
    script = LuaScript(TRAIN, Database(EXPORT="no access to the bucket"))
    with pytest.raises(LuaError, match="could not export to S3: no access to the bucket"):
        script.run(json_str=JSON)
    assert steps(script) == ["plan", "export", "discard"]
    assert request(script, "discard")["s3_uri"] == "s3://b/p/"


def test_what_cannot_be_removed_is_named() -> None:
    script = LuaScript(TRAIN, Database(EXPORT="no access", discard="denied"))
    with pytest.raises(LuaError, match=r"no access[\s\S]*left behind: s3://b/p/, .*denied"):
        script.run(json_str=JSON)


def test_a_job_that_runs_without_its_row_is_said_to_run() -> None:
    script = LuaScript(TRAIN, Database(INSERT="no privilege"))
    with pytest.raises(LuaError, match=r"The job J was started and runs, but is not in .*: no privilege"):
        script.run(json_str=JSON)


def test_a_name_that_is_recorded_already_is_refused_before_anything_is_exported() -> None:
    database = Database()
    database.recorded = [[1]]
    script = LuaScript(TRAIN, database)
    with pytest.raises(LuaError, match="The job J is in SME_METADATA_AUTOPILOT_JOBS already"):
        script.run(json_str=JSON)
    assert steps(script) == ["plan"]


@pytest.mark.parametrize("argument", [None, "{", "[]", '"text"', "5", '{"input_schema_name": 5}'])
def test_what_is_no_json_object_is_left_to_the_udf_to_refuse(argument: str | None) -> None:
    script = LuaScript(TRAIN, Database(plan=UDF_ERROR))
    with pytest.raises(LuaError, match="The key is wrong"):
        script.run(json_str=argument)
    assert request(script, "plan")["arguments"] == (argument or "")


def test_without_columns_the_tables_of_the_schema_are_given() -> None:
    def answer(statement: Statement) -> Answer:
        if statement.text.startswith("SELECT COLUMN_SCHEMA"):
            return []
        return [["A"], ["B"]] if statement.text.startswith("SELECT DISTINCT") else "stop"

    script = LuaScript(TRAIN, answer)
    with pytest.raises(LuaError, match="stop"):
        script.run(json_str=JSON)
    assert request(script, "plan")["tables"] == ["A", "B"]


def test_an_error_of_ours_is_shown_without_what_stands_around_it_in_a_udf() -> None:
    script = LuaScript(POLL, lambda _: UDF_ERROR)
    with pytest.raises(LuaError) as raised:
        script.run(job_name="J", aws_s3_connection="C", aws_region="r")
    shown = str(raised.value).partition("\nstack traceback")[0]
    assert shown == "The key is wrong\n  what to do: Mend it."


def test_any_other_error_is_shown_whole_with_what_was_tried() -> None:
    script = LuaScript(POLL, lambda _: "insufficient privileges")
    with pytest.raises(LuaError, match="The job could not be looked up: insufficient privileges"):
        script.run(job_name="J", aws_s3_connection="C", aws_region="r")


def test_polling_returns_a_row_and_its_columns() -> None:
    script = LuaScript(POLL, lambda _: [["InProgress", "Starting"]])
    rows, columns = script.run(job_name="J'", aws_s3_connection="C", aws_region="r")
    assert [rows[1][1], rows[1][2]] == ["InProgress", "Starting"]
    assert columns == "JOB_STATUS VARCHAR(100), JOB_SECONDARY_STATUS VARCHAR(100)"
    assert script.ran[0].parameters == {"job_name": "J'", "connection": "C", "region": "r"}


def deployment(**changed: Any) -> dict[str, Any]:
    parameters = {
        "job_name": "J", "endpoint_name": "e1", "schema_name": "p", "instance_type": "ml.m5.large",
        "instance_count": 1, "aws_s3_connection": "C", "aws_region": "r",
    }  # fmt: skip
    return parameters | changed


def deploying(**answers: Answer) -> LuaScript:
    known: dict[str, Answer] = {
        "SCHEMA_NAME": [["P"]],
        "SCRIPT_NAME": [],
        "COLUMN_NAMES,": [["A;B", "DOUBLE;DOUBLE", "B"]],
        "S.SME_AUTOPILOT_ENDPOINT_DEPLOYMENT_UDF(": [["Regression", "CREATE the UDF :a ::b"]],
        "the": {},
    }
    return LuaScript(DEPLOY, lambda statement: (known | answers)[statement.text.split()[1]])


def test_deploying_creates_the_udf_by_the_statement_that_it_is_given() -> None:
    script = deploying()
    script.run(**deployment())
    assert script.ran[-1] == Statement("CREATE the UDF :a ::b", {})
    assert script.ran[-2].parameters == {
        "job_name": "J", "endpoint_name": "e1", "instance_type": "ml.m5.large", "instance_count": 1,
        "connection": "C", "region": "r", "schema": "P",
        "names": "A;B", "types": "DOUBLE;DOUBLE", "target": "B",
    }  # fmt: skip


def test_a_job_that_is_not_recorded_is_deployed_without_columns() -> None:
    script = deploying(**{"COLUMN_NAMES,": []})
    script.run(**deployment())
    assert [script.ran[-2].parameters[name] for name in ("names", "types", "target")] == [None, None, None]


@pytest.mark.parametrize("count", [0, -1, 1.5, "two", "", None])
def test_a_count_that_is_none_is_refused_before_anything_is_deployed(count: Any) -> None:
    script = deploying()
    with pytest.raises(LuaError, match="whole number of at least 1"):
        script.run(**deployment(instance_count=count))
    assert script.ran == []


@pytest.mark.parametrize("count", [2, "2", 2.0])
def test_a_count_may_be_a_number_or_its_text(count: Any) -> None:
    script = deploying()
    script.run(**deployment(instance_count=count))
    assert script.ran[-2].parameters["instance_count"] == 2


def test_a_schema_that_is_not_there_is_refused_before_anything_is_deployed() -> None:
    script = deploying(SCHEMA_NAME=[])
    with pytest.raises(LuaError, match=r"There is no schema p [\s\S]*parameter schema_name"):
        script.run(**deployment())
    assert len(script.ran) == 1


def test_a_script_that_is_something_else_is_not_replaced() -> None:
    script = deploying(SCRIPT_NAME=[["e1"]])
    with pytest.raises(LuaError, match=r'The script "P"."e1" exists and is no prediction UDF'):
        script.run(**deployment())
    assert "CREATE the" not in script.texts()


def test_deleting_writes_what_was_deleted() -> None:
    script = LuaScript(DELETE, lambda _: [["endpoint e1"], ["model m"]])
    script.run(endpoint_name="e1", aws_s3_connection="C", aws_region="r")
    assert script.written == ["deleted endpoint e1", "deleted model m"]


def test_all_pass_luacheck() -> None:
    luacheck = shutil.which("luacheck")
    if luacheck is None:
        pytest.skip("luacheck is not installed; Debian and Ubuntu have it as lua-check")
    files = [str(path) for path in sorted(FOLDER.glob("*.sql"))]
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [luacheck, "--no-color", *files], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert f"in {len(files)} files" in done.stdout
