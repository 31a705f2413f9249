"""A dbt project from `dbt debug` to teardown, and SME_ scripts from SQL, under nothing but the policies.

The tests follow one another. What is written down on the way holds no secret.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pyexasol
import pytest
import yaml
from dbt_process import run_dbt

from exasol_sagemaker import AwsSession, teardown
from exasol_sagemaker.iam import Bundle, database_policy
from exasol_sandbox.state import SandboxState

from .conftest import User

REPOSITORY = Path(__file__).parents[3]
CONNECTION = "IAM_PROJECT_KEY"
ENDPOINT = "iam-workshop"
MODELS = {
    "model": (
        "config(materialized='autopilot_model', target_column='TARGET', max_candidates=1, "
        "problem_type='BinaryClassification')",
        "select * from iam.applications",
    ),
    "endpoint": ("config(materialized='sagemaker_endpoint')", "select * from {{ ref('model') }}"),
    "udf": ("config(materialized='prediction_udf')", "select * from {{ ref('endpoint') }}"),
    "predictions": (
        "config(materialized='table')",
        "{{ exasol_sagemaker.predict(udf=ref('udf'), input=source('iam', 'applications'), key=['ID']) }}",
    ),
    "batch": (
        "config(materialized='batch_prediction')",
        "{{ exasol_sagemaker.batch_predict(model=ref('model'), input=source('iam', 'applications'), "
        "key='ID') }}",
    ),
}


@dataclass
class Project:
    """A dbt project, run by a user who has policy `dbt` and nothing else.

    Attributes:
        secrets: What must not be seen anywhere.
        said: All that dbt said.
    """

    folder: Path
    environment: dict[str, str]
    schema: str
    secrets: tuple[str, ...]
    said: list[str] = field(default_factory=list)

    def dbt(self, *arguments: str) -> str:
        done = run_dbt("--no-use-colors", "--debug", *arguments, cwd=self.folder, env=self.environment)
        self.said.append(done.stdout + done.stderr)
        assert done.returncode == 0, "\n".join(self.said[-1].splitlines()[-60:])
        return self.said[-1]


@pytest.fixture(scope="module")
def project(
    sandbox: SandboxState,
    admin: AwsSession,
    bundle: Bundle,
    database: pyexasol.ExaConnection,
    new_user: Callable[..., User],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Project]:
    person = new_user(bundle.dbt).session.credentials()
    key = new_user(database_policy(bundle.scope, in_database_scripts=True)).session.credentials()
    shared = tmp_path_factory.mktemp("aws") / "credentials"
    shared.write_text(
        f"[default]\naws_access_key_id = {person.access_key}\naws_secret_access_key = {person.secret_key}\n"
        f"[database]\naws_access_key_id = {key.access_key}\naws_secret_access_key = {key.secret_key}\n"
    )
    database.execute("DROP ROLE IF EXISTS IAM_ANALYSTS")
    database.execute("CREATE ROLE IAM_ANALYSTS")
    folder = tmp_path_factory.mktemp("project")
    schema = f"IAM_{uuid4().hex[:8].upper()}"
    _write_project(folder, schema, admin, sandbox)
    places = {"EXASOL_DSN": sandbox.dsn, "EXASOL_PASSWORD": sandbox.password}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_"))}
    bundle_file = sandbox.environment()["WEBSOCKET_CLIENT_CA_BUNDLE"]
    environment = {
        **kept,
        **places,
        "AWS_SHARED_CREDENTIALS_FILE": str(shared),
        "WEBSOCKET_CLIENT_CA_BUNDLE": bundle_file,
        "DBT_PROFILES_DIR": str(folder),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    yield Project(folder, environment, schema, (str(person.secret_key), str(key.secret_key)))
    for name in (schema.lower(), "exasol_sagemaker"):
        teardown(admin, project=name, target="test")


def _write_project(folder: Path, schema: str, admin: AwsSession, sandbox: SandboxState) -> None:
    settings = admin.settings
    project = {
        "name": schema.lower(),
        "version": "1.0.0",
        "config-version": 2,
        "profile": "iam",
        "vars": {"exasol_sagemaker": {"in_database_scripts": True}},
        "on-run-start": ["{{ exasol_sagemaker.create_connection(grants=['IAM_ANALYSTS']) }}"],
    }
    target = {
        "type": "exasol_sagemaker",
        "dsn": "{{ env_var('EXASOL_DSN') }}",
        "user": sandbox.user,
        "password": "{{ env_var('EXASOL_PASSWORD') }}",
        "dbname": "DB",
        "schema": schema.lower(),
        "threads": 1,
        "sagemaker": {
            "s3_uri": f"{settings.s3_uri}/dbt",
            "role_arn": settings.role_arn,
            "region": settings.region,
            "endpoint_url": settings.endpoint_url,
            "connection": CONNECTION,
            "connection_profile_name": "database",
            "name_prefix": "iam",
            "transport": "native",
        },
    }
    source = {
        "name": "iam",
        "schema": "IAM",
        "tables": [{"name": "applications", "identifier": "APPLICATIONS"}],
    }
    written = {
        "dbt_project.yml": project,
        "profiles.yml": {"iam": {"target": "test", "outputs": {"test": target}}},
        "packages.yml": {"packages": [{"local": str(REPOSITORY)}]},
        "models/sources.yml": {"version": 2, "sources": [source]},
    }
    (folder / "models").mkdir()
    for name, content in written.items():
        (folder / name).write_text(yaml.safe_dump(content))
    for name, (config, query) in MODELS.items():
        (folder / "models" / f"{name}.sql").write_text(f"{{{{ {config} }}}}\n\n{query}\n")
    (folder / "dbt_packages").mkdir()
    (folder / "dbt_packages" / "exasol_sagemaker").symlink_to(REPOSITORY)


def test_1_debug(project: Project) -> None:
    said = project.dbt("debug")
    assert re.search(r"role: \[OK\]", said)


def test_2_build(project: Project, database: pyexasol.ExaConnection) -> None:
    said = project.dbt("build")
    assert f"connection {CONNECTION} created, granted to IAM_ANALYSTS" in said
    for table in ("PREDICTIONS", "BATCH"):
        assert database.execute(f"SELECT COUNT(*) FROM {project.schema}.{table}").fetchval() == 600


def test_3_a_second_build_leaves_the_connection_alone(project: Project) -> None:
    said = project.dbt("run", "--select", "model")
    assert f"connection {CONNECTION} kept" in said
    assert "CREATE OR REPLACE CONNECTION" not in said


def test_4_the_scripts_from_sql(
    project: Project, database: pyexasol.ExaConnection, admin: AwsSession
) -> None:
    settings, job = admin.settings, f"iam-{uuid4().hex[:8]}"
    database.execute(f"OPEN SCHEMA {project.schema}")
    arguments = {
        "job_name": job,
        "aws_credentials_connection_name": CONNECTION,
        "aws_region": admin.region,
        "iam_sagemaker_role": settings.role_arn,
        "s3_bucket_uri": f"s3://{settings.bucket}",
        "s3_output_path": f"{settings.prefix}/sql",
        "input_schema_name": "IAM",
        "input_table_or_view_name": "APPLICATIONS",
        "target_attribute_name": "TARGET",
        "problem_type": "BinaryClassification",
        "objective": '{"MetricName": "Accuracy"}',
        "max_candidates": 1,
    }
    database.execute(f"EXECUTE SCRIPT SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT('{json.dumps(arguments)}')")
    status, where = "InProgress", f"'{CONNECTION}', '{admin.region}'"
    while status == "InProgress":
        poll = f"EXECUTE SCRIPT SME_POLL_SAGEMAKER_AUTOPILOT_JOB_STATUS('{job}', {where})"
        ((status, _),) = database.execute(poll).fetchall()
        time.sleep(0.3)
    assert status == "Completed"
    database.execute(
        f"EXECUTE SCRIPT SME_DEPLOY_SAGEMAKER_AUTOPILOT_ENDPOINT('{job}', '{ENDPOINT}', '{project.schema}', "
        f"'ml.m5.large', 1, {where})"
    )
    columns = database.execute(
        "SELECT GROUP_CONCAT('\"' || COLUMN_NAME || '\"' ORDER BY COLUMN_ORDINAL_POSITION) "
        "FROM EXA_ALL_COLUMNS WHERE COLUMN_SCHEMA = 'IAM' AND COLUMN_TABLE = 'APPLICATIONS' "
        "AND COLUMN_NAME <> 'TARGET'"
    ).fetchval()
    rows = database.execute(
        f'SELECT {project.schema}."{ENDPOINT}"({columns}) FROM IAM.APPLICATIONS '
        "GROUP BY IPROC(), MOD(ROWNUM, 2)"
    ).fetchall()
    assert len(rows) == 600
    database.execute(f"EXECUTE SCRIPT SME_DELETE_SAGEMAKER_AUTOPILOT_ENDPOINT('{ENDPOINT}', {where})")


def test_5_no_secret_is_in_what_dbt_wrote_and_said(project: Project) -> None:
    files = [path for path in project.folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert {"dbt.log", "manifest.json", "run_results.json"} <= {path.name for path in files}
    texts = {str(path): path.read_bytes() for path in files}
    texts |= {f"output {number}": said.encode() for number, said in enumerate(project.said)}
    for secret in project.secrets:
        assert [name for name, text in texts.items() if secret.encode() in text] == []


def test_6_no_secret_is_in_what_an_ordinary_user_may_read(
    project: Project, database: pyexasol.ExaConnection, sandbox: SandboxState
) -> None:
    database.execute("DROP USER IF EXISTS IAM_READER")
    database.execute('CREATE USER IAM_READER IDENTIFIED BY "of-reader"')
    database.execute("GRANT CREATE SESSION TO IAM_READER")
    database.execute("GRANT IAM_ANALYSTS TO IAM_READER")
    with pyexasol.connect(dsn=sandbox.dsn, user="IAM_READER", password="of-reader") as reader:
        names = [
            f"{schema}.{name}"
            for schema, name in reader.execute(
                "SELECT SCHEMA_NAME, OBJECT_NAME FROM EXA_SYSCAT WHERE OBJECT_NAME NOT LIKE 'EXA_DBA_%'"
            ).fetchall()
        ]
        assert len(names) > 20
        for name in names:
            content = str(reader.execute(f"SELECT * FROM {name}").fetchall())
            assert [secret for secret in project.secrets if secret in content] == [], name


def test_7_teardown(project: Project, database: pyexasol.ExaConnection) -> None:
    said = project.dbt("run-operation", "exasol_sagemaker.teardown")
    assert "endpoint iam-endpoint-" in said
    left = database.execute(
        f"SELECT COUNT(*) FROM EXA_ALL_CONNECTIONS WHERE CONNECTION_NAME = '{CONNECTION}'"
    ).fetchval()
    assert left == 0
