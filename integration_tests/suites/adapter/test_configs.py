"""Model configs: typed, from `config` or `meta`, and refused before anything is sent."""

from datetime import timedelta
from typing import Any

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.exasol_sagemaker.configs import (
    EndpointNodeConfig,
    ExasolSageMakerConfig,
    PredictionUdfConfig,
    read_config,
)
from dbt.adapters.exasol_sagemaker.training_config import AutopilotModelConfig
from exasol_sagemaker import ConfigurationError, Explainer, Retraining, Serverless


def test_options_become_the_hook_modules_training_config() -> None:
    config = read_config(
        AutopilotModelConfig,
        {
            "materialized": "autopilot_model",
            "target_column": "TARGET",
            "objective": "AUC",
            "max_candidates": 3,
            "validation_fraction": 1,
            "algorithms": ["xgboost"],
            "aws_tags": {"cost-center": "risk"},
        },
    )

    training = config.training()
    assert training.target_column == "TARGET"
    assert training.max_candidates == 3
    assert training.validation_fraction == 1.0
    assert training.algorithms == ("xgboost",)
    assert training.tags == {"cost-center": "risk"}
    assert config.wait is False


@pytest.mark.parametrize(
    ("given", "policy"),
    [
        ({}, Retraining()),
        ({"retrain": "never"}, Retraining(on_change=False)),
        ({"meta": {"retrain": {"every": "2 weeks"}}}, Retraining(on_change=False, at_age=timedelta(days=14))),
    ],
)
def test_retrain_becomes_a_policy(given: dict[str, Any], policy: Retraining) -> None:
    assert read_config(AutopilotModelConfig, {"target_column": "T", **given}).policy() == policy


def test_a_misspelt_policy_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ConfigurationError, match=r"Did you mean always\?"):
        read_config(AutopilotModelConfig, {"target_column": "T", "retrain": "allways"}).policy()


def test_meta_is_read_where_config_says_nothing() -> None:
    config = read_config(
        EndpointNodeConfig,
        {"instance_count": 2, "meta": {"instance_count": 5, "instance_type": "ml.c5.xlarge"}},
    )

    assert config.endpoint().instance_count == 2
    assert config.endpoint().instance_type == "ml.c5.xlarge"


def test_options_of_others_are_left_alone() -> None:
    assert read_config(PredictionUdfConfig, {"tags": ["x"], "meta": {"owner": "me"}}).connection is None


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "Config `target_column` is missing"),
        ({"target_colum": "TARGET"}, "Config `target_colum` does not exist. Did you mean `target_column`?"),
        (
            {"target_column": "T", "meta": {"max_candidate": 3}},
            "Config `max_candidate` does not exist. Did you mean `max_candidates`?",
        ),
        ({"target_column": "T", "max_candidates": "3"}, "`max_candidates` has to be a whole number, not '3'"),
        ({"target_column": "T", "max_candidates": True}, "`max_candidates` has to be a whole number"),
        ({"target_column": "T", "wait": "yes"}, "`wait` has to be true or false"),
        ({"target_column": ["T"]}, "`target_column` has to be text"),
        ({"target_column": "T", "algorithms": "xgboost"}, "`algorithms` has to be a list of texts"),
        ({"target_column": "T", "retrain": 7}, "`retrain` has to be text or a mapping"),
        ({"target_column": "T", "feature_type": {}}, "Did you mean `feature_types`?"),
        ({"target_column": "T", "features": "A"}, "`features` has to be a list of texts"),
        ({"target_column": "T", "aws_tags": {"a": 1}}, "`aws_tags` has to be a mapping of texts to texts"),
    ],
)
def test_what_cannot_be_right_is_refused(config: dict[str, Any], message: str) -> None:
    with pytest.raises(DbtRuntimeError, match="Config") as refused:
        read_config(AutopilotModelConfig, config)

    assert message in str(refused.value)


def test_dbt_knows_every_option_of_every_kind_of_node() -> None:
    known = set(ExasolSageMakerConfig.__dataclass_fields__)

    for kind in (AutopilotModelConfig, EndpointNodeConfig, PredictionUdfConfig):
        assert set(kind.__dataclass_fields__) <= known


@pytest.mark.parametrize(
    ("config", "explainer", "serverless"),
    [
        ({}, None, None),
        ({"explainer": False, "serverless": False}, None, None),
        ({"explainer": True, "serverless": True}, Explainer(), Serverless()),
        ({"explainer": {}, "serverless": {}}, Explainer(), Serverless()),
        (
            {
                "explainer": {"baseline": {"AGE": 40, "CITY": None}, "samples": 9, "logit": True},
                "serverless": {"memory_mb": 1024},
            },
            Explainer(baseline={"AGE": 40, "CITY": None}, samples=9, logit=True),
            Serverless(memory_mb=1024),
        ),
    ],
)
def test_options_with_options_of_their_own_are_true_or_a_mapping(
    config: dict[str, Any], explainer: Explainer | None, serverless: Serverless | None
) -> None:
    endpoint = read_config(EndpointNodeConfig, config).endpoint()
    assert (endpoint.explainer, endpoint.serverless) == (explainer, serverless)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"explainer": "yes"}, "`explainer` has to be true, false or a mapping, not 'yes'"),
        ({"explainer": {"baseline": 3}}, "`explainer.baseline` has to be a mapping"),
        ({"explainer": {"smaples": 3}}, "has no `smaples`. Did you mean `samples`?"),
        ({"data_capture": {"percentage": "all"}}, "`data_capture.percentage` has to be a whole number"),
        ({"autoscaling": {"max_instances": 3}}, "`autoscaling` needs `invocations_per_instance`."),
        ({"autoscaling": True}, "`autoscaling` needs `max_instances` and `invocations_per_instance`."),
        ({"serverless": {"price": 3}}, "has no `price`. It has: memory_mb, max_concurrency."),
    ],
)
def test_their_options_are_checked_too(config: dict[str, Any], message: str) -> None:
    with pytest.raises(DbtRuntimeError, match="Config") as refused:
        read_config(EndpointNodeConfig, config).endpoint()
    assert message in str(refused.value)


def test_a_ttl_is_a_duration() -> None:
    assert read_config(EndpointNodeConfig, {"ttl": "12 hours"}).endpoint().ttl == timedelta(hours=12)
    assert read_config(EndpointNodeConfig, {}).endpoint().ttl is None
    with pytest.raises(ConfigurationError, match="'soon' is no duration"):
        read_config(EndpointNodeConfig, {"ttl": "soon"}).endpoint()


def test_what_is_said_of_somebody_elses_endpoint_needs_its_name() -> None:
    foreign = read_config(PredictionUdfConfig, {"endpoint_name": "theirs", "target_type": "DATE"}).foreign()
    assert foreign is not None
    assert (foreign.endpoint_name, foreign.target_type) == ("theirs", "DATE")
    assert read_config(PredictionUdfConfig, {}).foreign() is None
    with pytest.raises(DbtRuntimeError, match="`target_type` of a prediction_udf"):
        read_config(PredictionUdfConfig, {"target_type": "DATE"}).foreign()
