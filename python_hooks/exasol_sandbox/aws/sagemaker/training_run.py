"""One run of a training process, and what its reports do to the job."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from exasol_sandbox.aws.faults import FaultRule
from exasol_sandbox.aws.gate.identity import Session
from exasol_sandbox.aws.process import ChildProcess
from exasol_sandbox.aws.sagemaker.automl_job import AutoMLJob, Candidate
from exasol_sandbox.aws.sagemaker.records import INTERRUPTED, Records

log = logging.getLogger(__name__)

MODULE = "exasol_sandbox.aws.training"
# More processes than cores would only slow each other down; the others wait in `Starting`.
_slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))


class TrainingRun:
    """Runs the process of one job and keeps the job's record up to date."""

    def __init__(
        self,
        job: AutoMLJob,
        jobs: Records[AutoMLJob],
        session: Session,
        endpoint_url: str,
        scratch: Path,
        faults: Sequence[FaultRule] = (),
    ) -> None:
        self._job = job
        self._jobs = jobs
        self._session = session
        self._endpoint_url = endpoint_url
        self._scratch = scratch
        self._faults = {fault.fault: fault for fault in faults}
        self._ended = threading.Event()
        self._result: str | None = None
        self._lock = threading.Lock()
        self._child: ChildProcess | None = None
        self._stopping = False
        self._interrupted = False
        self._thread = threading.Thread(target=self._run, name=f"job-{job.name}", daemon=True)

    def start(self) -> None:
        """Starts the process, as soon as there is room for it."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the process; the job becomes `Stopped` soon after."""
        self._ended.set()
        with self._lock:
            self._stopping = True
            if self._child is not None:
                self._child.stop()

    def interrupt(self) -> None:
        """Ends the process because the sandbox ends; the job fails."""
        self._ended.set()
        with self._lock:
            self._interrupted = True
            if self._child is not None:
                self._child.stop()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not _slots.acquire(timeout=0.2):
            if self._over():
                self._finish("the sandbox stopped")
                return
        try:
            self._train()
        finally:
            _slots.release()
        if self._result is not None:
            self._last()
            if self._over():
                self._finish("")
            else:
                self._end("Completed", self._result)

    def _train(self) -> None:
        if self._meets_fault():
            return
        with self._lock:
            if not self._over():
                self._child = ChildProcess(MODULE, self._task(), self._scratch)
        words = "the sandbox stopped"
        if self._child is not None:
            try:
                for report in self._child.reports():
                    self._apply(report)
            except ValueError:
                log.exception("job %s: a report could not be read", self._job.name)
            words = self._child.last_words()
            self._child.stop()
        self._finish(words)

    def _last(self) -> None:
        """Wait until the job has taken as long as a fault says."""
        if "last" in self._faults:
            self._ended.wait(max(0.0, self._job.created + self._faults["last"].seconds - time.time()))

    def _meets_fault(self) -> bool:
        """Whether the job ends here, because it was asked to."""
        for kind, status in (("fail", "Failed"), ("stop", "Stopped")):
            if kind in self._faults:
                self._last()
                self._job.failure_reason = self._faults[kind].reason if kind == "fail" else None
                self._end(status, status)
                return True
        return False

    def _over(self) -> bool:
        return self._stopping or self._interrupted

    def _finish(self, words: str) -> None:
        job = self._job
        if job.status in {"Completed", "Failed"} or (self._result is not None and not self._over()):
            return
        if self._stopping:
            self._end("Stopped", "Stopped")
        elif self._interrupted:
            job.failure_reason = INTERRUPTED
            self._end("Failed", "Failed")
        else:
            job.failure_reason = f"The training process ended without a result ({words})."
            self._end("Failed", "Failed")

    def _end(self, status: str, secondary_status: str) -> None:
        job = self._job
        job.ended = job.modified = time.time()
        job.secondary_status = secondary_status
        job.status = status
        self._jobs.save(job)

    def _apply(self, report: dict[str, Any]) -> None:
        if self._over():
            return
        job, event = self._job, report.pop("event")
        if event == "phase":
            job.secondary_status = report["secondary_status"]
        elif event == "resolved":
            job.problem_type, job.objective = report["problem_type"], report["objective"]
        elif event == "candidate":
            best = report.pop("best")
            job.candidates.append(asdict(Candidate(**report)))
            job.best = best
        elif event == "partial_failure":
            job.partial_failures.append(report["reason"])
        elif event == "artifacts":
            job.notebooks = report["notebooks"]
        elif event == "completed":
            if "last" in self._faults:
                self._result = report["secondary_status"]
                return
            self._end("Completed", report["secondary_status"])
            return
        elif event == "failed":
            job.failure_reason = report["reason"]
            self._end("Failed", "Failed")
            return
        job.modified = time.time()
        self._jobs.save(job)

    def _task(self) -> dict[str, Any]:
        return {
            "job_name": self._job.name,
            "account_id": self._job.arn.split(":")[4],
            "request": self._job.request,
            "completion_criteria": self._job.completion_criteria,
            "endpoint_url": self._endpoint_url,
            "region": self._job.region,
            "credentials": {
                "aws_access_key_id": self._session.access_key_id,
                "aws_secret_access_key": self._session.secret_access_key,
                "aws_session_token": self._session.session_token,
            },
        }
