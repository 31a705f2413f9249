"""One object through a model: payloads in, answers joined, filtered and assembled."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from exasol_sandbox.aws.forecasting.stage import ForecastStage
from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.serving.errors import InputError
from exasol_sandbox.aws.serving.pipeline import Pipeline
from exasol_sandbox.aws.tabular.csv_columns import CsvError, read_columns, write_columns
from exasol_sandbox.aws.transform.batches import Batch, BatchError, line_batches, whole_object
from exasol_sandbox.aws.transform.json_path import ColumnPath, JsonPathError, parse_column_path

BYTES_A_MEGABYTE = 1024 * 1024
DEFAULT_MAX_PAYLOAD_MB = 6
SPOOL_BYTES = 8 * BYTES_A_MEGABYTE


class TransformError(Exception):
    """An object cannot be transformed; the message begins with AWS's class of the failure."""


@dataclass(frozen=True)
class DataProcessing:
    """What is sent to the model and what is kept of input and answer."""

    sent: ColumnPath
    kept: ColumnPath
    join: bool

    @property
    def trivial(self) -> bool:
        """Whether everything is sent and just the answer kept."""
        return not (self.sent.parts or self.kept.parts or self.join)


def data_processing(request: dict[str, Any]) -> DataProcessing:
    """Reads DataProcessing of a request, with AWS's defaults.

    Raises:
        JsonPathError: For filters that CSV cannot have.
    """
    given = request.get("DataProcessing", {})
    return DataProcessing(
        parse_column_path(given.get("InputFilter", "$")),
        parse_column_path(given.get("OutputFilter", "$")),
        given.get("JoinSource", "None") == "Input",
    )


class Transformer:
    """Transforms objects as one request says."""

    def __init__(self, s3: S3Files, pipeline: Pipeline | ForecastStage, request: dict[str, Any]) -> None:
        self._s3 = s3
        self._pipeline = pipeline
        source, output = request["TransformInput"], request["TransformOutput"]
        self._content_type = source.get("ContentType", "text/csv")
        self._accept = output.get("Accept", "*/*")
        self._unpack = source.get("CompressionType") == "Gzip"
        self._by_line = source.get("SplitType") == "Line"
        self._end_lines = output.get("AssembleWith") == "Line"
        self._single = request.get("BatchStrategy") == "SingleRecord"
        self._limit = request.get("MaxPayloadInMB", DEFAULT_MAX_PAYLOAD_MB) * BYTES_A_MEGABYTE
        self._concurrency = request.get("MaxConcurrentTransforms") or 1
        self._processing = data_processing(request)

    def transform(self, uri: str, output: str) -> None:
        """Writes the output of an object, whole or not at all.

        Raises:
            TransformError: When a record cannot be transformed.
            S3Error: When the object cannot be read or its output not written.
        """
        with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as collected:
            try:
                for answer in self._answers(uri):
                    collected.write(answer)
            except (BatchError, EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise TransformError(f"ClientError: {uri}: {error}") from error
            collected.seek(0)
            self._s3.upload(output, collected)

    def _answers(self, uri: str) -> Iterator[bytes]:
        answer = partial(self._answer, uri)
        if self._concurrency == 1:
            yield from map(answer, self._batches(uri))
            return
        waiting: deque[Future[bytes]] = deque()
        with ThreadPoolExecutor(self._concurrency) as pool:
            for batch in self._batches(uri):
                waiting.append(pool.submit(answer, batch))
                if len(waiting) > self._concurrency:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _batches(self, uri: str) -> Iterator[Batch]:
        with self._s3.open(uri) as body:
            stream = gzip.GzipFile(fileobj=body) if self._unpack else body
            if self._by_line:
                yield from line_batches(stream, self._limit, single=self._single)
            else:
                yield from whole_object(stream, self._limit)

    def _answer(self, uri: str, batch: Batch) -> bytes:
        place = f"{uri}, {batch.place}"
        try:
            if self._processing.trivial:
                _check_quotes(batch.data, by_line=self._by_line)
                return self._assembled(self._invoke(batch.data))
            return self._joined(batch.data)
        except (InputError, CsvError, JsonPathError) as error:
            raise TransformError(f"ClientError: {place}: {error}") from error
        except Exception as error:
            raise TransformError(f"AlgorithmError: {place}: {type(error).__name__}: {error}") from error

    def _invoke(self, body: bytes) -> bytes:
        return self._pipeline.answer(body, self._content_type, self._accept)[1]

    def _assembled(self, answer: bytes) -> bytes:
        return answer + b"\n" if self._end_lines and not answer.endswith(b"\n") else answer

    def _joined(self, data: bytes) -> bytes:
        columns, processing = read_columns(data), self._processing
        sent = [columns[number] for number in processing.sent.columns(len(columns))]
        answered = read_columns(self._invoke(write_columns(sent)))
        if len(answered[0]) != len(columns[0]):
            raise CsvError(f"the model answered {len(answered[0])} records to {len(columns[0])}")
        joined = [*columns, *answered] if processing.join else answered
        return write_columns([joined[number] for number in processing.kept.columns(len(joined))])


def _check_quotes(data: bytes, *, by_line: bool) -> None:
    if by_line and data.count(b'"') % 2:
        raise CsvError(
            "a quoted value is cut in two: it contains a line break, and SageMaker splits at every one"
        )
