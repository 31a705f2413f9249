"""The serving processes of an endpoint: one for each production variant."""

from __future__ import annotations

import http.client
import json
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from exasol_sandbox.aws.errors import AwsError
from exasol_sandbox.aws.gate.identity import Session
from exasol_sandbox.aws.process import ChildProcess
from exasol_sandbox.aws.sagemaker.capture import DataCapture, Exchange

MODULE = "exasol_sandbox.aws.serving"
POOL_SIZE = 16
TIMEOUT_SECONDS = 60


class FleetError(Exception):
    """A variant cannot be brought up; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What a container answered."""

    variant: str
    status: int
    content_type: str
    body: bytes


class Fleet:
    """The processes behind one configuration of an endpoint."""

    def __init__(
        self,
        endpoint_name: str,
        plan: list[dict[str, Any]],
        assume: Callable[[str, str], Session],
        endpoint_url: str,
        region: str,
        scratch: Path,
    ) -> None:
        self._variants = [
            _Variant(endpoint_name, variant, assume, endpoint_url, region, scratch) for variant in plan
        ]
        self._capture = _capture(endpoint_name, plan, assume, endpoint_url, region)
        self._in_flight = 0
        self._idle = threading.Condition()

    def start(self) -> None:
        """Starts every process and waits until it has loaded its model.

        Raises:
            FleetError: When one cannot.
        """
        for variant in self._variants:
            variant.start()

    def invoke(
        self,
        body: bytes,
        headers: Mapping[str, str],
        target: str | None,
        *,
        inference_id: str | None = None,
        custom_attributes: str | None = None,
    ) -> Answer:
        """Sends one request to a variant, chosen by weight unless it is named.

        Raises:
            AwsError: For a variant that does not exist, or one that does not answer.
        """
        with self._request():
            answer = self._choose(target).invoke(body, headers)
            if self._capture is not None and answer.status == 200:
                self._capture.take(
                    Exchange(
                        answer.variant,
                        body,
                        headers["Content-Type"],
                        answer.body,
                        answer.content_type,
                        inference_id,
                        custom_attributes,
                    )
                )
            return answer

    def _choose(self, target: str | None) -> _Variant:
        if target is None:
            return random.choices(self._variants, [max(v.weight, 1e-9) for v in self._variants])[0]  # noqa: S311
        for variant in self._variants:
            if variant.name == target:
                return variant
        raise AwsError("ValidationError", f"Variant {target} not found: take one of the endpoint's own.")

    @contextmanager
    def _request(self) -> Iterator[None]:
        with self._idle:
            self._in_flight += 1
        try:
            yield
        finally:
            with self._idle:
                self._in_flight -= 1
                self._idle.notify_all()

    def drain(self) -> None:
        """Waits for the requests under way, then ends the processes."""
        with self._idle:
            self._idle.wait_for(lambda: self._in_flight == 0, timeout=TIMEOUT_SECONDS)
        self.stop()

    def stop(self) -> None:
        """Ends the processes at once."""
        for variant in self._variants:
            variant.stop()
        if self._capture is not None:
            self._capture.close()


class _Variant:
    """A process, started when it is first needed and again when it has died."""

    def __init__(
        self,
        endpoint_name: str,
        plan: dict[str, Any],
        assume: Callable[[str, str], Session],
        endpoint_url: str,
        region: str,
        scratch: Path,
    ) -> None:
        self.name: str = plan["VariantName"]
        self.weight: float = plan["Weight"]
        self._endpoint_name = endpoint_name
        self._plan = plan
        self._assume = assume
        self._endpoint_url = endpoint_url
        self._region = region
        self._scratch = scratch
        self._free = _free_places(plan.get("ServerlessConfig"))
        self._lock = threading.Lock()
        self._child: ChildProcess | None = None
        self._pool: urllib3.HTTPConnectionPool | None = None

    def start(self) -> urllib3.HTTPConnectionPool:
        with self._lock:
            if self._child is not None and self._child.running and self._pool is not None:
                return self._pool
            if self._child is not None:
                self._child.stop()
            try:
                session = self._assume(self._plan["RoleArn"], f"Endpoint-{self._endpoint_name}"[:64])
            except AwsError as error:
                raise FleetError(error.message) from error
            self._child = ChildProcess(MODULE, self._task(session), self._scratch)
            report = next(self._child.reports(), None)
            if report is None or report["event"] != "ready":
                reason = (
                    report["reason"] if report else f"The serving process ended ({self._child.last_words()})."
                )
                self._child.stop()
                self._child = None
                raise FleetError(f"Variant {self.name}: {reason}")
            self._pool = urllib3.HTTPConnectionPool(
                "127.0.0.1", report["port"], maxsize=POOL_SIZE, timeout=TIMEOUT_SECONDS, retries=False
            )
            return self._pool

    def _task(self, session: Session) -> dict[str, Any]:
        return {
            "containers": self._plan["Containers"],
            "explainer": self._plan.get("Explainer"),
            "endpoint_url": self._endpoint_url,
            "region": self._region,
            "credentials": {
                "aws_access_key_id": session.access_key_id,
                "aws_secret_access_key": session.secret_access_key,
                "aws_session_token": session.session_token,
            },
        }

    def invoke(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self._free is None:
            return self._answer(body, headers)
        if not self._free.acquire(blocking=False):
            raise AwsError(
                "ThrottlingException", "Rate exceeded: as many requests as MaxConcurrency allows.", 429
            )
        try:
            return self._answer(body, headers)
        finally:
            self._free.release()

    def _answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        for attempt in (1, 2):
            try:
                pool = self.start()
                response = pool.urlopen("POST", "/invocations", body=body, headers=dict(headers))
            except FleetError as error:
                raise AwsError("ModelNotReadyException", str(error), 429) from error
            except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
                if attempt == 2 or (self._child is not None and self._child.running):
                    raise _no_answer(self.name, error) from error
                continue
            content_type = response.headers.get("Content-Type", "text/csv")
            return Answer(self.name, response.status, content_type, response.data)
        raise AssertionError("unreachable")

    def stop(self) -> None:
        with self._lock:
            child, self._child, self._pool = self._child, None, None
        if child is not None:
            child.stop()


def _capture(
    endpoint_name: str,
    plan: list[dict[str, Any]],
    assume: Callable[[str, str], Session],
    endpoint_url: str,
    region: str,
) -> DataCapture | None:
    config = plan[0].get("Capture")
    if not config or not config.get("EnableCapture", True):
        return None
    return DataCapture(endpoint_name, config, assume, plan[0]["RoleArn"], endpoint_url, region)


def _free_places(serverless: Mapping[str, Any] | None) -> threading.BoundedSemaphore | None:
    """How many requests a serverless variant takes at once; None if it has instances."""
    return threading.BoundedSemaphore(serverless["MaxConcurrency"]) if serverless else None


def model_error(answer: Answer, endpoint_name: str, region: str, account_id: str) -> AwsError:
    """The error of a container as InvokeEndpoint passes it on."""
    text = answer.body.decode(errors="replace")
    group = f"/aws/sagemaker/Endpoints/{endpoint_name}"
    kind = "client" if answer.status < 500 else "server"
    return AwsError(
        "ModelError",
        f'Received {kind} error ({answer.status}) from primary with message "{text}". '
        f"See {group} in account {account_id} for more information.",
        424,
        {
            "OriginalStatusCode": answer.status,
            "OriginalMessage": text,
            "LogStreamArn": f"arn:aws:logs:{region}:{account_id}:log-group:{group}",
        },
    )


def _no_answer(variant: str, error: Exception) -> AwsError:
    message = f"The process of variant {variant} did not answer: {type(error).__name__}."
    return AwsError(
        "ModelError", json.dumps(message), 424, {"OriginalStatusCode": 500, "OriginalMessage": message}
    )
