"""Runs the prediction UDF's module as the database would, against a stub endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pandas as pd
import pytest

from udf.script import predict
from udf.stub_endpoint import Context, Predict, Respond, StubEndpoint, database


@pytest.fixture
def udf(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setattr(predict, "_clients", {})
    monkeypatch.setattr(predict.random, "uniform", lambda low, high: 0.001)
    yield predict


@pytest.fixture
def run_udf(udf: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Predict:
    """Run one group: `run_udf(frame, training={"A": "DOUBLE"}, keys=1, respond=…)`."""

    def run(
        frame: pd.DataFrame,
        *,
        training: dict[str, str],
        respond: Respond,
        keys: int = 0,
        results: tuple[tuple[str, str], ...] = (("PREDICTION", "DOUBLE"),),
        response_keys: tuple[str, ...] = (),
        passed: int | None = None,
        password: str = "secret",
        accept: str = "text/csv",
    ) -> tuple[Context, StubEndpoint]:
        config = {
            "endpoint_name": "risk",
            "region": "eu-central-1",
            "connection": "AWS",
            "input_columns": list(training.items()),
            "result_columns": list(results[:2]),
            "response_keys": list(response_keys),
            "accept": accept,
        }
        monkeypatch.setattr(udf, "CONFIG", config)
        outputs = [""] * (keys if passed is None else passed) + [name for name, _ in results]
        exa = database(["DECIMAL(18,0)"] * frame.shape[1], outputs, password=password)
        monkeypatch.setattr(udf, "exa", exa, raising=False)
        context = Context(frame)
        stub = StubEndpoint(respond)
        with stub.serve() as url:
            monkeypatch.setenv("AWS_ENDPOINT_URL", url)
            udf.run(context)
        return context, stub

    return run
