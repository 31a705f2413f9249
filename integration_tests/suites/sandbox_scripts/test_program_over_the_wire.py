"""One EXECUTE SCRIPT as a client sends it that does what SageMaker scripts do: S3, UDF, metadata, new UDF."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyexasol
import pytest

from exasol_sandbox.state import SandboxState

PROGRAM = """CREATE OR REPLACE LUA SCRIPT train (json_str, ARRAY tags) RETURNS TABLE AS
local cjson = require('cjson')
local args = cjson.decode(json_str)
local schema = exa.meta.script_schema

local ok, res = pquery([[EXPORT ::t INTO CSV AT ::c FILE :f WITH COLUMN NAMES]],
                       {t = schema .. '.' .. args.table_name, c = args.connection, f = args.path})
if not ok then error(res.error_message) end

ok, res = pquery([[SELECT ::schema."LIST_OBJECTS"(:connection, :bucket)]],
                 {schema = schema, connection = args.connection, bucket = args.bucket})
if not ok then error(res.error_message) end
local key, size = res[1][1], res[1].BYTES

query([[INSERT INTO ::schema.jobs VALUES (:key, :size, :tag)]],
      {schema = schema, key = key, size = size, tag = tags[2]})
query('CREATE OR REPLACE PYTHON3 SET SCRIPT ' .. schema .. '."predict"(...) EMITS (n INT) AS\\n'
      .. 'def run(ctx):\\n    ctx.emit(ctx.size())\\n/')
return query([[SELECT * FROM ::schema.jobs]], {schema = schema})
/"""

UDF = """CREATE OR REPLACE PYTHON3 SET SCRIPT "LIST_OBJECTS"(connection_name VARCHAR(99), bucket VARCHAR(99))
EMITS (key_name VARCHAR(200), bytes INT) AS
import boto3

def run(ctx):
    found = exa.get_connection(ctx.connection_name)
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id=found.user,
                      aws_secret_access_key=found.password)
    for item in s3.list_objects_v2(Bucket=ctx.bucket)["Contents"]:
        ctx.emit(item["Key"], item["Size"])
/"""


@pytest.fixture
def arguments(
    exasol: pyexasol.ExaConnection, schema: str, sandbox: SandboxState, aws: Callable[..., Any]
) -> str:
    """The script's JSON: a table to export, a connection and a bucket."""
    bucket = f"{schema.lower().replace('_', '-')}-bucket"
    region = sandbox.aws_region
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    aws("s3").create_bucket(Bucket=bucket, **place)
    exasol.execute(
        f"CREATE OR REPLACE CONNECTION {schema}_aws TO 'https://{bucket}.s3.{region}.amazonaws.com' "
        f"USER '{sandbox.aws_access_key_id}' IDENTIFIED BY '{sandbox.aws_secret_access_key}'"
    )
    exasol.execute("CREATE TABLE t (a INT, b VARCHAR(10))")
    exasol.execute("INSERT INTO t VALUES (1, 'x'), (2, 'y')")
    exasol.execute("CREATE TABLE jobs (key_name VARCHAR(200), bytes INT, tag VARCHAR(20))")
    exasol.execute(UDF)
    exasol.execute(PROGRAM)
    return json.dumps(
        {"table_name": "t", "connection": f"{schema}_AWS", "bucket": bucket, "path": "folder/t.csv"}
    )


def test_all_in_one_statement(exasol: pyexasol.ExaConnection, schema: str, arguments: str) -> None:
    statement = exasol.execute(f"EXECUTE SCRIPT {schema}.train('{arguments}', ARRAY('a', 'b'))")
    assert statement.result_type == "resultSet"
    assert statement.column_names() == ["KEY_NAME", "BYTES", "TAG"]
    assert statement.fetchall() == [("folder/t.csv", len("A,B\n1,x\n2,y\n"), "b")]
    assert exasol.execute(f'SELECT {schema}."predict"(a) FROM t').fetchall() == [(2,)]


def test_what_goes_wrong_inside_reaches_the_client(
    exasol: pyexasol.ExaConnection, schema: str, arguments: str
) -> None:
    exasol.execute(f"DROP CONNECTION {schema}_aws")
    with pytest.raises(pyexasol.ExaQueryError) as caught:
        exasol.execute(f"EXECUTE SCRIPT {schema}.train('{arguments}', ARRAY())")
    assert caught.value.code == "43000"
    assert f'caught in script "{schema}"."TRAIN" at line 7' in caught.value.message
    assert f"(Session: {exasol.session_id()})" in caught.value.message
    assert exasol.execute("SELECT COUNT(*) FROM jobs").fetchval() == 0


def test_a_row_count_and_output(exasol: pyexasol.ExaConnection, schema: str) -> None:
    exasol.execute("CREATE SCRIPT f(n) AS\noutput('n is ' .. n)\nexit({rows_affected = n})\n/")
    assert exasol.execute(f"EXECUTE SCRIPT {schema}.f(30)").rowcount() == 30
    assert exasol.execute(f"EXECUTE SCRIPT {schema}.f(30) WITH OUTPUT").fetchall() == [("n is 30",)]
