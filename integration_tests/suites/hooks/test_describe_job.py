"""What SageMaker's description of a job becomes."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, cast

import pytest

from exasol_sagemaker.describe_job import job_from_answer


@pytest.mark.parametrize("turn", [1, -1])
def test_a_metric_of_several_sets_is_that_of_the_validation_set(turn: int) -> None:
    sets = [("Train", 0.99), ("Validation", 0.81), ("Test", 0.8)][::turn]
    metrics = [
        {"MetricName": "F1", "StandardMetricName": "F1", "Value": value, "Set": one} for one, value in sets
    ]
    only = {"MetricName": "LogLoss", "Value": 0.4, "Set": "Train"}
    answer = {
        "AutoMLJobName": "risk-1",
        "AutoMLJobArn": "arn",
        "AutoMLJobStatus": "Completed",
        "CreationTime": datetime(2026, 1, 1, tzinfo=timezone.utc),
        "BestCandidate": {
            "CandidateName": "risk-1-best",
            "CandidateProperties": {"CandidateMetrics": [*metrics, only]},
        },
    }
    job = job_from_answer(cast(Any, None), answer)
    assert job.metrics == {"F1": 0.81, "LogLoss": 0.4}
