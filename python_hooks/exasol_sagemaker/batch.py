"""What a batch prediction is: its configuration, its plan, and the transform jobs that carry it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from exasol_sagemaker.columns import Column
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.ownership import Owner

STRATEGIES = ("MultiRecord", "SingleRecord")
# CreateTransformJob: MaxConcurrentTransforms * MaxPayloadInMB must not exceed 100.
MAX_CONCURRENT_MB = 100


@dataclass(frozen=True)
class BatchConfig:
    """What to predict on, in Batch Transform's terms (CreateTransformJob).

    Attributes:
        instance_type: SageMaker's instance type.
        instance_count: Instances a transform job.
        max_concurrent_transforms: Requests at once an instance; the model's own default if absent.
        strategy: `MultiRecord`: as many lines a request as fit; `SingleRecord`: one.
        max_payload_mb: Limit of a request, 0 to 100 MB; AWS's 6 if absent.
        rows_per_chunk: More rows are cut into several transform jobs of about so many rows each.
        parallel_jobs: Transform jobs at once.
        keep_files: Whether the files in S3 stay once the predictions are in the database.
        tags: Further tags for what is made.
    """

    instance_type: str = "ml.m5.xlarge"
    instance_count: int = 1
    max_concurrent_transforms: int | None = None
    strategy: str = "MultiRecord"
    max_payload_mb: int | None = None
    rows_per_chunk: int = 10_000_000
    parallel_jobs: int = 4
    keep_files: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TransformJob:
    """A Batch Transform job as SageMaker describes it.

    Attributes:
        name: Name of the job.
        arn: ARN of it.
        status: `InProgress`, `Completed`, `Failed`, `Stopping` or `Stopped`.
        model_name: SageMaker model that predicts.
        instance_type: Instance type.
        instance_count: How many instances.
        input_s3_uri: Prefix of the CSV files that it reads.
        output_s3_uri: Prefix of the CSV files that it writes.
        created_at: When it was created.
        ended_at: When it ended; None while it runs.
        failure_reason: Why it failed, in SageMaker's words.
        started: Whether this very call created it.
    """

    name: str
    arn: str
    status: str
    model_name: str
    instance_type: str
    instance_count: int
    input_s3_uri: str
    output_s3_uri: str
    created_at: datetime
    ended_at: datetime | None = None
    failure_reason: str | None = None
    started: bool = False

    @property
    def ended(self) -> bool:
        """Whether it has reached a final status."""
        return self.status in {"Completed", "Failed", "Stopped"}


@dataclass(frozen=True)
class Chunk:
    """The rows of one transform job: those whose key's digest falls into it.

    Attributes:
        index: Which one, from 0.
        row_count: Rows.
        fingerprint: Digest of owner, model and rows: the same rows are not paid for twice.
        transform: Its job; None before there is one.
    """

    index: int
    row_count: int
    fingerprint: str
    transform: TransformJob | None = None


@dataclass(frozen=True)
class BatchPlan:
    """Everything that is known before anything is sent, and then what has become of it.

    Attributes:
        name: Name of the node.
        owner: Who asks for it.
        job: The training job whose best candidate predicts.
        query: The rows to predict.
        keys: Key columns of the query.
        carried: Further columns of the query that the predictions get.
        features: Columns of the query that are the training columns, in training order.
        containers: What the SageMaker model is made of.
        response_keys: Fields of an answer, in order; empty for a bare prediction.
        model_name: The SageMaker model: made when the first transform starts, deleted in the end.
        config: What to predict on.
        chunks: The rows of each transform job.
        row_count: All rows.
        fingerprint: Digest of all that decides what the table of predictions holds.
        threshold: For two labels, the PROBABILITY from which PREDICTION is the second one.
        probabilities: Whether the predictions get PROBABILITIES, a JSON object with that of each label.
        borrows_model: Whether the SageMaker model is somebody else's, and so neither made nor deleted.
    """

    name: str
    owner: Owner
    job: TrainingJob
    query: str
    keys: tuple[Column, ...]
    carried: tuple[Column, ...]
    features: tuple[Column, ...]
    containers: Sequence[Mapping[str, Any]]
    response_keys: tuple[str, ...]
    model_name: str
    config: BatchConfig
    chunks: tuple[Chunk, ...]
    row_count: int
    fingerprint: str
    threshold: float | None = None
    probabilities: bool = False
    borrows_model: bool = False

    @property
    def transforms(self) -> tuple[TransformJob, ...]:
        """The transform jobs that there are so far."""
        return tuple(chunk.transform for chunk in self.chunks if chunk.transform is not None)

    @property
    def running(self) -> tuple[TransformJob, ...]:
        """Those of them that have not ended."""
        return tuple(one for one in self.transforms if not one.ended)

    @property
    def failed(self) -> tuple[TransformJob, ...]:
        """Those of them that ended without success."""
        return tuple(one for one in self.transforms if one.ended and one.status != "Completed")

    @property
    def ended(self) -> bool:
        """Whether nothing is left to start or to wait for; after a failed job nothing more is started."""
        if self.running:
            return False
        return bool(self.failed) or all(chunk.transform is not None for chunk in self.chunks)
