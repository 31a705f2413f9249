"""`client` export of 5 million rows x 15 columns to S3, against export_to_pandas, to_csv and upload_file.

Each turn is a process of its own on the same sandbox, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import boto3
import pyexasol

from benchmarks.harness import MEBIBYTES, RATIO, Figure, connect, sandbox
from exasol_sagemaker import AwsSession, SageMakerSettings, export_to_s3, s3
from exasol_sagemaker.settings import split_s3_uri
from exasol_sandbox.state import SandboxState

ROWS = 5_000_000
TURNS = 3
TABLE = "BENCH.ROWS_5M"
QUERY = f"SELECT * FROM {TABLE}"
NUMBERS = [f"N{number}" for number in range(4)]
FLOATS = [f"F{number}" for number in range(6)]
TEXTS = [f"T{number}" for number in range(5)]


def run() -> list[Figure]:
    """Both ways in turns, after one turn each that warms up the sandbox."""
    with sandbox() as state:
        _load(state)
        turns = [{way: _turn(state, way) for way in WAYS} for _ in range(TURNS + 1)][1:]
    taken = {way: median(turn[way]["seconds"] for turn in turns) for way in WAYS}
    peak = {way: max(turn[way]["mebibytes"] for turn in turns) for way in WAYS}
    note = ", ".join(f"{way} {taken[way]:.1f} s = {ROWS / taken[way]:,.0f} rows/s" for way in WAYS)
    return [
        Figure(
            "client export, 5 million rows x 15: peak memory",
            peak["ours"],
            MEBIBYTES,
            300,
            note=f"the plain way: {peak['plain']:,.0f} MiB",
        ),
        Figure(
            "client export against export_to_pandas, to_csv, upload_file",
            taken["plain"] / taken["ours"],
            RATIO,
            1.5,
            True,
            note,
        ),
    ]


def _load(state: SandboxState) -> None:
    kinds = {"N": "DECIMAL(18,0)", "F": "DOUBLE", "T": "VARCHAR(20)"}
    columns = ", ".join(f"{name} {kinds[name[0]]}" for name in NUMBERS + FLOATS + TEXTS)
    values = [f"I * {factor}" for factor in range(1, 5)]
    values += [f"SIN(I * {factor})" for factor in range(1, 7)]
    values += [f"'text ' || MOD(I, {977 + factor})" for factor in range(5)]
    with connect(state) as exasol:
        exasol.execute("CREATE SCHEMA BENCH")
        exasol.execute(f"CREATE TABLE {TABLE} ({columns})")
        exasol.execute("CREATE TABLE BENCH.NUMBERS (I DECIMAL(18,0))")
        exasol.import_from_iterable(((number,) for number in range(100_000)), ("BENCH", "NUMBERS"))
        for start in range(0, ROWS, 100_000):
            numbers = f"(SELECT I + {start} AS I FROM BENCH.NUMBERS)"
            exasol.execute(f"INSERT INTO {TABLE} SELECT {', '.join(values)} FROM {numbers}")


def _turn(state: SandboxState, way: str) -> dict[str, float]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EXASOL_"))}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.client_export", way],
        check=False,
        env=kept | state.environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"the export by {way} failed:\n{done.stdout}{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _ours(exasol: pyexasol.ExaConnection, uri: str) -> None:
    export_to_s3(_session(), exasol, query=QUERY, s3_uri=uri, transport="client")


def _plain(exasol: pyexasol.ExaConnection, uri: str) -> None:
    bucket, key = split_s3_uri(uri)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        file = Path(folder, "data.csv")
        exasol.export_to_pandas(QUERY).to_csv(file, index=False)
        boto3.client("s3").upload_file(str(file), bucket, f"{key}/data.csv")


WAYS: dict[str, Callable[[pyexasol.ExaConnection, str], None]] = {"ours": _ours, "plain": _plain}


def _session() -> AwsSession:
    return AwsSession(SageMakerSettings(s3_uri=os.environ["SAGEMAKER_S3_URI"]))


def _peak() -> float:
    """Largest resident memory of this program so far, in MiB.

    On Linux getrusage's value begins with that of the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024


def _child(way: str) -> None:
    """One export in this process; prints its seconds and its peak memory."""
    uri = f"{os.environ['SAGEMAKER_S3_URI'].rstrip('/')}/{way}"
    dsn, user, password = (os.environ[f"EXASOL_{name}"] for name in ("DSN", "USER", "PASSWORD"))
    with pyexasol.connect(dsn=dsn, user=user, password=password) as exasol:
        start = time.perf_counter()
        WAYS[way](exasol, uri)
        taken = time.perf_counter() - start
    print(json.dumps({"seconds": taken, "mebibytes": _peak()}))
    s3.delete_prefix(_session(), f"{uri}/")


if __name__ == "__main__":
    _child(sys.argv[1])
