"""Requests: one a piece, asked again while that may help, and in halves if the model cannot take it."""

from __future__ import annotations

import random
import threading
import time
from typing import Any, NamedTuple

import pyarrow as pa
from botocore.exceptions import BotoCoreError, ClientError

from exasol_sagemaker.udf.answers import read_answer
from exasol_sagemaker.udf.context import CONFIG, where
from exasol_sagemaker.udf.pieces import Piece
from exasol_sagemaker.udf.refusals import Refused, explained, is_busy, is_of_model, may_pass
from exasol_sagemaker.udf.to_csv import to_csv

ATTEMPTS = 9
PATIENCE = 600.0
LONGEST_PAUSE = 20.0


class Answer(NamedTuple):
    """What the endpoint said to a piece.

    Attributes:
        piece: Whose rows these are.
        results: Arrow arrays: PREDICTION and, for classification, PROBABILITY and PROBABILITIES.
        size: Bytes of the answer.
        seconds: How long the request that succeeded took.
        throttled: Whether the endpoint said on the way that it is asked too much.
    """

    piece: Piece
    results: list[Any]
    size: int
    seconds: float
    throttled: bool


class Endpoint:
    """Asks, and asks again what may pass. Used by several threads at once."""

    def __init__(self, client: Any, all_of_them: bool) -> None:
        self.client = client
        self.all_of_them = all_of_them
        self.given_up = threading.Event()

    def predict(self, piece: Piece) -> Answer:
        """All results of a piece. What the model cannot take at once it is asked in halves, down to the row.

        Raises:
            RuntimeError: It cannot be had; says for which rows, why, and what to do.
        """
        body = piece.body if piece.body is not None else to_csv(piece.table)[0]
        piece.body = None
        try:
            answer, content_type, seconds, throttled = self._ask(body)
        except Refused as refused:
            if piece.rows == 1 or not refused.by_model:
                raise RuntimeError(f"{refused} It was asked for {piece}.") from None
        else:
            results = read_answer(answer, piece.rows, content_type, self.all_of_them)
            return Answer(piece, results, len(answer), seconds, throttled)
        del body
        half = piece.rows // 2
        parts = [self.predict(piece.part(0, half)), self.predict(piece.part(half, piece.rows - half))]
        return Answer(
            piece,
            [pa.concat_arrays(both) for both in zip(*(part.results for part in parts), strict=True)],
            sum(part.size for part in parts),
            sum(part.seconds for part in parts),
            any(part.throttled for part in parts),
        )

    def _ask(self, body: bytes) -> tuple[bytes, str, float, bool]:
        """Answer, its content type, how long it took, and whether there was throttling."""
        deadline = time.monotonic() + PATIENCE
        throttled = False
        attempt = failures = 0
        while True:
            attempt += 1
            started = time.monotonic()
            try:
                answer = self.client.invoke_endpoint(
                    EndpointName=CONFIG["endpoint_name"],
                    ContentType="text/csv",
                    Accept=CONFIG["accept"],
                    Body=body,
                )
                content = bytes(answer["Body"].read())
                return content, answer.get("ContentType", ""), time.monotonic() - started, throttled
            except (ClientError, BotoCoreError) as error:
                busy = is_busy(error)
                throttled |= busy
                failures += not busy
                # Who is busy will answer some time: only the clock ends that. The rest is tried a few times.
                again = busy or (failures < ATTEMPTS and may_pass(error, failures))
                pause = random.uniform(0.5, 1.0) * min(LONGEST_PAUSE, 0.1 * 2 ** min(attempt, 10))  # noqa: S311
                if not again or time.monotonic() + pause > deadline:
                    raise Refused(explained(error, attempt), is_of_model(error)) from None
            if self.given_up.wait(pause):
                raise Refused(f"{where()} was not asked again, since the query has failed.", False)
