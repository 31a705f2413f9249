"""Data capture of an endpoint: requests and answers as files of JSON lines in S3.

Source of names and contents: "Capture data from real-time endpoint" and "View captured data" in the SageMaker
developer guide, DataCaptureConfig in the API reference.
"""

from __future__ import annotations

import base64
import json
import logging
import queue
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from exasol_sandbox.aws.gate.identity import Session

log = logging.getLogger(__name__)

# AWS collects for some minutes; here nobody waits that long.
_COLLECT_SECONDS = 0.5
_MOST_EVENTS = 1_000


@dataclass(frozen=True)
class Exchange:
    """A request and the answer to it.

    Attributes:
        variant: That answered.
        inference_id: As the caller gave it; None if he gave none.
        custom_attributes: As the caller gave them.
    """

    variant: str
    request: bytes
    request_type: str
    answer: bytes
    answer_type: str
    inference_id: str | None = None
    custom_attributes: str | None = None


class DataCapture:
    """Writes a sample of an endpoint's exchanges, with the execution role of its model.

    What cannot be written is lost, and the log says so: predictions go on, as in AWS.

    Args:
        endpoint_name: Folder of the files.
        config: DataCaptureConfig of the endpoint configuration.
        assume: Gives credentials of the execution role.
        role_arn: That role.
        endpoint_url: Where S3 is.
        region: Of the endpoint.
    """

    def __init__(
        self,
        endpoint_name: str,
        config: Mapping[str, Any],
        assume: Callable[[str, str], Session],
        role_arn: str,
        endpoint_url: str,
        region: str,
    ) -> None:
        self._endpoint_name = endpoint_name
        self._config = config
        self._assume = assume
        self._role_arn = role_arn
        self._endpoint_url = endpoint_url
        self._region = region
        self._share = config["InitialSamplingPercentage"] / 100
        self._events: queue.SimpleQueue[tuple[str, dict[str, Any]]] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def take(self, exchange: Exchange) -> None:
        """Captures an exchange, if the sampling wants it."""
        if random.random() < self._share:  # noqa: S311
            self._events.put((exchange.variant, self._event(exchange)))
            with self._lock:
                if self._thread is None:
                    name = f"capture-{self._endpoint_name}"
                    self._thread = threading.Thread(target=self._run, name=name, daemon=True)
                    self._thread.start()

    def close(self) -> None:
        """Writes what is left, and ends."""
        self._ended.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout=10)

    def _run(self) -> None:
        while not self._ended.wait(_COLLECT_SECONDS):
            self._write_waiting()
        self._write_waiting()

    def _write_waiting(self) -> None:
        lines: dict[str, list[str]] = {}
        while not self._events.empty() and sum(map(len, lines.values())) < _MOST_EVENTS:
            variant, event = self._events.get()
            lines.setdefault(variant, []).append(json.dumps(event))
        for variant, found in lines.items():
            try:
                self._write(variant, "\n".join(found) + "\n")
            except (ClientError, BotoCoreError) as error:
                log.warning("data capture of endpoint %s failed: %s", self._endpoint_name, error)

    def _write(self, variant: str, text: str) -> None:
        session = self._assume(self._role_arn, f"Capture-{self._endpoint_name}"[:64])
        s3 = boto3.session.Session().client(
            "s3",
            endpoint_url=self._endpoint_url,
            region_name=self._region,
            aws_access_key_id=session.access_key_id,
            aws_secret_access_key=session.secret_access_key,
            aws_session_token=session.session_token,
        )
        destination = urlsplit(self._config["DestinationS3Uri"])
        now = datetime.now(timezone.utc)
        folder = destination.path.strip("/")
        name = f"{now:%M-%S}-{now.microsecond // 1000:03d}-{uuid4()}.jsonl"
        key = f"{folder}/{self._endpoint_name}/{variant}/{now:%Y/%m/%d/%H}/{name}".lstrip("/")
        encryption: dict[str, Any] = {}
        if "KmsKeyId" in self._config:
            encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self._config["KmsKeyId"]}
        s3.put_object(Bucket=destination.netloc, Key=key, Body=text.encode(), **encryption)

    def _event(self, exchange: Exchange) -> dict[str, Any]:
        modes = {option["CaptureMode"] for option in self._config["CaptureOptions"]}
        data = {}
        if modes & {"Input", "InputAndOutput"}:
            data["endpointInput"] = self._part("INPUT", exchange.request, exchange.request_type)
        if modes & {"Output", "InputAndOutput"}:
            data["endpointOutput"] = self._part("OUTPUT", exchange.answer, exchange.answer_type)
        now = f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
        about: dict[str, Any] = {"eventId": str(uuid4()), "inferenceTime": now}
        if exchange.inference_id is not None:
            about["inferenceId"] = exchange.inference_id
        if exchange.custom_attributes is not None:
            about["customAttributes"] = [exchange.custom_attributes]
        return {"captureData": data, "eventMetadata": about, "eventVersion": "0"}

    def _part(self, mode: str, body: bytes, content_type: str) -> dict[str, str]:
        """One side of an exchange: as text if its content type is listed as CSV or JSON, else in base64."""
        plain = content_type.partition(";")[0].strip().lower()
        listed = self._config.get("CaptureContentTypeHeader", {})
        encoding = "BASE64"
        for kind, member in (("CSV", "CsvContentTypes"), ("JSON", "JsonContentTypes")):
            if plain in {one.lower() for one in listed.get(member, [])}:
                encoding = kind
        text = base64.b64encode(body).decode() if encoding == "BASE64" else body.decode(errors="replace")
        return {"observedContentType": content_type, "mode": mode, "data": text, "encoding": encoding}
