"""The body of a prediction UDF: rows of a group → CSV → a SageMaker endpoint → rows with a prediction.

It runs in Exasol's standard container for Python 3 (Python 3.10, pandas 2.2, boto3 1.34) and imports nothing
of this package. The database provides `exa`; the statement that creates the script appends CONFIG.
"""

from __future__ import annotations

import ast
import io
import json
import random
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Iterator  # noqa: UP035

import boto3
import numpy as np
import pandas as pd
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

if TYPE_CHECKING:
    exa: Any = None

CONFIG: dict[str, Any] = {}

# InvokeEndpoint takes 6,291,456 bytes; its answers are held to the same.
MAX_BODY_BYTES = 6 * 1024 * 1024 - 64 * 1024
MAX_ROWS = 25_000
FIRST_ROWS = 2_000
REQUESTS_IN_FLIGHT = 8
ATTEMPTS = 9
LONGEST_PAUSE = 20.0
CELLS_AT_ONCE = 2_000_000

_RETRIED_CODES = {
    "InternalDependencyException",
    "InternalFailure",
    "ModelNotReadyException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TooManyRequestsException",
}
_RETRIED_STATUS = {429, 500, 502, 503, 504}
_clients: dict[str, Any] = {}


def run(ctx: Any) -> None:
    """Predict one group: emits its leading columns, PREDICTION and, for classification, PROBABILITY."""
    shape = _shape()
    sizes = _Sizes(ctx.size())
    client = _client()
    with ThreadPoolExecutor(REQUESTS_IN_FLIGHT) as pool:
        waiting: deque[tuple[pd.DataFrame, Future[bytes]]] = deque()
        try:
            for frame in _frames(ctx, shape["inputs"]):
                for rows, body in payloads(frame, shape["keys"], sizes):
                    if len(waiting) == REQUESTS_IN_FLIGHT:
                        _emit(ctx, *waiting.popleft(), shape, sizes)
                    passed = rows.iloc[:, : shape["passed"]]
                    waiting.append((passed, pool.submit(invoke, client, body)))
            while waiting:
                _emit(ctx, *waiting.popleft(), shape, sizes)
        finally:
            for _, future in waiting:
                future.cancel()


def default_output_columns() -> str:
    """All input columns and the results: what the UDF emits if the query does not say EMITS."""
    columns = [f'"{column.name}" {column.sql_type}' for column in exa.meta.input_columns]
    columns += [f'"{name}" {sql_type}' for name, sql_type in CONFIG["result_columns"]]
    return ", ".join(columns)


def _shape() -> dict[str, int]:
    """How many columns come in, are keys, and are passed on.

    The last arguments are the training columns; those before them are keys. The query's EMITS decides
    whether keys or all arguments are passed on.
    """
    inputs = len(exa.meta.input_columns)
    training = len(CONFIG["input_columns"])
    results = len(CONFIG["result_columns"])
    keys = inputs - training
    if keys < 0:
        names = ", ".join(name for name, _ in CONFIG["input_columns"])
        raise ValueError(
            f"{_where()}: the UDF got {inputs} columns, and the model was trained on {training}. "
            f"Give it any keys, then these columns in this order: {names}."
        )
    passed = len(exa.meta.output_columns) - results
    if passed not in (keys, inputs):
        names = ", ".join(f"{name} {sql_type}" for name, sql_type in CONFIG["result_columns"])
        raise ValueError(
            f"{_where()}: EMITS has {passed + results} columns. It must have the {keys} key columns, or all "
            f"{inputs} arguments, and then {names}."
        )
    return {"inputs": inputs, "keys": keys, "passed": passed}


def _frames(ctx: Any, columns: int) -> Iterator[pd.DataFrame]:
    rows = max(1_000, min(2 * MAX_ROWS, CELLS_AT_ONCE // max(1, columns)))
    while True:
        frame = ctx.get_dataframe(num_rows=rows)
        if frame is None or not len(frame):
            return
        yield frame


class _Sizes:
    """How many rows go into a request: as many as body and answer have room for, spread over all requests."""

    def __init__(self, group_rows: int) -> None:
        self.share = max(500, -(-group_rows // REQUESTS_IN_FLIGHT))
        self.bytes_per_row = 0.0
        self.most = FIRST_ROWS

    def rows(self) -> int:
        by_bytes = int(MAX_BODY_BYTES * 0.9 / self.bytes_per_row) if self.bytes_per_row else FIRST_ROWS
        return max(1, min(self.share, self.most, by_bytes))

    def sent(self, rows: int, size: int) -> None:
        self.bytes_per_row = max(size / rows, self.bytes_per_row * 0.9)

    def answered(self, rows: int, size: int) -> None:
        self.most = max(1, min(MAX_ROWS, int(MAX_BODY_BYTES * 0.6 / max(1.0, size / rows))))


def payloads(frame: pd.DataFrame, keys: int, sizes: _Sizes) -> Iterator[tuple[pd.DataFrame, bytes]]:
    """Cut a frame into pieces, each with its CSV of the training columns within the endpoint's limit."""
    formatted = format_columns(frame.iloc[:, keys:], [kind for _, kind in CONFIG["input_columns"]])
    start = 0
    while start < len(frame):
        count = min(sizes.rows(), len(frame) - start)
        body = to_csv(formatted.iloc[start : start + count])
        while len(body) > MAX_BODY_BYTES:
            if count == 1:
                key = list(frame.iloc[start, :keys])
                raise ValueError(
                    f"{_where()}: a single row has {len(body)} bytes, and a request may have "
                    f"{MAX_BODY_BYTES}. Shorten its texts, or leave it out. Key of the row: {key or 'none'}"
                )
            count //= 2
            body = to_csv(formatted.iloc[start : start + count])
        sizes.sent(count, len(body))
        yield frame.iloc[start : start + count], body
        start += count


def format_columns(frame: pd.DataFrame, kinds: list[str]) -> pd.DataFrame:
    """Values as the training data had them in CSV, by the SQL type that the training column had."""
    columns = [_format(frame.iloc[:, position], kind) for position, kind in enumerate(kinds)]
    return pd.DataFrame(dict(enumerate(columns)), index=frame.index)


def _format(values: Any, kind: str) -> Any:  # noqa: PLR0911
    if kind == "BOOLEAN":
        known = values.notna()
        return pd.Series(np.where(values.eq(True), "true", "false"), values.index, dtype=object).where(known)
    if kind == "DATE":
        if values.dtype.kind == "M":
            return _timestamps(values).str.slice(0, 10)
        return values.map(str, na_action="ignore").str.slice(0, 10) if values.notna().any() else values
    if kind.startswith("TIMESTAMP"):
        return _timestamps(values)
    if kind.startswith("CHAR"):
        is_text = pd.api.types.infer_dtype(values, skipna=True) == "string"
        return values.str.rstrip(" ") if is_text else values
    if values.dtype.kind == "f" and kind.startswith("DECIMAL"):
        return _whole_numbers(values)
    if values.dtype == object and kind.startswith("DECIMAL"):
        return values.map(str, na_action="ignore")
    return values


def _timestamps(values: Any) -> Any:
    if values.dtype.kind != "M":
        return values.map(_timestamp, na_action="ignore")
    text = np.datetime_as_string(values.to_numpy().astype("datetime64[us]"), unit="us")
    result = pd.Series(text, values.index, dtype=object).str.replace("T", " ", regex=False)
    return result.where(values.notna())


def _timestamp(value: Any) -> str:
    return value.isoformat(sep=" ", timespec="microseconds") if isinstance(value, datetime) else str(value)


def _whole_numbers(values: Any) -> Any:
    """Integers that came as floats, because there are NULLs among them, as integers."""
    known = values.dropna()
    if len(known) and bool((known.mod(1) == 0).all()) and bool((known.abs() < 2**62).all()):
        return values.astype("Int64")
    return values


def to_csv(frame: pd.DataFrame) -> bytes:
    """CSV without a header: NULL is an empty field, and what needs quotes has them."""
    text = frame.to_csv(header=False, index=False, lineterminator="\n")
    if "\r" in text:
        # Before Python 3.13 the csv module quotes a carriage return only if it is in the line terminator.
        text = frame.to_csv(header=False, index=False, lineterminator="\r\n")
    return bytes(text.encode("utf-8"))


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
                max_pool_connections=REQUESTS_IN_FLIGHT,
                connect_timeout=10,
                read_timeout=70,
            ),
        )
    return _clients[connection.user]


def invoke(client: Any, body: bytes) -> bytes:
    """Ask the endpoint; what may pass is tried again after a random and growing pause."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            answer = client.invoke_endpoint(
                EndpointName=CONFIG["endpoint_name"], ContentType="text/csv", Accept="text/csv", Body=body
            )
            return bytes(answer["Body"].read())
        except (ClientError, BotoCoreError) as error:
            if attempt == ATTEMPTS or not _passes(error, attempt):
                raise RuntimeError(_explain(error, attempt)) from None
        time.sleep(random.uniform(0.1, 1.0) * min(LONGEST_PAUSE, 0.2 * 2**attempt))  # noqa: S311
    raise AssertionError("the last attempt returns or raises")


def _passes(error: Exception, attempt: int) -> bool:
    if not isinstance(error, ClientError):
        return isinstance(error, HTTPClientError) or "Connection" in type(error).__name__
    code = error.response.get("Error", {}).get("Code", "")
    if code == "ModelError":
        # The model's own 500 is mostly the data's fault; 429 and 503 are load.
        status = error.response.get("OriginalStatusCode", 500)
        return status in _RETRIED_STATUS and (status != 500 or attempt < 3)
    return code in _RETRIED_CODES or _status(error) in _RETRIED_STATUS


def _status(error: Any) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


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
    elif "Throttl" in code or code == "ServiceUnavailable":
        hint = "Use more or larger instances, or fewer parallel groups in the query."
    return (
        f"{_where()} answered {code} (status {_status(error)}, request id {request}, attempt {attempts}): "
        f"{message} What to do: {hint}"
    )


def _where() -> str:
    return f"Endpoint {CONFIG.get('endpoint_name')} in {CONFIG.get('region')}"


def _emit(
    ctx: Any, passed: pd.DataFrame, future: Future[bytes], shape: dict[str, int], sizes: _Sizes
) -> None:
    body = future.result()
    rows = len(passed.index)
    sizes.answered(rows, len(body))
    result = passed.reset_index(drop=True)
    result.columns = pd.RangeIndex(shape["passed"])
    for offset, values in enumerate(read_answer(body, rows)):
        result[shape["passed"] + offset] = values
    ctx.emit(result)


def read_answer(body: bytes, rows: int) -> list[Any]:
    """PREDICTION and, for classification, PROBABILITY of each row of an answer in CSV."""
    keys = CONFIG["response_keys"] or ["predicted_label"]
    answer = pd.read_csv(
        io.BytesIO(body), header=None, dtype=str, keep_default_na=False, skip_blank_lines=False
    )
    if len(answer) != rows or answer.shape[1] != len(keys):
        raise RuntimeError(
            f"{_where()} answered {len(answer)} rows of {answer.shape[1]} fields to {rows} rows, where "
            f"{', '.join(keys)} were expected. What to do: build the prediction UDF again if the endpoint "
            "was deployed since."
        )
    answer.columns = pd.Index(keys)
    results = [convert(answer["predicted_label"], dict(CONFIG["result_columns"])["PREDICTION"])]
    if len(CONFIG["result_columns"]) > 1:
        results.append(probability(answer))
    return results


def convert(labels: Any, kind: str) -> Any:  # noqa: PLR0911
    """Labels, which are texts, in the type of PREDICTION."""
    if kind.startswith("DOUBLE"):
        return labels.astype("float64")
    if kind.startswith("DECIMAL"):
        scale = int(kind.partition(",")[2].rstrip(")") or 0)
        precision = int(kind.partition("(")[2].partition(",")[0])
        known = {label: Decimal(label) for label in labels.unique()}
        if scale == 0 and precision <= 18:
            return labels.map({label: int(value) for label, value in known.items()}).astype("int64")
        return labels.map(known).astype(object)
    if kind == "BOOLEAN":
        truth = {label: label.strip().lower() in ("true", "t", "1", "1.0") for label in labels.unique()}
        return labels.map(truth).astype(bool)
    if kind == "DATE":
        return labels.map({one: datetime.fromisoformat(one).date() for one in labels.unique()}).astype(object)
    if kind.startswith("TIMESTAMP"):
        return pd.to_datetime(labels)
    return labels


def probability(answer: pd.DataFrame) -> Any:
    """Of two labels, the second one's probability: a score to rank by. Of more, the predicted one's.

    What models themselves call `probability` is not the same for all kinds of Autopilot models.
    """
    if "probabilities" not in answer.columns or "labels" not in answer.columns:
        return np.full(len(answer), np.nan)
    result = np.full(len(answer), np.nan)
    for text in answer["labels"].unique():
        labels = [str(label) for label in _list(text)]
        chosen = (answer["labels"] == text).to_numpy()
        table = _numbers(answer["probabilities"][chosen], len(labels))
        if len(labels) == 2:
            result[chosen] = table[:, 1]
            continue
        best = table.max(axis=1)
        predicted = answer["predicted_label"][chosen].to_numpy()
        for position, label in enumerate(labels):
            best = np.where(predicted == label, table[:, position], best)
        result[chosen] = best
    return result


def _numbers(texts: Any, count: int) -> Any:
    """`[0.1, 0.9]` in each row, as a table of numbers."""
    joined = ",".join(texts).translate({ord("["): None, ord("]"): None})
    return np.array(joined.split(","), dtype="float64").reshape(len(texts), count)


def _list(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = ast.literal_eval(text)
    return list(found)
