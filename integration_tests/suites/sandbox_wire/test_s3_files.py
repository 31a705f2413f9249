"""IMPORT and EXPORT between the database and S3, as seen through boto3."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pyexasol
import pytest

from exasol_sandbox.state import SandboxState


@pytest.fixture
def s3(aws: Callable[..., Any]) -> Any:
    return aws("s3")


@pytest.fixture
def folder() -> str:
    return f"wire-{uuid4().hex[:8]}"


@pytest.fixture
def bucket_url(sandbox: SandboxState) -> str:
    return f"https://{sandbox.bucket}.s3.{sandbox.aws_region}.amazonaws.com"


@pytest.fixture
def create_connection(exasol: pyexasol.ExaConnection, sandbox: SandboxState) -> Iterator[Callable[..., str]]:
    made: list[str] = []

    def create(address: str, key: str | None = None, secret: str | None = None) -> str:
        name = f"C_{uuid4().hex[:8].upper()}"
        key = sandbox.aws_access_key_id if key is None else key
        secret = sandbox.aws_secret_access_key if secret is None else secret
        exasol.execute(f"CREATE CONNECTION {name} TO '{address}' USER '{key}' IDENTIFIED BY '{secret}'")
        made.append(name)
        return name

    yield create
    for name in made:
        exasol.execute(f"DROP CONNECTION IF EXISTS {name}")


@pytest.fixture
def table(exasol: pyexasol.ExaConnection, schema: str) -> str:
    exasol.execute("CREATE TABLE T (I INT, S VARCHAR(50))")
    exasol.import_from_iterable([(number, f"row {number}") for number in range(1000)], "T")
    return "T"


def _keys(s3: Any, sandbox: SandboxState, prefix: str) -> list[str]:
    found = s3.list_objects_v2(Bucket=sandbox.bucket, Prefix=prefix)
    return [entry["Key"] for entry in found.get("Contents", [])]


def _read(s3: Any, sandbox: SandboxState, key: str) -> bytes:
    content: bytes = s3.get_object(Bucket=sandbox.bucket, Key=key)["Body"].read()
    return content


def test_export_puts_an_object_that_import_reads(
    exasol: pyexasol.ExaConnection,
    s3: Any,
    sandbox: SandboxState,
    create_connection: Any,
    bucket_url: str,
    table: str,
    folder: str,
) -> None:
    connection = create_connection(bucket_url)

    exported = exasol.execute(f"EXPORT T INTO CSV AT {connection} FILE '{folder}/t.csv' WITH COLUMN NAMES")
    lines = _read(s3, sandbox, f"{folder}/t.csv").decode().splitlines()
    exasol.execute("TRUNCATE TABLE T")
    imported = exasol.execute(f"IMPORT INTO T FROM CSV AT {connection} FILE '{folder}/t.csv' SKIP = 1")

    assert exported.rowcount() == imported.rowcount() == 1000
    assert lines[0] == "I,S"
    assert len(lines) == 1001
    assert exasol.execute("SELECT SUM(I), MAX(S) FROM T").fetchone() == ("499500", "row 999")


def test_rows_are_spread_over_the_files_of_an_export(
    exasol: pyexasol.ExaConnection,
    s3: Any,
    sandbox: SandboxState,
    create_connection: Any,
    bucket_url: str,
    table: str,
    folder: str,
) -> None:
    names = [f"{folder}/part-{number}.csv.gz" for number in range(4)]
    files = " ".join(f"FILE '{name}'" for name in names)

    exasol.execute(
        f"EXPORT (SELECT I FROM T) INTO CSV AT {create_connection(bucket_url)} {files} WITH COLUMN NAMES"
    )

    parts = [gzip.decompress(_read(s3, sandbox, name)).decode().splitlines() for name in names]
    assert all(part[0] == "I" for part in parts)
    assert [len(part) - 1 for part in parts] == [250] * 4
    assert sorted(int(line) for part in parts for line in part[1:]) == list(range(1000))


def test_order_is_kept_in_one_file(
    exasol: pyexasol.ExaConnection,
    s3: Any,
    sandbox: SandboxState,
    create_connection: Any,
    bucket_url: str,
    table: str,
    folder: str,
) -> None:
    connection = create_connection(bucket_url)
    exasol.execute(f"EXPORT (SELECT I FROM T ORDER BY I DESC) INTO CSV AT {connection} FILE '{folder}/t.csv'")

    assert _read(s3, sandbox, f"{folder}/t.csv").decode().split() == [
        str(number) for number in range(999, -1, -1)
    ]


def test_credentials_may_stand_in_the_statement_and_the_address_may_have_a_folder(
    exasol: pyexasol.ExaConnection, s3: Any, sandbox: SandboxState, table: str, folder: str
) -> None:
    exasol.execute(
        f"EXPORT T INTO CSV AT 'https://{sandbox.bucket}.s3.{sandbox.aws_region}.amazonaws.com/{folder}' "
        f"USER '{sandbox.aws_access_key_id}' IDENTIFIED BY '{sandbox.aws_secret_access_key}' FILE 't.csv'"
    )

    assert _keys(s3, sandbox, folder) == [f"{folder}/t.csv"]


def test_encryption_settings_of_the_connection_reach_s3(
    exasol: pyexasol.ExaConnection,
    s3: Any,
    sandbox: SandboxState,
    create_connection: Any,
    bucket_url: str,
    table: str,
    folder: str,
) -> None:
    connection = create_connection(bucket_url, secret=f"{sandbox.aws_secret_access_key};sse_type=AES256")
    exasol.execute(f"EXPORT T INTO CSV AT {connection} FILE '{folder}/t.csv'")

    head = s3.head_object(Bucket=sandbox.bucket, Key=f"{folder}/t.csv")
    assert head["ServerSideEncryption"] == "AES256"


def test_temporary_credentials_with_a_session_token(
    exasol: pyexasol.ExaConnection,
    s3: Any,
    aws: Callable[..., Any],
    sandbox: SandboxState,
    create_connection: Any,
    bucket_url: str,
    table: str,
    folder: str,
) -> None:
    temporary = aws("sts").get_session_token()["Credentials"]
    key, secret, token = (temporary[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    with_token = create_connection(bucket_url, key, f"{secret};session_token={token}")
    without_token = create_connection(bucket_url, key, secret)

    exasol.execute(f"EXPORT T INTO CSV AT {with_token} FILE '{folder}/t.csv'")

    assert _keys(s3, sandbox, folder) == [f"{folder}/t.csv"]
    with pytest.raises(pyexasol.ExaQueryError, match=r"ETL-5106.*error code=40"):
        exasol.execute(f"EXPORT T INTO CSV AT {without_token} FILE '{folder}/u.csv'")


@pytest.mark.parametrize(
    ("key", "secret", "reason"),
    [
        ("AKIAIOSFODNN7EXAMPLE", None, "InvalidAccessKeyId"),
        (None, "wrong/secret", "SignatureDoesNotMatch"),
    ],
)
def test_wrong_keys_fail_as_exasol_reports_it_and_the_secret_is_not_told(
    exasol: pyexasol.ExaConnection,
    s3: Any,
    sandbox: SandboxState,
    create_connection: Any,
    bucket_url: str,
    table: str,
    folder: str,
    key: str | None,
    secret: str | None,
    reason: str,
) -> None:
    connection = create_connection(bucket_url, key, secret)

    with pytest.raises(pyexasol.ExaQueryError) as failure:
        exasol.execute(f"EXPORT T INTO CSV AT {connection} FILE '{folder}/t.csv'")

    assert failure.value.code == "42636"
    assert failure.value.message.startswith(
        "ETL-5106: Following error occured while writing data to external connection "
        f"[{bucket_url}/{folder}/t.csv?uploads= failed with error code=403 after 0 bytes. {reason}: "
    )
    assert (secret or sandbox.aws_secret_access_key) not in str(failure.value)
    assert _keys(s3, sandbox, folder) == []


def test_a_user_without_rights_on_the_bucket_is_denied(
    exasol: pyexasol.ExaConnection,
    aws: Callable[..., Any],
    create_connection: Any,
    bucket_url: str,
    table: str,
    folder: str,
) -> None:
    name = f"guest-{folder}"
    iam = aws("iam")
    iam.create_user(UserName=name)
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    iam.put_user_policy(UserName=name, PolicyName="none", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    connection = create_connection(bucket_url, key["AccessKeyId"], key["SecretAccessKey"])

    with pytest.raises(pyexasol.ExaQueryError, match=r"ETL-5106.*error code=403.*AccessDenied"):
        exasol.execute(f"EXPORT T INTO CSV AT {connection} FILE '{folder}/t.csv'")


def test_a_bucket_that_does_not_exist(
    exasol: pyexasol.ExaConnection, create_connection: Any, sandbox: SandboxState, table: str
) -> None:
    connection = create_connection(f"https://no-such-bucket-anywhere.s3.{sandbox.aws_region}.amazonaws.com")

    with pytest.raises(pyexasol.ExaQueryError, match=r"ETL-5106.*error code=404.*NoSuchBucket"):
        exasol.execute(f"EXPORT T INTO CSV AT {connection} FILE 't.csv'")


def test_an_object_that_does_not_exist(
    exasol: pyexasol.ExaConnection, create_connection: Any, bucket_url: str, table: str
) -> None:
    with pytest.raises(pyexasol.ExaQueryError, match=r"ETL-5105.*error code=404.*NoSuchKey"):
        exasol.execute(f"IMPORT INTO T FROM CSV AT {create_connection(bucket_url)} FILE 'absent.csv'")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://s3.eu-central-1.amazonaws.com/bucket", "ETL-2210.*host name"),
        ("https://minio.example.com/bucket", "ETL-5106.*Could not connect"),
        ("ftp://example.com", "not supported"),
    ],
)
def test_addresses_that_exasol_does_not_serve(
    exasol: pyexasol.ExaConnection, create_connection: Any, table: str, address: str, reason: str
) -> None:
    with pytest.raises(pyexasol.ExaQueryError, match=reason):
        exasol.execute(f"EXPORT T INTO CSV AT {create_connection(address)} FILE 't.csv'")


def test_a_faulty_object_among_several_keeps_the_table_as_it_was(
    exasol: pyexasol.ExaConnection,
    s3: Any,
    sandbox: SandboxState,
    create_connection: Any,
    bucket_url: str,
    table: str,
    folder: str,
) -> None:
    s3.put_object(Bucket=sandbox.bucket, Key=f"{folder}/good.csv", Body=b"1,a\n")
    s3.put_object(Bucket=sandbox.bucket, Key=f"{folder}/bad.csv", Body=b"1,a\nx,b\n")
    source = f"FROM CSV AT {create_connection(bucket_url)} FILE '{folder}/good.csv' FILE '{folder}/bad.csv'"

    with pytest.raises(pyexasol.ExaQueryError, match=r"ETL-3050.*bad.csv, record 2, column I"):
        exasol.execute(f"IMPORT INTO T {source}")
    assert exasol.execute("SELECT COUNT(*) FROM T").fetchval() == 1000

    assert exasol.execute(f"IMPORT INTO T {source} REJECT LIMIT 1").rowcount() == 2


def test_a_failing_query_leaves_no_object_and_no_upload_behind(
    exasol: pyexasol.ExaConnection,
    s3: Any,
    sandbox: SandboxState,
    create_connection: Any,
    bucket_url: str,
    table: str,
    folder: str,
) -> None:
    connection = create_connection(bucket_url)

    with pytest.raises(pyexasol.ExaQueryError):
        exasol.execute(f"EXPORT (SELECT 1 / (I - 500) FROM T) INTO CSV AT {connection} FILE '{folder}/t.csv'")

    assert _keys(s3, sandbox, folder) == []
    uploads = s3.list_multipart_uploads(Bucket=sandbox.bucket).get("Uploads", [])
    assert [upload["Key"] for upload in uploads if upload["Key"].startswith(folder)] == []
