"""Any table goes through Batch Transform and comes back with the model's function of each of its rows.

The model is no trained one: it answers a checksum of the record that it got, so that a value that changed on
the way, or an answer that came to another row, is seen.
"""

from __future__ import annotations

import io
import sys
import tarfile
import zlib
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import cloudpickle
import numpy as np
import pyarrow as pa
import pyexasol
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from batch.conftest import Predict
from exasol_sagemaker import AwsSession, Column, TrainingJob
from exasol_sagemaker.settings import split_s3_uri
from exasol_sandbox.aws.tabular.csv_table import NULLS
from exasol_sandbox.aws.tabular.predictor import EnsembleStage, Predictor

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0"), min_size=1, max_size=30
) | st.sampled_from([",", '"', '""', "ä, ö", "NULL", "nan", "1", " x ", "'", ";", "\t", "a\\b"])
MILLISECONDS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(
    lambda one: one.replace(microsecond=one.microsecond // 1000 * 1000)
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "BOOLEAN": st.booleans(),
    "DECIMAL(9,0)": st.integers(-(10**9) + 1, 10**9 - 1),
    "DECIMAL(18,0)": st.integers(-(10**18) + 1, 10**18 - 1),
    "DECIMAL(36,0)": st.integers(-(10**35), 10**35),
    "DECIMAL(18,2)": st.integers(-(10**17), 10**17).map(lambda n: Decimal(n).scaleb(-2)),
    "DECIMAL(36,12)": st.integers(-(10**35), 10**35).map(lambda n: Decimal(n).scaleb(-12)),
    "DOUBLE": st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
    "DATE": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "TIMESTAMP": MILLISECONDS,
    "TIMESTAMP(6)": st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),
    "VARCHAR(100) UTF8": TEXT,
    "CHAR(30) UTF8": TEXT,
    "HASHTYPE(16 BYTE)": st.binary(min_size=16, max_size=16).map(bytes.hex),
}
KINDS = list(VALUES)
NAMES = [f"C{place}" for place in range(len(KINDS))]
ROWS = st.lists(st.tuples(*(values | st.none() for values in VALUES.values())), max_size=120)


def checksum(fields: list[str]) -> int:
    """Of a record; numbers count by their value, and not by how they are written."""
    same = []
    for kind, field in zip(KINDS, fields, strict=True):
        if field in NULLS:
            same.append("")
        elif kind == "DOUBLE":
            same.append(float(field).hex())
        elif kind.startswith("DECIMAL"):
            same.append(f"{Decimal(field):.12f}")
        else:
            same.append(field)
    return zlib.crc32("\x1f".join(same).encode())


class Checksums:
    """What takes the place of a model's feature encoder."""

    columns = NAMES

    def encode(self, records: pa.Table) -> NDArray[np.float64]:
        rows = zip(*(column.to_pylist() for column in records.columns), strict=True)
        sums = [checksum(["" if field is None else field for field in row]) for row in rows]
        return np.array(sums, dtype=np.float64).reshape(-1, 1)


class Itself:
    """What takes the place of an estimator."""

    def predict(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        return matrix[:, 0]


def as_exported(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind.startswith("TIMESTAMP"):
        return f"{value:%m-%d %H:%M:%S.%f}".join([f"{value.year:04d}-", ""])
    if kind == "DATE":
        return f"{value.year:04d}-{value:%m-%d}"
    if kind.startswith("CHAR"):
        return str(value).rstrip(" ")
    return ("true" if value else "false") if kind == "BOOLEAN" else str(value)


@pytest.fixture(scope="module")
def job(session: AwsSession, trained: TrainingJob) -> TrainingJob:
    """A job whose best candidate answers checksums."""
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    stage = EnsembleStage(Checksums(), Predictor("Regression", [Itself()], [1.0]), [])  # type: ignore[arg-type]
    content = cloudpickle.dumps(stage)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("model.joblib")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    assert trained.best is not None
    uri = f"{session.settings.s3_uri}/checksums/model.tar.gz"
    bucket, key = split_s3_uri(uri)
    session.s3.put_object(Bucket=bucket, Key=key, Body=packed.getvalue())
    container = {"Image": trained.best.containers[0]["Image"], "ModelDataUrl": uri, "Environment": {}}
    return replace(
        trained,
        problem_type="Regression",
        target_type="DECIMAL(18,0)",
        input_columns=tuple(map(Column, NAMES, KINDS)),
        best=replace(trained.best, containers=(container,)),
    )


@pytest.fixture(scope="module")
def table(database: pyexasol.ExaConnection) -> str:
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(NAMES, KINDS, strict=True))
    database.execute(f"CREATE TABLE BATCH.ANY_VALUES (ID DECIMAL(9,0), {columns})")
    return "BATCH.ANY_VALUES"


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, st.sampled_from(["MultiRecord", "SingleRecord"]), st.integers(20, 200))
def test_each_row_gets_the_models_function_of_it(
    predict: Predict,
    job: TrainingJob,
    database: pyexasol.ExaConnection,
    table: str,
    rows: list[tuple[Any, ...]],
    strategy: str,
    rows_per_chunk: int,
) -> None:
    database.execute(f"TRUNCATE TABLE {table}")
    if rows:
        database.import_from_iterable(
            [(place, *values) for place, values in enumerate(rows)], ("BATCH", "ANY_VALUES")
        )
    _, loaded = predict(f"SELECT * FROM {table}", job=job, strategy=strategy, rows_per_chunk=rows_per_chunk)
    found = database.execute(f"SELECT ID, PREDICTION FROM ({loaded.query})").fetchall()
    expected = {
        place: checksum([as_exported(kind, value) for kind, value in zip(KINDS, row, strict=True)])
        for place, row in enumerate(rows)
    }
    assert len(found) == len(rows)
    assert {int(key): int(answer) for key, answer in found} == expected
