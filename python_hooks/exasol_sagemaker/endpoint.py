"""What an endpoint is: what to deploy on, and what is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from exasol_sagemaker.columns import Column

SETTLED = frozenset({"InService", "Failed", "OutOfService", "UpdateRollbackFailed"})
"""States of an endpoint in which nothing is going on."""


@dataclass(frozen=True)
class Explainer:
    """How an endpoint explains predictions: Kernel SHAP by SageMaker Clarify, against a baseline.

    Attributes:
        baseline: Values of the record that predictions are compared with, by column; of columns that are not
            named, what is typical of the training data.
        samples: Most coalitions of columns a row (NumberOfSamples); Clarify's own number if None: all of
            them, or 2,048 and twice the columns.
        logit: Whether attributions are of the log-odds instead of the probability.
        seed: Of the draw of coalitions: the same seed gives the same attributions.
    """

    baseline: Mapping[str, Any] = field(default_factory=dict)
    samples: int | None = None
    logit: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Serverless:
    """An endpoint without instances: billed for the time in which it computes.

    Attributes:
        memory_mb: 1024 to 6144, in steps of 1024.
        max_concurrency: Requests at once, 1 to 200; more are throttled.
    """

    memory_mb: int = 4096
    max_concurrency: int = 10


@dataclass(frozen=True)
class DataCapture:
    """What of its requests and answers an endpoint keeps in S3, see exasol_sagemaker.data_capture.

    Attributes:
        percentage: How many of a hundred requests, 1 to 100.
        input: Whether what was asked is kept.
        output: Whether what was answered is kept.
        kms_key: KMS key that the files are encrypted with.
    """

    percentage: int = 100
    input: bool = True
    output: bool = True
    kms_key: str | None = None


@dataclass(frozen=True)
class Autoscaling:
    """Between which limits, and by what, an endpoint's number of instances follows its load.

    Attributes:
        max_instances: Most instances that it may have, and cost.
        invocations_per_instance: Requests a minute that one instance is to answer: more add instances, fewer
            take them away.
        min_instances: Fewest instances, at least 1.
        scale_in_cooldown: Seconds between two times that instances are taken away.
        scale_out_cooldown: Seconds between two times that instances are added.
    """

    max_instances: int
    invocations_per_instance: float
    min_instances: int = 1
    scale_in_cooldown: int = 300
    scale_out_cooldown: int = 300

    def __str__(self) -> str:
        return (
            f"{self.min_instances} to {self.max_instances} instances at "
            f"{self.invocations_per_instance:g} invocations a minute each"
        )


@dataclass(frozen=True)
class EndpointConfig:
    """What to deploy on.

    Attributes:
        instance_type: SageMaker's instance type, `ml.` and so on.
        instance_count: How many, at least 1.
        endpoint_name: Overrides the name that is made of node and target, at most 63 characters.
        explainer: Makes it explain predictions on request.
        serverless: Instead of instances.
        data_capture: Makes it keep requests and answers in S3.
        autoscaling: Makes its number of instances follow its load.
        ttl: How long after the last run that asked for it nobody needs it any more; None: it is needed.
        volume_kms_key: KMS key that the instances' volumes are encrypted with.
        security_groups: VPC security groups of the model's containers; needs subnets.
        subnets: VPC subnets of the model's containers; needs security groups.
        tags: Further tags.
    """

    instance_type: str = "ml.m5.large"
    instance_count: int = 1
    endpoint_name: str | None = None
    explainer: Explainer | None = None
    serverless: Serverless | None = None
    data_capture: DataCapture | None = None
    autoscaling: Autoscaling | None = None
    ttl: timedelta | None = None
    volume_kms_key: str | None = None
    security_groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def initial_instances(self) -> int:
        """How many instances it begins with."""
        return max(self.instance_count, self.autoscaling.min_instances if self.autoscaling else 1)

    @property
    def most_instances(self) -> int:
        """How many instances it may have at most."""
        return self.autoscaling.max_instances if self.autoscaling else self.instance_count


@dataclass(frozen=True)
class Deployment:
    """An endpoint and what it serves.

    Attributes:
        endpoint_name: Name of the endpoint.
        endpoint_arn: ARN of it.
        status: `InService`, `Creating`, `Updating`, `Failed`, `Deleting`, …
        job_name: Autopilot job whose best candidate it serves.
        model_name: SageMaker model.
        endpoint_config_name: Endpoint configuration.
        instance_type: Instance type; empty if it is serverless.
        instance_count: How many instances; 0 if it is serverless.
        problem_type: Of the job.
        target_column: Of the job.
        target_type: SQL type of the target.
        input_columns: Columns the model reads, in order.
        response_keys: Fields of a response line, in order; empty for a bare prediction (regression).
        deployed_at: When the endpoint last changed.
        failure_reason: Why it failed, in SageMaker's words.
        changed: Whether this very call to deploy_endpoint created or changed anything.
        explains: Whether it explains predictions on request.
        max_concurrency: Requests at once if it is serverless, else None.
        expires_at: When nobody needs it any more, by its ttl.
        rolled_back_from: Job that is asked for, and that it was rolled back from by hand.
        drift: What somebody else did to it since it was deployed, as sentences.
        capture_s3_uri: Where it keeps requests and answers; None if it keeps none.
        autoscaling: How its number of instances follows its load; None if it does not.
    """

    endpoint_name: str
    endpoint_arn: str
    status: str
    job_name: str
    model_name: str
    endpoint_config_name: str
    instance_type: str
    instance_count: int
    problem_type: str | None
    target_column: str
    target_type: str | None
    input_columns: tuple[Column, ...]
    response_keys: tuple[str, ...]
    deployed_at: datetime
    failure_reason: str | None = None
    changed: bool = False
    explains: bool = False
    max_concurrency: int | None = None
    expires_at: datetime | None = None
    rolled_back_from: str | None = None
    drift: tuple[str, ...] = ()
    capture_s3_uri: str | None = None
    autoscaling: Autoscaling | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing is going on: it serves, or it failed."""
        return self.status in SETTLED
