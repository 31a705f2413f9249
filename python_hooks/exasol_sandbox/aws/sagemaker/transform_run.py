"""One run of the workers of a batch transform job, and what becomes of the job."""

from __future__ import annotations

import heapq
import logging
import os
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from exasol_sandbox.aws.gate.identity import Session
from exasol_sandbox.aws.process import ChildProcess
from exasol_sandbox.aws.s3_files import S3Error, S3Files
from exasol_sandbox.aws.sagemaker.records import INTERRUPTED, Records
from exasol_sandbox.aws.sagemaker.transform_job import TransformJob
from exasol_sandbox.aws.transform.inputs import InputsError, TransformObject, find_objects

log = logging.getLogger(__name__)

MODULE = "exasol_sandbox.aws.transform"
MAX_REASON = 1024
_cores = max(2, os.cpu_count() or 1)
# More processes than cores would only slow each other down; the workers of other jobs wait.
_slots = threading.BoundedSemaphore(_cores)


class TransformRun:
    """Runs the workers of one job, one for each of its instances, and keeps its record up to date.

    Each object goes to one worker, as each goes to one instance.
    """

    def __init__(
        self,
        job: TransformJob,
        jobs: Records[TransformJob],
        session: Session,
        endpoint_url: str,
        scratch: Path,
    ) -> None:
        self._job = job
        self._jobs = jobs
        self._scratch = scratch
        self._task: dict[str, Any] = {
            "request": job.request,
            "containers": job.containers,
            "endpoint_url": endpoint_url,
            "region": job.region,
            "credentials": {
                "aws_access_key_id": session.access_key_id,
                "aws_secret_access_key": session.secret_access_key,
                "aws_session_token": session.session_token,
            },
        }
        self._lock = threading.Lock()
        self._children: list[ChildProcess] = []
        self._reasons: list[str] = []
        self._stopping = False
        self._interrupted = False
        self._thread = threading.Thread(target=self._run, name=f"transform-{job.name}", daemon=True)

    def start(self) -> None:
        """Starts the workers, as soon as there is room for them; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the workers; the job becomes `Stopped` soon after, unless it has ended already."""
        with self._lock:
            if self._job.ended is not None:
                return
            self._stopping = True
            self._job.status, self._job.modified = "Stopping", time.time()
            self._jobs.save(self._job)
        self._kill()

    def interrupt(self) -> None:
        """Ends the workers because the sandbox ends; the job fails."""
        self._interrupted = True
        self._kill()
        self._thread.join(timeout=5)

    def _kill(self) -> None:
        with self._lock:
            for child in self._children:
                child.stop()

    def _over(self) -> bool:
        return self._stopping or self._interrupted

    def _run(self) -> None:
        try:
            shares = self._shares(find_objects(S3Files(self._task), self._job.request))
        except (InputsError, S3Error) as error:
            self._fail(f"ClientError: {error}")
        except Exception:
            log.exception("transform job %s: its input cannot be found", self._job.name)
            self._fail("InternalServerError: the sandbox failed to find the input; its log says why.")
        else:
            workers = [threading.Thread(target=self._work, args=(share,), daemon=True) for share in shares]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        self._finish()

    def _shares(self, objects: list[TransformObject]) -> list[list[TransformObject]]:
        """Spreads the objects over the workers, so that each has about as many bytes."""
        instances = self._job.request["TransformResources"]["InstanceCount"]
        shares: list[list[TransformObject]] = [[] for _ in range(min(instances, _cores, len(objects)))]
        loads = [(0, number) for number in range(len(shares))]
        for entry in sorted(objects, key=lambda entry: entry.size, reverse=True):
            load, number = heapq.heappop(loads)
            shares[number].append(entry)
            heapq.heappush(loads, (load + entry.size, number))
        return shares

    def _work(self, share: list[TransformObject]) -> None:
        while not _slots.acquire(timeout=0.2):
            if self._over():
                return
        try:
            self._watch(share)
        except (OSError, ValueError):
            log.exception("transform job %s: a worker failed", self._job.name)
            self._fail("InternalServerError: a worker of the sandbox failed; its log says why.")
        finally:
            _slots.release()

    def _watch(self, share: list[TransformObject]) -> None:
        with self._lock:
            if self._over():
                return
            child = ChildProcess(MODULE, {**self._task, "objects": [asdict(o) for o in share]}, self._scratch)
            self._children.append(child)
        if self._job.started is None:
            self._job.started = self._job.modified = time.time()
            self._jobs.save(self._job)
        ended = False
        for report in child.reports():
            if report["event"] == "failed":
                self._fail(report["reason"])
            ended = ended or report["event"] == "ended"
        if not ended:
            self._fail(f"AlgorithmError: the worker ended without a result ({child.last_words()}).")
        child.stop()

    def _fail(self, reason: str) -> None:
        with self._lock:
            self._reasons.append(reason)

    def _finish(self) -> None:
        with self._lock:
            self._end()

    def _end(self) -> None:
        job = self._job
        if self._stopping:
            status = "Stopped"
        elif self._interrupted:
            status = "Failed"
            job.failure_reason = INTERRUPTED
        elif self._reasons:
            status = "Failed"
            job.failure_reason = _summary(self._reasons)
        else:
            status = "Completed"
        job.ended = job.modified = time.time()
        job.status = status
        self._jobs.save(job)


def _summary(reasons: list[str]) -> str:
    others = "" if len(reasons) == 1 else f" (and {len(reasons) - 1} more objects failed)"
    return reasons[0][: MAX_REASON - len(others)] + others
