"""Linear models for FLAML's search: scaled, and at ease with missing values."""

from __future__ import annotations

from typing import Any

from flaml import tune
from flaml.automl.model import SKLearnEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from exasol_sandbox.aws.tabular.predictor import REGRESSION


def _pipeline(model: Any) -> Pipeline:
    imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return make_pipeline(imputer, StandardScaler(), model)


def _classifier(C: float, **_: Any) -> Pipeline:
    return _pipeline(LogisticRegression(C=C, max_iter=300))


def _regressor(C: float, **_: Any) -> Pipeline:
    return _pipeline(Ridge(alpha=1 / C))


class LinearEstimator(SKLearnEstimator):  # type: ignore[misc]
    """Logistic or ridge regression; FLAML's own do neither scale nor impute."""

    problem_type = "BinaryClassification"

    @classmethod
    def search_space(cls, **_: Any) -> dict[str, dict[str, Any]]:
        """The inverse strength of the penalty."""
        return {"C": {"domain": tune.loguniform(lower=1e-3, upper=1e3), "init_value": 0.1}}

    def __init__(self, task: Any = "binary", **config: Any) -> None:
        super().__init__(task, **config)
        self.estimator_class = _regressor if self.problem_type == REGRESSION else _classifier


class LinearRegressor(LinearEstimator):
    """Ridge regression."""

    problem_type = REGRESSION
