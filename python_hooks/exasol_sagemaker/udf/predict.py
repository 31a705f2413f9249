"""What the database calls: rows of a group in, rows with a prediction out.

`run` reads and emits; threads write CSV, ask the endpoint and read its answers; `Pace` says how many rows a
request takes and how many requests are under way, `Gate` lets them go.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import pandas as pd
import pyarrow as pa

from exasol_sagemaker.udf.connection import runtime_client
from exasol_sagemaker.udf.endpoint import Answer, Endpoint
from exasol_sagemaker.udf.explanations import FIRST_EXPLAINED_ROWS
from exasol_sagemaker.udf.gate import Gate
from exasol_sagemaker.udf.in_flight import MOST_REQUESTS
from exasol_sagemaker.udf.pace import AHEAD, FIRST_ROWS, Pace
from exasol_sagemaker.udf.pieces import pieces
from exasol_sagemaker.udf.shape import Shape, called_shape


def run(ctx: Any) -> None:
    """Predict one group: emits its leading columns, PREDICTION and, for classification, PROBABILITY."""
    # Other allocators keep what each thread has freed, which is a fifth of the memory.
    pa.set_memory_pool(pa.system_memory_pool())
    shape = called_shape()
    pace = Pace(ctx.size(), FIRST_EXPLAINED_ROWS if shape.explanation else FIRST_ROWS)
    gate = Gate(pace)
    endpoint = Endpoint(runtime_client(), pace, gate, shape.probabilities, shape.explanation)
    flying: set[Future[Answer]] = set()
    interval = sys.getswitchinterval()
    # Each step of a request waits for the interpreter: conversion is to hand it over ten times as often.
    sys.setswitchinterval(interval / 10)
    with ThreadPoolExecutor(MOST_REQUESTS + AHEAD) as pool:
        try:
            since = time.monotonic()
            for piece in pieces(ctx, shape, pace):
                flying.add(pool.submit(endpoint.predict, piece))
                rows, rested = piece.rows, 0.0
                del piece
                while flying:
                    full = len(flying) >= pace.requests + AHEAD
                    resting = time.monotonic()
                    done, flying = wait(flying, None if full else 0, FIRST_COMPLETED)
                    rested += time.monotonic() - resting
                    _emit(ctx, done, shape, pace)
                    gate.wake()
                    if not full:
                        break
                now = time.monotonic()
                pace.made(rows, now - since - rested)
                since = now
            while flying:
                done, flying = wait(flying, None, FIRST_COMPLETED)
                _emit(ctx, done, shape, pace)
        finally:
            sys.setswitchinterval(interval)
            gate.give_up()
            for future in flying:
                future.cancel()


def _emit(ctx: Any, done: set[Future[Answer]], shape: Shape, pace: Pace) -> None:
    while done:
        answer = done.pop().result()
        pace.answered(answer)
        frame = answer.piece.passed.reset_index(drop=True)
        frame.columns = pd.RangeIndex(shape.passed)
        for offset, values in enumerate(answer.results):
            frame[shape.passed + offset] = _emitted(values)
        ctx.emit(frame)


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
