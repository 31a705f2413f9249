"""Training data reach S3 by either transport, complete or not at all."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from uuid import uuid4

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    Export,
    ExportError,
    PredictionUdf,
    TrainingDataError,
    export_to_s3,
    s3,
)
from exasol_sagemaker.export import export_query
from exasol_sagemaker.manifest import read_manifest
from exasol_sagemaker.settings import split_s3_uri
from exasol_sagemaker.training_data import read_columns
from exasol_sagemaker.transport import choose_transport
from hooks.conftest import Place, keyed_session

ALL = "SELECT * FROM HOOKS.APPLICATIONS"
TRANSPORTS = pytest.mark.parametrize("transport", ["client", "native"])


@pytest.fixture
def uri(place: Place) -> str:
    return f"{place.settings.s3_uri.rstrip('/')}/exports/{uuid4().hex}"


def read(session: AwsSession, export: Export) -> tuple[list[str], list[list[str]]]:
    """Header, and all rows of all files, each of which has the header."""
    headers, rows = [], []
    for file in export.files:
        bucket, key = split_s3_uri(file.uri)
        text = session.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        first, *rest = csv.reader(io.StringIO(text, newline=""))
        headers.append(first)
        rows += rest
    assert all(header == headers[0] for header in headers)
    return headers[0], rows


@TRANSPORTS
def test_all_rows_arrive_with_a_header_in_each_file(
    session: AwsSession, database: pyexasol.ExaConnection, uri: str, transport: str
) -> None:
    export = export_to_s3(session, database, query=ALL, s3_uri=uri, transport=transport)
    header, rows = read(session, export)
    assert header == [column.name for column in export.columns]
    assert export.row_count == len(rows) == 1_500
    assert {int(row[0]) for row in rows} == set(range(1_500))
    assert {row[5] for row in rows} == {'Büro, "Chef"', "Bau", "two\nlines", ""}


def test_both_transports_write_the_same_values(
    session: AwsSession, database: pyexasol.ExaConnection, uri: str
) -> None:
    query = f"{ALL} WHERE ID < 300"
    rows = {
        way: sorted(
            read(session, export_to_s3(session, database, query=query, s3_uri=f"{uri}/{way}", transport=way))[
                1
            ]
        )
        for way in ("native", "client")
    }
    assert rows["native"] == rows["client"]


@TRANSPORTS
def test_the_manifest_says_what_was_written(
    session: AwsSession, database: pyexasol.ExaConnection, uri: str, transport: str
) -> None:
    export = export_to_s3(session, database, query=ALL, s3_uri=uri, transport=transport)
    assert read_manifest(session, export.data_uri) == export
    assert export.transport == transport
    assert all(file.size > 0 for file in export.files)


def test_an_export_replaces_an_earlier_one(
    session: AwsSession, database: pyexasol.ExaConnection, uri: str
) -> None:
    export_to_s3(session, database, query=ALL, s3_uri=uri, transport="native")
    export = export_to_s3(session, database, query=f"{ALL} WHERE ID < 10", s3_uri=uri, transport="client")
    assert [one for one, _ in s3.list_objects(session, f"{uri}/")] == [
        export.files[0].uri,
        export.manifest_uri,
    ]


def test_values_are_written_in_one_form_whatever_the_session_says(
    session: AwsSession, database: pyexasol.ExaConnection, uri: str
) -> None:
    query = (
        "SELECT TRUE AS B, CAST(NULL AS BOOLEAN) AS N, DATE '2024-01-31' AS D, "
        "TIMESTAMP '2024-01-31 13:00:00.5' AS T, CAST('M' AS CHAR(5)) AS C, CAST(1 AS DECIMAL(18,0)) AS I"
    )
    _, rows = read(session, export_to_s3(session, database, query=query, s3_uri=uri, transport="client"))
    assert rows == [["true", "", "2024-01-31", "2024-01-31 13:00:00.500000", "M", "1"]]


def test_the_udf_writes_rows_as_they_were_exported(
    session: AwsSession, database: pyexasol.ExaConnection, uri: str
) -> None:
    """No train/serve skew: the same rows through EXPORT and through the UDF's code in the database."""
    query = f"{ALL} WHERE ID < 200"
    export = export_to_s3(session, database, query=query, s3_uri=uri, transport="client")
    udf = PredictionUdf(
        endpoint_name="none",
        region="none",
        connection="NONE",
        job_name="none",
        model_name="none",
        problem_type="Regression",
        target_column="none",
        target_type="DOUBLE",
        input_columns=export.columns,
        response_keys=(),
    )
    database.execute(
        "CREATE OR REPLACE PYTHON3 SET SCRIPT HOOKS.AS_CSV(...) EMITS (CSV_TEXT VARCHAR(2000000)) AS\n"
        + udf.body()
        + "\ndef run(ctx):\n"
        "    kinds = [kind for _, kind in CONFIG['input_columns']]\n"
        "    ctx.emit(to_csv(to_table(ctx.get_dataframe('all'), kinds))[0].decode())\n"
    )
    names = ", ".join(f'"{column.name}"' for column in export.columns)
    text = database.execute(f"SELECT HOOKS.AS_CSV({names}) FROM ({query})").fetchval()
    served = sorted(csv.reader(io.StringIO(text, newline="")))
    trained = sorted(read(session, export)[1])
    numbers = [index for index, column in enumerate(export.columns) if column.type == "DOUBLE"]
    for one, other in zip(served, trained, strict=True):
        for index in numbers:
            assert float(one[index]) == float(other[index])
            one[index] = other[index] = "compared"
    assert served == trained


@TRANSPORTS
def test_a_failure_leaves_nothing(
    session: AwsSession, database: pyexasol.ExaConnection, uri: str, transport: str
) -> None:
    query = "SELECT ID, 1 / (ID - 1499) AS X FROM HOOKS.APPLICATIONS"
    with pytest.raises(ExportError) as caught:
        export_to_s3(session, database, query=query, s3_uri=uri, transport=transport, node="model.x")
    assert caught.value.node == "model.x"
    assert "zero" in (caught.value.why or "")
    assert list(s3.list_objects(session, f"{uri}/")) == []
    assert database.execute("SELECT 1").fetchval() == 1


@TRANSPORTS
def test_other_rows_than_were_counted_leave_nothing(
    session: AwsSession, database: pyexasol.ExaConnection, uri: str, transport: str
) -> None:
    with pytest.raises(TrainingDataError, match="1500 rows were exported where 1499 had been counted"):
        export_query(
            session,
            database,
            query=ALL,
            columns=read_columns(database, ALL),
            s3_uri=f"{uri}/",
            expected_rows=1_499,
            transport=transport,
        )
    assert list(s3.list_objects(session, f"{uri}/")) == []


def test_native_needs_a_connection(
    place: Place, session: AwsSession, database: pyexasol.ExaConnection, uri: str
) -> None:
    without = keyed_session(replace(place.settings, connection=None), place.key_id, place.secret)
    with pytest.raises(ConfigurationError, match="needs a CONNECTION"):
        export_to_s3(without, database, query=ALL, s3_uri=uri, transport="native")
    absent = keyed_session(replace(place.settings, connection="NOT_THERE"), place.key_id, place.secret)
    with pytest.raises(ExportError, match="could not export to S3"):
        export_to_s3(absent, database, query=ALL, s3_uri=uri, transport="native")


def test_auto_says_why_it_does_not_take_native(place: Place, database: pyexasol.ExaConnection) -> None:
    def chosen(**settings: object) -> tuple[str, str]:
        base = replace(place.settings, **settings)  # type: ignore[arg-type]
        transport = choose_transport(keyed_session(base, place.key_id, place.secret), database, "auto")
        return transport.name, transport.reason

    assert chosen(connection=None) == ("client", "no CONNECTION is configured")
    assert chosen()[0] == "client"
    assert "Amazon's own S3" in chosen()[1]
    assert chosen(endpoint_url=None, connection="NOT_THERE") == ("client", "there is no CONNECTION NOT_THERE")
    assert chosen(endpoint_url=None)[0] == "native"
