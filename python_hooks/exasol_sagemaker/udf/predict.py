"""What the database calls: rows of a group in, rows with a prediction out.

`run` reads, writes CSV and emits; threads ask the endpoint and read its answers; `Pace` says how many rows a
request takes and how many requests are under way.
"""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import pandas as pd
import pyarrow as pa

from exasol_sagemaker.udf.connection import runtime_client
from exasol_sagemaker.udf.endpoint import Answer, Endpoint
from exasol_sagemaker.udf.pace import MOST_REQUESTS, Pace
from exasol_sagemaker.udf.pieces import pieces
from exasol_sagemaker.udf.shape import Shape, called_shape


def run(ctx: Any) -> None:
    """Predict one group: emits its leading columns, PREDICTION and, for classification, PROBABILITY."""
    shape = called_shape()
    pace = Pace(ctx.size())
    endpoint = Endpoint(runtime_client(), shape.probabilities)
    flying: set[Future[Answer]] = set()
    with ThreadPoolExecutor(MOST_REQUESTS) as pool:
        try:
            for piece in pieces(ctx, shape, pace):
                while len(flying) >= pace.requests:
                    flying = _emit_finished(ctx, flying, shape, pace)
                flying.add(pool.submit(endpoint.predict, piece))
            while flying:
                flying = _emit_finished(ctx, flying, shape, pace)
        finally:
            endpoint.given_up.set()
            for future in flying:
                future.cancel()


def _emit_finished(ctx: Any, flying: set[Future[Answer]], shape: Shape, pace: Pace) -> set[Future[Answer]]:
    """Wait until something is answered, and emit it; gives what is still under way."""
    started = time.monotonic()
    done, rest = wait(flying, return_when=FIRST_COMPLETED)
    pace.idle += time.monotonic() - started
    for future in done:
        answer = future.result()
        pace.answered(answer)
        frame = answer.piece.passed.reset_index(drop=True)
        frame.columns = pd.RangeIndex(shape.passed)
        for offset, values in enumerate(answer.results):
            frame[shape.passed + offset] = _emitted(values)
        ctx.emit(frame)
    return rest


def _emitted(values: Any) -> Any:
    if pa.types.is_timestamp(values.type):
        # Nanoseconds are what emit takes; a datetime out of their reach it takes as an object.
        try:
            return values.cast(pa.timestamp("ns")).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            return pd.Series([pd.Timestamp(one) for one in values.to_pylist()], dtype=object)
    if pa.types.is_floating(values.type) or pa.types.is_integer(values.type):
        return values.to_numpy(zero_copy_only=False)
    if pa.types.is_boolean(values.type) and not values.null_count:
        return values.to_numpy(zero_copy_only=False)
    return pd.Series(values.to_pylist(), dtype=object)
