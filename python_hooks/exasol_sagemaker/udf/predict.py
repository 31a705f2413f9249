"""The body of a prediction UDF: rows of a group → CSV → a SageMaker endpoint → rows with a prediction.

It runs in Exasol's standard container for Python 3 (Python 3.10, pandas 2.2, pyarrow 16, boto3 1.34) and
imports nothing of this package. The database provides `exa`; the statement that creates the script appends
CONFIG. `run` reads, writes CSV and emits; threads ask the endpoint and read its answers; `Pace` says how many
rows a request takes and how many requests are under way.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import math
import random
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple  # noqa: UP035

import boto3
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from pyarrow import csv as arrow_csv

if TYPE_CHECKING:
    exa: Any = None

CONFIG: dict[str, Any] = {}

# InvokeEndpoint takes 6,291,456 bytes; its answers are held to the same.
MAX_BODY_BYTES = 6 * 1024 * 1024 - 16 * 1024
FIRST_ROWS = 500
FIRST_REQUESTS = 2
MOST_REQUESTS = 16
LONGEST_REQUEST = 2.0
ATTEMPTS = 9
PATIENCE = 600.0
LONGEST_PAUSE = 20.0

_BUSY_CODES = {
    "ModelNotReadyException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TooManyRequestsException",
}
_RETRIED_CODES = _BUSY_CODES | {"InternalDependencyException", "InternalFailure"}
_RETRIED_STATUS = {429, 500, 502, 503, 504}
_clients: dict[str, Any] = {}


def run(ctx: Any) -> None:
    """Predict one group: emits its leading columns, PREDICTION and, for classification, PROBABILITY."""
    shape = _shape()
    pace = Pace(ctx.size())
    endpoint = Endpoint(_client(), shape.probabilities)
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


def default_output_columns() -> str:
    """All input columns and the results: what the UDF emits if the query does not say EMITS."""
    columns = [f'"{column.name}" {column.sql_type}' for column in exa.meta.input_columns]
    columns += [f'"{name}" {sql_type}' for name, sql_type in CONFIG["result_columns"]]
    return ", ".join(columns)


class Shape(NamedTuple):
    """How many columns come in, are keys, are passed on; whether all labels' probabilities are wanted."""

    inputs: int
    keys: int
    passed: int
    probabilities: bool


def _shape() -> Shape:
    """The last arguments are the training columns; those before them are keys.

    The query's EMITS decides whether keys or all arguments are passed on, and, with a last column
    PROBABILITIES, that the probabilities of all labels are wanted.
    """
    inputs = len(exa.meta.input_columns)
    keys = inputs - len(CONFIG["input_columns"])
    if keys < 0:
        names = ", ".join(name for name, _ in CONFIG["input_columns"])
        raise ValueError(
            f"{_where()}: the UDF got {inputs} columns, and the model was trained on "
            f"{len(CONFIG['input_columns'])}. Give it any keys, then these columns in this order: {names}."
        )
    outputs = exa.meta.output_columns
    named = [str(getattr(column, "name", "")).upper() for column in outputs[-1:]]
    probabilities = len(CONFIG["result_columns"]) > 1 and named == ["PROBABILITIES"]
    results = len(CONFIG["result_columns"]) + probabilities
    passed = len(outputs) - results
    if passed not in (keys, inputs):
        names = ", ".join(f"{name} {sql_type}" for name, sql_type in CONFIG["result_columns"])
        raise ValueError(
            f"{_where()}: EMITS has {passed + results} columns. It must have the {keys} key columns, or all "
            f"{inputs} arguments, and then {names}."
        )
    return Shape(inputs, keys, passed, probabilities)


class Pace:
    """How many rows go into a request, and how many requests are under way.

    As long as the UDF waits for the endpoint, payloads grow, up to what a body, an answer and
    LONGEST_REQUEST have room for; then requests are added, one a round, until the UDF has no time left or
    they only queue up at the endpoint; they are taken away again when they are no longer needed. Throttling
    takes a third of the requests away at once and asks for full payloads: requests are what is counted.
    """

    def __init__(self, group_rows: int) -> None:
        self.requests = FIRST_REQUESTS
        self.share = max(500, -(-group_rows // (4 * FIRST_REQUESTS)))
        self.wanted = FIRST_ROWS
        self.body_bytes = 0.0
        self.answer_bytes = 0.0
        self.row_seconds = 0.0
        self.quickest = float("inf")
        self.idle = 0.0
        self._answers = 0
        self._throttled = False
        self._since = time.monotonic()

    def rows(self) -> int:
        """How many rows to read for the next request."""
        return max(1, min(self.share, self.wanted, self._most()))

    def _most(self) -> int:
        most = float(FIRST_ROWS)
        if self.body_bytes and self.answer_bytes:
            most = min(MAX_BODY_BYTES * 0.985 / self.body_bytes, MAX_BODY_BYTES * 0.8 / self.answer_bytes)
            most = min(most, LONGEST_REQUEST / self.row_seconds)
        elif self.body_bytes:
            most = min(most, MAX_BODY_BYTES * 0.9 / self.body_bytes)
        return int(most)

    def sent(self, rows: int, size: int) -> None:
        """A payload was made: of so many rows and bytes."""
        self.body_bytes = max(size / rows, self.body_bytes * 0.98 + size / rows * 0.02)

    def answered(self, answer: Answer) -> None:
        """An answer came; once a round, an answer for each request, rows and requests are set anew."""
        rows = answer.piece.rows
        self.answer_bytes = max(answer.size / rows, self.answer_bytes * 0.9)
        seconds = max(answer.seconds, 1e-3) / rows
        if not self.row_seconds:
            self.row_seconds = seconds
        elif 2 * rows > self.rows():
            self.row_seconds += (seconds - self.row_seconds) / self.requests
        self._throttled |= answer.throttled
        self._answers += 1
        if self._answers < self.requests:
            return
        if self.requests <= FIRST_REQUESTS:
            # So few do not stand in each other's way: should it be slower than it was, then that is its pace.
            self.quickest *= 1.1
        self.quickest = min(self.quickest, self.row_seconds)
        now = time.monotonic()
        waiting = self.idle > 0.15 * (now - self._since)
        # As many requests as can be made while one is answered keep the UDF at work (Little's law); a little
        # less does nearly so, and is easier on the endpoint.
        work = max(1e-4, (now - self._since - self.idle) / self._answers)
        needed = min(MOST_REQUESTS, math.ceil(self.row_seconds * rows / work - 0.3))
        if self._throttled:
            self.requests = max(1, self.requests * 2 // 3)
            self.share = self.wanted = self._most()
        elif waiting and self.wanted < min(self.share, self._most()):
            self.wanted *= 4
        elif self.requests < needed and self.row_seconds < 1.5 * self.quickest:
            self.requests += 1
        elif self.requests > needed or self.row_seconds > 3 * self.quickest:
            self.requests = max(1, self.requests - 1)
        self._answers, self._throttled, self._since, self.idle = 0, False, now, 0.0


class Piece:
    """The rows of one request: what is passed on, what is sent, and how to name them.

    Attributes:
        passed: Columns that are emitted as they came.
        table: Training columns, ready to be written as CSV.
        first: Number of the first row within its group, from 1.
        keys: How many of the passed columns are keys.
        body: CSV of the table; None once it is sent.
    """

    def __init__(self, passed: pd.DataFrame, table: pa.Table, first: int, keys: int) -> None:
        self.passed = passed
        self.table = table
        self.first = first
        self.keys = keys
        self.body: bytes | None = None

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self.table.num_rows)

    def part(self, start: int, rows: int) -> Piece:
        """Some of its rows."""
        return Piece(
            self.passed.iloc[start : start + rows],
            self.table.slice(start, rows),
            self.first + start,
            self.keys,
        )

    def __str__(self) -> str:
        last = self.first + self.rows - 1
        name = f"row {self.first}" if self.rows == 1 else f"rows {self.first} to {last}"
        ends = [self.passed.iloc[at, : self.keys].tolist() for at in ((0,) if self.rows == 1 else (0, -1))]
        return f"{name} of the group" + (f", key {' to '.join(map(str, ends))}" if self.keys else "")


def pieces(ctx: Any, shape: Shape, pace: Pace) -> Iterator[Piece]:
    """Cut a group into pieces, each with its CSV of the training columns within the endpoint's limit."""
    kinds = [kind for _, kind in CONFIG["input_columns"]]
    first = 1
    quoted = False
    while True:
        frame = ctx.get_dataframe(num_rows=pace.rows())
        if frame is None or not len(frame):
            return
        passed = frame.iloc[:, : shape.passed].copy()
        whole = Piece(passed, to_table(frame.iloc[:, shape.keys :], kinds), first, shape.keys)
        del frame
        first += whole.rows
        start = 0
        rows = whole.rows
        while start < whole.rows:
            piece = whole if rows == whole.rows else whole.part(start, rows)
            piece.body, quoted = to_csv(piece.table, quoted)
            size = len(piece.body)
            if size > MAX_BODY_BYTES and rows == 1:
                raise ValueError(
                    f"{_where()}: a single row has {size} bytes, and a request may have {MAX_BODY_BYTES}. "
                    f"Shorten its texts, or leave it out. It is {piece}."
                )
            if size > MAX_BODY_BYTES:
                rows = max(1, min(rows // 2, int(rows * MAX_BODY_BYTES * 0.97 / size)))
                continue
            pace.sent(rows, size)
            yield piece
            start += rows
            rows = min(rows, whole.rows - start)


def to_table(frame: pd.DataFrame, kinds: list[str]) -> pa.Table:
    """Values as the training data had them in CSV, by the SQL type that the training column had."""
    columns = [_column(frame.iloc[:, position], kind) for position, kind in enumerate(kinds)]
    return pa.table(columns, names=[str(position) for position in range(len(columns))])


def _column(values: Any, kind: str) -> Any:
    if kind.startswith("DECIMAL") and values.dtype == object:
        return _decimals(values.to_numpy())
    try:
        array = pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        array = pa.array([None if one is None else str(one) for one in values])
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if kind == "DATE" and not _is_text(array):
        return array.cast(pa.date32(), safe=False)
    if kind.startswith("TIMESTAMP") and not _is_text(array):
        return array.cast(pa.timestamp("us"), safe=False)
    if kind.startswith("DECIMAL") and pa.types.is_floating(array.type):
        return _whole_numbers(array)
    if kind.startswith("CHAR") and _is_text(array):
        return pc.utf8_rtrim(array, characters=" ")
    return array


def _is_text(array: Any) -> bool:
    return bool(pa.types.is_string(array.type) or pa.types.is_large_string(array.type))


def _decimals(values: Any) -> Any:
    """As texts, which is four times quicker than as Arrow's decimals, and never in scientific notation."""
    texts = list(map(str, values.tolist()))
    missing = pd.isna(values)
    if "E" in "".join(texts):
        texts = [f"{one:f}" if isinstance(one, Decimal) else str(one) for one in values]
    return pa.array(texts, pa.string(), mask=missing if missing.any() else None)


def _whole_numbers(array: Any) -> Any:
    """Integers that came as floats, because there are NULLs among them, as integers."""
    try:
        return array.cast(pa.int64())
    except pa.ArrowInvalid:
        return array


def to_csv(table: pa.Table, quoted: bool = False) -> tuple[bytes, bool]:
    """CSV without a header, NULL an empty field, quotes where needed; and whether anything needed them.

    Args:
        table: What to write.
        quoted: Whether it is likely that something needs quotes, which takes longer.
    """
    if not quoted and table.num_columns > 1:
        sink = pa.BufferOutputStream()
        try:
            arrow_csv.write_csv(table, sink, _WITHOUT_QUOTES)
            return bytes(sink.getvalue().to_pybytes()), False
        except pa.ArrowInvalid:
            # One of the texts has a comma, a quote or a line break in it.
            pass
    columns = [_quoted(column.combine_chunks()) for column in table.columns]
    if len(columns) == 1:
        # A line with nothing in it would be skipped by who reads it.
        columns = [pc.fill_null(columns[0], '""')]
    columns[-1] = pc.binary_join_element_wise(pc.fill_null(columns[-1], ""), "\n", "")
    lines = pc.binary_join_element_wise(*columns, ",", null_handling="replace", null_replacement="")
    return bytes(lines.buffers()[2].to_pybytes()), True


_WITHOUT_QUOTES = arrow_csv.WriteOptions(include_header=False, quoting_style="none", batch_size=8_192)


def _quoted(column: Any) -> Any:
    if not _is_text(column):
        return column.cast(pa.string())
    needed = pc.match_substring_regex(column, '[",\r\n]')
    if not pc.any(needed).as_py():
        return column.cast(pa.string())
    doubled = pc.replace_substring(column, pattern='"', replacement='""')
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), column).cast(pa.string())


def _client() -> Any:
    name = CONFIG["connection"]
    connection = exa.get_connection(name)
    secret, _, token = connection.password.partition(";session_token=")
    if not connection.user or not secret:
        raise ValueError(
            f"{_where()}: CONNECTION {name} has no AWS credentials. Its USER must be an access key id, and "
            "its IDENTIFIED BY the secret access key."
        )
    if connection.user not in _clients:
        _clients.clear()
        _clients[connection.user] = boto3.session.Session(
            aws_access_key_id=connection.user,
            aws_secret_access_key=secret,
            aws_session_token=token or None,
            region_name=CONFIG["region"],
        ).client(
            "sagemaker-runtime",
            config=Config(
                retries={"total_max_attempts": 1},
                max_pool_connections=MOST_REQUESTS,
                connect_timeout=10,
                # A model has 60 seconds to answer; a serverless endpoint may have to start one first.
                read_timeout=150,
            ),
        )
    return _clients[connection.user]


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
        except _Refused as refused:
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
                busy = _is_busy(error)
                throttled |= busy
                failures += not busy
                # Who is busy will answer some time: only the clock ends that. The rest is tried a few times.
                again = busy or (failures < ATTEMPTS and _passes(error, failures))
                pause = random.uniform(0.5, 1.0) * min(LONGEST_PAUSE, 0.1 * 2 ** min(attempt, 10))  # noqa: S311
                if not again or time.monotonic() + pause > deadline:
                    raise _Refused(_explain(error, attempt), _by_model(error)) from None
            if self.given_up.wait(pause):
                raise _Refused(f"{_where()} was not asked again, since the query has failed.", False)


class _Refused(Exception):
    """An answer that will not come; whether smaller requests may help, or tell which row is at fault."""

    def __init__(self, text: str, by_model: bool) -> None:
        super().__init__(text)
        self.by_model = by_model


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def _status(error: Any) -> int:
    """HTTP status of the service, or, if the model failed, of the model; 0 if there was no answer."""
    if not isinstance(error, ClientError):
        return 0
    status: Any = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if _code(error) == "ModelError":
        status = error.response.get("OriginalStatusCode", 500)
    return int(status)


def _is_busy(error: Exception) -> bool:
    return _code(error) in _BUSY_CODES or _status(error) in (429, 503)


def _by_model(error: Exception) -> bool:
    too_slow = isinstance(error, HTTPClientError) and "Timeout" in type(error).__name__
    return too_slow or _code(error) == "ModelError" or _status(error) == 413


def _passes(error: Exception, failures: int) -> bool:
    if not isinstance(error, ClientError):
        lost = isinstance(error, HTTPClientError) or "Connection" in type(error).__name__
        return lost and not (_by_model(error) and failures > 1)
    if _code(error) == "ModelError":
        # Mostly it is the data's fault: smaller requests tell.
        return _status(error) in _RETRIED_STATUS and failures < 2
    return _code(error) in _RETRIED_CODES or _status(error) in _RETRIED_STATUS


def _explain(error: Any, attempts: int) -> str:
    if not isinstance(error, ClientError):
        return (
            f"{_where()} cannot be reached, tried {attempts} times: {error}. Check that the database may "
            "connect to SageMaker Runtime in this region."
        )
    details = error.response.get("Error", {})
    code = str(details.get("Code", ""))
    request = error.response.get("ResponseMetadata", {}).get("RequestId", "unknown")
    message = str(error.response.get("OriginalMessage") or details.get("Message", ""))
    hint = "Look at the endpoint's logs in CloudWatch."
    if "not found" in message.lower() or "does not exist" in message.lower():
        hint = "Deploy the endpoint again, or check its region."
    elif "Expired" in code or code in ("UnrecognizedClientException", "InvalidClientTokenId"):
        hint = f"Refresh CONNECTION {CONFIG['connection']}: its AWS credentials are no longer valid."
    elif "AccessDenied" in code:
        hint = f"Allow sagemaker:InvokeEndpoint for the credentials in CONNECTION {CONFIG['connection']}."
    elif _is_busy(error):
        hint = "Use more or larger instances, or fewer parallel groups in the query."
    return (
        f"{_where()} answered {code} (status {_status(error)}, request id {request}, attempt {attempts}): "
        f"{message} What to do: {hint}"
    )


def _where() -> str:
    return f"Endpoint {CONFIG.get('endpoint_name')} in {CONFIG.get('region')}"


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


def read_answer(
    body: bytes, rows: int, content_type: str = "text/csv", all_of_them: bool = False
) -> list[Any]:
    """PREDICTION and, for classification, PROBABILITY and PROBABILITIES of each row of an answer."""
    keys = CONFIG["response_keys"] or ["predicted_label"]
    answer = _read_json(body, keys) if "json" in content_type else _read_csv(body, keys)
    if answer is None or answer.num_rows != rows:
        raise RuntimeError(
            f"{_where()} answered {_size_of(body)} to {rows} rows, where {', '.join(keys)} were expected of "
            "each. What to do: build the prediction UDF again if the endpoint was deployed since."
        )
    columns = dict(zip(keys, answer.columns, strict=True))
    labels = columns["predicted_label"].combine_chunks()
    kinds = dict(CONFIG["result_columns"])
    results = [convert(labels, kinds["PREDICTION"])]
    if len(kinds) > 1:
        results += probability(labels, columns.get("probabilities"), columns.get("labels"), all_of_them)
    return results


def _read_csv(body: bytes, keys: list[str]) -> pa.Table | None:
    """The fields as texts, under the keys; None if they are not as many."""
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(body),
            arrow_csv.ReadOptions(column_names=keys, use_threads=False, block_size=len(body) + 1),
            arrow_csv.ParseOptions(newlines_in_values=b'"' in body, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(keys, pa.string())),
        )
    except pa.ArrowInvalid:
        return None


def _read_json(body: bytes, keys: list[str]) -> pa.Table | None:
    """JSON lines, each an object with the keys, or with one value under any name, or a bare value."""
    lines = body.decode("utf-8").splitlines()
    answers = json.loads(f"[{','.join(line for line in lines if line.strip())}]")
    if keys == ["predicted_label"]:
        answers = [{keys[0]: _only(one)} for one in answers]
    if not all(isinstance(one, dict) and set(keys) <= set(one) for one in answers):
        return None
    columns = [[_text(one[key]) for one in answers] for key in keys]
    return pa.table([pa.array(column, pa.string()) for column in columns], names=keys)


def _only(value: Any) -> Any:
    if isinstance(value, dict):
        return value["predicted_label"] if "predicted_label" in value else next(iter(value.values()))
    return value


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _size_of(body: bytes) -> str:
    lines = list(csv.reader(io.StringIO(body.decode("utf-8", "replace"), newline="")))
    return f"{len(lines)} rows of {len(lines[0]) if lines else 0} fields"


def convert(labels: Any, kind: str) -> Any:
    """Labels, which are texts, in the type of PREDICTION."""
    if kind.startswith("DOUBLE"):
        return pc.cast(pc.if_else(pc.equal(labels, ""), None, labels), pa.float64())
    if kind.startswith(("DECIMAL", "BOOLEAN", "DATE", "TIMESTAMP")):
        coded = labels.dictionary_encode()
        values = [_label(text, kind) if text else None for text in coded.dictionary.to_pylist()]
        return pa.array(values, _arrow_type(kind)).take(coded.indices)
    return labels


def _label(text: str, kind: str) -> Any:
    if kind.startswith("DECIMAL"):
        return int(Decimal(text)) if pa.types.is_integer(_arrow_type(kind)) else Decimal(text)
    if kind == "BOOLEAN":
        return text.strip().lower() in ("true", "t", "1", "1.0")
    moment = datetime.fromisoformat(text)
    return date(moment.year, moment.month, moment.day) if kind == "DATE" else moment


def _arrow_type(kind: str) -> Any:
    if kind.startswith("DECIMAL"):
        precision, _, scale = kind.partition("(")[2].rstrip(")").partition(",")
        if int(scale or 0) == 0 and int(precision) <= 18:
            return pa.int64()
        return pa.decimal128(int(precision), int(scale or 0))
    if kind.startswith("TIMESTAMP"):
        return pa.timestamp("us")
    return pa.bool_() if kind == "BOOLEAN" else pa.date32()


def probability(labels: Any, probabilities: Any, named: Any, all_of_them: bool) -> list[Any]:
    """PROBABILITY and, if wanted, PROBABILITIES: a JSON object with that of each label.

    PROBABILITY is, of two labels, the second one's: a score to rank by; of more, the predicted one's. What
    models themselves call `probability` is not the same for all kinds of Autopilot models. Without names and
    numbers there is none.

    Args:
        labels: What was predicted, for each row.
        probabilities: A list of numbers, as text, for each row.
        named: The list of labels that they belong to, as text, for each row.
        all_of_them: Whether PROBABILITIES are wanted.
    """
    if probabilities is None or named is None:
        nothing = [pa.nulls(len(labels), pa.float64()), pa.nulls(len(labels), pa.string())]
        return nothing[: 1 + all_of_them]
    coded = named.combine_chunks().dictionary_encode()
    groups = []
    for code, text in enumerate(coded.dictionary.to_pylist()):
        rows = np.flatnonzero(coded.indices.to_numpy() == code)
        names = [one if isinstance(one, str) else json.dumps(one) for one in _list(text)]
        numbers = _numbers(probabilities.take(pa.array(rows)), len(names))
        best = _best(labels.take(pa.array(rows)), names, numbers)
        groups.append((rows, [best, _objects(names, numbers)] if all_of_them else [best]))
    if not groups:
        return [pa.nulls(0, pa.float64()), pa.nulls(0, pa.string())][: 1 + all_of_them]
    order = pa.array(np.argsort(np.concatenate([rows for rows, _ in groups])))
    return [
        pa.concat_arrays(parts).take(order) for parts in zip(*(results for _, results in groups), strict=True)
    ]


def _best(labels: Any, names: list[str], numbers: list[Any]) -> Any:
    table = [column.cast(pa.float64()) for column in numbers]
    if len(names) == 2:
        return table[1]
    predicted = pc.index_in(labels, pa.array(names, pa.string()))
    return pc.coalesce(pc.choose(predicted, *table), pc.max_element_wise(*table))


def _objects(names: list[str], numbers: list[Any]) -> Any:
    parts: list[Any] = []
    for name, column in zip(names, numbers, strict=True):
        parts += [("{" if not parts else ", ") + json.dumps(name, ensure_ascii=False) + ": ", column]
    return pc.binary_join_element_wise(*parts, "}", "")


def _numbers(texts: Any, count: int) -> list[Any]:
    """`[0.1, 0.9]` in each row, as a column of texts for each place."""
    trimmed = pc.utf8_trim(texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts, "[] ")
    lists = pc.split_pattern(trimmed, ",")
    if not pc.all(pc.equal(pc.list_value_length(lists), count)).as_py():
        raise RuntimeError(f"{_where()} answered probabilities that are not {count}, as its labels are.")
    flat = pc.utf8_trim_whitespace(lists.flatten())
    return [flat.take(pa.array(np.arange(place, len(flat), count))) for place in range(count)]


def _list(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = ast.literal_eval(text)
    return list(found)
