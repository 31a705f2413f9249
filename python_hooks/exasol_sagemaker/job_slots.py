"""How many training jobs may run at once, and who is next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from exasol_sagemaker.describe_job import describe_answer
from exasol_sagemaker.errors import ExasolSageMakerError, TrainingJobError, aws_errors
from exasol_sagemaker.ownership import PROJECT, TARGET, Owner, read_tags
from exasol_sagemaker.polling import Patience, delay
from exasol_sagemaker.session import AwsSession

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.literals import AutoMLJobStatusType

_RUNNING: tuple[AutoMLJobStatusType, ...] = ("InProgress", "Stopping")


class JobSlots:
    """Counts the running jobs of a project and target, for any number of threads that start some.

    What runs is what SageMaker lists; a job that this process is about to start counts already. Two processes
    that start a job at the very same time may exceed the guard by one.
    """

    def __init__(self, aws: AwsSession) -> None:
        self._aws = aws
        self._turn = threading.Lock()
        self._taken: set[str] = set()
        self._ours: dict[str, bool] = {}

    def take(self, job_name: str, owner: Owner) -> bool:
        """Take a slot for a job that is to be started; False if none is free.

        Without a guard nothing is asked of AWS.
        """
        limit = self._aws.settings.guards.max_concurrent_jobs
        if limit is None:
            return True
        with self._turn:
            if len(self._running(owner)) >= limit:
                return False
            self._taken.add(job_name)
            return True

    def give_back(self, job_name: str) -> None:
        """The job of this name was not started."""
        with self._turn:
            self._taken.discard(job_name)

    def wait(self, owner: Owner, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Sleep until a slot may be free: it has to be taken yet.

        Throttling and lost connections are waited out for a while.
        """
        limit = self._aws.settings.guards.max_concurrent_jobs
        elapsed = 0.0
        patience = Patience()
        while limit is not None:
            pause = delay(elapsed)
            elapsed += pause
            sleep(pause)
            try:
                with self._turn:
                    running = self._running(owner)
            except ExasolSageMakerError as error:
                patience.bear(error)
                continue
            patience.restore()
            if len(running) < limit:
                return

    def _running(self, owner: Owner) -> set[str]:
        listed = self._listed(owner)
        for name in sorted(self._taken - listed):
            answer = describe_answer(self._aws, name)
            if answer is not None and answer["AutoMLJobStatus"] not in _RUNNING:
                self._taken.discard(name)
        self._taken -= listed
        return listed | self._taken

    def _listed(self, owner: Owner) -> set[str]:
        found: set[str] = set()
        for status in _RUNNING:
            with aws_errors("Running jobs could not be listed", node=owner.node, kind=TrainingJobError):
                pages = self._aws.sagemaker.get_paginator("list_auto_ml_jobs").paginate(StatusEquals=status)
                items = [item for page in pages for item in page["AutoMLJobSummaries"]]
            begin = self._aws.settings.names_begin
            found.update(
                item["AutoMLJobName"]
                for item in items
                if item["AutoMLJobName"].startswith(begin) and self._is_ours(item["AutoMLJobArn"], owner)
            )
        return found

    def _is_ours(self, arn: str, owner: Owner) -> bool:
        """Whether the owner's project and target made a job; asked of AWS once."""
        if arn not in self._ours:
            tags = read_tags(self._aws.sagemaker, arn)
            self._ours[arn] = (tags.get(PROJECT), tags.get(TARGET)) == (owner.project, owner.target)
        return self._ours[arn]
