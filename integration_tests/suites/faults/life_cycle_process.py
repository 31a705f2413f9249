"""Train and deploy in a process of its own, which can be told to die at one of its requests to AWS.

    life_cycle_process.py PROJECT QUERY [--transport client|native] [--die before|after WHICH]

Where it works is said by the environment, under the names that `sandbox env` prints. `--die before 3` kills
it when its third request is about to be sent, `after s3:PutObject` when the first of that kind is answered.
It prints JSON: the names of job and endpoint, and how many requests it has sent.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import threading
from typing import Any

import boto3
import pyexasol

from exasol_sagemaker import (
    AwsSession,
    EndpointConfig,
    Owner,
    SageMakerSettings,
    TrainingConfig,
    deploy_endpoint,
    start_training,
    watch_endpoint,
    watch_training,
)


class Requests:
    """Counts requests to AWS, and ends the process at one of them.

    Args:
        moment: `before` or `after` it.
        fatal: Which one: its number, or its service and operation; nothing for none.
    """

    def __init__(self, session: boto3.session.Session, moment: str, fatal: str) -> None:
        self.sent = 0
        self._answered = 0
        self._fatal = fatal
        self._lock = threading.Lock()
        session.events.register("before-send", self._before)
        session.events.register("response-received", self._after)
        self._moment = moment

    def _before(self, event_name: str, **_: Any) -> None:
        with self._lock:
            self.sent += 1
            self._end("before", self.sent, event_name)

    def _after(self, event_name: str, **_: Any) -> None:
        with self._lock:
            self._answered += 1
            self._end("after", self._answered, event_name)

    def _end(self, moment: str, number: int, event_name: str) -> None:
        _, service, operation = event_name.split(".")
        if moment == self._moment and self._fatal in (str(number), f"{service}:{operation}"):
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Live."""
    parser = argparse.ArgumentParser()
    parser.add_argument("project")
    parser.add_argument("query")
    parser.add_argument("--transport", default="client")
    parser.add_argument("--die", nargs=2, default=("before", ""))
    asked = parser.parse_args()
    environment = os.environ
    session = boto3.session.Session()
    requests = Requests(session, *asked.die)
    settings = SageMakerSettings(
        s3_uri=environment["SAGEMAKER_S3_URI"],
        role_arn=environment["SAGEMAKER_ROLE_ARN"],
        connection=environment.get("SAGEMAKER_CONNECTION"),
        transport=asked.transport,
    )
    aws = AwsSession(settings, session)
    owner = Owner(asked.project, "test", "model.faults.risk")
    config = TrainingConfig(
        target_column="TARGET", problem_type="BinaryClassification", objective="AUC", max_candidates=1
    )
    with pyexasol.connect(
        dsn=environment["EXASOL_DSN"],
        user=environment["EXASOL_USER"],
        password=environment["EXASOL_PASSWORD"],
    ) as database:
        started = start_training(aws, database, query=asked.query, name="risk", config=config, owner=owner)
    done = list(watch_training(aws, started.job_name))[-1].job
    deployment = deploy_endpoint(aws, done, name="risk", config=EndpointConfig(), owner=owner)
    served = list(watch_endpoint(aws, deployment.endpoint_name))[-1]
    print(json.dumps({"job": done.job_name, "endpoint": served.endpoint_name, "requests": requests.sent}))


if __name__ == "__main__":
    main()
