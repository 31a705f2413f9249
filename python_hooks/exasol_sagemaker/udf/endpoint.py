"""Requests: one a piece, asked again while that may help, and in halves if the model cannot take it."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import pyarrow as pa
from botocore.exceptions import BotoCoreError, ClientError

from exasol_sagemaker.udf.context import CONFIG, where
from exasol_sagemaker.udf.explanations import asked_explanations, read_results
from exasol_sagemaker.udf.gate import Gate
from exasol_sagemaker.udf.pace import Pace, body_limit
from exasol_sagemaker.udf.pieces import Piece
from exasol_sagemaker.udf.refusals import Refused, explained, is_busy, is_of_model, may_pass
from exasol_sagemaker.udf.to_csv import to_csv

ATTEMPTS = 9
PATIENCE = 600.0


class Answer(NamedTuple):
    """What the endpoint said to a piece.

    Attributes:
        piece: Whose rows these are.
        results: Arrow arrays: PREDICTION and, for classification, PROBABILITY and PROBABILITIES.
        size: Bytes of the answer.
        seconds: How long the request that succeeded took.
        waited: Seconds that the payload waited until another request had ended.
        throttled: Whether the endpoint said on the way that it is asked too much.
        at_once: Rows of the largest request, if the model could not take all of the piece in one.
    """

    piece: Piece
    results: list[Any]
    size: int
    seconds: float
    waited: float
    throttled: bool
    at_once: float = float("inf")


class Endpoint:
    """Makes payloads and asks, and asks again what may pass. Used by several threads at once."""

    def __init__(self, client: Any, pace: Pace, gate: Gate, all_of_them: bool, explain: bool = False) -> None:
        self.client = client
        self.pace = pace
        self.gate = gate
        self.all_of_them = all_of_them
        self.explain = explain
        self._quoted = False

    def predict(self, piece: Piece) -> Answer:
        """All results of a piece. What the model cannot take at once it is asked in halves, down to the row.

        Raises:
            ValueError: A row alone is too large for a request.
            RuntimeError: It cannot be had; says for which rows, why, and what to do.
        """
        body, self._quoted = to_csv(piece.table, self._quoted)
        size = len(body)
        self.pace.sent(piece.rows, size)
        if size > body_limit():
            if piece.rows == 1:
                raise ValueError(
                    f"{where()}: a single row has {size} bytes, and a request may have {body_limit()}. "
                    f"Shorten its texts, or leave it out. It is {piece}."
                )
            del body
            return self._in_parts(piece, -(-piece.rows // (size // body_limit() + 1)))
        try:
            answer, content_type, seconds, waited, throttled = self._ask(body)
        except Refused as refused:
            if piece.rows == 1 or not refused.by_model:
                raise RuntimeError(f"{refused} It was asked for {piece}.") from None
        else:
            results = read_results(answer, piece.rows, content_type, self.all_of_them, self.explain)
            return Answer(piece, results, len(answer), seconds, waited, throttled)
        del body
        half = piece.rows - piece.rows // 2
        whole = self._in_parts(piece, half)
        return whole._replace(at_once=min(half, whole.at_once))

    def _in_parts(self, piece: Piece, rows: int) -> Answer:
        """Ask for so many rows after the other."""
        parts = [self.predict(piece.part(start, rows)) for start in range(0, piece.rows, rows)]
        return Answer(
            piece,
            [pa.concat_arrays(each) for each in zip(*(part.results for part in parts), strict=True)],
            sum(part.size for part in parts),
            sum(part.seconds for part in parts),
            sum(part.waited for part in parts),
            any(part.throttled for part in parts),
            min(part.at_once for part in parts),
        )

    def _ask(self, body: bytes) -> tuple[bytes, str, float, float, bool]:
        """Answer, its content type, seconds that it took and waited, and whether there was throttling."""
        deadline = time.monotonic() + PATIENCE
        waited = 0.0
        throttled = False
        attempt = failures = 0
        while True:
            entered, queued = self.gate.enter()
            waited += queued
            try:
                if self.gate.given_up:
                    raise Refused(f"{where()} was not asked again, since the query has failed.", False)
                attempt += 1
                answer = self.client.invoke_endpoint(
                    EndpointName=CONFIG["endpoint_name"],
                    ContentType="text/csv",
                    Accept=CONFIG["accept"],
                    Body=body,
                    **asked_explanations(self.explain),
                )
                content = bytes(answer["Body"].read())
                self.gate.answered()
                seconds = time.monotonic() - entered
                return content, answer.get("ContentType", ""), seconds, waited, throttled
            except (ClientError, BotoCoreError) as error:
                failure = error
            finally:
                self.gate.leave()
            busy = is_busy(failure)
            if busy:
                self.gate.refused(entered)
                throttled = True
            failures += not busy
            # Who is busy will answer some time: only the clock ends that. The rest is tried a few times.
            again = busy or (failures < ATTEMPTS and may_pass(failure, failures))
            pause = self.gate.pause(attempt, busy)
            if not again or time.monotonic() + pause > deadline:
                raise Refused(explained(failure, attempt), is_of_model(failure)) from None
            self.gate.wait(pause)
